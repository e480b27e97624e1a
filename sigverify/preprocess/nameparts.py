"""Which parts of the ink in a close-up are one signature: strokes close by, and the further words of a name."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects

from sigverify.domain import Box, Image
from sigverify.preprocess.locating import bounds_of, surer_half

SURE: Final = 0.5  # probability from which on ink is the signature's
FAINT: Final = 0.2  # and from which on ink that touches sure ink is, too
LEAST: Final = 12  # pixels of a part; less is a speck
LEAST_SEEN: Final = 120  # pixels of ink altogether, or nobody signed there
ACROSS, BETWEEN_WORDS, DOWN = 0.03, 0.1, 0.02  # of a cheque's width, to the next part of the same signature
CLOSE_BY: Final = 0.7  # strength of a part close by
WORD: Final = 0.85  # strength of a part that may be the next word
PERHAPS: Final = 0.4  # and of one that is asked about, too, to see whether it is
ALIKE: Final = 0.3  # of a word's height that the next one has at least
UPRIGHT: Final = 0.2  # of its height that a word is wide; what is narrower is a rule
TALLEST: Final = 1.5  # times a word's height that ink has at most which is asked about
LONGEST: Final = 2.0  # and times its width
LARGEST: Final = (0.36, 0.2)  # shares of a cheque's width and height; what is larger is no one signature
ONE_PEN: Final = 40.0  # levels of a channel by which two words written with one pen differ at most
NO_OTHER_PEN: Final = 80.0  # and a dot or a faint stroke close by
IN_COMMON: Final = 0.25  # of one part's ink that looks like the other's; strokes that cross join two pens in one part
ON_ONE_LINE: Final = 0.4  # of the lower one's height that two words have in common
LETTERS: Final = (9, 5)  # pixels across and down that letters of one word are apart, at most

Probability = NDArray[np.float32]  # (256, 640) 0..1
Where = NDArray[np.bool_]  # (256, 640)


@dataclass(frozen=True, kw_only=True, eq=False)
class Written:
    """The ink of one signature."""

    own: Where
    bounds: Box  # of its sure ink, in pixels of the close-up
    perhaps: tuple[Box, ...]  # bounds of what may be further words: asked about one, a network is not sure of others


def written_at(picture: Image, probability: Probability, place: NDArray[np.float64], whole: float) -> Written | None:
    """The ink that hangs together with the place asked about (4,), word by word; None where there is hardly any.

    `picture` (256, 640, 4) is what the network was shown, `whole` how many of its pixels the cheque would be wide.
    """
    labels, parts = _parts(picture, probability)
    there = [k for k, part in parts.items() if _apart(part.bounds, place) == (0.0, 0.0)]
    if not there:
        return None
    group = [max(there, key=lambda k: len(parts[k].tones) * parts[k].strength)]
    left = {k: part for k, part in parts.items() if k not in group}
    for k in group:  # grows while it is walked through
        for other in [other for other, theirs in left.items() if _follows(theirs, parts[k], whole)]:
            group.append(other)
            del left[other]
    if sum(len(parts[k].tones) for k in group) < LEAST_SEEN:
        return None
    own: Where = np.isin(labels, group)
    faint = [part.bounds for part in left.values() if any(_follows(part, parts[k], whole, word=PERHAPS) for k in group)]
    sure = own & (probability >= SURE)
    return Written(own=own, bounds=bounds_in(sure), perhaps=(*faint, *_beside(picture, own, sure, whole)))


def bounds_in(where: Where) -> Box:
    """The smallest box round what is true of (h, w)."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """Ink that hangs together."""

    bounds: Box  # pixels of the close-up
    strength: float  # how sure the network is of it
    tones: NDArray[np.uint8]  # (n, 3) what red, green and blue light sees of its sure ink

    @cached_property
    def tone(self) -> NDArray[np.float64]:
        """(3,) of most of its sure ink."""
        return np.asarray(np.median(self.tones, axis=0), np.float64)

    def has_ink_like(self, other: "_Part") -> bool:
        """Whether enough of its ink is like the other's."""
        return bool((np.abs(self.tones - other.tone).max(axis=1) <= ONE_PEN).mean() >= IN_COMMON)

    def of_one_pen_with(self, other: "_Part", levels: float) -> bool:
        """Whether both may be written with one pen: no more than so many levels apart, or with such ink in common."""
        alike = np.abs(self.tone - other.tone).max() <= levels
        return bool(alike) or self.has_ink_like(other) or other.has_ink_like(self)


def _parts(picture: Image, probability: Probability) -> tuple[NDArray[np.int32], dict[int, _Part]]:
    """Each part's number where it is (256, 640), and the parts by number; what has hardly any sure ink is none."""
    faint = (probability >= FAINT).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    sure = np.bincount(labels[probability >= SURE], minlength=len(stats))
    parts = {
        int(k): _Part(
            bounds=bounds_of(stats[k]),
            strength=surer_half(probability[labels == k]),
            tones=picture[..., :3][(labels == k) & (probability >= SURE)],
        )
        for k in np.flatnonzero(sure >= LEAST)
        if k > 0
    }
    return labels, parts  # type: ignore[return-value]


def _follows(part: _Part, one: _Part, whole: float, *, word: float = WORD) -> bool:
    """Whether a part may be of the same signature as one that is: close by, or the next word of a name."""
    across, down = _apart(part.bounds, np.array(one.bounds, np.float64))
    if across <= ACROSS * whole and down <= DOWN * whole:
        return part.strength >= CLOSE_BY and part.of_one_pen_with(one, NO_OTHER_PEN)
    near = across <= BETWEEN_WORDS * whole and _on_one_line(part.bounds, one.bounds)
    return near and part.strength >= word and part.of_one_pen_with(one, ONE_PEN)


def _on_one_line(box: Box, one: Box) -> bool:
    """Whether a box may be of a word on the line of another: neither much lower than that nor an upright rule."""
    high, theirs = box[3] - box[1], one[3] - one[1]
    sized = high >= ALIKE * theirs and box[2] - box[0] >= UPRIGHT * high
    return sized and min(box[3], one[3]) - max(box[1], one[1]) >= ON_ONE_LINE * min(high, theirs)


def _beside(picture: Image, own: Where, sure: Where, whole: float) -> list[Box]:
    """Bounds of the next ink on the same line that is like the signature's and as large as a word; none or one."""
    tone, one = np.median(picture[..., :3][sure], axis=0), bounds_in(sure)
    colours = np.ascontiguousarray(picture[..., :3])
    inked = (cv2.inRange(colours, tone - ONE_PEN, tone + ONE_PEN) > 0) & ~own
    joined = cv2.dilate(inked.astype(np.uint8), np.ones(LETTERS[::-1], np.uint8))
    count, labels = cv2.connectedComponents(joined, connectivity=8)
    labels[~inked] = 0
    found = find_objects(labels, max_label=count - 1)
    large = np.bincount(labels.ravel(), minlength=count) >= LEAST_SEEN // 2
    boxes = [(x.start, y.start, x.stop, y.stop) for y, x in (found[k - 1] for k in np.flatnonzero(large) if k > 0)]
    words = [box for box in boxes if _may_be_a_word(box, one, whole)]
    return sorted(words, key=lambda box: _apart(box, np.array(one, np.float64)))[:1]


def _may_be_a_word(box: Box, one: Box, whole: float) -> bool:
    """Whether ink in a box may go on the signature in another one."""
    (x0, y0, x1, y1), (left, top, right, bottom) = box, one
    wide, high = right - left, bottom - top
    sized = y1 - y0 <= TALLEST * high and x1 - x0 <= LONGEST * wide
    beyond = max(x1 - right, left - x0) >= ALIKE * high
    near = max(x0 - right, left - x1) <= BETWEEN_WORDS * whole
    return sized and beyond and near and _on_one_line(box, one)


def _apart(box: Box, place: NDArray[np.float64]) -> tuple[float, float]:
    """Pixels between two boxes, across and down; 0 where they overlap."""
    x0, y0, x1, y1 = (float(edge) for edge in place)
    return max(0.0, x0 - box[2], box[0] - x1), max(0.0, y0 - box[3], box[1] - y1)
