"""Places on drawn cheques seen from near, as the close-up network meets them, with the truth for every pixel."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Box, Image
from sigverify.preprocess.closeup import FILLS, HEIGHT, WHOLE, WIDTH, pictured
from sigverify.preprocess.composing.canvas import BLACK, Canvas
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.degrading import in_colour, scanned
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.lettering import words
from sigverify.preprocess.composing.printing import STAMP_INKS, bars, date_stamp, ink, rule, stamp, text
from sigverify.preprocess.composing.signing import SAYS
from sigverify.preprocess.page import WHITE

WORKING: Final = (1000, 1500)  # pixels that a cheque is drawn wide
SEARCHED: Final = 0.4  # share of close-ups that ask about no place: anything on them may be a signature
SIGNED: Final = 0.55  # share of these that show some of a signature where there is one
OFF: Final = 0.12  # share of the other close-ups of a signed cheque that ask about something else
TILTED: Final = 0.8  # degrees, standard deviation
COLOURED: Final = 0.6  # share of scans in colour; the others are grey or black and white
INK: Final = 0.4  # share of a pixel that ink of a signature covers from which on the pixel is of it
PRINTED: Final = 0.35  # share of signatures with print through them, besides what the place to sign has
RULED: Final = 0.25  # and with a rule
DASHED: Final = 0.4  # share of these rules that are dashes or dots
BARRED: Final = 0.08  # and with a bar code
STAMPED: Final = 0.12  # share with a stamp on them
CUT: Final = 0.45  # share of places of which a part is asked about, as a locator sees it that does not know names
LEAST: Final = 0.25  # of a signature's width that such a part has
STRAY: Final = 0.05  # standard deviation of each edge of a place, in shares of its size


@dataclass(frozen=True, kw_only=True, eq=False)
class NearSample:
    """A close-up and what is true of it."""

    picture: Image  # (256, 640, 4) as `closeup.pictured` makes it
    truth: NDArray[np.bool_]  # (256, 640) where a signature's ink is


def close_ups(count: int, hands: Hands, rng: np.random.Generator) -> list[NearSample]:
    """So many close-ups of one drawn cheque, each in a scan of its own."""
    canvas = cheque(int(rng.integers(*WORKING)), hands, rng)
    for box in list(canvas.signatures):
        crossed(canvas, box, rng)
    return [_near(canvas, rng) for _ in range(count)]


def crossed(canvas: Canvas, box: Box, rng: np.random.Generator) -> None:
    """Print, rules and stamps through a signature: what banks print stands where people sign."""
    x0, y0, x1, y1 = (edge / canvas.width for edge in box)
    if rng.random() < PRINTED:
        says = str(rng.choice(SAYS)) if rng.random() < 0.6 else words(rng, int(rng.integers(1, 4)))
        x, y = rng.uniform(x0 - 0.05, (x0 + x1) / 2), rng.uniform(y0, y1)
        text(canvas, says, float(x), float(y), float(rng.uniform(0.007, 0.02)), rng, ink(rng))
    if rng.random() < RULED:
        y = float(rng.uniform(y0, y1))
        left, right = float(rng.uniform(x0 - 0.1, x0 + 0.02)), float(rng.uniform(x1 - 0.02, x1 + 0.1))
        if rng.random() < DASHED:
            _dashes(canvas, left, right, y, rng)
        else:
            rule(canvas, left, right, y, rng)
    if rng.random() < BARRED:
        x, y = float(rng.uniform(x0 - 0.1, x1)), float(rng.uniform(y0 - 0.02, y1))
        bars(canvas, (x, y, x + float(rng.uniform(0.08, 0.25)), y + float(rng.uniform(0.015, 0.05))), rng)
    if rng.random() < STAMPED:
        make = date_stamp if rng.random() < 0.4 else stamp
        cover = make(rng, canvas.at(float(rng.uniform(0.06, 0.22))))
        x, y = canvas.at(float(rng.uniform(x0, x1))), canvas.at(float(rng.uniform(y0, y1)))
        colour = BLACK if rng.random() < 0.3 else STAMP_INKS[int(rng.integers(len(STAMP_INKS)))]
        strength = float(rng.uniform(0.4, 1.0))
        canvas.stain(cover, x - cover.shape[1] / 2, y - cover.shape[0] / 2, colour, strength)


def _dashes(canvas: Canvas, x0: float, x1: float, y: float, rng: np.random.Generator) -> None:
    """A rule of dashes or dots."""
    wide, colour = float(rng.uniform(0.0007, 0.002)), ink(rng)
    dash, gap = float(rng.choice([wide, 0.003, 0.008])), float(rng.uniform(0.002, 0.006))
    while x0 < x1:
        canvas.line(x0, y, min(x1, x0 + dash), y, colour, wide)
        x0 += dash + gap


def _near(canvas: Canvas, rng: np.random.Generator) -> NearSample:
    """One place of a sheet, scanned."""
    searched = rng.random() < SEARCHED
    place = _shown(canvas, rng) if searched else _asked(canvas, rng)
    x0, y0, x1, y1 = place
    scale = min(WHOLE / canvas.width, FILLS * WIDTH / (x1 - x0), FILLS * HEIGHT / (y1 - y0))
    way = cv2.getRotationMatrix2D(((x0 + x1) / 2, (y0 + y1) / 2), float(rng.normal(0.0, TILTED)), scale)
    way = way + np.array([[0.0, 0.0, (WIDTH - (x0 + x1)) / 2], [0.0, 0.0, (HEIGHT - (y0 + y1)) / 2]])
    paper = float(rng.choice([255.0, 230.0, 40.0], p=(0.8, 0.1, 0.1)))
    pixels = cv2.warpAffine(canvas.pixels, way, (WIDTH, HEIGHT), borderValue=(paper,) * 3)
    signed = cv2.warpAffine(canvas.signed, way, (WIDTH, HEIGHT))
    corners = np.array([[x0, y0, 1.0], [x1, y1, 1.0]]) @ way.T
    (left, top), (right, bottom) = corners.round().astype(int).tolist()
    seen = _scan(np.asarray(pixels, np.float32), rng)
    about = None if searched else (left, top, right, bottom)
    return NearSample(picture=pictured(seen, about), truth=np.asarray(signed) > INK * WHITE)


def _shown(canvas: Canvas, rng: np.random.Generator) -> Box:
    """The middle of a close-up that asks about no place, as a small box; often with some of a signature about it."""
    x, y = float(rng.uniform(0.1, 0.9)) * canvas.width, float(rng.uniform(0.1, 1.0)) * canvas.height
    if canvas.signatures and rng.random() < SIGNED:
        x0, y0, x1, y1 = canvas.signatures[int(rng.integers(len(canvas.signatures)))]
        wide, high = WIDTH / WHOLE * canvas.width, HEIGHT / WHOLE * canvas.width
        x = float(rng.uniform(x0, x1) + rng.uniform(-0.5, 0.5) * wide)
        y = float(rng.uniform(y0, y1) + rng.uniform(-0.5, 0.5) * high)
    return round(x) - 4, round(y) - 4, round(x) + 4, round(y) + 4


def _scan(pixels: NDArray[np.float32], rng: np.random.Generator) -> Image:
    if rng.random() < COLOURED:
        return in_colour(pixels, rng)
    grey = scanned(pixels, rng)
    if grey.shape != (HEIGHT, WIDTH):
        grey = np.asarray(cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)
    return grey


def _asked(canvas: Canvas, rng: np.random.Generator) -> Box:
    """The place that is asked about, in pixels of the sheet: a signature or part of it, now and then something else."""
    if not canvas.signatures or rng.random() < OFF:
        wide, high = float(rng.uniform(0.06, 0.34)) * canvas.width, float(rng.uniform(0.02, 0.1)) * canvas.width
        x, y = float(rng.uniform(0.0, 0.9)) * canvas.width, float(rng.uniform(0.2, 0.95)) * canvas.height
        return round(x), round(y), round(x + wide), round(y + high)
    box = canvas.signatures[int(rng.integers(len(canvas.signatures)))]
    x0, y0, x1, y1 = (float(edge) for edge in box)
    wide, high = x1 - x0, y1 - y0
    if rng.random() < CUT:
        kept = float(rng.uniform(LEAST, 0.95)) * wide
        x0 += float(rng.choice([0.0, 0.5, 1.0], p=(0.4, 0.2, 0.4))) * (wide - kept)
        x1 = x0 + kept
    stray = rng.normal(0.0, STRAY, 4) * (wide, high, wide, high)
    x0, y0, x1, y1 = (edge + float(off) for edge, off in zip((x0, y0, x1, y1), stray, strict=True))
    return round(x0), round(y0), max(round(x1), round(x0) + 8), max(round(y1), round(y0) + 6)
