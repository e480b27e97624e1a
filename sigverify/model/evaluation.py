"""Trials on writers the weights have not seen: who is held against whom, and what comes of it. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.model.dataset import Corpus
from sigverify.model.distance import Floats, distances, fused, spread
from sigverify.model.metrics import Crossing, eer, far, frr

DRAWS: Final = 5  # times that specimens are drawn anew for each writer
OTHERS: Final = 20  # other writers whose genuine signature is tried as a random forgery


class Kind(StrEnum):
    """The three kinds of trial; their rates are never averaged together."""

    GENUINE = "genuine"
    SKILLED = "skilled"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Questioned signatures of one data set held against k specimens: one row a trial."""

    specimens: int  # k
    distances: Floats  # (n, k)
    spread: Floats  # (n,) of the specimens
    kind: NDArray[np.str_]  # (n,)
    writers: int

    def scores(self, kind: Kind, fusion: Mapping[str, float]) -> Floats:
        """Combined distances of one kind of trial, (m,)."""
        chosen = self.kind == kind.value
        return fused(self.distances[chosen], self.spread[chosen], fusion)

    def count(self, kind: Kind) -> int:
        """How many trials of this kind there are."""
        return int((self.kind == kind.value).sum())

    def eer(self, forgery: Kind, fusion: Mapping[str, float]) -> Crossing:
        """The equal error rate of genuine trials against one kind of forgery; ValueError where a kind is missing."""
        return eer(self.scores(Kind.GENUINE, fusion), self.scores(forgery, fusion))

    def rates(self, kind: Kind, fusion: Mapping[str, float], thresholds: Floats) -> Floats:
        """Share of errors at thresholds (m,): genuine ones flagged, or forgeries of that kind accepted."""
        errors = frr if kind is Kind.GENUINE else far
        return errors(self.scores(kind, fusion), thresholds)


def trials_by_dataset(
    corpus: Corpus, embeddings: NDArray[np.float32], *, specimens: int, seed: int = 0
) -> dict[str, Trials]:
    """Trials of every data set of a corpus against `specimens` of each writer, or as many as all its writers can spare.

    `embeddings` (n, d) belong to the corpus's frames.
    """
    found = {}
    for dataset in np.unique(corpus.dataset):
        of_set = corpus.dataset == dataset
        _, counts = np.unique(corpus.writer[of_set & corpus.genuine], return_counts=True)
        most = int(np.median(counts)) - 1 if len(counts) else 0
        if most >= 1:
            found[str(dataset)] = _trials(
                corpus.where(of_set), embeddings[of_set], min(specimens, most), np.random.default_rng([seed, specimens])
            )
    return found


def _trials(corpus: Corpus, embeddings: NDArray[np.float32], specimens: int, rng: np.random.Generator) -> Trials:
    """Specimens drawn `DRAWS` times a writer.

    Asked are all that remain of the writer, all skilled forgeries, and a genuine signature each of up to `OTHERS`
    other writers.
    """
    writers = {writer: np.flatnonzero(corpus.writer == writer) for writer in np.unique(corpus.writer)}
    genuine = {writer: members[corpus.genuine[members]] for writer, members in writers.items()}
    rows: list[tuple[Floats, float, str]] = []
    used = 0
    for writer, members in writers.items():
        if len(genuine[writer]) <= specimens:
            continue
        used += 1
        for _ in range(DRAWS):
            order = rng.permutation(genuine[writer])
            enrolled = embeddings[order[:specimens]]
            others = [w for w in rng.permutation(list(writers)) if w != writer and len(genuine[w])][:OTHERS]
            strangers = [rng.choice(genuine[other]) for other in others]
            asked = {
                Kind.GENUINE: order[specimens:],
                Kind.SKILLED: members[~corpus.genuine[members]],
                Kind.RANDOM: np.array(strangers, dtype=np.int64),
            }
            own = spread(enrolled)
            for kind, questioned in asked.items():
                rows += [(distances(embeddings[q], enrolled), own, kind.value) for q in questioned.tolist()]
    return Trials(
        specimens=specimens,
        distances=np.stack([row[0] for row in rows]),
        spread=np.array([row[1] for row in rows]),
        kind=np.array([row[2] for row in rows]),
        writers=used,
    )
