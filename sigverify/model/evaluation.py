"""Trials on writers the weights have not seen: a protocol held with embeddings. Imports no torch."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus
from sigverify.model.distance import EUCLIDEAN, Distances, Floats, Measure, fused
from sigverify.model.metrics import Crossing, eer, far, frr
from sigverify.model.protocol import Kind, Protocol, TrialList, protocol_of

Fusion = Mapping[str, float]
Frames = NDArray[np.int64]  # numbers of frames in a corpus
Between = Callable[[Frames, Frames], Floats]  # frames (m,) and (m,) -> distances (m,)

MOST_FRAMES: Final = 2**31  # in a corpus


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


TrialsWith = Callable[[int], Mapping[str, Trials]]  # trials by data set with so many specimens


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How far apart a corpus's signatures lie, by the numbers of their frames."""

    between: Between  # questioned ones and specimens
    among: Between | None  # two specimens; None: there is no such distance, and every spread is 0


def measured_by(embeddings: NDArray[np.float32], measure: Measure = EUCLIDEAN) -> Rule:
    """The distances of embeddings (n, d), each by the number of its frame."""
    gaps = Distances(embeddings, measure)
    return Rule(between=gaps, among=gaps)


def trials_by_dataset(
    corpus: Corpus, embeddings: NDArray[np.float32], *, specimens: int, measure: Measure = EUCLIDEAN, seed: int = 0
) -> dict[str, Trials]:
    """Trials of every data set of a corpus against `specimens` of each writer, or as many as all its writers can spare.

    `embeddings` (n, d) belong to the corpus's frames.
    """
    return dict(trials_with(corpus, measured_by(embeddings, measure), seed=seed)(specimens))


def trials_with(corpus: Corpus, rule: Rule, *, seed: int = 0) -> TrialsWith:
    """The same for any rule and number of specimens."""
    once = remembering(rule)
    return lambda specimens: held(protocol_of(corpus, groups=(specimens,), seed=seed), corpus, once).get(specimens, {})


def held(protocol: Protocol, corpus: Corpus, rule: Rule, *, lost: Collection[str] = ()) -> dict[int, dict[str, Trials]]:
    """The trials of a protocol, by group and data set; the rule's numbers are those of the corpus's frames.

    Trials that need a signature in `lost`, which could not be read, are left out. Raises DataError where the protocol
    names a signature that is in neither.
    """
    rule = remembering(rule)
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
        group: {dataset: _trials(lists, frame, rule) for dataset, lists in by_set.items()}
        for group, by_set in gathered.items()
    }


def _trials(lists: list[TrialList], frame: Mapping[str, int], rule: Rule) -> Trials:
    asked = [np.array([frame[name] for name in one.questioned if name in frame]) for one in lists]
    enrolled = np.array([[frame[name] for name in one.specimens] for one in lists])  # (lists, k)
    counts = [len(numbers) for numbers in asked]
    known = np.repeat(enrolled, counts, axis=0)  # (n, k)
    questioned = np.concatenate(asked)
    each = rule.between(np.repeat(questioned, known.shape[1]), known.ravel())
    return Trials(
        specimens=known.shape[1],
        distances=each.reshape(known.shape),
        spread=np.repeat(_spreads(enrolled, rule.among), counts),
        kind=np.repeat([one.kind.value for one in lists], counts),
        writer=np.repeat([one.writer for one in lists], counts),
        questioned=questioned,
    )


def _spreads(enrolled: Frames, among: Between | None) -> Floats:
    """The mean distance over all pairs of each row's specimens (m, k) -> (m,); 0 for one."""
    rows, columns = np.triu_indices(enrolled.shape[1], 1)
    if among is None or not len(rows):
        return np.zeros(len(enrolled))
    gaps = among(enrolled[:, rows].ravel(), enrolled[:, columns].ravel())
    means: Floats = gaps.reshape(-1, len(rows)).mean(axis=1)
    return means


class _Remembered:
    """Distances of pairs of frames (m,) and (m,), no pair measured twice: trials repeat them with other specimens."""

    def __init__(self, between: Between) -> None:
        self._between = between
        self._pairs = np.zeros(0, np.int64)  # sorted; both frames' numbers in one
        self._distances = np.zeros(0)

    def __call__(self, one: Frames, other: Frames) -> Floats:
        asked, where = np.unique(one.astype(np.int64) * MOST_FRAMES + other, return_inverse=True)
        fresh = np.setdiff1d(asked, self._pairs, assume_unique=True)
        if len(fresh):
            places = np.searchsorted(self._pairs, fresh)
            self._distances = np.insert(self._distances, places, self._between(*np.divmod(fresh, MOST_FRAMES)))
            self._pairs = np.insert(self._pairs, places, fresh)
        distances: Floats = self._distances[np.searchsorted(self._pairs, asked)][where]
        return distances


def remembering(rule: Rule) -> Rule:
    """The same rule, which measures no pair twice however often it is asked."""
    if isinstance(rule.between, _Remembered):
        return rule
    between = _Remembered(rule.between)
    among = between if rule.among is rule.between else rule.among and _Remembered(rule.among)
    return Rule(between=between, among=among)
