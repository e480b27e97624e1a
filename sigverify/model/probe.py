"""The no-reference probe: how well genuine and forged are told apart without looking at any specimen.

What it finds cannot be handwriting of the person: it is the forger's slowness, or the scanner, the pen and the paper of
the day the forgeries were made. A figure of a data set is worth the less the better the probe does there. Imports no
torch.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from sigverify.model.metrics import Floats, auc, eer

FOLDS: Final = 5
CELL: Final = 16  # pixels; sides of the squares in which directions are counted
BINS: Final = 9  # directions of an edge, 20 degrees each
SLIGHT: Final = 1e-6

Features = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Questioned images as a probe sees them, (n, ...) each."""

    frames: NDArray[np.uint8]  # (n, h, w)
    embeddings: Features  # (n, d)
    genuine: NDArray[np.bool_]
    writer: NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class ProbeResult:
    """What one probe reached on the scored writers."""

    dataset: str
    probe: str  # what it looks at, and with what
    auc: float
    eer: float
    trained_on: str  # whose signatures it learnt from
    genuine: int
    forged: int


PROBES: Final[Mapping[str, tuple[str, Callable[[], Any]]]] = {
    "embedding, logistic regression": ("embedding", lambda: LogisticRegression(C=0.1, max_iter=300)),
    "edge directions, logistic regression": ("edges", lambda: LogisticRegression(C=0.01, max_iter=300)),
    "edge directions, support vectors": ("edges", lambda: SVC(C=3.0)),
}


def probe(dataset: str, scored: Seen, train: Seen | None) -> list[ProbeResult]:
    """Every probe's figures on `scored`, learnt from `train`, or by cross-validation over writers where that is None.

    Empty where there are no genuine or no forged images, or too few writers to learn from others.
    """
    parted = _folds(scored, train)
    if not parted or not _both(scored.genuine):
        return []
    looks = {name: _features(scored, name) for name in ("embedding", "edges")}
    learnt = {name: _features(train, name) for name in looks} if train is not None else looks
    known = train if train is not None else scored
    told = (
        "other writers of this data set" if train is not None else f"the scored writers, {len(parted)} folds by writer"
    )
    found = []
    for name, (look, classifier) in PROBES.items():
        scores = np.zeros(len(scored.genuine))
        for fit, ask in parted:
            scores[ask] = _answers(classifier(), learnt[look][fit], known.genuine[fit], looks[look][ask])
        near, far_off = scores[scored.genuine], scores[~scored.genuine]
        found.append(
            ProbeResult(
                dataset=dataset,
                probe=name,
                auc=auc(near, far_off),
                eer=eer(near, far_off).rate,
                trained_on=f"{len(np.unique(known.writer))} writers: {told}",
                genuine=len(near),
                forged=len(far_off),
            )
        )
    return found


def edge_directions(frames: NDArray[np.uint8]) -> Features:
    """Histograms of oriented gradients (Dalal and Triggs 2005) of frames (n, h, w), (n, cells * BINS), unit length."""
    ink = 1.0 - frames.astype(np.float32) / 255.0
    down, across = np.gradient(ink, axis=(1, 2))
    strength = np.hypot(down, across)
    place = np.mod(np.arctan2(down, across) / np.pi, 1.0) * BINS
    count, height, width = frames.shape
    rows, columns = height // CELL, width // CELL
    cells: list[NDArray[np.float32]] = []
    for direction in range(BINS):
        near = np.clip(1.0 - np.abs((place - direction + BINS / 2) % BINS - BINS / 2), 0.0, 1.0)
        kept = (strength * near)[:, : rows * CELL, : columns * CELL]
        cells.append(kept.reshape(count, rows, CELL, columns, CELL).sum(axis=(2, 4)).reshape(count, -1))
    table = np.concatenate(cells, axis=1)
    unit: Features = np.sqrt(table / (table.sum(axis=1, keepdims=True) + SLIGHT)).astype(np.float32)
    return unit


def _features(seen: Seen | None, name: str) -> Features:
    assert seen is not None
    return seen.embeddings if name == "embedding" else edge_directions(seen.frames)


def _folds(scored: Seen, train: Seen | None) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Pairs of what to learn from and what to ask about, with no writer in both."""
    if train is not None:
        everything = np.arange(len(train.genuine)), np.arange(len(scored.genuine))
        return [everything] if _both(train.genuine) else []
    writers = len(np.unique(scored.writer))
    if writers < 2:
        return []
    parted = list(GroupKFold(min(FOLDS, writers)).split(scored.genuine, groups=scored.writer))
    return parted if all(_both(scored.genuine[fit]) for fit, _ in parted) else []


def _both(genuine: NDArray[np.bool_]) -> bool:
    return bool(genuine.any() and not genuine.all())


def _answers(classifier: Any, known: Features, genuine: NDArray[np.bool_], asked: Features) -> Floats:
    """How forged each looks: larger is more so, (n,)."""
    model = make_pipeline(StandardScaler(), classifier.set_params(class_weight="balanced"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a probe that is not quite done still tells
        model.fit(known, ~genuine)
    scores: Floats = np.asarray(model.decision_function(asked), dtype=np.float64)
    return scores
