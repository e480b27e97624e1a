"""Error rates of a batch whose truth is known; imports neither torch nor scikit-learn."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.batch.items import Result, Truth
from sigverify.model.bootstrap import Counts as Draws
from sigverify.model.bootstrap import Estimate, Side, drawn, error_rates, estimate, means
from sigverify.model.metrics import Floats, eer

FORGERIES: Final = (Truth.SKILLED, Truth.RANDOM, Truth.FORGED)
_TRUTHS: Final = list(Truth)
MOST_CLUSTERS: Final = 1000  # more customers than that are drawn in fixed sets; the table of draws stays small


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of how many, with the interval that other customers would give."""

    part: int
    whole: int
    rate: Estimate


@dataclass(frozen=True, kw_only=True)
class ErrorRates:
    """What a batch with known truth says of the thresholds; a kind without items is left out.

    Counted by distance and threshold: an item to be reviewed counts as accepted. What was not judged is in no rate.
    """

    frr: Share | None  # genuine ones flagged
    far: Mapping[Truth, Share]  # by kind of forgery: forgeries accepted
    eer: Mapping[Truth, Estimate]  # against each kind, at a threshold found on these very items
    customers: int  # different sets of specimens
    unjudged: Mapping[Truth, int]  # items without a distance, by what they are


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The items of a batch whose truth is known and that have a distance, as columns of n."""

    distance: Floats
    threshold: Floats  # in force
    several: NDArray[np.bool_]  # whether the threshold for several specimens applies
    truth: NDArray[np.int64]  # place in `Truth`, in its order
    customer: NDArray[np.int64]
    customers: int
    unjudged: Mapping[Truth, int]


def measured(results: Iterable[Result]) -> Measured | None:
    """The columns of the items whose truth is known; None where there are none. Goes through the results once."""
    distance, threshold = array("d"), array("d")
    several, truth, customer = array("b"), array("b"), array("l")
    sets: dict[int, int] = {}
    unjudged: dict[Truth, int] = {}
    for result in results:
        if result.expected is None:
            continue
        if result.distance is None or result.threshold is None:
            unjudged[result.expected] = unjudged.get(result.expected, 0) + 1
            continue
        distance.append(result.distance)
        threshold.append(result.threshold)
        several.append(result.specimens != 1)
        truth.append(_TRUTHS.index(result.expected))
        customer.append(sets.setdefault(hash(result.references), len(sets)) % MOST_CLUSTERS)
    if not distance and not unjudged:
        return None
    return Measured(
        distance=np.array(distance),
        threshold=np.array(threshold),
        several=np.array(several, bool),
        truth=np.array(truth, np.int64),
        customer=np.array(customer, np.int64),
        customers=len(sets),
        unjudged=unjudged,
    )


def error_rates_of(held: Measured, threshold: Floats | None = None) -> ErrorRates:
    """The rates at the thresholds in force, or at these (n,), with intervals by customer."""
    at = held.threshold if threshold is None else threshold
    draws = drawn(min(held.customers, MOST_CLUSTERS)) if held.customers else np.ones((1, 1))
    accepted = held.distance <= at
    genuine = _of(held, Truth.GENUINE)
    far = {kind: _share(accepted, _of(held, kind), held, draws) for kind in FORGERIES}
    return ErrorRates(
        frr=_share(~accepted, genuine, held, draws),
        far={kind: share for kind, share in far.items() if share is not None},
        eer={kind: _eer(held, genuine, kind, draws) for kind, share in far.items() if share and genuine.any()},
        customers=held.customers,
        unjudged=held.unjudged,
    )


def _of(held: Measured, truth: Truth) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = held.truth == _TRUTHS.index(truth)
    return found


def _share(wrong: NDArray[np.bool_], of: NDArray[np.bool_], held: Measured, draws: Draws) -> Share | None:
    if not of.any():
        return None
    errors = wrong[of].astype(np.float64)
    spread = means(errors, held.customer[of], draws)
    rate = estimate(float(errors.mean()), spread, min(held.customers, MOST_CLUSTERS))
    return Share(part=int(errors.sum()), whole=int(of.sum()), rate=rate)


def _eer(held: Measured, genuine: NDArray[np.bool_], kind: Truth, draws: Draws) -> Estimate:
    forged = _of(held, kind)
    sides = [Side(score=held.distance[of], writer=held.customer[of]) for of in (genuine, forged)]
    rates, _ = error_rates(sides[0], sides[1], draws, ())
    crossing = eer(sides[0].score, sides[1].score)
    return estimate(crossing.rate, rates, min(held.customers, MOST_CLUSTERS))
