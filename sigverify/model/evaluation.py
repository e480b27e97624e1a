"""Trials on writers the weights have not seen: a protocol held with embeddings. Imports no torch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus
from sigverify.model.distance import Floats, distances, fused, spread
from sigverify.model.metrics import Crossing, eer, far, frr
from sigverify.model.protocol import Kind, Protocol, TrialList, protocol_of

Fusion = Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Questioned signatures of one data set held against k specimens each: one row a trial."""

    specimens: int  # k
    distances: Floats  # (n, k)
    spread: Floats  # (n,) of the specimens
    kind: NDArray[np.str_]  # (n,)
    writer: NDArray[np.str_]  # (n,) whose specimens they are
    questioned: NDArray[np.int64]  # (n,) number of the frame

    @property
    def writers(self) -> int:
        """How many writers' specimens something was held against."""
        return len(np.unique(self.writer))

    def where(self, chosen: NDArray[np.bool_]) -> "Trials":
        """The trials for which `chosen` (n,) is true."""
        return Trials(
            specimens=self.specimens,
            distances=self.distances[chosen],
            spread=self.spread[chosen],
            kind=self.kind[chosen],
            writer=self.writer[chosen],
            questioned=self.questioned[chosen],
        )

    def of(self, kind: Kind) -> NDArray[np.bool_]:
        """Which trials are of this kind, (n,)."""
        chosen: NDArray[np.bool_] = self.kind == kind.value
        return chosen

    def combined(self, fusion: Fusion) -> Floats:
        """The combined distance of every trial, (n,)."""
        return fused(self.distances, self.spread, fusion)

    def scores(self, kind: Kind, fusion: Fusion) -> Floats:
        """Combined distances of one kind of trial, (m,)."""
        chosen = self.of(kind)
        return fused(self.distances[chosen], self.spread[chosen], fusion)

    def count(self, kind: Kind) -> int:
        """How many trials of this kind there are."""
        return int(self.of(kind).sum())

    def eer(self, forgery: Kind, fusion: Fusion) -> Crossing:
        """The equal error rate of genuine trials against one kind of forgery; ValueError where a kind is missing."""
        return eer(self.scores(Kind.GENUINE, fusion), self.scores(forgery, fusion))

    def rates(self, kind: Kind, fusion: Fusion, thresholds: Floats) -> Floats:
        """Share of errors at thresholds (m,): genuine ones flagged, or forgeries of that kind accepted."""
        errors = frr if kind is Kind.GENUINE else far
        return errors(self.scores(kind, fusion), thresholds)


def trials_by_dataset(
    corpus: Corpus, embeddings: NDArray[np.float32], *, specimens: int, seed: int = 0
) -> dict[str, Trials]:
    """Trials of every data set of a corpus against `specimens` of each writer, or as many as all its writers can spare.

    `embeddings` (n, d) belong to the corpus's frames.
    """
    return held(protocol_of(corpus, groups=(specimens,), seed=seed), corpus, embeddings).get(specimens, {})


def held(
    protocol: Protocol, corpus: Corpus, embeddings: NDArray[np.float32], *, lost: Collection[str] = ()
) -> dict[int, dict[str, Trials]]:
    """The trials of a protocol, by group and data set; `embeddings` (n, d) belong to the corpus's frames.

    Trials that need a signature in `lost`, which could not be read, are left out. Raises DataError where the protocol
    names a signature that is in neither.
    """
    frame = {name: number for number, name in reversed(list(enumerate(corpus.signature.tolist())))}
    gathered: dict[int, dict[str, list[TrialList]]] = {}
    for number, one in enumerate(protocol.lists):
        for name in (*one.specimens, *one.questioned):
            if name not in frame and name not in lost:
                raise DataError(
                    f"Line {number + 2} of the protocol names {name}, which is not among the signatures to be scored. "
                    "Give the folder and --split that the protocol was made for, or another --protocol."
                )
        if all(name in frame for name in one.specimens) and any(name in frame for name in one.questioned):
            gathered.setdefault(one.group, {}).setdefault(one.dataset, []).append(one)
    return {
        group: {dataset: _trials(lists, frame, embeddings) for dataset, lists in by_set.items()}
        for group, by_set in gathered.items()
    }


def _trials(lists: list[TrialList], frame: Mapping[str, int], embeddings: NDArray[np.float32]) -> Trials:
    asked = [np.array([frame[name] for name in one.questioned if name in frame]) for one in lists]
    enrolled = [np.array([frame[name] for name in one.specimens]) for one in lists]
    own = {one.specimens: spread(embeddings[e]) for one, e in zip(lists, enrolled, strict=True)}
    counts = [len(q) for q in asked]
    each = [distances(embeddings[q], embeddings[e]) for q, e in zip(asked, enrolled, strict=True)]
    return Trials(
        specimens=len(lists[0].specimens),
        distances=np.concatenate(each),
        spread=np.repeat([own[one.specimens] for one in lists], counts),
        kind=np.repeat([one.kind.value for one in lists], counts),
        writer=np.repeat([one.writer for one in lists], counts),
        questioned=np.concatenate(asked),
    )
