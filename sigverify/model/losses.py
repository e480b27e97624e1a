"""The losses by name: contrastive ones here, functions of distances alone; the others in modules of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from sigverify.model.heads import HEADS, PairHead, head_loss
from sigverify.model.pairs import Pairs, balanced
from sigverify.model.triplet import triplet


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
    """Which loss, and how much of a batch's pairs it looks at."""

    kind: str = "double_margin"  # of `LOSSES`
    near: float = 0.3
    far: float = 1.1
    alpha: float = 0.2  # of the triplet loss, between squared distances
    hardest: float = 0.3  # share of the random negatives that counts; most are far apart and teach nothing
    hardest_skilled: float = 0.7

    def of_pairs(self, distance: Tensor, same: Tensor) -> Tensor:
        """The contrastive loss of each pair, (n,) -> (n,)."""
        if self.kind == "contrastive":
            return contrastive(distance, same, margin=self.far)
        return double_margin(distance, same, near=self.near, far=self.far)

    def __call__(
        self,
        embeddings: Tensor,
        identity: Tensor,
        genuine: Tensor,
        specimens: Tensor | None = None,
        head: PairHead | None = None,
    ) -> Tensor:
        """The loss of a batch: embeddings (n, d) unit rows, identity (n,) int, genuine (n,) bool -> scalar.

        `specimens` (n, d): the same pictures through the specimens' branch, where that is another one. Positive pairs
        are two genuine signatures of one person; half of the negatives' weight goes to skilled forgeries against the
        person's genuine ones, half to genuine ones of other people.
        """
        other = embeddings if specimens is None else specimens
        return LOSSES[self.kind](
            self, Pairs(questioned=embeddings, specimens=other, identity=identity, genuine=genuine), head
        )


def _by_distance(loss: PairLoss, pairs: Pairs, _: PairHead | None) -> Tensor:
    """A contrastive loss over distances; the hardest of each kind of forgery count."""
    distance = pairs.distance
    positive, skilled, random = (distance[mask] for mask in pairs.kinds(once=True))
    near = _mean(loss, positive, True, 1.0)
    forged = _mean(loss, skilled, False, loss.hardest_skilled), _mean(loss, random, False, loss.hardest)
    return balanced(distance.sum() * 0.0 if near is None else near, *forged)


def _mean(loss: PairLoss, distance: Tensor, same: bool, share: float) -> Tensor | None:
    if not len(distance):
        return None
    each = loss.of_pairs(distance, torch.full_like(distance, same, dtype=torch.bool))
    count = max(1, round(share * len(each)))
    return each.topk(count).values.mean() if count < len(each) else each.mean()


def _triplets(loss: PairLoss, pairs: Pairs, _: PairHead | None) -> Tensor:
    return triplet(pairs, alpha=loss.alpha)


def _by_head(_: PairLoss, pairs: Pairs, head: PairHead | None) -> Tensor:
    assert head is not None, "a recipe's network has the head that its loss trains"
    return head_loss(head, pairs)


LOSSES: Final[dict[str, Callable[[PairLoss, Pairs, PairHead | None], Tensor]]] = {
    "double_margin": _by_distance,
    "contrastive": _by_distance,
    "triplet": _triplets,
    **dict.fromkeys(HEADS, _by_head),
}
