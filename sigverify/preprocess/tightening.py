"""Places on a cheque drawn closely round the ink that is lifted there: without rules, and without what is printed."""

from dataclasses import replace
from typing import Final

import numpy as np

from sigverify.boxes import area
from sigverify.domain import Candidate, Image
from sigverify.preprocess.cutout import Probability
from sigverify.preprocess.framing import ink_box
from sigverify.preprocess.lifting import Lifted, lift_region
from sigverify.preprocess.page import Page

CLOSE: Final = 0.001  # of the cheque's width that is left round the ink, for its soft edge; a pixel at least
LEAST: Final = 0.3  # of a place's area; where the ink takes less, most of a faint signature was not lifted
MOST: Final = 3  # candidates looked at so closely; each costs as much time as lifting the signature


def closely(pixels: Image, page: Page, probability: Probability, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates (boxes in pixels of the picture as given, (h, w[, 3])), the best of them boxed by their ink."""
    return tuple(_closely(pixels, page, probability, one) for one in found[:MOST]) + found[MOST:]


def _closely(pixels: Image, page: Page, probability: Probability, one: Candidate) -> Candidate:
    return boxed(one, lift_region(pixels, page, probability, one.box), page, pixels)


def boxed(one: Candidate, lifted: Lifted, page: Page, pixels: Image) -> Candidate:
    """The candidate with the box of the ink that was lifted there; as it was, where hardly any was."""
    box = ink_box(lifted.ink)
    if box is None:  # lifting does not know better
        return one
    height, width = lifted.ink.shape
    place = replace(page, size=(width, height), to_picture=lifted.to_picture)
    margin = max(1, round(CLOSE * page.size[0] / _scale(lifted.to_picture)))
    x0, y0, x1, y1 = box
    close = max(0, x0 - margin), max(0, y0 - margin), min(width, x1 + margin), min(height, y1 + margin)
    found = place.box_in_picture(close, (pixels.shape[0], pixels.shape[1]))
    return replace(one, box=found) if area(found) >= LEAST * area(one.box) else one


def _scale(to_picture: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """How many of the picture's pixels one of the lifted signature's is wide."""
    return float(np.hypot(to_picture[0, 0], to_picture[1, 0]))
