"""Trials of networks whose two sides differ, or whose pair head answers instead of the distance."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from sigverify.model.dataset import Corpus
from sigverify.model.distance import Floats, spread
from sigverify.model.evaluation import DRAWS, OTHERS, Kind, Trials
from sigverify.model.heads import PairHead, head_distance

Rows = NDArray[np.float32]  # (n, d) unit rows of a corpus's frames
Between = Callable[[NDArray[np.int64], NDArray[np.int64]], Floats]  # frame numbers (m,), (m,) -> distances (m,)
TrialsWith = Callable[[int], Mapping[str, Trials]]  # trials by data set with so many specimens

PAIRS: Final = 4096  # that a head is asked about at once


def euclidean(questioned: Rows, specimens: Rows) -> Between:
    """The distance between a frame's embedding as a questioned signature and another's as a specimen."""

    def between(asked: NDArray[np.int64], known: NDArray[np.int64]) -> Floats:
        gaps = questioned[asked].astype(np.float64) - specimens[known]
        distances: Floats = np.linalg.norm(gaps, axis=1)
        return distances

    return between


def answered(head: PairHead, questioned: Rows, specimens: Rows, *, either_order: bool) -> Between:
    """A head's answers on the scale of distances, 0..2."""
    device = next(head.parameters()).device

    def rows(of: Rows, numbers: NDArray[np.int64]) -> torch.Tensor:
        return torch.from_numpy(of[numbers]).to(device)

    def between(asked: NDArray[np.int64], known: NDArray[np.int64]) -> Floats:
        parts = []
        for start in range(0, len(asked), PAIRS):
            some = slice(start, start + PAIRS)
            answers = head_distance(
                head, rows(questioned, asked[some]), rows(specimens, known[some]), either_order=either_order
            )
            parts.append(answers.double().cpu().numpy())
        return np.concatenate(parts)

    return between


def paired_trials(
    corpus: Corpus, between: Between, specimen_rows: Rows | None, *, specimens: int, seed: int = 0
) -> dict[str, Trials]:
    """The trials of `evaluation.trials_by_dataset`, the same draws, with distances by any rule.

    `specimen_rows` give the specimens' own spread; None for a head, whose answers have no such thing: it is 0.
    """
    found = {}
    for dataset in np.unique(corpus.dataset):
        members = np.flatnonzero(corpus.dataset == dataset)
        _, counts = np.unique(corpus.writer[members][corpus.genuine[members]], return_counts=True)
        most = int(np.median(counts)) - 1 if len(counts) else 0
        if most >= 1:
            rng = np.random.default_rng([seed, specimens])
            asked = _drawn(corpus.where(corpus.dataset == dataset), min(specimens, most), rng)
            found[str(dataset)] = _measured(asked, members, between, specimen_rows)
    return found


Drawn = tuple[list[tuple[int, NDArray[np.int64], str]], int]  # (questioned, specimens, kind) a trial; writers


def _drawn(corpus: Corpus, specimens: int, rng: np.random.Generator) -> Drawn:
    """Who is held against whom in one data set, as `evaluation` draws it."""
    writers = {writer: np.flatnonzero(corpus.writer == writer) for writer in np.unique(corpus.writer)}
    genuine = {writer: members[corpus.genuine[members]] for writer, members in writers.items()}
    rows: list[tuple[int, NDArray[np.int64], str]] = []
    used = 0
    for writer, members in writers.items():
        if len(genuine[writer]) <= specimens:
            continue
        used += 1
        for _ in range(DRAWS):
            order = rng.permutation(genuine[writer])
            others = [w for w in rng.permutation(list(writers)) if w != writer and len(genuine[w])][:OTHERS]
            strangers = [rng.choice(genuine[other]) for other in others]
            asked = {
                Kind.GENUINE: order[specimens:].tolist(),
                Kind.SKILLED: members[~corpus.genuine[members]].tolist(),
                Kind.RANDOM: [int(stranger) for stranger in strangers],
            }
            rows += [(q, order[:specimens], kind.value) for kind, questioned in asked.items() for q in questioned]
    return rows, used


def _measured(drawn: Drawn, members: NDArray[np.int64], between: Between, specimen_rows: Rows | None) -> Trials:
    rows, used = drawn
    known = members[np.stack([enrolled for _, enrolled, _ in rows])]  # (n, k)
    asked = members[np.array([questioned for questioned, _, _ in rows])]  # (n,)
    each = between(np.repeat(asked, known.shape[1]), known.ravel()).reshape(known.shape)
    own = np.zeros(len(rows)) if specimen_rows is None else np.array([spread(specimen_rows[few]) for few in known])
    return Trials(
        specimens=known.shape[1],
        distances=each,
        spread=own,
        kind=np.array([kind for _, _, kind in rows]),
        writers=used,
    )
