"""Where on a cheque ink is a signature: what the locator network is shown, and what is made of its answer."""

import hashlib
import json
import math
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Candidate, Image
from sigverify.preprocess.page import WHITE, Page
from sigverify.preprocess.reading import grey

WIDTH: Final = 640  # pixels of a cheque as the network sees it
TALLEST: Final = 960  # pixels; a taller page is seen narrower, with white beside it
MULTIPLE: Final = 32  # pixels; the network's deepest cells are as wide and high
CELL: Final = 2  # pixels of what is seen for one of the network's answers
RECIPE: Final = 1  # raised when `flattened` changes
PAPER_CELL: Final = 8  # pixels; ink is narrower, so that the lightest of some neighbouring cells is paper
PAPER_REACH: Final = 5  # cells across
DARK: Final = 0.005  # share of a page that is darker than its ink, at most
FULL: Final = 0.85  # how dark ink becomes, 1 being black
LEAST_CONTRAST: Final = 0.25  # of ink to paper; less than that is not stretched to full ink, for it may be dirt

SURE: Final = 0.5  # probability of a place that begins a signature
LIKELY: Final = 0.2  # and of one that goes on with it
APART: Final = (0.03, 0.012)  # shares of the width, across and down, to the next part of the same signature
BETWEEN_WORDS: Final = 0.08  # of the width, from one word of a name to the next
ON_ONE_LINE: Final = 0.5  # of the lower one's height that two words of a name have in common
FIRM: Final = 0.8  # of the surest part's probability: a part must have as much to be of the same signature
FIRM_WORD: Final = 0.5  # and a word on one line with the surest part: print stands beneath, seldom beside
LEAST_MASS: Final = 0.0004  # of the width squared: sum of the probabilities that makes a signature beyond doubt
CONVINCING: Final = 0.65  # confidence from which on a place is a candidate; no right box of drawn cheques had less
SLACK: Final = 0.003  # of the width: how far ink lies from where the network saw it
SOFT: Final = 0.0008  # of the width: how far the soft edge of a stroke goes beyond what is dark
AROUND: Final = 0.03  # of the width: how far beyond that a stroke may run on
FINEST: Final = 2400  # pixels of the width that ink is looked at with
INK_LEVELS: Final = (180, 210)  # grey levels of a flattened picture between which ink ends: faint strokes count
OWN: Final = 0.35  # share of a connected piece of ink from which on all of it belongs to the signature


def fingerprint() -> str:
    """16 hexadecimal digits that change whenever the network would see something else."""
    text = json.dumps(
        {
            "recipe": RECIPE,
            "width": WIDTH,
            "tallest": TALLEST,
            "multiple": MULTIPLE,
            "paper": [PAPER_CELL, PAPER_REACH],
            "ink": [DARK, FULL, LEAST_CONTRAST],
        }
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def scale_of(size: tuple[int, int]) -> float:
    """Pixels seen for a pixel of an upright cheque of this width and height."""
    width, height = size
    return min(WIDTH / width, TALLEST / height)


def seen(pixels: Image, page: Page) -> Image:
    """The cheque (h, 640) as the network is shown it: upright, grey on white paper, h a multiple of 32."""
    upright = page.upright(grey(pixels), scale_of(page.size))
    return padded(flattened(upright[:TALLEST, :WIDTH]))


def padded(picture: Image) -> Image:
    """A picture (h, w) with white to its right and below, up to 640 pixels and a multiple of 32."""
    height, width = picture.shape
    below = -height % MULTIPLE
    return cv2.copyMakeBorder(  # type: ignore[return-value]
        picture, 0, below, 0, WIDTH - width, cv2.BORDER_CONSTANT, value=(WHITE,)
    )


def flattened(upright: Image) -> Image:
    """A picture (h, w) with its paper white and its ink black, whatever scanner, light or colour it came from."""
    contrast = contrast_of(upright)
    ink = max(LEAST_CONTRAST, float(np.quantile(contrast, 1.0 - DARK)))
    dark = np.minimum(contrast * (FULL / ink), 1.0)
    flat: Image = np.rint(WHITE * (1.0 - dark)).astype(np.uint8)
    return flat


def contrast_of(picture: Image) -> NDArray[np.float32]:
    """How much darker than the paper about it every pixel of a grey picture (h, w) is, 0..1."""
    height, width = picture.shape
    cells = max(1, width // PAPER_CELL), max(1, height // PAPER_CELL)
    coarse = cv2.resize(picture, cells, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(coarse, np.ones((PAPER_REACH, PAPER_REACH), np.uint8))
    paper = cv2.GaussianBlur(paper, (PAPER_REACH, PAPER_REACH), 0)
    wide = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.clip(1.0 - picture.astype(np.float32) / np.maximum(wide, 1.0), 0.0, 1.0)


def candidates(probability: NDArray[np.float32], page: Page, pixels: Image) -> tuple[Candidate, ...]:
    """Where somebody signed, the most convincing first; none is an answer.

    `probability` (h / 2, 320) is the network's, 0..1, of the cheque as `seen`. Boxes are tight around the ink, in
    pixels of the picture as given.
    """
    scale = scale_of(page.size)
    height, width = (max(1, round(side * scale / CELL)) for side in page.size[::-1])
    likely = probability[:height, :width]
    judged = [(_confidence(likely, region, width), region) for region in _groups(likely, width)]
    convincing = [(confidence, region) for confidence, region in judged if confidence >= CONVINCING]
    if not convincing:
        return ()
    ink = _Ink(pixels, page)
    found = [
        Candidate(
            box=page.box_in_picture(_tight(region, ink, CELL * ink.fine / scale), pixels.shape[:2]), confidence=sure
        )
        for sure, region in convincing
    ]
    return tuple(sorted(found, key=lambda one: -one.confidence))


def _groups(likely: NDArray[np.float32], width: int) -> list[NDArray[np.bool_]]:
    """One mask (h, w) for each signature: likely places that hang together with sure ones, near parts joined."""
    faint = (likely >= LIKELY).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    begun = [int(label) for label in np.unique(labels[likely >= SURE]) if label > 0]
    left = {label: bounds_of(stats[label]) for label in begun}
    groups = []
    while left:
        group = [next(iter(left))]
        boxes = [left.pop(group[0])]
        for box in boxes:  # grows while it is walked through
            for label in [other for other, theirs in left.items() if _near(box, theirs, width)]:
                group.append(label)
                boxes.append(left.pop(label))
        groups.append(np.isin(labels, _firm(dict(zip(group, boxes, strict=True)), labels, likely)))
    return groups


def _firm(group: dict[int, Box], labels: NDArray[Any], likely: NDArray[np.float32]) -> list[int]:
    """The parts of a group (labels with their bounds) without those much less sure than the surest.

    Print beneath a signature is taken for some of it; a word beside it seldom is print.
    """
    sure = {label: surer_half(likely[labels == label]) for label in group}
    surest = max(sure, key=lambda label: sure[label])

    def least(label: int) -> float:
        return sure[surest] * (FIRM_WORD if _on_one_line(group[label], group[surest]) else FIRM)

    return [label for label in group if sure[label] >= least(label)]


def surer_half(values: NDArray[np.float32]) -> float:
    """The mean of what is not below the median."""
    return float(values[values >= np.median(values)].mean())


def bounds_of(stats: NDArray[Any]) -> Box:
    """The box of a connected component, by its row of OpenCV's statistics."""
    x, y, width, height = (int(value) for value in stats[:4])
    return x, y, x + width, y + height


def _near(one: Box, other: Box, width: int) -> bool:
    """Whether two boxes are so close that they may hold parts of one signature."""
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    if _on_one_line(one, other):
        return across <= BETWEEN_WORDS * width
    return across <= APART[0] * width and down <= APART[1] * width


def _on_one_line(one: Box, other: Box) -> bool:
    """Whether two boxes share much of their height."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared >= ON_ONE_LINE * min(one[3] - one[1], other[3] - other[1])


def _confidence(likely: NDArray[np.float32], region: NDArray[np.bool_], width: int) -> float:
    """The mean probability of a region's surer half; less when there is hardly any ink."""
    values = likely[region]
    enough = min(1.0, float(values.sum()) / (LEAST_MASS * width * width))
    return float(np.clip(surer_half(values) * enough**0.5, 0.0, 1.0))


class _Ink:
    """The ink of the upright cheque at a resolution that shows every stroke, looked at in parts."""

    def __init__(self, pixels: Image, page: Page) -> None:
        self.fine = min(1.0, FINEST / page.size[0])
        self.grey = page.upright(grey(pixels), self.fine)

    def within(self, x0: int, y0: int, x1: int, y1: int) -> Image:
        """Ink (h, w), 1 where there is any, of a part of the cheque."""
        flat = flattened(self.grey[y0:y1, x0:x1])
        level, _ = cv2.threshold(flat, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        return np.asarray(flat < np.clip(level, *INK_LEVELS), np.uint8)


def _tight(region: NDArray[np.bool_], ink: _Ink, step: float) -> Box:
    """The box of the ink that lies where the network saw a signature, in pixels of the upright cheque.

    `step` is how many of the cheque's fine pixels a place of `region` (h, w) is wide.
    """
    height, width = ink.grey.shape
    slack, around = max(1, round(SLACK * width)), round(AROUND * width)
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    x0, x1 = max(0, round(columns[0] * step) - around), min(width, round((columns[-1] + 1) * step) + around)
    y0, y1 = max(0, round(rows[0] * step) - around), min(height, round((rows[-1] + 1) * step) + around)
    place = np.array([[1 / step, 0.0, (x0 + 0.5) / step - 0.5], [0.0, 1 / step, (y0 + 0.5) / step - 0.5]])
    near = cv2.warpAffine(
        region.astype(np.uint8), place, (x1 - x0, y1 - y0), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    )
    near = cv2.dilate(near, np.ones((2 * slack + 1, 2 * slack + 1), np.uint8))
    own = _own(ink.within(x0, y0, x1, y1), np.asarray(near, np.uint8))
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    soft = max(1, round(SOFT * width))
    left, top = max(0, x0 + columns[0] - soft), max(0, y0 + rows[0] - soft)
    right, bottom = min(width, x0 + columns[-1] + 1 + soft), min(height, y0 + rows[-1] + 1 + soft)
    return int(left / ink.fine), int(top / ink.fine), math.ceil(right / ink.fine), math.ceil(bottom / ink.fine)


def _own(ink: Image, near: Image) -> NDArray[np.bool_]:
    """Which of the ink (h, w) is the signature's: all that is `near`, and whole pieces that mostly are."""
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    every = np.bincount(labels.ravel(), minlength=count)
    inside = np.bincount(labels[near > 0], minlength=count)
    whole = inside >= OWN * every
    whole[0] = False
    own: NDArray[np.bool_] = ((ink > 0) & (near > 0)) | whole[labels]
    return own if own.any() else near > 0
