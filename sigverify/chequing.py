"""From a whole cheque to the signature on it: the page found, the signature sought, its ink lifted and normalised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from sigverify.boxes import area, shared
from sigverify.domain import Box, Candidate, Image, Located, Quality, QualityReason, Seek, Source
from sigverify.locators import Locates, Probability, Sees
from sigverify.orienting import the_right_way_up
from sigverify.preprocess import lifting, locating, normalising, pagefinding, showing, sweeping
from sigverify.preprocess.closelook import CloseLook, Near, look_closely
from sigverify.preprocess.croptest import is_crop
from sigverify.preprocess.lifting import Lifted
from sigverify.preprocess.normalising import Normalised
from sigverify.preprocess.page import Page
from sigverify.preprocess.tightening import boxed, closely
from sigverify.preprocess.trace import Trace

ON_PAGE: Final = 0.9  # of a person's box; else the page that was found is not the one they mean
PLACES_COMPARED: Final = 4  # of those found, the surest ones; each more takes as long as a signature by itself
LOOKED_AT: Final = 3  # candidates looked at from near; each takes as much time as lifting the signature
SWEPT: Final = 3  # and places looked at that only sweeping the whole cheque has shown
STRONG: Final = 0.88  # of a place's ink: less sure than that it is not even doubtful
CLEAR: Final = (0.9, 0.95)  # the best place's confidence and its ink's strength from which on no other is sought
SEEN_BY_HAND: Final = 0.35  # of the ink in a person's box; a network that sees less does not know what they mean
SAME: Final = 0.5  # of the smaller of two boxes


@dataclass(frozen=True, kw_only=True, eq=False)
class Searched:
    """A cheque as it was found and searched; the same for every box on it."""

    page: Page
    probability: Probability | None  # None: there was no network
    candidates: tuple[Candidate, ...]
    doubtful: tuple[Candidate, ...] = ()  # further places; their confidence is the close look's
    looks: Mapping[Box, CloseLook] = field(default_factory=dict)  # at candidates, by their boxes
    near: Sees | None = None  # the network for a closer look at another box

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        seen = 0 if self.probability is None else self.probability.nbytes
        return seen + sum(look.probability.nbytes for look in self.looks.values())


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """A signature taken off its cheque, or why none was."""

    located: Located
    signature: Image | None  # (h, w) grey, upright and cleaned
    place: Page | None  # the signature as a page: where on the picture its pixels were
    shape: tuple[int, int]  # height and width of the picture
    quality: Quality  # good where there is a signature to be looked at


def is_cheque(source: Source, grey: Image) -> bool:
    """Whether the signature has to be taken off a larger picture (h, w)."""
    if source.box is not None or source.seek is Seek.ALWAYS:
        return True
    return source.seek is Seek.AUTO and not is_crop(grey)


def search(pixels: Image, locator: Locates | None, trace: Trace | None = None) -> Searched:
    """Find the cheque in a picture (h, w[, 3]), turn it upright, and see where on it somebody signed."""
    page = pagefinding.find_page(pixels)
    searched = Searched(page=page, probability=None, candidates=())
    if locator is not None:
        looked = the_right_way_up(pixels, page, locator)
        places = locating.candidates(looked.probability, looked.page, pixels)
        searched = Searched(page=looked.page, probability=looked.probability, candidates=places, near=locator.near)
        searched = _closely(pixels, searched)
    if trace is not None:  # drawing the stages takes as long as the search
        _trace(pixels, searched, trace)
    return searched


def _closely(pixels: Image, searched: Searched) -> Searched:
    """The same with its best candidates drawn closely round their ink, and the places besides that sweeping shows."""
    page, found = searched.page, searched.candidates
    if searched.near is None:
        assert searched.probability is not None, "it was searched"
        return replace(searched, candidates=closely(pixels, page, searched.probability, found))
    see, looks, kept = _seeing(searched.near), dict[Box, CloseLook](), list[Candidate]()
    for one in found[:LOOKED_AT]:
        look = look_closely(see, pixels, page, one.box)
        if look is None:
            kept.append(one)
            continue
        tight = boxed(replace(one, box=look.box), lifting.lift_seen(pixels, page, look), page, pixels)
        if not _any_same(tight.box, list(looks)):
            looks[tight.box] = look
            kept.append(tight)
    candidates = (*kept, *found[LOOKED_AT:])
    doubtful = [] if _clear(candidates, looks) else _doubtful(see, pixels, page, [one.box for one in candidates])
    looks |= {one.box: look for one, look in doubtful}
    return replace(searched, candidates=candidates, doubtful=tuple(one for one, _ in doubtful), looks=looks)


def _clear(candidates: Sequence[Candidate], looks: Mapping[Box, CloseLook]) -> bool:
    """Whether both networks are so sure of the best place that the cheque need not be swept."""
    look = looks.get(candidates[0].box) if candidates else None
    return look is not None and candidates[0].confidence >= CLEAR[0] and look.strength >= CLEAR[1]


def _doubtful(see: Near, pixels: Image, page: Page, known: Sequence[Box]) -> list[tuple[Candidate, CloseLook]]:
    """Places besides the known ones where a closer look is sure of its ink, the surest first."""
    found = list[tuple[Candidate, CloseLook]]()
    for box in [box for box in sweeping.swept(see, pixels, page) if not _any_same(box, known)][:SWEPT]:
        look = look_closely(see, pixels, page, box)
        if look is None or look.strength < STRONG:
            continue
        one = Candidate(box=look.box, confidence=look.strength)
        one = boxed(one, lifting.lift_seen(pixels, page, look), page, pixels)
        if not _any_same(one.box, [*known, *(other.box for other, _ in found)]):
            found.append((one, look))
    return sorted(found, key=lambda pair: -pair[0].confidence)


def _seeing(near: Sees) -> Near:
    """The network for places as a look needs it."""
    return lambda picture: near.see(picture).probability


def _any_same(one: Box, others: Sequence[Box]) -> bool:
    return any(_same(one, other) for other in others)


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes are of one signature: most of the smaller lies in the other."""
    return shared(one, other) > SAME * min(area(one), area(other))


def take(pixels: Image, searched: Searched, box: Box | None, trace: Trace | None = None) -> Taken:
    """Take the signature off a picture (h, w[, 3]): from a person's box, or else from the best candidate's."""
    reasons = () if box is not None else _against(searched)
    chosen = within(box, pixels) if box is not None else None if reasons else searched.candidates[0].box
    page, quality = searched.page, Quality(reasons=reasons)
    shape = pixels.shape[0], pixels.shape[1]
    located = Located(
        corners=page.corners,
        skew=page.skew,
        turned=page.turned,
        candidates=searched.candidates,
        doubtful=() if page.others else searched.doubtful,
        box=chosen,
        by_hand=box is not None,
    )
    if chosen is None:
        return Taken(located=located, signature=None, quality=quality, place=None, shape=shape)
    if not _lies_on(chosen, page, pixels):  # on another cheque, or the page was not found well
        page = Page.whole(pixels).turned_by(page.turned)
    found = lifted(pixels, page, searched, chosen, trace, by_hand=box is not None)
    height, width = found.signature.shape
    place = replace(page, size=(width, height), to_picture=found.to_picture)
    return Taken(located=located, signature=found.signature, quality=quality, place=place, shape=shape)


def lifted(
    pixels: Image, page: Page, searched: Searched, box: Box, trace: Trace | None = None, *, by_hand: bool = False
) -> Lifted:
    """The signature in a box: as a close look saw it, or else by what the locator saw or by the box alone."""
    look = searched.looks.get(box)
    if look is not None:
        return lifting.lift_seen(pixels, page, look, trace)
    if not by_hand:
        return lifting.lift_region(pixels, page, searched.probability, box, trace)
    if searched.near is not None:
        look = look_closely(_seeing(searched.near), pixels, page, box, within=True)
    stages = Trace()
    found = lifting.lift_region(pixels, page, None, box, stages)  # a person corrects what the network saw
    if look is not None:
        closer = Trace()
        seen = lifting.lift_seen(pixels, page, look, closer)
        if np.count_nonzero(seen.ink) >= SEEN_BY_HAND * np.count_nonzero(found.ink):
            found, stages = seen, closer
    if trace is not None:  # the stages of what is used, and of nothing else
        trace.stages.extend(stages.stages)
    return found


def normalised(taken: Taken, trace: Trace | None = None) -> Normalised:
    """What the network sees of a signature taken off a cheque; its box is that of the ink on the picture."""
    if taken.signature is None or taken.place is None:
        return Normalised(frame=None, box=None, quality=taken.quality)
    found = normalising.normalise(taken.signature, trace=trace)
    box = None if found.box is None else taken.place.box_in_picture(found.box, taken.shape)
    return Normalised(frame=found.frame, box=box, quality=found.quality)


def within(box: Box, pixels: Image) -> Box:
    """The part of a box that lies on a picture (h, w[, 3]), at least a pixel of it."""
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = box
    left, top = min(x0, width - 1), min(y0, height - 1)
    return left, top, max(left + 1, min(x1, width)), max(top + 1, min(y1, height))


def _lies_on(box: Box, page: Page, pixels: Image) -> bool:
    """Whether all but a little of a box of the picture is on the page that was found."""
    x0, y0, x1, y1 = page.box_in_picture(page.box_upright(box), pixels.shape[:2])
    wide, high = min(x1, box[2]) - max(x0, box[0]), min(y1, box[3]) - max(y0, box[1])
    return max(0, wide) * max(0, high) >= ON_PAGE * (box[2] - box[0]) * (box[3] - box[1])


def _against(searched: Searched) -> tuple[QualityReason, ...]:
    """Why no signature can be taken without a person's box; empty when one can."""
    if searched.probability is None:
        return (QualityReason.NOT_SEARCHED,)
    if searched.page.others:
        return (QualityReason.SEVERAL_CHEQUES,)
    return () if searched.candidates else (QualityReason.NO_SIGNATURE,)


def _trace(pixels: Image, searched: Searched, trace: Trace) -> None:
    page = searched.page
    trace.add("page", showing.outlined(pixels, page.corners))
    trace.add("upright", page.upright(pixels))
    if searched.probability is not None:
        trace.add("seen", locating.seen(pixels, page))
        trace.add("probability", np.rint(255.0 * (1.0 - searched.probability)).astype(np.uint8))
        trace.add("places", showing.boxed(pixels, [candidate.box for candidate in searched.candidates]))
    if searched.doubtful:
        trace.add("doubtful places", showing.boxed(pixels, [candidate.box for candidate in searched.doubtful]))
