"""The verifier's own way from a picture to the signature on it, with the time of every stage and the ink lifted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sigverify import chequing
from sigverify.cheque_trials import Search, Searched
from sigverify.chequing import Taken
from sigverify.domain import Box, Image, QualityReason
from sigverify.locators import Locates, Saw, Sees
from sigverify.preprocess.croptest import is_crop
from sigverify.preprocess.cutout import LEAST_SURROUND, SURROUND
from sigverify.preprocess.lifting import ink_in_picture
from sigverify.preprocess.reading import grey

NETWORK, PLACES, LIFTING = "network", "page and places", "lifting"  # stages

_Value = TypeVar("_Value")


@dataclass
class _Clock:
    """Milliseconds of this process's own time by stage: what another program takes of the processor does not count."""

    spent: dict[str, float] = field(default_factory=dict)

    def of(self, stage: str, work: Callable[[], _Value]) -> _Value:
        """What `work` gives, its time added to the stage's."""
        begun = time.process_time()
        value = work()
        self.add(stage, time.process_time() - begun)
        return value

    def add(self, stage: str, seconds: float) -> None:
        """Count more time towards a stage."""
        self.spent[stage] = self.spent.get(stage, 0.0) + seconds * 1000.0


class _Watched:
    """A network whose time is counted apart from that of the search round it."""

    def __init__(self, network: Sees, clock: _Clock, near: Sees | None = None) -> None:
        self._network = network
        self._clock = clock
        self.near = None if near is None else _Watched(near, clock)

    def see(self, grey: Image) -> Saw:
        """What the network sees."""
        begun = time.process_time()
        saw = self._network.see(grey)
        took = time.process_time() - begun
        self._clock.add(NETWORK, took)
        self._clock.add(PLACES, -took)
        return saw


def search_with(locator: Locates) -> Search:
    """The search with a locator network."""
    return lambda pixels: _search(pixels, locator)


def surround(box: Box) -> int:
    """Pixels that lifting looks beyond a box."""
    return max(LEAST_SURROUND, round(SURROUND * (box[3] - box[1])))


def _search(pixels: Image, locator: Locates) -> Searched:
    clock = _Clock()
    crop = clock.of("crop or cheque", lambda: is_crop(grey(pixels)))
    searched = clock.of(PLACES, lambda: chequing.search(pixels, _Watched(locator, clock, locator.near)))
    taken = clock.of(LIFTING, lambda: chequing.take(pixels, searched, None))
    found = Searched(
        candidates=searched.candidates,
        refused=_refusal(taken),
        crop=crop,
        signature=taken.signature,
        doubtful=taken.located.doubtful,
        milliseconds=clock.spent,
    )
    if found.refused is not None:
        return found
    places = [one.box for one in taken.located.places[: chequing.PLACES_COMPARED]]
    others = clock.of(LIFTING, lambda: [_at(place, pixels, searched) for place in places if place != taken.located.box])
    found = replace(found, others=tuple(others))
    if taken.located.box is None:
        return found
    lifted = chequing.lifted(pixels, searched.page, searched, taken.located.box)
    return replace(found, ink=ink_in_picture(lifted, pixels.shape) > 0)


def _at(place: Box, pixels: Image, searched: chequing.Searched) -> Image:
    """The signature at another of the places found, as the verifier takes it."""
    signature = chequing.take(pixels, searched, place).signature
    assert signature is not None, "a box gives a signature"
    return signature


def _refusal(taken: Taken) -> QualityReason | None:
    """Why nothing is compared though there may be candidates; to have found nobody's signature is no refusal."""
    reasons = [reason for reason in taken.quality.reasons if reason is not QualityReason.NO_SIGNATURE]
    return reasons[0] if reasons else None
