"""Handwriting out of typefaces: their words thinned to a pen's line, parted, slanted and bent.

For scripts whose handwriting no trajectories are at hand of: nobody's hand, but the right letters.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.composing.lettering import arabic_typefaces, has_letter, joined, printed, typefaces
from sigverify.preprocess.composing.marks import Mark
from sigverify.preprocess.penstrokes import SYLLABLES

SIZE: Final = 72  # pixels of a line that words are drawn with
ARABIC: Final = 0.75  # share of words in Arabic letters where there is a typeface with them
WRITTEN_BY_HAND: Final = (
    "dancing", "kristi", "breip", "femkeklaver", "rufscript", "kaushan", "klee", "dkg", "bwht", "script", "hand",
)  # fmt: skip
RIDGE: Final = 0.75  # pixels below the greatest distance to paper nearby that still are the middle of a stroke
PENS: Final = (2.2, 7.0)  # pixels across a line
SLANT: Final = 0.3  # tangent at most
BENT: Final = 0.07  # of SIZE: deviation of how far letters are out of place
UNEVEN: Final = 0.08  # of SIZE: deviation of a word's height on the line


def by_typeface(rng: np.random.Generator, most: int = 6) -> Mark | None:
    """Up to `most` words as by hand; None where no typeface for it is installed."""
    arabic, latin = arabic_typefaces(), _cursive()
    if not arabic and not latin:
        return None
    foreign = bool(arabic) and (not latin or rng.random() < ARABIC)
    faces = arabic if foreign else latin
    face = faces[int(rng.integers(len(faces)))]
    pieces = [printed(_word(rng, foreign=foreign), face, SIZE) for _ in range(int(rng.integers(1, most + 1)))]
    line = _bent(_line(pieces, rng), rng)
    rows, columns = np.flatnonzero(line.max(axis=1) > 127), np.flatnonzero(line.max(axis=0) > 127)
    if rows.size < 8 or columns.size < 8:  # a sign for letters that the typeface lacks, or none at all
        return None
    return Mark(blot=line[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


@lru_cache(maxsize=1)
def _cursive() -> tuple[Path, ...]:
    """Typefaces that imitate a hand, by their names, and have our letters."""
    named = (path for path in typefaces() if any(part in path.as_posix().lower() for part in WRITTEN_BY_HAND))
    return tuple(path for path in named if all(has_letter(path, ord(letter)) for letter in "az"))


def _word(rng: np.random.Generator, *, foreign: bool) -> str:
    if foreign:
        return joined(rng)
    return "".join(str(rng.choice(SYLLABLES)) for _ in range(int(rng.integers(1, 4))))


def _line(pieces: list[Image], rng: np.random.Generator) -> Image:
    """Words (h, w) beside each other, each a little too high or too low, as thin as a pen."""
    room = SIZE // 2
    gaps = rng.uniform(0.05, 0.5, len(pieces)) * SIZE
    high = max(piece.shape[0] for piece in pieces) + 2 * room
    picture = np.zeros((high, round(sum(piece.shape[1] for piece in pieces) + gaps.sum()) + 2 * room), np.uint8)
    x = room
    for piece, gap in zip(pieces, gaps.tolist(), strict=True):
        height, width = piece.shape
        y = int(np.clip(high - room - height + rng.normal(0.0, UNEVEN * SIZE), 0, high - height))
        np.maximum(picture[y : y + height, x : x + width], piece, out=picture[y : y + height, x : x + width])
        x += width + round(gap)
    pen = float(np.exp(rng.uniform(*np.log(PENS))))
    away = cv2.distanceTransform(255 - _middle(picture), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.clip((pen / 2.0 + 0.5 - away) * 255.0, 0.0, 255.0), np.uint8)


def _middle(picture: Image) -> Image:
    """The middle of every stroke (h, w), 255 there: where paper is about as far away as it gets nearby."""
    inside = cv2.distanceTransform(np.asarray(picture > 127, np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    nearby = cv2.dilate(inside, np.ones((5, 5), np.uint8))
    return np.asarray((inside > 0) & (inside >= nearby - RIDGE), np.uint8) * 255


def _bent(line: Image, rng: np.random.Generator) -> Image:
    """Slanted, and with every letter somewhat out of place."""
    height, width = line.shape
    cells = max(2, round(2.0 * height / SIZE)) + 1, max(2, round(1.6 * width / SIZE)) + 1
    shifts = [
        cv2.resize(
            rng.normal(0.0, BENT * SIZE, cells).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        for _ in range(2)
    ]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    slant = float(rng.uniform(-SLANT, SLANT))
    across = columns + (rows - height / 2.0) * slant + shifts[0]
    return cv2.remap(line, np.asarray(across, np.float32), rows + shifts[1], cv2.INTER_LINEAR)  # type: ignore[return-value]
