"""Pen trajectories drawn as a scanner would have seen them."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image

SUBPIXEL_BITS: Final = 4  # OpenCV draws at 1/16 of a pixel
MARGIN: Final = 24  # pixels of paper around the ink
SPIKE: Final = 0.5  # of the longer side; a step this long within a stroke is a fault of the tablet


def render(strokes: list[NDArray[np.float64]], *, longest: float, pen: float, tone: int = 40) -> Image:
    """Draw strokes, each (n, 2) x and y (down) in any unit, `longest` pixels on the longer side with a pen `pen` wide.

    Returns a grey picture (h, w), paper 255. Raises ValueError when there is nothing to draw.
    """
    points = np.concatenate(strokes) if strokes else np.zeros((0, 2))
    if len(points) < 2:
        raise ValueError("a trajectory needs at least two points")
    low, high = points.min(axis=0), points.max(axis=0)
    scale = longest / max(1e-9, float((high - low).max()))
    size = np.ceil((high - low) * scale).astype(int) + 2 * MARGIN
    picture = np.full((int(size[1]), int(size[0])), 255, np.uint8)
    for stroke in strokes:
        for line in _without_spikes(((stroke - low) * scale + MARGIN), SPIKE * longest):
            fixed = np.round(line * 2**SUBPIXEL_BITS).astype(np.int32)
            cv2.polylines(picture, [fixed], False, tone, max(1, round(pen)), cv2.LINE_AA, SUBPIXEL_BITS)
    return cv2.GaussianBlur(picture, (3, 3), 0)  # type: ignore[return-value]


def _without_spikes(line: NDArray[np.float64], longest_step: float) -> list[NDArray[np.float64]]:
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    pieces = np.split(line, np.flatnonzero(steps > longest_step) + 1)
    return [piece for piece in pieces if len(piece) > 0]
