"""The layout of a cheque that no bank prints: rows at the top, columns below, filled in and perhaps signed."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.preprocess.composing.canvas import BLACK, Area, Canvas
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.lettering import words
from sigverify.preprocess.composing.papers import decorate, paper_colour, tinted
from sigverify.preprocess.composing.printing import (
    STAMP_INKS,
    bars,
    block,
    comb,
    date_stamp,
    ink,
    lock,
    logo,
    micr,
    rule,
    stamp,
    text,
)
from sigverify.preprocess.composing.signing import JOINT, UNSIGNED, Zone, print_zone, sign
from sigverify.preprocess.composing.writing import (
    Pencase,
    crossing,
    date_text,
    entry,
    flourish,
    number,
    scrawl,
    sum_text,
)

DATED: Final = 0.4  # share of stamps that are a bank's own, with the day
BUSY: Final = 0.4  # share with more handwriting and stamps than a cheque needs
STRUCK: Final = 0.3  # share of what is written besides that has a long stroke through it
STAMPED: Final = 0.3  # and a stamp on top
BLANKED: Final = 0.15  # share that parts were painted over of
ASPECTS: Final = (1.95, 2.75)  # width to height; most are 2.2 to 2.4
RIGHT, LEFT, MIDDLE, ANYWHERE = range(4)  # of the lower half
PLACES: Final = (0.6, 0.16, 0.16, 0.08)  # how often a cheque is signed there


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Who fills in, with what."""

    hands: Hands
    pen: Pencase
    filled: bool


def cheque(width: int, hands: Hands, rng: np.random.Generator, *, lowest: float = 0.0) -> Canvas:
    """Draw one, `width` pixels wide; at least `lowest` times as wide as high."""
    aspect = float(np.clip(rng.normal(2.28, 0.18), max(ASPECTS[0], lowest), ASPECTS[1]))
    canvas = Canvas(width, round(width / aspect), paper_colour(rng))
    decorate(canvas, rng)
    desk = _Desk(hands=hands, pen=Pencase.picked(rng), filled=bool(rng.random() < 0.93))
    if rng.random() < 0.2:
        _border(canvas, rng)
    _header(canvas, desk, rng)
    bottom = _rows(canvas, desk, rng)
    zones = _lower(canvas, desk, bottom, rng)
    if rng.random() < 0.88:
        strip = canvas.tall - float(rng.uniform(0.025, 0.055))
        if rng.random() < 0.3:
            canvas.fill((0.0, strip - 0.02, 1.0, canvas.tall), (250.0, 250.0, 250.0), 0.9)
        micr(canvas, strip, rng)
    if rng.random() < 0.25:
        _stamp(canvas, rng)
    if rng.random() < BUSY:
        _busy(canvas, desk, rng)
    if rng.random() < BLANKED:
        _blank(canvas, rng)
    if rng.random() >= UNSIGNED:
        _signatures(canvas, zones, desk, rng)
    _over(canvas, desk, rng)
    return canvas


def _border(canvas: Canvas, rng: np.random.Generator) -> None:
    edge, wide = float(rng.uniform(0.004, 0.02)), float(rng.uniform(0.001, 0.009))
    colour = ink(rng)
    canvas.frame((edge, edge, 1.0 - edge, canvas.tall - edge), colour, wide)
    if rng.random() < 0.4:
        edge += wide * 1.5
        canvas.frame((edge, edge, 1.0 - edge, canvas.tall - edge), colour, 0.0012)


def _header(canvas: Canvas, desk: _Desk, rng: np.random.Generator) -> None:
    """The bank's name and mark, its address, the number, the date."""
    x, y = float(rng.choice([0.02, 0.05, 0.35], p=(0.5, 0.3, 0.2))), float(rng.uniform(0.01, 0.04))
    if rng.random() < 0.75:
        size = float(rng.uniform(0.03, 0.09))
        logo(canvas, x, y, size, rng)
        x += size + 0.01
    if rng.random() < 0.85:
        colour = ink(rng) if rng.random() < 0.5 else tinted(rng, 0.7, 0.5)
        text(canvas, words(rng, 1) + " BANK", x, y, float(rng.uniform(0.018, 0.045)), rng, colour)
    if rng.random() < 0.7:
        block(canvas, x + float(rng.uniform(0.0, 0.25)), y + 0.045, rng, int(rng.integers(1, 4)), 0.011)
    if rng.random() < 0.5:
        text(
            canvas,
            str(rng.integers(100, 9999999)),
            float(rng.uniform(0.4, 0.88)),
            y,
            float(rng.uniform(0.012, 0.028)),
            rng,
        )
    if rng.random() < 0.82:
        _date(canvas, float(rng.uniform(0.6, 0.76)), float(rng.uniform(0.025, 0.11)), desk, rng)


def _date(canvas: Canvas, x: float, y: float, desk: _Desk, rng: np.random.Generator) -> None:
    pen, high = desk.pen, float(rng.uniform(0.016, 0.026))
    if rng.random() < 0.7:
        x = text(canvas, str(rng.choice(["Date", "DATE", "Le", "the"])), x, y, 0.013, rng) + 0.01
    right = min(0.985, x + float(rng.uniform(0.12, 0.22)))
    boxed = rng.random() < 0.5
    if boxed:
        comb(canvas, (x, y - 0.006, right, y - 0.006 + high * 1.3), 8, rng)
    elif rng.random() < 0.7:
        rule(canvas, x, right, y + high, rng)
    if desk.filled:
        day = date_text(rng).replace("/", "") if boxed else date_text(rng)
        number(canvas, x + 0.004, right, y + high, day, pen, rng)


def _rows(canvas: Canvas, desk: _Desk, rng: np.random.Generator) -> float:
    """The lines for the payee and the sum, and the box for its figures; returns where they end."""
    y = canvas.tall * float(rng.uniform(0.27, 0.36))
    pitch = canvas.tall * float(rng.uniform(0.095, 0.14))
    box_right, box_row = bool(rng.random() < 0.88), int(rng.integers(0, 3))
    lines = int(rng.choice([2, 3, 4], p=(0.25, 0.6, 0.15)))
    box_x = float(rng.uniform(0.68, 0.8))
    mirrored = rng.random() < 0.2
    for row in range(lines):
        x0 = float(rng.uniform(0.02, 0.06))
        label = words(rng, 1) if row < 2 or rng.random() < 0.2 else ""
        if label:
            x0 = text(canvas, label[:18], x0, y - 0.016, float(rng.uniform(0.01, 0.017)), rng) + 0.01
        boxed = box_right and row >= box_row
        x1 = (box_x if boxed else float(rng.uniform(0.82, 0.98))) - 0.015
        if mirrored and rng.random() < 0.7:
            x1 = text(canvas, words(rng, 1)[:14], x1 - 0.12, y - 0.016, 0.013, rng) - 0.14
        if rng.random() < 0.88:
            rule(canvas, x0, x1, y, rng)
        if desk.filled and rng.random() < (0.95 if row < 2 else 0.5):
            entry(canvas, x0, x1, y, desk.hands, desk.pen, rng)
        if box_right and row == box_row:
            _amount(canvas, box_x, y, desk, rng)
        y += pitch
    return min(y - pitch * 0.4, 0.66 * canvas.tall)


def _amount(canvas: Canvas, x: float, base: float, desk: _Desk, rng: np.random.Generator) -> None:
    high, right = float(rng.uniform(0.025, 0.045)), float(rng.uniform(0.93, 0.985))
    sign_wide = float(rng.uniform(0.015, 0.04))
    text(canvas, str(rng.choice(["$", "Rs", "€", "SR", "S$", "R"])), x + 0.004, base - 0.02, 0.02, rng)
    kind = rng.random()
    if kind < 0.75:
        canvas.frame((x, base + 0.008 - high, right, base + 0.008), ink(rng))
        if rng.random() < 0.5:
            canvas.line(x + sign_wide, base + 0.008 - high, x + sign_wide, base + 0.008)
    elif kind < 0.9:
        rule(canvas, x + sign_wide, right, base, rng)
    if desk.filled:
        number(canvas, x + sign_wide + 0.005, right, base, sum_text(rng), desk.pen, rng)
    if rng.random() < 0.2:
        lock(canvas, right - 0.05, base + 0.02, float(rng.uniform(0.012, 0.02)))


def _lower(canvas: Canvas, desk: _Desk, top: float, rng: np.random.Generator) -> list[Zone]:
    """Three columns: one or two to sign in, the others for whatever banks put there."""
    bottom = canvas.tall - float(rng.uniform(0.04, 0.075))
    edges = (0.02, float(rng.uniform(0.28, 0.38)), float(rng.uniform(0.6, 0.72)), 0.985)
    columns: list[Area] = [(edges[k], top, edges[k + 1] - 0.02, bottom) for k in range(3)]
    place = int(rng.choice(4, p=PLACES))
    chosen = {RIGHT: [2], LEFT: [0], MIDDLE: [1]}.get(place, [int(rng.integers(3))])
    if rng.random() < JOINT:
        chosen = sorted({*chosen, int(rng.integers(3))})
    zones = []
    for number_of, area in enumerate(columns):
        if number_of in chosen:
            zones.append(_zone(canvas, area, place, rng))
        else:
            _column(canvas, area, desk, rng)
    if len(chosen) == 1 and rng.random() < JOINT / 2:  # the second one above the first, or beside it in its column
        x0, y0, x1, y1 = zones[0].area
        zones.append(Zone(area=(x0 - 0.15, y0, x1 - 0.15, y1), rule=None, above=False))
    return zones


def _zone(canvas: Canvas, column: Area, place: int, rng: np.random.Generator) -> Zone:
    x0, y0, x1, y1 = column
    if place == ANYWHERE:
        y0 = y0 - float(rng.uniform(0.0, 0.5)) * y0
        y1 = y0 + float(rng.uniform(0.08, 0.15))
    shift = float(rng.normal(0.0, 0.015))
    area = (x0 + shift, y0 + float(rng.uniform(0.0, 0.3)) * (y1 - y0), min(0.99, x1 + shift), y1)
    return print_zone(canvas, area, rng)


def _column(canvas: Canvas, area: Area, desk: _Desk, rng: np.random.Generator) -> None:
    """A part of the lower half where nobody signs: account, address, memo, place and date, a code, nothing."""
    x0, y0, x1, y1 = area
    middle = (y0 + y1) / 2
    for part in rng.choice(8, size=int(rng.integers(1, 4)), replace=False):
        y = float(rng.uniform(y0, max(y0 + 0.01, y1 - 0.03)))
        if part == 0:
            _account(canvas, (x0, y, x1, y), desk, rng)
        elif part == 1:
            block(canvas, x0 + float(rng.uniform(0.0, 0.08)), y, rng, int(rng.integers(1, 5)))
        elif part == 2:
            _memo(canvas, (x0, y, x1, y1), desk, rng)
        elif part == 3:
            shade = float(rng.uniform(150, 240))
            canvas.fill((x0, y, x0 + float(rng.uniform(0.1, 0.26)), y + float(rng.uniform(0.03, 0.1))), (shade,) * 3)
        elif part == 4:
            bars(canvas, (x0, y, x0 + float(rng.uniform(0.08, 0.2)), y + 0.025), rng)
        elif part == 5:
            canvas.frame((x0, y, x1 - 0.04, min(y1, y + float(rng.uniform(0.04, 0.14)))), ink(rng))
            block(canvas, x0 + 0.01, y + 0.006, rng, int(rng.integers(1, 5)), 0.012)
        elif part == 6:
            _date(canvas, x0, middle, desk, rng)
        else:
            text(canvas, words(rng, int(rng.integers(2, 5))), x0, y, float(rng.uniform(0.009, 0.02)), rng, ink(rng))


def _account(canvas: Canvas, area: Area, desk: _Desk, rng: np.random.Generator) -> None:
    x0, y, x1, _ = area
    if rng.random() < 0.7:
        canvas.frame((x0, y, x1, y + 0.032))
        canvas.line(x0 + 0.07, y, x0 + 0.07, y + 0.032)
    text(canvas, str(rng.choice(["A/c No.", "A/C NO.", "Compte", "No"])), x0 + 0.006, y + 0.008, 0.013, rng)
    value = "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(6, 17))))
    number(canvas, x0 + 0.08, x1, y + 0.025, value, desk.pen, rng)


def _memo(canvas: Canvas, area: Area, desk: _Desk, rng: np.random.Generator) -> None:
    x0, y, x1, y1 = area
    base = min(y1, y + 0.035)
    x = text(canvas, str(rng.choice(["MEMO", "For", "Memo", "Ref", "à", "Nom"])), x0, base - 0.014, 0.013, rng) + 0.008
    if rng.random() < 0.85:
        rule(canvas, x, x1, base, rng)
    if desk.filled and rng.random() < 0.75:
        entry(canvas, x, x1, base, desk.hands, desk.pen, rng)


def _signatures(canvas: Canvas, zones: list[Zone], desk: _Desk, rng: np.random.Generator) -> None:
    same = rng.random() < 0.5
    for zone in zones:
        sign(canvas, zone, desk.hands, desk.pen if same else Pencase.picked(rng), rng)


def _busy(canvas: Canvas, desk: _Desk, rng: np.random.Generator) -> None:
    """More stamps and handwriting; as often where somebody signs, else whatever is busy would pass for unsigned."""
    for _ in range(int(rng.choice([0, 1, 2, 3], p=(0.35, 0.35, 0.2, 0.1)))):
        _stamp(canvas, rng)
    for _ in range(int(rng.choice([0, 1, 2, 3], p=(0.4, 0.25, 0.2, 0.15)))):
        x, base = float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.3, 0.68)) * canvas.tall
        end = min(0.95, x + float(rng.uniform(0.2, 0.6)))
        entry(canvas, x, end, base, desk.hands, desk.pen, rng)
        if rng.random() < STRUCK:
            flourish(canvas, (x, base - 0.08, end, base + 0.04), desk.pen, rng)
        if rng.random() < STAMPED:
            _stamp(canvas, rng, (float(rng.uniform(x, end)), base))


def _blank(canvas: Canvas, rng: np.random.Generator) -> None:
    """Parts that somebody made illegible before the picture was passed on: painted over, white or grey."""
    shade = 255.0 if rng.random() < 0.8 else float(rng.uniform(150.0, 250.0))
    for _ in range(int(rng.integers(1, 8))):
        x, y = float(rng.uniform(-0.05, 0.9)), float(rng.uniform(0.0, 0.95)) * canvas.tall
        wide, high = float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.02, 0.13))
        canvas.fill((x, y, x + wide, y + high), (shade,) * 3)


def _stamp(canvas: Canvas, rng: np.random.Generator, about: tuple[float, float] | None = None) -> None:
    """A stamp anywhere, or about a place in shares of the width."""
    make = date_stamp if rng.random() < DATED else stamp
    cover = make(rng, canvas.at(float(rng.uniform(0.08, 0.26))))
    x = float(rng.uniform(-0.05, 0.95)) * canvas.width - cover.shape[1] / 2
    y = float(rng.uniform(0.1, 1.0)) * canvas.height - cover.shape[0] / 2
    if about is not None:
        x, y = canvas.at(about[0]) - cover.shape[1] / 2, canvas.at(about[1]) - cover.shape[0] / 2
    colour = BLACK if rng.random() < 0.5 else STAMP_INKS[int(rng.integers(len(STAMP_INKS)))]
    canvas.stain(cover, x, y, colour, float(rng.uniform(0.55, 1.0)))


def _over(canvas: Canvas, desk: _Desk, rng: np.random.Generator) -> None:
    """What comes on top: stamps of the clearing, crossings, notes, small print along the edge, a code at the side."""
    for _ in range(int(rng.choice([0, 1, 2, 3], p=(0.66, 0.2, 0.1, 0.04)))):
        _stamp(canvas, rng)
    if rng.random() < 0.15:
        crossing(canvas, rng)
    if rng.random() < 0.12:
        y = float(rng.uniform(0.2, 0.7)) * canvas.tall
        x = float(rng.uniform(0.0, 0.6))
        scrawl(canvas, (x, y, x + 0.3, y + 0.06), rng, desk.hands)
    if rng.random() < 0.2:
        y = float(rng.uniform(0.1, 0.6)) * canvas.tall
        bars(canvas, (0.965, y, 0.99, y + float(rng.uniform(0.1, 0.2))), rng)
    if rng.random() < 0.08:
        canvas.line(0.0, canvas.tall * 0.2, 0.0, canvas.tall, BLACK, 0.004)
