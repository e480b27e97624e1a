"""Error rates of distances: accept at or below a threshold. Imports no torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Where the two error rates meet."""

    rate: float  # EER, 0..1
    threshold: float


def far(forged: Floats, thresholds: Floats) -> Floats:
    """Share of forgeries (n,) accepted at each threshold (m,) -> (m,)."""
    rates: Floats = np.searchsorted(np.sort(forged), thresholds, side="right") / len(forged)
    return rates


def frr(genuine: Floats, thresholds: Floats) -> Floats:
    """Share of genuine signatures (n,) flagged at each threshold (m,) -> (m,)."""
    rates: Floats = 1.0 - np.searchsorted(np.sort(genuine), thresholds, side="right") / len(genuine)
    return rates


def eer(genuine: Floats, forged: Floats) -> Crossing:
    """Equal error rate: the mean of FAR and FRR where they are nearest, at the middle of those thresholds.

    Raises ValueError when either kind of trial is missing: no rate can be had of nothing.
    """
    if not len(genuine) or not len(forged):
        raise ValueError("an equal error rate needs genuine and forged trials")
    steps = np.unique(np.concatenate([genuine, forged]))
    thresholds = np.concatenate([[steps[0] - 1e-9], steps])
    accepted, flagged = far(forged, thresholds), frr(genuine, thresholds)
    gap = np.abs(accepted - flagged)
    nearest = np.flatnonzero(gap == gap.min())
    low, high = nearest[0], nearest[-1]
    end = thresholds[min(high + 1, len(thresholds) - 1)]  # the rates hold until the next observed distance
    return Crossing(rate=float((accepted[low] + flagged[low]) / 2), threshold=float((thresholds[low] + end) / 2))
