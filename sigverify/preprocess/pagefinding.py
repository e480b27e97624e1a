"""Where the cheque lies in a picture: its corners on a desk, or its skew where it fills the picture."""

import math
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Box, Image
from sigverify.preprocess.page import Homography, Page
from sigverify.preprocess.reading import grey, shrink
from sigverify.preprocess.severalparts import cheques_on
from sigverify.preprocess.surround import Quad, Sheet, sheets
from sigverify.preprocess.textrows import print_of, rows_across, rows_down

GLANCE: Final = 640  # pixels on the longer side, for the sides of a sheet
READ: Final = 1024  # pixels on the longer side, for rows of print
LEAST_SKEW: Final = 0.7  # degrees; less is left alone: resampling costs more than it gains, and rows err by 0.5
CLEAR: Final = 1.3  # rows at least this clear are believed
CLEARER: Final = 1.15  # times as clear as those of the other direction
CHEQUE: Final = 1.5  # width over height of the squarest cheque
ALIKE: Final = 0.5  # of the largest sheet's area; a smaller one is no second cheque
MARGIN: Final = 0.02  # of the picture; a sheet that leaves less around it is the picture itself


def find_page(pixels: Image) -> Page:
    """The cheque in a picture (h, w) or (h, w, 3); the whole picture where nothing is certain."""
    found = sheets(shrink(pixels, GLANCE))
    if found and not _fills(found[0]):
        return _of_sheets(pixels, found)
    return _of_print(pixels)


def _fills(sheet: Sheet) -> bool:
    """Whether the sheet is the picture but for a margin."""
    whole = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return bool(np.abs(sheet.corners - whole).max() < MARGIN)


def _of_sheets(pixels: Image, found: list[Sheet]) -> Page:
    """The largest of the sheets in a picture."""
    height, width = pixels.shape[:2]
    others = sum(sheet.share > ALIKE * found[0].share for sheet in found[1:])
    page = _of_quad(found[0].corners * (width, height), others)
    scale = READ / max(page.size)
    mask = print_of(grey(page.upright(pixels, min(1.0, scale))))
    across, down = rows_across(mask), rows_down(mask)
    portrait = page.size[1] > CHEQUE * page.size[0]
    if down.clear > CLEARER * across.clear or (portrait and down.clear * CLEARER > across.clear):
        return page.turned_by(1)
    return page


def _of_quad(quad: Quad, others: int) -> Page:
    """The page between four corners (4, 2), in pixels of the picture."""
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.linalg.norm(sides, axis=1)
    size = max(1, round(float(lengths[[0, 2]].mean()))), max(1, round(float(lengths[[1, 3]].mean())))
    right, down = size[0] - 0.5, size[1] - 0.5
    flat = np.array([[-0.5, -0.5], [right, -0.5], [right, down], [-0.5, down]], np.float32)
    way: Homography = np.asarray(cv2.getPerspectiveTransform(flat, (quad - 0.5).astype(np.float32)), np.float64)
    along = sides[0] / lengths[0] - sides[2] / lengths[2]
    a, b, c, d = ((float(x), float(y)) for x, y in quad)
    skew = math.degrees(math.atan2(along[1], along[0]))
    return Page(corners=(a, b, c, d), skew=skew, turned=0, size=size, to_picture=way, others=others)


def _of_print(pixels: Image) -> Page:
    """The page of a picture without visible sides, by the rows of print on it."""
    small = grey(shrink(pixels, READ))
    mask = print_of(small)
    across, down = rows_across(mask), rows_down(mask)
    upright = down.clear <= CLEARER * across.clear
    rows = across if upright else down
    skew = rows.skew if rows.clear >= CLEAR and abs(rows.skew) >= LEAST_SKEW else 0.0
    page = _straightened(pixels, skew) if skew else Page.whole(pixels)
    page = page if upright else page.turned_by(1)
    straight = _straightened(small, skew) if skew else Page.whole(small)
    straight = straight if upright else straight.turned_by(1)
    return _part_of(page, 255 - straight.upright(255 - mask))


def _straightened(pixels: Image, skew: float) -> Page:
    """The whole picture (h, w[, 3]), turned back by some degrees and therefore on a larger page."""
    height, width = pixels.shape[:2]
    sine, cosine = math.sin(math.radians(skew)), math.cos(math.radians(skew))
    across = math.ceil(width * cosine + height * abs(sine))
    down = math.ceil(width * abs(sine) + height * cosine)
    way = _moved(width - 1, height - 1) @ _turned(sine, cosine) @ _moved(1 - across, 1 - down)
    return _with_corners(
        Page(corners=Page.whole(pixels).corners, skew=skew, turned=0, size=(across, down), to_picture=way)
    )


def _moved(twice_x: float, twice_y: float) -> Homography:
    return np.array([[1.0, 0.0, twice_x / 2.0], [0.0, 1.0, twice_y / 2.0], [0.0, 0.0, 1.0]])


def _turned(sine: float, cosine: float) -> Homography:
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def _with_corners(page: Page) -> Page:
    """The page with its corners where its map puts them."""
    right, down = page.size[0] - 0.5, page.size[1] - 0.5
    flat = np.array([[-0.5, -0.5, 1.0], [right, -0.5, 1.0], [right, down, 1.0], [-0.5, down, 1.0]])
    there = flat @ page.to_picture.T
    a, b, c, d = ((float(x / z + 0.5), float(y / z + 0.5)) for x, y, z in there)
    return replace(page, corners=(a, b, c, d))


def _part_of(page: Page, mask: Image) -> Page:
    """The first of the cheques on a page of which `mask` (h, w) is the print at some scale; else the page itself."""
    boxes = cheques_on(mask)
    if not boxes:
        return page
    x0, y0, x1, y1 = _scaled(boxes[0], mask, page.size)
    way = page.to_picture @ _moved(2 * x0, 2 * y0)
    return _with_corners(replace(page, size=(x1 - x0, y1 - y0), to_picture=way, others=len(boxes) - 1))


def _scaled(box: Box, mask: Image, size: tuple[int, int]) -> Box:
    across, down = size[0] / mask.shape[1], size[1] / mask.shape[0]
    x0, y0, x1, y1 = box
    return int(x0 * across), int(y0 * down), min(size[0], math.ceil(x1 * across)), min(size[1], math.ceil(y1 * down))
