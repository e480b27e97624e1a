"""The figures of an evaluation: by data set, number of specimens and kind of forgery, never averaged over kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.model.bootstrap import Counts, Estimate, drawn, error_rates, estimate, means
from sigverify.model.metrics import at_far, auc, bound, cllr, cllr_min, costs, eer, far, frr, resolves
from sigverify.model.protocol import Kind
from sigverify.model.scored import Asked, Scored

TARGETS: Final = (0.01, 0.001)  # FAR at which FRR is told
FORGERIES: Final = (Kind.SKILLED, Kind.RANDOM)
CARRIED: Final = (
    1.5,
    0.02,
)  # a threshold carries over where FAR and FRR keep within so many times the EER plus so much


@dataclass(frozen=True, kw_only=True)
class AtFar:
    """FRR at a FAR that was asked for, with the threshold found on the scored trials themselves."""

    target: float
    frr: Estimate
    far: float  # what was reached, at or below the target
    threshold: float
    resolved: bool  # whether there are forgeries enough to tell of so small a FAR


@dataclass(frozen=True, kw_only=True)
class Against:
    """Genuine trials against one kind of forgery."""

    trials: int
    signatures: int  # different ones; no error in so many bounds the rate at 3 / signatures
    eer: Estimate
    eer_threshold: float  # found on the scored trials themselves, never used for a decision
    auc: float
    at_far: tuple[AtFar, ...]
    far: Estimate  # at the card's threshold
    cllr: Estimate | None  # None: the card is not calibrated
    cllr_min: float
    carried: bool  # whether FAR and FRR at the card's threshold lie near the EER found here

    @property
    def bound(self) -> float:
        """What no error at all would say of the rate."""
        return bound(self.signatures)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one data set says of a model with so many specimens."""

    dataset: str
    group: int
    specimens: int
    writers: int
    threshold: float  # the card's
    trials: int  # genuine
    signatures: int  # different genuine ones asked about
    frr: Estimate  # at the card's threshold
    against: Mapping[Kind, Against]


def figures_of(held: Scored) -> Figures:
    """All figures of a data set with their intervals; ValueError where it has no genuine trials."""
    if Kind.GENUINE not in held.asked:
        raise ValueError("figures need genuine trials")
    genuine = held.asked[Kind.GENUINE]
    counts = drawn(len(held.writers))
    flagged = _error_share(genuine, held.threshold, counts, genuine_kind=True)
    return Figures(
        dataset=held.dataset,
        group=held.group,
        specimens=held.specimens,
        writers=len(held.writers),
        threshold=held.threshold,
        trials=len(genuine.score),
        signatures=genuine.signatures,
        frr=flagged,
        against={
            kind: _against(genuine, held.asked[kind], held.threshold, counts, flagged.value)
            for kind in FORGERIES
            if kind in held.asked
        },
    )


def _against(genuine: Asked, forged: Asked, threshold: float, counts: Counts, flagged: float) -> Against:
    crossing = eer(genuine.score, forged.score)
    rates, at = error_rates(genuine.side, forged.side, counts, TARGETS)
    accepted = _error_share(forged, threshold, counts, genuine_kind=False)
    writers = counts.shape[1]
    points = []
    for target, values in zip(TARGETS, at, strict=True):
        point = at_far(genuine.score, forged.score, target)
        points.append(
            AtFar(
                target=target,
                frr=estimate(point.frr, values, writers),
                far=point.far,
                threshold=point.threshold,
                resolved=resolves(target, forged.signatures),
            )
        )
    return Against(
        trials=len(forged.score),
        signatures=forged.signatures,
        eer=estimate(crossing.rate, rates, writers),
        eer_threshold=crossing.threshold,
        auc=auc(genuine.score, forged.score),
        at_far=tuple(points),
        far=accepted,
        cllr=_cost(genuine, forged, counts),
        cllr_min=cllr_min(genuine.score, forged.score),
        carried=max(accepted.value, flagged) <= CARRIED[0] * crossing.rate + CARRIED[1],
    )


def _error_share(asked: Asked, threshold: float, counts: Counts, *, genuine_kind: bool) -> Estimate:
    errors = frr if genuine_kind else far
    rate = float(errors(asked.score, np.array([threshold]))[0])
    wrong = (asked.score > threshold) == genuine_kind
    return estimate(rate, means(wrong.astype(np.float64), asked.writer, counts), counts.shape[1])


def _cost(genuine: Asked, forged: Asked, counts: Counts) -> Estimate | None:
    if genuine.llr is None or forged.llr is None:
        return None
    drawn_costs = [
        means(costs(side.llr, kind), side.writer, counts)
        for side, kind in ((genuine, True), (forged, False))
        if side.llr is not None
    ]
    value = cllr(genuine.llr, forged.llr)
    return estimate(value, (drawn_costs[0] + drawn_costs[1]) / 2, counts.shape[1])
