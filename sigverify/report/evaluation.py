"""An evaluation with everything that is told of it; plain values."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sigverify.domain import ModelIdentity
from sigverify.invariance import Steadiness
from sigverify.model.comparing import Change
from sigverify.model.figures import Figures
from sigverify.model.probe import ProbeResult
from sigverify.model.scored import Scored


@dataclass(frozen=True, kw_only=True)
class Acquisition:
    """What came of a data set's pictures before any was scored."""

    dataset: str
    writers: int
    tried: int  # writers whose specimens something was held against
    genuine: int
    forged: int
    lost: int  # unreadable or blank: not scored
    poor_genuine: int  # scored here, though in use the answer would be CANNOT JUDGE
    poor_forged: int
    eer_without_poor: Mapping[int, float]  # of skilled forgeries by group, where poor ones are not asked about

    @property
    def pictures(self) -> int:
        """All there were."""
        return self.genuine + self.forged + self.lost


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What has to be known to make the figures again."""

    model: ModelIdentity
    calibrated: bool
    data: str  # name of the folder
    split: str
    protocol: str  # digest
    seed: str
    date: str
    versions: Mapping[str, str]
    device: str


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One model on one set of data. Probes, invariance and changes are None where they were not asked for."""

    origin: Origin
    acquisition: tuple[Acquisition, ...]
    scored: tuple[Scored, ...]
    figures: tuple[Figures, ...]
    probes: tuple[ProbeResult, ...] | None = None
    invariance: tuple[Steadiness, ...] | None = None
    changes: tuple[Change, ...] | None = None
    base: str = ""  # the model compared with
    warnings: tuple[str, ...] = ()

    @property
    def groups(self) -> list[int]:
        """Numbers of specimens asked for, rising."""
        return sorted({one.group for one in self.figures})

    def of_group(self, group: int) -> list[Figures]:
        """The figures with so many specimens asked for, by data set."""
        return [one for one in self.figures if one.group == group]

    def probe_auc(self, dataset: str) -> float | None:
        """What the best probe reached on a data set; None where none was run or could be."""
        reached = [one.auc for one in self.probes or () if one.dataset == dataset]
        return max(reached, default=None)

    def as_json(self) -> dict[str, Any]:
        """Everything but the single trials, for a program to read; rates are shares (0..1)."""
        fields = asdict(self)
        del fields["scored"]
        for told, one in zip(fields["figures"], self.figures, strict=True):
            told["against"] = {kind.value: against for kind, against in told["against"].items()}
            for kind, against in one.against.items():
                told["against"][kind.value]["bound_without_error"] = against.bound
        for told, change in zip(fields["changes"] or [], self.changes or (), strict=True):
            told["beyond_chance"] = change.beyond_chance
        for told, steady in zip(fields["invariance"] or [], self.invariance or (), strict=True):
            told["holds"] = steady.holds
            told["overall"] = steady.overall if steady.lost < steady.pairs else None
        return fields

    def to_json(self) -> str:
        """`as_json` as text."""
        return json.dumps(self.as_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
