"""A signature taken off its paper and written on a cheque instead, as ink lies on print: it only darkens."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image, Point
from sigverify.preprocess.cleaning import stroke_width, without_scanner_frame, without_specks
from sigverify.preprocess.framing import ink_box
from sigverify.preprocess.inkmask import find_ink, flatten
from sigverify.preprocess.normalising import DEFAULT

Cover = NDArray[np.float32]  # (h, w) 0 paper .. 1 ink

FULL: Final = 0.25  # quantile of the ink's grey levels that covers the paper wholly
SOFT: Final = 0.6  # pixels of blur where a picture has no soft edges of its own
LEVELS: Final = 8  # grey levels a picture has at least that is not in black and white
EDGE: Final = 0.01  # of the cheque's width that a signature keeps from its edges
ROOM: Final = (0.34, 0.26)  # of the cheque's width and height that a signature takes at most
WHITE_ROOM: Final = 40  # pixels of paper round a signature that stands alone


def cover_of(grey: Image) -> Cover | None:
    """How much of each pixel a signature (h, w) covers with ink, cut to the ink; None where there is none to be seen.

    Paper, specks and a scanner's frame are left behind, as normalising leaves them.
    """
    mask = without_scanner_frame(find_ink(grey, DEFAULT.threshold).mask)
    mask, _ = without_specks(mask, stroke_width(mask))
    box = ink_box(mask)
    if box is None:
        return None
    flat = flatten(grey)
    darkest = float(np.quantile(flat[mask > 0], FULL))
    cover = np.clip((255.0 - flat.astype(np.float32)) / max(1.0, 255.0 - darkest), 0.0, 1.0)
    cover *= cv2.dilate(mask, np.ones((3, 3), np.uint8)) > 0
    x0, y0, x1, y1 = box
    cut = np.pad(cover, 2)[y0 : y1 + 4, x0 : x1 + 4]
    if len(np.unique(flat)) < LEVELS:
        cut = cv2.GaussianBlur(cut, (0, 0), SOFT)
    return np.ascontiguousarray(cut, dtype=np.float32)


def fitted(cover: Cover, cheque: Image, scale: float) -> Cover:
    """The signature at a scale, or smaller where it would not fit to be signed with on this cheque (h, w[, 3])."""
    height, width = cheque.shape[:2]
    scale = min(scale, ROOM[0] * width / cover.shape[1], ROOM[1] * height / cover.shape[0])
    size = max(1, round(cover.shape[1] * scale)), max(1, round(cover.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    resized: Cover = np.clip(cv2.resize(cover, size, interpolation=how), 0.0, 1.0).astype(np.float32)
    return resized


def pasted(cheque: Image, cover: Cover, centre: Point, ink: tuple[int, int, int]) -> tuple[Image, Box]:
    """A cheque (h, w) or (h, w, 3) signed about a point with RGB ink, and the box of the signature on it.

    The ink lets shine through what lies under it, and the signature is moved so far that it lies on the cheque.
    """
    height, width = cheque.shape[:2]
    high, wide = cover.shape
    edge = round(EDGE * width)
    left = int(np.clip(round(centre[0] - wide / 2), edge, max(edge, width - edge - wide)))
    top = int(np.clip(round(centre[1] - high / 2), edge, max(edge, height - edge - high)))
    if left + wide > width or top + high > height:
        raise ValueError("the signature is larger than the cheque")
    signed = cheque.copy()
    colour = np.array(ink, np.float32) if cheque.ndim == 3 else np.array([np.dot(ink, (0.299, 0.587, 0.114))])
    through = 1.0 - cover[..., None] * (1.0 - colour / 255.0)  # (h, w, channels)
    place = slice(top, top + high), slice(left, left + wide)
    under = signed[place].reshape(high, wide, -1).astype(np.float32)
    signed[place] = np.rint(under * through).astype(np.uint8).reshape(signed[place].shape)
    return signed, (left, top, left + wide, top + high)


def alone(cover: Cover) -> Image:
    """The same ink in grey on white paper: what a perfect crop of the cheque would show."""
    picture: Image = np.rint(255.0 * (1.0 - np.pad(cover, WHITE_ROOM))).astype(np.uint8)
    return picture


def compressed(picture: Image, quality: int) -> Image:
    """A picture (h, w) or (h, w, 3) through JPEG."""
    ordered = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".jpg", ordered, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture cannot be compressed")
    read = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert read is not None, "what was just encoded can be decoded"
    return np.asarray(read if read.ndim == 2 else cv2.cvtColor(read, cv2.COLOR_BGR2RGB), dtype=np.uint8)
