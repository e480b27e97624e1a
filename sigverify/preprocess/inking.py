"""Ink on paper: traces of a pen as a scanner at 300 dpi would see them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image

FINER: Final = 4  # the line is drawn this many times larger and then reduced, for soft edges
MARGIN: Final = 36  # pixels of paper around the ink
INKS: Final = ((24, 34, 92), (30, 30, 40), (36, 44, 110), (20, 26, 60))  # RGB of blue and blue-black inks
PAPERS: Final = ((250, 248, 241), (247, 247, 245), (252, 250, 246))
FAST: Final = 900.0  # pixels a second at which the line is at half of its play in width


@dataclass(frozen=True, kw_only=True)
class Pen:
    """A pen in a hand."""

    width: float = 3.6  # pixels at 300 dpi, pressed and at rest
    play: float = 0.5  # share of the width lost in the fastest movement
    ink: tuple[int, int, int] = INKS[0]
    paper: tuple[int, int, int] = PAPERS[0]

    @classmethod
    def of_seed(cls, seed: int) -> "Pen":
        """The same pen for the same seed."""
        rng = np.random.default_rng([seed, 7])
        return cls(
            width=float(rng.uniform(3.4, 4.6)),
            play=float(rng.uniform(0.45, 0.6)),
            ink=INKS[int(rng.integers(len(INKS)))],
            paper=PAPERS[int(rng.integers(len(PAPERS)))],
        )

    def varied(self, rng: np.random.Generator) -> "Pen":
        """The same pen on another day."""
        return replace(self, width=self.width * float(rng.uniform(0.9, 1.1)))

    def pressed_evenly(self) -> "Pen":
        """The pen as it is pressed in drawing slowly: heavy, with little play."""
        return replace(self, play=self.play * 0.45)


def on_paper(traces: Sequence[NDArray[np.float64]], pen: Pen, rng: np.random.Generator) -> Image:
    """A scan (h, w, 3) RGB of traces (n, 3) of x, y and speed, in pixels at 300 dpi, with paper all round."""
    every = np.concatenate(traces)
    low, high = every[:, :2].min(axis=0) - MARGIN, every[:, :2].max(axis=0) + MARGIN
    width, height = (math.ceil(side) for side in high - low)
    cover = np.zeros((height * FINER, width * FINER), np.uint8)
    for trace in traces:
        _draw(cover, trace - (*low, 0.0), pen, rng)
    soft = cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(soft, (0, 0), 0.55)
    share = soft.astype(np.float64)[..., None] / 255.0
    paper = np.array(pen.paper) + _texture(height, width, rng)[..., None]
    mixed = paper * (1.0 - share) + np.array(pen.ink, np.float64) * share
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def _draw(cover: NDArray[np.uint8], trace: NDArray[np.float64], pen: Pen, rng: np.random.Generator) -> None:
    """Overlapping dots along the trace, thinner and paler where the pen is fast."""
    speed = _smoothed(trace[:, 2], 9)
    fast = speed / (speed + FAST)
    unsteady = _smoothed(rng.normal(0.0, 1.0, len(trace)), 25) * 0.25
    falling = _smoothed(np.gradient(trace[:, 1]), 9) / np.maximum(1.0, np.hypot(*np.gradient(trace[:, :2], axis=0).T))
    pressed = 1.0 + 0.28 * pen.play * falling  # a finger bends as it pulls the pen down
    radius = pen.width / 2.0 * (pressed - pen.play * fast + 0.3 * unsteady) * _taper(trace)
    density = 255.0 * np.clip(0.97 - 0.22 * pen.play * fast + 0.1 * unsteady, 0.5, 1.0)
    points = trace[:, :2] * FINER
    for at in range(len(trace) - 1):
        steps = max(1, math.ceil(float(np.hypot(*(points[at + 1] - points[at]))) / FINER))
        for part in range(steps):
            x, y = points[at] + (points[at + 1] - points[at]) * (part / steps)
            centre = round(float(x) * 16), round(float(y) * 16)
            size = max(1, round(float(radius[at]) * FINER * 16))
            cv2.circle(cover, centre, size, float(density[at]), -1, cv2.LINE_8, 4)


def _taper(trace: NDArray[np.float64]) -> NDArray[np.float64]:
    """Full in the middle, thinner where the pen comes down and more so where it leaves in full speed."""
    along = np.cumsum(np.hypot(*np.diff(trace[:, :2], axis=0, prepend=trace[:1, :2]).T))
    fast_leaving = trace[-1, 2] / (trace[-1, 2] + FAST / 8.0)
    leaving = np.clip((along[-1] - along) / 22.0, 0.0, 1.0)
    coming = np.clip(0.7 + along / 12.0, 0.0, 1.0)
    taper: NDArray[np.float64] = coming * (1.0 - 0.75 * fast_leaving * (1.0 - leaving))
    return taper


def _smoothed(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    padded = np.pad(values, window // 2, mode="edge")
    return np.convolve(padded, np.ones(window) / window, mode="valid")[: len(values)]


def _texture(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Fibres and shade of paper in grey levels; of few levels, so that files stay small."""
    fine = cv2.GaussianBlur(rng.normal(0.0, 3.0, (height, width)), (0, 0), 1.2)
    broad = cv2.resize(rng.normal(0.0, 1.2, (5, 7)), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.rint(np.asarray(fine + broad, np.float64))
