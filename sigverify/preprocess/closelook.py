"""A place on a cheque looked at closely: which of its ink is the signature's, and where that begins and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from sigverify.preprocess.closeup import HEIGHT, WIDTH, close_up
from sigverify.preprocess.locating import bounds_of, surer_half
from sigverify.preprocess.page import Homography, Page

SURE: Final = 0.5  # probability from which on ink is the signature's
FAINT: Final = 0.2  # and from which on ink that touches sure ink is, too
LEAST: Final = 12  # pixels of a part; less is a speck
LEAST_SEEN: Final = 120  # pixels of ink altogether, or nobody signed there
ACROSS, BETWEEN_WORDS, DOWN = 0.03, 0.1, 0.02  # of a cheque's width, to the next part of the same signature
CLOSE_BY: Final = 0.7  # strength of a part close by
WORD: Final = 0.85  # strength of a part that may be the next word
ALIKE: Final = 0.3  # of a word's height that the next one has at least
ONE_PEN: Final = 40.0  # levels of a channel by which two words written with one pen differ at most
NO_OTHER_PEN: Final = 80.0  # and a dot or a faint stroke close by
ON_ONE_LINE: Final = 0.4  # of the lower one's height that two words have in common
EDGE: Final = 8  # pixels about the rim of a close-up; a signature that comes so near may go on beyond
ON: Final = 160  # pixels beyond the rim that are looked at next, and half as many above and below
SETTLED: Final = 0.8  # agreement of what is found with what was asked about, from which on no further look is needed
MOST: Final = 4  # close-ups of one place; each is about what the one before has shown

Probability = NDArray[np.float32]  # (256, 640) 0..1
Near = Callable[[Image], Probability]  # what a network says of a close-up's picture (256, 640, 4)


@dataclass(frozen=True, kw_only=True, eq=False)
class CloseLook:
    """What the close-up network says of the ink about one place, and only of the signature there."""

    probability: Probability
    from_picture: Homography  # from the picture's pixels to the close-up's
    box: Box  # of the sure ink, in pixels of the picture as given

    @property
    def strength(self) -> float:
        """How sure the network is of the ink it takes for the signature's, 0..1."""
        return surer_half(self.probability[self.probability >= FAINT])

    def over(self, to_picture: Homography, size: tuple[int, int]) -> NDArray[np.float32]:
        """The probability (h, w) over a part of the cheque of this width and height, given its way to the picture."""
        way = self.from_picture @ to_picture
        return cv2.warpPerspective(  # type: ignore[return-value]
            self.probability, way, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )


def look_closely(near: Near, pixels: Image, page: Page, box: Box, *, within: bool = False) -> CloseLook | None:
    """Look at the place in `box` (pixels of the picture, (h, w[, 3])); None where no signature is seen.

    With `within`, which is right for a box that a person drew, nothing outside of it counts.
    """
    asked = box
    for _ in range(1 if within else MOST):
        shown = close_up(pixels, page, asked)
        x0, y0, x1, y1 = page.box_upright(box if within else asked)
        place = _carried(_inverse(shown.to_page), (x0, y0, x1, y1))
        probability = near(shown.picture)
        if within:
            probability = _inside(probability, place)
        own = _of_one(shown.picture, probability, place, shown.scale * page.size[0])
        if own is None:
            return None
        kept = np.where(own, probability, 0.0).astype(np.float32)
        rows, columns = np.flatnonzero((kept >= SURE).any(axis=1)), np.flatnonzero((kept >= SURE).any(axis=0))
        tight = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
        found = page.box_in_picture(_whole(_carried(shown.to_page, tight)), (pixels.shape[0], pixels.shape[1]))
        further = page.box_in_picture(
            _whole(_carried(shown.to_page, _beyond(tight))), (pixels.shape[0], pixels.shape[1])
        )
        if _overlap(further, asked) >= SETTLED:
            break
        asked = further
    return CloseLook(probability=kept, from_picture=_inverse(page.to_picture @ shown.to_page), box=found)


def _inside(probability: Probability, place: NDArray[np.float64]) -> Probability:
    x0, y0, x1, y1 = _whole(place)
    kept = np.zeros_like(probability)
    part = slice(max(0, y0), max(0, y1)), slice(max(0, x0), max(0, x1))
    kept[part] = probability[part]
    return kept


def _of_one(
    picture: Image, probability: Probability, place: NDArray[np.float64], whole: float
) -> NDArray[np.bool_] | None:
    """The ink (h, w) that hangs together with the place asked about, word by word; None where there is hardly any.

    `whole` is how many pixels of a close-up like this the cheque would be wide.
    """
    faint = (probability >= FAINT).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    sure = np.bincount(labels[probability >= SURE], minlength=len(stats))
    parts = {
        int(k): _Part(
            bounds=bounds_of(stats[k]),
            strength=surer_half(probability[labels == k]),
            tone=np.median(picture[..., :3][(labels == k) & (probability >= SURE)], axis=0),
        )
        for k in np.flatnonzero(sure >= LEAST)
        if k > 0
    }
    there = [k for k, part in parts.items() if _apart(part.bounds, place) == (0.0, 0.0)]
    if not there:
        return None
    group = [max(there, key=lambda k: int(sure[k]) * parts[k].strength)]
    left = {k: part for k, part in parts.items() if k not in group}
    for k in group:  # grows while it is walked through
        for other in [other for other, theirs in left.items() if _follows(theirs, parts[k], whole)]:
            group.append(other)
            del left[other]
    if sum(int(sure[k]) for k in group) < LEAST_SEEN:
        return None
    own: NDArray[np.bool_] = np.isin(labels, group)
    return own


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Ink that hangs together."""

    bounds: Box  # pixels of the close-up
    strength: float  # how sure the network is of it
    tone: NDArray[np.float64]  # (3,) what red, green and blue light sees of its ink


def _follows(part: _Part, one: _Part, whole: float) -> bool:
    """Whether a part may be of the same signature as one that is: close by, or the next word of a name."""
    across, down = _apart(part.bounds, np.array(one.bounds, np.float64))
    unlike = float(np.abs(part.tone - one.tone).max())
    if across <= ACROSS * whole and down <= DOWN * whole:
        return part.strength >= CLOSE_BY and unlike <= NO_OTHER_PEN
    (top, bottom), (upper, lower) = part.bounds[1::2], one.bounds[1::2]
    high, theirs = bottom - top, lower - upper
    level = min(bottom, lower) - max(top, upper) >= ON_ONE_LINE * min(high, theirs)
    word = part.strength >= WORD and high >= ALIKE * theirs and unlike <= ONE_PEN
    return level and word and across <= BETWEEN_WORDS * whole


def _apart(box: Box, place: NDArray[np.float64]) -> tuple[float, float]:
    """Pixels between two boxes, across and down; 0 where they overlap."""
    x0, y0, x1, y1 = (float(edge) for edge in place)
    return max(0.0, x0 - box[2], box[0] - x1), max(0.0, y0 - box[3], box[1] - y1)


def _beyond(tight: Box) -> Box:
    """The box of a close-up, larger where it comes so near to the rim that the signature may go on there."""
    x0, y0, x1, y1 = tight
    return (
        x0 - ON if x0 < EDGE else x0,
        y0 - ON // 2 if y0 < EDGE else y0,
        x1 + ON if x1 > WIDTH - EDGE else x1,
        y1 + ON // 2 if y1 > HEIGHT - EDGE else y1,
    )


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / (areas - both)


def _carried(way: Homography, box: Any) -> NDArray[np.float64]:
    """A box (4,) through a map that only enlarges and shifts."""
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1.0], [x1, y1, 1.0]]) @ way.T
    return np.asarray(corners[:, :2].ravel(), np.float64)


def _inverse(way: Homography) -> Homography:
    return np.asarray(np.linalg.inv(way), np.float64)


def _whole(box: NDArray[np.float64]) -> Box:
    x0, y0, x1, y1 = box.round().astype(int).tolist()
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)
