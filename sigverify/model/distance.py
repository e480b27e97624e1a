"""Distances between embeddings, and several of them made one. Imports no torch."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PLAIN: Final[Mapping[str, float]] = {"spread": 0.7, "population_spread": 0.0, "prior": 0.0, "nearest": 0.0}


def distances(questioned: NDArray[Any], specimens: NDArray[Any]) -> Floats:
    """Euclidean distances of embeddings (..., d) to several specimens (n, d) -> (..., n), each 0..2."""
    gaps = specimens.astype(np.float64) - questioned.astype(np.float64)[..., np.newaxis, :]
    lengths: Floats = np.linalg.norm(gaps, axis=-1)
    return lengths


def spread(specimens: NDArray[Any]) -> float:
    """How much a person's specimens (n, d) differ: the mean distance over all pairs; 0 for one."""
    count = len(specimens)
    if count < 2:
        return 0.0
    rows, columns = np.triu_indices(count, 1)
    return float(np.linalg.norm(specimens[rows].astype(np.float64) - specimens[columns], axis=1).mean())


def fused(each: Floats, own_spread: Floats | float, fusion: Mapping[str, float]) -> Floats:
    """Distances (..., n) to n specimens and the specimens' own spread (...) made one distance (...), at least 0.

    Whoever signs less steadily than people do on average is allowed more, and the other way round: a share of the
    spread's excess over the population's is taken off the mean distance. Of few specimens the spread is uncertain and
    is drawn towards the population's, as if `prior` further pairs had shown that; of one nothing is known, and the
    combined distance is the plain one.
    """
    count = each.shape[-1]
    if count == 1:
        return each[..., 0]
    pairs = count * (count - 1) / 2
    prior = fusion["prior"]
    shrunk = (pairs * np.asarray(own_spread) + prior * fusion["population_spread"]) / (pairs + prior)
    centre = (1.0 - fusion["nearest"]) * each.mean(axis=-1) + fusion["nearest"] * each.min(axis=-1)
    combined: Floats = np.maximum(0.0, centre - fusion["spread"] * (shrunk - fusion["population_spread"]))
    return combined


def combined(questioned: NDArray[Any], specimens: NDArray[Any], fusion: Mapping[str, float] = PLAIN) -> float:
    """One distance of an embedding (d,) to a person's specimens (n, d); smaller is more alike."""
    if len(specimens) == 0:
        raise ValueError("a questioned signature needs at least one specimen")
    return float(fused(distances(questioned, specimens), spread(specimens), fusion))
