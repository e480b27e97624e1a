"""A place on a cheque seen from near, in colour: what the close-up network is shown, which tells strokes from print."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.domain import Box, Image
from sigverify.preprocess.cutout import to_page_from, warped_part
from sigverify.preprocess.locating import FULL, LEAST_CONTRAST, PAPER_CELL, PAPER_REACH, contrast_of
from sigverify.preprocess.page import WHITE, Homography, Page

WIDTH: Final = 640  # pixels of a close-up
HEIGHT: Final = 256
WHOLE: Final = 1280.0  # pixels that a whole cheque would be wide in a close-up
FILLS: Final = 0.85  # of a close-up at most is taken up by the place that is asked about; a larger one is seen smaller
RECIPE: Final = 1  # raised when `tinted` changes
DARK: Final = 0.01  # share of a close-up that is darker than its ink, at most
CHANNELS: Final = 4  # red, green, blue, and where the place is that is asked about


@dataclass(frozen=True, kw_only=True, eq=False)
class CloseUp:
    """A place on the upright cheque as the network is shown it."""

    picture: Image  # (256, 640, 4) what red, green and blue light sees, ink dark on white; and 0 in the place, else 255
    to_page: Homography  # from the close-up's pixels to those of the upright cheque
    scale: float  # pixels of the close-up for a pixel of the upright cheque


def fingerprint() -> str:
    """16 hexadecimal digits that change whenever the network would see something else."""
    text = json.dumps(
        {
            "recipe": RECIPE,
            "size": [WIDTH, HEIGHT],
            "whole": WHOLE,
            "fills": FILLS,
            "paper": [PAPER_CELL, PAPER_REACH],
            "ink": [DARK, FULL, LEAST_CONTRAST],
        }
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def close_up(pixels: Image, page: Page, box: Box) -> CloseUp:
    """The place in `box` (pixels of the picture as given, (h, w[, 3])) with what is about it."""
    x0, y0, x1, y1 = page.box_upright(box)
    scale = min(
        WHOLE / page.size[0],
        FILLS * WIDTH / max(1, x1 - x0),
        FILLS * HEIGHT / max(1, y1 - y0),
    )
    left, top = (x0 + x1) / 2 - WIDTH / scale / 2, (y0 + y1) / 2 - HEIGHT / scale / 2
    to_page = to_page_from(left, top, scale)
    seen = warped_part(pixels, page.to_picture @ to_page, (WIDTH, HEIGHT), scale)
    edges = ((edge - start) * scale for edge, start in zip((x0, y0, x1, y1), (left, top) * 2, strict=True))
    return CloseUp(picture=pictured(seen, tuple(round(edge) for edge in edges)), to_page=to_page, scale=scale)  # type: ignore[arg-type]


def pictured(seen: Image, place: Box | None) -> Image:
    """What the network is shown (h, w, 4) of a part of a cheque (h, w[, 3]) in which a place is asked about or none."""
    asked = np.full(seen.shape[:2], WHITE, np.uint8)
    if place is not None:
        x0, y0, x1, y1 = place
        asked[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)] = 0
    return np.dstack([tinted(seen), asked])


def tinted(seen: Image) -> Image:
    """A picture (h, w, 3) of a part of a cheque (h, w[, 3]) with white paper and ink dark in what colour it has."""
    colour = seen if seen.ndim == 3 else np.repeat(seen[..., None], 3, axis=2)
    contrast = np.dstack([contrast_of(np.ascontiguousarray(colour[..., channel])) for channel in range(3)])
    ink = max(LEAST_CONTRAST, float(np.quantile(contrast.max(axis=2), 1.0 - DARK)))
    shown: Image = np.rint(WHITE * (1.0 - np.minimum(contrast * (FULL / ink), 1.0))).astype(np.uint8)
    return shown
