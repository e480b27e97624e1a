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
FAR_SPECK: Final = 6.0  # widths squared; bigger specks are dust only when they lie far from the writing
REACH: Final = 0.3  # of the writing's longer side; farther off is far


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
    """The mask without dust, components smaller than a dot and small ones far from the writing, and how many are left.

    `width` is the mean width of a stroke in pixels.
    """
    parts = Parts.of(mask)
    if not len(parts.stats):
        return mask, 0
    area = parts.stats[:, AREA].astype(np.float64)
    keep = area > max(2.0, SPECK * width * width)
    writing = area > FAR_SPECK * width * width
    if writing.any():
        keep &= writing | _near(parts.stats, parts.stats[writing])
    return (mask if keep.all() else parts.kept(keep)), int(keep.sum())


def _near(stats: NDArray[np.int32], writing: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which components lie within reach of the box around the writing, (n,)."""
    x0, y0 = writing[:, X].min(), writing[:, Y].min()
    x1, y1 = (writing[:, X] + writing[:, WIDTH]).max(), (writing[:, Y] + writing[:, HEIGHT]).max()
    reach = REACH * max(x1 - x0, y1 - y0)
    across = (stats[:, X] <= x1 + reach) & (stats[:, X] + stats[:, WIDTH] >= x0 - reach)
    down = (stats[:, Y] <= y1 + reach) & (stats[:, Y] + stats[:, HEIGHT] >= y0 - reach)
    near: NDArray[np.bool_] = across & down
    return near
