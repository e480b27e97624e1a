"""How dark the pen is: the level that parts its ink from paper and from the pattern printed on it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.inkmask import EDGE_SHARE, Mask

TILE: Final = 0.1  # of the picture's shorter side; a pattern shows in most tiles, print in few
LEAST_TILE: Final = 6  # pixels
CALM: Final = 0.01  # of a tile is as dark as ink; more is print or a pattern
PATTERN: Final = 0.4  # of the tiles about a signature
CALMER: Final = 3.0  # times less, or a darker level has not told the pattern from the pen
LOST: Final = 0.08  # of the ink is left at least; a darker level would not be the pen's
NO_INK: Final = -1  # a level that no pixel is below


def ink_at(flat: Image, level: int) -> Mask:
    """The pixels (h, w) of flattened paper that are at least as dark as `level`."""
    return np.where(flat <= level, 255, 0).astype(np.uint8)


def ink_level(flat: Image, zone: NDArray[np.bool_], around: NDArray[np.bool_]) -> int:
    """The grey of the palest ink in `zone`, by the edges there (Otsu 1979), or NO_INK; `around` is paper, all (h, w).

    Where the paper is as dark in many places, a pattern has been taken for ink, and the pen is looked for among the
    darker pixels.
    """
    gradient = cv2.morphologyEx(flat, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    strongest = int(gradient[zone].max(initial=0))
    near = flat[zone & (gradient > EDGE_SHARE * strongest)]
    if strongest == 0 or near.size == 0:
        return NO_INK
    level = _otsu(near)
    inside = flat[zone]
    while (stray := _tiles_with_ink(flat, level, around)) > PATTERN:
        ink = inside[inside <= level]
        deeper = _otsu(ink)
        few = _tiles_with_ink(flat, deeper, around) * CALMER <= stray
        if deeper >= level or not few or np.count_nonzero(ink <= deeper) < LOST * len(ink):
            break
        level = deeper
    return level


def _tiles_with_ink(flat: Image, level: int, around: NDArray[np.bool_]) -> float:
    """The share of tiles about the signature that show something as dark as `level`."""
    height, width = flat.shape
    side = max(LEAST_TILE, TILE * min(height, width))
    size = max(1, round(width / side)), max(1, round(height / side))
    paper = cv2.resize(around.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    dark = cv2.resize((around & (flat <= level)).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    whole = paper > 0.5
    return float(np.mean(dark[whole] > CALM * paper[whole])) if whole.any() else 0.0


def _otsu(values: Image) -> int:
    return int(cv2.threshold(values.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
