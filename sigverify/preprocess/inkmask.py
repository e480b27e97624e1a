"""Which pixels are ink: uneven paper removed, then one of three thresholds (measured in ADR 0002)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image

Mask = NDArray[np.uint8]  # (h, w), 255 ink, 0 paper

BACKGROUND_SIDE: Final = 160  # pixels; paper varies slowly, so its shade is estimated on a picture this small
BACKGROUND_KERNEL: Final = 13  # pixels of that small picture; wider than any stroke, so ink does not count as paper
DARKEST_PAPER: Final = 24  # grey; below this a "paper" is a hole in the estimate and must not be divided by
EDGE_SHARE: Final = 0.25  # of the strongest edge; pixels beside such edges are where ink and paper meet
NOISY: Final = 10.0  # ink that stands out from paper by less than so many times the noise is smoothed first
SAUVOLA_WINDOW: Final = 41  # pixels
SAUVOLA_K: Final = 0.2
SAUVOLA_RANGE: Final = 128.0  # grey levels; Sauvola and Pietikainen 2000


@dataclass(frozen=True, kw_only=True)
class Ink:
    """An ink mask and how far the ink stands out from the paper."""

    mask: Mask
    contrast: float  # grey levels between the mean of the paper and the mean of the ink; 0 when there is no ink
    unrest: float  # grey levels by which the paper strays from its mean, as a share of the contrast; 0 without ink


def flatten(grey: Image) -> Image:
    """Divide a grey picture (h, w) by the shade of its paper, so that paper is white everywhere."""
    height, width = grey.shape
    scale = min(1.0, BACKGROUND_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (BACKGROUND_KERNEL, BACKGROUND_KERNEL))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.blur(paper, (BACKGROUND_KERNEL, BACKGROUND_KERNEL), borderType=cv2.BORDER_REPLICATE)
    paper = np.maximum(paper, DARKEST_PAPER)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, paper, scale=255.0)  # type: ignore[return-value]


def otsu(flat: Image) -> Mask:
    """Threshold by Otsu 1979 over the whole picture."""
    return cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]  # type: ignore[return-value]


def otsu_at_edges(flat: Image) -> Mask:
    """Threshold by Otsu over the pixels beside edges only, where ink and paper are about equally many.

    Over a whole picture a thin signature is one pixel in a hundred, and Otsu then parts paper from paper.
    """
    gradient = cv2.morphologyEx(flat, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    strongest = int(gradient.max())
    near = flat[gradient > EDGE_SHARE * strongest]
    if strongest == 0 or near.size == 0:
        return np.zeros_like(flat)
    level = cv2.threshold(near.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0]
    return cv2.threshold(flat, level, 255, cv2.THRESH_BINARY_INV)[1]  # type: ignore[return-value]


def sauvola(flat: Image) -> Mask:
    """Threshold at mean * (1 + k (deviation / R - 1)) of a window about each pixel (Sauvola and Pietikainen 2000)."""
    values = flat.astype(np.float32)
    window = (SAUVOLA_WINDOW, SAUVOLA_WINDOW)
    mean = cv2.blur(values, window, borderType=cv2.BORDER_REPLICATE)
    square = cv2.sqrBoxFilter(values, -1, window, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0.0))
    return np.where(values < mean * (1.0 + SAUVOLA_K * (deviation / SAUVOLA_RANGE - 1.0)), 255, 0).astype(np.uint8)


THRESHOLDS: Final[dict[str, Callable[[Image], Mask]]] = {
    "otsu": otsu,
    "otsu_at_edges": otsu_at_edges,
    "sauvola": sauvola,
}


def find_ink(grey: Image, method: str) -> Ink:
    """The ink of a grey picture (h, w) by one of `THRESHOLDS`, on flattened paper; smoothed where noise nears ink."""
    flat = flatten(grey)
    ink = _parted(flat, THRESHOLDS[method](flat), flat)
    smooth = cv2.medianBlur(flat, 3)
    noise = cv2.mean(cv2.absdiff(flat, smooth))[0]
    if 0.0 < ink.contrast < NOISY * noise:
        return _parted(smooth, THRESHOLDS[method](smooth), flat)  # type: ignore[arg-type]
    return ink


def _parted(seen: Image, mask: Mask, flat: Image) -> Ink:
    """The ink by the picture `seen`, which may have been smoothed; the paper's unrest by the one that was not."""
    if not mask.any() or mask.all():
        return Ink(mask=np.zeros_like(mask), contrast=0.0, unrest=0.0)
    paper = cv2.bitwise_not(mask)
    contrast = max(0.0, cv2.mean(seen, paper)[0] - cv2.mean(seen, mask)[0])
    stray = float(cv2.meanStdDev(flat, mask=paper)[1][0, 0])
    return Ink(mask=mask, contrast=contrast, unrest=stray / contrast if contrast > 0.0 else 0.0)
