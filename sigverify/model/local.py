"""Local descriptors in training: their loss, over pairs in which cells look for their like near their own place."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from sigverify.model.losses import double_margin
from sigverify.model.matching import Tokens, out_of_reach

LEAST: Final = 1e-6  # keeps square roots and shares of nothing finite


@dataclass(frozen=True, kw_only=True)
class LocalLoss:
    """The double-margin contrastive loss over distances of matched local descriptors."""

    embedding: float = 0.5  # weight of the embedding's own loss beside this one
    near: float = 0.3
    far: float = 1.1
    cells: float = 1 / 3  # share of the cells that look, drawn anew every step: no single place can carry the answer
    strangers: int = 150  # nearest pairs of two people's genuine signatures; the other pairs teach nothing
    hardest: float = 0.7  # share of the forgeries that counts

    def __call__(
        self, descriptors: Tensor, distance: Tensor, identity: Tensor, genuine: Tensor, tokens: Tokens
    ) -> Tensor:
        """The loss of a batch: descriptors (n, size), the embeddings' distances (n, n), whose, genuine (n,) -> scalar.

        As much weight for genuine pairs as for skilled and random forgeries together.
        """
        kinds = _pairs(distance.detach(), identity, genuine, self.strangers)
        far_apart = one_sided(descriptors, torch.cat(kinds), tokens, self.cells)
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
    return (alike & both).nonzero(), (alike & one).nonzero(), others[nearest]


def one_sided(descriptors: Tensor, pairs: Tensor, tokens: Tokens, share: float) -> Tensor:
    """Distances (m,) of pairs (m, 2), by a share of the cells of one signature of each, both drawn at random.

    `matching.likeness` looks from all cells of both; a part of them costs a fraction and says the same on average.
    """
    cells = descriptors.view(len(descriptors), tokens.rows * tokens.columns, tokens.channels)
    weights, units = cells.norm(dim=2), F.normalize(cells, dim=2, eps=LEAST)
    drawn = torch.randperm(cells.shape[1])[: max(1, round(share * cells.shape[1]))].to(cells.device)
    turned = (torch.rand(len(pairs)) < 0.5).to(cells.device)
    looking, looked_at = torch.where(turned[:, None], pairs.flip(1), pairs).unbind(1)
    barred = torch.from_numpy(out_of_reach(tokens)).to(cells.device)[drawn]
    cosine = torch.baddbmm(barred, units[:, drawn][looking], units[looked_at].transpose(1, 2))  # (m, drawn, cells)
    counted = weights[:, drawn][looking]
    alike = (cosine.max(dim=2).values * counted).sum(dim=1) / (counted.sum(dim=1) + LEAST)
    distance: Tensor = (2.0 - 2.0 * alike).clamp_min(LEAST).sqrt()
    return distance
