"""Hypothesis strategies for images; small, so that many can be tried."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sigverify.domain import Image


def images(longest: int = 120) -> st.SearchStrategy[Image]:
    """Any (h, w) grey or (h, w, 3) RGB image at all: noise, flat, extreme shapes."""
    side = st.integers(1, longest)
    shapes = st.one_of(st.tuples(side, side), st.tuples(side, side, st.just(3)))
    return st.one_of(
        hnp.arrays(np.uint8, shapes, elements=st.integers(0, 255)),
        st.builds(_flat, shapes, st.integers(0, 255)),
        st.builds(_noise, shapes, st.integers(0, 2**32 - 1)),
    )


def grey_images(longest: int = 120) -> st.SearchStrategy[Image]:
    """Any (h, w) grey image at all."""
    return images(longest).map(lambda image: image if image.ndim == 2 else image[..., 0].copy())


def scribbles(width: int = 300, height: int = 140) -> st.SearchStrategy[Image]:
    """Grey (height, width) scans that look like a little handwriting on light paper, clear of every edge."""
    return st.builds(scribble, st.integers(0, 2**32 - 1), st.just(width), st.just(height))


def scribble(seed: int, width: int = 300, height: int = 140, paper: int = 245, ink: int = 40) -> Image:
    """One pen line through random points, drawn with soft edges; the same seed gives the same picture."""
    import cv2

    rng = np.random.default_rng(seed)
    count = 9
    across = np.linspace(0.15, 0.85, count) * width + rng.normal(0, width * 0.02, count)
    down = rng.uniform(0.2, 0.8, count) * height
    turns = np.linspace(0, count - 1, 24 * count)
    line = np.stack([np.interp(turns, np.arange(count), across), np.interp(turns, np.arange(count), down)], axis=1)
    loops = np.stack([np.sin(turns * 5.1), np.cos(turns * 5.1)], axis=1) * height * 0.08
    picture = np.full((height, width), paper, np.uint8)
    points = np.round((line + loops) * 16).astype(np.int32)
    cv2.polylines(picture, [points], False, ink, thickness=3, lineType=cv2.LINE_AA, shift=4)
    return picture


def _flat(shape: tuple[int, ...], value: int) -> Image:
    return np.full(shape, value, np.uint8)


def _noise(shape: tuple[int, ...], seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
