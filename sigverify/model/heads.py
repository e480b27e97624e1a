"""Pair heads: a few layers that say of two embeddings whether they differ, trained with the branches."""

import math
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sigverify.model.pairs import Pairs, balanced

HIDDEN: Final = 128  # width of the first of two dense layers over |f1 - f2|
METRIC_WIDTH: Final = 1024  # of MatchNet's metric network


class PairHead(nn.Module):
    """Called with (m, d) questioned and (m, d) specimens' unit rows, it gives (m,) logits of "not the same person"."""


class Difference(PairHead):
    """Sigmoid over |f1 - f2| through two dense layers; the order of the two does not matter.

    Source: Koch, Zemel, Salakhutdinov, "Siamese neural networks for one-shot image recognition", 2015, which has one
    such layer over features that are not normalised.
    """

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(dimensions, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
        self.scale = math.sqrt(dimensions)  # unit rows have small components; these layers want them about 1

    def forward(self, questioned: Tensor, specimens: Tensor) -> Tensor:
        """(m, d), (m, d) -> (m,)."""
        logits: Tensor = self.layers(self.scale * (questioned - specimens).abs())
        return logits.squeeze(1)


class Metric(PairHead):
    """Concatenated features through 1024-1024-2 dense layers with softmax.

    Source: Han et al., "MatchNet", CVPR 2015, table 1. Of a softmax over two only the difference of the logits counts,
    so that is given; its binary cross-entropy is the softmax's cross-entropy.
    """

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Linear(2 * dimensions, METRIC_WIDTH), nn.ReLU()),
            *(nn.Linear(METRIC_WIDTH, METRIC_WIDTH), nn.ReLU(), nn.Linear(METRIC_WIDTH, 2)),
        )
        self.scale = math.sqrt(dimensions)

    def forward(self, questioned: Tensor, specimens: Tensor) -> Tensor:
        """(m, d), (m, d) -> (m,)."""
        same, different = self.layers(self.scale * torch.cat([questioned, specimens], dim=1)).unbind(1)
        difference: Tensor = different - same
        return difference


HEADS: Final[dict[str, Callable[[int], PairHead]]] = {"bce": Difference, "metric": Metric}  # by the loss's name


def head_loss(head: PairHead, pairs: Pairs) -> Tensor:
    """Cross-entropy of a batch's pairs -> scalar; of the many random forgeries as many are drawn as there are others.

    Shared branches' pairs are shown in both orders, for the metric network does not know that these mean the same.
    """
    positive, skilled, random = (mask.nonzero() for mask in pairs.kinds(once=False))
    few = len(positive) + len(skilled)
    random = random[torch.randperm(len(random), device=random.device)[: max(1, few)]]

    def mean(chosen: Tensor, different: float) -> Tensor | None:
        if not len(chosen):
            return None
        logits = head(pairs.questioned[chosen[:, 0]], pairs.specimens[chosen[:, 1]])
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, different))

    same = mean(positive, 0.0)
    return balanced(pairs.questioned.sum() * 0.0 if same is None else same, mean(skilled, 1.0), mean(random, 1.0))


@torch.inference_mode()
def head_distance(head: PairHead, questioned: Tensor, specimens: Tensor, *, either_order: bool) -> Tensor:
    """A head's answer on the scale of distances, (m, d), (m, d) -> (m,): twice the probability of "different", 0..2.

    `either_order`: the mean over both orders, for branches that are shared.
    """
    asked = head(questioned, specimens).sigmoid()
    if either_order:
        asked = (asked + head(specimens, questioned).sigmoid()) / 2.0
    answers: Tensor = 2.0 * asked
    return answers
