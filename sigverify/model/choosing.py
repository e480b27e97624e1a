"""Fusion and thresholds, chosen by the writers who were spared for it. Imports no torch."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np

from sigverify.domain import LARGEST_DISTANCE
from sigverify.model.evaluation import Trials
from sigverify.model.protocol import Kind

SEVERAL: Final = 5  # specimens that the figures for several are measured with
FUSION_COUNTS: Final = (2, 3, 5)  # specimens that the fusion has to serve
SPREADS: Final = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1)
PRIORS: Final = (0.0, 0.5, 1.0, 2.0, 4.0)
NEARESTS: Final = (0.0, 0.25, 0.5, 0.75)
STEPS: Final = np.arange(0.0, LARGEST_DISTANCE, 0.002)  # thresholds that a fusion is tried at

BySet = Mapping[str, Trials]


def choose_fusion(by_count: Mapping[int, BySet]) -> dict[str, float]:
    """The fusion that serves a data set best at a threshold which comes from the others: a bank is always another one.

    Its cost is the worse of FAR and FRR there, the mean over data sets and counts of specimens; of a data set alone at
    its own threshold.
    """
    spreads = np.concatenate([trial.spread for trial in by_count[SEVERAL].values()])
    best: tuple[float, dict[str, float]] | None = None
    for taken, prior, nearest in product(SPREADS, PRIORS, NEARESTS):
        fusion = {
            "spread": taken,
            "population_spread": round(float(np.mean(spreads)), 4),
            "prior": prior,
            "nearest": nearest,
        }
        cost_ = _cost_elsewhere(by_count, fusion)
        if best is None or cost_ < best[0] - 1e-9:
            best = cost_, fusion
    assert best is not None
    return best[1]


def _cost_elsewhere(by_count: Mapping[int, BySet], fusion: Mapping[str, float]) -> float:
    """The mean, over data sets and counts, of the worse error rate at the threshold of the other data sets."""
    rates = {
        (dataset, count): (trial.rates(forgery_of(trial), fusion, STEPS), trial.rates(Kind.GENUINE, fusion, STEPS))
        for count, found in by_count.items()
        for dataset, trial in found.items()
    }
    worse = []
    for dataset, count in rates:
        others = [pair for (name, _), pair in rates.items() if name != dataset] or [rates[dataset, count]]
        crossing = int(np.argmin(np.abs(np.sum([far - frr for far, frr in others], axis=0))))
        worse.append(max(rate[crossing] for rate in rates[dataset, count]))
    return float(np.mean(worse))


def forgery_of(trial: Trials) -> Kind:
    """Skilled forgeries, or random ones where a data set has no others."""
    return Kind.SKILLED if trial.count(Kind.SKILLED) else Kind.RANDOM


def threshold_of(groups: Sequence[BySet], fusion: Mapping[str, float]) -> float:
    """The threshold where FAR of skilled forgeries and FRR meet, every writer and every group weighing the same.

    Where a data set has no skilled forgeries its random ones stand in.
    """
    thresholds = np.arange(0.0, 2.0, 0.001)
    gap = np.zeros_like(thresholds)
    for trial in (trial for found in groups for trial in found.values()):
        forgery = forgery_of(trial)
        each = trial.rates(forgery, fusion, thresholds) - trial.rates(Kind.GENUINE, fusion, thresholds)
        gap += trial.writers * each  # of few writers a data set's rates are half chance
    return round(float(thresholds[np.argmin(np.abs(gap))]), 3)
