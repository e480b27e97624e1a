"""What the colour of a pixel says: how much of the pen is in it, and whether it is the pen's ink or other ink."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.inkmask import Mask, flatten

Absorbed = NDArray[np.float32]  # (h, w, 3) RGB, 0 paper .. 1 nothing comes back
Tints = NDArray[np.float32]  # (h, w, 2): red against blue, and both against green, as shares of what is absorbed

COLOURLESS: Final = 3.0  # grey levels between channels, on average, of a grey picture saved in colour
DARKER_HALF: Final = 60  # percentile; the middle of a stroke shows the pen's colour, its edges are mixed with paper
SPEAKS: Final = 0.45  # of the pen's strongest channel; a channel in which the pen absorbs less says too little
STAMP_RED: Final = -0.2  # tint, red against blue; blue, black, green and violet ink lie above
STAMP_GREEN: Final = 0.3  # tint, red and blue against green; other inks lie below
STAMP_VIOLET: Final = -0.35  # the same; blue pens lie above
MOSTLY: Final = 0.25  # of the ink; if less is left without the colours of stamps, the pen itself has such a colour
FADED: Final = 0.5  # of the pen's darkness; a stamp's ink keeps less when only the pen's colour counts
AS_DARK: Final = 0.75  # of it; the pen over a stamp keeps more
EDGE: Final = 7  # pixels about a stamp's ink where JPEG has mixed its colour with the paper's
WINDOW: Final = 5  # pixels over which a tint is averaged, for JPEG keeps colours at half of the resolution
LEAST_SAMPLE: Final = 80  # pixels of ink to know a colour by
APART: Final = 2.5  # standard deviations between two inks that can be told apart
FAR_APART: Final = 3.3  # the same where it is certain enough to take off ink that lies away from print


@dataclass(frozen=True, kw_only=True, eq=False)
class OtherInk:
    """Ink that is not the pen's."""

    mask: Mask  # (h, w)
    certain: bool  # whether the two look so unlike that colour alone may decide


def is_coloured(pixels: Image) -> bool:
    """Whether a picture (h, w[, 3]) has so much colour that there may be other inks than the pen's."""
    return pixels.ndim == 3 and _spread(pixels) >= COLOURLESS / 3.0


def absorbed_by(pixels: Image) -> Absorbed:
    """What ink on flattened paper absorbs in each channel of (h, w, 3)."""
    channels = [255 - flatten(np.ascontiguousarray(pixels[..., channel])) for channel in range(3)]
    return np.dstack(channels).astype(np.float32) / 255.0


def _spread(pixels: Image) -> float:
    red, green, blue = cv2.split(pixels)
    return float(cv2.mean(cv2.absdiff(red, blue))[0] + cv2.mean(cv2.absdiff(red, green))[0]) / 2.0


def tints_of(absorbed: Absorbed, ink: Mask) -> Tints:
    """The tint of the ink around each pixel; 0, 0 is grey or no ink at all."""
    red, green, blue = (np.where(ink > 0, absorbed[..., channel], 0.0) for channel in range(3))
    total = cv2.blur(red + green + blue, (WINDOW, WINDOW))
    parts = [
        cv2.blur(part, (WINDOW, WINDOW)) / np.maximum(total, 1e-3) for part in (red - blue, red + blue - 2 * green)
    ]
    return np.dstack(parts).astype(np.float32)


def pen_colour(absorbed: Absorbed, tints: Tints, ink: Mask, zone: NDArray[np.bool_]) -> NDArray[np.float32] | None:
    """What the pen absorbs (3,), by the darker ink in `zone`; stamps' colours only if nothing else is there."""
    sample = (ink > 0) & zone
    if sample.sum() < LEAST_SAMPLE:
        return None
    plain = sample & ~_stamp_like(tints)
    if plain.sum() >= max(LEAST_SAMPLE, MOSTLY * sample.sum()):
        sample = plain
    values = absorbed[sample]
    total = values.sum(axis=1)
    darker = values[total >= np.percentile(total, DARKER_HALF)]
    return np.asarray(np.median(darker, axis=0), np.float32)


def _stamp_like(tints: Tints) -> NDArray[np.bool_]:
    red, green = tints[..., 0], tints[..., 1]
    like: NDArray[np.bool_] = (red < STAMP_RED) | (green > STAMP_GREEN) | (green < STAMP_VIOLET)
    return like


def pen_grey(absorbed: Absorbed, tints: Tints, ink: Mask, pen: NDArray[np.float32]) -> Image:
    """A grey picture (h, w) of the pen's ink alone: as dark as the channel that speaks least for the pen.

    Ink of another colour lets light through in some channel in which the pen absorbs, so it fades; where the pen
    crosses it, all channels are dark and the stroke stays. Along the edge of a stamp JPEG loses the colour and leaves
    grey, which goes unless it is as dark as the pen.
    """
    telling = np.flatnonzero(pen >= SPEAKS * pen.max())
    share = np.min([absorbed[..., channel] / pen[channel] for channel in telling], axis=0)
    stamp = (ink > 0) & _stamp_like(tints) & (share < FADED)
    if np.count_nonzero(stamp) >= LEAST_SAMPLE:
        beside = cv2.dilate(stamp.astype(np.uint8), np.ones((EDGE, EDGE), np.uint8)) > 0
        share = np.where(beside & (share < AS_DARK), 0.0, share)
    grey = float(pen.mean())  # the pen keeps the darkness it has, and a faint one stays faint
    return np.asarray(np.clip(255.0 * (1.0 - grey * share) + 0.5, 0, 255), np.uint8)


def other_ink(
    tints: Tints, ink: Mask, pen: NDArray[np.bool_], other: NDArray[np.bool_], near: NDArray[np.bool_]
) -> OtherInk | None:
    """The ink whose tint is that of `other` sample pixels rather than that of `pen` ones; None if both look alike.

    All are (h, w). Unless the two are far apart, ink is taken for other only `near` to where that was found.

    Fisher's linear discriminant with two passes, for the pen's sample may have some of the other ink in it.
    """
    yours, mine = tints[other & (ink > 0)], tints[pen & ~other & (ink > 0)]
    if min(len(yours), len(mine)) < LEAST_SAMPLE:
        return None
    for _ in range(3):
        way, middle, apart = _discriminant(mine, yours)
        side = mine @ way
        mine = mine[side > middle] if (side > middle).sum() >= LEAST_SAMPLE else mine
    if apart < APART:
        return None
    certain = apart >= FAR_APART
    like_other = (ink > 0) & (tints @ way < middle) & (near | certain)
    return OtherInk(mask=np.where(like_other, 255, 0).astype(np.uint8), certain=certain)


def _discriminant(mine: NDArray[np.float32], yours: NDArray[np.float32]) -> tuple[NDArray[np.float32], float, float]:
    """The direction (2,) that parts two samples best, the value half way, and how many deviations lie between them."""
    apart = mine.mean(axis=0) - yours.mean(axis=0)
    spread = (np.cov(mine.T) + np.cov(yours.T)) / 2.0 + 1e-5 * np.eye(2)
    way = np.linalg.solve(spread, apart)
    middle = float((np.median(mine @ way) + np.median(yours @ way)) / 2.0)
    return way.astype(np.float32), middle, float(np.sqrt(max(0.0, apart @ way)))
