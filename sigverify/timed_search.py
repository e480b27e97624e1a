"""Finding and lifting the signature on a picture as the verifier does it, with the time of every stage."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sigverify.cheque_trials import Search, Searched
from sigverify.domain import Box, Image, QualityReason
from sigverify.preprocess.croptest import is_crop
from sigverify.preprocess.cutout import LEAST_SURROUND, SURROUND
from sigverify.preprocess.lifting import ink_in_picture, lift_region
from sigverify.preprocess.locating import candidates, seen
from sigverify.preprocess.page import Page
from sigverify.preprocess.pagefinding import find_page
from sigverify.preprocess.reading import grey

HALF: Final = 0.5  # probability of lying upside down from which on a cheque is turned

_Value = TypeVar("_Value")


class Answer(Protocol):
    """What a locator says of one sheet."""

    @property
    def probability(self) -> NDArray[np.float32]:
        """(h, w) that ink there is a signature, 0..1."""

    @property
    def upside_down(self) -> float:
        """Probability that the sheet is upside down, 0..1."""


class Sees(Protocol):
    """What the search needs of a network; `model.locator.Locator` is the real one."""

    def see(self, grey: NDArray[np.uint8]) -> Answer:
        """Where on a sheet (h, w) somebody signed."""


@dataclass
class _Clock:
    """Milliseconds of this process's own time by stage: what another program takes of the processor does not count."""

    spent: dict[str, float] = field(default_factory=dict)

    def of(self, stage: str, work: Callable[[], _Value]) -> _Value:
        """What `work` gives, its time added to the stage's."""
        begun = time.process_time()
        value = work()
        self.spent[stage] = self.spent.get(stage, 0.0) + (time.process_time() - begun) * 1000.0
        return value


def search_with(locator: Sees) -> Search:
    """The search with a locator network."""
    return lambda pixels: _search(pixels, locator)


def surround(box: Box) -> int:
    """Pixels that lifting looks beyond a box."""
    return max(LEAST_SURROUND, round(SURROUND * (box[3] - box[1])))


def _search(pixels: Image, locator: Sees) -> Searched:
    clock = _Clock()
    crop = clock.of("crop or cheque", lambda: is_crop(grey(pixels)))
    page = clock.of("page", lambda: find_page(pixels))
    page, probability = _looked_at(pixels, page, locator, clock)
    found = clock.of("candidates", lambda: candidates(probability, page, pixels))
    refused = QualityReason.SEVERAL_CHEQUES if page.others else None
    if not found:
        return Searched(candidates=(), crop=crop, refused=refused, milliseconds=clock.spent)
    lifted = clock.of("lifting", lambda: lift_region(pixels, page, probability, found[0].box))
    return Searched(
        candidates=found,
        refused=refused,
        crop=crop,
        signature=lifted.signature,
        ink=ink_in_picture(lifted, pixels.shape) > 0,
        milliseconds=clock.spent,
    )


def _looked_at(pixels: Image, page: Page, locator: Sees, clock: _Clock) -> tuple[Page, NDArray[np.float32]]:
    """The page the right way up, and what the network sees on it."""
    for turn in (0, 2):
        looked = page.turned_by(turn)
        shown = clock.of("seen", lambda upright=looked: seen(pixels, upright))  # type: ignore[misc]
        answer = clock.of("network", lambda picture=shown: locator.see(picture))  # type: ignore[misc]
        if answer.upside_down < HALF:
            break
    return looked, answer.probability
