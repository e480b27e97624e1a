"""Batches of drawn sheets and close-ups, made in a process beside the one that learns from them."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.preprocess.composing.closeups import close_ups
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.samples import composite

Drawn = tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]  # pictures, truths, upside down or not
HEIGHTS: Final = (288, 320, 896)  # pixels of a batch's pictures; the last are pages
SHARES: Final = (0.5, 0.44, 0.06)
ROWS: Final = 8 * 320  # pixels in height that a batch has in all
CHEQUES, NEAR_EACH = 2, 4  # drawn for a batch of close-ups, and close-ups of each
AHEAD: Final = 4  # batches kept ready

Draw = Callable[[int, int, Hands], Drawn]  # a batch's number and the seed of its series

_hands: Hands | None = None


def drawn(number: int, seed: int, hands: Hands, rows: int = ROWS) -> Drawn:
    """Batch `number` of the series that `seed` begins; up to `rows` pixels in height together."""
    rng = np.random.default_rng([seed, number])
    height = int(rng.choice(HEIGHTS, p=SHARES))
    samples = [composite(height, hands, rng) for _ in range(max(1, rows // height))]
    return (
        np.stack([sample.grey for sample in samples]),
        np.stack([sample.truth for sample in samples]),
        np.array([sample.upside_down for sample in samples]),
    )


def drawn_near(number: int, seed: int, hands: Hands) -> Drawn:
    """Batch `number` of a series of close-ups."""
    rng = np.random.default_rng([seed, number])
    samples = [sample for _ in range(CHEQUES) for sample in close_ups(NEAR_EACH, hands, rng)]
    return (
        np.stack([sample.picture for sample in samples]),
        np.stack([sample.truth for sample in samples]),
        np.zeros(len(samples), np.bool_),
    )


class Maker:
    """Draws batches ahead in a process of its own; asked for them in turn."""

    def __init__(self, hands: Hands, seed: int, first: int = 0, draw: Draw = drawn) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin, initargs=(hands,))
        self._seed, self._way = seed, draw
        self._next = first
        self._ready: deque[Future[Drawn]] = deque()

    def __enter__(self) -> "Maker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def batch(self) -> Drawn:
        """The next one."""
        while len(self._ready) < AHEAD:
            self._ready.append(self._pool.submit(_draw, self._way, self._next, self._seed))
            self._next += 1
        return self._ready.popleft().result()


def _begin(hands: Hands) -> None:
    global _hands
    _hands = hands


def _draw(way: Draw, number: int, seed: int) -> Drawn:
    assert _hands is not None
    return way(number, seed, _hands)
