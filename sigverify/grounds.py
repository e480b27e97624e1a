"""Cheques that nobody has signed, and where somebody would: a bank's own, and drawn ones."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import numpy as np

from sigverify.cheque_trials import pixels_of
from sigverify.domain import Image, Point
from sigverify.errors import DataError
from sigverify.labelled_cheques import Labelled
from sigverify.model.overlap import centre
from sigverify.pasted_trials import Ground
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.marks import Mark
from sigverify.preprocess.rescanning import CHEQUE_INCHES, resized

DPI: Final = (200, 250, 300)  # at which a cheque is signed
USUAL: Final[Point] = (0.76, 0.78)  # where most cheques are signed, in shares of width and height
NO_INK: Final = (60, 150)  # height and width of a signature, of which only the proportions matter
STRAY: Final = (0.03, 0.015)  # standard deviation of the place, in shares of width and height


def unsigned_cheques(cheques: Sequence[Labelled], *, seed: int = 0) -> list[Callable[[], Ground]]:
    """The unsigned ones among labelled cheques, to be signed where others of the same bank are, or where most are."""
    blank = [one for one in cheques if one.signed is False]
    return [partial(_blank, one, _place(one, cheques), seed + number) for number, one in enumerate(blank)]


def drawn_cheques(count: int, *, seed: int = 0) -> list[Callable[[], Ground]]:
    """Cheques of banks that do not exist, each with a place to sign, drawn when their turn comes."""
    return [partial(_drawn, seed, number) for number in range(count)]


def _blank(cheque: Labelled, place: Point, seed: int) -> Ground:
    pixels = pixels_of(cheque)
    if pixels is None:
        raise DataError(f"{cheque.path.name} cannot be read. Take it out of boxes.csv.")
    rng = np.random.default_rng([seed, 3])
    pixels = resized(pixels, _width(rng))
    share = np.array(place) + rng.normal(0.0, STRAY)
    return Ground(kind="unsigned", pixels=pixels, centre=(share[0] * pixels.shape[1], share[1] * pixels.shape[0]))


def _place(cheque: Labelled, cheques: Sequence[Labelled]) -> Point:
    """The middle of the signatures of the same bank, in shares of width and height."""
    known = []
    for one in cheques:
        if one.bank == cheque.bank and one.folder == cheque.folder and one.box is not None:
            pixels = pixels_of(one)
            if pixels is not None:
                x0, y0, x1, y1 = one.box
                known.append(((x0 + x1) / 2 / pixels.shape[1], (y0 + y1) / 2 / pixels.shape[0]))
    if not known:
        return USUAL
    across, down = np.median(known, axis=0).tolist()
    return across, down


class _InkSpent(Hands):
    """Hands that write everything but signatures: their pen leaves no ink where they sign."""

    def signature(self, rng: np.random.Generator) -> Mark:
        """A place and nothing in it."""
        return Mark(blot=np.zeros(NO_INK, np.uint8))


def _drawn(seed: int, number: int) -> Ground:
    rng = np.random.default_rng([seed, 4, number])
    while True:  # a few cheques have no place to sign
        canvas = cheque(_width(rng), _InkSpent(), rng)
        if canvas.signatures:
            break
    pixels: Image = np.clip(np.rint(canvas.pixels), 0, 255).astype(np.uint8)
    return Ground(kind="drawn", pixels=pixels, centre=centre(canvas.signatures[0]))


def _width(rng: np.random.Generator) -> int:
    return round(CHEQUE_INCHES * DPI[int(rng.integers(len(DPI)))])
