"""Cells of two signatures that choose one another, in training: as `matching` has it, with a gradient of its own.

What autograd would keep of a batch (several matrices of cells by cells for each pair) fills a gigabyte, and reading it
back takes longer than reckoning it again in pieces that stay in a processor's cache. Only rows within reach are held
against each other, which is less than half of all.
"""

import math
from typing import Any, Final

import torch
from torch import Tensor

from sigverify.model.matching import Tokens, band_rows, within_reach

TO_TWO: Final = 1.0 / math.log(2.0)  # exp2 is thrice as fast as exp


class Agreed(torch.autograd.Function):
    """Each cell's cosines summed, by how much both cells choose each other, of either signature of m pairs."""

    @staticmethod
    def forward(ctx: Any, one: Tensor, other: Tensor, tokens: Tokens) -> tuple[Tensor, Tensor]:
        """Unit descriptors (m, cells, channels) twice -> twice (m, cells)."""
        ctx.save_for_backward(one, other)
        ctx.bands = _Bands(tokens, one)
        forth, back = one.new_empty(one.shape[:2]), one.new_empty(one.shape[:2])
        for number, (first, second) in enumerate(zip(one, other, strict=True)):
            pair = _Pair(first, second, ctx.bands)
            forth[number], back[number] = pair.forth.flatten(), pair.back.flatten()
        return forth, back

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients of both signatures' descriptors."""
        one, other = ctx.saved_tensors
        by_one, by_other = torch.empty_like(one), torch.empty_like(other)
        for number, (first, second, *by) in enumerate(zip(one, other, *gradients, strict=True)):
            by_one[number], by_other[number] = _Pair(first, second, ctx.bands).gradients(*by)
        return by_one, by_other, None


class _Bands:
    """What each row of cells may look at, `matching.within_reach`'s way."""

    def __init__(self, tokens: Tokens, like: Tensor) -> None:
        self.rows, self.columns, self.count = tokens.rows, tokens.columns, band_rows(tokens)
        self.temperature = tokens.agreeing
        self.near = torch.from_numpy(within_reach(tokens)).to(like)  # (rows, columns, cells of a band)

    def of(self, cells: Tensor) -> Tensor:
        """What of every cell (cells, k) each row may look at, (rows, cells of a band, k), 0 beyond the grid: a view."""
        beyond, width = self.count // 2 * self.columns, cells.shape[1]
        roomy = cells.new_zeros(len(cells) + 2 * beyond, width)
        roomy[beyond : beyond + len(cells)] = cells
        return roomy.as_strided((self.rows, self.count * self.columns, width), (self.columns * width, width, 1))

    def summed(self, parts: Tensor) -> Tensor:
        """The bands' parts (rows, cells of a band, k) of each cell added up, (cells, k)."""
        parts = parts.view(self.rows, self.count, self.columns, -1)
        whole = parts.new_zeros(self.rows + self.count - 1, self.columns, parts.shape[3])
        for row in range(self.count):
            whole[row : row + self.rows] += parts[:, row]
        return whole[self.count // 2 :][: self.rows].reshape(-1, parts.shape[3])


class _Pair:
    """Two signatures: w_ij = exp(c_ij / T) within reach; forth_i = sum of w_ij c_ij / sqrt(row i's and column j's sum).

    Matrices are (rows, columns, cells of a band), what belongs to a cell of the first signature (rows, columns, 1), to
    one of the second (cells, 1).
    """

    def __init__(self, one: Tensor, other: Tensor, bands: _Bands) -> None:
        self._bands = bands
        self._first = one.view(bands.rows, bands.columns, -1)
        self._second = bands.of(other)
        self._cosine = torch.bmm(self._first, self._second.transpose(1, 2))
        self._weight = torch.mul(self._cosine, TO_TWO / bands.temperature).exp2_().mul_(bands.near)
        self._row = self._weight.sum(dim=2, keepdim=True).rsqrt_()
        self._column = bands.summed(self._weight.sum(dim=1)).rsqrt_()
        self._agreed = self._weight * self._cosine
        self.forth = self._along(self._column) * self._row
        self.back = self._across(self._row) * self._column

    def _wide(self, column: Tensor) -> Tensor:
        return self._bands.of(column).transpose(1, 2)  # (rows, 1, cells of a band)

    def _along(self, column: Tensor) -> Tensor:
        return (self._agreed * self._wide(column)).sum(dim=2, keepdim=True)

    def _across(self, row: Tensor) -> Tensor:
        return self._bands.summed((self._agreed * row).sum(dim=1))

    def gradients(self, forth: Tensor, back: Tensor) -> tuple[Tensor, Tensor]:
        """Of a loss by the descriptors (cells, channels), from those by `forth` and `back` (cells,)."""
        forth, back = forth.view(self._row.shape), back[:, None]
        first, second = forth * self._row, back * self._column
        # a row's own part of the loss and what its columns have by it, and the other way round
        rows = forth * self.forth + self._row * self._along(second)
        columns = back * self.back + self._column * self._across(first)
        half = 0.5 / self._bands.temperature
        each = torch.addcmul(first * self._wide(self._column), self._row, self._wide(second))  # by w_ij c_ij
        each = torch.addcmul(each, each, self._cosine, value=1.0 / self._bands.temperature)
        each -= rows * self._row.square() * half
        each -= self._wide(columns * self._column.square() * half)
        each *= self._weight  # by c_ij
        one = torch.bmm(each, self._second).flatten(0, 1)
        return one, self._bands.summed(torch.bmm(each.transpose(1, 2), self._first))
