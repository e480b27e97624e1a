"""What a running batch tells whoever watches it; plain values, as the engine's messages are."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sigverify.batch.items import Counts, LineProblem, Result


class End(StrEnum):
    """How a run ended."""

    FINISHED = "finished"  # the results file is in place
    CANCELLED = "cancelled"  # what was decided is kept, and can be gone on with


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The manifest was read whole, and nothing was started yet."""

    items: int  # lines, with and without problems
    problems: tuple[LineProblem, ...]
    decided: int = 0  # in an earlier run, where it is gone on with


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch has come; told a few times a second."""

    items: int
    done: int
    counts: Counts
    seconds: float  # this run's working time, pauses left out
    rate: float  # items a second in this run; 0 while nothing was decided
    left: float | None  # seconds; None while it cannot be told
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Lines that have just been kept, in the order they were decided."""

    results: tuple[Result, ...]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The last event of a run that came to its end."""

    end: End
    counts: Counts
    out: Path
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The last event of a run that a person has to help: a full disk, a model that does not load."""

    message: str


BatchEvent = Checked | Progress | Decided | Ended | Failed
