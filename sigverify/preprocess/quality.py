"""Whether a picture is good enough to be judged, and if not, why."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Box, Quality, QualityReason
from sigverify.preprocess.inkmask import Ink, Mask

SCANNER_FRAME: Final = 1  # pixels; scanners leave a line at the very edge, its ink is theirs


@dataclass(frozen=True, kw_only=True)
class QualityBounds:
    """Where judging ends. Each bound lies beyond what real signatures of four data sets show (docs/adr/0006)."""

    faintest: float = 18.0  # grey levels between paper and ink
    calmest: float = 0.25  # paper's deviation over its contrast with ink; a photograph has shades between the two
    barest: float = 0.4  # the same where nothing is darker than the faintest ink: then it is noise, and the page blank
    smallest: int = 48  # pixels across the ink, on its longer side
    shortest: float = 1.3  # length of all strokes over the longer side of the ink; a bare dash has 1
    fullest: float = 0.6  # share of the ink's box that is ink
    thickest: float = 0.25  # stroke width over the shorter side of the ink's box
    most_parts: int = 250  # connected components; a line of handwriting has tens, a page hundreds
    cut: float = 0.8  # stroke widths of ink along an edge that make a cut
    trimmed: int = 3  # pixels; ink this near to three sides means a picture trimmed to its ink, which cuts nothing


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What quality is judged by."""

    contrast: float
    unrest: float  # deviation of the paper over the contrast
    longer: float  # pixels of the picture as given
    path: float  # length of the strokes over the longer side of the box
    fill: float
    thickness: float
    parts: int
    edges: tuple[float, float, float, float]  # ink along left, right, top, bottom, in stroke widths
    margins: tuple[int, int, int, int]  # paper at left, right, top, bottom, in pixels of the mask


def measure(ink: Ink, mask: Mask, box: Box, parts: int, *, stroke: float, scale: float) -> Measures:
    """Measure ink by its cleaned mask (h, w) of so many components; `scale` is the mask's to the picture as given."""
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    area = cv2.countNonZero(mask)
    pen = max(1.0, stroke)
    return Measures(
        contrast=ink.contrast,
        unrest=ink.unrest,
        longer=max(wide, high) / scale,
        path=area / pen / max(wide, high),
        fill=area / (wide * high),
        thickness=pen / min(wide, high),
        parts=parts,
        edges=_edges(mask, pen),
        margins=(x0, mask.shape[1] - x1, y0, mask.shape[0] - y1),
    )


def _edges(mask: Mask, pen: float) -> tuple[float, float, float, float]:
    near = SCANNER_FRAME if min(mask.shape) > 2 * SCANNER_FRAME else 0
    lines = mask[:, near], mask[:, -1 - near], mask[near, :], mask[-1 - near, :]
    left, right, top, bottom = (float(np.count_nonzero(line)) / pen for line in lines)
    return left, right, top, bottom


def quality_of(found: Measures, bounds: QualityBounds) -> Quality:
    """The reasons against judging what was measured, gravest first."""
    if found.contrast < bounds.faintest and found.unrest > bounds.barest:
        return Quality(reasons=(QualityReason.BLANK,))
    reasons = []
    if found.contrast < bounds.faintest:
        reasons.append(QualityReason.TOO_FAINT)
    if found.longer < bounds.smallest:
        reasons.append(QualityReason.TOO_SMALL)
    elif found.path < bounds.shortest:
        reasons.append(QualityReason.TOO_LITTLE_INK)
    if _crowded(found, bounds) or (found.contrast >= bounds.faintest and found.unrest > bounds.calmest):
        reasons.append(QualityReason.NOT_A_SIGNATURE)
    reasons.extend(_cuts(found, bounds))
    return Quality(reasons=tuple(reasons))


def _crowded(found: Measures, bounds: QualityBounds) -> bool:
    return found.fill > bounds.fullest or found.thickness > bounds.thickest or found.parts > bounds.most_parts


def _cuts(found: Measures, bounds: QualityBounds) -> list[QualityReason]:
    sides = (
        QualityReason.CLIPPED_LEFT,
        QualityReason.CLIPPED_RIGHT,
        QualityReason.CLIPPED_TOP,
        QualityReason.CLIPPED_BOTTOM,
    )
    if sum(margin <= bounds.trimmed for margin in found.margins) >= len(sides) - 1:
        return []
    return [side for side, ink in zip(sides, found.edges, strict=True) if ink >= bounds.cut]
