"""What people write on a cheque besides signing it: names, sums, dates, crossings, notes."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.preprocess.composing.canvas import Canvas, Colour
from sigverify.preprocess.composing.hands import Hands, figures, smooth
from sigverify.preprocess.composing.lettering import words, written
from sigverify.preprocess.composing.marks import Mark

INKS: Final[tuple[Colour, ...]] = (
    (20.0, 20.0, 25.0), (25.0, 35.0, 110.0), (40.0, 60.0, 160.0), (30.0, 30.0, 70.0), (60.0, 60.0, 66.0),
    (150.0, 40.0, 50.0), (20.0, 80.0, 70.0),
)  # fmt: skip
EASTERN: Final = 0.15  # share of figures by hand that are Eastern Arabic ones
EASTERN_FIGURES: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FATTEST: Final = 0.1  # of the height of what is written; a thicker line would run together
PENS: Final = (0.0016, 0.0048)  # widths of a line, in shares of the cheque's width


@dataclass(frozen=True, kw_only=True)
class Pencase:
    """The pen that somebody has in hand."""

    colour: Colour
    wide: float  # in shares of the cheque's width
    strength: float  # 1 covers

    @classmethod
    def picked(cls, rng: np.random.Generator) -> "Pencase":
        """Some pen, mostly a dark one."""
        low, high = np.log(PENS)
        return cls(
            colour=INKS[int(rng.choice(len(INKS), p=(0.36, 0.22, 0.14, 0.12, 0.08, 0.04, 0.04)))],
            wide=float(np.exp(rng.uniform(low, high))),
            strength=float(rng.uniform(0.65, 1.0) if rng.random() < 0.9 else rng.uniform(0.35, 0.65)),
        )


def enter(
    canvas: Canvas, mark: Mark, x0: float, x1: float, base: float, high: float, pen: Pencase, rng: np.random.Generator
) -> None:
    """Write a mark onto a line at `base`, letters `high` high, no farther than `x1`; all in shares of the width."""
    own_width, own_height = mark.size
    wide = min(x1 - x0, high * 1.6 * own_width / own_height)
    line = min(pen.wide, FATTEST * wide * own_height / own_width)
    cover = mark.cover(max(6.0, canvas.at(wide)), max(0.8, canvas.at(line)), rng)
    most = canvas.at(high * 3.0)
    if cover.shape[0] > most:  # a stroke that runs down the page
        return
    lift = float(rng.uniform(0.7, 1.0)) * cover.shape[0]
    canvas.stain(cover, canvas.at(x0), canvas.at(base) - lift, pen.colour, pen.strength)


def entry(
    canvas: Canvas, x0: float, x1: float, base: float, hands: Hands, pen: Pencase, rng: np.random.Generator
) -> None:
    """A name or a sum in words on a line, by hand or typed, one to three pieces after each other."""
    high = float(rng.uniform(0.018, 0.05))
    if rng.random() < 0.15:
        from_left = x0 + float(rng.uniform(0.01, 0.1))
        cover = written(
            words(rng, int(rng.integers(2, 5))), canvas.at(high * 0.7), rng, foreign=bool(rng.random() < 0.1)
        )
        canvas.stain(cover, canvas.at(from_left), canvas.at(base) - cover.shape[0] - 1, pen.colour)
        return
    x = x0 + float(rng.uniform(0.0, 0.3)) ** 1.5 * (x1 - x0)
    for _ in range(int(rng.integers(1, 6))):
        if x1 - x < 0.05:
            return
        end = min(x1, x + float(rng.uniform(0.15, 0.5)))
        enter(canvas, hands.words(rng), x, end, base, high, pen, rng)
        x = end + 0.01


def number(
    canvas: Canvas, x0: float, x1: float, base: float, text: str, pen: Pencase, rng: np.random.Generator
) -> None:
    """Figures by hand or typed."""
    high = float(rng.uniform(0.014, 0.03))
    if rng.random() < 0.3:
        cover = written(text, canvas.at(high), rng, foreign=False)
        canvas.stain(cover, canvas.at(x0), canvas.at(base) - cover.shape[0] - 1, pen.colour)
        return
    if rng.random() < EASTERN:
        text = text.translate(EASTERN_FIGURES)
    enter(canvas, figures(text, rng, float(rng.uniform(1.15, 1.7))), x0, x1, base, high, pen, rng)


def date_text(rng: np.random.Generator) -> str:
    """A day, as people write it."""
    sign = str(rng.choice(["/", "-", ".", ""]))
    year = str(rng.integers(1990, 2027))
    return sign.join(
        (f"{rng.integers(1, 29):02d}", f"{rng.integers(1, 13):02d}", year if rng.random() < 0.6 else year[2:])
    )


def sum_text(rng: np.random.Generator) -> str:
    """An amount in figures, guarded at its end or not."""
    whole = f"{rng.integers(1, 10 ** int(rng.integers(2, 8))):,}"
    end = str(rng.choice(["", "/-", ".00", "=", "/="]))
    guard = str(rng.choice(["", "", "", "#", "*"]))
    return guard + (whole if rng.random() < 0.6 else whole.replace(",", "")) + end + guard


def crossing(canvas: Canvas, rng: np.random.Generator) -> None:
    """Two parallel lines over a corner, by hand or printed, perhaps with words between them."""
    pen = Pencase.picked(rng)
    reach, apart = float(rng.uniform(0.08, 0.25)), float(rng.uniform(0.02, 0.04))
    for shift in (0.0, apart):
        wobble = rng.normal(0.0, 0.004, 4)
        canvas.line(
            wobble[0], reach * 0.8 + shift + wobble[1], reach + shift + wobble[2], wobble[3], pen.colour, pen.wide
        )


def scrawl(canvas: Canvas, area: tuple[float, float, float, float], rng: np.random.Generator, hands: Hands) -> None:
    """A clerk's note or a line struck through something; not a signature."""
    x0, y0, x1, y1 = area
    pen = Pencase.picked(rng)
    if rng.random() < 0.4:
        canvas.line(x0, float(rng.uniform(y0, y1)), x1, float(rng.uniform(y0, y1)), pen.colour, pen.wide)
    elif rng.random() < 0.6:
        number(canvas, x0, x1, (y0 + y1) / 2, str(rng.integers(10, 99999)), pen, rng)
    else:
        enter(canvas, hands.words(rng), x0, x1, (y0 + y1) / 2, 0.02, pen, rng)


def flourish(canvas: Canvas, area: tuple[float, float, float, float], pen: Pencase, rng: np.random.Generator) -> None:
    """Long bowed strokes through what is written, so that nothing can be added to it; not a signature."""
    x0, y0, x1, y1 = area
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.uniform((x0, y0), (x1, y1), (2, 2))
        ends[1, 0] = ends[0, 0] + float(rng.uniform(-0.6, 0.6)) * (x1 - x0)
        bow = ends.mean(axis=0) + rng.normal(0.0, 0.2, 2) * (x1 - x0, y1 - y0)
        strokes.append(smooth(np.stack([ends[0], bow, ends[1]]), 12))
    mark = Mark(strokes=tuple(strokes))
    points = np.concatenate(strokes)
    cover = mark.cover(max(6.0, canvas.at(mark.size[0])), max(0.8, canvas.at(pen.wide)), rng)
    low = points.min(axis=0)
    canvas.stain(cover, canvas.at(float(low[0])), canvas.at(float(low[1])), pen.colour, pen.strength)
