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

OUT_OF_REACH: Final = -4.0  # added to a cosine, so that the best of the others is taken


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """How the local descriptors lie in an embedding: row by row, cell by cell, a cell's channels together."""

    rows: int
    columns: int
    channels: int
    reach: tuple[int, int]  # rows and columns that a cell looks around itself

    def __post_init__(self) -> None:
        if min(self.rows, self.columns, self.channels) < 1 or min(self.reach) < 0:
            raise ValueError("a grid of local descriptors has cells, and reaches no less than its own cell")

    @property
    def size(self) -> int:
        """How many numbers they are."""
        return self.rows * self.columns * self.channels


@lru_cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


@lru_cache
def out_of_reach(tokens: Tokens) -> NDArray[np.float32]:
    """What is added to the cosine of two cells, (cells, cells): nothing where one is within the other's reach."""
    row, column = np.divmod(np.arange(tokens.rows * tokens.columns), tokens.columns)
    far = np.abs(row[:, None] - row) > tokens.reach[0]
    far |= np.abs(column[:, None] - column) > tokens.reach[1]
    return np.where(far, np.float32(OUT_OF_REACH), np.float32(0.0))


def likeness(one: NDArray[Any], other: NDArray[Any], tokens: Tokens) -> Floats:
    """How alike the descriptors (n, size) of n pairs are, the mean of both ways to look: (n,), at most 1."""
    shape = (len(one), tokens.rows * tokens.columns, tokens.channels)
    (first, weights), (second, others) = (_parted(np.asarray(rows, np.float32).reshape(shape)) for rows in (one, other))
    with _blas().limit(limits=1, user_api="blas"):  # these are many small products, which a second thread slows down
        cosine = np.matmul(first, second.transpose(0, 2, 1))  # (n, cells, cells)
    cosine += out_of_reach(tokens)
    forth, back = (cosine.max(axis=2) * weights).sum(axis=1), (cosine.max(axis=1) * others).sum(axis=1)
    alike: Floats = (0.5 * (forth + back)).astype(np.float64)
    return alike


def _parted(cells: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Unit descriptors (n, cells, channels) and what each counts (n, cells), which adds up to 1."""
    length = np.linalg.norm(cells, axis=-1)
    total = length.sum(axis=1, keepdims=True)
    return cells / np.maximum(length, 1e-12)[..., None], length / np.maximum(total, 1e-12)
