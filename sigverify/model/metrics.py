"""Error rates of distances, accept at or below a threshold; and what log-likelihood ratios are worth. Imports no torch.

Everywhere `genuine` and `forged` are distances (n,) and (m,) of trials, or where it says so log10 likelihood ratios;
smaller distances are more alike. What is not a number is refused with ValueError, and so is a kind without trials.

scikit-learn is loaded where it is needed: a card, which the window reads first of all, imports this module.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RULE_OF_THREE: Final = 3.0  # no error in n independent trials: the rate is below 3 / n, with 95 % confidence
BITS: Final = float(np.log2(10.0))  # in one unit of a base-10 logarithm


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Where the two error rates meet."""

    rate: float  # EER, 0..1
    threshold: float


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """The two error rates at one threshold."""

    threshold: float
    far: float
    frr: float


@dataclass(frozen=True, kw_only=True)
class ErrorCurve:
    """FAR and FRR over rising thresholds, all (n,): what ROC and DET curves draw."""

    thresholds: Floats
    far: Floats
    frr: Floats


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
    _check(genuine, forged, "an equal error rate")
    steps = np.unique(np.concatenate([genuine, forged]))
    thresholds = np.concatenate([[steps[0] - 1e-9], steps])
    accepted, flagged = far(forged, thresholds), frr(genuine, thresholds)
    gap = np.abs(accepted - flagged)
    nearest = np.flatnonzero(gap == gap.min())
    low, high = nearest[0], nearest[-1]
    end = thresholds[min(high + 1, len(thresholds) - 1)]  # the rates hold until the next observed distance
    return Crossing(rate=float((accepted[low] + flagged[low]) / 2), threshold=float((thresholds[low] + end) / 2))


def at_far(genuine: Floats, forged: Floats, target: float) -> OperatingPoint:
    """The fewest genuine signatures flagged while at most `target` of the forgeries are accepted.

    The threshold is the largest observed distance at which FAR is still at or below the target: accepted are the
    distances at or below it. Where even the smallest distance accepts more, nothing is accepted (FAR 0, FRR 1); where
    the target is 1, everything is.
    """
    curve = error_curve(genuine, forged)
    last = int(np.flatnonzero(curve.far <= target + 1e-12)[-1])
    return OperatingPoint(
        threshold=float(curve.thresholds[last]), far=float(curve.far[last]), frr=float(curve.frr[last])
    )


def error_curve(genuine: Floats, forged: Floats) -> ErrorCurve:
    """FAR and FRR at every observed distance, and just below the smallest, where nothing is accepted."""
    _check(genuine, forged, "an error curve")
    wrote = np.repeat([1, 0], [len(genuine), len(forged)])
    from sklearn.metrics import roc_curve

    accepted, passed, minus = roc_curve(wrote, -np.concatenate([genuine, forged]), drop_intermediate=False)
    thresholds = -np.asarray(minus, dtype=np.float64)
    thresholds[0] = thresholds[1] - 1e-9  # scikit-learn begins at infinity
    return ErrorCurve(thresholds=thresholds, far=np.asarray(accepted), frr=1.0 - np.asarray(passed))


def auc(genuine: Floats, forged: Floats) -> float:
    """How often a forgery lies farther off than a genuine signature, ties counting half; 0.5 tells nothing apart."""
    _check(genuine, forged, "an area under the curve")
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(np.repeat([0, 1], [len(genuine), len(forged)]), np.concatenate([genuine, forged])))


def resolves(rate: float, trials: int) -> bool:
    """Whether so many trials can tell of a rate as small as this: 3 errors have to be expected at it."""
    return rate * trials >= RULE_OF_THREE - 1e-9


def bound(trials: int) -> float:
    """What no error in so many independent trials says of the rate: that it is below about 3 / n, at most 1."""
    return min(1.0, RULE_OF_THREE / trials) if trials else 1.0


def costs(llr: Floats, genuine: bool) -> Floats:
    """What each log10 likelihood ratio (n,) costs in bits (n,), given which of the two hypotheses is true.

    0 for a right answer beyond doubt, 1 for one that says nothing (a ratio of 1), without bound for a wrong one.
    """
    wrong: Floats = np.logaddexp2(0.0, BITS * (-llr if genuine else llr))
    return wrong


def cllr(genuine: Floats, forged: Floats) -> float:
    """Cost of log10 likelihood ratios in bits (Brümmer and du Preez 2006).

    0 is perfect, 1 says nothing, and what is above 1 misleads. Both kinds weigh the same however many trials there are.
    """
    _check(genuine, forged, "a Cllr")
    return _mean_cost(genuine, forged)


def cllr_min(genuine: Floats, forged: Floats) -> float:
    """The least Cllr that any rising calibration of these distances could have: what is lost to discrimination alone.

    By pooling adjacent violators on these very trials.
    """
    _check(genuine, forged, "a Cllr_min")
    wrote = np.repeat([1.0, 0.0], [len(genuine), len(forged)])
    weights = np.repeat([0.5 / len(genuine), 0.5 / len(forged)], [len(genuine), len(forged)])
    from sklearn.isotonic import IsotonicRegression

    fit = IsotonicRegression(y_min=0.0, y_max=1.0, increasing=False)
    posterior = fit.fit_transform(np.concatenate([genuine, forged]), wrote, sample_weight=weights)
    with np.errstate(divide="ignore"):  # beyond doubt is infinite
        ratios = np.log10(posterior) - np.log10(1.0 - posterior)
    return _mean_cost(ratios[wrote > 0], ratios[wrote == 0])


def _mean_cost(genuine: Floats, forged: Floats) -> float:
    return float((costs(genuine, True).mean() + costs(forged, False).mean()) / 2)


def _check(genuine: Floats, forged: Floats, what: str) -> None:
    if not len(genuine) or not len(forged):
        raise ValueError(f"{what} needs genuine and forged trials")
    if not (np.isfinite(genuine).all() and np.isfinite(forged).all()):
        raise ValueError(f"{what} needs numbers: there is no judging what could not be measured")
