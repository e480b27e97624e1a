"""What is on a cheque's paper before anything else: shades, screens, guilloche, ghost pictures, repeated names."""

import colorsys
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.preprocess.composing.canvas import Canvas, Colour
from sigverify.preprocess.composing.hands import smooth
from sigverify.preprocess.composing.lettering import words, written

PLAIN: Final = 0.18  # share of sheets without any background
FIXED: Final = 2**4  # OpenCV draws at 1/16 of a pixel


def paper_colour(rng: np.random.Generator) -> Colour:
    """Nearly white, or of a pale colour."""
    if rng.random() < 0.45:
        shade = float(rng.uniform(232, 255))
        return shade, shade, shade - float(rng.uniform(0, 14))
    return tinted(rng, float(rng.uniform(0.03, 0.32)), float(rng.uniform(0.8, 1.0)))


def tinted(rng: np.random.Generator, saturation: float, value: float) -> Colour:
    """A colour of any hue."""
    r, g, b = colorsys.hsv_to_rgb(float(rng.random()), saturation, value)
    return r * 255.0, g * 255.0, b * 255.0


def decorate(canvas: Canvas, rng: np.random.Generator) -> None:
    """Print a background, or none."""
    if rng.random() < PLAIN:
        return
    if rng.random() < 0.35:
        _band(canvas, rng)
    for chance, print_it in ((0.25, _shade), (0.4, _guilloche), (0.25, _screen), (0.22, _ghost), (0.15, _names)):
        if rng.random() < chance:
            print_it(canvas, rng)


def _pale(rng: np.random.Generator) -> tuple[Colour, float]:
    """A colour of background print, and its strength; now and then so strong that it survives as black."""
    strong = rng.random() < 0.12
    return tinted(rng, float(rng.uniform(0.0, 0.7)), float(rng.uniform(0.2, 0.75))), float(
        rng.uniform(0.35, 0.6) if strong else rng.uniform(0.06, 0.3)
    )


def _band(canvas: Canvas, rng: np.random.Generator) -> None:
    """A coloured field under the middle rows between a plain head and foot, or the other way about."""
    top, bottom = float(rng.uniform(0.0, 0.25)) * canvas.tall, float(rng.uniform(0.7, 1.0)) * canvas.tall
    colour = tinted(rng, float(rng.uniform(0.05, 0.35)), float(rng.uniform(0.8, 1.0)))
    if rng.random() < 0.65:
        canvas.fill((0.0, top, 1.0, bottom), colour, 0.8)
        return
    canvas.fill((0.0, 0.0, 1.0, top), colour, 0.8)
    canvas.fill((0.0, bottom, 1.0, canvas.tall), colour, 0.8)


def _shade(canvas: Canvas, rng: np.random.Generator) -> None:
    """Light and dark parts with soft borders, down to a grey that a clerk still writes on."""
    coarse = rng.uniform(0.0, 1.0, (int(rng.integers(2, 6)), int(rng.integers(2, 9)))).astype(np.float32)
    soft = cv2.resize(coarse, (canvas.width, canvas.height), interpolation=cv2.INTER_CUBIC)[..., None]
    canvas.pixels *= 1.0 - float(rng.uniform(0.05, 0.3)) * np.clip(soft, 0.0, 1.0)


def _guilloche(canvas: Canvas, rng: np.random.Generator) -> None:
    """Bundles of waves, or rosettes, of fine lines."""
    cover = np.zeros((canvas.height, canvas.width), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        lines = _rosette(canvas, rng) if rng.random() < 0.4 else _waves(canvas, rng)
        fixed = [np.round(line * FIXED).astype(np.int32) for line in lines]
        cv2.polylines(cover, fixed, False, 255, 1, cv2.LINE_AA, 4)
    colour, strength = _pale(rng)
    canvas.stain(cover, 0, 0, colour, strength * 1.3)


def _waves(canvas: Canvas, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    x = np.linspace(0.0, canvas.width, 90)
    lines = []
    middle, spread = float(rng.uniform(0, canvas.height)), float(rng.uniform(0.02, 0.4)) * canvas.height
    rate, second = rng.uniform(0.005, 0.05), rng.uniform(0.003, 0.02)
    for share in np.linspace(-1.0, 1.0, int(rng.integers(6, 40))):
        y = middle + spread * share * np.cos(x * second) + spread * 0.4 * np.sin(x * rate + share * 2.0)
        lines.append(np.stack([x, y], axis=1))
    return lines


def _rosette(canvas: Canvas, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    turn = np.linspace(0.0, 2 * np.pi, 160)
    centre = rng.uniform(0.0, 1.0, 2) * (canvas.width, canvas.height)
    size = float(rng.uniform(0.05, 0.3)) * canvas.width
    petals = int(rng.integers(3, 14))
    rings = []
    for share in np.linspace(0.2, 1.0, int(rng.integers(5, 20))):
        reach = size * (share + 0.25 * np.sin(petals * turn + share * 3.0))
        rings.append(centre + reach[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    return rings


def _screen(canvas: Canvas, rng: np.random.Generator) -> None:
    """Fine hatching or dots over the sheet or a part of it."""
    angle, pitch = float(rng.uniform(0, np.pi)), float(rng.uniform(3.0, 14.0))
    wave = _wave(canvas, np.cos(angle) * 2 * np.pi / pitch, np.sin(angle) * 2 * np.pi / pitch)
    if rng.random() < 0.5:
        wave = wave * _wave(canvas, np.sin(angle) * 2 * np.pi / pitch, -np.cos(angle) * 2 * np.pi / pitch)
    cover = np.clip(wave * 200.0 + 40.0, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        x0, y0 = int(rng.uniform(0, 0.6) * canvas.width), int(rng.uniform(0, 0.6) * canvas.height)
        part = cover[
            y0 : y0 + int(rng.uniform(0.2, 1) * canvas.height), x0 : x0 + int(rng.uniform(0.2, 1) * canvas.width)
        ]
        kept = part.copy()
        cover[:] = 0
        cover[y0 : y0 + kept.shape[0], x0 : x0 + kept.shape[1]] = kept
    colour, strength = _pale(rng)
    canvas.stain(cover, 0, 0, colour, strength)


def _wave(canvas: Canvas, across: float, down: float) -> NDArray[np.float32]:
    """The sine of `across` x + `down` y over the sheet, as a sum of products: a sine a row and column only."""
    x, y = np.arange(canvas.width) * across, np.arange(canvas.height)[:, None] * down
    return np.asarray(np.sin(x) * np.cos(y) + np.cos(x) * np.sin(y), np.float32)


def _ghost(canvas: Canvas, rng: np.random.Generator) -> None:
    """A pale picture: blots and outlines, as a building or an animal that has been printed faintly."""
    cover = np.zeros((canvas.height, canvas.width), np.uint8)
    centre = rng.uniform(0.2, 0.8, 2) * (canvas.width, canvas.height)
    for _ in range(int(rng.integers(2, 12))):
        size = float(rng.uniform(0.02, 0.16)) * canvas.width
        corners = centre + rng.normal(0.0, 1.0, (int(rng.integers(3, 8)), 2)) * size
        shape = smooth(corners) if rng.random() < 0.6 else corners
        tone = float(rng.uniform(60, 255))
        if rng.random() < 0.5:
            cv2.fillPoly(cover, [shape.astype(np.int32)], tone, cv2.LINE_AA)
        else:
            cv2.polylines(cover, [shape.astype(np.int32)], True, tone, int(rng.integers(1, 4)), cv2.LINE_AA)
    colour, strength = _pale(rng)
    canvas.stain(cover, 0, 0, colour, strength)


def _names(canvas: Canvas, rng: np.random.Generator) -> None:
    """The bank's name all over the sheet in pale small print."""
    cover = written(words(rng, 3), canvas.at(float(rng.uniform(0.012, 0.025))), rng)
    colour, strength = _pale(rng)
    down, across = cover.shape[0] * float(rng.uniform(1.5, 4.0)), cover.shape[1] * float(rng.uniform(1.05, 1.6))
    for row in range(min(24, int(canvas.height / down) + 1)):
        for column in range(min(14, int(canvas.width / across) + 2)):
            canvas.stain(cover, (column - 0.5 * (row % 2)) * across, row * down, colour, strength)
