"""The verifier's own way from a picture to the signature on it, with the time of every stage and the ink lifted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sigverify import chequing
from sigverify.cheque_trials import Search, Searched
from sigverify.chequing import Locates, Saw, Sees, Taken
from sigverify.domain import Box, Candidate, Image, QualityReason
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
        milliseconds=clock.spent,
    )
    if taken.located.box is None:
        return found
    others = clock.of(LIFTING, lambda: [_at(place.box, pixels, searched) for place in _next_best(searched)])
    lifted = chequing.lifted(pixels, searched.page, searched, taken.located.box)
    return Searched(
        candidates=found.candidates,
        refused=found.refused,
        crop=found.crop,
        signature=found.signature,
        others=tuple(other for other in others if other is not None),
        ink=ink_in_picture(lifted, pixels.shape) > 0,
        milliseconds=found.milliseconds,
    )


def _next_best(searched: chequing.Searched) -> tuple[Candidate, ...]:
    return searched.candidates[1 : chequing.PLACES_COMPARED]


def _at(place: Box, pixels: Image, searched: chequing.Searched) -> Image | None:
    """The signature at another of the places found, as the verifier takes it."""
    return chequing.take(pixels, searched, place).signature


def _refusal(taken: Taken) -> QualityReason | None:
    """Why nothing is compared though there may be candidates; to have found nobody's signature is no refusal."""
    reasons = [reason for reason in taken.quality.reasons if reason is not QualityReason.NO_SIGNATURE]
    return reasons[0] if reasons else None
