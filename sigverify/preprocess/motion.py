"""How a hand moves: overlapping pulses, each of lognormal speed and turning evenly along its arc.

The sigma-lognormal model of Plamondon (1995) and of O'Reilly and Plamondon (2009, Pattern Recognition 42).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.preprocess.inking import Pen
from sigverify.preprocess.letterforms import Pulse

STEP: Final = 0.004  # seconds between two points of a trace
PULSE_SPREAD: Final = 0.32  # sigma of the lognormal speed
PULSE_DELAY: Final = -1.75  # mu of it: a pulse is fastest a sixth of a second after its command

Trace = NDArray[np.float64]  # (n, 3) x, y in pixels, y downwards, and the speed in pixels a second


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is written without lifting the pen."""

    x: float  # where it begins, in heights of a small letter
    y: float
    pulses: tuple[Pulse, ...]


@dataclass(frozen=True, kw_only=True)
class Hand:
    """How somebody writes, whatever they write."""

    slant: float  # x gained for every unit of y
    climb: float  # radians by which the line rises
    size: float  # pixels of a small letter's height
    wide: float
    rhythm: float  # seconds between two pulses; the slower, the more angular
    lift: float = 140.0  # pixels a second; slower than this at either end, the pen is not on the paper
    tremor: float = 0.0  # pixels of unsteadiness
    pen: Pen


def trace(run: Run, hand: Hand, rng: np.random.Generator) -> Trace:
    """The path (n, 3) that a run's pulses add up to: x, y downwards, in pixels, and the speed."""
    starts = np.cumsum([0.0] + [pulse.pause * hand.rhythm for pulse in run.pulses[1:]])
    time = np.arange(0.0, starts[-1] + 1.0, STEP)
    path = np.zeros((time.size, 2))
    path += (run.x, run.y)
    for pulse, start in zip(run.pulses, starts, strict=True):
        path += _moved(pulse, time - start)
    across = (path[:, 0] * hand.wide + path[:, 1] * hand.slant) * hand.size
    up = path[:, 1] * hand.size
    turned = np.array([[math.cos(hand.climb), math.sin(hand.climb)], [math.sin(hand.climb), -math.cos(hand.climb)]])
    points = np.stack([across, up], axis=1) @ turned.T
    points += _tremor(time, hand.tremor, rng)
    speed = np.hypot(*np.gradient(points, STEP, axis=0).T)
    moving = np.flatnonzero(speed > hand.lift)
    kept = slice(moving[0], moving[-1] + 1) if moving.size else slice(None)
    return np.column_stack([points, speed])[kept]


def _moved(pulse: Pulse, since: NDArray[np.float64]) -> NDArray[np.float64]:
    """The displacement (n, 2) that one pulse has made at times since its command, in seconds."""
    after = np.maximum(since, 1e-9)
    speed = np.exp(-((np.log(after) - PULSE_DELAY) ** 2) / (2 * PULSE_SPREAD**2)) / after
    speed = np.where(since > 0.0, speed, 0.0)
    total = speed.sum()
    if total == 0.0:
        return np.zeros((since.size, 2))
    done = np.cumsum(speed) / total
    half = pulse.bend / 2.0
    length = math.hypot(pulse.dx, pulse.dy) * (half / math.sin(half) if abs(half) > 1e-3 else 1.0)
    direction = math.atan2(pulse.dy, pulse.dx) - half + pulse.bend * done
    steps = np.diff(done, prepend=0.0)[:, None] * length
    moved: NDArray[np.float64] = np.cumsum(steps * np.stack([np.cos(direction), np.sin(direction)], axis=1), axis=0)
    return moved


def _tremor(time: NDArray[np.float64], size: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Unsteadiness (n, 2) of 5 to 12 Hz, as in a slowly drawn line."""
    rates, phases = rng.uniform(5.0, 12.0, (4, 2)), rng.uniform(0.0, 2 * math.pi, (4, 2))
    waves = np.sin(2 * math.pi * rates * time[:, None, None] + phases)
    shaking: NDArray[np.float64] = size * waves.sum(axis=1) / 2.0
    return shaking
