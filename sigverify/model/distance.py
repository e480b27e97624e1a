"""Distances between embeddings, and several of them made one. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sigverify.model.matching import Tokens, likeness

Floats = NDArray[np.float64]

PLAIN: Final[Mapping[str, float]] = {"spread": 0.7, "population_spread": 0.0, "prior": 0.0, "nearest": 0.0}
AT_ONCE: Final = 64  # pairs that are matched together; more only take memory


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How far two embeddings lie apart, 0..2; smaller is more alike.

    An embedding is a unit vector (of `dimensions`; None: all of it) and, where the network has them, local descriptors
    (`tokens`) behind it. Its distance is the Euclidean one of the unit vectors and that of the matched descriptors,
    mixed as squares: `share` is the descriptors' part.
    """

    dimensions: int | None = None
    tokens: Tokens | None = None
    share: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.share <= 1.0 or (self.share and (self.tokens is None or self.dimensions is None)):
            raise ValueError("the share of the local descriptors lies between 0 and 1, and is 0 where there are none")

    def between(self, one: NDArray[Any], other: NDArray[Any]) -> Floats:
        """Distances of the rows of (n, d) and (n, d), or of one row (d,) to many -> (n,)."""
        one, other = np.broadcast_arrays(np.atleast_2d(one), np.atleast_2d(other))
        pieces = range(0, len(one), AT_ONCE)
        parts = [self._between(one[k : k + AT_ONCE], other[k : k + AT_ONCE]) for k in pieces]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _between(self, one: NDArray[Any], other: NDArray[Any]) -> Floats:
        gaps = one[:, : self.dimensions].astype(np.float64) - other[:, : self.dimensions]
        squares: Floats = np.square(gaps).sum(axis=1)
        if self.tokens is not None and self.share:
            alike = likeness(one[:, self.dimensions :], other[:, self.dimensions :], self.tokens)
            squares = (1.0 - self.share) * squares + self.share * np.maximum(0.0, 2.0 - 2.0 * alike)
        return np.sqrt(squares)


EUCLIDEAN: Final = Measure()


def distances(questioned: NDArray[Any], specimens: NDArray[Any], measure: Measure = EUCLIDEAN) -> Floats:
    """Distances of one embedding (d,) to several (n, d) -> (n,), each 0..2."""
    return measure.between(questioned, specimens)


def spread(specimens: NDArray[Any], measure: Measure = EUCLIDEAN) -> float:
    """How much a person's specimens (n, d) differ: the mean distance over all pairs; 0 for one."""
    count = len(specimens)
    if count < 2:
        return 0.0
    rows, columns = np.triu_indices(count, 1)
    return float(measure.between(specimens[rows], specimens[columns]).mean())


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


def combined(
    questioned: NDArray[Any],
    specimens: NDArray[Any],
    fusion: Mapping[str, float] = PLAIN,
    measure: Measure = EUCLIDEAN,
) -> float:
    """One distance of an embedding (d,) to a person's specimens (n, d); smaller is more alike."""
    if len(specimens) == 0:
        raise ValueError("a questioned signature needs at least one specimen")
    return float(fused(distances(questioned, specimens, measure), spread(specimens, measure), fusion))
