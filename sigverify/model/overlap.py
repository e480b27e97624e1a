"""How far a place found on a cheque agrees with where the signature is. Imports no torch."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from sigverify.boxes import area, shared
from sigverify.domain import Box, Point

TOLERANCE: Final = 2.0  # pixels; a stroke's edge lies no more exactly than that in any labelling

Mask = NDArray[np.bool_]  # (h, w) true where there is ink


def covered(truth: Box, by: Box) -> float:
    """Which share of the true box lies inside another, 0..1."""
    return shared(truth, by) / area(truth)


def centre(box: Box) -> Point:
    """The middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def holds(box: Box, point: Point) -> bool:
    """Whether a point lies in a box, its edges among it."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def grown(box: Box, margin: int) -> Box:
    """The box with so many pixels more on every side, but none left of or above the picture."""
    return max(0, box[0] - margin), max(0, box[1] - margin), box[2] + margin, box[3] + margin


def moved(box: Box, matrix: NDArray[np.float64]) -> Box:
    """The upright box round a box that an affine (2, 3) or projective (3, 3) matrix has moved, whole pixels."""
    x0, y0, x1, y1 = box
    corners = np.array([(x0, y0, 1), (x1, y0, 1), (x1, y1, 1), (x0, y1, 1)], np.float64)
    at = corners @ matrix.T
    if at.shape[1] == 3:
        at = at[:, :2] / at[:, 2:]
    low, high = np.round(at.min(axis=0), 6), np.round(at.max(axis=0), 6)  # a quarter turn gives whole pixels again
    left, top = max(0, math.floor(low[0])), max(0, math.floor(low[1]))
    return left, top, max(left + 1, math.ceil(high[0])), max(top + 1, math.ceil(high[1]))


def stroke_dice(found: Mask, truth: Mask, tolerance: float = TOLERANCE) -> float:
    """How alike two drawings of strokes (h, w) are, 0..1, ink counting as matched within `tolerance` pixels of ink.

    Matched pixels of both as a share of all pixels of both; 1 where neither has ink. Raises ValueError for two sizes.
    """
    if found.shape != truth.shape:
        raise ValueError(f"strokes are compared on one picture, not on {found.shape} and {truth.shape}")
    ink = int(found.sum()) + int(truth.sum())
    if ink == 0:
        return 1.0
    if not found.any() or not truth.any():
        return 0.0
    found, truth = _cut(found, truth)
    return (_near(found, truth, tolerance) + _near(truth, found, tolerance)) / ink


def _near(ink: Mask, other: Mask, tolerance: float) -> int:
    """How many pixels of `ink` lie within reach of `other`'s."""
    away: NDArray[np.float64] = distance_transform_edt(~other)
    return int((away[ink] <= tolerance).sum())


def _cut(one: Mask, other: Mask) -> tuple[Mask, Mask]:
    """Both without the rows and columns round all their ink: a signature is a small part of a cheque."""
    either = one | other
    rows, columns = np.flatnonzero(either.any(axis=1)), np.flatnonzero(either.any(axis=0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return one[part], other[part]
