"""Whether a picture is a signature alone, or a cheque, form or page on which one has to be looked for.

Print gives it away: dozens of marks much smaller than the picture, spread over an area. A signature has few marks, and
the largest fill the picture; a printed word or a ruled line beside it adds some, but in one place.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.cleaning import AREA, HEIGHT, WIDTH, X, Y
from sigverify.preprocess.inkmask import find_ink
from sigverify.preprocess.reading import shrink

SEEN: Final = 1024  # pixels on the longer side; print of a cheque that fills half a photograph is still told apart
METHOD: Final = "otsu_at_edges"  # guilloche is paler than ink, and not counted by it
FAINTEST: Final = 18.0  # grey levels between ink and paper; less is the noise of blank paper
SPECK: Final = 6  # pixels; smaller is dust, and noise of the paper
LETTER_LEAST: Final = 3  # pixels high; lower is a dash or a ruled line
LETTER_TALL: Final = 0.09  # of the picture's height; print on a cheque is a third of it, a signature's letters more
LETTER_WIDE: Final = 0.25  # of the picture's width; a word of print that runs together is narrower
OUTLIERS: Final = 0.03  # share of the letters at each side that do not count for where they lie
GRID: Final = (8, 6)  # cells across and down the area of the letters
MOST_LETTERS: Final = 42  # signatures of five data sets have up to 41, cheques 67 and more
MOST_CELLS: Final = 16  # of the grid's 48 that letters lie in; on cheques 17 and more


def is_crop(grey: Image) -> bool:
    """Whether a grey picture (h, w) shows a signature alone; in doubt, and without any ink, it does."""
    letters = _letters(shrink(grey, SEEN))
    return len(letters) < MOST_LETTERS or _cells(letters) < MOST_CELLS


def _letters(grey: Image) -> NDArray[np.int32]:
    """Left, top, width, height and area (n, 5) of the small marks of a picture."""
    height, width = grey.shape
    ink = find_ink(grey, METHOD)
    if ink.contrast < FAINTEST:
        return np.zeros((0, AREA + 1), np.int32)
    stats = cv2.connectedComponentsWithStats(ink.mask, connectivity=8, ltype=cv2.CV_32S)[2][1:]
    tall, wide = stats[:, HEIGHT], stats[:, WIDTH]
    small = (tall < LETTER_TALL * height) & (wide < LETTER_WIDE * width)
    seen = (tall >= LETTER_LEAST) & (np.maximum(tall, wide) > LETTER_LEAST) & (stats[:, AREA] >= SPECK)
    kept: NDArray[np.int32] = stats[small & seen]
    return kept


def _cells(letters: NDArray[np.int32]) -> int:
    """How many cells of a grid over the letters' area have letters in them: whether they are spread, as on a page."""
    middles = letters[:, [X, Y]] + letters[:, [WIDTH, HEIGHT]] / 2.0  # (n, 2)
    low, high = np.quantile(middles, [OUTLIERS, 1.0 - OUTLIERS], axis=0)
    place = (middles - low) / np.maximum(high - low, 1.0)
    cell = np.clip((place * GRID).astype(int), 0, np.array(GRID) - 1)
    return len(np.unique(cell, axis=0))
