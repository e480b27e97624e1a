"""The part of a picture about a signature, upright, with what the locator network saw there."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from sigverify.preprocess.page import Homography, Page, warped

SURROUND: Final = 0.45  # of the box's height, all round; tails leave a box, and rules show their length beside it
LEAST_SURROUND: Final = 8  # pixels
LONGEST: Final = 2000  # pixels; a larger cutout is reduced, normalising never looks at more

SURE: Final = 0.5  # probability from which on ink is taken for the signature's
HARDLY: Final = 0.1  # below this it is not

Probability = NDArray[np.float32]  # (h, w) 0..1


@dataclass(frozen=True, kw_only=True, eq=False)
class Cutout:
    """A box of a picture made upright, with some surround."""

    pixels: Image  # (h, w) or (h, w, 3)
    box: Box  # what was asked for, in pixels of the cutout
    probability: Probability | None  # (h, w), how sure the network is of a signature's ink
    to_picture: Homography  # from the cutout's pixels to the picture's

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Which pixels lie in the box, (h, w)."""
        x0, y0, x1, y1 = self.box
        inside = np.zeros(self.pixels.shape[:2], np.bool_)
        inside[y0:y1, x0:x1] = True
        return inside

    @cached_property
    def unseen(self) -> bool:
        """Whether no network has seen a signature in the box, so that the box alone decides."""
        return self.probability is None or not bool((self.probability[self.inside] >= SURE).any())

    @cached_property
    def weight(self) -> Probability:
        """How likely ink is the signature's, (h, w); 1 inside and 0 outside of the box where nothing was seen."""
        if self.probability is None or self.unseen:
            return self.inside.astype(np.float32)
        return self.probability

    def zones(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Where ink is likely the signature's and where it hardly is, (h, w) each."""
        if self.unseen:
            return self.inside, ~self.inside
        near = cv2.dilate((self.weight >= SURE).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        return near, ~near & (self.weight < HARDLY)


def cut_out(pixels: Image, page: Page, probability: Probability | None, box: Box) -> Cutout:
    """Cut a box of the picture (h, w[, 3]) out of the upright cheque; only this part of the picture is warped."""
    x0, y0, x1, y1 = page.box_upright(box)
    room = max(LEAST_SURROUND, round(SURROUND * (y1 - y0)))
    left, top = max(0, x0 - room), max(0, y0 - room)
    right, bottom = min(page.size[0], x1 + room), min(page.size[1], y1 + room)
    scale = min(1.0, LONGEST / max(right - left, bottom - top))
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    to_page = to_page_from(left, top, scale)
    edges = [round((edge - start) * scale) for edge, start in zip((x0, y0, x1, y1), (left, top) * 2, strict=True)]
    inner_x, inner_y = min(edges[0], size[0] - 1), min(edges[1], size[1] - 1)
    return Cutout(
        pixels=warped_part(pixels, page.to_picture @ to_page, size, scale),
        box=(inner_x, inner_y, max(edges[2], inner_x + 1), max(edges[3], inner_y + 1)),
        probability=None if probability is None else _seen_there(probability, page, to_page, size),
        to_picture=page.to_picture @ to_page,
    )


def to_page_from(left: float, top: float, scale: float) -> Homography:
    """From pixel centres of a reduced part to those of the upright cheque."""
    shift = 0.5 / scale - 0.5
    return np.array([[1.0 / scale, 0.0, left + shift], [0.0, 1.0 / scale, top + shift], [0.0, 0.0, 1.0]])


def warped_part(pixels: Image, to_picture: Homography, size: tuple[int, int], scale: float) -> Image:
    """The part (h, w[, 3]) at `size`, white where there is no picture; a part of an untouched picture is exact."""
    left, top, right, bottom = _reach(to_picture, size, pixels.shape)
    part = pixels[top:bottom, left:right]  # a warp refuses pictures of more than 32767 pixels a side
    way = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top], [0.0, 0.0, 1.0]]) @ to_picture
    if scale < 1.0:
        small = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
        gain_x, gain_y = small[0] / part.shape[1], small[1] / part.shape[0]
        part = cv2.resize(part, small, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        reduce = np.array([[gain_x, 0.0, (gain_x - 1) / 2], [0.0, gain_y, (gain_y - 1) / 2], [0.0, 0.0, 1.0]])
        way = reduce @ way
    if np.allclose(way, np.eye(3), atol=1e-9) and part.shape[1::-1] == size:
        return part.copy()
    return warped(part, way, size)


def _reach(to_picture: Homography, size: tuple[int, int], shape: tuple[int, ...]) -> Box:
    """The box of the picture that a part of `size` is taken from, never empty."""
    wide, high = size
    corners = np.array([[0, 0, 1], [wide - 1, 0, 1], [wide - 1, high - 1, 1], [0, high - 1, 1]]) @ to_picture.T
    spread = corners[:, :2] / corners[:, 2:]
    height, width = shape[:2]
    low, top = np.floor(spread.min(axis=0) + 1e-6)
    far, bottom = np.ceil(spread.max(axis=0) - 1e-6) + 1
    x0, y0 = int(np.clip(low, 0, width - 1)), int(np.clip(top, 0, height - 1))
    return x0, y0, int(np.clip(far, x0 + 1, width)), int(np.clip(bottom, y0 + 1, height))


def _seen_there(probability: Probability, page: Page, to_page: Homography, size: tuple[int, int]) -> Probability:
    """The network's map of the whole cheque, over the cutout."""
    gain = np.array([probability.shape[1] / page.size[0], probability.shape[0] / page.size[1]])
    to_map = np.diag([*gain, 1.0]) @ to_page
    to_map[:2, 2] += (gain - 1.0) / 2.0
    return cv2.warpAffine(  # type: ignore[return-value]
        np.ascontiguousarray(probability, np.float32),
        to_map[:2],
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
