"""The deciding figure: what finding and lifting a signature costs the verification of it.

Test writers' signatures are written on cheques and asked about twice by the same protocol: as the search found and
lifted them, and as they were given. Specimens are always as given.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.boxes import iou
from sigverify.cheque_trials import Search
from sigverify.corpus import Acquired, acquire
from sigverify.domain import Image, Point, Source
from sigverify.errors import DataError
from sigverify.labelled_signatures import has_manifest
from sigverify.model.card import ModelCard
from sigverify.model.dataset import Split
from sigverify.model.distance import Distances
from sigverify.model.evaluation import Rule, Trials, held
from sigverify.model.protocol import Kind, Protocol, protocol_of
from sigverify.model.thrice import WAYS, Deciding, deciding_of, scores_of, together
from sigverify.preprocess.inking import INKS
from sigverify.preprocess.normalising import normalise
from sigverify.preprocess.pasting import alone, compressed, cover_of, fitted, pasted
from sigverify.preprocess.reading import decode, grey, read_bytes
from sigverify.preprocess.rescanning import CHEQUE_INCHES

WRITERS: Final = 10  # of each data set
EACH: Final = 5  # signatures of each kind that are asked about, a writer
MOST: Final = 400  # signatures pasted; a second each
GIVEN_DPI: Final = 300  # of the signatures
QUALITY: Final = 90  # of the JPEG that the signed cheque goes through
AT_ONCE: Final = 128  # frames a forward pass
ELSEWHERE: Final = 0.1  # agreement with the place signed below which something else was found
PENS: Final = (*INKS, (28, 28, 28), (60, 60, 64), (52, 66, 150))  # and black, a pale black, a light blue

Frames = NDArray[np.uint8]
Embed = Callable[[Frames], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A cheque that nobody has signed, and where one would."""

    kind: str
    pixels: Image  # (h, w) or (h, w, 3)
    centre: Point


Grounds = Sequence[Callable[[], Ground]]  # made when their turn comes: each is some megabytes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one signature written on a cheque."""

    kind: str  # of cheque
    found: bool  # something at all
    doubtful: bool  # but nothing sure
    there: bool  # and one of the places compared is where it had been written
    agreement: float  # IoU of the best box with the place
    judged: bool  # a picture came of it that can be judged
    cropped: tuple[Image, ...]  # the network's frames of what was lifted at the places compared, the surest first
    white: Image | None  # and of the same ink in the same size alone on white


@dataclass(frozen=True, kw_only=True)
class Losses:
    """How many signatures were lost on one kind of cheque."""

    kind: str
    pasted: int
    nothing: int  # no signature found
    doubtful: int  # only doubtful places; what is like the specimens counts
    elsewhere: int  # none of the places compared is it; it is scored as found
    unjudged: int  # found and lifted, but CANNOT JUDGE
    agreement: float  # mean IoU with the place signed
    strayed: tuple[float, float]  # distance of the nearest place to the signature as given: median, 90th percentile


@dataclass(frozen=True, kw_only=True)
class PastedFigures:
    """The deciding figure, and what was lost on the way to it."""

    seed: int
    deciding: tuple[Deciding, ...]
    losses: tuple[Losses, ...]


def pasted_figures(
    data: Path,
    grounds: Mapping[str, Grounds],
    search: Search,
    embed: Embed,
    card: ModelCard,
    *,
    most: int = MOST,
    seed: int = 0,
    workers: int = 1,
) -> PastedFigures:
    """The figures for test writers under `data` (everybody's where no manifest says), at most `most` signatures pasted.

    `grounds` by kind take turns. Raises DataError where no trial can be held.
    """
    acquired = _acquired(data, workers)
    corpus = acquired.corpus
    chosen = _chosen(acquired, most, seed)
    names = corpus.signature.tolist()
    protocol = _asking(protocol_of(corpus, seed=seed), {names[k] for k in chosen})
    outcomes = dict(_outcomes({k: data / names[k] for k in chosen}, grounds, search, seed))
    clean = _in_parts(corpus.frames, embed)
    white = _embedded(clean, {k: one.white for k, one in outcomes.items()}, embed)
    places = list(_places(clean, outcomes, embed))
    judged = [k for k, one in outcomes.items() if one.judged]
    failed = np.zeros(len(corpus), np.bool_)
    failed[[k for k in outcomes if k not in judged]] = True
    given, alone_on_white = (held(protocol, corpus, _rule(rows, clean, card)) for rows in (clean, white))
    cropped = _nearest([held(protocol, corpus, _rule(rows, clean, card)) for rows in places], card)
    sides = dict(zip(WAYS, (given, alone_on_white, cropped), strict=True))
    deciding = tuple(_by_group(sides, failed, card))
    if not deciding:
        raise DataError(f"No trial can be made of {data.name}: it takes writers with genuine and forged signatures.")
    strayed = np.min([card.measure.between(rows[judged], clean[judged]) for rows in places], axis=0).tolist()
    losses = tuple(_losses(outcomes, dict(zip(judged, strayed, strict=True))))
    return PastedFigures(seed=seed, deciding=deciding, losses=losses)


def _by_group(
    sides: Mapping[str, Mapping[int, Mapping[str, Trials]]], failed: NDArray[np.bool_], card: ModelCard
) -> Iterator[Deciding]:
    """Every data set with every number of specimens, and all of them together."""
    for group in sorted(sides["clean"]):
        parts = [
            scores_of(dataset, {way: sides[way][group][dataset] for way in WAYS}, failed, card.fusion)
            for dataset in sorted(sides["clean"][group])
        ]
        both = [part for part in parts if part.complete]
        every = [together(both)] if len(both) > 1 else []
        for part in (*both, *every):
            yield deciding_of(part, card.curve(group).development_threshold)


def _acquired(data: Path, workers: int) -> Acquired:
    """Signatures of a few test writers of each data set."""
    split = Split.TEST if has_manifest(data) else None
    return acquire(data, workers=workers, split=split, writers=WRITERS)


def _chosen(acquired: Acquired, most: int, seed: int) -> list[int]:
    """Numbers of the frames asked about: as many of each writer and kind, none that could not be judged as given."""
    corpus = acquired.corpus
    rank = np.random.default_rng([seed, 5]).permutation(len(corpus)).tolist()  # no data set comes first
    ranked: list[tuple[int, int, int]] = []
    for writer in sorted(set(corpus.writer.tolist())):
        for genuine in (True, False):
            own = np.flatnonzero((corpus.writer == writer) & (corpus.genuine == genuine) & ~acquired.poor)
            drawn_of = np.random.default_rng([seed, len(ranked)]).permutation(own)[:EACH]
            ranked += [(turn, rank[k], int(k)) for turn, k in enumerate(drawn_of)]
    return sorted(k for _, _, k in sorted(ranked)[:most])


def _asking(protocol: Protocol, names: set[str]) -> Protocol:
    """The same trials, but of these signatures only, and without random forgeries."""
    lists = []
    for one in protocol.lists:
        asked = tuple(name for name in one.questioned if name in names)
        if asked and one.kind is not Kind.RANDOM:
            lists.append(replace(one, questioned=asked))
    return Protocol(lists=tuple(lists))


def _outcomes(
    paths: Mapping[int, Path], grounds: Mapping[str, Grounds], search: Search, seed: int
) -> Iterator[tuple[int, Outcome]]:
    """Every signature on a cheque; kinds of cheque take turns, and each cheque is made once."""
    kinds = [kind for kind, there in grounds.items() if there]
    order = np.random.default_rng([seed, 1]).permutation(sorted(paths)).tolist()
    turns: dict[tuple[str, int], list[int]] = {}
    for turn, k in enumerate(order):
        kind = kinds[turn % len(kinds)]
        turns.setdefault((kind, turn // len(kinds) % len(grounds[kind])), []).append(k)
    for (kind, number), signatures in turns.items():
        ground = grounds[kind][number]()
        for k in signatures:
            yield k, _outcome(paths[k], ground, search, np.random.default_rng([seed, 2, k]))


def _outcome(path: Path, ground: Ground, search: Search, rng: np.random.Generator) -> Outcome:
    source = Source.of_file(path)
    cover = cover_of(grey(decode(read_bytes(source), name=source.name).pixels))
    if cover is None:  # it was judged as given, so this is for the program to answer for
        return Outcome(
            kind=ground.kind,
            found=False,
            doubtful=False,
            there=False,
            agreement=0.0,
            judged=False,
            cropped=(),
            white=None,
        )
    scale = ground.pixels.shape[1] / CHEQUE_INCHES / GIVEN_DPI
    cover = fitted(cover, ground.pixels, scale)
    cheque, place = pasted(ground.pixels, cover, ground.centre, PENS[int(rng.integers(len(PENS)))])
    found = search(compressed(cheque, QUALITY))
    looks = [normalise(lifted) for _, lifted in found.compared]
    good = [look.quality.good for look in looks]
    judged = any(good[:1] if found.signed else good)  # a sure place answers for all where it cannot be judged
    agreements = [iou(box, place) for box, _ in found.compared]
    return Outcome(
        kind=ground.kind,
        found=bool(looks),
        doubtful=bool(looks) and not found.signed,
        there=max(agreements, default=0.0) >= ELSEWHERE,
        agreement=agreements[0] if agreements else 0.0,
        judged=judged,
        cropped=tuple(look.frame for look in looks if look.quality.good and look.frame is not None) if judged else (),
        white=normalise(alone(cover)).frame,
    )


def _places(clean: NDArray[np.float32], outcomes: Mapping[int, Outcome], embed: Embed) -> Iterator[NDArray[np.float32]]:
    """The rows (n, d) with what was lifted at the surest place, then at the next; where there is none, as before."""
    most = max((len(one.cropped) for one in outcomes.values()), default=0)
    rows = clean
    for turn in range(max(1, most)):
        rows = _embedded(rows, {k: one.cropped[turn] for k, one in outcomes.items() if len(one.cropped) > turn}, embed)
        yield rows


def _nearest(places: Sequence[Mapping[int, Mapping[str, Trials]]], card: ModelCard) -> dict[int, dict[str, Trials]]:
    """The same trials at several places, each with the distances of the place that is nearest to its specimens."""
    return {
        group: {dataset: _nearest_of([one[group][dataset] for one in places], card) for dataset in places[0][group]}
        for group in places[0]
    }


def _nearest_of(places: Sequence[Trials], card: ModelCard) -> Trials:
    together = np.stack([one.combined(card.fusion) for one in places])  # (places, n)
    distances = np.stack([one.distances for one in places])  # (places, n, k)
    chosen = together.argmin(axis=0)
    return replace(places[0], distances=distances[chosen, np.arange(distances.shape[1])])


def _embedded(clean: NDArray[np.float32], frames: Mapping[int, Image | None], embed: Embed) -> NDArray[np.float32]:
    """The rows (n, d) with those put in place of which there is another frame."""
    rows = clean.copy()
    known = {k: frame for k, frame in frames.items() if frame is not None}
    if known:
        rows[list(known)] = _in_parts(np.stack(list(known.values())), embed)
    return rows


def _in_parts(frames: Frames, embed: Embed) -> NDArray[np.float32]:
    """Rows (n, d) of frames (n, h, w), not more at once than memory is there for."""
    return np.concatenate([embed(frames[start : start + AT_ONCE]) for start in range(0, len(frames), AT_ONCE)])


def _rule(questioned: NDArray[np.float32], clean: NDArray[np.float32], card: ModelCard) -> Rule:
    """Distances of questioned signatures to specimens, which are always as given."""
    measure = card.measure
    return Rule(
        between=lambda one, other: measure.between(questioned[one], clean[other]),
        among=Distances(clean, measure),
    )


def _losses(outcomes: Mapping[int, Outcome], strayed: Mapping[int, float]) -> Iterator[Losses]:
    for kind in sorted({one.kind for one in outcomes.values()}):
        of_kind = [one for one in outcomes.values() if one.kind == kind]
        apart = [strayed[k] for k, one in outcomes.items() if one.kind == kind and k in strayed] or [0.0]
        yield Losses(
            kind=kind,
            pasted=len(of_kind),
            nothing=sum(not one.found for one in of_kind),
            doubtful=sum(one.doubtful for one in of_kind),
            elsewhere=sum(one.found and not one.there for one in of_kind),
            unjudged=sum(one.found and not one.judged for one in of_kind),
            agreement=float(np.mean([one.agreement for one in of_kind])),
            strayed=(float(np.median(apart)), float(np.quantile(apart, 0.9))),
        )
