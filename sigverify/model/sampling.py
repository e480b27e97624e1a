"""Writer-balanced batches: so many people a batch, so many genuine signatures and skilled forgeries of each."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus

Indices = NDArray[np.int64]

LEAST_GENUINE: Final = 2  # a person with fewer gives no genuine pair


@dataclass(frozen=True, kw_only=True)
class Person:
    """One identity to be told from others: a writer, or a writer of one text where many wrote the same."""

    name: str
    dataset: str
    text: str
    genuine: tuple[Indices, ...]  # one array of frame numbers a signature
    forged: tuple[Indices, ...]


@dataclass(frozen=True, kw_only=True)
class SamplingConfig:
    """What a batch is made of."""

    people: int = 14
    genuine: int = 4
    forged: int = 4
    weights: dict[str, float] = field(default_factory=dict)  # share of each data set; absent: by its number of people

    def draws(self, datasets: NDArray[np.str_]) -> NDArray[np.bool_]:
        """Whether batches are drawn from data sets of these names (n,), (n,)."""
        if not self.weights:
            return np.ones(len(datasets), np.bool_)
        return np.isin(datasets, [name for name, share in self.weights.items() if share > 0.0])


def drawn_from(corpus: Corpus, config: SamplingConfig) -> Corpus:
    """The part of a corpus that batches are drawn from: without the data sets that have no share of them.

    Raises DataError where none has one.
    """
    drawn = config.draws(corpus.dataset)
    if len(corpus) and not drawn.any():
        raise DataError("None of the data sets named in the sampling weights is in the data.")
    return corpus.where(drawn)


def people_of(corpus: Corpus) -> list[Person]:
    """Everyone in a corpus who has enough genuine signatures, in a fixed order."""
    names = np.char.add(np.char.add(corpus.writer, "#"), corpus.text)
    order = np.argsort(names, kind="stable")
    starts = np.flatnonzero(np.r_[True, names[order][1:] != names[order][:-1]])
    people = []
    for members in np.split(order, starts[1:]):
        genuine, forged = (_by_signature(corpus, members[corpus.genuine[members] == kind]) for kind in (True, False))
        if len(genuine) >= LEAST_GENUINE:
            first = members[0]
            people.append(
                Person(
                    name=str(names[first]),
                    dataset=str(corpus.dataset[first]),
                    text=str(corpus.text[first]),
                    genuine=genuine,
                    forged=forged,
                )
            )
    if len(people) < 2:
        raise DataError("Training needs at least two writers with two genuine signatures each.")
    return people


def _by_signature(corpus: Corpus, members: Indices) -> tuple[Indices, ...]:
    signatures = corpus.signature[members]
    return tuple(members[signatures == name] for name in dict.fromkeys(signatures.tolist()))


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Frame numbers of one step with whose they are, all (n,)."""

    frames: Indices
    identity: Indices  # number of the person in the sampler's list
    genuine: NDArray[np.bool_]


class Sampler:
    """Draws batches; scripts and scanners are mixed in every one."""

    def __init__(self, corpus: Corpus, config: SamplingConfig, seed: int) -> None:
        self.people = people_of(corpus)
        self.config = config
        self.rng = np.random.default_rng(seed)
        self._by_dataset: dict[str, list[int]] = {}
        self._by_text: dict[str, list[int]] = {}
        for number, person in enumerate(self.people):
            self._by_dataset.setdefault(person.dataset, []).append(number)
            if person.text:
                self._by_text.setdefault(person.text, []).append(number)
        self._datasets = sorted(self._by_dataset)
        shares = np.array([config.weights.get(name, 0.0) for name in self._datasets])
        if not config.weights:
            shares = np.array([float(len(self._by_dataset[name])) for name in self._datasets])
        self._shares = shares / shares.sum()

    def draw(self) -> Batch:
        """One batch: people drawn by data set, then signatures of each without repetition."""
        rows: list[tuple[int, int, bool]] = []
        for number in self._people_of_batch():
            person = self.people[number]
            rows += [(frame, number, True) for frame in self._pick(person.genuine, self.config.genuine)]
            if person.forged:
                rows += [(frame, number, False) for frame in self._pick(person.forged, self.config.forged)]
            elif person.text:  # another hand that wrote the same words: a hard negative without a forger
                other = int(self.rng.choice([n for n in self._by_text[person.text] if n != number] or [number]))
                if other != number:
                    frames = self._pick(self.people[other].genuine, self.config.forged)
                    rows += [(frame, other, True) for frame in frames]
        return Batch(
            frames=np.array([frame for frame, _, _ in rows]),
            identity=np.array([number for _, number, _ in rows]),
            genuine=np.array([genuine for _, _, genuine in rows]),
        )

    def _people_of_batch(self) -> list[int]:
        chosen: list[int] = []
        names = self.rng.choice(len(self._datasets), size=self.config.people, p=self._shares)
        for dataset, count in zip(*np.unique(names, return_counts=True), strict=True):
            members = self._by_dataset[self._datasets[dataset]]
            chosen += self.rng.choice(members, size=min(count, len(members)), replace=False).tolist()
        return chosen

    def _pick(self, signatures: tuple[Indices, ...], count: int) -> list[int]:
        picked = self.rng.permutation(len(signatures))[:count]
        return [int(self.rng.choice(signatures[number])) for number in picked]
