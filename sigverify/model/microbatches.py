"""Micro-batches of one size for devices that are quicker with several frames at a time.

Which kernel a GPU takes, and with it the last digits of a result, follows the shape of what it is given. If every pass
has the same shape, a frame's embedding is the same alone and among others; that is tried, not taken for granted.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.uint8]  # (n, h, w)
Rows = NDArray[np.float32]  # (n, d)
Pass = Callable[[Frames], Rows]

TOGETHER: Final = 16  # frames of a pass: enough to fill a small GPU, and still a moment for a single one
PAPER: Final = 255  # what an unfilled place of a pass shows
TRIALS: Final = 2  # companies of other frames that one frame is tried among, in every place


def in_passes(forward: Pass, frames: Frames, together: int) -> Rows:
    """Rows (n, d) of frames (n, h, w), every pass of exactly `together` frames, the last one filled up with paper."""
    rows = []
    for start in range(0, len(frames), together):
        part = frames[start : start + together]
        filled = np.full((together, *frames.shape[1:]), PAPER, np.uint8)
        filled[: len(part)] = part
        rows.append(forward(filled)[: len(part)])
    return np.concatenate(rows) if rows else np.zeros((0, 0), np.float32)


def independent(forward: Pass, shape: tuple[int, int], together: int) -> bool:
    """Whether a frame's row is the same to the last bit in every place of a pass, whatever stands beside it."""
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 256, shape, dtype=np.uint8)
    alone = in_passes(forward, frame[np.newaxis], together)[0]
    for _ in range(TRIALS):
        others = rng.integers(0, 256, (together, *shape), dtype=np.uint8)
        for place in range(together):
            company = others.copy()
            company[place] = frame
            if not np.array_equal(forward(company)[place], alone):
                return False
    return True
