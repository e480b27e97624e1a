"""The signature inside a box of a cheque, lifted off: its own ink at full resolution, and nothing else."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from sigverify.preprocess.cleaning import AREA, Parts, stroke_width
from sigverify.preprocess.colours import Tints, absorbed_by, pen_colour, pen_grey, tints_of
from sigverify.preprocess.cutout import Cutout, Probability, cut_out
from sigverify.preprocess.form import without_form
from sigverify.preprocess.framing import ink_box
from sigverify.preprocess.inkmask import EDGE_SHARE, Mask, flatten
from sigverify.preprocess.page import WHITE, Homography, Page
from sigverify.preprocess.trace import Trace

MARGIN: Final = 12  # pixels of white all round, so that no stroke is taken for cut off
SURE: Final = 0.5  # probability from which on a pixel is taken as the signature's
SUPPORT: Final = 0.3  # mean probability of a component's ink; with less it is none of the signature's
INSIDE: Final = 0.5  # of a component's ink lies inside the box, where no network says anything
SPECK: Final = 0.5  # of a stroke's width squared; as in cleaning


@dataclass(frozen=True, kw_only=True, eq=False)
class Lifted:
    """A signature lifted off its cheque."""

    signature: Image  # (h, w) grey, dark ink on pure white, upright
    ink: Mask  # (h, w), the same ink as a mask
    to_picture: Homography  # from the signature's pixels to those of the picture as given


def lift(pixels: Image, page: Page, probability: Probability | None, box: Box, trace: Trace | None = None) -> Image:
    """The signature inside `box` (pixels of the picture as given, (h, w[, 3])) as `normalise()` takes it, (h, w) grey.

    `probability` (ph, pw) is the locator network's map of the whole upright cheque, at any resolution; None, or a map
    that saw nothing inside the box, leaves the choice to the box alone. Nothing inside gives white paper.
    """
    return lift_region(pixels, page, probability, box, trace).signature


def ink_in_picture(lifted: Lifted, shape: tuple[int, ...]) -> Mask:
    """The lifted ink as a mask (h, w) of the picture it was taken from, whose height and width begin `shape`."""
    height, width = shape[:2]
    warped = cv2.warpPerspective(lifted.ink, lifted.to_picture, (width, height), flags=cv2.INTER_LINEAR)
    return cv2.threshold(warped, 127, 255, cv2.THRESH_BINARY)[1]  # type: ignore[return-value]


def lift_region(
    pixels: Image, page: Page, probability: Probability | None, box: Box, trace: Trace | None = None
) -> Lifted:
    """As `lift`, and besides where on the picture the ink was."""
    trace = trace if trace is not None else Trace()
    cutout = cut_out(pixels, page, probability, box)
    trace.add("cutout", cutout.pixels)
    zone = _zone(cutout)
    grey = cutout.pixels if cutout.pixels.ndim == 2 else cv2.cvtColor(cutout.pixels, cv2.COLOR_RGB2GRAY)
    flat = flatten(grey)  # type: ignore[arg-type]
    trace.add("paper off", flat)
    alone, tints = _pen_alone(cutout.pixels, flat, zone)
    trace.add("pen alone", alone)
    ink = _ink(alone, zone)
    trace.add("ink", cv2.bitwise_not(ink))  # type: ignore[arg-type]
    stroke = stroke_width(_boxed(ink, cutout.box))
    ink = without_form(ink, cutout.box, stroke, zone, tints, trace)
    ink = _supported(ink, cutout, stroke)
    lifted = _on_white(flat, alone, ink, cutout)
    trace.add("lifted", lifted.signature)
    return lifted


def _pen_alone(pixels: Image, flat: Image, zone: NDArray[np.bool_]) -> tuple[Image, Tints | None]:
    """The picture on white paper with other colours than the pen's faded, and its tints, where there is colour."""
    absorbed = absorbed_by(pixels)
    if absorbed is None:
        return flat, None
    ink = _ink(flat, zone)
    tints = tints_of(absorbed, ink)
    pen = pen_colour(absorbed, tints, ink, zone)
    return (flat if pen is None else pen_grey(absorbed, pen)), tints


def _boxed(mask: Mask, box: Box) -> Mask:
    x0, y0, x1, y1 = box
    return mask[y0:y1, x0:x1]


def _zone(cutout: Cutout) -> NDArray[np.bool_]:
    """Where ink is most likely the signature's: about what the network saw, else the box."""
    sure = _sure(cutout)
    if sure is None:
        return cutout.inside
    near = cv2.dilate(sure.astype(np.uint8), np.ones((5, 5), np.uint8))
    return near > 0


def _sure(cutout: Cutout) -> NDArray[np.bool_] | None:
    """Where the network is sure of a signature, None when it saw none inside the box."""
    if cutout.probability is None:
        return None
    sure: NDArray[np.bool_] = cutout.probability >= SURE
    return sure if sure[cutout.inside].any() else None


def _ink(flat: Image, zone: NDArray[np.bool_]) -> Mask:
    """Ink by a level that parts ink from paper beside the edges in `zone` (Otsu 1979)."""
    gradient = cv2.morphologyEx(flat, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    strongest = int(gradient[zone].max())
    near = flat[zone & (gradient > EDGE_SHARE * strongest)]
    if strongest == 0 or near.size == 0:
        return np.zeros_like(flat)
    level = cv2.threshold(near.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0]
    return cv2.threshold(flat, level, 255, cv2.THRESH_BINARY_INV)[1]  # type: ignore[return-value]


def _supported(ink: Mask, cutout: Cutout, stroke: float) -> Mask:
    parts = Parts.of(ink)
    area = parts.stats[:, AREA].astype(np.float64)
    if cutout.probability is None or _sure(cutout) is None:
        weight, least = cutout.inside.astype(np.float32), INSIDE
    else:
        weight, least = cutout.probability, SUPPORT
    held = np.bincount(parts.labels.ravel(), weight.ravel(), len(area) + 1)[1:]
    return parts.kept((held >= least * area) & (area > max(2.0, SPECK * stroke * stroke)))


def _on_white(flat: Image, alone: Image, ink: Mask, cutout: Cutout) -> Lifted:
    """The ink in its own greys on white, cropped to it with a margin."""
    x0, y0, x1, y1 = ink_box(ink) or cutout.box
    place = (slice(y0, y1), slice(x0, x1))
    mask = np.pad(ink[place], MARGIN)
    greys = np.pad(np.where(ink > 0, flat, np.maximum(flat, alone))[place], MARGIN, constant_values=WHITE)
    fringe = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    shift = np.array([[1.0, 0.0, x0 - MARGIN], [0.0, 1.0, y0 - MARGIN], [0.0, 0.0, 1.0]])
    return Lifted(
        signature=np.where(fringe > 0, greys, WHITE).astype(np.uint8),
        ink=mask,
        to_picture=cutout.to_picture @ shift,
    )
