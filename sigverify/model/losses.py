"""Contrastive losses over distances between unit embeddings; each is a function of distances alone."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


def contrastive(distance: Tensor, same: Tensor, *, margin: float = 1.0) -> Tensor:
    """Single-margin contrastive loss of each pair, (n,) -> (n,): half the square of d, or of what lacks to the margin.

    Source: Hadsell, Chopra, LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR 2006, equation 4.
    """
    return 0.5 * torch.where(same, distance.square(), F.relu(margin - distance).square())


def double_margin(distance: Tensor, same: Tensor, *, near: float = 0.3, far: float = 1.2) -> Tensor:
    """Double-margin contrastive loss of each pair, (n,) -> (n,): genuine pairs need only come within `near`.

    A person's own signatures differ; pulling them to one point spends the network on what is not there to learn.
    Source: Lin, Morere, Chandrasekhar, Veillard, Goh, "DeepHash", 2015, section 3.2.
    """
    return torch.where(same, F.relu(distance - near).square(), F.relu(far - distance).square())


@dataclass(frozen=True, kw_only=True)
class PairLoss:
    """Which contrastive loss, and how much of a batch's pairs it looks at."""

    kind: str = "double_margin"
    near: float = 0.3
    far: float = 1.2
    hardest: float = 0.3  # share of the random negatives that counts; most are far apart and teach nothing
    hardest_skilled: float = 0.7

    def of_pairs(self, distance: Tensor, same: Tensor) -> Tensor:
        """The loss of each pair, (n,) -> (n,)."""
        if self.kind == "contrastive":
            return contrastive(distance, same, margin=self.far)
        return double_margin(distance, same, near=self.near, far=self.far)

    def __call__(self, embeddings: Tensor, identity: Tensor, genuine: Tensor) -> Tensor:
        """The loss of a batch: embeddings (n, d) unit rows, identity (n,) int, genuine (n,) bool -> scalar.

        Positive pairs are two genuine signatures of one person; half of the negatives' weight goes to skilled forgeries
        against the person's genuine ones, half to genuine ones of other people; the hardest of each kind count.
        """
        distance = pairwise(embeddings)
        alike = identity[:, None] == identity[None, :]
        both = genuine[:, None] & genuine[None, :]
        one = genuine[:, None] ^ genuine[None, :]
        upper = torch.ones_like(alike).triu(1)
        positive = distance[alike & both & upper]
        skilled = distance[alike & one & upper]
        random = distance[~alike & both & upper]
        loss = self._mean(positive, True, 1.0)
        return loss + 0.5 * (self._mean(skilled, False, self.hardest_skilled) + self._mean(random, False, self.hardest))

    def _mean(self, distance: Tensor, same: bool, share: float) -> Tensor:
        if not len(distance):
            return distance.sum()
        each = self.of_pairs(distance, torch.full_like(distance, same, dtype=torch.bool))
        count = max(1, round(share * len(each)))
        return each.topk(count).values.mean() if count < len(each) else each.mean()


def pairwise(embeddings: Tensor) -> Tensor:
    """Euclidean distances between unit rows, (n, d) -> (n, n); the gradient stays finite at 0."""
    cosine = embeddings @ embeddings.T
    return (2.0 - 2.0 * cosine).clamp_min(1e-6).sqrt()
