"""Every pair of a batch: what its two sides are, and which kind of trial it stands for."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """The n x n pairs of a batch; row i is a questioned signature, column j a specimen."""

    questioned: Tensor  # (n, d) unit rows
    specimens: Tensor  # (n, d) of the same pictures; the same tensor where the branches are shared
    identity: Tensor  # (n,) int, whose
    genuine: Tensor  # (n,) bool

    @property
    def separate(self) -> bool:
        """Whether the sides went through branches of their own, so that pair (i, j) is not pair (j, i)."""
        return self.specimens is not self.questioned

    @property
    def distance(self) -> Tensor:
        """Euclidean distances, (n, n)."""
        return pairwise(self.questioned, self.specimens)

    def kinds(self, *, once: bool) -> tuple[Tensor, Tensor, Tensor]:
        """Which pairs are genuine ones, skilled and random forgeries, (n, n) bool each; no picture with itself.

        `once`: of shared branches' pairs (i, j) and (j, i) only one. With separate branches a skilled forgery is
        always the questioned one, as it is in use.
        """
        alike = self.identity[:, None] == self.identity[None, :]
        both = self.genuine[:, None] & self.genuine[None, :]
        one = ~both & (self.genuine[:, None] | self.genuine[None, :])
        if self.separate:
            one = one & self.genuine[None, :]
        every = torch.ones_like(alike)
        counted = every.triu(1) if once and not self.separate else every.triu(1) | every.tril(-1)
        return alike & both & counted, alike & one & counted, ~alike & both & counted


def pairwise(questioned: Tensor, specimens: Tensor | None = None) -> Tensor:
    """Euclidean distances between unit rows, (n, d) and (m, d) -> (n, m); the gradient stays finite at 0.

    Without `specimens`, those of the rows to one another.
    """
    cosine = questioned @ (questioned if specimens is None else specimens).T
    return (2.0 - 2.0 * cosine).clamp_min(1e-6).sqrt()


def balanced(positive: Tensor, *negatives: Tensor | None) -> Tensor:
    """Means of a batch's losses made one: as much weight for genuine pairs as for all kinds of forgery together."""
    there = [mean for mean in negatives if mean is not None]
    return positive + torch.stack(there).mean() if there else positive
