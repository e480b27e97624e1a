"""Local descriptors of two signatures held against each other place by place. Imports no torch.

Every cell of a grid over the frame has a descriptor: its direction says what the strokes there look like, its length
how much the cell counts. A cell looks for its like only near its own place in the other signature, so that a stroke
may be shifted a little but not stand somewhere else.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float64]
Cells = NDArray[np.float32]

OUT_OF_REACH: Final = -4.0  # added to a cosine, so that the best of the others is taken
LEAST: Final = 1e-6  # keeps roots and shares of nothing finite
AT_ONCE: Final = 1  # pairs; the cosines of more do not stay in a processor's cache


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """How the local descriptors lie in an embedding: row by row, cell by cell, a cell's channels together.

    And how two signatures' are held against each other: whether a cell takes the best one within its reach, or all of
    them as far as they take it in turn, and how much a few badly matched cells count against many well matched ones.
    """

    rows: int
    columns: int
    channels: int
    reach: tuple[int, int]  # rows and columns that a cell looks around itself
    agreeing: float = 0.0  # temperature at which cells choose one another; 0: each takes the best one
    power: float = 1.0  # of the cells' dissimilarities in their mean; below 1 a few bad ones count less

    def __post_init__(self) -> None:
        if min(self.rows, self.columns, self.channels) < 1 or min(self.reach) < 0:
            raise ValueError("a grid of local descriptors has cells, and reaches no less than its own cell")
        if self.agreeing and not 0.02 <= self.agreeing <= 10.0:
            raise ValueError("cells choose one another at a temperature of 0.02 to 10, or of 0 the best one")
        if not 0.0 < self.power <= 1.0:
            raise ValueError("the power of dissimilarities lies above 0 and is 1 at most")

    @property
    def size(self) -> int:
        """How many numbers they are."""
        return self.rows * self.columns * self.channels

    @property
    def plain(self) -> bool:
        """Whether likeness is the mean cosine of each cell and its best one, which is 1 of a signature to itself."""
        return not self.agreeing and self.power == 1.0


@lru_cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


@lru_cache
def within_reach(tokens: Tokens) -> NDArray[np.bool_]:
    """Whether a cell of a signature is within the reach of another's, (rows, columns, cells of a band).

    A band is what a row of cells may look at: the rows of the other signature up to a reach above and below it, those
    beyond the grid among them, whose cells are out of reach.
    """
    own, column, beside, other = np.ogrid[: tokens.rows, : tokens.columns, : band_rows(tokens), : tokens.columns]
    row = own + beside - band_rows(tokens) // 2
    near = (row >= 0) & (row < tokens.rows) & (np.abs(column - other) <= tokens.reach[1])
    reachable: NDArray[np.bool_] = near.reshape(tokens.rows, tokens.columns, -1)
    return reachable


def band_rows(tokens: Tokens) -> int:
    """How many rows of cells a band has: an odd number."""
    return 2 * min(tokens.reach[0], tokens.rows - 1) + 1


@lru_cache
def _out_of_reach(tokens: Tokens) -> Cells:
    return np.where(within_reach(tokens), np.float32(0.0), np.float32(OUT_OF_REACH))


@lru_cache
def _near(tokens: Tokens) -> Cells:
    return within_reach(tokens).astype(np.float32)


def likeness(one: NDArray[Any], other: NDArray[Any], tokens: Tokens, alone: Floats | None = None) -> Floats:
    """How alike the descriptors (n, size) of n pairs are: (n,), at most 1, which a signature is to itself.

    `alone` (n,), where it is known already, is the product of what both come to by themselves.
    """
    if alone is None:
        alone = by_itself(one, tokens) * by_itself(other, tokens)
    return np.minimum(held(one, other, tokens) / np.sqrt(alone), 1.0)


def by_itself(rows: NDArray[Any], tokens: Tokens) -> Floats:
    """What descriptors (n, size) come to when held against themselves, (n,): 1 where each cell takes the best one.

    Else less, for neighbouring cells on one stroke are alike and choose each other, too.
    """
    return np.ones(len(rows)) if tokens.plain else np.maximum(held(rows, rows, tokens), LEAST)


def held(one: NDArray[Any], other: NDArray[Any], tokens: Tokens) -> Floats:
    """The descriptors (n, size) of n pairs held against each other, the mean of both ways to look: (n,), at most 1."""
    pieces = [slice(start, start + AT_ONCE) for start in range(0, len(one), AT_ONCE)]
    with _blas().limit(limits=1, user_api="blas"):  # these are many small products, which a second thread slows down
        parts = [_held(one[piece], other[piece], tokens) for piece in pieces]
    return np.concatenate(parts) if parts else np.zeros(0)


def _held(one: NDArray[Any], other: NDArray[Any], tokens: Tokens) -> Floats:
    shape = (len(one), tokens.rows * tokens.columns, tokens.channels)
    (first, weights), (second, others) = (_parted(np.asarray(rows, np.float32).reshape(shape)) for rows in (one, other))
    rows = first.reshape(-1, tokens.rows, tokens.columns, tokens.channels)
    cosine = np.matmul(rows, _bands(second, tokens).swapaxes(2, 3))  # (n, rows, columns, cells of a band)
    forth, back = _agreed(cosine, tokens) if tokens.agreeing else _best(cosine, tokens)
    both = _mean(forth, weights, tokens.power) + _mean(back, others, tokens.power)
    alike: Floats = 0.5 * both.astype(np.float64)
    return alike


def _bands(cells: Cells, tokens: Tokens) -> Cells:
    """What of every cell (n, cells, k) each row of cells may look at, (n, rows, cells of a band, k); 0 beyond the grid.

    A view: a band shares all of its rows but one with the next.
    """
    beyond, band = band_rows(tokens) // 2 * tokens.columns, band_rows(tokens) * tokens.columns
    roomy = np.pad(cells, ((0, 0), (beyond, beyond), (0, 0)))
    windows = sliding_window_view(roomy, band, axis=1)[:, :: tokens.columns]  # (n, rows, k, cells of a band)
    return windows.swapaxes(2, 3)


def _over_bands(parts: Cells, tokens: Tokens, by: np.ufunc, start: float) -> Cells:
    """What the bands say of each cell, (n, rows, cells of a band) -> (n, cells), put together by a function of two."""
    count = band_rows(tokens)
    parts = parts.reshape(-1, tokens.rows, count, tokens.columns)
    whole = np.full((len(parts), tokens.rows + count - 1, tokens.columns), start, np.float32)
    for row in range(count):
        part = whole[:, row : row + tokens.rows]
        by(part, parts[:, :, row], out=part)
    inside: Cells = whole[:, count // 2 : count // 2 + tokens.rows].reshape(len(parts), -1)
    return inside


def _best(cosine: Cells, tokens: Tokens) -> tuple[Cells, Cells]:
    """The best cosine within each cell's reach, of either signature: twice (n, cells)."""
    cosine += _out_of_reach(tokens)
    forth: Cells = cosine.max(axis=3).reshape(len(cosine), -1)
    return forth, _over_bands(cosine.max(axis=2), tokens, np.maximum, OUT_OF_REACH)


def _agreed(cosine: Cells, tokens: Tokens) -> tuple[Cells, Cells]:
    """Each cell's cosines summed, by how much both cells choose each other: twice (n, cells).

    That is the root of the product of the shares, softmax over the cells within reach, that either gives the other. A
    cell that several take comes to more than 1.
    """
    weight = cosine / np.float32(tokens.agreeing)
    np.exp(weight, out=weight)
    weight *= _near(tokens)
    ones = np.ones((weight.shape[3], 1), np.float32)  # sums as products, which are three times as fast
    row = np.reciprocal(np.sqrt(weight @ ones))  # (n, rows, columns, 1)
    column = np.reciprocal(np.sqrt(_over_bands(ones[: tokens.columns].T @ weight, tokens, np.add, 0.0)))  # (n, cells)
    weight *= cosine
    forth = np.multiply(row, weight @ _bands(column[..., None], tokens), dtype=np.float32)
    back = column * _over_bands(row.swapaxes(2, 3) @ weight, tokens, np.add, 0.0)
    return forth.reshape(back.shape), back


def _mean(cells: Cells, counts: Cells, power: float) -> Cells:
    """The likeness of cells (n, cells) made one, (n,): 1 less the power mean of what each lacks to it."""
    if power == 1.0:
        plain: Cells = (np.minimum(cells, 1.0) * counts).sum(axis=1)
        return plain
    lacking = np.maximum(1.0 - cells, np.float32(0.0)) ** np.float32(power)
    mean: Cells = counts.sum(axis=1) - (lacking * counts).sum(axis=1) ** np.float32(1.0 / power)
    return mean


def _parted(cells: Cells) -> tuple[Cells, Cells]:
    """Unit descriptors (n, cells, channels) and what each counts (n, cells), which adds up to 1."""
    length = np.linalg.norm(cells, axis=-1)
    total = length.sum(axis=1, keepdims=True)
    return cells / np.maximum(length, 1e-12)[..., None], length / np.maximum(total, 1e-12)
