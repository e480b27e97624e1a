"""From folders of signatures to a corpus of frames, by the same reading and normalising that verification uses."""

import hashlib
import logging
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sigverify.errors import DataError
from sigverify.labelled_signatures import LAYOUTS, Item, listed, nothing_of, picture_of, some_writers
from sigverify.model.dataset import Corpus, Split
from sigverify.preprocess.normalising import BLANK, Normalised, fingerprint, normalise

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Acquired:
    """A corpus, and what was not fit to be part of it or to be judged."""

    corpus: Corpus
    poor: NDArray[np.bool_]  # (n,) frames of the corpus that use would answer with CANNOT JUDGE
    lost: tuple[tuple[str, str], ...]  # data set and name of each signature that is unreadable or blank


def acquire(
    data: Path,
    *,
    workers: int = 2,
    split: Split | None = None,
    only: Mapping[str, int] | None = None,
    writers: int | None = None,
) -> Acquired:
    """As `collect`, of pictures alone and without a cache, with the failures counted.

    `only` limits it to these data sets and, of each, to so many writers (those whose names' digests come first);
    `writers` does so for every data set.
    """
    items = [item for item in listed(data, online=False) if split is None or item.split == split]
    if writers is not None:
        only = dict.fromkeys((item.dataset for item in items), writers)
    if only is not None:
        items = some_writers(items, only)
    if not items:
        raise nothing_of(data, split)
    return _acquired(items, workers)


def collect(
    data: Path, *, cache: Path | None = None, workers: int = 2, online: bool = True, split: Split | None = None
) -> Corpus:
    """Every signature under `data`, or of one split, as frames; raises DataError when nothing is laid out as expected.

    `data` holds a manifest.csv, or `<writer>/{genuine,forged}/*`, or `<class>/*` (also one level down). With `cache`,
    frames are kept there and made anew when the list of signatures or the preprocessing changes.
    """
    items = [item for item in listed(data, online=online) if split is None or item.split == split]
    if not items:
        which = "signatures" if split is None else f"signatures of {split} writers"
        raise DataError(f"No {which} under {data.name}: expected {LAYOUTS}.")
    return framed(items, cache, workers)


def framed(items: list[Item], cache: Path | None, workers: int) -> Corpus:
    """Signatures as frames, or those that `cache` holds of the same list; raises DataError when none can be read."""
    kept = cache / f"corpus-{_digest(items)}.npz" if cache else None
    if kept is not None and kept.exists():
        return Corpus.load(kept)
    corpus = _acquired(items, workers).corpus
    if kept is not None:
        corpus.save(kept)
    return corpus


def _digest(items: list[Item]) -> str:
    """What the cached frames depend on: the list of signatures, their files' dates and the preprocessing."""
    digest = hashlib.sha256(fingerprint().encode())
    for item in items:
        stamp = _date(item.path) if item.path else item.variant
        digest.update(f"{item.signature} {item.split} {item.text} {item.genuine} {stamp}\n".encode())
    return digest.hexdigest()[:16]


def _date(path: Path) -> int:
    """When a file last changed, in nanoseconds; 0 for one that cannot be found, which is left out later."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _acquired(items: list[Item], workers: int) -> Acquired:
    if workers > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            looks = list(pool.map(_look, items, chunksize=64))
    else:
        looks = [_look(item) for item in items]
    pairs = list(zip(items, looks, strict=True))
    kept = [(item, look.frame) for item, look in pairs if look.frame is not None]
    if len(kept) < len(items):
        log.warning("left out %d of %d signatures: unreadable or blank", len(items) - len(kept), len(items))
    if not kept:
        raise DataError("None of the signatures could be read.")
    corpus = Corpus(
        frames=np.stack([frame for _, frame in kept]),
        dataset=np.array([item.dataset for item, _ in kept]),
        writer=np.array([f"{item.dataset}/{item.writer}" for item, _ in kept]),
        text=np.array([item.text for item, _ in kept]),
        genuine=np.array([item.genuine for item, _ in kept]),
        signature=np.array([item.signature for item, _ in kept]),
        split=np.array([item.split for item, _ in kept]),
    )
    return Acquired(
        corpus=corpus,
        poor=np.array([not look.quality.good for look in looks if look.frame is not None]),
        lost=tuple((item.dataset, item.signature) for item, look in pairs if look.frame is None),
    )


def _look(item: Item) -> Normalised:
    """What is seen of one signature; without a frame when it cannot be read. Poor quality is kept: it occurs in use."""
    picture = picture_of(item)
    if picture is None:
        return BLANK
    try:
        return normalise(picture)
    except ValueError:
        return BLANK
