"""Handwriting by writer, to begin a training with: whose a piece of a page is, whatever it says.

A network that has learnt this of other people's pages needs fewer signatures to learn what a hand is. The pages are
those of IAM-OnDB (Liwicki, Bunke 2005), pen trajectories as `iam_online/strokes.npz` and `forms.csv` hold them.
"""

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.corpus import framed
from sigverify.errors import DataError
from sigverify.labelled_signatures import Item
from sigverify.model.augment import StrangerConfig
from sigverify.model.dataset import Corpus, Split
from sigverify.model.network import Network
from sigverify.model.sampling import SamplingConfig
from sigverify.model.training import Training, TrainingConfig
from sigverify.preprocess.composing.marks import Stroke

FOLDER: Final = "iam_online"
UNEXPECTED: Final = (OSError, KeyError, ValueError, IndexError, zipfile.BadZipFile)
PIECES: Final = 22  # of a page, at most
TRIES: Final = 200  # for them
STROKES: Final = (4, 16)  # that follow one another, of a piece: one to three words
ASPECT: Final = (1.2, 4.5)  # width by height, as signatures have it
TALLEST: Final = 6.0  # times the page's median stroke; what is taller is of two lines
SPIKE: Final = 250.0  # units; a step this long within a stroke is a fault of the pen
STARTING_ANEW: Final = "no checkpoint to go on from: starting anew"
BATCH: Final = SamplingConfig(people=14, genuine=8, forged=0)


def handwriting(data: Path, *, cache: Path | None = None, workers: int = 1) -> Corpus:
    """Frames of pieces of the pages under `data`, all genuine, to train on; with `cache` they are kept there.

    Raises DataError where there are no pages.
    """
    return framed(list(pieces(data)), cache, workers)


def pieces(data: Path) -> Iterator[Item]:
    """Strokes that follow one another on a page, as pen trajectories; the same ones every time. Raises DataError."""
    writers = _writers(data)
    for page, strokes in pages_of(data).items():
        if page not in writers:
            raise _unexpected(data)
        for first, piece in islice(_like_signatures(strokes, np.random.default_rng(page)), PIECES):
            yield Item(
                dataset=FOLDER,
                writer=writers[page],
                genuine=True,
                signature=f"{FOLDER}/{page}/{first}-{len(piece)}",
                split=Split.TRAIN,
                points=np.concatenate([_with_pen(stroke) for stroke in piece]),
            )


def has_pages(data: Path) -> bool:
    """Whether there is handwriting under `data`."""
    return (data / FOLDER / "strokes.npz").is_file()


def pages_of(data: Path) -> dict[int, list[Stroke]]:
    """The strokes of each page under `data`, without the tablet's spikes; raises DataError where there are none."""
    pages: dict[int, list[Stroke]] = {}
    try:
        with (data / FOLDER / "strokes.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            points, offsets, numbers = (arrays[name] for name in ("xy", "stroke_offset", "stroke_form"))
        for page, stroke in zip(numbers.tolist(), np.split(points.astype(np.float64), offsets[1:-1]), strict=True):
            pages.setdefault(page, []).extend(_whole(stroke))
    except UNEXPECTED as error:
        raise _unexpected(data) from error
    return pages


def _writers(data: Path) -> dict[int, str]:
    """Whose each page is."""
    try:
        with (data / FOLDER / "forms.csv").open(encoding="utf-8-sig", newline="") as lines:
            return {int(row["form"]): row["writer"] for row in csv.DictReader(lines)}
    except UNEXPECTED as error:
        raise _unexpected(data) from error


def _unexpected(data: Path) -> DataError:
    return DataError(f"No handwriting in {data.name}: expected whole {FOLDER}/strokes.npz and {FOLDER}/forms.csv.")


def _whole(stroke: Stroke) -> Iterator[Stroke]:
    cuts = np.flatnonzero(np.linalg.norm(np.diff(stroke, axis=0), axis=1) > SPIKE) + 1
    return (piece for piece in np.split(stroke, cuts) if len(piece) > 1)


def _like_signatures(strokes: Sequence[Stroke], rng: np.random.Generator) -> Iterator[tuple[int, Sequence[Stroke]]]:
    """Pieces of one page that are as wide for their height as signatures are, with the number of their first stroke."""
    if not strokes:
        return
    tallest = TALLEST * float(np.median([np.ptp(stroke[:, 1]) for stroke in strokes]))
    drawn = ((int(rng.integers(len(strokes))), int(rng.integers(*STROKES))) for _ in range(TRIES))
    for first, count in dict.fromkeys(drawn):
        piece = strokes[first : first + count]
        wide, high = np.ptp(np.concatenate(piece), axis=0)
        if len(piece) == count and 0 < high <= tallest and ASPECT[0] < wide / high < ASPECT[1]:
            yield first, piece


def _with_pen(stroke: Stroke) -> NDArray[np.float64]:
    """A stroke (n, 2) with a third column, the pen: down until its last point."""
    pen = np.ones((len(stroke), 1))
    pen[-1] = 0.0
    return np.hstack([stroke, pen])


def begun(
    pages: Corpus, out: Path, config: TrainingConfig, device: str, say: Callable[[str], None], *, resume: bool
) -> Network:
    """A network of the recipe's shape that has learnt in `config.handwriting` batches whose pieces of pages are.

    Only its embedding learns, by the recipe's loss of pairs and by naming the writer at full weight. Its checkpoint is
    in `out`, from where it goes on with `resume`.
    """
    first = replace(
        config,
        steps=config.handwriting,
        minutes=0.0,
        identity_weight=1.0,
        local=None,
        stranger=StrangerConfig(probability=0.0),
        sampling=BATCH,
        lifted=0,
        without=(),
    )
    training = Training(pages, out, first, device)
    if resume and not training.resume():
        say(STARTING_ANEW)
    say(f"handwriting of {len(training.sampler.people)} writers to begin with")
    return training.run(say)
