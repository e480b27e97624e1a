"""How far a genuine pair's distance moves when only paper, ink, compression, resolution or the pen's width change."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image, Source
from sigverify.errors import ReadingError
from sigverify.model.card import ModelCard
from sigverify.model.dataset import Corpus
from sigverify.model.protocol import Kind, Protocol
from sigverify.preprocess.disturbing import DISTURBANCES
from sigverify.preprocess.normalising import normalise
from sigverify.preprocess.reading import decode, grey, read_bytes

PAIRS: Final = 200  # over all data sets
SEED: Final = 20261123
ALLOWED: Final = 0.1  # of the threshold, in the median

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Steadiness:
    """What one disturbance did to the genuine pairs of each data set and of all together."""

    disturbance: str
    pairs: int
    lost: int  # pictures without a signature to be seen after it
    moved: Mapping[str, float]  # median absolute change of distance as a share of the threshold, by data set
    overall: float

    @property
    def holds(self) -> bool:
        """Whether the distance moved by less than is allowed in every data set: calm ones do not excuse another."""
        return bool(self.moved) and max(self.moved.values()) < ALLOWED


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A genuine signature and a specimen of the same writer, by name."""

    dataset: str
    specimen: str
    questioned: str


def genuine_pairs(protocol: Protocol, known: frozenset[str], *, pairs: int = PAIRS) -> list[Pair]:
    """Genuine pairs of a protocol among signatures that are `known`, every data set giving as many where it can."""
    smallest = min((one.group for one in protocol.lists), default=1)
    found: dict[str, list[Pair]] = {}
    for one in protocol.lists:
        if one.kind is Kind.GENUINE and one.group == smallest and one.specimens[0] in known:
            for name in known.intersection(one.questioned):
                found.setdefault(one.dataset, []).append(
                    Pair(dataset=one.dataset, specimen=one.specimens[0], questioned=name)
                )
    rng = np.random.default_rng(SEED)
    chosen: list[Pair] = []
    for every in found.values():
        ordered = sorted(every, key=lambda pair: (pair.specimen, pair.questioned))
        picked = rng.permutation(len(ordered))[: max(1, pairs // len(found))]
        chosen += [ordered[k] for k in picked]
    return chosen


def steadiness(
    data: Path,
    chosen: list[Pair],
    corpus: Corpus,
    embeddings: NDArray[np.float32],
    embed: Embed,
    card: ModelCard,
) -> list[Steadiness]:
    """Every disturbance done to the questioned picture of each pair, in shares of the threshold for one specimen."""
    number = {name: k for k, name in enumerate(corpus.signature.tolist())}
    moved: dict[str, list[tuple[str, float | None]]] = {name: [] for name in DISTURBANCES}
    for pair in chosen:
        specimen = embeddings[[number[pair.specimen]]]
        before = card.measure.between(embeddings[number[pair.questioned]], specimen)[0]
        frames = dict(_disturbed(_picture(data / pair.questioned)))
        shares: dict[str, float] = {}
        if frames:
            after = card.measure.between(embed(np.stack(list(frames.values()))), specimen)
            shares = dict(zip(frames, (np.abs(after - before) / card.policy.one).tolist(), strict=True))
        for name in DISTURBANCES:
            moved[name].append((pair.dataset, shares.get(name)))
    return [_summed(name, changes) for name, changes in moved.items()]


def _summed(name: str, changes: list[tuple[str, float | None]]) -> Steadiness:
    by_set: dict[str, list[float]] = {}
    for dataset, share in changes:
        if share is not None:
            by_set.setdefault(dataset, []).append(share)
    every = [share for shares in by_set.values() for share in shares]
    return Steadiness(
        disturbance=name,
        pairs=len(changes),
        lost=len(changes) - len(every),
        moved={dataset: float(np.median(shares)) for dataset, shares in by_set.items()},
        overall=float(np.median(every)) if every else float("inf"),
    )


def _picture(path: Path) -> Image | None:
    try:
        source = Source.of_file(path)
        return grey(decode(read_bytes(source), name=source.name).pixels)
    except ReadingError:
        return None


def _disturbed(picture: Image | None) -> Iterator[tuple[str, Image]]:
    """The network's picture after each disturbance that leaves a signature to be seen."""
    for name, change in DISTURBANCES.items() if picture is not None else ():
        assert picture is not None
        frame = normalise(change(picture)).frame
        if frame is not None:
            yield name, frame
