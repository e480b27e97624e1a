"""What one verification costs in this process: preprocessing, the network, and a whole pair."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.drawn import signatures
from benchmarks.measuring import Figure, repeated
from sigverify.domain import Source
from sigverify.model.embedding import Embedder
from sigverify.preprocess.normalising import fingerprint, normalise
from sigverify.preprocess.reading import encode_png
from sigverify.verifier import Verifier

REPEATS = 50
WARM_UP = 5
SIZE = (600, 300)  # pixels: a signature cut out of a cheque at 200 dpi


def figures(weights: Path) -> Iterator[Figure]:
    """Each figure as soon as it is measured."""
    pictures = signatures(2 * (REPEATS + WARM_UP), SIZE)
    yield repeated(
        f"normalise {SIZE[0]}x{SIZE[1]}",
        lambda number: normalise(pictures[number]),
        target=6,
        repeats=REPEATS,
        warm_up=WARM_UP,
    )
    embedder = Embedder.load(weights, device="cpu", fingerprint=fingerprint())
    frame = normalise(pictures[0]).frame
    assert frame is not None
    frames = np.stack([frame])  # (1, h, w)
    yield repeated("embed one frame, one thread", lambda _: embedder.embed(frames), target=5, repeats=REPEATS)
    verifier = Verifier(embedder)
    sources = [Source.of_bytes(encode_png(picture), "drawn") for picture in pictures]
    yield repeated(
        "a whole pair, warm, never seen before",
        lambda number: verifier.verify(sources[2 * number], [sources[2 * number + 1]]),
        target=25,
        repeats=REPEATS,
        warm_up=WARM_UP,
    )
