"""Printed parts of a cheque: blocks of text, boxes, combs, the MICR line, logos, bar codes, stamps."""

from typing import Final

import cv2
import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.composing.canvas import BLACK, Area, Canvas, Colour
from sigverify.preprocess.composing.hands import running, smooth
from sigverify.preprocess.composing.lettering import words, written
from sigverify.preprocess.composing.papers import tinted

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAI", "JUN", "JUL", "AUG", "SEP", "OKT", "NOV", "DEC")
STAMP_INKS: Final[tuple[Colour, ...]] = ((60, 50, 160), (150, 40, 60), (40, 40, 45), (90, 60, 140), (40, 110, 70))


def text(
    canvas: Canvas, label: str, x: float, y: float, high: float, rng: np.random.Generator, colour: Colour = BLACK
) -> float:
    """Print `label` with its upper left corner at (x, y), `high` high; returns where it ends, all in shares."""
    cover = written(label, canvas.at(high), rng)
    canvas.stain(cover, canvas.at(x), canvas.at(y), colour, float(rng.uniform(0.75, 1.0)))
    return float(x + cover.shape[1] / canvas.width)


def block(canvas: Canvas, x: float, y: float, rng: np.random.Generator, rows: int, high: float = 0.014) -> None:
    """Some short rows of small print."""
    colour = ink(rng)
    for row in range(rows):
        text(canvas, words(rng, int(rng.integers(1, 4))), x, y + row * high * 1.35, high, rng, colour)


def ink(rng: np.random.Generator) -> Colour:
    """The colour of print: mostly black."""
    return BLACK if rng.random() < 0.7 else tinted(rng, float(rng.uniform(0.4, 0.9)), float(rng.uniform(0.2, 0.6)))


def rule(canvas: Canvas, x0: float, x1: float, y: float, rng: np.random.Generator) -> None:
    """A line to write on: drawn through, dotted, dashed, or of small print."""
    kind, colour = rng.random(), ink(rng)
    wide = float(rng.uniform(0.0008, 0.0022))
    if kind < 0.6:
        canvas.line(x0, y, x1, y, colour, wide)
        return
    step = float(rng.uniform(0.003, 0.012))
    on = step * float(rng.uniform(0.3, 0.7))
    cover = np.zeros((max(1, round(canvas.at(wide))), max(1, round(canvas.at(x1 - x0)))), np.uint8)
    places = np.arange(cover.shape[1]) / canvas.width
    cover[:, places % step < on] = 255
    canvas.stain(cover, canvas.at(x0), canvas.at(y), colour)


def comb(canvas: Canvas, area: Area, cells: int, rng: np.random.Generator) -> None:
    """A row of boxes for one figure each, perhaps with D D M M Y Y below."""
    x0, y0, x1, y1 = area
    colour = ink(rng)
    canvas.frame(area, colour)
    for cell in range(1, cells):
        x = x0 + (x1 - x0) * cell / cells
        canvas.line(x, y0, x, y1, colour)
    if rng.random() < 0.7:
        high = (y1 - y0) * 0.5
        for cell in range(cells):
            text(
                canvas, "DDMMYYYY"[cell % 8], x0 + (x1 - x0) * (cell + 0.3) / cells, y1 + high * 0.4, high, rng, colour
            )


def micr(canvas: Canvas, y: float, rng: np.random.Generator) -> None:
    """A line as of E13B: figures of bars and blocks, all of one width, in three or four groups."""
    high, thin = canvas.at(float(rng.uniform(0.014, 0.02))), bool(rng.random() < 0.3)
    x = canvas.at(float(rng.uniform(0.03, 0.3)))
    for _ in range(int(rng.integers(2, 5))):
        for _ in range(int(rng.integers(2, 13))):
            canvas.stain(_magnetic(high, thin, rng), x, canvas.at(y), BLACK)
            x += high * float(rng.uniform(0.98, 1.0))
        x += canvas.at(float(rng.uniform(0.01, 0.08)))


def _magnetic(high: float, thin: bool, rng: np.random.Generator) -> Image:
    """One figure of it: a frame of a digital clock with some bars missing and some thick."""
    finer = 4
    size = max(4, round(high * finer))
    wide = round(size * 0.62)
    cover = np.zeros((size, size), np.uint8)
    bar, fat = max(1, size // 9), max(1, size // (9 if thin else 4))
    for y in (0, size // 2, size - bar):
        if rng.random() < 0.75:
            cover[y : y + bar, :wide] = 255
    for x in (0, wide):
        for y in (0, size // 2):
            if rng.random() < 0.65:
                cover[y : y + size // 2 + bar, x : x + (fat if rng.random() < 0.4 else bar)] = 255
    return cv2.resize(cover, (max(2, size // finer),) * 2, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def logo(canvas: Canvas, x: float, y: float, size: float, rng: np.random.Generator) -> None:
    """A mark of simple shapes in a strong colour."""
    pixels = max(8, round(canvas.at(size)))
    cover = np.zeros((pixels, pixels), np.uint8)
    for _ in range(int(rng.integers(1, 5))):
        corners = rng.uniform(0.0, pixels, (int(rng.integers(3, 6)), 2))
        shape = smooth(corners) if rng.random() < 0.4 else corners
        tone = 255.0 if rng.random() < 0.8 else 0.0
        if rng.random() < 0.35:
            cv2.circle(cover, (pixels // 2, pixels // 2), int(rng.integers(3, pixels // 2)), tone, -1, cv2.LINE_AA)
        elif rng.random() < 0.6:
            cv2.fillPoly(cover, [shape.astype(np.int32)], tone, cv2.LINE_AA)
        else:
            cv2.polylines(cover, [shape.astype(np.int32)], True, tone, int(rng.integers(1, 5)), cv2.LINE_AA)
    colour = BLACK if rng.random() < 0.4 else tinted(rng, float(rng.uniform(0.3, 1.0)), float(rng.uniform(0.2, 0.9)))
    canvas.stain(cover, canvas.at(x), canvas.at(y), colour)


def bars(canvas: Canvas, area: Area, rng: np.random.Generator) -> None:
    """A bar code, lying or standing."""
    x0, y0, x1, y1 = (canvas.at(edge) for edge in area)
    standing = y1 - y0 > x1 - x0
    length = max(4, round(y1 - y0 if standing else x1 - x0))
    code = np.repeat(rng.integers(0, 2, length) * 255, rng.integers(1, 4, length))[:length].astype(np.uint8)
    across = max(2, round(x1 - x0 if standing else y1 - y0))
    cover = np.repeat(code[:, None], across, axis=1) if standing else np.repeat(code[None], across, axis=0)
    canvas.stain(cover, x0, y0, BLACK)


def lock(canvas: Canvas, x: float, y: float, size: float) -> None:
    """The padlock that stands for hidden marks of security."""
    canvas.fill((x, y + size * 0.45, x + size * 0.8, y + size), BLACK)
    canvas.frame((x + size * 0.18, y, x + size * 0.62, y + size * 0.5), BLACK, size * 0.12)


def stamp(rng: np.random.Generator, size: float) -> Image:
    """How far a rubber stamp about `size` pixels wide covers the paper (h, w): round or with corners, turned, worn."""
    high = size * float(rng.uniform(0.3, 0.7)) if rng.random() < 0.65 else size
    cover = np.zeros((max(12, round(high)), max(12, round(size))), np.uint8)
    height, width = cover.shape
    thick = int(rng.integers(1, 4))
    if high == size:
        for share in (0.48, 0.3):
            cv2.circle(cover, (width // 2, height // 2), max(2, int(width * share)), 255, thick, cv2.LINE_AA)
    elif rng.random() < 0.75:
        cv2.rectangle(cover, (2, 2), (width - 3, height - 3), 255, thick)
    rows = int(rng.integers(1, 4))
    for row in range(rows):
        letters = written(words(rng, int(rng.integers(1, 3))), max(6.0, height / (rows + 1.5) * 0.75), rng)
        letters = letters[:, : int(width * 0.9)]
        x, y = (width - letters.shape[1]) // 2, round(height * (row + 0.7) / (rows + 0.6) - letters.shape[0] / 2)
        y = min(max(0, y), max(0, height - letters.shape[0]))
        into = cover[y : y + letters.shape[0], x : x + letters.shape[1]]
        np.maximum(into, letters[: into.shape[0], : into.shape[1]], out=into)
    if rng.random() < 0.55:
        cover = _worn(cover, rng)
    return _turned(cover, float(rng.normal(0.0, 14.0)))


def date_stamp(rng: np.random.Generator, size: float) -> Image:
    """How far a bank's stamp about `size` pixels wide covers the paper (h, w): a date, and script above and below."""
    corners = bool(rng.random() < 0.7)
    high = size * (float(rng.uniform(0.45, 0.75)) if corners else 1.0)
    cover = np.zeros((max(16, round(high)), max(16, round(size))), np.uint8)
    height, width = cover.shape
    for inset in (2, 2 + round(0.06 * size))[: int(rng.integers(1, 3))]:
        thick = max(1, round(size * float(rng.uniform(0.008, 0.03))))
        if corners:
            cv2.rectangle(cover, (inset, inset), (width - 1 - inset, height - 1 - inset), 255, thick)
        else:
            cv2.circle(cover, (width // 2, height // 2), max(2, width // 2 - inset), 255, thick, cv2.LINE_AA)
    day = f"{rng.integers(1, 31)} {rng.choice(MONTHS)} {rng.integers(1990, 2027)}"
    _centred(cover, written(day, height * 0.16, rng, foreign=False), 0.5)
    for place in (0.28, 0.74):
        if rng.random() < 0.55:
            script = running(int(rng.integers(1, 4)), rng).cover(width * float(rng.uniform(0.4, 0.8)), 1.5, rng)
        else:
            script = written(words(rng, 2), max(6.0, height * 0.16), rng, foreign=bool(rng.random() < 0.7))
        _centred(cover, script[: height // 3], place)
    return _turned(_worn(cover, rng) if rng.random() < 0.5 else cover, float(rng.normal(0.0, 18.0)))


def _centred(cover: Image, letters: Image, place: float) -> None:
    """Letters (h, w) into a stamp, their middle at a share of its height."""
    height, width = cover.shape
    letters = letters[: round(height * 0.4), : round(width * 0.86)]
    x, y = (width - letters.shape[1]) // 2, max(0, round(height * place) - letters.shape[0] // 2)
    into = cover[y : y + letters.shape[0], x : x + letters.shape[1]]
    np.maximum(into, letters[: into.shape[0]], out=into)


def _worn(cover: Image, rng: np.random.Generator) -> Image:
    coarse = rng.uniform(0.0, 1.0, (6, 10)).astype(np.float32)
    patches = np.clip(cv2.resize(coarse, cover.shape[::-1], interpolation=cv2.INTER_CUBIC) * 1.6, 0.15, 1.0)
    grain = rng.uniform(0.5, 1.0, cover.shape)
    worn: Image = (cover * patches * grain).astype(np.uint8)
    return worn


def _turned(cover: Image, degrees: float) -> Image:
    height, width = cover.shape
    reach = int(np.hypot(height, width)) + 2
    way = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    way[:, 2] += ((reach - width) / 2, (reach - height) / 2)
    return cv2.warpAffine(cover, way, (reach, reach))  # type: ignore[return-value]
