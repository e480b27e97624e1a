"""The signature inside a box of a cheque, lifted off: its own ink at full resolution, and nothing else."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Box, Image
from sigverify.preprocess.cleaning import AREA, SPECK, Parts, stroke_width
from sigverify.preprocess.closelook import CloseLook
from sigverify.preprocess.colours import Absorbed, Tints, absorbed_by, is_coloured, pen_colour, pen_grey, tints_of
from sigverify.preprocess.cutout import Cutout, Probability, cut_out
from sigverify.preprocess.form import without_form
from sigverify.preprocess.framing import ink_box
from sigverify.preprocess.inklevel import ink_at, ink_level
from sigverify.preprocess.inkmask import Mask, flatten
from sigverify.preprocess.nameparts import FAINT, SURE
from sigverify.preprocess.onepen import by_one_pen
from sigverify.preprocess.page import WHITE, Homography, Page
from sigverify.preprocess.reading import grey
from sigverify.preprocess.trace import Trace

MARGIN: Final = 12  # pixels of white all round, so that no stroke is taken for cut off
SUPPORT: Final = 0.3  # mean probability of a component's ink; with less it is none of the signature's
INSIDE: Final = 0.5  # of a component's ink lies inside the box, where no network says anything
PALER: Final = 12  # grey levels by which the pen is paler than it seemed beside print


@dataclass(frozen=True, kw_only=True, eq=False)
class Lifted:
    """A signature lifted off its cheque."""

    signature: Image  # (h, w) grey, dark ink on pure white, upright
    ink: Mask  # (h, w), the same ink as a mask
    to_picture: Homography  # from the signature's pixels to those of the picture as given


def lift(pixels: Image, page: Page, probability: Probability | None, box: Box, trace: Trace | None = None) -> Image:
    """The signature inside `box` (pixels of the picture as given, (h, w[, 3])) as `normalise()` takes it, (h, w) grey.

    `probability` (ph, pw) is the locator network's map of the whole upright cheque, at any resolution. None, which is
    right for a box that a person drew, or a map that saw nothing inside the box, leaves the choice to the box alone.
    Nothing inside gives white paper.
    """
    return lift_region(pixels, page, probability, box, trace).signature


def ink_in_picture(lifted: Lifted, shape: tuple[int, ...]) -> Mask:
    """The lifted ink as a mask (h, w) of the picture it was taken from, whose height and width begin `shape`."""
    height, width = shape[:2]
    warped = cv2.warpPerspective(lifted.ink, lifted.to_picture, (width, height), flags=cv2.INTER_LINEAR)
    return cv2.threshold(warped, 127, 255, cv2.THRESH_BINARY)[1]  # type: ignore[return-value]


def lift_seen(pixels: Image, page: Page, look: CloseLook, trace: Trace | None = None) -> Lifted:
    """The signature that a close look has told from what is printed there, with where on the picture its ink was.

    Of the ink at full resolution, without the form's, that is kept which the network takes for the signature's, pixel
    by pixel: it has learnt to see strokes go on where print crosses them. Where there is colour, that is made the ink
    of one pen.
    """
    trace = trace if trace is not None else Trace()
    cutout = cut_out(pixels, page, None, look.box)
    trace.add("cutout", cutout.pixels)
    height, width = cutout.pixels.shape[:2]
    seen = look.over(cutout.to_picture, (width, height))
    cutout = replace(cutout, probability=seen)
    trace.add("told apart", np.rint(WHITE * (1.0 - seen)).astype(np.uint8))
    flat = flatten(grey(cutout.pixels))
    trace.add("paper off", flat)
    absorbed = absorbed_by(cutout.pixels) if cutout.pixels.ndim == 3 else None
    alone, tints = _pen_alone(cutout, flat, absorbed if is_coloured(cutout.pixels) else None)
    every, ink = _own_ink(alone, cutout, tints, trace)
    parts = Parts.of(np.where(seen >= FAINT, ink, 0).astype(np.uint8))
    area = parts.stats[:, AREA].astype(np.float64)
    sure = np.bincount(parts.labels[seen >= SURE], minlength=len(area) + 1)[1:]
    own = parts.kept((sure > 0) & (area > max(2.0, SPECK * stroke_width(ink) ** 2)))
    if absorbed is not None:
        own = by_one_pen(own, every, absorbed, seen)
        trace.add("one pen", cv2.bitwise_not(own))  # type: ignore[arg-type]
    lifted = _on_white(flat, alone, own, cutout)
    trace.add("lifted", lifted.signature)
    return lifted


def lift_region(
    pixels: Image, page: Page, probability: Probability | None, box: Box, trace: Trace | None = None
) -> Lifted:
    """As `lift`, and besides where on the picture the ink was."""
    trace = trace if trace is not None else Trace()
    cutout = cut_out(pixels, page, probability, box)
    trace.add("cutout", cutout.pixels)
    flat = flatten(grey(cutout.pixels))
    trace.add("paper off", flat)
    alone, tints = _pen_alone(cutout, flat, absorbed_by(cutout.pixels) if is_coloured(cutout.pixels) else None)
    trace.add("pen alone", alone)
    _, ink = _own_ink(alone, cutout, tints, trace)
    ink = _supported(ink, cutout)
    lifted = _on_white(flat, alone, ink, cutout)
    trace.add("lifted", lifted.signature)
    return lifted


def _pen_alone(cutout: Cutout, flat: Image, absorbed: Absorbed | None) -> tuple[Image, Tints | None]:
    """The picture on white paper with other colours than the pen's faded, and its tints, where there is colour."""
    if absorbed is None:
        return flat, None
    zone, around = cutout.zones()
    ink = ink_at(flat, ink_level(flat, zone, around))
    tints = tints_of(absorbed, ink)
    pen = pen_colour(absorbed, tints, ink, zone)
    return (flat if pen is None else pen_grey(absorbed, tints, ink, pen)), tints


def _own_ink(alone: Image, cutout: Cutout, tints: Tints | None, trace: Trace) -> tuple[Mask, Mask]:
    """All ink, and that without the form's; print may be so black that the pen is only seen once it is taken off."""
    zone, around = cutout.zones()
    level = ink_level(alone, zone, around)
    ink = ink_at(alone, level)
    work = Trace()
    bare = without_form(ink, cutout, tints, work)
    form = cv2.dilate(cv2.subtract(ink, bare), np.ones((5, 5), np.uint8)) > 0
    paler = ink_level(alone, zone & ~form, around & ~form)
    if paler > level + PALER:
        ink, work = ink_at(alone, paler), Trace()
        bare = without_form(ink, cutout, tints, work)
    trace.add("all ink", cv2.bitwise_not(ink))  # type: ignore[arg-type]
    trace.stages.extend(work.stages)
    return ink, bare


def _supported(ink: Mask, cutout: Cutout) -> Mask:
    """The components that the network, or else the box, takes for the signature's, whole; without specks."""
    parts = Parts.of(ink)
    area = parts.stats[:, AREA].astype(np.float64)
    least = INSIDE if cutout.unseen else SUPPORT
    held = np.bincount(parts.labels.ravel(), cutout.weight.ravel(), len(area) + 1)[1:]
    keep = (held >= least * area) & (area > max(2.0, SPECK * stroke_width(ink) ** 2))
    return parts.kept(keep)


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
