"""Printed rows ("Authorised signatory"): small components of one height that stand on one line."""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from sigverify.preprocess.cleaning import AREA, HEIGHT, WIDTH, Parts, X, Y
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.rulelines import AROUND, segment

LEAST_LETTERS: Final = 5  # a signature in print letters seldom has so many of one height on one line
LEAST_UNSEEN: Final = 8  # the same of a row with much ink where no network has seen any; Bengali hands reach six
SMALLEST: Final = 4  # pixels; lower is a speck
FLATTER: Final = 2.2  # widths over heights; a letter is not wider, nor are two that touch
ALIKE: Final = 1.75  # times; a small letter and a capital differ by no more
NEAR: Final = 1.1  # heights between one letter and the next, also across a space
FAR: Final = 3.5  # heights between two letters exactly alike; the ones between them hang on the signature
LEVEL: Final = 0.12  # heights by which letters miss their common line
REACH: Final = 1  # heights of the row beside it, where its first or last letter may hang on the signature
STEEP_RUN: Final = 0.8  # heights; a stroke that comes into the row goes straight on for as long
LEVEL_RUN: Final = 2.0  # heights; no letter has so long a level stroke
LEVEL_ANGLES: Final = (0, 15, 165)  # degrees
SIGNATURE: Final = 0.5  # of the ink in the box; a row that holds more is what was signed
SIGNATURE_SEEN: Final = 0.25  # the same, of what the network has seen, which hardly ever is print, or in a short row
BAR: Final = 0.8  # of its box is black
STAND: Final = 0.04  # heights by which printed letters miss the line they stand on
MOST: Final = 300  # components; more is a page, and not worth comparing all with all


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A printed row."""

    members: NDArray[np.int64]  # which components
    top: int  # pixels
    bottom: int
    left: int
    right: int


def without_rows(ink: Mask, weight: NDArray[np.float32], *, seen: bool) -> tuple[Mask, list[Row]]:
    """The ink without printed letters that stand free and without bar codes; and the rows of these letters.

    `weight` (h, w) is how likely ink is the signature's, by a network where it has `seen` one; a row
    that holds much of it is no print.
    """
    parts = Parts.of(ink)
    keep = np.ones(len(parts.stats), np.bool_)
    likely = np.bincount(parts.labels.ravel(), weight.ravel(), len(keep) + 1)[1:]
    rows, columns = (
        [row for row in found if _printed(row, float(likely[row.members].sum() / max(likely.sum(), 1.0)), seen)]
        for found in (find_rows(parts), find_rows(turned(parts)))
    )
    for row in rows + columns:
        keep[row.members] = False
    kept = ink if keep.all() else parts.kept(keep)
    for column in columns:
        kept = _cut_off(kept, column) if _solid(parts, column) else kept
    return kept, rows


def _printed(row: Row, share: float, seen: bool) -> bool:
    """Whether a row that holds this share of the likely ink was printed, not signed in letters of one height."""
    if share <= SIGNATURE_SEEN:
        return True
    return not seen and share <= SIGNATURE and len(row.members) >= LEAST_UNSEEN


def turned(parts: Parts) -> Parts:
    """The components as if the picture had been mirrored at its diagonal; a bar code's bars stand in rows then."""
    return Parts(labels=parts.labels, stats=parts.stats[:, [Y, X, HEIGHT, WIDTH, AREA]])


def cut_free(ink: Mask, row: Row, stroke: float) -> Mask:
    """The ink without letters of a row that hang on the signature, whose strokes are `stroke` pixels wide.

    Those strokes are the signature's that come into the row from outside and go straight on, or run along all of it.
    """
    high, pen = row.bottom - row.top, math.ceil(stroke)
    x0, x1 = max(0, row.left - REACH * high), min(ink.shape[1], row.right + REACH * high)
    y0, y1 = max(0, row.top - 1 - high), min(ink.shape[0], row.bottom + 1 + high)
    top, bottom = row.top - 1 - y0, row.bottom + 1 - y0
    part = ink[y0:y1, x0:x1]
    inside = np.zeros_like(part)
    inside[max(0, top) : bottom] = part[max(0, top) : bottom]
    if not inside.any():
        return ink
    beyond = np.ones_like(part)
    beyond[max(0, top - pen) : bottom + pen] = 0
    freed = ink.copy()
    freed[y0:y1, x0:x1] = cv2.subtract(part, cv2.subtract(inside, _straight_on(part, beyond, high)))
    return freed


def _straight_on(part: Mask, beyond: Mask, high: int) -> Mask:
    """The straight strokes in and about a row `high` pixels high that reach `beyond` it, or are longer than letters."""
    through = np.zeros_like(part)
    for angle in AROUND:
        level = angle in LEVEL_ANGLES
        length = round((LEVEL_RUN if level else STEEP_RUN) * high)
        straight = cv2.morphologyEx(part, cv2.MORPH_OPEN, segment(length, angle))
        if not level and straight.any():
            parts = Parts.of(straight)  # type: ignore[arg-type]
            reached = np.bincount(parts.labels[beyond > 0], minlength=len(parts.stats) + 1)[1:]
            straight = parts.kept(reached > 0)
        np.bitwise_or(through, straight, out=through, casting="unsafe")
    return through


def _solid(parts: Parts, column: Row) -> bool:
    """Whether the members are bars."""
    stats = parts.stats[column.members].astype(np.float64)
    return bool(np.median(stats[:, AREA] / (stats[:, WIDTH] * stats[:, HEIGHT])) >= BAR)


def _cut_off(ink: Mask, column: Row) -> Mask:
    """The ink without a bar code (its box mirrored), whatever crosses it, for nobody could read that."""
    cut = ink.copy()
    high = column.bottom - column.top
    cut[max(0, column.left - high) : column.right + high, max(0, column.top - 1) : column.bottom + 1] = 0
    return cut


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
        if _regular(stats[members]):
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
    exact = np.maximum(np.abs(bottom[:, None] - bottom), np.abs(top[:, None] - top)) <= play
    near: NDArray[np.bool_] = alike & (gap >= -0.3 * larger)
    near &= (on_line & (gap <= NEAR * larger)) | (exact & (gap <= FAR * larger))
    return near


def _regular(stats: NDArray[np.float64]) -> bool:
    """Whether most letters of a chain stand on one straight line, which no hand keeps to."""
    bottom = stats[:, Y] + stats[:, HEIGHT]
    middle = stats[:, X] + stats[:, WIDTH] / 2.0
    high = float(np.median(stats[:, HEIGHT]))
    play = STAND * high + 0.7
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
