"""Sheets that are no cheque: blank ones, pages of print, letters, forms; some of them signed."""

from typing import Final

import numpy as np

from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.lettering import words
from sigverify.preprocess.composing.papers import decorate, paper_colour
from sigverify.preprocess.composing.printing import bars, ink, logo, rule, stamp, text
from sigverify.preprocess.composing.signing import print_zone, sign
from sigverify.preprocess.composing.writing import Pencase, entry

SIGNED: Final = 0.5  # share of sheets with a signature; of blank ones none


def sheet(width: int, aspect: float, hands: Hands, rng: np.random.Generator) -> Canvas:
    """Draw one, `width` pixels wide and `aspect` times as wide as high."""
    canvas = Canvas(width, round(width / aspect), paper_colour(rng))
    kind = rng.random()
    if rng.random() < 0.3:
        decorate(canvas, rng)
    if kind < 0.15:
        return canvas
    if rng.random() < 0.5:
        logo(canvas, float(rng.uniform(0.03, 0.7)), 0.03, 0.08, rng)
    _filled(canvas, hands, rng, form=kind < 0.55)
    if rng.random() < SIGNED:
        x, y = float(rng.uniform(0.04, 0.6)), canvas.tall * float(rng.uniform(0.55, 0.85))
        zone = print_zone(canvas, (x, y, x + 0.32, y + 0.1), rng)
        sign(canvas, zone, hands, Pencase.picked(rng), rng)
    if rng.random() < 0.2:
        cover = stamp(rng, canvas.at(float(rng.uniform(0.1, 0.25))))
        canvas.stain(
            cover, float(rng.uniform(0, 0.7)) * canvas.width, float(rng.uniform(0, 0.8)) * canvas.height, ink(rng)
        )
    return canvas


def _filled(canvas: Canvas, hands: Hands, rng: np.random.Generator, *, form: bool) -> None:
    """Rows of print from top to bottom; in a form, lines that are written on among them."""
    pen = Pencase.picked(rng)
    high = float(rng.uniform(0.01, 0.018))
    y, end = 0.05 + float(rng.uniform(0.0, 0.08)), canvas.tall * float(rng.uniform(0.4, 0.95))
    while y < end:
        if form and rng.random() < 0.5:
            x = text(canvas, words(rng, 1)[:20], 0.05, y, high, rng) + 0.01
            rule(canvas, x, 0.95, y + high * 1.2, rng)
            if rng.random() < 0.6:
                entry(canvas, x, 0.9, y + high * 1.2, hands, pen, rng)
            y += high * 3.0
        elif rng.random() < 0.04:
            bars(canvas, (0.6, y, 0.85, y + 0.03), rng)
            y += 0.05
        else:
            text(canvas, words(rng, int(rng.integers(2, 9)))[: int(0.9 / (high * 0.55))], 0.05, y, high, rng)
            y += high * float(rng.choice([1.5, 3.0], p=(0.8, 0.2)))
