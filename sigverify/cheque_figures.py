"""What a locator earned on labelled cheques: shares with their counts, by collection, by bank and by scan."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.cheque_trials import Trial
from sigverify.model.metrics import auc

AGREES: Final = 0.5  # IoU from which a box is the signature's
WHOLE: Final = 0.95  # of the true box; from here on nothing of the signature is missing
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a whole, counted."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError("a part is at most the whole")

    @property
    def rate(self) -> float | None:
        """0..1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @classmethod
    def of(cls, answers: Iterable[bool]) -> "Share":
        """How many of the answers are yes."""
        every = list(answers)
        return cls(part=sum(every), whole=len(every))


@dataclass(frozen=True, kw_only=True)
class Places:
    """How well the best candidate's place agrees with the truth over some cheques whose boxes are known."""

    folder: str
    bank: str  # "" for all banks of the collection
    scan: str
    agreed: Share  # IoU of at least AGREES
    mean_iou: float  # those that were not found count as 0
    whole: Share  # of the true box at least WHOLE lies in the box, with the margin that lifting looks beyond it
    whole_without_margin: Share
    hit: Share  # the middle of the truth lies in the best candidate's box
    hit_by_any: Share
    agreed_by_any: Share
    nothing: Share  # no signature found, or the picture taken for a crop, or refused


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Whether cheques that nobody signed are told from signed ones in a scan."""

    folder: str  # "" for all collections
    scan: str
    signed: int
    unsigned: int
    missed: Share  # signed, and nothing found
    flagged: Share  # not signed, and a signature found
    auc: float | None  # how often a signed cheque's confidence is the larger one; None without both kinds
    confidence_signed: tuple[float, ...]  # at QUANTILES; empty without cheques
    confidence_unsigned: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Strokes:
    """How well what was lifted agrees with the masks of strokes."""

    folder: str
    scan: str
    cheques: int
    mean: float  # Dice
    median: float
    mean_where_found: float | None  # where the box agrees; None: nowhere


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Milliseconds that a stage takes."""

    scan: str
    stage: str
    cheques: int
    median: float
    worst: float


@dataclass(frozen=True, kw_only=True)
class ChequeFigures:
    """Everything that is told of a locator."""

    cheques: int
    unreadable: int
    by_folder: tuple[Places, ...]
    by_bank: tuple[Places, ...]
    signed: tuple[Signed, ...]
    unlabelled: tuple[tuple[str, str, Share], ...]  # collection, scan, where something was found; nobody knows more
    strokes: tuple[Strokes, ...]
    stages: tuple[Stage, ...]
    crops: Share  # whole cheques taken for a crop of a signature
    several: Share  # taken for several cheques on one scan

    def worst_bank(self, folder: str, scan: str) -> Places | None:
        """The bank or layout whose signatures were hit least; None without any."""
        among = [one for one in self.by_bank if one.folder == folder and one.scan == scan]
        return min(among, key=lambda one: (one.hit.rate or 0.0, one.mean_iou), default=None)


def figures_of_cheques(trials: Sequence[Trial | None], cheques: int) -> ChequeFigures:
    """The figures of all trials of so many cheques; None among them is a picture that could not be read."""
    known = [one for one in trials if one is not None]
    scans = max(1, len(trials) // max(1, cheques))
    boxed = [one for one in known if one.truth is not None]
    judged = [one for one in known if one.signed is not None]
    unknown = [one for one in known if one.signed is None]
    return ChequeFigures(
        cheques=cheques,
        unreadable=(len(trials) - len(known)) // scans,
        by_folder=tuple(_places(part, bank="") for part in _parted(boxed, lambda one: (one.folder, one.scan))),
        by_bank=tuple(
            _places(part, bank=part[0].bank) for part in _parted(boxed, lambda one: (one.folder, one.bank, one.scan))
        ),
        signed=(
            *(_signed(part, folder="") for part in _parted(judged, lambda one: (one.scan,))),
            *(_signed(part, folder=part[0].folder) for part in _parted(judged, lambda one: (one.folder, one.scan))),
        ),
        unlabelled=tuple(
            (part[0].folder, part[0].scan, Share.of(bool(one.found) for one in part))
            for part in _parted(unknown, lambda one: (one.folder, one.scan))
        ),
        strokes=tuple(
            _strokes(part)
            for part in _parted([one for one in known if one.dice is not None], lambda one: (one.folder, one.scan))
        ),
        stages=tuple(stage for part in _parted(known, lambda one: (one.scan,)) for stage in _stages(part)),
        crops=Share.of(one.crop for one in known),
        several=Share.of(one.refused is not None for one in known),
    )


def _parted(trials: Sequence[Trial], key: Callable[[Trial], tuple[str, ...]]) -> list[list[Trial]]:
    """The trials by key, in the order in which the keys first come."""
    parts: dict[tuple[str, ...], list[Trial]] = {}
    for one in trials:
        parts.setdefault(key(one), []).append(one)
    return list(parts.values())


def _places(part: Sequence[Trial], *, bank: str) -> Places:
    return Places(
        folder=part[0].folder,
        bank=bank,
        scan=part[0].scan,
        agreed=Share.of(one.iou() >= AGREES for one in part),
        mean_iou=float(np.mean([one.iou() for one in part])),
        whole=Share.of(one.covered(with_margin=True) >= WHOLE for one in part),
        whole_without_margin=Share.of(one.covered(with_margin=False) >= WHOLE for one in part),
        hit=Share.of(one.hit() for one in part),
        hit_by_any=Share.of(one.hit(by_any=True) for one in part),
        agreed_by_any=Share.of(one.iou_of_any() >= AGREES for one in part),
        nothing=Share.of(not one.found for one in part),
    )


def _signed(part: Sequence[Trial], *, folder: str) -> Signed:
    sure = {kind: np.array([one.confidence for one in part if one.signed is kind]) for kind in (True, False)}
    both = len(sure[True]) and len(sure[False])
    return Signed(
        folder=folder,
        scan=part[0].scan,
        signed=len(sure[True]),
        unsigned=len(sure[False]),
        missed=Share.of(not one.found for one in part if one.signed),
        flagged=Share.of(bool(one.found) for one in part if not one.signed),
        auc=auc(-sure[True], -sure[False]) if both else None,  # smaller is taken for genuine there
        confidence_signed=_quantiles(sure[True]),
        confidence_unsigned=_quantiles(sure[False]),
    )


def _quantiles(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    return tuple(np.quantile(values, QUANTILES).tolist()) if len(values) else ()


def _strokes(part: Sequence[Trial]) -> Strokes:
    every = [one.dice for one in part if one.dice is not None]
    agreeing = [one.dice for one in part if one.dice is not None and one.truth is not None and one.iou() >= AGREES]
    return Strokes(
        folder=part[0].folder,
        scan=part[0].scan,
        cheques=len(every),
        mean=float(np.mean(every)),
        median=float(np.median(every)),
        mean_where_found=float(np.mean(agreeing)) if agreeing else None,
    )


def _stages(part: Sequence[Trial]) -> list[Stage]:
    """Every stage, and all together, of those cheques that went through it."""
    times: dict[str, list[float]] = {}
    for one in part:
        spent: Mapping[str, float] = {**one.milliseconds, "together": sum(one.milliseconds.values())}
        for stage, value in spent.items():
            times.setdefault(stage, []).append(value)
    order = [*(name for name in times if name != "together"), *(name for name in times if name == "together")]
    return [
        Stage(
            scan=part[0].scan,
            stage=name,
            cheques=len(times[name]),
            median=float(np.median(times[name])),
            worst=max(times[name]),
        )
        for name in order
    ]
