"""Distances between embeddings, and several of them made one. Imports no torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sigverify.model.matching import Tokens, by_itself, likeness

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

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
        one, other = np.atleast_2d(one), np.atleast_2d(other)
        count = max(len(one), len(other)) if len(one) and len(other) else 0
        first, second = (np.broadcast_to(np.arange(len(rows)), count) for rows in (one, other))
        return Distances(np.concatenate([one, other]), self)(first, len(one) + second)


EUCLIDEAN: Final = Measure()


class Distances:
    """Distances between the rows of one array of embeddings (n, d), by their numbers.

    What a signature comes to by itself is reckoned once, however often it is held against others.
    """

    def __init__(self, embeddings: NDArray[Any], measure: Measure = EUCLIDEAN) -> None:
        self._vectors = embeddings[:, : measure.dimensions]
        self._cells = embeddings[:, measure.dimensions :] if measure.dimensions is not None else embeddings[:, :0]
        self._measure = measure
        self._alone = np.full(len(embeddings), np.nan)

    def __call__(self, one: Numbers, other: Numbers) -> Floats:
        """Distances, 0..2, of the rows with these numbers, (m,) and (m,) -> (m,)."""
        pieces = [slice(start, start + AT_ONCE) for start in range(0, len(one), AT_ONCE)]
        parts = [self._between(one[piece], other[piece]) for piece in pieces]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _between(self, one: Numbers, other: Numbers) -> Floats:
        gaps = self._vectors[one].astype(np.float64) - self._vectors[other]
        squares: Floats = np.square(gaps).sum(axis=1)
        share, tokens = self._measure.share, self._measure.tokens
        if tokens is not None and share:
            alone = self._by_itself(one, tokens) * self._by_itself(other, tokens)
            alike = likeness(self._cells[one], self._cells[other], tokens, alone)
            squares = (1.0 - share) * squares + share * np.minimum(2.0 - 2.0 * alike, 4.0)
        return np.sqrt(squares)

    def _by_itself(self, numbers: Numbers, tokens: Tokens) -> Floats:
        used = np.unique(numbers)
        fresh = used[np.isnan(self._alone[used])]
        if len(fresh):
            self._alone[fresh] = by_itself(self._cells[fresh], tokens)
        return self._alone[numbers]


def measured(questioned: NDArray[Any], specimens: NDArray[Any], measure: Measure = EUCLIDEAN) -> tuple[Floats, float]:
    """Distances (n,), each 0..2, of one embedding (d,) to specimens (n, d), and how much these differ among themselves.

    That is the mean distance over all pairs of specimens; 0 for one. Raises ValueError when there is no specimen.
    """
    count = len(specimens)
    if count == 0:
        raise ValueError("a questioned signature needs at least one specimen")
    gaps = Distances(np.concatenate([specimens, questioned[None]]), measure)
    each = gaps(np.arange(count), np.full(count, count))
    own = gaps(*np.triu_indices(count, 1))
    return each, float(own.mean()) if len(own) else 0.0


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
