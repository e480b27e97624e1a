"""A cheque in a picture: where it lies, and how pixels of the picture and of the upright cheque belong together."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Corners, Image

Homography = NDArray[np.float64]  # (3, 3), maps (x, y, 1) of pixel centres up to scale
WHITE: Final = 255


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """A cheque found in a picture, with the map between the two."""

    corners: Corners  # in pixels of the picture
    skew: float  # degrees by which it lies clockwise in the picture, less whole quarter turns; -45..45
    turned: int  # quarter turns by which it lies clockwise besides, 0..3
    size: tuple[int, int]  # width and height of the upright cheque, in pixels as large as the picture's
    to_picture: Homography  # from the upright cheque's pixels to the picture's
    others: int = 0  # further cheques on the same picture

    @classmethod
    def whole(cls, pixels: Image) -> "Page":
        """The picture itself, (h, w) or (h, w, 3), as an upright cheque."""
        height, width = pixels.shape[:2]
        corners = (0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))
        return cls(corners=corners, skew=0.0, turned=0, size=(width, height), to_picture=np.eye(3))

    def turned_by(self, quarters: int) -> "Page":
        """The same cheque, read as lying `quarters` further quarter turns clockwise in the picture than thought."""
        page = self
        for _ in range(quarters % 4):
            page = page._turned_once()
        return page

    def _turned_once(self) -> "Page":
        width, height = self.size
        # A cheque that lies a quarter turn clockwise: its upper left corner is the upper right one as it lies.
        quarter = np.array([[0.0, -1.0, width - 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
        a, b, c, d = self.corners
        return Page(
            corners=(b, c, d, a),
            skew=self.skew,
            turned=(self.turned + 1) % 4,
            size=(height, width),
            to_picture=self.to_picture @ quarter,
            others=self.others,
        )

    def upright(self, pixels: Image, scale: float = 1.0) -> Image:
        """The cheque cut out of its picture (h, w[, 3]), upright and at `scale`; white where there is no picture."""
        size = max(1, round(self.size[0] * scale)), max(1, round(self.size[1] * scale))
        if scale == 1.0 and np.array_equal(self.to_picture, np.eye(3)) and size == pixels.shape[1::-1]:
            return pixels.copy()
        # Areas are averaged before, for a warp only looks at the nearest pixels.
        reduced, gain = pixels, 1.0
        if scale < 1.0:
            gain = scale
            target = max(1, round(pixels.shape[1] * gain)), max(1, round(pixels.shape[0] * gain))
            reduced = cv2.resize(pixels, target, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        to_reduced = _scaling(gain) @ self.to_picture @ _inverse(_scaling(scale))
        return cv2.warpPerspective(  # type: ignore[return-value]
            reduced,
            to_reduced,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(WHITE, WHITE, WHITE),
        )

    def box_in_picture(self, box: Box, picture: tuple[int, int]) -> Box:
        """The box in the picture (its height and width given) that holds a box of the upright cheque."""
        return _bounds(_mapped(self.to_picture, box), picture)

    def box_upright(self, box: Box) -> Box:
        """The box on the upright cheque that holds a box of the picture."""
        return _bounds(_mapped(_inverse(self.to_picture), box), self.size[::-1])


def _inverse(way: Homography) -> Homography:
    return np.asarray(np.linalg.inv(way), np.float64)


def _scaling(scale: float) -> Homography:
    """From pixel centres to those of the same picture at `scale`."""
    shift = (scale - 1.0) / 2.0
    return np.array([[scale, 0.0, shift], [0.0, scale, shift], [0.0, 0.0, 1.0]])


def _mapped(way: Homography, box: Box) -> NDArray[np.float64]:
    """Corners (4, 2) of a box, carried over; a box's edges lie half a pixel outside of its pixels' centres."""
    x0, y0, x1, y1 = (edge - 0.5 for edge in box)
    corners = np.array([[x0, y0, 1.0], [x1, y0, 1.0], [x1, y1, 1.0], [x0, y1, 1.0]]) @ way.T
    carried: NDArray[np.float64] = corners[:, :2] / corners[:, 2:] + 0.5
    return carried


def _bounds(corners: NDArray[np.float64], shape: tuple[int, int]) -> Box:
    height, width = shape
    (x0, y0), (x1, y1) = np.floor(corners.min(axis=0) + 1e-6), np.ceil(corners.max(axis=0) - 1e-6)
    left, top = int(np.clip(x0, 0, width - 1)), int(np.clip(y0, 0, height - 1))
    return left, top, int(np.clip(x1, left + 1, width)), int(np.clip(y1, top + 1, height))
