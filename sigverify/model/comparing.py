"""Two models on one protocol, figure by figure: what changed, and whether by more than chance. Imports no torch."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from sigverify.errors import DataError
from sigverify.model.bootstrap import Counts, Estimate, drawn, error_rates, estimate, means
from sigverify.model.figures import FORGERIES, TARGETS
from sigverify.model.metrics import Floats, at_far, cllr, costs, eer
from sigverify.model.protocol import Kind
from sigverify.model.scored import Scored

BASE_FORMAT: Final = 1


@dataclass(frozen=True, kw_only=True)
class Base:
    """An evaluation that was kept, to be compared with."""

    model: str
    sha256: str
    protocol: str  # digest
    split: str
    scored: tuple[Scored, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)  # as they were told; for reading

    def to_json(self) -> dict[str, Any]:
        """Plain values that `load` reads from a file."""
        return {
            "format": BASE_FORMAT,
            "model": self.model,
            "sha256": self.sha256,
            "protocol": self.protocol,
            "split": self.split,
            "figures": dict(self.figures),
            "scored": [one.to_json() for one in self.scored],
        }

    @classmethod
    def load(cls, path: Path) -> "Base":
        """What `sigverify evaluate --save` wrote; raises DataError when the file is not that."""
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            if fields["format"] != BASE_FORMAT:
                raise DataError(f"{path.name} was saved by another version of sigverify. Save it anew.")
            return cls(
                model=str(fields["model"]),
                sha256=str(fields["sha256"]),
                protocol=str(fields["protocol"]),
                split=str(fields["split"]),
                scored=tuple(Scored.from_json(one) for one in fields["scored"]),
            )
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise DataError(f"{path.name} cannot be read ({why}). Choose another --compare.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(f"{path.name} was not written by sigverify evaluate --save. Choose another.") from error


@dataclass(frozen=True, kw_only=True)
class Change:
    """A figure of two models; the interval is of the difference, the same writers drawn for both."""

    dataset: str
    group: int
    specimens: int
    what: str
    before: float
    after: float
    difference: Estimate  # after less before; below 0 is better

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval of the difference leaves out 0; never where there is no interval."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and not low <= 0.0 <= high


def changes(base: Base, after: Sequence[Scored], protocol: str) -> list[Change]:
    """Every figure that both have; raises DataError where the base was made with another protocol."""
    if base.protocol != protocol:
        raise DataError(
            f"The base to compare with was made with protocol {base.protocol}, this evaluation has {protocol}: only "
            "trials of one protocol can be compared. Give the same data and --protocol, or save the base anew."
        )
    known = {(one.dataset, one.group): one for one in base.scored}
    found: list[Change] = []
    for new in after:
        old = known.get((new.dataset, new.group))
        if old is not None and old.writers == new.writers:
            found += _changes(old, new)
    return found


def _changes(old: Scored, new: Scored) -> Iterator[Change]:
    counts = drawn(len(new.writers))
    before, after = (dict(_drawn_figures(held, counts)) for held in (old, new))
    for what, (value, values) in after.items():
        if what in before:
            old_value, old_values = before[what]
            yield Change(
                dataset=new.dataset,
                group=new.group,
                specimens=new.specimens,
                what=what,
                before=old_value,
                after=value,
                difference=estimate(value - old_value, values - old_values, len(new.writers)),
            )


def _drawn_figures(held: Scored, counts: Counts) -> Iterator[tuple[str, tuple[float, Floats]]]:
    """Figures by name: their value, and their values over draws (draws,)."""
    genuine = held.asked[Kind.GENUINE]
    flagged = (genuine.score > held.threshold).astype(np.float64)
    for kind in (kind for kind in FORGERIES if kind in held.asked):
        forged = held.asked[kind]
        rates, at = error_rates(genuine.side, forged.side, counts, TARGETS)
        yield f"EER, {kind} forgeries", (eer(genuine.score, forged.score).rate, rates)
        for target, values in zip(TARGETS, at, strict=True):
            point = at_far(genuine.score, forged.score, target)
            yield f"FRR at FAR {100 * target:g} %, {kind} forgeries", (point.frr, values)
        accepted = (forged.score <= held.threshold).astype(np.float64)
        told = float(accepted.mean()), means(accepted, forged.writer, counts)
        yield f"FAR at its threshold, {kind} forgeries", told
        if genuine.llr is not None and forged.llr is not None:
            known = means(costs(genuine.llr, True), genuine.writer, counts)
            other = means(costs(forged.llr, False), forged.writer, counts)
            yield f"Cllr, {kind} forgeries", (cllr(genuine.llr, forged.llr), (known + other) / 2)
    yield "FRR at its threshold", (float(flagged.mean()), means(flagged, genuine.writer, counts))
