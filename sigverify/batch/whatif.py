"""What another threshold would change in results that are there; pure, and quick enough to follow a slider."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sigverify.batch.items import Counts, Result, Verdict
from sigverify.batch.rates import ErrorRates, error_rates_of, measured
from sigverify.domain import Policy
from sigverify.model.metrics import Floats

_SIDES = (Verdict.ACCEPT, Verdict.REVIEW, Verdict.FLAG)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What thresholds would change: which results (places in the list, rising) come to lie on the other side."""

    policy: Policy
    to_accept: tuple[int, ...]  # flagged now, and would not be
    to_flag: tuple[int, ...]  # accepted or to be reviewed now, and would be flagged
    counts: Counts


class WhatIf:
    """Results made ready to be asked about other thresholds.

    An item that is to be reviewed stays so as long as it would not be flagged; one that is flagged now and would not be
    becomes ACCEPT, though verified again a doubt among its reasons could make it REVIEW. Those without a distance never
    change.
    """

    def __init__(self, results: Sequence[Result]) -> None:
        """For these results."""
        self._distance = np.array([_number(result.distance) for result in results])
        self._several = np.array([result.specimens != 1 for result in results], bool)
        self._flagged = np.array([result.decision is Verdict.FLAG for result in results], bool)
        self._review = np.array([result.decision is Verdict.REVIEW for result in results], bool)
        self._sided = np.array([result.decision in _SIDES for result in results], bool)
        self._rest = Counts.of(result.decision for result in results if result.decision not in _SIDES)
        self._known = measured(results)
        self._told: tuple[Policy, ErrorRates] | None = None

    def at(self, policy: Policy) -> Change:
        """What would change at these thresholds."""
        flagged = self._sided & ~(self._distance <= _thresholds(policy, self._several))
        review = self._sided & ~flagged & self._review
        counted = {
            Verdict.FLAG: int(flagged.sum()),
            Verdict.REVIEW: int(review.sum()),
            Verdict.ACCEPT: int((self._sided & ~flagged & ~review).sum()),
        }
        return Change(
            policy=policy,
            to_accept=_places(self._flagged & self._sided & ~flagged),
            to_flag=_places(~self._flagged & flagged),
            counts=Counts(by_verdict={**self._rest.by_verdict, **counted}),
        )

    def rates(self, policy: Policy) -> ErrorRates | None:
        """Error rates at these thresholds with intervals; None where no truth is known."""
        if self._known is None:
            return None
        if self._told is None or self._told[0] != policy:
            self._told = policy, error_rates_of(self._known, _thresholds(policy, self._known.several))
        return self._told[1]


def in_force(results: Sequence[Result]) -> Policy | None:
    """The thresholds that results were decided at; None where none was judged, or where they differ."""
    one = {result.threshold for result in results if result.specimens == 1 and result.threshold is not None}
    several = {result.threshold for result in results if result.specimens > 1 and result.threshold is not None}
    if len(one) > 1 or len(several) > 1 or not one | several:
        return None
    return Policy(one=min(one or several), several=min(several or one))


def _number(distance: float | None) -> float:
    return float("nan") if distance is None else distance


def _thresholds(policy: Policy, several: NDArray[np.bool_]) -> Floats:
    return np.where(several, policy.several, policy.one)


def _places(which: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(which).tolist())
