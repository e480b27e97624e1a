"""The form on which somebody signed, taken off the ink: printed rows, bar codes, rules, and what has their colour."""

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box
from sigverify.preprocess.colours import Tints, other_ink
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.printrows import cut_free, without_rows
from sigverify.preprocess.rulelines import mended, without_rules
from sigverify.preprocess.trace import Trace

NEAR_PRINT: Final = 41  # pixels about print; letters that hang on the signature are that near to free ones
MEND: Final = 2.5  # stroke widths; other ink across a stroke is no wider


def without_form(
    ink: Mask, box: Box, stroke: float, zone: NDArray[np.bool_], tints: Tints | None, trace: Trace
) -> Mask:
    """The ink (h, w) of a signature in `box`, written `stroke` pixels wide, without the form's.

    `zone` (h, w) is where the ink is likely the signature's; `tints` its colours where there are any. Strokes across a
    rule or a letter are mended only with ink that was there.
    """
    free, rows = without_rows(ink)
    ruleless, on_rules = without_rules(free, box, stroke)
    trace.add("rules off", cv2.bitwise_not(ruleless))  # type: ignore[arg-type]
    free, more = without_rows(ruleless)  # once more, for letters that stood on a rule
    bare = free
    for row in rows + more:
        bare = cut_free(bare, row, stroke)
    trace.add("print off", cv2.bitwise_not(bare))  # type: ignore[arg-type]
    if tints is None:
        return bare
    printed = (ink > 0) & (bare == 0)
    near = cv2.boxFilter(printed.astype(np.float32), -1, (NEAR_PRINT, NEAR_PRINT)) > 0.0
    found = other_ink(tints, ink, zone, printed, near)
    if found is None:
        return bare
    other = cv2.bitwise_and(found.mask, cv2.bitwise_not(on_rules))  # there the rule has been told from strokes
    own = cv2.subtract(free if found.certain else bare, other)
    bare = mended(own, other, math.ceil(MEND * stroke))  # type: ignore[arg-type]
    trace.add("other ink off", cv2.bitwise_not(bare))  # type: ignore[arg-type]
    return bare
