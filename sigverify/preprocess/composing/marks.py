"""Marks of a pen before they are on paper: strokes to be drawn at any size, or the ink of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image

Stroke = NDArray[np.float64]  # (n, 2) x, y (down) in any unit
FINER: Final = 2  # strokes are drawn this many times larger and then reduced, for widths between whole pixels
CHUNK: Final = 7  # points drawn with one width
SEEN: Final = 1.7  # pixels between two points of a stroke
UNEVEN: Final = 0.35  # share of marks with strokes that grow faint
STEADY: Final = 0.12  # standard deviation of a pen's width between two chunks, as a share
SUBPIXEL_BITS: Final = 4  # OpenCV draws at 1/16 of a pixel
SMALLEST_BLOT: Final = 8  # pixels of ink; a picture with fewer has none
WORD_GAP: Final = 0.12  # of its height; wider bare columns of a name part two words
WIDER: Final = (0.8, 3.0)  # times as wide as it was becomes the gap between two words of a name
WIDEST_GAP: Final = 1.2  # of its height
DARKEST: Final = 0.3  # of the ink of a picture; its darkest tenth is taken for a full cover


@dataclass(frozen=True, kw_only=True, eq=False)
class Mark:
    """Something written by hand: `strokes`, or a picture's ink `blot` (h, w), 255 where it covers the paper."""

    strokes: tuple[Stroke, ...] = ()
    blot: Image | None = None

    def __post_init__(self) -> None:
        if (self.blot is None) == (not self.strokes):
            raise ValueError("a mark is either strokes or a picture's ink")

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the mark's own unit."""
        if self.blot is not None:
            return float(self.blot.shape[1]), float(self.blot.shape[0])
        points = np.concatenate(self.strokes)
        width, height = points.max(axis=0) - points.min(axis=0)
        return max(1e-6, float(width)), max(1e-6, float(height))

    def cover(self, width: float, pen: float, rng: np.random.Generator, *, flat: float = 1.0) -> Image:
        """How far the mark covers the paper (h, w), 0..255, when it is `width` pixels wide and the pen `pen` pixels.

        `flat` scales its height besides. The ink of a picture keeps its own pen.
        """
        own_width, own_height = self.size
        scale = width / own_width
        if self.blot is not None:
            size = max(2, round(width)), max(2, round(own_height * scale * flat))
            return cv2.resize(self.blot, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]
        return _drawn(self.strokes, scale, pen, rng, flat)


def _drawn(strokes: Sequence[Stroke], scale: float, pen: float, rng: np.random.Generator, flat: float) -> Image:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    room = pen + 2.0
    factor = np.array([scale, scale * flat])
    size = np.ceil((high - low) * factor + 2 * room).astype(int)
    picture = np.zeros((int(size[1]) * FINER, int(size[0]) * FINER), np.uint8)
    uneven = rng.random() < UNEVEN
    for stroke in strokes:
        faint = float(rng.uniform(0.2, 0.9)) if uneven else 1.0  # at the end of the stroke
        placed = ((stroke - low) * factor + room) * FINER * 2**SUBPIXEL_BITS
        fixed = np.round(_sparser(placed)).astype(np.int32)
        for start in range(0, max(1, len(fixed) - 1), CHUNK):
            pressed = 1.0 - (1.0 - faint) * min(1.0, 1.3 * start / len(fixed))
            wide = max(1, round(pen * FINER * float(rng.normal(1.0, STEADY)) * (0.4 + 0.6 * pressed)))
            part = fixed[start : start + CHUNK + 1]
            cv2.polylines(picture, [part], False, 255.0 * pressed, wide, cv2.LINE_AA, SUBPIXEL_BITS)
    return cv2.resize(picture, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _sparser(placed: Stroke) -> Stroke:
    """Fewer points where they lie closer together than can be seen."""
    length = float(np.abs(np.diff(placed, axis=0)).sum())
    step = int(SEEN * FINER * 2**SUBPIXEL_BITS * len(placed) / max(1.0, length))
    return placed if step < 2 else np.concatenate([placed[:-1:step], placed[-1:]])


def blot_of(grey: Image) -> Mark | None:
    """The ink of a picture (h, w) of a signature alone, or None where there is none."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = np.flatnonzero(grey.ravel() <= level)
    if ink.size < SMALLEST_BLOT or ink.size > grey.size // 2:
        return None
    darkest = float(np.quantile(grey.ravel()[ink], DARKEST))
    paper = float(np.median(grey))
    edge = (paper + level) / 2.0  # paper's own shade is not ink
    cover = np.clip((edge - grey.astype(np.float32)) * (255.0 / max(1.0, edge - darkest)), 0.0, 255.0).astype(np.uint8)
    rows, columns = np.flatnonzero(cover.max(axis=1) > 127), np.flatnonzero(cover.max(axis=0) > 127)
    if rows.size < 2 or columns.size < 2:
        return None
    return Mark(blot=cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def mirrored(mark: Mark) -> Mark:
    """The strokes of a mark from right to left: writing that is nobody's language, as Arabic is to most."""
    return Mark(strokes=tuple(stroke * (-1.0, 1.0) for stroke in mark.strokes)) if mark.strokes else mark


def spread(mark: Mark, rng: np.random.Generator) -> Mark:
    """The ink of a picture with the words of a name farther apart, or nearer; a mark of one word as it is."""
    if mark.blot is None:
        return mark
    height = mark.blot.shape[0]
    bare = np.concatenate([[False], mark.blot.max(axis=0) < 64, [False]])
    edges = np.flatnonzero(np.diff(bare.astype(np.int8)))
    parts, done, by = [], 0, float(rng.uniform(*WIDER))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start < WORD_GAP * height:
            continue
        wide = round(min(max(WIDEST_GAP * height, float(end - start)), by * (end - start)))
        parts += [mark.blot[:, done:start], np.zeros((height, max(1, wide)), np.uint8)]
        done = int(end)
    return Mark(blot=np.concatenate([*parts, mark.blot[:, done:]], axis=1))
