"""The form on which somebody signed, taken off the ink: printed rows, bar codes, rules, and what has their colour."""

import math
from typing import Final

import cv2
import numpy as np

from sigverify.preprocess.cleaning import stroke_width
from sigverify.preprocess.colours import Tints, other_ink
from sigverify.preprocess.cutout import Cutout
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.printrows import cut_free, without_rows
from sigverify.preprocess.rulelines import mended, without_rules
from sigverify.preprocess.trace import Trace

NEAR_PRINT: Final = 41  # pixels about print; letters that hang on the signature are that near to free ones
MEND: Final = 2.5  # stroke widths; other ink across a stroke is no wider


def without_form(ink: Mask, cutout: Cutout, tints: Tints | None, trace: Trace) -> Mask:
    """The ink (h, w) of a cutout without the form's; `tints` are its colours, where there are any.

    Strokes across a rule or a letter are mended only with ink that was there.
    """
    x0, y0, x1, y1 = cutout.box
    stroke = stroke_width(ink[y0:y1, x0:x1])
    free, rows = without_rows(ink, cutout.weight, seen=not cutout.unseen)
    ruleless, on_rules = without_rules(free, cutout.box, stroke, None if cutout.unseen else cutout.weight)
    trace.add("rules off", cv2.bitwise_not(ruleless))  # type: ignore[arg-type]
    free, more = without_rows(
        ruleless, cutout.weight, seen=not cutout.unseen
    )  # once more, for letters that stood on a rule
    bare = free
    for row in rows + more:
        bare = cut_free(bare, row, stroke)
    trace.add("print off", cv2.bitwise_not(bare))  # type: ignore[arg-type]
    if tints is None:
        return bare
    printed = (ink > 0) & (bare == 0)
    near = cv2.boxFilter(printed.astype(np.float32), -1, (NEAR_PRINT, NEAR_PRINT)) > 0.0
    found = other_ink(tints, ink, cutout.zones()[0], printed, near)
    if found is None:
        return bare
    other = cv2.bitwise_and(found.mask, cv2.bitwise_not(on_rules))  # there the rule has been told from strokes
    own = cv2.subtract(free if found.certain else bare, other)
    bare = mended(own, other, math.ceil(MEND * stroke))  # type: ignore[arg-type]
    trace.add("other ink off", cv2.bitwise_not(bare))  # type: ignore[arg-type]
    return bare
