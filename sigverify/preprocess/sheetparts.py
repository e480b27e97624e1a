"""Whether a sheet is only a part of one: cheques have white heads and feet, which are lost on a scanner's white lid."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.reading import grey
from sigverify.preprocess.surround import Quad, Sheet
from sigverify.preprocess.textrows import print_of

LIGHTER: Final = 4.0  # grey levels by which a sheet may be lighter than what it lies on and still be a part of it
PRINTED: Final = 0.03  # share of all print beside the sheets; lids and desks have less, the MICR line alone has 0.07
BESIDE: Final = 0.02  # of the picture's width round a sheet; its shadow and its frayed sides are not print beside it


def is_part(pixels: Image, found: Sequence[Sheet]) -> bool:
    """Whether the ground (h, w[, 3]) round the sheets found is paper, too: as light as they are, and printed upon."""
    picture = grey(pixels)
    inside = np.zeros_like(picture)
    for sheet in found:
        inside = np.maximum(inside, _area(sheet.corners * picture.shape[::-1], inside))
    reach = 2 * max(1, round(BESIDE * picture.shape[1])) + 1
    outside = cv2.dilate(inside, np.ones((reach, reach), np.uint8)) == 0
    if not outside.any() or not inside.any():
        return False
    if np.median(picture[outside]) < np.median(picture[inside > 0]) - LIGHTER:
        return False
    marks = print_of(picture) > 0
    return int((marks & outside).sum()) > PRINTED * max(1, int(marks.sum()))


def _area(quad: Quad, like: Mask) -> Mask:
    filled = np.zeros_like(like)
    cv2.fillConvexPoly(filled, np.round(quad).astype(np.int32), 1)
    return filled
