"""A cheque drawn in a few lines, and a stand-in for the network that searches it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from tests.fakes import signature

SIZE = (460, 1000)  # height, width
RIGHT: Box = (654, 311, 926, 389)  # where the ink of signatures is
PEN = (30, 40, 160)
LEFT: Box = (94, 311, 366, 389)
_LINES = (
    "Pay to the order of Jane Doe, Example Street",
    "the sum of one thousand and twelve only",
    "No 004711 Date 12.11.",
)


def cheque(*hands: float, colour: bool = False) -> Image:
    """Print, rules, a black square at the upper left; signed on the right and then on the left by these hands."""
    page = np.full(SIZE, 250, np.uint8)
    for row, text in enumerate(_LINES * 2):
        cv2.putText(page, text, (80 + 40 * (row % 2), 60 + 40 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 60, 1, cv2.LINE_AA)
    for y in (70, 110, 150, 190, 405):
        cv2.line(page, (60, y), (940, y), 120, 1)
    page[10:36, 10:36] = 0
    for hand, (x0, y0, x1, y1) in zip(hands, (RIGHT, LEFT), strict=False):
        small = cv2.resize(signature(hand)[37:163, 60:440], (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
        page[y0:y1, x0:x1] = np.minimum(page[y0:y1, x0:x1], small)
    return np.stack([page] * 2 + [np.minimum(page, 240)], axis=2) if colour else page


@dataclass(frozen=True)
class Saw:
    """What the stand-in says of a cheque."""

    probability: NDArray[np.float32]
    upside_down: float


class Searcher:
    """Sees signatures in these boxes of the drawn cheque, the first one most clearly, when it is the right way up."""

    def __init__(self, *boxes: Box) -> None:
        self.boxes = boxes
        self.looks = 0
        self.near: CloseSearcher | None = None

    def see(self, grey: Image) -> Saw:
        self.looks += 1
        height, width = (side // 2 for side in grey.shape)
        scale = width / SIZE[1]
        rows = round(SIZE[0] * scale)
        corner = round(30 * scale)
        half = np.ascontiguousarray(grey[::2, ::2])
        lower = half[max(0, rows - corner) : rows, width - corner :]
        turned = rows <= height and bool(lower.min() < half[:corner, :corner].min())
        probability = np.zeros((height, width), np.float32)
        for index, box in enumerate(self.boxes):
            x0, y0, x1, y1 = (round(edge * scale) for edge in box)
            probability[y0:y1, x0:x1] = 0.95 - 0.1 * index
        return Saw(np.ascontiguousarray(probability[::-1, ::-1]) if turned else probability, 0.9 if turned else 0.1)


class CloseSearcher:
    """Takes all that is dark in the rows of the place asked about, and beside it, for the signature's."""

    REACH = 200  # pixels

    def __init__(self, *, blind: bool = False) -> None:
        self.blind = blind
        self.asked: list[Image] = []

    def see(self, grey: Image) -> Saw:
        self.asked.append(grey)
        rows, columns = (np.flatnonzero((grey[..., 3] == 0).any(axis=axis)) for axis in (1, 0))
        seen = np.zeros(grey.shape[:2], np.float32)
        if not self.blind and len(rows) and len(columns):
            there = slice(rows[0], rows[-1] + 1), slice(max(0, columns[0] - self.REACH), columns[-1] + self.REACH)
            seen[there] = np.where(grey[there][..., 0] < 160, 0.9, 0.0)
        return Saw(seen, 0.0)


class PenSearcher:
    """Knows the pen's colour, whether a place is asked about or not."""

    def see(self, grey: Image) -> Saw:
        return Saw(sees_pen(grey), 0.0)


def sees_pen(picture: Image) -> NDArray[np.float32]:
    """A close-up's (h, w, 4) ink of the pen."""
    red, blue = picture[..., 0].astype(int), picture[..., 2].astype(int)
    return np.where((red < 150) & (blue > red + 40), 0.97, 0.02).astype(np.float32)


def written(picture: Image, *boxes: Box) -> Image:
    """A cheque (h, w) in colour (h, w, 3), with what is in these boxes written with the pen."""
    colour = np.stack([picture] * 3, axis=2)
    for x0, y0, x1, y1 in boxes:
        part = colour[y0:y1, x0:x1]
        part[picture[y0:y1, x0:x1] < 128] = PEN
    return colour


def overlap(one: Box | None, other: Box) -> float:
    """Intersection over union."""
    if one is None:
        return 0.0
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / (areas - both)
