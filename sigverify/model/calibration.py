"""From a combined distance to a likelihood ratio: how far a comparison speaks for the same writer. Imports no torch.

A likelihood ratio says how many times more often such a distance comes up between signatures of one writer than between
a writer's signatures and skilled forgeries of them. Its logarithm to base 10 is what the guideline of the European
Network of Forensic Science Institutes (ENFSI, 2015) reports; `docs/adr/0008-calibration.md` has the choices made here.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sigverify.domain import LARGEST_DISTANCE
from sigverify.model.distance import Floats, fused
from sigverify.model.metrics import cllr

BOUND: Final = 2.0  # log10; no more than 100 to 1 either way: so few writers bear out no larger claim
REGULARISATION: Final = 1.0  # keeps the slope finite where a few trials are parted without an error
DIGITS: Final = 4  # of the numbers kept in a card


@dataclass(frozen=True, kw_only=True)
class Group:
    """Development trials of one data set against k specimens: genuine ones, and forgeries of one kind."""

    dataset: str
    distances: Floats  # (n, k)
    spread: Floats  # (n,) of the specimens
    genuine: NDArray[np.bool_]  # (n,)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A straight line from combined distance to log10 likelihood ratio for one specimen, and one for very many.

    Between them it is read in proportion to 1/n. No slope rises, so that a larger distance never speaks more for the
    same writer; a calibration that says otherwise is not born.
    """

    one_offset: float  # log10 likelihood ratio at distance 0
    one_slope: float  # per unit of distance, never above 0
    many_offset: float
    many_slope: float
    datasets: tuple[str, ...] = ()  # whose held-out writers it was fitted on
    genuine: int = 0  # trials
    forged: int = 0
    cllr: float | None = None  # on those same trials, in bits
    cllr_test: float | None = None  # on test writers

    def __post_init__(self) -> None:
        numbers = (self.one_offset, self.one_slope, self.many_offset, self.many_slope)
        if not all(math.isfinite(number) for number in numbers) or max(self.one_slope, self.many_slope) > 0.0:
            raise ValueError("a calibration has finite lines, none of which rises with the distance")
        if min(self.genuine, self.forged) < 0:
            raise ValueError("a calibration counts its trials from 0")
        if not all(cost is None or (math.isfinite(cost) and cost >= 0.0) for cost in (self.cllr, self.cllr_test)):
            raise ValueError("a cost is a number of bits, at least 0")

    def llr(self, distances: Floats, spread: Floats | float, fusion: Mapping[str, float]) -> Floats:
        """log10 likelihood ratios (...) of distances (..., k) to k specimens with their own spread (...)."""
        return self.at(fused(distances, spread, fusion), distances.shape[-1])

    def at(self, combined: Floats | float, specimens: int) -> Floats:
        """log10 likelihood ratios (...) of combined distances (...), within `BOUND` of 0; not a number stays that."""
        offset, slope = self._line(specimens)
        ratios: Floats = np.clip(offset + slope * np.asarray(combined, dtype=np.float64), -BOUND, BOUND)
        return ratios

    def reach(self, llr: float, specimens: int) -> float:
        """The largest combined distance, 0..2, at which the log10 likelihood ratio is still `llr`; 0 if it never is."""
        offset, slope = self._line(specimens)
        if slope == 0.0:
            return LARGEST_DISTANCE if offset >= llr else 0.0
        return min(max(0.0, (llr - offset) / slope), LARGEST_DISTANCE)  # max gives its first of 0.0 and -0.0

    def _line(self, specimens: int) -> tuple[float, float]:
        few = 1.0 / specimens
        offset = few * self.one_offset + (1.0 - few) * self.many_offset
        return offset, few * self.one_slope + (1.0 - few) * self.many_slope

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Calibration":
        """As it stands in a card; raises ValueError or TypeError where it is damaged."""
        return cls(**{**fields, "datasets": tuple(fields.get("datasets", ()))})


def fit(groups: Sequence[Group], fusion: Mapping[str, float]) -> Calibration:
    """Logistic regression on development trials, every data set and every kind of trial weighing the same.

    With both kinds weighing the same, log-odds are log likelihood ratios. Groups that lack a kind are left out; raises
    ValueError when none is left.
    """
    used = [group for group in groups if group.genuine.any() and not group.genuine.all()]
    if not used:
        raise ValueError("a calibration needs genuine and forged trials")
    combined = np.concatenate([fused(group.distances, group.spread, fusion) for group in used])
    few = np.concatenate([np.full(len(group.genuine), 1.0 / group.distances.shape[-1]) for group in used])
    genuine = np.concatenate([group.genuine for group in used])
    lines = _lines(combined, few, genuine, _weights(used))
    return Calibration(
        **lines,
        datasets=tuple(dict.fromkeys(group.dataset for group in used)),
        genuine=int(genuine.sum()),
        forged=int((~genuine).sum()),
    )


def cost(calibration: Calibration, groups: Sequence[Group], fusion: Mapping[str, float]) -> float | None:
    """Mean Cllr over data sets and numbers of specimens; None where no group has both kinds of trial."""
    costs = []
    for group in groups:
        if group.genuine.any() and not group.genuine.all():
            ratios = calibration.llr(group.distances, group.spread, fusion)
            costs.append(cllr(ratios[group.genuine], ratios[~group.genuine]))
    return float(np.mean(costs)) if costs else None


def _weights(groups: Sequence[Group]) -> Floats:
    """What each trial weighs: alike for data sets, their groups, and genuine and forged within one; 1 on average."""
    names = [group.dataset for group in groups]
    parts = []
    for group in groups:
        share = 1.0 / names.count(group.dataset)
        forged = (~group.genuine).sum()
        parts.append(np.where(group.genuine, share / group.genuine.sum(), share / forged))
    weights: Floats = np.concatenate(parts) * (sum(map(len, parts)) / len(set(names)) / 2.0)
    return weights


def _lines(combined: Floats, few: Floats, genuine: NDArray[np.bool_], weights: Floats) -> dict[str, float]:
    """The two lines; a slope that would rise is held at 0 and the rest is fitted anew."""
    if len(np.unique(few)) == 1:  # one number of specimens bears one line
        columns = {"both": combined}
    else:
        columns = {"one": combined * few, "many": combined * (1.0 - few), "shift": 1.0 - few}
    offset, slopes = _regression(columns, genuine, weights)
    while rising := [name for name in columns if name != "shift" and slopes[name] > 0.0]:
        del columns[max(rising, key=lambda name: slopes[name])]
        offset, slopes = _regression(columns, genuine, weights)
    both = slopes.get("both", 0.0)
    numbers = {
        "one_offset": offset,
        "one_slope": slopes.get("one", both),
        "many_offset": offset + slopes.get("shift", 0.0),
        "many_slope": slopes.get("many", both),
    }
    return {name: round(number, DIGITS) for name, number in numbers.items()}


def _regression(
    columns: Mapping[str, Floats], genuine: NDArray[np.bool_], weights: Floats
) -> tuple[float, dict[str, float]]:
    """Offset and slopes of the log10 odds that a trial is genuine, for columns (n,) in their own units."""
    from sklearn.linear_model import LogisticRegression  # takes a second to load; only fitting has to wait for it

    if not columns:
        return 0.0, {}
    table = np.stack(list(columns.values()), axis=1)  # (n, columns)
    centre, scale = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-9)
    model = LogisticRegression(C=REGULARISATION, max_iter=1000)
    model.fit((table - centre) / scale, genuine, sample_weight=weights)
    slopes = model.coef_[0] / scale / math.log(10.0)
    offset = float(model.intercept_[0]) / math.log(10.0) - float(slopes @ centre)
    return offset, dict(zip(columns, slopes.tolist(), strict=True))
