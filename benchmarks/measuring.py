"""Repeat, take the median, hold it against a target."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass


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


def show(figures: Iterator[Figure], *, for_a_program: bool = False) -> bool:
    """Print each figure as soon as it is measured; whether every target was kept."""
    kept = True
    for figure in figures:
        print(json.dumps(asdict(figure)) if for_a_program else figure, flush=True)
        kept = kept and figure.kept
    return kept


def shown_by(module: str) -> Iterator[Figure]:
    """The figures of a benchmark that runs as a program of its own, where nothing is loaded that it does not need."""
    command = [sys.executable, "-m", module, "--for-a-program"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for line in program.stdout:
            fields = json.loads(line)
            yield Figure(**{**fields, "times": tuple(fields["times"])})
    if program.returncode not in (0, 1):  # 1: a target was not kept, which the figures say themselves
        raise subprocess.CalledProcessError(program.returncode, command)


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
