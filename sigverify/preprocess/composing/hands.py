"""Whose writing is on the drawn cheques: people who do not exist always, and real train writers where there are any."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from sigverify.domain import Source
from sigverify.errors import ReadingError
from sigverify.preprocess.composing.marks import Mark, Stroke, blot_of, mirrored, spread
from sigverify.preprocess.composing.typehands import by_typeface
from sigverify.preprocess.inking import Pen
from sigverify.preprocess.letterforms import CAPITAL, SMALL
from sigverify.preprocess.motion import Hand, trace
from sigverify.preprocess.penstrokes import SYLLABLES, Signer, joined, own_shape
from sigverify.preprocess.reading import decode, grey, read_bytes

POOL: Final = 240  # words and signatures kept ready; drawing one costs milliseconds
FRESH: Final = 0.06  # share of requests that replace one in the pool
REAL: Final = 0.85  # share of signatures by real writers, where there are any
REAL_WORDS: Final = 0.45  # and of written entries
LEGIBLE: Final = 0.15  # share of signatures that are an invented name as anybody writes it
RUNNING: Final = 0.45  # share of invented entries in a script that runs along a line, with dots
TAILED: Final = 0.4  # share of such words that end in a bowl below the line
LETTERED: Final = 0.25  # share of written entries in a typeface's letters, bent and thinned, where there are any
SIGNED_NAME: Final = 0.08  # share of entries written as a signature is: place decides, not style
OFTEN: Final[dict[str, float]] = {"pictures": 0.2, "trajectories": 0.25, "names": 0.55}  # where there are such
MIRRORED: Final = 0.3  # share of real handwriting that is written from right to left
BETWEEN: Final = (0.7, 2.6)  # widths of a letter between two invented words
WIDEST_WORD: Final = 12.0  # times its height; wider strokes of a page are two lines
DIGITS: Final[dict[str, tuple[tuple[tuple[float, float], ...], ...]]] = {  # points in a cell of 6 by 10, y down
    "0": (((3, 0), (0.5, 3), (0.8, 8), (3, 10), (5.4, 7), (5, 2), (3, 0)),),
    "1": (((2, 2), (3.2, 0), (3, 10)),),
    "2": (((0.5, 2), (2.5, 0), (5, 2), (3.5, 6), (0.3, 10), (6, 9.5)),),
    "3": (((0.5, 1), (3.5, 0), (5, 2.2), (2.2, 4.6), (5.4, 7), (3.5, 10), (0.3, 9)),),
    "4": (((2.5, 0), (0.4, 6), (6, 5.8)), ((4.2, 2.5), (4, 10))),
    "5": (((5.5, 0.2), (1, 0.2), (0.8, 4.2), (4.4, 4.4), (5, 8), (2.5, 10), (0.3, 9)),),
    "6": (((4.6, 0), (1, 4.5), (0.7, 8.6), (3, 10), (5.2, 7.8), (3.4, 5.4), (0.8, 7.4)),),
    "7": (((0.3, 0.4), (5.6, 0.2), (2.4, 10)),),
    "8": (((4.8, 1.4), (2.4, 0), (0.8, 2.2), (4.8, 6.6), (3, 10), (0.6, 7.6), (4.6, 3), (4.8, 1.4)),),
    "9": (((5, 2.6), (2.6, 0), (0.6, 2.6), (2.8, 5), (5, 2.6), (4.6, 10)),),
    "/": (((5, -0.5), (1, 10.5)),),
    "-": (((0.8, 5.2), (5, 5)),),
    ".": (((2.4, 9.6), (2.8, 10)),),
    ",": (((2.8, 9.4), (2.2, 11.2)),),
    "=": (((0.5, 4), (5.4, 3.8)), ((0.5, 6.2), (5.4, 6))),
    "#": (((2, 0), (1.2, 10)), ((4.4, 0), (3.6, 10)), ((0, 3.4), (6, 3)), ((0, 7), (6, 6.6))),
    "*": (((3, 2), (3, 8)), ((0.6, 3.4), (5.4, 6.6)), ((5.4, 3.4), (0.6, 6.6))),
    "٠": (((2.6, 6), (3.2, 6.6), (2.7, 7), (2.5, 6.3)),),
    "١": (((2.6, 0.5), (3.1, 5), (3.2, 10)),),
    "٢": (((5, 0.6), (4.8, 2.6), (2.4, 2.8), (1.6, 0.4), (2, 5), (2.2, 10)),),
    "٣": (((5.8, 0.4), (5.2, 2.4), (3.8, 2.2), (3.6, 0.8), (3.2, 2.6), (1.6, 2.4), (1, 0.2), (1.4, 5), (1.6, 10)),),
    "٤": (((4.6, 0.4), (1.6, 2), (3.6, 4.4), (1.4, 6.4), (1.8, 9.4), (4.8, 9)),),
    "٥": (((3, 2), (0.8, 6), (2.4, 9.6), (5, 8), (4.6, 4.4), (3, 2)),),
    "٦": (((1, 0.6), (4, 0.8), (4.6, 0.5), (4.7, 5), (4.9, 10)),),
    "٧": (((0.6, 0.5), (3, 9.8), (5.4, 0.4)),),
    "٨": (((0.6, 9.8), (3, 0.4), (5.4, 10)),),
    "٩": (((4.6, 3.6), (2, 4.6), (1.2, 1.8), (3.2, 0.3), (4.6, 2.4), (4.8, 10)),),
}


@dataclass(kw_only=True)
class Hands:
    """Where marks come from: `pictures` and `trajectories` of real signatures, `pages` of real handwriting.

    `names` are pictures, too: of signatures that are mostly a name written out, in one to three words.
    """

    pictures: Sequence[Path] = ()
    names: Sequence[Path] = ()
    trajectories: Sequence[tuple[Stroke, ...]] = ()
    pages: Sequence[tuple[Stroke, ...]] = ()
    _signatures: list[Mark] = field(default_factory=list)
    _words: list[Mark] = field(default_factory=list)

    def signature(self, rng: np.random.Generator) -> Mark:
        """Somebody's signature, or forgery of one: the locator does not judge."""
        if rng.random() < LEGIBLE:
            return _invented_words(rng, most=3)
        if rng.random() < REAL:
            found = self._real(rng)
            if found is not None:
                return found
        return _from_pool(self._signatures, _invented_signature, rng)

    def words(self, rng: np.random.Generator) -> Mark:
        """A few words as written into a form."""
        chance = rng.random()
        if chance < SIGNED_NAME:
            return self.signature(rng)
        if self.pages and chance < SIGNED_NAME + REAL_WORDS:
            found = _from_page(self.pages[int(rng.integers(len(self.pages)))], rng)
            return mirrored(found) if rng.random() < MIRRORED else found
        if chance > 1.0 - LETTERED:
            lettered = by_typeface(rng)
            if lettered is not None:
                return lettered
        return _from_pool(self._words, _invented_words, rng)

    def _real(self, rng: np.random.Generator) -> Mark | None:
        there = {"pictures": self.pictures, "trajectories": self.trajectories, "names": self.names}
        kinds = [kind for kind, some in there.items() if some]
        if not kinds:
            return None
        shares = np.array([OFTEN[kind] for kind in kinds])
        kind = str(rng.choice(kinds, p=shares / shares.sum()))
        if kind == "trajectories":
            return self._trajectory(rng)
        if kind == "pictures":
            return _picture(self.pictures, rng)
        name = _picture(self.names, rng)
        return name and spread(name, rng)

    def _trajectory(self, rng: np.random.Generator) -> Mark | None:
        strokes = self.trajectories[int(rng.integers(len(self.trajectories)))]
        return Mark(strokes=strokes) if strokes else None


def _picture(paths: Sequence[Path], rng: np.random.Generator) -> Mark | None:
    path = paths[int(rng.integers(len(paths)))]
    try:
        return blot_of(grey(decode(read_bytes(Source.of_file(path)), name=path.name).pixels))
    except ReadingError:
        return None


def _from_pool(pool: list[Mark], make: Callable[[np.random.Generator], Mark], rng: np.random.Generator) -> Mark:
    if len(pool) < POOL:
        pool.append(make(rng))
        return pool[-1]
    at = int(rng.integers(POOL))
    if rng.random() < FRESH:
        pool[at] = make(rng)
    return pool[at]


def _invented_signature(rng: np.random.Generator) -> Mark:
    if rng.random() < 0.3:
        return _scribble(rng)
    signer = Signer.of_seed(int(rng.integers(1, 2**31)))
    return Mark(strokes=tuple(run[:, :2] for run in signer.strokes(1) if len(run) > 1))


def _scribble(rng: np.random.Generator) -> Mark:
    """A signature of no letters: loops, zigzags and a long line."""
    count = int(rng.integers(5, 16))
    steps = rng.normal(0.0, 1.0, (count, 2)) * (float(rng.uniform(0.4, 1.4)), float(rng.uniform(0.5, 1.6)))
    steps[:, 0] += rng.uniform(0.15, 0.9)
    strokes = [smooth(np.cumsum(steps, axis=0))]
    if rng.random() < 0.6:
        low, high = strokes[0].min(axis=0), strokes[0].max(axis=0)
        y = float(rng.uniform(low[1], high[1] + 0.3 * (high[1] - low[1])))
        bow = np.array([[low[0], y], [(low[0] + high[0]) / 2, y - 0.2], [high[0] + 0.5, y - float(rng.normal(0, 0.5))]])
        strokes.append(smooth(bow))
    return Mark(strokes=tuple(strokes))


def smooth(points: Stroke, between: int = 8) -> Stroke:
    """A Catmull-Rom curve through points (n, 2), `between` points for each step."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0.0, 1.0, between, endpoint=False)[:, None]
    before, first, second, after = (padded[k : len(padded) - 3 + k, None, :] for k in range(4))
    curve = 0.5 * (
        2 * first
        + (second - before) * t
        + (2 * before - 5 * first + 4 * second - after) * t**2
        + (3 * first - before - 3 * second + after) * t**3
    )
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def _invented_words(rng: np.random.Generator, most: int = 4) -> Mark:
    """Up to `most` words of syllables in one hand: joined, in letters set apart, or in a running script."""
    if rng.random() < RUNNING:
        return running(int(rng.integers(1, most + 1)), rng)
    hand = Hand(
        slant=float(rng.uniform(-0.1, 0.5)),
        climb=float(rng.uniform(-0.03, 0.04)),
        size=30.0,
        wide=float(rng.uniform(0.9, 1.5)),
        rhythm=float(rng.uniform(0.085, 0.13)),
        pen=Pen(),
    )
    shapes = {letter: own_shape(form, rng) for letter, form in {**SMALL, **CAPITAL}.items()}
    printed = rng.random() < 0.4
    x, strokes = 0.0, []
    for _ in range(int(rng.integers(1, most + 1))):
        word = "".join(str(rng.choice(SYLLABLES)) for _ in range(int(rng.integers(1, 4))))
        if rng.random() < 0.6:
            word = str(rng.choice(sorted(CAPITAL))) + word
        for piece in word if printed else (word,):
            runs = joined(piece, shapes, x, rng)
            strokes += [line[:, :2] for line in (trace(run, hand, rng) for run in runs) if len(line) > 1]
            x += max(0.5, sum(pulse.dx for pulse in runs[0].pulses)) + 0.15
        x += float(rng.uniform(*BETWEEN))
    return Mark(strokes=tuple(strokes))


def running(words: int, rng: np.random.Generator) -> Mark:
    """Words of teeth and bowls along a line, with strokes standing up, tails and dots: as Arabic looks from afar."""
    strokes: list[Stroke] = []
    x, loose = 0.0, float(rng.uniform(0.05, 0.3))
    for _ in range(words * int(rng.integers(1, 4))):
        teeth = int(rng.integers(2, 9))
        across = x + np.cumsum(rng.uniform(0.25, 1.1, teeth))
        down = rng.choice([0.0, -0.7, -1.9, 0.8, 0.1], teeth, p=(0.4, 0.3, 0.1, 0.1, 0.1)) + rng.normal(
            0.0, loose, teeth
        )
        strokes.append(smooth(np.stack([across, down], axis=1), 5))
        for _ in range(int(rng.integers(0, 4))):
            dot = np.array([rng.uniform(x, across[-1]), rng.choice([-1.6, 1.0])])
            strokes.append(np.stack([dot, dot + rng.uniform(0.05, 0.35, 2)]))
        for _ in range(int(rng.choice([0, 1, 2], p=(0.5, 0.35, 0.15)))):
            stem, tall = float(rng.uniform(x, across[-1])), float(rng.uniform(1.8, 3.0))
            strokes.append(np.array([[stem + 0.2, -tall], [stem, 0.1]]) + rng.normal(0.0, loose, (2, 2)))
        if rng.random() < TAILED:
            wide, deep = float(rng.uniform(0.5, 2.6)), float(rng.uniform(0.5, 1.8))
            tail = np.array([[x, 0.0], [x - 0.15 * wide, deep], [x - 0.7 * wide, 0.9 * deep], [x - wide, 0.2 * deep]])
            strokes.append(smooth(tail + rng.normal(0.0, loose / 2, tail.shape)))
        x = float(across[-1]) + float(rng.choice([0.15, 0.9]))
    return Mark(strokes=tuple(strokes))


def _from_page(page: tuple[Stroke, ...], rng: np.random.Generator, most: int = 26) -> Mark:
    """Some strokes on end of a page of handwriting, up to where its next line begins."""
    start = int(rng.integers(max(1, len(page) - 4)))
    taken: list[Stroke] = []
    right = -math.inf
    height = float(np.median([np.ptp(stroke[:, 1]) for stroke in page[start : start + 30]])) + 1.0
    for stroke in page[start : start + int(rng.integers(3, most))]:
        if taken and stroke[:, 0].min() < right - 6.0 * height:
            break
        taken.append(stroke)
        right = max(right, float(stroke[:, 0].max()))
    return Mark(strokes=tuple(taken))


def figures(text: str, rng: np.random.Generator, pitch: float = 1.3) -> Mark:
    """Figures by hand; `pitch` is how far apart they stand, in widths of a figure."""
    slant, high = float(rng.normal(0.1, 0.15)), float(rng.uniform(0.85, 1.2))
    strokes = []
    for place, letter in enumerate(text):
        for line in DIGITS.get(letter, ()):
            points = np.array(line, np.float64) + rng.normal(0.0, 0.35, (len(line), 2))
            points[:, 0] += place * 6.0 * pitch - slant * points[:, 1] + rng.normal(0.0, 0.4)
            points[:, 1] = points[:, 1] * high + rng.normal(0.0, 0.4)
            strokes.append(smooth(points, 5))
    return Mark(strokes=tuple(strokes))
