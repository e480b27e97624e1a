"""What one verification costs in this process: preprocessing, the network, and a whole pair."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.drawn import signatures
from benchmarks.measuring import Figure, repeated
from sigverify.domain import Seek, Source
from sigverify.model.embedding import Embedder
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.normalising import fingerprint, normalise
from sigverify.preprocess.reading import encode_png
from sigverify.verifier import Verifier

REPEATS = 50
WARM_UP = 5
CHEQUE = 2365  # pixels wide: a cheque at 300 dpi
SIGNED = 1  # seed of a drawn cheque that somebody signed
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
    yield _box_moved(verifier, sources[0])


def _box_moved(verifier: Verifier, specimen: Source) -> Figure:
    """What the engine needs until the score follows a hand that moves a box on a whole cheque."""
    canvas = cheque(CHEQUE, Hands(), np.random.default_rng(SIGNED))
    x0, y0, x1, y1 = canvas.signatures[0]
    data = encode_png(np.clip(canvas.pixels, 0, 255).astype(np.uint8))
    whole = Source(name="drawn", data=data, seek=Seek.ALWAYS)

    def move(number: int) -> None:
        box = max(0, x0 - number), y0, x1, y1
        verifier.verify(replace(whole, box=box), [specimen])

    return repeated("another box on a whole cheque, to its distance", move, target=150, repeats=REPEATS)
