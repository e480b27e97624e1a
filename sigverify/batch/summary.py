"""What is told of a whole batch at its end; gathered in one pass, in little memory."""

import heapq
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.batch.items import Counts, Result, Truth, Verdict
from sigverify.batch.rates import ErrorRates, error_rates_of, measured
from sigverify.model.metrics import Floats

SHOWN: Final = 60  # flagged items in a summary with their pictures, the farthest first; the queue has them all


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A batch as a whole."""

    counts: Counts
    ruled: int  # items that a person has ruled on
    overruled: int  # and otherwise than the machine decided
    distances: Mapping[Truth | None, Floats]  # rising, by what is known of the items; None: nothing
    thresholds: tuple[float, ...]  # that were in force, rising
    flagged: tuple[Result, ...]  # the worst, at most `SHOWN`
    rates: ErrorRates | None
    models: tuple[str, ...]
    milliseconds: float  # of verifying, all items together; several workers share them

    @property
    def items(self) -> int:
        """All lines."""
        return self.counts.total


class _Gathering:
    """What is noted while the lines go by."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Verdict, 0)
        self.distances: dict[Truth | None, array[float]] = {}
        self.thresholds: set[float] = set()
        self.models: set[str] = set()
        self.milliseconds = 0.0
        self.ruled = self.overruled = 0
        self._worst: list[tuple[float, int, Result]] = []

    def passing(self, results: Iterable[Result]) -> Iterator[Result]:
        """The same lines again, each noted."""
        for result in results:
            self._note(result)
            yield result

    def _note(self, result: Result) -> None:
        self.counts[result.decision] += 1
        self.milliseconds += result.milliseconds
        if result.model:
            self.models.add(result.model)
        if result.threshold is not None:
            self.thresholds.add(result.threshold)
        if result.distance is not None:
            self.distances.setdefault(result.expected, array("d")).append(result.distance)
        if result.ruling is not None:
            self.ruled += 1
            self.overruled += result.ruling.said.value != result.decision.value
        if result.decision is Verdict.FLAG:
            heapq.heappush(self._worst, (result.over or 0.0, -result.line, result))
            if len(self._worst) > SHOWN:
                heapq.heappop(self._worst)

    @property
    def worst(self) -> tuple[Result, ...]:
        """Flagged items, the farthest above its threshold first."""
        return tuple(result for _, _, result in sorted(self._worst, key=lambda held: held[:2], reverse=True))


def summarise(results: Iterable[Result]) -> Summary:
    """The summary of results, which are gone through once."""
    gathering = _Gathering()
    known = measured(gathering.passing(results))
    return Summary(
        counts=Counts(by_verdict=gathering.counts),
        ruled=gathering.ruled,
        overruled=gathering.overruled,
        distances={truth: np.sort(np.array(held)) for truth, held in gathering.distances.items()},
        thresholds=tuple(sorted(gathering.thresholds)),
        flagged=gathering.worst,
        rates=None if known is None else error_rates_of(known),
        models=tuple(sorted(gathering.models)),
        milliseconds=gathering.milliseconds,
    )
