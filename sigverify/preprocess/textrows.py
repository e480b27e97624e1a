"""Which way rows of print and ruled lines run: where marks are projected along them, they fall into few places."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.cleaning import AREA, HEIGHT, WIDTH, X, Y
from sigverify.preprocess.inkmask import Mask, find_ink

METHOD: Final = "otsu_at_edges"
FAINTEST: Final = 18.0  # grey levels between ink and paper; less is the noise of blank paper
MOST_SKEW: Final = 12.0  # degrees looked at to either side; a little more than is promised
COARSE: Final = 0.5  # degrees
FINE: Final = 0.05  # degrees
MOST_POINTS: Final = 20_000  # of outlines; more say nothing new
FEWEST_POINTS: Final = 200
LARGE: Final = 0.3  # of the picture's shorter side; what is as high as wide and larger is no print
AT_THE_SIDE: Final = 2  # pixels

Points = NDArray[np.float64]  # (n, 2) x, y


@dataclass(frozen=True, kw_only=True)
class Rows:
    """How marks lie in rows of one direction."""

    skew: float  # degrees by which the rows run clockwise of the direction
    clear: float  # how much more the marks fall together at this angle than at most others; 1: not at all


def print_of(grey: Image) -> Mask:
    """Ink of a grey picture (h, w), without shadows along its sides and without what is too large to be print."""
    ink = find_ink(grey, METHOD)
    if ink.contrast < FAINTEST:
        return np.zeros_like(grey)
    height, width = grey.shape
    labels, stats = cv2.connectedComponentsWithStats(ink.mask, connectivity=8, ltype=cv2.CV_32S)[1:3]
    left, top, wide, high = (stats[:, column] for column in (X, Y, WIDTH, HEIGHT))
    beside = (left < AT_THE_SIDE) | (top < AT_THE_SIDE)
    beside |= (left + wide > width - AT_THE_SIDE) | (top + high > height - AT_THE_SIDE)
    large = np.minimum(wide, high) > LARGE * min(height, width)
    solid = stats[:, AREA] > 0.5 * wide * high
    keep = ~(beside | (large & solid)) & (np.maximum(wide, high) > 2)
    keep[0] = False
    kept: Mask = np.where(keep, 255, 0).astype(np.uint8)[labels]
    return kept


def rows_across(mask: Mask) -> Rows:
    """The rows of a mask (h, w) that run from left to right."""
    points = _outline(mask)
    if len(points) < FEWEST_POINTS:
        return Rows(skew=0.0, clear=1.0)
    return _rows(points)


def rows_down(mask: Mask) -> Rows:
    """The rows of a mask (h, w) that run from top to bottom, as on a cheque turned by a quarter."""
    return rows_across(np.rot90(mask))


def _outline(mask: Mask) -> Points:
    """Where ink begins or ends from top to bottom, about the middle of the picture."""
    below = np.zeros_like(mask)
    below[:-1] = mask[1:]
    y, x = np.nonzero(mask != below)
    step = max(1, len(x) // MOST_POINTS + 1)
    points = np.stack([x[::step], y[::step]], axis=1).astype(np.float64)
    middle: Points = points - np.array(mask.shape[::-1]) / 2.0
    return middle


def _rows(points: Points) -> Rows:
    angles = np.arange(-MOST_SKEW, MOST_SKEW + COARSE / 2, COARSE)
    together = _together(points, angles)
    best = angles[int(together.argmax())]
    near = np.arange(best - COARSE, best + COARSE + FINE / 2, FINE)
    finer = _together(points, near)
    return Rows(skew=float(near[int(finer.argmax())]), clear=float(finer.max() / np.median(together)))


def _together(points: Points, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each angle the sum of squares over the marks that fall into one row of pixels."""
    radians = np.deg2rad(angles)
    reach = int(np.ceil(np.hypot(*np.abs(points).max(axis=0)))) + 1
    found = np.empty(len(angles))
    for at, (sine, cosine) in enumerate(zip(np.sin(radians), np.cos(radians), strict=True)):
        down = points[:, 1] * cosine - points[:, 0] * sine
        counts = np.bincount((down + reach).astype(np.intp), minlength=2 * reach)
        found[at] = float(np.square(counts, dtype=np.float64).sum())
    return found
