"""Where the cheque lies in a picture: its corners on a desk, or its skew where it fills the picture."""

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from sigverify.preprocess.cleaning import HEIGHT, WIDTH
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.page import Page
from sigverify.preprocess.reading import grey, shrink
from sigverify.preprocess.severalparts import cheques_on
from sigverify.preprocess.surround import Sheet, sheets
from sigverify.preprocess.textrows import print_of, rows_across, rows_down

GLANCE: Final = 640  # pixels on the longer side, for the sides of a sheet
READ: Final = 1024  # pixels on the longer side, for rows of print
LEAST_SKEW: Final = 0.7  # degrees; less is left alone: resampling costs more than it gains, and rows err by 0.5
CLEAR: Final = 1.3  # rows at least this clear are believed
CLEARER: Final = 1.15  # times as clear as those of the other direction
CHEQUE: Final = 1.5  # width over height of the squarest cheque
ALIKE: Final = 0.5  # of the largest sheet's area; a smaller one is no second cheque
MARGIN: Final = 0.02  # of the picture; a sheet that leaves less around it is the picture itself
LETTER: Final = 0.15  # of a sheet's height; larger marks are no letters
NEXT: Final = (0.06, 0.6)  # of a sheet's height: where above and below it letters are looked for
SMALL: Final = 0.2  # of the picture; a smaller sheet is believed only if it holds its part of what is written
FEW: Final = 0.15  # of all letters; even one of six cheques on a scan holds more
GOES_ON: Final = (0.4, 8.0)  # times as dense as on the sheet, and as farther away; grain of wood is everywhere


def find_page(pixels: Image) -> Page:
    """The cheque in a picture (h, w) or (h, w, 3); the whole picture where nothing is certain."""
    small = shrink(pixels, READ)
    found = sheets(shrink(small, GLANCE))
    mask = print_of(grey(small))
    if found and not _fills(found[0]) and not _is_panel(found[0], mask):
        return _of_sheets(pixels, mask, found)
    return _of_print(pixels, mask)


def _fills(sheet: Sheet) -> bool:
    """Whether the sheet is the picture but for a margin."""
    whole = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    return bool(np.abs(sheet.corners - whole).max() < MARGIN)


def _is_panel(sheet: Sheet, mask: Mask) -> bool:
    """Whether a sheet is a part of a cheque, as a place to sign that was left white.

    Then print (h, w) goes on above or below it, but not all around, or most of it is elsewhere.
    """
    page = Page.between(sheet.corners * mask.shape[::-1])
    if page.size[1] > page.size[0]:
        page = page.turned_by(1)
    width, height = page.size
    place = page.placed(_letters(mask, LETTER * height)) / (width, height)  # 0..1 is on the sheet
    within = (place[:, 0] > 0.0) & (place[:, 0] < 1.0)
    if sheet.share < SMALL and (within & (place[:, 1] > 0.0) & (place[:, 1] < 1.0)).sum() < FEW * len(place):
        return True
    off = np.abs(place[:, 1] - 0.5) - 0.5  # by how many of its heights above or below
    upon, beside = within & (off < 0.0), within & (off > NEXT[0]) & (off < NEXT[1])
    elsewhere = ~upon & ~beside & (off > NEXT[0])
    rest = mask.size / (width * height) - 1.0 - 2.0 * NEXT[1]  # how many sheets would cover the picture elsewhere
    dense = beside.sum() / (NEXT[1] - NEXT[0])
    return bool(dense > GOES_ON[0] * upon.sum() and dense > GOES_ON[1] * elsewhere.sum() / max(1.0, rest))


def _letters(mask: Mask, largest: float) -> NDArray[np.float64]:
    """The middles (n, 2) of the marks of a mask that can be letters."""
    stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)[2:]
    longer = stats[:, [WIDTH, HEIGHT]].max(axis=1)
    found: NDArray[np.float64] = middles[(longer > 2) & (longer < largest)]
    return found


def _of_sheets(pixels: Image, mask: Mask, found: list[Sheet]) -> Page:
    """The largest of the sheets in a picture, of which `mask` (h, w) is the print on a small copy."""
    largest = found[0]
    others = sum(sheet.share > ALIKE * largest.share for sheet in found[1:])
    page = Page.between(largest.corners * pixels.shape[1::-1], others)
    print_ = _seen(Page.between(largest.corners * mask.shape[::-1]), mask)
    across, down = rows_across(print_), rows_down(print_)
    portrait = page.size[1] > CHEQUE * page.size[0]
    if down.clear > CLEARER * across.clear or (portrait and down.clear * CLEARER > across.clear):
        return page.turned_by(1)
    return page


def _of_print(pixels: Image, mask: Mask) -> Page:
    """The page of a picture without visible sides, by the rows of print (h, w) on a small copy of it."""
    across, down = rows_across(mask), rows_down(mask)
    quarters = int(down.clear > CLEARER * across.clear)
    rows = down if quarters else across
    skew = rows.skew if rows.clear >= CLEAR and abs(rows.skew) >= LEAST_SKEW else 0.0
    page = _turned_back(pixels, skew).turned_by(quarters)
    print_ = _seen(_turned_back(mask, skew).turned_by(quarters), mask)
    boxes = cheques_on(print_)
    return page.part(_scaled(boxes[0], print_, page.size), len(boxes) - 1) if boxes else page


def _turned_back(pixels: Image, skew: float) -> Page:
    return Page.straightened(pixels, skew) if skew else Page.whole(pixels)


def _seen(page: Page, mask: Mask) -> Mask:
    """The print (h, w) of a page; none where there is no picture."""
    return np.bitwise_not(page.upright(np.bitwise_not(mask)))


def _scaled(box: Box, mask: Mask, size: tuple[int, int]) -> Box:
    """A box of a mask, on the page of which the mask is a small copy."""
    across, down = size[0] / mask.shape[1], size[1] / mask.shape[0]
    x0, y0, x1, y1 = box
    return int(x0 * across), int(y0 * down), min(size[0], math.ceil(x1 * across)), min(size[1], math.ceil(y1 * down))
