"""What may happen to a signature between paper and file and should not matter: paper, ink, JPEG, resolution, pen."""

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Image

PAPER_STEP: Final = 30  # grey levels
INK_STEP: Final = 50
JPEG_QUALITY: Final = 50
DARKEST: Final = 0.01  # share of the picture that is taken for the darkest ink
PIXEL_WIDER: Final = np.ones((2, 2), np.uint8)  # a stroke eroded or dilated by it changes by one pixel


def paper_and_ink(grey: Image) -> tuple[float, float]:
    """Grey levels of the paper (the median) and of the darkest ink of a picture (h, w)."""
    return float(np.median(grey)), float(np.quantile(grey, DARKEST))


def _levels(grey: Image, paper: float, ink: float) -> Image:
    """The picture with its paper and ink at these levels, everything between them in proportion."""
    old_paper, old_ink = paper_and_ink(grey)
    if old_paper - old_ink < 1.0:
        return grey
    scaled = ink + (grey.astype(np.float32) - old_ink) * ((paper - ink) / (old_paper - old_ink))
    changed: Image = np.clip(np.round(scaled), 0, 255).astype(np.uint8)
    return changed


def darker_paper(grey: Image) -> Image:
    """The same ink on paper `PAPER_STEP` levels darker."""
    paper, ink = paper_and_ink(grey)
    return _levels(grey, max(ink, paper - PAPER_STEP), ink)


def lighter_paper(grey: Image) -> Image:
    """The same ink on paper `PAPER_STEP` levels lighter, or white."""
    paper, ink = paper_and_ink(grey)
    return _levels(grey, min(255.0, paper + PAPER_STEP), ink)


def paler_ink(grey: Image) -> Image:
    """Ink `INK_STEP` levels nearer to the paper, but not past half way."""
    paper, ink = paper_and_ink(grey)
    return _levels(grey, paper, min(ink + INK_STEP, (ink + paper) / 2))


def compressed(grey: Image) -> Image:
    """Through JPEG at quality 50."""
    done, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError("the picture cannot be compressed")
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value]


def halved(grey: Image) -> Image:
    """At half the resolution: 300 dpi to 150."""
    size = max(1, grey.shape[1] // 2), max(1, grey.shape[0] // 2)
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def wider_pen(grey: Image) -> Image:
    """Every stroke one pixel wider."""
    return cv2.erode(grey, PIXEL_WIDER)  # type: ignore[return-value]


def narrower_pen(grey: Image) -> Image:
    """Every stroke one pixel narrower; a stroke of one pixel goes."""
    return cv2.dilate(grey, PIXEL_WIDER)  # type: ignore[return-value]


DISTURBANCES: Final[Mapping[str, Callable[[Image], Image]]] = {
    f"paper {PAPER_STEP} grey levels darker": darker_paper,
    f"paper {PAPER_STEP} grey levels lighter": lighter_paper,
    f"ink {INK_STEP} grey levels paler": paler_ink,
    f"JPEG at quality {JPEG_QUALITY}": compressed,
    "300 dpi to 150": halved,
    "strokes one pixel wider": wider_pen,
    "strokes one pixel narrower": narrower_pen,
}
