"""A sheet that is being printed and written on, with the ink of signatures kept apart as the truth."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image

Colour = tuple[float, float, float]  # RGB, 0..255
Area = tuple[float, float, float, float]  # x0, y0, x1, y1 in shares of the sheet's width; y, too
BLACK: Final[Colour] = (25.0, 25.0, 28.0)
SUBPIXEL_BITS: Final = 4


class Canvas:
    """A sheet (h, w, 3); places are given in shares of its width, so that layouts know no resolution."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.width = width
        self.height = height
        self.pixels: NDArray[np.float32] = np.empty((height, width, 3), np.float32)
        self.pixels[:] = paper
        self.signed: Image = np.zeros((height, width), np.uint8)
        self.signatures: list[tuple[int, int, int, int]] = []  # boxes of the ink, in pixels

    @property
    def tall(self) -> float:
        """Height in shares of the width."""
        return self.height / self.width

    def at(self, share: float) -> float:
        """Pixels of a share of the width."""
        return share * self.width

    def stain(self, cover: Image, x: float, y: float, colour: Colour, strength: float = 1.0) -> None:
        """Put ink where `cover` (h, w) has it, its upper left corner at pixel (x, y); what lies outside is cut off."""
        window, part = self._window(cover.shape[:2], x, y)
        if window is None:
            return
        share = cover[part].astype(np.float32)[..., None] * (strength / 255.0)
        under = self.pixels[window]
        under += (np.minimum(np.array(colour, np.float32), under) - under) * share  # ink only darkens

    def whiten(self, cover: Image, x: float, y: float, colour: Colour) -> None:
        """Paint over what is there."""
        window, part = self._window(cover.shape[:2], x, y)
        if window is not None:
            share = cover[part].astype(np.float32)[..., None] / 255.0
            self.pixels[window] += (np.array(colour, np.float32) - self.pixels[window]) * share

    def sign(self, cover: Image, x: float, y: float, colour: Colour, strength: float) -> None:
        """Put the ink of a signature, and remember that it is one."""
        window, part = self._window(cover.shape[:2], x, y)
        if window is None:
            return
        self.stain(cover, x, y, colour, strength)
        np.maximum(self.signed[window], cover[part], out=self.signed[window])
        rows, columns = window
        self.signatures.append((columns.start, rows.start, columns.stop, rows.stop))

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: Colour = BLACK, wide: float = 0.0015) -> None:
        """A straight line between two places."""
        ends = np.array([[x0, y0], [x1, y1]]) * self.width
        margin = max(2.0, self.at(wide) + 2.0)
        low, high = ends.min(axis=0) - margin, ends.max(axis=0) + margin
        cover = np.zeros((int(high[1] - low[1]) + 1, int(high[0] - low[0]) + 1), np.uint8)
        fixed = np.round((ends - np.floor(low)) * 2**SUBPIXEL_BITS).astype(np.int32)
        thick, strength = max(1, round(self.at(wide))), min(1.0, max(0.35, self.at(wide)))
        cv2.polylines(cover, [fixed], False, 255, thick, cv2.LINE_AA, SUBPIXEL_BITS)
        self.stain(cover, float(np.floor(low[0])), float(np.floor(low[1])), colour, strength)

    def frame(self, area: Area, colour: Colour = BLACK, wide: float = 0.0015) -> None:
        """The outline of a box."""
        x0, y0, x1, y1 = area
        for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)):
            self.line(*ends, colour=colour, wide=wide)

    def fill(self, area: Area, colour: Colour, strength: float = 1.0) -> None:
        """An even colour over a box."""
        x0, y0, x1, y1 = (round(self.at(edge)) for edge in area)
        x0, y0 = max(0, x0), max(0, y0)
        part = self.pixels[y0 : max(y0, y1), x0 : max(x0, x1)]
        part += (np.array(colour, np.float32) - part) * strength

    def _window(
        self, shape: tuple[int, ...], x: float, y: float
    ) -> tuple[tuple[slice, slice] | None, tuple[slice, slice]]:
        left, top = round(x), round(y)
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(self.width, left + shape[1]), min(self.height, top + shape[0])
        part = slice(y0 - top, max(y0, y1) - top), slice(x0 - left, max(x0, x1) - left)
        return ((slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None), part
