"""Signatures for the benchmarks, drawn by the project's own generator."""

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from sigverify.domain import Image
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import grey

HANDS = 8  # people who do not exist


def signatures(count: int, size: tuple[int, int]) -> list[Image]:
    """So many different signatures in grey, each fitted into `size` (width, height); always the same ones."""
    signers = [Signer.of_seed(seed) for seed in range(HANDS)]
    return [_fitted(signers[number % HANDS].genuine(number), size) for number in range(count)]


def _fitted(picture: Image, size: tuple[int, int]) -> Image:
    pixels = grey(picture)
    paper = int(np.median(pixels))
    return np.array(ImageOps.pad(Pillow.fromarray(pixels), size, color=paper))
