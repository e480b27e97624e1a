"""Repeat, take the median, hold it against a target."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One time that was measured several times, and what it should be at most; milliseconds throughout."""

    name: str
    times: tuple[float, ...]
    target: float
    worst_counts: bool = False  # a stall that happens once is one too many: the largest is held against the target

    def __post_init__(self) -> None:
        if not self.times:
            raise ValueError(f"{self.name} was never measured")

    @property
    def value(self) -> float:
        """The median, or the largest where the worst counts."""
        return max(self.times) if self.worst_counts else statistics.median(self.times)

    @property
    def kept(self) -> bool:
        """Whether the target was kept."""
        return self.value <= self.target

    def __str__(self) -> str:
        verdict = "ok  " if self.kept else "SLOW"
        kind = "largest" if self.worst_counts else "median"
        spread = f"{len(self.times)} repeats from {min(self.times):.1f} to {max(self.times):.1f}"
        return f"{verdict}  {self.name:44} {self.value:8.1f} ms {kind:8} target {self.target:6.0f} ms   {spread}"


def repeated(name: str, work: Callable[[int], object], *, target: float, repeats: int, warm_up: int = 5) -> Figure:
    """Time `work`, which is told the number of the repeat, after some runs that are not counted."""
    for number in range(warm_up):
        work(number)
    times = tuple(_milliseconds(work, number) for number in range(warm_up, warm_up + repeats))
    return Figure(name=name, times=times, target=target)


def _milliseconds(work: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return (time.perf_counter() - began) * 1000
