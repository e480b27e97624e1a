"""What finding and lifting the signature on a whole cheque costs in this process, by stage, on drawn cheques."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.drawn import signatures
from benchmarks.measuring import Figure
from sigverify.cheque_trials import Searched
from sigverify.domain import Image
from sigverify.grounds import drawn_cheques
from sigverify.model.locator import Locator
from sigverify.preprocess.locating import fingerprint
from sigverify.preprocess.pasting import cover_of, fitted, pasted
from sigverify.preprocess.rescanning import RESCANS
from sigverify.timed_search import search_with

CHEQUES: Final = 20
WARM_UP: Final = 2
SIZE: Final = (700, 300)  # pixels of a signature at 300 dpi
INK: Final = (28, 28, 28)
WHOLE: Final = (500.0, 1500.0)  # milliseconds a cheque: the median, and the worst
STAGES: Final = {  # milliseconds; a share of the whole each
    "crop or cheque": 50.0,
    "page": 150.0,
    "seen": 60.0,
    "network": 150.0,
    "candidates": 40.0,
    "lifting": 120.0,
}


def figures(locator: Path) -> Iterator[Figure]:
    """Each figure by scan and stage."""
    search = search_with(Locator.load(locator, fingerprint=fingerprint()))
    cheques = _signed(CHEQUES + WARM_UP)
    for scan in ("as given", "bitonal 200 dpi G4"):
        found = [search(RESCANS[scan](cheque).pixels) for cheque in cheques][WARM_UP:]
        yield from _by_stage(found, scan)


def _signed(count: int) -> list[Image]:
    """Drawn cheques with drawn signatures."""
    made = []
    grounds = drawn_cheques(count)
    for ground, signature in zip((make() for make in grounds), signatures(count, SIZE), strict=True):
        cover = cover_of(signature)
        assert cover is not None, "a drawn signature has ink"
        made.append(pasted(ground.pixels, fitted(cover, ground.pixels, 1.0), ground.centre, INK)[0])
    return made


def _by_stage(found: list[Searched], scan: str) -> Iterator[Figure]:
    for stage, target in STAGES.items():
        times = tuple(one.milliseconds[stage] for one in found if stage in one.milliseconds)
        if times:
            yield Figure(name=f"{stage}, {scan}", times=times, target=target)
    whole = tuple(float(np.sum(list(one.milliseconds.values()))) for one in found)
    yield Figure(name=f"locate and lift, {scan}", times=whole, target=WHOLE[0])
    yield Figure(name=f"locate and lift, {scan}", times=whole, target=WHOLE[1], worst_counts=True)
