"""Marks drawn on a picture, for the stages that a person looks at."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Box, Corners, Image

BLUE: Final = (28, 107, 179)  # RGB; the window's accent
WEIGHT: Final = 300  # the line is this share of the longer side, at least two pixels


def outlined(pixels: Image, corners: Corners) -> Image:
    """A copy (h, w, 3) of a picture (h, w[, 3]) with the cheque's outline on it."""
    copy = _coloured(pixels)
    outline = np.rint(np.array(corners)).astype(np.int32)
    cv2.polylines(copy, [outline], isClosed=True, color=BLUE, thickness=_weight(pixels), lineType=cv2.LINE_AA)
    return copy


def boxed(pixels: Image, boxes: Sequence[Box]) -> Image:
    """A copy (h, w, 3) of a picture (h, w[, 3]) with boxes on it."""
    copy = _coloured(pixels)
    for x0, y0, x1, y1 in boxes:
        cv2.rectangle(copy, (x0, y0), (x1 - 1, y1 - 1), BLUE, _weight(pixels))
    return copy


def _weight(pixels: Image) -> int:
    height, width = pixels.shape[:2]
    return int(max(2, height // WEIGHT, width // WEIGHT))


def _coloured(pixels: Image) -> Image:
    if pixels.ndim == 3:
        return np.ascontiguousarray(pixels).copy()
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
