"""Local descriptors of two signatures held against each other place by place. Imports no torch.

Every cell of a grid over the frame has a descriptor: its direction says what the strokes there look like, its length
how much the cell counts. A cell looks for its like only near its own place in the other signature, so that a stroke
may be shifted a little but not stand somewhere else.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
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
    """Whether a cell is within another one's reach, (cells, cells)."""
    row, column = np.divmod(np.arange(tokens.rows * tokens.columns), tokens.columns)
    near: NDArray[np.bool_] = np.abs(row[:, None] - row) <= tokens.reach[0]
    near &= np.abs(column[:, None] - column) <= tokens.reach[1]
    return near


@lru_cache
def out_of_reach(tokens: Tokens) -> Cells:
    """What is added to the cosine of two cells, (cells, cells): nothing where one is within the other's reach."""
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
    cosine = np.matmul(first, second.transpose(0, 2, 1))  # (n, cells, cells)
    forth, back = _agreed(cosine, tokens) if tokens.agreeing else _best(cosine, tokens)
    both = _mean(forth, weights, tokens.power) + _mean(back, others, tokens.power)
    alike: Floats = 0.5 * both.astype(np.float64)
    return alike


def _best(cosine: Cells, tokens: Tokens) -> tuple[Cells, Cells]:
    """The best cosine within each cell's reach, of either signature: twice (n, cells)."""
    cosine += out_of_reach(tokens)
    return cosine.max(axis=2), cosine.max(axis=1)


def _agreed(cosine: Cells, tokens: Tokens) -> tuple[Cells, Cells]:
    """Each cell's cosines summed, by how much both cells choose each other: twice (n, cells).

    That is the root of the product of the shares, softmax over the cells within reach, that either gives the other. A
    cell that several take comes to more than 1.
    """
    weight = np.exp(cosine / np.float32(tokens.agreeing))
    weight *= _near(tokens)
    ones = np.ones((cosine.shape[1], 1), np.float32)
    forth = 1.0 / np.sqrt(weight @ ones)  # (n, cells, 1)
    back = 1.0 / np.sqrt(weight.transpose(0, 2, 1) @ ones)
    weight *= cosine
    return ((weight @ back) * forth)[..., 0], ((weight.transpose(0, 2, 1) @ forth) * back)[..., 0]


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
