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
from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.marks import Mark
from sigverify.preprocess.rescanning import CHEQUE_INCHES, resized

DPI: Final = (200, 250, 300)  # at which a cheque is signed
USUAL: Final[Point] = (0.76, 0.78)  # where most cheques are signed, in shares of width and height
NO_INK: Final = (60, 150)  # height and width of a signature, of which only the proportions matter
ROOM: Final = (0.26, 0.2)  # shares of width and height about a place that have to be free
DARKER: Final = 50.0  # grey levels between ink and what it lies on
FULL: Final = 0.05  # share of ink from which on a place is full; a rule and a printed row are 0.03
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
    sheet = signable(np.random.default_rng([seed, 4, number]))
    return Ground(kind="drawn", pixels=pixels_on(sheet), centre=centre(sheet.signatures[0]))


def signable(rng: np.random.Generator) -> Canvas:
    """A drawn cheque that nobody has signed, with a place to sign, the first of its `signatures`, that is free."""
    while True:  # some cheques have no place to sign, or one that is full already
        sheet = cheque(_width(rng), _InkSpent(), rng)
        if sheet.signatures and _free(pixels_on(sheet), centre(sheet.signatures[0])):
            return sheet


def pixels_on(sheet: Canvas) -> Image:
    """What is on a drawn cheque, (h, w, 3) RGB."""
    pixels: Image = np.clip(np.rint(sheet.pixels), 0, 255).astype(np.uint8)
    return pixels


def _free(pixels: Image, about: Point) -> bool:
    """Whether somebody would sign there: over rules and a little print, but not over what others wrote."""
    height, width = pixels.shape[:2]
    x, y = about
    rows = slice(max(0, round(y - ROOM[1] * height / 2)), round(y + ROOM[1] * height / 2))
    columns = slice(max(0, round(x - ROOM[0] * width / 2)), round(x + ROOM[0] * width / 2))
    light = pixels[rows, columns].mean(axis=2)
    return bool((light < np.median(light) - DARKER).mean() < FULL)


def _width(rng: np.random.Generator) -> int:
    return round(CHEQUE_INCHES * DPI[int(rng.integers(len(DPI)))])
