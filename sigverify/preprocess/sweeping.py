"""A whole cheque looked at from near, part by part: where somebody may have signed and nobody has asked about."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from sigverify.preprocess.closelook import Near
from sigverify.preprocess.closeup import HEIGHT, WHOLE, WIDTH, pictured
from sigverify.preprocess.cutout import to_page_from, warped_part
from sigverify.preprocess.nameparts import LARGEST, SURE, Probability, bounds_in
from sigverify.preprocess.page import Page

Where = NDArray[np.bool_]  # (h, w)

STEP: Final = 192  # pixels from one row of close-ups to the next, at most
FROM: Final = 0.2  # of the cheque's height: nobody signs above
ROWS: Final = 5  # of close-ups; a sheet that takes more is a page of something else
APART: Final = (61, 25)  # pixels across and down that parts of one signature are apart, at most
CLOSER: Final = (25, 11)  # the same in what is larger than one signature: several people's writing, so taken apart
LEAST: Final = 100.0  # sum of the probabilities of a place's sure ink; less is a speck


def swept(near: Near, pixels: Image, page: Page) -> tuple[Box, ...]:
    """Places of a picture (h, w[, 3]) where the close-up network sees a signature's ink, those with most of it first.

    Boxes are of the sure ink, in pixels of the picture. Each place still needs a close look of its own. A sheet much
    taller than a cheque is not swept: ().
    """
    probability = _all_over(near, pixels, page)
    if probability is None:
        return ()
    scale = WHOLE / page.size[0]
    found = sorted(_places(probability), key=lambda place: -place[0])
    return tuple(page.box_in_picture(_box(own, scale), (pixels.shape[0], pixels.shape[1])) for _, own in found)


def _places(probability: Probability) -> Iterator[tuple[float, Where]]:
    """Sure ink (h, w) that hangs together as one signature's may, and its mass; what is too large in closer parts."""
    height, width = probability.shape
    for mass, own in _parts(probability, probability >= SURE, APART):
        x0, y0, x1, y1 = bounds_in(own)
        if x1 - x0 > LARGEST[0] * width or y1 - y0 > LARGEST[1] * height:
            yield from _parts(probability, own, CLOSER)
        else:
            yield mass, own


def _parts(probability: Probability, ink: Where, apart: tuple[int, int]) -> Iterator[tuple[float, Where]]:
    """Parts of some ink (h, w) that lie farther from each other than so many pixels, with their mass; no specks."""
    near = cv2.dilate(ink.astype(np.uint8), np.ones(apart[::-1], np.uint8))
    count, labels = cv2.connectedComponents(near, connectivity=8)
    labels[~ink] = 0
    mass = np.bincount(labels.ravel(), probability.ravel(), minlength=count)
    for label in range(1, count):
        if mass[label] >= LEAST:
            yield float(mass[label]), labels == label


def _all_over(near: Near, pixels: Image, page: Page) -> Probability | None:
    """What the network says (h, 1280) of every part of the upright cheque; None where there are too many parts."""
    scale = WHOLE / page.size[0]
    width, height = round(WHOLE), max(1, round(page.size[1] * scale))
    first, last = round(FROM * height), max(0, height - HEIGHT)
    rows = 1 + max(0, -(-(last - first) // STEP))
    if rows > ROWS:
        return None
    probability = np.zeros((max(height, HEIGHT), width), np.float32)
    for top in np.linspace(min(first, last), last, rows).round().astype(int).tolist():
        for left in range(0, width, WIDTH):
            place = page.to_picture @ to_page_from(left / scale, top / scale, scale)
            seen = near(pictured(warped_part(pixels, place, (WIDTH, HEIGHT), scale), None))
            part = probability[top : top + HEIGHT, left : left + WIDTH]
            np.maximum(part, seen, out=part)
    return probability[:height]


def _box(own: Where, scale: float) -> Box:
    """Of pixels (h, w) of a sheet seen at a scale, in the sheet's own."""
    x0, y0, x1, y1 = bounds_in(own)
    return int(x0 / scale), int(y0 / scale), int(np.ceil(x1 / scale)), int(np.ceil(y1 / scale))
