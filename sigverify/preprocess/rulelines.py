"""Ruled lines: found by being long, thin and straight, taken off, and the strokes that cross them repaired."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box
from sigverify.preprocess.cleaning import Parts
from sigverify.preprocess.inkmask import Mask

PIECE: Final = 7.0  # stroke widths; a straight piece of a rule is at least as long
SPAN: Final = 0.55  # of the picture's width; a rule runs along at least as much of it
COVER: Final = 0.55  # of its length is ink; dotted rules have gaps
STEEPEST: Final = math.tan(math.radians(2.5))  # against the upright cheque
STRAY: Final = 0.6  # pixels, root mean square, by which its middle strays from a straight line
STRAIGHTEST: Final = 0.35  # the same of a rule with one end inside the box, where it might be a stroke
LIKELY: Final = 0.6  # mean probability along a line; the pen drew it
HARDLY: Final = 0.3  # the pen did not
THICKEST: Final = 2.5  # stroke widths
LEAST_THICKEST: Final = 5.0  # pixels; a fine pen says little about the form's lines
ACROSS: Final = (30, 45, 60, 75, 90, 105, 120, 135, 150)  # degrees against the rule, of strokes across it
AROUND: Final = tuple(range(0, 180, 15))  # degrees
GRIP: Final = 4  # pixels by which a bridge reaches into the ink on both banks


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A ruled line, nearly level: y = slope * x + offset between two columns."""

    slope: float
    offset: float  # pixels
    thickness: float  # pixels
    stray: float  # pixels, root mean square, by which its middle leaves this line
    start: int
    stop: int


def without_rules(ink: Mask, box: Box, stroke: float, seen: NDArray[np.float32] | None) -> tuple[Mask, Mask]:
    """The ink (h, w) without ruled lines, level or upright, its strokes mended; and all ink that lay on a rule.

    `box` is where the signature is, its pen `stroke` pixels wide, and `seen` (h, w) how likely ink is the signature's.
    """
    x0, y0, x1, y1 = box
    level, on_level = _without_level(ink, (x0, x1), stroke, seen)
    across = None if seen is None else seen.T
    upright, on_upright = _without_level(np.ascontiguousarray(level.T), (y0, y1), stroke, across)
    return np.ascontiguousarray(upright.T), np.bitwise_or(on_level, on_upright.T)


def bridged(ink: Mask, gap: Mask, depth: float) -> Mask:
    """The ink with those pixels of a level `gap`, `depth` pixels high, that lie between ink on both of its banks."""
    reaches = {angle: math.ceil((depth + GRIP) / math.sin(math.radians(angle))) for angle in ACROSS}
    return _closed(ink, gap, reaches)


def mended(ink: Mask, gap: Mask, reach: int) -> Mask:
    """The ink with those pixels of any `gap` that lie between ink less than `reach` pixels apart."""
    return _closed(ink, gap, dict.fromkeys(AROUND, reach))


def _closed(ink: Mask, gap: Mask, reaches: dict[int, int]) -> Mask:
    """Closings by a straight segment of so many pixels at each angle, inside of the gap."""
    if not gap.any():
        return ink
    whole = ink.copy()
    for angle, reach in reaches.items():
        closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, segment(reach, angle))
        np.bitwise_or(whole, np.bitwise_and(closed, gap), out=whole, casting="unsafe")
    return whole


@lru_cache(maxsize=256)
def segment(length: int, angle: int) -> NDArray[np.uint8]:
    """A straight structuring element of so many pixels, at `angle` degrees counterclockwise from level."""
    reach = (max(1, length) - 1) / 2.0
    across, up = reach * math.cos(math.radians(angle)), reach * math.sin(math.radians(angle))
    wide, high = math.ceil(abs(across)), math.ceil(abs(up))
    kernel = np.zeros((2 * high + 1, 2 * wide + 1), np.uint8)
    ends = [(round(wide + sign * across), round(high - sign * up)) for sign in (-1, 1)]
    return cv2.line(kernel, ends[0], ends[1], 1)  # type: ignore[return-value]


def _without_level(
    ink: Mask, ends: tuple[int, int], stroke: float, seen: NDArray[np.float32] | None
) -> tuple[Mask, Mask]:
    touched, kept = np.zeros_like(ink), ink
    for rule in find_rules(ink, stroke):
        on_rule = np.bitwise_and(kept, _band(rule, ink.shape))
        likely = None if seen is None else cv2.mean(seen, on_rule)[0]
        if not _printed(rule, (ends[0] - 2 * stroke, ends[1] + 2 * stroke), ink.shape[1], likely):
            continue
        kept = bridged(np.bitwise_and(kept, ~on_rule), on_rule, rule.thickness)
        touched |= on_rule
    return kept, touched


def _printed(rule: Rule, ends: tuple[float, float], width: int, likely: float | None) -> bool:
    """Whether a straight line was printed: it passes the signature's ends, or the network sees no signature on it.

    A hand draws such lines too: the bar over a word in Devanagari, a flourish beneath a name.
    """
    before, after = rule.start <= max(ends[0], 2), rule.stop >= min(ends[1], width - 2)
    if before and after:
        return True
    if likely is not None and not HARDLY < likely < LIKELY:
        return likely <= HARDLY
    return (before or after) and rule.stray <= STRAIGHTEST


def find_rules(ink: Mask, stroke: float) -> list[Rule]:
    """The nearly level ruled lines of an ink mask whose pen is `stroke` pixels wide."""
    piece = max(8, round(PIECE * stroke))
    if stroke <= 0.0 or ink.shape[1] < 2 * piece:
        return []
    solid = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(3, round(2 * stroke)) | 1), np.uint8))
    pieces = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, piece), np.uint8))
    joined = cv2.dilate(pieces, np.ones((3, 2 * piece + 1), np.uint8))
    parts = Parts.of(joined)  # type: ignore[arg-type]
    found = []
    for number in np.flatnonzero(parts.stats[:, cv2.CC_STAT_WIDTH] >= SPAN * ink.shape[1]) + 1:
        rows, columns = np.nonzero((parts.labels == number) & (pieces > 0))
        rule = _fitted(rows, columns, stroke)
        if rule is not None and rule.stop - rule.start >= SPAN * ink.shape[1]:
            found.append(rule)
    return found


def _fitted(rows: NDArray[np.int64], columns: NDArray[np.int64], stroke: float) -> Rule | None:
    """The rule through pieces of ink at these pixels (n,), or None where they are not one."""
    start = int(columns.min())
    count = np.bincount(columns - start)
    there = np.flatnonzero(count)
    middle = np.bincount(columns - start, rows)[there] / count[there]
    slope, offset, inlier = _straight(there.astype(np.float64), middle)
    thickness = float(np.median(count[there]))
    covered = there[inlier]
    if len(covered) < 2 or len(covered) < COVER * (covered[-1] - covered[0] + 1):
        return None
    stray = float(np.sqrt(np.mean((middle[inlier] - slope * covered - offset) ** 2)))
    if abs(slope) > STEEPEST or stray > STRAY or thickness > max(LEAST_THICKEST, THICKEST * stroke):
        return None
    first, last = start + int(covered[0]), start + int(covered[-1])
    return Rule(
        slope=slope, offset=offset - slope * start, thickness=thickness, stray=stray, start=first, stop=last + 1
    )


def _straight(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float, NDArray[np.bool_]]:
    """Slope and offset of a line through most of the points, and which of them lie on it; strokes pull some away."""
    inlier = np.abs(y - np.median(y)) <= max(2.0, STEEPEST * float(x[-1] - x[0]))
    slope, offset = 0.0, float(np.median(y))
    for tolerance in (3.0, 2.0, 1.5):
        if inlier.sum() < 2 or np.ptp(x[inlier]) == 0:
            break
        slope, offset = (float(value) for value in np.polyfit(x[inlier], y[inlier], 1))
        inlier = np.abs(y - slope * x - offset) <= tolerance
    return slope, offset, inlier


def _band(rule: Rule, shape: tuple[int, ...]) -> Mask:
    """The pixels on a rule, and as far beyond its ends as it is thick."""
    height, width = shape
    x = np.arange(width)
    reach = rule.thickness / 2.0 + 1.0
    off = np.abs(np.arange(height)[:, None] - (rule.slope * x + rule.offset)[None, :])
    more = math.ceil(2 * rule.thickness)
    along = (x >= rule.start - more) & (x < rule.stop + more)
    return np.where((off <= reach) & along[None, :], 255, 0).astype(np.uint8)
