"""Batches of drawn sheets, made in a process beside the one that learns from them."""

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.samples import composite

Drawn = tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]  # pictures, truths, upside down or not
HEIGHTS: Final = (288, 320, 896)  # pixels of a batch's pictures; the last are pages
SHARES: Final = (0.5, 0.44, 0.06)
ROWS: Final = 8 * 320  # pixels in height that a batch has in all
AHEAD: Final = 4  # batches kept ready

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


class Maker:
    """Draws batches ahead in a process of its own; asked for them in turn."""

    def __init__(self, hands: Hands, seed: int, first: int = 0, rows: int = ROWS) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin, initargs=(hands,))
        self._seed, self._rows = seed, rows
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
            self._ready.append(self._pool.submit(_draw, self._next, self._seed, self._rows))
            self._next += 1
        return self._ready.popleft().result()


def _begin(hands: Hands) -> None:
    global _hands
    _hands = hands


def _draw(number: int, seed: int, rows: int) -> Drawn:
    assert _hands is not None
    return drawn(number, seed, _hands, rows)
