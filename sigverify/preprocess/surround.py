"""Sheets of paper that lie on something else: a desk in a photograph, the lid of a scanner around a scan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.page import Quad

STROKES: Final = 9  # pixels; narrower than this are ink, which is taken off the paper first
GRAIN: Final = 5  # pixels; of a desk, smoothed away
SMALLEST: Final = 0.05  # of the picture; a cheque on an A3 page is 0.15
MOST_SHEETS: Final = 6  # looked at in one mask; the rest is smaller
ROUGHEST: Final = 0.92  # a sheet fills at least this share of the corners' quadrilateral
ASPECTS: Final = (1.25, 4.2)  # longer over shorter side: from a letter to the longest cheque
BENT: Final = 22.0  # degrees by which a corner may stray from a right angle
UNLIKE: Final = 0.7  # shortest ratio of opposite sides, through perspective
CUT_OFF: Final = 0.012  # of the picture; a side nearer to the picture's own is cut off there
STANDS_OUT: Final = 9.0  # levels of lightness or colour between a sheet and what it lies on
SEEN_SIDE: Final = 0.7  # of a side along which it has to stand out
SAMPLES: Final = 40  # places along a side
ENDS: Final = 0.08  # of a side; corners are often bent or rounded
DENT: Final = 0.03  # of a side; a finger or a clip reaches farther in
PARALLEL: Final = 0.1  # sine of an angle
SHARED: Final = 0.2  # of the smaller of two sheets; more, and they are the same one


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet in a picture."""

    quad: Quad  # in pixels
    corners: Quad  # as shares of the picture's width and height
    share: float  # of the picture's area


def sheets(pixels: Image) -> list[Sheet]:
    """The sheets in a small picture (h, w) or (h, w, 3), largest first, none of them upon another."""
    if min(pixels.shape[:2]) < 4 * STROKES:
        return []
    paper = _without_ink(pixels)
    found: list[Sheet] = []
    for mask in _masks(paper):
        found.extend(_sheets_of(mask, paper))
    apart: list[Sheet] = []
    for sheet in sorted(found, key=lambda one: -one.share):
        if not any(_overlap(sheet, other) for other in apart):
            apart.append(sheet)
    return apart


def _without_ink(pixels: Image) -> NDArray[np.float32]:
    """Lightness and two colours (h, w, 3) of the paper, strokes filled with what is around them."""
    colour = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (STROKES, STROKES))
    closed = cv2.morphologyEx(colour, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.medianBlur(closed, GRAIN)
    return cv2.cvtColor(smooth.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)  # type: ignore[return-value]


def _masks(paper: NDArray[np.float32]) -> Iterator[Mask]:
    """What may be sheets: lighter or darker than the rest, or unlike what lies along the picture's sides."""
    light = np.clip(paper[..., 0] * 2.55, 0, 255).astype(np.uint8)
    lighter = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
    yield lighter
    yield np.bitwise_not(lighter)
    rim = np.concatenate([paper[0], paper[-1], paper[:, 0], paper[:, -1]])
    unlike = np.linalg.norm(paper - np.median(rim, axis=0), axis=2)
    level = np.clip(unlike * 2.55, 0, 255).astype(np.uint8)
    yield cv2.threshold(level, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
    yield cv2.threshold(level, STANDS_OUT * 2.55, 255, cv2.THRESH_BINARY)[1]


def _sheets_of(mask: Mask, paper: NDArray[np.float32]) -> Iterator[Sheet]:
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (STROKES, STROKES))
    open_ = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel, borderType=cv2.BORDER_REPLICATE)
    outlines = cv2.findContours(open_, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    whole = float(mask.size)
    largest = sorted(outlines, key=lambda one: -cv2.contourArea(one))[:MOST_SHEETS]
    for outline in largest:
        if cv2.contourArea(outline) < SMALLEST * whole:
            continue
        quad = _corners(np.asarray(outline, np.int32))
        if quad is None or not _like_paper(quad) or not _stands_out(quad, paper):
            continue
        area = float(cv2.contourArea(quad.astype(np.float32)))
        if cv2.contourArea(outline) > ROUGHEST * area:
            yield Sheet(quad=quad, corners=quad / mask.shape[::-1], share=area / whole)


def _corners(outline: NDArray[np.int32]) -> Quad | None:
    """The four corners of an outline (n, 1, 2): where lines fitted to its sides meet."""
    hull = cv2.convexHull(outline)
    around = cv2.arcLength(hull, True)
    for share in np.arange(0.01, 0.12, 0.01):
        rough = cv2.approxPolyDP(hull, share * around, True)
        if len(rough) <= 4:
            break
    if len(rough) != 4:
        return None
    corners = _from_upper_left(rough[:, 0].astype(np.float64))
    points = outline[:, 0].astype(np.float64)
    lines = [_side(points, corners[at], corners[(at + 1) % 4]) for at in range(4)]
    met = [point for at in range(4) if (point := _meeting(lines[at - 1], lines[at])) is not None]
    return np.array(met) if len(met) == 4 else None


def _from_upper_left(corners: Quad) -> Quad:
    """Clockwise as seen on the screen, beginning with the left end of the side on top."""
    middle = corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    along = np.roll(turned, -1, axis=0) - turned
    to_the_right = np.cos(np.arctan2(along[:, 1], along[:, 0]))
    return np.roll(turned, -int(to_the_right.argmax()), axis=0)


def _side(outline: Quad, first: Quad, last: Quad) -> tuple[Quad, Quad]:
    """A point and the direction of the line along an outline (n, 2) between two corners, at the pixels' outer edge."""
    along = (last - first) / max(1e-9, float(np.linalg.norm(last - first)))
    outward = np.array([along[1], -along[0]])
    length = float(np.linalg.norm(last - first))
    way, off = (outline - first) @ along, (outline - first) @ outward
    near = (way > ENDS * length) & (way < (1.0 - ENDS) * length) & (np.abs(off) < max(2.0, DENT * length))
    if near.sum() < 2:
        return first + 0.5 + 0.5 * outward, along
    fitted = cv2.fitLine(outline[near].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().astype(np.float64)
    return fitted[2:] + 0.5 + 0.5 * outward, fitted[:2]


def _meeting(one: tuple[Quad, Quad], other: tuple[Quad, Quad]) -> Quad | None:
    """Where two lines meet; None for parallel ones."""
    ways = np.stack([one[1], -other[1]], axis=1)
    if abs(np.linalg.det(ways)) < PARALLEL:
        return None
    steps = np.linalg.solve(ways, other[0] - one[0])
    met: Quad = one[0] + steps[0] * one[1]
    return met


def _like_paper(quad: Quad) -> bool:
    """Whether four corners can be those of a cheque or page that is seen from above, more or less."""
    along = np.roll(quad, -1, axis=0) - quad
    lengths = np.linalg.norm(along, axis=1)
    if lengths.min() < 1.0:
        return False
    turned = np.roll(along, -1, axis=0)
    cross = along[:, 0] * turned[:, 1] - along[:, 1] * turned[:, 0]
    corners = np.rad2deg(np.arctan2(cross, (along * turned).sum(axis=1)))  # by how much the outline turns at each
    across, down = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
    opposite = (
        min(lengths[0], lengths[2]) / max(lengths[0], lengths[2]),
        min(lengths[1], lengths[3]) / max(lengths[1], lengths[3]),
    )
    aspect = max(across, down) / min(across, down)
    return bool(np.abs(corners - 90.0).max() < BENT and min(opposite) > UNLIKE and ASPECTS[0] <= aspect <= ASPECTS[1])


def _stands_out(quad: Quad, paper: NDArray[np.float32]) -> bool:
    """Whether the sheet differs from what lies beside it, along all of its sides but those that the picture cuts."""
    height, width = paper.shape[:2]
    near = CUT_OFF * max(height, width)
    seen = []
    for at in range(4):
        first, last = quad[at], quad[(at + 1) % 4]
        if _at_the_side(first, last, (width, height), near):
            continue
        seen.append(at)
        if _contrast(first, last, paper) < SEEN_SIDE:
            return False
    return len(seen) >= 3 or seen in ([0, 1], [1, 2], [2, 3], [0, 3])


def _at_the_side(first: Quad, last: Quad, size: tuple[int, int], near: float) -> bool:
    """Whether both ends of a side lie at the same side of the picture."""
    ends = np.stack([first, last])
    return bool((ends < near).all(axis=0).any() or (ends > np.array(size) - near).all(axis=0).any())


def _contrast(first: Quad, last: Quad, paper: NDArray[np.float32]) -> float:
    """The share of a side along which inside and outside are unlike."""
    height, width = paper.shape[:2]
    along = last - first
    outward = np.array([along[1], -along[0]]) / np.linalg.norm(along)
    places = first + np.linspace(0.05, 0.95, SAMPLES)[:, None] * along
    away = STROKES * 0.75

    def shade(points: Quad) -> NDArray[np.float32]:
        x = np.clip(points[:, 0].astype(int), 0, width - 1)
        y = np.clip(points[:, 1].astype(int), 0, height - 1)
        found: NDArray[np.float32] = paper[y, x]
        return found

    unlike = np.linalg.norm(shade(places + away * outward) - shade(places - away * outward), axis=1)
    return float((unlike > STANDS_OUT).mean())


def _overlap(one: Sheet, other: Sheet) -> bool:
    """Whether two sheets share more than a margin."""
    both = cv2.intersectConvexConvex(one.quad.astype(np.float32), other.quad.astype(np.float32))[0]
    smaller = min(cv2.contourArea(sheet.quad.astype(np.float32)) for sheet in (one, other))
    return both > SHARED * smaller
