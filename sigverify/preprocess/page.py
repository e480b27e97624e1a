"""A cheque in a picture: where it lies, and how pixels of the picture and of the upright cheque belong together."""

import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Corners, Image

Homography = NDArray[np.float64]  # (3, 3), maps (x, y, 1) of pixel centres up to scale
Quad = NDArray[np.float64]  # (4, 2) corners x, y: from the upper left, clockwise
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

    @classmethod
    def between(cls, quad: Quad, others: int = 0) -> "Page":
        """The cheque between four corners (4, 2), in pixels of the picture."""
        sides = np.roll(quad, -1, axis=0) - quad
        lengths = np.linalg.norm(sides, axis=1)
        size = max(1, round(float(lengths[[0, 2]].mean()))), max(1, round(float(lengths[[1, 3]].mean())))
        flat = (_edges(size) - 0.5).astype(np.float32)
        way: Homography = np.asarray(cv2.getPerspectiveTransform(flat, (quad - 0.5).astype(np.float32)), np.float64)
        along = sides[0] / lengths[0] - sides[2] / lengths[2]
        skew = math.degrees(math.atan2(along[1], along[0]))
        return cls(corners=_corners(quad), skew=skew, turned=0, size=size, to_picture=way, others=others)

    @classmethod
    def straightened(cls, pixels: Image, skew: float) -> "Page":
        """The whole picture (h, w[, 3]), turned back by `skew` degrees and therefore on a larger page."""
        height, width = pixels.shape[:2]
        sine, cosine = math.sin(math.radians(skew)), math.cos(math.radians(skew))
        across = math.ceil(width * cosine + height * abs(sine))
        down = math.ceil(width * abs(sine) + height * cosine)
        turn = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
        way = _moving((width - 1) / 2, (height - 1) / 2) @ turn @ _moving((1 - across) / 2, (1 - down) / 2)
        size = across, down
        return cls(corners=_corners(_carried(way, _edges(size))), skew=skew, turned=0, size=size, to_picture=way)

    def part(self, box: Box, others: int = 0) -> "Page":
        """A part of the page as a cheque of its own; `box` in pixels of the upright page."""
        x0, y0, x1, y1 = box
        way, size = self.to_picture @ _moving(x0, y0), (x1 - x0, y1 - y0)
        corners = _corners(_carried(way, _edges(size)))
        return replace(self, corners=corners, size=size, to_picture=way, others=others)

    def placed(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points (n, 2) of the picture lie on the upright cheque."""
        return _carried(_inverse(self.to_picture), points)

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
        return warped(reduced, to_reduced, size)

    def box_in_picture(self, box: Box, picture: tuple[int, int]) -> Box:
        """The box in the picture (its height and width given) that holds a box of the upright cheque."""
        return _bounds(_mapped(self.to_picture, box), picture)

    def box_upright(self, box: Box) -> Box:
        """The box on the upright cheque that holds a box of the picture."""
        return _bounds(_mapped(_inverse(self.to_picture), box), self.size[::-1])


def warped(pixels: Image, way: Homography, size: tuple[int, int]) -> Image:
    """A picture of `size` (width, height), each pixel from where `way` leads in `pixels` (h, w[, 3]); white outside."""
    return cv2.warpPerspective(  # type: ignore[return-value]
        pixels,
        way,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(WHITE, WHITE, WHITE),
    )


def _inverse(way: Homography) -> Homography:
    return np.asarray(np.linalg.inv(way), np.float64)


def _scaling(scale: float) -> Homography:
    """From pixel centres to those of the same picture at `scale`."""
    shift = (scale - 1.0) / 2.0
    return np.array([[scale, 0.0, shift], [0.0, scale, shift], [0.0, 0.0, 1.0]])


def _moving(x: float, y: float) -> Homography:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _edges(size: tuple[int, int]) -> Quad:
    """The corners of a picture of that width and height."""
    width, height = size
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def _corners(quad: Quad) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in quad)
    return a, b, c, d


def _mapped(way: Homography, box: Box) -> NDArray[np.float64]:
    """Corners (4, 2) of a box, carried over."""
    x0, y0, x1, y1 = box
    return _carried(way, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64))


def _carried(way: Homography, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n, 2) carried over; the edges of pixels lie half a pixel outside of their centres."""
    centres = np.concatenate([edges - 0.5, np.ones((len(edges), 1))], axis=1) @ way.T
    carried: NDArray[np.float64] = centres[:, :2] / centres[:, 2:] + 0.5
    return carried


def _bounds(corners: NDArray[np.float64], shape: tuple[int, int]) -> Box:
    height, width = shape
    (x0, y0), (x1, y1) = np.floor(corners.min(axis=0) + 1e-6), np.ceil(corners.max(axis=0) - 1e-6)
    left, top = int(np.clip(x0, 0, width - 1)), int(np.clip(y0, 0, height - 1))
    return left, top, int(np.clip(x1, left + 1, width)), int(np.clip(y1, top + 1, height))
