"""Movements of invented handwriting: each letter is a few arcs of the pen; no person's writing was looked at."""

import math
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """One movement of the pen: an arc to a target, in units of the height of a small letter; y grows upwards."""

    dx: float
    dy: float
    bend: float  # radians turned on the way, positive to the left
    pause: float = 1.0  # how long after the one before it sets in, in units of the hand's rhythm

    def scaled(self, wide: float, high: float) -> "Pulse":
        """The same movement, made wider and higher."""
        return replace(self, dx=self.dx * wide, dy=self.dy * high)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter from where the pen enters to where it leaves, and what is added to it later (a dot, a bar)."""

    pulses: tuple[Pulse, ...]
    later: tuple[tuple[float, float, tuple[Pulse, ...]], ...] = ()  # x, y of its start, from the letter's start


def arcs(*movements: tuple[float, float, float]) -> tuple[Pulse, ...]:
    """Pulses from (dx, dy, bend in degrees)."""
    return tuple(Pulse(dx=dx, dy=dy, bend=math.radians(bend)) for dx, dy, bend in movements)


_OUT: Final = (0.34, 0.06, 80.0)

SMALL: Final[dict[str, Letter]] = {
    "a": Letter(
        pulses=arcs((0.55, 0.92, -10), (-0.5, -0.42, 110), (0.22, -0.5, 90), (0.36, 0.9, 60), (-0.06, -0.95, 10), _OUT)
    ),
    "c": Letter(pulses=arcs((0.5, 0.9, -15), (-0.42, -0.45, 120), (0.42, -0.42, 120), (0.2, 0.12, 30))),
    "d": Letter(
        pulses=arcs((0.5, 0.85, -10), (-0.5, -0.4, 110), (0.25, -0.45, 100), (0.45, 2.1, 30), (-0.1, -2.1, 15), _OUT)
    ),
    "e": Letter(pulses=arcs((0.48, 0.95, 75), (-0.36, -0.8, 110), (0.42, -0.12, 110))),
    "g": Letter(
        pulses=arcs(
            (0.5, 0.9, -10),
            (-0.48, -0.4, 110),
            (0.24, -0.45, 95),
            (0.3, 0.85, 50),
            (-0.25, -2.5, -25),
            (-0.35, 0.25, -130),
            (0.85, 1.4, -40),
        )
    ),
    "h": Letter(pulses=arcs((0.5, 2.2, 60), (-0.4, -2.2, 60), (0.3, 1.0, -50), (0.2, -0.98, -60), _OUT)),
    "i": Letter(pulses=arcs((0.3, 0.98, 15), (-0.08, -0.95, 15), _OUT), later=((0.42, 1.55, arcs((0.1, 0.04, 20))),)),
    "l": Letter(pulses=arcs((0.55, 2.25, 60), (-0.42, -2.2, 65), (0.4, -0.02, 100))),
    "m": Letter(
        pulses=arcs(
            (0.22, 0.95, -40),
            (0.06, -0.95, -50),
            (0.26, 0.95, -40),
            (0.08, -0.92, -60),
            (0.26, 0.88, -40),
            (0.1, -0.88, -50),
            _OUT,
        )
    ),
    "n": Letter(pulses=arcs((0.22, 0.95, -40), (0.05, -0.95, -50), (0.28, 0.95, -45), (0.1, -0.95, -55), _OUT)),
    "o": Letter(
        pulses=arcs((0.45, 0.9, -15), (-0.42, -0.45, 120), (0.3, -0.45, 110), (0.22, 0.85, 130), (0.3, -0.08, -60))
    ),
    "r": Letter(pulses=arcs((0.28, 0.98, 25), (0.24, -0.14, -30), (0.06, -0.84, 10), _OUT)),
    "s": Letter(pulses=arcs((0.42, 1.0, 15), (0.06, -0.75, -100), (-0.3, -0.2, -60), (0.6, 0.05, 60))),
    "t": Letter(
        pulses=arcs((0.36, 1.75, 15), (-0.14, -1.75, 15), _OUT), later=((-0.05, 1.25, arcs((0.85, 0.1, -25))),)
    ),
    "u": Letter(pulses=arcs((0.25, 0.95, 15), (-0.06, -0.92, 25), (0.42, 0.9, 70), (-0.08, -0.9, 15), _OUT)),
    "v": Letter(pulses=arcs((0.25, 0.95, -45), (0.12, -0.95, 20), (0.3, 0.95, 70), (0.26, -0.1, 40))),
    "y": Letter(
        pulses=arcs(
            (0.25, 0.95, 10),
            (-0.04, -0.85, 25),
            (0.4, 0.85, 70),
            (-0.4, -2.5, -20),
            (-0.3, 0.3, -130),
            (0.85, 1.3, -40),
        )
    ),
}

CAPITAL: Final[dict[str, Letter]] = {
    "A": Letter(
        pulses=arcs((-0.2, 0.5, -60), (1.35, 2.3, -25), (0.15, -2.75, 12), (-0.75, 0.85, 200), (1.5, -0.55, 60))
    ),
    "B": Letter(
        pulses=arcs(
            (0.15, 2.5, 5),
            (-0.1, -2.5, 5),
            (0.05, 2.6, -25),
            (0.75, -0.5, -150),
            (-0.6, -0.75, -60),
            (0.8, -0.55, -160),
            (-0.85, -0.7, -80),
            (1.5, 0.05, 70),
        )
    ),
    "C": Letter(pulses=arcs((0.3, 0.35, 90), (-1.0, -0.95, 90), (0.35, -1.55, 80), (1.2, 0.35, 70))),
    "D": Letter(
        pulses=arcs(
            (-0.1, -2.4, 10), (-0.35, 0.2, -190), (1.4, 0.1, 50), (0.25, 1.6, 110), (-1.5, 0.75, 80), (2.0, -2.6, 130)
        )
    ),
    "G": Letter(
        pulses=arcs(
            (0.2, 0.3, 90),
            (-1.0, -1.0, 100),
            (0.4, -1.4, 80),
            (0.75, 1.1, 70),
            (-0.2, -2.0, -20),
            (-0.7, 0.2, -140),
            (1.6, 0.9, -50),
        )
    ),
    "H": Letter(
        pulses=arcs(
            (0.05, -2.6, 15), (-0.3, 0.9, -170), (1.3, 1.7, -30), (-0.2, -2.5, 10), (-0.6, 1.0, -190), (1.35, -0.7, 60)
        )
    ),
    "K": Letter(
        pulses=arcs(
            (-0.2, -2.6, 10), (0.25, 1.3, -30), (1.0, 1.2, 30), (-0.95, -1.25, 20), (0.25, -0.1, 190), (1.1, -1.15, 50)
        )
    ),
    "L": Letter(pulses=arcs((0.75, 1.2, 80), (-0.55, 0.2, 100), (-0.1, -2.4, 40), (-0.4, 0.2, -200), (1.7, -0.25, 30))),
    "M": Letter(pulses=arcs((0.35, 2.4, -20), (0.25, -2.3, 5), (0.65, 2.4, 10), (0.2, -2.4, 5), (0.5, 0.15, 80))),
    "P": Letter(
        pulses=arcs((-0.15, -2.7, 10), (0.1, 2.5, -30), (1.05, -0.1, -110), (-0.9, -1.05, -100), (1.4, -1.1, 90))
    ),
    "R": Letter(
        pulses=arcs((-0.15, -2.6, 10), (0.1, 2.5, -30), (0.95, -0.15, -120), (-0.75, -0.95, -90), (1.25, -1.35, 70))
    ),
    "S": Letter(
        pulses=arcs(
            (0.9, 2.4, 40),
            (-0.65, 0.15, 150),
            (0.45, -1.45, 60),
            (-0.5, -0.95, -120),
            (-0.65, 0.4, -80),
            (1.9, -0.35, 20),
        )
    ),
    "V": Letter(pulses=arcs((0.25, 0.25, -70), (0.45, -2.6, 10), (0.85, 2.6, 20), (0.55, -0.3, 70), (0.25, -1.9, 40))),
}

ENTRY: Final[dict[str, float]] = {
    "C": 2.1,
    "D": 2.4,
    "G": 2.1,
    "H": 2.6,
    "K": 2.6,
    "L": 1.2,
    "P": 2.7,
    "R": 2.6,
    "V": 2.4,
}
"""How far above the line a capital is begun, where it is not begun on it."""

FLOURISHES: Final[tuple[tuple[Pulse, ...], ...]] = (  # in parts of the name's width across, small letters down
    arcs((0.08, -0.9, -60), (-0.75, -0.7, -60), (0.12, -0.35, 190), (0.85, 0.35, 25)),
    arcs((0.05, 0.5, 60), (0.05, -1.9, -120), (-0.9, -0.2, -25), (0.04, -0.3, 200), (0.5, 0.05, 20)),
    arcs((0.12, 0.25, 20), (0.05, 0.8, 120), (-0.12, -0.6, 120), (-0.6, -1.7, -10), (0.3, -0.35, 170), (0.6, 0.5, 20)),
    arcs(
        (0.25, -0.1, 15),
    ),
)
