"""Cells of two signatures that choose one another, in training: as `matching` has it, with a gradient of its own.

What autograd would keep of a batch (several matrices of cells by cells for each pair) fills a gigabyte, and reading it
back takes longer than reckoning it again in pieces that stay in a processor's cache.
"""

import math
from typing import Any, Final

import torch
from torch import Tensor

AT_ONCE: Final = 2  # pairs; the matrices of more do not stay in a processor's cache
TO_TWO: Final = 1.0 / math.log(2.0)  # exp2 is thrice as fast as exp


class Agreed(torch.autograd.Function):
    """Each cell's cosines summed by how much both cells choose each other, of either signature of m pairs."""

    @staticmethod
    def forward(ctx: Any, one: Tensor, other: Tensor, near: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
        """Unit descriptors (m, cells, channels) twice, reach (cells, cells) in 0 and 1 -> twice (m, cells)."""
        ctx.save_for_backward(one, other, near)
        ctx.temperature = temperature
        parts = [_Piece(a, b, near, temperature) for a, b in _pieces(one, other)]
        return torch.cat([part.forth for part in parts]), torch.cat([part.back for part in parts])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of both signatures' descriptors."""
        one, other, near = ctx.saved_tensors
        parts = [
            _Piece(a, b, near, ctx.temperature, kept=True).gradients(a, b, forth, back)
            for a, b, forth, back in _pieces(one, other, *gradients)
        ]
        return torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts]), None, None


class _Piece:
    """A few pairs: w_ij = exp(c_ij / T) within reach; forth_i = sum of w_ij c_ij / sqrt(row i's and column j's sum)."""

    def __init__(self, one: Tensor, other: Tensor, near: Tensor, temperature: float, *, kept: bool = False) -> None:
        cosine = torch.bmm(one, other.transpose(1, 2))  # (m, cells, cells)
        weight = torch.mul(cosine, TO_TWO / temperature).exp2_().mul_(near)
        self.row, self.column = weight.sum(dim=2).rsqrt_(), weight.sum(dim=1).rsqrt_()  # (m, cells)
        agreed = weight * cosine
        self.forth = (agreed * self.column[:, None]).sum(dim=2).mul_(self.row)
        self.back = (agreed * self.row[..., None]).sum(dim=1).mul_(self.column)
        if kept:
            self._cosine, self._weight, self._agreed, self._temperature = cosine, weight, agreed, temperature

    def gradients(self, one: Tensor, other: Tensor, forth: Tensor, back: Tensor) -> tuple[Tensor, Tensor]:
        """Of a loss by the descriptors (m, cells, channels), from those by `forth` and `back` (m, cells)."""
        first, second = forth * self.row, back * self.column
        # a row's own part of the loss and what its columns have by it, and the other way round
        rows = forth * self.forth + self.row * (self._agreed * second[:, None]).sum(dim=2)
        columns = back * self.back + self.column * (self._agreed * first[..., None]).sum(dim=1)
        each = first[..., None] * self.column[:, None] + self.row[..., None] * second[:, None]  # by w_ij c_ij
        each *= self._cosine.div_(self._temperature).add_(1.0)
        each -= (rows * self.row.square() * (0.5 / self._temperature))[..., None]
        each -= (columns * self.column.square() * (0.5 / self._temperature))[:, None]
        each *= self._weight  # by c_ij
        return torch.bmm(each, other), torch.bmm(each.transpose(1, 2), one)


def _pieces(*rows: Tensor) -> "zip[tuple[Tensor, ...]]":
    return zip(*(torch.split(each, AT_ONCE) for each in rows), strict=True)
