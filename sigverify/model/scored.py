"""Trials as a card judges them: one combined distance each, and whose it is. What figures are made of and a base keeps.

Writers are known by a digest here: what is made of this may leave the bank, names may not. Imports no torch.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sigverify.model.bootstrap import Side
from sigverify.model.card import ModelCard
from sigverify.model.evaluation import Trials
from sigverify.model.metrics import Floats
from sigverify.model.protocol import Kind

DIGITS: Final = 5  # of distances and ratios, so that a file gives the very figures that were told


@dataclass(frozen=True, kw_only=True)
class Asked:
    """All trials of one kind, (n,) each."""

    score: Floats  # combined distance
    writer: NDArray[np.int64]  # counted from 0
    llr: Floats | None  # log10 likelihood ratio; None where the card has no calibration
    signatures: int  # different questioned signatures held against a writer: trials repeat them with other specimens

    @property
    def side(self) -> Side:
        """What the bootstrap draws from."""
        return Side(score=self.score, writer=self.writer)


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The trials of one data set in one group, by kind; a kind without trials is absent."""

    dataset: str
    group: int  # specimens asked for
    specimens: int  # specimens held against
    threshold: float  # the card's, from development writers
    writers: tuple[str, ...]  # digests, in a fixed order
    asked: Mapping[Kind, Asked]

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads."""
        return {
            "dataset": self.dataset,
            "group": self.group,
            "specimens": self.specimens,
            "threshold": self.threshold,
            "writers": list(self.writers),
            "asked": {
                kind.value: {
                    "score": one.score.tolist(),
                    "writer": one.writer.tolist(),
                    "llr": None if one.llr is None else one.llr.tolist(),
                    "signatures": one.signatures,
                }
                for kind, one in self.asked.items()
            },
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Scored":
        """Read what `to_json` gave; raises ValueError, KeyError or TypeError where it did not."""
        writers = tuple(str(name) for name in fields["writers"])
        asked = {Kind(kind): _asked(one, len(writers)) for kind, one in fields["asked"].items()}
        return cls(
            dataset=str(fields["dataset"]),
            group=int(fields["group"]),
            specimens=int(fields["specimens"]),
            threshold=float(fields["threshold"]),
            writers=writers,
            asked=asked,
        )


def scored(dataset: str, group: int, trials: Trials, card: ModelCard) -> Scored:
    """Trials judged by a card: its fusion, its threshold, and its calibration where it has one."""
    combined = np.round(trials.combined(card.fusion), DIGITS)
    calibration = card.calibration
    ratios = None
    if calibration is not None:
        ratios = np.round(calibration.llr(trials.distances, trials.spread, card.fusion), DIGITS)
    names, writer = np.unique(trials.writer, return_inverse=True)
    asked = {}
    for kind in Kind:
        chosen = trials.of(kind)
        if chosen.any():
            pairs = np.stack([writer[chosen], trials.questioned[chosen]], axis=1)
            asked[kind] = Asked(
                score=combined[chosen],
                writer=writer[chosen],
                llr=None if ratios is None else ratios[chosen],
                signatures=len(np.unique(pairs, axis=0)),
            )
    return Scored(
        dataset=dataset,
        group=group,
        specimens=trials.specimens,
        threshold=card.curve(trials.specimens).development_threshold,
        writers=tuple(writer_digest(name) for name in names.tolist()),
        asked=asked,
    )


def writer_digest(name: str) -> str:
    """What a writer is called where names may not stand."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _asked(fields: Mapping[str, Any], writers: int) -> Asked:
    score = np.array(fields["score"], dtype=np.float64)
    writer = np.array(fields["writer"], dtype=np.int64)
    llr = None if fields["llr"] is None else np.array(fields["llr"], dtype=np.float64)
    columns = [score, writer] if llr is None else [score, writer, llr]
    if any(column.shape != score.shape or column.ndim != 1 for column in columns) or not len(score):
        raise ValueError("the columns of trials are of one length")
    if not np.isfinite(score).all() or writer.min() < 0 or writer.max() >= writers:
        raise ValueError("a trial has a distance and a writer")
    return Asked(score=score, writer=writer, llr=llr, signatures=int(fields["signatures"]))
