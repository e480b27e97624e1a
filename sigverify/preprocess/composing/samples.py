"""Drawn sheets as the locator network meets them: seen as in use, with the truth on the network's grid."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess import locating
from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.degrading import laid_down, scanned
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.sheets import sheet
from sigverify.preprocess.page import WHITE

WORKING: Final = (640, 960)  # pixels that a sheet is drawn wide
TURNED: Final = 0.15  # share that is upside down
SHEETS: Final = 0.07  # share that is no cheque
TRUE: Final = 0.12  # share of a cell that a signature's ink covers from which on the cell is of the signature
TRIES: Final = 4  # scans of a sheet that comes out black
BLACK: Final = 0.5  # of the paper's grey, and darker
BLACKEST: Final = 0.3  # share of a scan
A4: Final = 1 / 2**0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """One sheet (h, 640) as seen, and what is true of it."""

    grey: Image
    truth: NDArray[np.bool_]  # (h / 2, 320) where a signature's ink is
    upside_down: bool

    @property
    def signed(self) -> bool:
        """Whether there is a signature."""
        return bool(self.truth.any())


def composite(height: int, hands: Hands, rng: np.random.Generator) -> Sample:
    """A drawn sheet, `height` pixels high as seen (a multiple of 32); of 320 and less a cheque, mostly."""
    width = int(rng.integers(*WORKING))
    lowest = locating.WIDTH / height
    if height > locating.WIDTH:
        canvas = sheet(width, max(A4, lowest), hands, rng)
    elif rng.random() < SHEETS:
        canvas = sheet(width, float(rng.uniform(lowest, 2.8)), hands, rng)
    else:
        canvas = cheque(width, hands, rng, lowest=lowest)
    return seen(canvas, height, rng)


def _legible(pixels: NDArray[np.float32], rng: np.random.Generator) -> Image:
    """A scan of a sheet; where it came out black or as noise, which teaches nothing, another one."""
    for _ in range(TRIES):
        picture = scanned(pixels, rng)
        if np.mean(picture < BLACK * np.median(pixels)) < BLACKEST:
            break
    return picture


def seen(canvas: Canvas, height: int, rng: np.random.Generator) -> Sample:
    """A sheet laid down, scanned, and reduced as in use, on a picture of this height."""
    pixels, signed = laid_down(canvas.pixels, canvas.signed, rng)
    picture = _legible(pixels, rng)
    turned = bool(rng.random() < TURNED)
    if turned:
        picture, signed = np.ascontiguousarray(picture[::-1, ::-1]), np.ascontiguousarray(signed[::-1, ::-1])
    scale = locating.WIDTH / picture.shape[1]
    rows = min(height, round(picture.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    flat = locating.flattened(np.asarray(cv2.resize(picture, (locating.WIDTH, rows), interpolation=how), np.uint8))
    grey: Image = np.full((height, locating.WIDTH), WHITE, np.uint8)
    grey[:rows] = flat
    truth = np.zeros((height // locating.CELL, locating.WIDTH // locating.CELL), np.bool_)
    cells = truth.shape[1], max(1, rows // locating.CELL)
    share = cv2.resize(signed, cells, interpolation=cv2.INTER_AREA)
    truth[: cells[1]] = share > TRUE * 255.0
    return Sample(grey=grey, truth=truth, upside_down=turned)
