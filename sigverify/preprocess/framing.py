"""From an ink mask to the network's frame: crop to ink, aspect kept, thin pens thickened, scaled without aliasing."""

from typing import Final

import cv2
import numpy as np

from sigverify.domain import Box, Image
from sigverify.preprocess.inkmask import Mask

FRAME_HEIGHT: Final = 160  # pixels
FRAME_WIDTH: Final = 320
LARGEST_GAIN: Final = 3.0  # a tiny picture is not blown up further: there is nothing more in it


def ink_box(mask: Mask) -> Box | None:
    """The smallest box around the ink; None without ink."""
    x, y, wide, high = cv2.boundingRect(mask)
    return (x, y, x + wide, y + high) if wide and high else None


def thickened(mask: Mask, by: float) -> Mask:
    """Ink grown by `by` pixels all round (a fraction too), over a Euclidean distance; the picture grows with it."""
    room = int(np.ceil(by))
    roomy = cv2.copyMakeBorder(mask, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(cv2.bitwise_not(roomy), cv2.DIST_L2, cv2.DIST_MASK_5)
    cover = np.clip(by + 1.0 - distance, 0.0, 1.0)  # the first pixel of paper lies at distance 1
    grown: Mask = (255.0 * cover + 0.5).astype(np.uint8)
    return grown


def frame_of(mask: Mask, box: Box, *, margin: int, thinnest: float, stroke: float) -> Image:
    """The network's picture (FRAME_HEIGHT, FRAME_WIDTH), black ink on white, of the ink inside `box`.

    `margin` is the paper left all round and `thinnest` the least stroke width, both in pixels of the frame; `stroke`
    is the stroke's width in pixels of the mask.
    """
    x0, y0, x1, y1 = box
    room_x, room_y = FRAME_WIDTH - 2 * margin, FRAME_HEIGHT - 2 * margin
    scale = min(room_x / (x1 - x0), room_y / (y1 - y0), LARGEST_GAIN)
    ink = mask[y0:y1, x0:x1]
    missing = thinnest / scale - stroke
    if missing > 0.0:
        ink = thickened(ink, missing / 2.0)
        scale = min(room_x / ink.shape[1], room_y / ink.shape[0], LARGEST_GAIN)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    scaled = cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
    frame = np.full((FRAME_HEIGHT, FRAME_WIDTH), 255, np.uint8)
    top, left = (FRAME_HEIGHT - size[1]) // 2, (FRAME_WIDTH - size[0]) // 2
    frame[top : top + size[1], left : left + size[0]] = 255 - scaled
    return frame
