"""Trials on writers the weights have not seen: who is held against whom, and what comes of it. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.model.dataset import Corpus
from sigverify.model.distance import Floats, distances, fused, spread
from sigverify.model.metrics import Crossing, eer

DRAWS: Final = 5  # times that specimens are drawn anew for each writer
OTHERS: Final = 20  # other writers whose genuine signature is tried as a random forgery


class Kind(StrEnum):
    """The three kinds of trial; their rates are never averaged together."""

    GENUINE = "genuine"
    SKILLED = "skilled"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Questioned signatures held against k specimens: one row a trial."""

    distances: Floats  # (n, k)
    spread: Floats  # (n,) of the specimens
    kind: NDArray[np.str_]  # (n,)
    dataset: NDArray[np.str_]  # (n,)

    def scores(self, kind: Kind, fusion: Mapping[str, float], dataset: str | None = None) -> Floats:
        """Combined distances of one kind of trial, (m,)."""
        chosen = self.kind == kind.value
        if dataset is not None:
            chosen &= self.dataset == dataset
        return fused(self.distances[chosen], self.spread[chosen], fusion)

    def eer(self, forgery: Kind, fusion: Mapping[str, float], dataset: str | None = None) -> Crossing:
        """The equal error rate of genuine trials against one kind of forgery."""
        return eer(self.scores(Kind.GENUINE, fusion, dataset), self.scores(forgery, fusion, dataset))


def trials(corpus: Corpus, embeddings: NDArray[np.float32], *, specimens: int, seed: int = 0) -> Trials:
    """Hold signatures of each writer against `specimens` of theirs, drawn `DRAWS` times.

    `embeddings` (n, d) belong to the corpus's frames. Genuine and skilled trials are all that remain of the writer;
    random ones are a genuine signature each of up to `OTHERS` other writers of the same data set.
    """
    rows: list[tuple[Floats, float, str, str]] = []
    for dataset in np.unique(corpus.dataset):
        rng = np.random.default_rng([seed, specimens])
        writers = {
            writer: np.flatnonzero(corpus.writer == writer)
            for writer in np.unique(corpus.writer[corpus.dataset == dataset])
        }
        genuine = {writer: members[corpus.genuine[members]] for writer, members in writers.items()}
        for writer, members in writers.items():
            if len(genuine[writer]) <= specimens:
                continue
            forged = members[~corpus.genuine[members]]
            for _ in range(DRAWS):
                order = rng.permutation(genuine[writer])
                enrolled = embeddings[order[:specimens]]
                others = [w for w in rng.permutation(list(writers)) if w != writer and len(genuine[w])][:OTHERS]
                strangers = [rng.choice(genuine[other]) for other in others]
                own = spread(enrolled)
                asked = {Kind.GENUINE: order[specimens:], Kind.SKILLED: forged, Kind.RANDOM: np.array(strangers, int)}
                for kind, questioned in asked.items():
                    for q in questioned.tolist():
                        rows.append((distances(embeddings[q], enrolled), own, kind.value, str(dataset)))
    return Trials(
        distances=np.stack([row[0] for row in rows]),
        spread=np.array([row[1] for row in rows]),
        kind=np.array([row[2] for row in rows]),
        dataset=np.array([row[3] for row in rows]),
    )
