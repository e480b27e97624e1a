"""What is on the mask but not of the signature: the scanner's frame and specks of dust."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.preprocess.inkmask import Mask

X, Y, WIDTH, HEIGHT, AREA = (
    cv2.CC_STAT_LEFT,
    cv2.CC_STAT_TOP,
    cv2.CC_STAT_WIDTH,
    cv2.CC_STAT_HEIGHT,
    cv2.CC_STAT_AREA,
)
FRAME_SPAN: Final = 0.6  # a frame runs along at least this share of its side
FRAME_DEPTH: Final = 0.06  # and is no deeper than this share of the picture
FRAME_INSIDE: Final = 0.1  # share of its ink that may lie deeper; more, and writing hangs on it
SPECK: Final = 0.5  # of a stroke's width squared; an i's dot is about 1
REACH: Final = 0.6  # of a letter's height; ink with a wider gap around it stands apart
SMALL_GROUP: Final = 0.04  # of all ink; what stands apart and is smaller is dust, not a word
MOST_GROUPED: Final = 400  # components; a page has more, and is refused for that


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Connected components of a mask, background left out."""

    labels: NDArray[np.int32]  # (h, w), 0 background
    stats: NDArray[np.int32]  # (n, 5) left, top, width, height, area

    @classmethod
    def of(cls, mask: Mask) -> "Parts":
        """The 8-connected components of a mask."""
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
        return cls(labels=labels, stats=stats[1:])  # type: ignore[arg-type]

    def kept(self, keep: NDArray[np.bool_]) -> Mask:
        """A mask of the components for which `keep` (n,) is true."""
        table = np.concatenate([[0], np.where(keep, 255, 0)]).astype(np.uint8)
        return table[self.labels]


def stroke_width(mask: Mask) -> float:
    """Mean width of the strokes in pixels: twice the area over the length of the outline; 0 without ink."""
    area = cv2.countNonZero(mask)
    if area == 0:
        return 0.0
    inner = cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE))
    outline = area - inner  # pixels that have paper beside them
    return 2.0 * area / max(1, outline)


def without_scanner_frame(mask: Mask) -> Mask:
    """The mask without long thin bars along the picture's sides, which are shadows of the scanner's lid."""
    if not (mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()):
        return mask
    parts = Parts.of(mask)
    height, width = mask.shape
    left, top, wide, high = (parts.stats[:, column] for column in (X, Y, WIDTH, HEIGHT))
    beside = (left == 0) | (left + wide == width)
    above = (top == 0) | (top + high == height)
    upright = beside & (high >= FRAME_SPAN * height) & (wide <= max(2.0, FRAME_DEPTH * width))
    lying = above & (wide >= FRAME_SPAN * width) & (high <= max(2.0, FRAME_DEPTH * height))
    bar = upright | lying | _joined_bars(parts, mask.shape)
    return parts.kept(~bar) if bar.any() else mask


def _joined_bars(parts: Parts, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which components are bars of two or more sides that meet in a corner, with hardly any ink deeper inside, (n,)."""
    high, wide = (max(2, int(FRAME_DEPTH * side)) for side in shape)
    labels, count = parts.labels, len(parts.stats) + 1
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    span = np.max([np.bincount(side, minlength=count) / side.size for side in sides], axis=0)[1:]
    inside = np.bincount(labels[high:-high, wide:-wide].ravel(), minlength=count)[1:]
    joined: NDArray[np.bool_] = (span >= FRAME_SPAN) & (inside < FRAME_INSIDE * parts.stats[:, AREA])
    return joined


def without_specks(mask: Mask, width: float) -> tuple[Mask, int]:
    """The mask without dust, and how many components are left.

    Dust is what is smaller than a dot, and whatever small lies apart from the writing: a stray mark would otherwise
    decide where the frame lies and how large the signature in it is. `width` is the mean width of a stroke in pixels.
    """
    parts = Parts.of(mask)
    if not len(parts.stats):
        return mask, 0
    area = parts.stats[:, AREA].astype(np.float64)
    keep = area > max(2.0, SPECK * width * width)
    if 1 < keep.sum() <= MOST_GROUPED:
        kept = np.flatnonzero(keep)
        keep[kept[_apart(parts.stats[kept])]] = False
    return (mask if keep.all() else parts.kept(keep)), int(keep.sum())


def _apart(stats: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which components belong to a small group apart from the writing, (n,)."""
    area = stats[:, AREA].astype(np.float64)
    group = _groups(stats, REACH * float(np.average(stats[:, HEIGHT], weights=area)))
    mass = np.bincount(group, weights=area)
    small: NDArray[np.bool_] = (mass < SMALL_GROUP * area.sum())[group]
    return small


def _groups(stats: NDArray[np.int32], reach: float) -> NDArray[np.int64]:
    """Number of the group of each component, (n,): boxes with a gap of at most `reach` pixels are of one group."""
    x, y = stats[:, X], stats[:, Y]
    gap_x = np.maximum(x[:, None], x) - np.minimum((x + stats[:, WIDTH])[:, None], x + stats[:, WIDTH])
    gap_y = np.maximum(y[:, None], y) - np.minimum((y + stats[:, HEIGHT])[:, None], y + stats[:, HEIGHT])
    near = np.hypot(np.maximum(gap_x, 0), np.maximum(gap_y, 0)) <= reach  # (n, n)
    group: NDArray[np.int64] = np.arange(len(stats))
    while True:  # every component takes the least number among its neighbours, until nothing changes
        least: NDArray[np.int64] = np.where(near, group, len(group)).min(axis=1)
        if (least == group).all():
            return least
        group = least
