"""Signatures for the benchmarks, drawn by the project's own generator."""

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from sigverify.domain import Image


def signatures(count: int, size: tuple[int, int]) -> list[Image]:
    """So many different signatures in grey, each (height, width), from a fixed seed."""
    luck = np.random.default_rng(1)
    out = []
    for _ in range(count):
        page = Pillow.new("L", size, 245)
        xs = np.linspace(0.1, 0.9, 30) * size[0]
        ys = luck.uniform(0.2, 0.8, 30) * size[1]
        ImageDraw.Draw(page).line(list(zip(xs, ys, strict=True)), fill=30, width=4, joint="curve")
        out.append(np.array(page))
    return out
