"""What the distance bar draws, as values. Knows no Qt."""

from dataclasses import dataclass
from enum import Enum

from sigverify.domain import Decision
from sigverify.wording import distance_words


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One specimen's own distance; `label` names the specimen in the tooltip."""

    label: str
    distance: float


@dataclass(frozen=True, kw_only=True)
class Band:
    """Where most of one kind of trial lies, as measured on test writers."""

    label: str
    low: float
    high: float


class Measured(Enum):
    """What the bar has to show."""

    NOTHING = "nothing"  # no pair yet
    NO_DISTANCE = "no distance"  # a pair that cannot be judged
    DISTANCE = "distance"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything the bar draws; distances smaller than 0 or beyond the end are drawn at the edge with an arrow."""

    scale_end: float = 1.4
    threshold: float | None = None
    measured: Measured = Measured.NOTHING
    distance: float | None = None
    decision: Decision | None = None
    ticks: tuple[Tick, ...] = ()
    bands: tuple[Band, ...] = ()
    note: str = ""  # instead of the marker where there is none

    def __post_init__(self) -> None:
        if not self.scale_end > 0:
            raise ValueError("the scale ends beyond 0")
        if (self.measured is Measured.DISTANCE) != (self.distance is not None):
            raise ValueError("a reading has a distance when one was measured, and only then")


def in_words(reading: Reading) -> tuple[str, str]:
    """Distance and threshold as text, empty where there is none; an arrow says that a distance is off the scale."""
    limit = "" if reading.threshold is None else f"{reading.threshold:.3f}"
    if reading.distance is None:
        return "", limit
    value = f"{reading.distance:.3f}"
    if reading.threshold is not None:
        value, limit = distance_words(reading.distance, reading.threshold)
    value = value.replace("-", "\N{MINUS SIGN}")
    if reading.distance > reading.scale_end:
        value += " \N{RIGHTWARDS ARROW}"
    return ("\N{LEFTWARDS ARROW} " + value if reading.distance < 0 else value), limit
