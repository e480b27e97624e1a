"""The triplet loss over a batch's pairs."""

import torch
from torch import Tensor
from torch.nn import functional as F

from sigverify.model.pairs import Pairs


def triplet(pairs: Pairs, *, alpha: float = 0.2) -> Tensor:
    """Triplet loss of a batch -> scalar: squared distances, semi-hard negatives.

    A specimen is held against each genuine signature of its person and, for it, against the nearest forgery that is
    farther than that one; where none is farther, against the farthest. (The hardest ones of all make embeddings
    collapse early in a training.) Skilled and random forgeries are mined together.
    Source: Schroff, Kalenichenko, Philbin, "FaceNet", CVPR 2015, section 3.2.
    """
    squared = pairs.distance.square().T  # (n, n): rows are specimens now, the anchors; columns questioned signatures
    positive, skilled, random = (mask.T for mask in pairs.kinds(once=False))
    anchors = pairs.genuine[:, None]
    negative = (skilled | random) & anchors
    anchor, same = (positive & negative.any(1, keepdim=True)).nonzero(as_tuple=True)
    if not len(anchor):
        return pairs.questioned.sum() * 0.0
    near = squared[anchor, same]  # (p,)
    others, allowed = squared[anchor], negative[anchor]  # (p, n)
    farther = allowed & (others > near[:, None])
    semi_hard = torch.where(farther, others, torch.inf).amin(1)
    farthest = torch.where(allowed, others, -torch.inf).amax(1)
    far = torch.where(farther.any(1), semi_hard, farthest)
    return F.relu(near - far + alpha).mean()
