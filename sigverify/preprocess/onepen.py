"""A signature is written with one pen: ink of another colour is none of it, and ink of the pen's that joins it is."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.preprocess.cleaning import AREA, SPECK, Parts, stroke_width
from sigverify.preprocess.colours import LEAST_SAMPLE, Absorbed, Tints, tints_of
from sigverify.preprocess.cutout import Probability
from sigverify.preprocess.inkmask import Mask

CERTAIN: Final = 0.9  # probability of ink that the pen's colour is known by
PASSES: Final = 4  # of finding the pen's tint, each without what lay far off before
NOISE: Final = 0.008  # standard deviation of a tint that JPEG alone makes
FROM_NORMAL: Final = 1.4826  # times the median absolute deviation is the standard deviation
OTHER: Final = (3.0, 0.04)  # standard deviations, and at least so much tint, from which on ink is another's
LIKE: Final = (2.5, 0.03)  # the same up to which ink is the pen's
MOSTLY: Final = 0.5  # of the ink; if less than that has the pen's colour, nobody knows which is the pen's
COLOURED: Final = 0.03  # tint that lies between a pen's ink and print's, at least, if ink is joined by it
PALER: Final = 2.0  # times the pen's tint; where it is pressed less its ink is more colourful, up to so much
THINNER: Final = 0.35  # of the pen's tint that a thin stroke lacks, for JPEG mixes its colour with the paper's
COMMON: Final = 0.2  # of the ink far off that may have the pen's tint, or print has it, too
HARDLY: Final = 0.05  # probability below which ink far off is not the signature's
CRUMB: Final = 2.0  # times a stroke's width squared; less of another tint, or of the pen's beside it, is an edge
CROSSING: Final = 1.0  # stroke widths; other ink that is no wider than twice that may lie across a stroke
GAP: Final = 1.5  # stroke widths on either side over which ink joins the pen's
FAR: Final = 4.5  # stroke widths from the signature on which ink is far off
MORE: Final = 0.5  # of the signature's ink that may be joined to it; more is another's writing

Where = NDArray[np.bool_]  # (h, w)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pen:
    """The pen's tint, and how far that varies."""

    tint: NDArray[np.float32]  # (2,)
    deviation: NDArray[np.float32]  # (2,)

    @classmethod
    def of(cls, values: Tints) -> "_Pen":
        """The pen that wrote most of the ink with these tints (n, 2)."""
        tint, kept = np.median(values, axis=0), values
        for _ in range(PASSES):
            deviation = FROM_NORMAL * np.median(np.abs(kept - tint), axis=0) + NOISE
            kept = values[(np.abs(values - tint) < 3.0 * deviation).all(axis=1)]
            tint = np.median(kept, axis=0)
        deviation = np.maximum(FROM_NORMAL * np.median(np.abs(kept - tint), axis=0), NOISE)
        return cls(tint=tint, deviation=deviation)

    def wrote(self, tints: Tints, deviations: float, least: float) -> Where:
        """Where ink of tints (h, w, 2) has the pen's within so many deviations or, if that is less, within `least`.

        A pen's strokes have the same tint, but not equally much of it.
        """
        shade = np.clip(tints @ self.tint / max(float(self.tint @ self.tint), NOISE**2), 1.0, PALER)
        bounds = self._bounds(deviations, least)
        near: Where = (np.abs(tints - shade[..., None] * self.tint) <= bounds).all(axis=2)
        return near

    def is_told_from_print(self, deviations: float, least: float) -> bool:
        """Whether ink without colour lies well beyond what `wrote` takes for the pen's."""
        return bool((np.abs(self.tint) - self._bounds(deviations, least) >= COLOURED).any())

    def _bounds(self, deviations: float, least: float) -> NDArray[np.float32]:
        least = max(least, THINNER * float(np.hypot(*self.tint)))
        return np.asarray(np.maximum(deviations * self.deviation, least), np.float32)


def by_one_pen(own: Mask, every: Mask, absorbed: Absorbed, seen: Probability) -> Mask:
    """The ink of a signature, (h, w), made that of one pen; as it was where its colour tells nothing.

    `own` is what was taken for the signature's, `every` all ink there, `absorbed` what it absorbs (h, w, 3), and `seen`
    how sure the network is of the signature's ink. Ink of another colour goes but where a stroke lies over it; ink of
    the pen's colour that touches or nearly touches the signature comes, unless other ink about has that colour, too.
    """
    sample = (own > 0) & (seen >= CERTAIN)
    if np.count_nonzero(sample) < LEAST_SAMPLE:
        return own
    tints = tints_of(absorbed, own)
    pen = _Pen.of(tints[sample])
    width = max(2.0, stroke_width(own))
    other = _larger(_mask((own > 0) & ~pen.wrote(tints, *OTHER)), CRUMB * width**2)
    written = _without_crumbs(cv2.subtract(own, other), other, CRUMB * width**2)  # type: ignore[arg-type]
    if np.count_nonzero(written) < MOSTLY * np.count_nonzero(own):
        return own
    joined: Mask | None = None
    if pen.is_told_from_print(*LIKE):
        like = _mask((every > 0) & pen.wrote(tints_of(absorbed, every), *LIKE))
        joined = _joined(written, like, (every > 0) & (seen < HARDLY), width)
    field = own if joined is None else cv2.max(own, every)
    strokes = cv2.morphologyEx(written if joined is None else joined, cv2.MORPH_CLOSE, _disc(CROSSING * width))
    kept = cv2.bitwise_and(field, cv2.dilate(strokes, _disc(1.0)))
    return _larger(kept, max(2.0, SPECK * width**2))  # type: ignore[arg-type]


def _joined(written: Mask, like: Mask, unseen: Where, width: float) -> Mask | None:
    """The pen's ink with what of all ink `like` it joins it; None where that is common in ink that is `unseen`."""
    parts = Parts.of(cv2.dilate(cv2.max(like, written), _disc(GAP * width)))  # type: ignore[arg-type]
    touched = np.bincount(parts.labels[written > 0], minlength=len(parts.stats) + 1)[1:] > 0
    reached = parts.kept(touched)
    far = unseen & (reached == 0) & (cv2.dilate(written, _disc(FAR * width)) == 0)
    count = np.count_nonzero(far)
    if count >= LEAST_SAMPLE and np.count_nonzero(far & (like > 0)) > COMMON * count:
        return None
    joined = cv2.max(written, cv2.bitwise_and(like, reached))
    few = np.count_nonzero(joined) <= (1.0 + MORE) * np.count_nonzero(written)
    return joined if few else None  # type: ignore[return-value]


def _without_crumbs(written: Mask, other: Mask, area: float) -> Mask:
    """The pen's ink without pieces up to so many pixels beside other ink, which are the edges of that."""
    parts = Parts.of(written)
    beside = cv2.dilate(other, np.ones((3, 3), np.uint8)) > 0
    touching = np.bincount(parts.labels[beside], minlength=len(parts.stats) + 1)[1:] > 0
    return parts.kept(~touching | (parts.stats[:, AREA] > area))


def _mask(where: Where) -> Mask:
    return np.where(where, 255, 0).astype(np.uint8)


def _larger(mask: Mask, area: float) -> Mask:
    """The components of more than so many pixels."""
    parts = Parts.of(mask)
    return parts.kept(parts.stats[:, AREA] > area)


def _disc(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))  # type: ignore[return-value]
