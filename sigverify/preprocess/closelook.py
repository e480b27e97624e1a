"""A place on a cheque looked at closely: which of its ink is the signature's, and where that begins and ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.boxes import area, iou
from sigverify.domain import Box, Image
from sigverify.preprocess.closeup import HEIGHT, WIDTH, close_up
from sigverify.preprocess.locating import surer_half
from sigverify.preprocess.nameparts import FAINT, LARGEST, Probability, Written, written_at
from sigverify.preprocess.page import Homography, Page

EDGE: Final = 8  # pixels about the rim of a close-up; a signature that comes so near may go on beyond
ON: Final = 160  # pixels beyond the rim that are looked at next, and half as many above and below
SETTLED: Final = 0.8  # agreement of what is found with what was asked about, from which on no further look is needed
MOST: Final = 6  # close-ups of one place; each is about what the one before has shown
MORE: Final = 1.1  # times as large a box shows further words, as it was asked about with them

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

    Each look asks about what the one before has shown, then about that and what may be further words of a name. With
    `within`, which is right for a box that a person drew, nothing outside of it counts.
    """
    shape, kept = (pixels.shape[0], pixels.shape[1]), None
    asked, further_words, tried = box, False, list[Box]()
    for _ in range(1 if within else MOST):
        seen = _look(near, pixels, page, asked, within=box if within else None)
        if kept is not None and further_words and not _goes_on(seen, kept, page):
            return kept.look
        if seen is None:
            return None
        kept = seen
        tight, wider = (page.box_in_picture(seen.on_page(further_words=words), shape) for words in (False, True))
        if iou(tight, asked) < SETTLED:
            asked, further_words = tight, False
        elif all(iou(wider, other) < SETTLED for other in (asked, *tried)):
            asked, further_words = wider, True
            tried.append(wider)
        else:
            break
    return kept.look if kept is not None else None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """One look at a place, and what to ask about next."""

    look: CloseLook
    written: Written
    to_page: Homography  # from the close-up's pixels to the upright cheque's

    def on_page(self, *, further_words: bool) -> Box:
        """The box of the signature on the upright cheque, larger where it may go on."""
        bounds = _round(self.written.bounds, self.written.perhaps if further_words else ())
        return _whole(_carried(self.to_page, _beyond(bounds)))


def _look(near: Near, pixels: Image, page: Page, asked: Box, within: Box | None) -> _Seen | None:
    """One look at the place in `asked`; only the ink inside of `within` counts where that is given."""
    shown = close_up(pixels, page, asked)
    place = _carried(_inverse(shown.to_page), page.box_upright(within or asked))
    probability = near(shown.picture)
    if within is not None:
        probability = _inside(probability, place)
    written = written_at(shown.picture, probability, place, shown.scale * page.size[0])
    if written is None:
        return None
    look = CloseLook(
        probability=np.where(written.own, probability, 0.0).astype(np.float32),
        from_picture=_inverse(page.to_picture @ shown.to_page),
        box=page.box_in_picture(_whole(_carried(shown.to_page, written.bounds)), (pixels.shape[0], pixels.shape[1])),
    )
    return _Seen(look=look, written=written, to_page=shown.to_page)


def _goes_on(seen: _Seen | None, before: _Seen, page: Page) -> bool:
    """Whether a look that asked about further words, too, shows any."""
    if seen is None:
        return False
    x0, _, x1, _ = page.box_upright(seen.look.box)
    larger = area(seen.look.box) > MORE * area(before.look.box)
    return larger and x1 - x0 <= LARGEST[0] * page.size[0]


def _inside(probability: Probability, place: NDArray[np.float64]) -> Probability:
    x0, y0, x1, y1 = _whole(place)
    kept = np.zeros_like(probability)
    part = slice(max(0, y0), max(0, y1)), slice(max(0, x0), max(0, x1))
    kept[part] = probability[part]
    return kept


def _round(one: Box, others: Sequence[Box]) -> Box:
    """The smallest box round all of these."""
    x0, y0, x1, y1 = zip(one, *others, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _beyond(tight: Box) -> Box:
    """The box of a close-up, larger where it comes so near to the rim that the signature may go on there."""
    x0, y0, x1, y1 = tight
    return (
        x0 - ON if x0 < EDGE else x0,
        y0 - ON // 2 if y0 < EDGE else y0,
        x1 + ON if x1 > WIDTH - EDGE else x1,
        y1 + ON // 2 if y1 > HEIGHT - EDGE else y1,
    )


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
