"""Distances of networks whose two sides differ, or whose pair head answers instead of the distance."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from sigverify.model.distance import EUCLIDEAN, Floats
from sigverify.model.evaluation import Between, Frames
from sigverify.model.heads import PairHead, head_distance

Rows = NDArray[np.float32]  # (n, d) unit rows of a corpus's frames

PAIRS: Final = 4096  # that a head is asked about at once


def euclidean(questioned: Rows, specimens: Rows) -> Between:
    """The distance between a frame's embedding as a questioned signature and another's as a specimen."""

    def between(asked: Frames, known: Frames) -> Floats:
        return EUCLIDEAN.between(questioned[asked], specimens[known])

    return between


def answered(head: PairHead, questioned: Rows, specimens: Rows, *, either_order: bool) -> Between:
    """A head's answers on the scale of distances, 0..2."""
    device = next(head.parameters()).device

    def rows(of: Rows, numbers: Frames) -> torch.Tensor:
        return torch.from_numpy(of[numbers]).to(device)

    def between(asked: Frames, known: Frames) -> Floats:
        parts = []
        for start in range(0, len(asked), PAIRS):
            some = slice(start, start + PAIRS)
            answers = head_distance(
                head, rows(questioned, asked[some]), rows(specimens, known[some]), either_order=either_order
            )
            parts.append(answers.double().cpu().numpy())
        return np.concatenate(parts)

    return between
