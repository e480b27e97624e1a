"""What finding and lifting the signature on a whole cheque costs in this process, by stage, on drawn cheques."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.drawn import signatures
from benchmarks.measuring import Figure, repeated
from sigverify import paths
from sigverify.chequing import Taken, search, take
from sigverify.domain import Image
from sigverify.grounds import drawn_cheques
from sigverify.locators import Locators
from sigverify.model.locator import Locator
from sigverify.preprocess import closeup
from sigverify.preprocess.closelook import Near, look_closely
from sigverify.preprocess.croptest import is_crop
from sigverify.preprocess.lifting import lift, lift_seen
from sigverify.preprocess.locating import candidates, fingerprint, seen
from sigverify.preprocess.pagefinding import find_page
from sigverify.preprocess.pasting import cover_of, fitted, pasted
from sigverify.preprocess.reading import grey
from sigverify.preprocess.rescanning import RESCANS

Value = TypeVar("Value")

CHEQUES: Final = 20
WARM_UP: Final = 2
SIZE: Final = (700, 300)  # pixels of a signature at 300 dpi
INK: Final = (28, 28, 28)
WHOLE: Final = (500.0, 1500.0)  # milliseconds a cheque: the median, and the worst
STAGES: Final = {  # milliseconds; a share of the whole each
    "crop or cheque": 50.0,
    "page": 100.0,
    "seen": 50.0,
    "network": 150.0,
    "places": 50.0,
    "close look": 100.0,
    "lifting": 100.0,
}


def figures(locator: Path) -> Iterator[Figure]:
    """Each figure by scan and stage, and the whole as the verifier does it."""
    network = Locators(
        whole=Locator.load(locator, fingerprint=fingerprint()),
        near=Locator.load(paths.close_up(), fingerprint=closeup.fingerprint()),
    )
    cheques = _signed(CHEQUES + WARM_UP)
    for scan in ("as given", "bitonal 200 dpi G4"):
        pictures = [RESCANS[scan](cheque).pixels for cheque in cheques]
        times: dict[str, list[float]] = {stage: [] for stage in STAGES}
        for picture in pictures:
            _by_stage(picture, network, times)
        for stage, target in STAGES.items():
            yield Figure(name=f"{stage}, {scan}", times=tuple(times[stage][WARM_UP:]), target=target)
        whole = repeated(
            f"locate and lift, {scan}",
            partial(_whole, pictures, network),
            target=WHOLE[0],
            repeats=CHEQUES,
            warm_up=WARM_UP,
        )
        yield whole
        yield replace(whole, target=WHOLE[1], worst_counts=True)


def _whole(pictures: list[Image], network: Locators, number: int) -> Taken:
    return take(pictures[number], search(pictures[number], network), None)


def _by_stage(picture: Image, network: Locators, times: dict[str, list[float]]) -> None:
    """One cheque through every stage, the time of each added."""

    def timed(stage: str, work: Callable[[], Value]) -> Value:
        began = time.perf_counter()
        value = work()
        times[stage].append((time.perf_counter() - began) * 1000)
        return value

    timed("crop or cheque", lambda: is_crop(grey(picture)))
    page = timed("page", lambda: find_page(picture))
    shown = timed("seen", lambda: seen(picture, page))
    answer = timed("network", lambda: network.see(shown))
    places = timed("places", lambda: candidates(answer.probability, page, picture))
    height, width = picture.shape[:2]
    box = places[0].box if places else (width // 2, height // 2, width, height)  # as large as a person may draw one
    look = timed("close look", lambda: look_closely(_near(network), picture, page, box))
    if look is None:
        timed("lifting", lambda: lift(picture, page, answer.probability, box))
    else:
        timed("lifting", lambda: lift_seen(picture, page, look))


def _near(network: Locators) -> Near:
    near = network.near
    assert near is not None, "the program has one"
    return lambda picture: near.see(picture).probability


def _signed(count: int) -> list[Image]:
    """Drawn cheques with drawn signatures."""
    made = []
    grounds = drawn_cheques(count)
    for ground, signature in zip((make() for make in grounds), signatures(count, SIZE), strict=True):
        cover = cover_of(signature)
        assert cover is not None, "a drawn signature has ink"
        made.append(pasted(ground.pixels, fitted(cover, ground.pixels, 1.0), ground.centre, INK)[0])
    return made
