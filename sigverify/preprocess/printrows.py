"""Printed rows ("Authorised signatory"): small components of one height that stand on one line."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from sigverify.preprocess.cleaning import AREA, HEIGHT, WIDTH, Parts, X, Y
from sigverify.preprocess.inkmask import Mask

LEAST_LETTERS: Final = 5  # a signature in print letters seldom has so many of one height on one line
SMALLEST: Final = 4  # pixels; lower is a speck
FLATTER: Final = 2.2  # widths over heights; a letter is not wider, nor are two that touch
ALIKE: Final = 1.75  # times; a small letter and a capital differ by no more
NEAR: Final = 1.1  # heights between one letter and the next, also across a space
LEVEL: Final = 0.12  # heights by which letters miss their common line
MOST: Final = 500  # components; more is a page, and not worth comparing all with all


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A printed row."""

    members: NDArray[np.int64]  # which components
    top: int  # pixels
    bottom: int
    left: int
    right: int


def without_rows(ink: Mask) -> Mask:
    """The ink without what stands in printed rows, and without bars of one width below each other (a bar code)."""
    parts = Parts.of(ink)
    turned = Parts(labels=parts.labels, stats=parts.stats[:, [Y, X, HEIGHT, WIDTH, AREA]])
    keep = np.ones(len(parts.stats), np.bool_)
    for row in find_rows(parts) + find_rows(turned):
        keep[row.members] = False
    return ink if keep.all() else parts.kept(keep)


def find_rows(parts: Parts) -> list[Row]:
    """The printed rows among the components of an upright ink mask."""
    stats = parts.stats.astype(np.float64)
    high, wide = stats[:, HEIGHT], stats[:, WIDTH]
    letters = np.flatnonzero((high >= SMALLEST) & (wide <= FLATTER * high))
    if not LEAST_LETTERS <= len(letters) <= MOST:
        return []
    _, group = connected_components(_neighbours(stats[letters]), directed=False)
    rows = []
    for number in np.flatnonzero(np.bincount(group) >= LEAST_LETTERS):
        members = letters[group == number]
        if len(members) >= LEAST_LETTERS and _regular(stats[members]):
            rows.append(_row(parts.stats, members))
    return rows


def _neighbours(stats: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which letters (n, n) may follow each other in a row."""
    left, top, wide, high = stats[:, X], stats[:, Y], stats[:, WIDTH], stats[:, HEIGHT]
    larger = np.maximum(high[:, None], high)
    gap = np.maximum(left[:, None], left) - np.minimum((left + wide)[:, None], left + wide)
    bottom = top + high
    play = LEVEL * larger + 1.0
    on_line = (np.abs(bottom[:, None] - bottom) <= play) | (np.abs(top[:, None] - top) <= play)
    alike = larger <= ALIKE * np.minimum(high[:, None], high)
    near: NDArray[np.bool_] = on_line & alike & (gap <= NEAR * larger) & (gap >= -0.3 * larger)
    return near


def _regular(stats: NDArray[np.float64]) -> bool:
    """Whether most letters of a chain stand on one straight line, which no hand keeps to."""
    bottom = stats[:, Y] + stats[:, HEIGHT]
    middle = stats[:, X] + stats[:, WIDTH] / 2.0
    high = float(np.median(stats[:, HEIGHT]))
    play = 0.06 * high + 0.75
    slopes = (bottom[:, None] - bottom) / np.where(
        np.abs(middle[:, None] - middle) > 1.0, middle[:, None] - middle, np.inf
    )
    slope = float(np.clip(np.median(slopes[~np.eye(len(stats), dtype=bool)]), -0.04, 0.04))
    offset = bottom - slope * middle
    best = max(int(np.sum(np.abs(offset - at) <= play)) for at in offset)
    return best >= max(LEAST_LETTERS - 1, 0.6 * len(stats))


def _row(stats: NDArray[np.int32], members: NDArray[np.int64]) -> Row:
    x, y, wide, high = (stats[members, column] for column in (X, Y, WIDTH, HEIGHT))
    return Row(
        members=members,
        top=int(y.min()),
        bottom=int((y + high).max()),
        left=int(x.min()),
        right=int((x + wide).max()),
    )
