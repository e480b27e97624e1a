"""Local descriptors in training: their loss, over pairs in which cells look for their like near their own place."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from sigverify.model.agreeing import Agreed
from sigverify.model.losses import double_margin
from sigverify.model.matching import Tokens

LEAST: Final = 1e-6  # keeps square roots and shares of nothing finite
ALIKE: Final = 1e-3  # what two cells lack at least, for the root of less is too steep to learn by


@dataclass(frozen=True, kw_only=True)
class LocalLoss:
    """The double-margin contrastive loss over distances of matched local descriptors."""

    embedding: float = 0.5  # weight of the embedding's own loss beside this one
    near: float = 0.3
    far: float = 1.1
    cells: float = 1 / 3  # share of the cells that look, drawn anew every step: no single place can carry the answer
    pairs: int = 90  # of each kind at most: the nearest ones of two people's genuine signatures, else any
    hardest: float = 0.7  # share of the forgeries that counts

    def __call__(
        self, descriptors: Tensor, distance: Tensor, identity: Tensor, genuine: Tensor, tokens: Tokens
    ) -> Tensor:
        """The loss of a batch: descriptors (n, size), the embeddings' distances (n, n), whose, genuine (n,) -> scalar.

        As much weight for genuine pairs as for skilled and random forgeries together.
        """
        kinds = _pairs(distance.detach(), identity, genuine, self.pairs)
        far_apart = apart(descriptors, torch.cat(kinds), tokens, self.cells)
        near, *forged = torch.split(far_apart, [len(pairs) for pairs in kinds])
        terms = [self._hardest(each) for each in forged if len(each)]
        loss = self._of(near, True).mean() if len(near) else far_apart.sum() * 0.0
        return loss + torch.stack(terms).mean() if terms else loss

    def _hardest(self, distance: Tensor) -> Tensor:
        each = self._of(distance, False)
        return each.topk(max(1, round(self.hardest * len(each)))).values.mean()

    def _of(self, distance: Tensor, same: bool) -> Tensor:
        return double_margin(distance, torch.full_like(distance, same, dtype=torch.bool), near=self.near, far=self.far)


def _pairs(distance: Tensor, identity: Tensor, genuine: Tensor, most: int) -> tuple[Tensor, Tensor, Tensor]:
    """Numbers (m, 2) of pairs: two genuine ones, a forgery and a genuine one, and the nearest of two people's."""
    alike = (identity[:, None] == identity[None, :]).triu(1)
    both, one = genuine[:, None] & genuine[None, :], genuine[:, None] ^ genuine[None, :]
    others = ((identity[:, None] != identity[None, :]) & both).triu(1).nonzero()
    nearest = distance[others[:, 0], others[:, 1]].topk(min(most, len(others)), largest=False).indices
    return _some((alike & both).nonzero(), most), _some((alike & one).nonzero(), most), others[nearest]


def _some(pairs: Tensor, most: int) -> Tensor:
    return pairs if len(pairs) <= most else pairs[torch.randperm(len(pairs))[:most].to(pairs.device)]


def apart(descriptors: Tensor, pairs: Tensor, tokens: Tokens, share: float) -> Tensor:
    """Distances (m,) of pairs (m, 2) of signatures whose cells choose one another, as `matching.likeness` has them.

    A share of the cells, drawn at random, is looked at; all of them choose. No cell lacks less than `ALIKE`. Raises
    ValueError for cells that take the best one, which is not trained with.
    """
    if not tokens.agreeing:
        raise ValueError("only cells that choose one another are trained with: give a temperature")
    units, weights = _parted(descriptors, tokens)
    drawn = _drawn(units.shape[1], share).to(units.device)
    counts = torch.zeros_like(weights).index_copy(1, drawn, weights[:, drawn])
    used, places = torch.unique(pairs, return_inverse=True)
    asked = torch.cat([pairs, used[:, None].expand(-1, 2)])  # each signature by itself, too
    (one, weights), (other, others) = ((units[side], counts[side]) for side in asked.unbind(1))
    forth, back = Agreed.apply(one, other, tokens)  # type: ignore[no-untyped-call]
    held = 0.5 * (_mean(forth, weights, tokens.power) + _mean(back, others, tokens.power))
    alike, alone = held[: len(pairs)], held[len(pairs) :].clamp_min(LEAST)
    return _distance(alike * (alone[places[:, 0]] * alone[places[:, 1]]).rsqrt())


def _mean(cells: Tensor, counts: Tensor, power: float) -> Tensor:
    """The likeness of cells (m, cells) made one, (m,), as `matching` does."""
    shares = counts / (counts.sum(dim=1, keepdim=True) + LEAST)
    if power == 1.0:
        return (cells.clamp_max(1.0) * shares).sum(dim=1)
    lacking = ((1.0 - cells).clamp_min(ALIKE).pow(power) * shares).sum(dim=1)
    return 1.0 - lacking.clamp_min(LEAST).pow(1.0 / power)


def _parted(descriptors: Tensor, tokens: Tokens) -> tuple[Tensor, Tensor]:
    """Unit descriptors (n, cells, channels) and their lengths (n, cells)."""
    cells = descriptors.view(len(descriptors), tokens.rows * tokens.columns, tokens.channels)
    return F.normalize(cells, dim=2, eps=LEAST), cells.norm(dim=2)


def _drawn(cells: int, share: float) -> Tensor:
    return torch.randperm(cells)[: max(1, round(share * cells))]


def _distance(alike: Tensor) -> Tensor:
    distance: Tensor = (2.0 - 2.0 * alike).clamp_min(LEAST).sqrt()
    return distance
