"""Cheques on a white lid, which shows nothing but their print: one in a part of the picture, or several."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box
from sigverify.preprocess.inkmask import Mask

CHEQUE: Final = (1.6, 3.6)  # width over height of a cheque's print
MOST: Final = 4  # cheques that fit on a page
ALIKE: Final = 0.75  # of the largest one's side; cheques on one scan are about as large
OFF: Final = 0.2  # of a cheque's side, by which the gap between two may lie beside where it would with all alike
GAP: Final = 0.012  # of the picture's longer side; less is no gap between two cheques
SMALL_PART: Final = 0.45  # of the picture; print on a larger part of it is on a page that fills it
LEAST_PART: Final = 0.03  # of the picture
MARGIN: Final = 0.05  # of the print's width, kept around it
STRAY: Final = 0.002  # share of the ink at each side that does not count for where the print lies
FEWEST_MARKS: Final = 40  # connected components; fewer are no cheque


def cheques_on(mask: Mask) -> list[Box]:
    """Where cheques lie on an upright page of which `mask` (h, w) is the print; none where it is one that fills it."""
    if not mask.any():
        return []
    print_ = _bounds(mask, (0, 0, mask.shape[1], mask.shape[0]))
    several = _several(mask, print_)
    if several:
        return [_widened(box, mask) for box in several]
    share = (print_[2] - print_[0]) * (print_[3] - print_[1]) / mask.size
    if LEAST_PART < share < SMALL_PART and _is_cheque(mask, print_):
        return [_widened(print_, mask)]
    return []


def _several(mask: Mask, print_: Box) -> list[Box]:
    """Cheques one below the other, or side by side; none where there are no two."""
    x0, y0, x1, y1 = print_
    aspect = (x1 - x0) / (y1 - y0)
    for count in range(2, MOST + 1):
        for along, single in ((1, aspect * count), (0, aspect / count)):
            if CHEQUE[0] <= single <= CHEQUE[1]:
                boxes = [_bounds(mask, part) for part in _cut(mask, print_, along, count)]
                if len(boxes) == count and _alike(boxes) and all(_is_cheque(mask, box) for box in boxes):
                    return boxes
    return []


def _cut(mask: Mask, print_: Box, along: int, count: int) -> Iterator[Box]:
    """The print cut into so many parts at the gaps nearest to equal ones, downwards (1) or across (0); none without."""
    x0, y0, x1, y1 = print_
    first, last = (y0, y1) if along else (x0, x1)
    side = (last - first) / count
    gaps = _gaps(mask[y0:y1, x0:x1].max(axis=along) > 0, GAP * max(mask.shape)) + first
    ends = [first]
    for at in range(1, count):
        off = np.abs(gaps - (first + at * side))
        if not len(gaps) or off.min() > OFF * side:
            return
        ends.append(int(gaps[off.argmin()]))
    ends.append(last)
    for start, end in pairwise(ends):
        yield (x0, start, x1, end) if along else (start, y0, end, y1)


def _gaps(filled: NDArray[np.bool_], least: float) -> NDArray[np.float64]:
    """The middles of runs without ink of at least this length, (n,)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], filled, [True]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    wide = ends - starts >= max(2.0, least)
    middles: NDArray[np.float64] = (starts[wide] + ends[wide]) / 2.0
    return middles


def _bounds(mask: Mask, part: Box) -> Box:
    """The box of the print in a part of a mask, a few stray marks left out."""
    x0, y0, x1, y1 = part
    y, x = np.nonzero(mask[y0:y1, x0:x1])
    if not len(x):
        return part
    (left, top), (right, bottom) = np.quantile(np.stack([x, y], axis=1), [STRAY, 1.0 - STRAY], axis=0).astype(int)
    return x0 + int(left), y0 + int(top), x0 + int(right) + 1, y0 + int(bottom) + 1


def _alike(boxes: list[Box]) -> bool:
    widths = [x1 - x0 for x0, _, x1, _ in boxes]
    heights = [y1 - y0 for _, y0, _, y1 in boxes]
    return min(widths) > ALIKE * max(widths) and min(heights) > ALIKE * max(heights)


def _is_cheque(mask: Mask, box: Box) -> bool:
    x0, y0, x1, y1 = box
    if not CHEQUE[0] <= (x1 - x0) / (y1 - y0) <= CHEQUE[1]:
        return False
    return cv2.connectedComponents(np.ascontiguousarray(mask[y0:y1, x0:x1]))[0] > FEWEST_MARKS


def _widened(box: Box, mask: Mask) -> Box:
    x0, y0, x1, y1 = box
    more = round(MARGIN * (x1 - x0))
    height, width = mask.shape
    return max(0, x0 - more), max(0, y0 - more), min(width, x1 + more), min(height, y1 + more)
