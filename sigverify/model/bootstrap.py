"""How far chance in the choice of writers moves a figure: writers are drawn with replacement, whole. Imports no torch.

Trials of one writer are not independent (a writer is easy or hard to imitate), so it is writers that are drawn, never
trials. All figures of a data set, and those of two models on one protocol, are computed on the same draws, so that
differences between models are paired.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.model.metrics import Floats

DRAWS: Final = 500
SEED: Final = 20261123
COVERED: Final = 0.95
LEAST_WRITERS: Final = 5  # of fewer an interval would say more than is known
FINEST: Final = 2000  # distances at which rates are looked at; an EER is then exact to a twentieth of a point
CHUNK: Final = 100  # draws at a time

Counts = NDArray[np.float64]  # (draws, writers) how often each writer was drawn


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure with the interval that 95 of 100 choices of writers give; no interval where there are too few."""

    value: float
    low: float | None = None
    high: float | None = None


def drawn(writers: int, *, draws: int = DRAWS, seed: int = SEED) -> Counts:
    """How often each writer stands in each draw: (draws, writers), rows adding up to `writers`."""
    rng = np.random.default_rng([seed, writers])
    return rng.multinomial(writers, np.full(writers, 1.0 / writers), size=draws).astype(np.float64)


def interval(values: Floats) -> tuple[float, float] | None:
    """The middle 95 % of figures over draws; those that were not to be had (not a number) are left out."""
    known = values[np.isfinite(values)]
    if len(known) < len(values) / 2:
        return None
    low, high = np.quantile(known, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return float(low), float(high)


def estimate(value: float, values: Floats, writers: int) -> Estimate:
    """A figure with its interval over draws, where there are writers enough."""
    found = interval(values) if writers >= LEAST_WRITERS else None
    return Estimate(value=value) if found is None else Estimate(value=value, low=found[0], high=found[1])


def means(values: Floats, writer: NDArray[np.int64], counts: Counts) -> Floats:
    """The mean of values (n,) of writers (n,) in each draw, (draws,); not a number where no such writer was drawn."""
    size = counts.shape[1]
    sums = counts @ np.bincount(writer, weights=values, minlength=size)
    trials = counts @ np.bincount(writer, minlength=size)
    with np.errstate(invalid="ignore"):
        result: Floats = sums / trials
    return result


@dataclass(frozen=True, kw_only=True)
class Side:
    """Distances of one kind of trial and whose they are, both (n,); writers are counted from 0."""

    score: Floats
    writer: NDArray[np.int64]


def error_rates(genuine: Side, forged: Side, counts: Counts, targets: tuple[float, ...]) -> tuple[Floats, list[Floats]]:
    """EER, and FRR at each target of FAR, in each draw: (draws,) and as many for each target.

    Not a number where a draw has no trials of one kind.
    """
    grid = _grid(np.concatenate([genuine.score, forged.score]))
    accepted, passed = _steps(forged, grid, counts.shape[1]), _steps(genuine, grid, counts.shape[1])
    rates: list[Floats] = []
    at: list[list[Floats]] = [[] for _ in targets]
    for some in np.array_split(counts, max(1, len(counts) // CHUNK)):
        fars, frrs = _shares(some @ accepted), 1.0 - _shares(some @ passed)
        gap = np.abs(fars - frrs)
        lost = np.isnan(gap).any(axis=1)
        nearest = np.where(lost, 0, np.argmin(np.where(np.isnan(gap), 1.0, gap), axis=1))
        rows = np.arange(len(some))
        rates.append(np.where(lost, np.nan, (fars[rows, nearest] + frrs[rows, nearest]) / 2))
        for target, found in zip(targets, at, strict=True):
            last = (np.where(np.isnan(fars), 2.0, fars) <= target).sum(axis=1) - 1
            found.append(np.where(lost, np.nan, frrs[rows, np.maximum(0, last)]))
    return np.concatenate(rates), [np.concatenate(found) for found in at]


def _grid(scores: Floats) -> Floats:
    """Thresholds at observed distances, and one below them all."""
    steps = np.unique(scores)
    if len(steps) > FINEST:
        steps = np.unique(np.quantile(scores, np.linspace(0.0, 1.0, FINEST), method="inverted_cdf"))
    return np.concatenate([[steps[0] - 1.0], steps])


def _steps(side: Side, grid: Floats, writers: int) -> Floats:
    """How many of each writer's trials lie at or below each threshold: (writers, thresholds)."""
    cell = np.searchsorted(grid, side.score, side="left")
    table = np.zeros((writers, len(grid)))
    np.add.at(table, (side.writer, cell), 1.0)
    return np.cumsum(table, axis=1)


def _shares(counted: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        shares: Floats = counted / counted[:, -1:]
    return shares
