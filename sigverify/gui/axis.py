"""The arithmetic of scales and labels: round steps, labels that do not meet, ranges out of a curve. Knows no Qt."""

from collections.abc import Sequence
from typing import Final

STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
MOST_STEPS: Final = 8


def axis_steps(end: float) -> list[tuple[float, str]]:
    """Round values from 0 to the scale's end with their text; the end itself is always among them."""
    step = next((step for step in STEPS if end / step <= MOST_STEPS), end / MOST_STEPS)
    whole = [index * step for index in range(int(end / step + 1e-9) + 1)]
    kept = [value for value in whole if value <= end - 0.6 * step]
    return [(value, f"{round(value, 4):g}") for value in (*kept, end)]


def apart(centre: float, wide: float, taken: tuple[float, float] | None, total: float, gap: float) -> float:
    """The left edge of a label about `centre` that does not meet the span `taken`, inside 0..total where possible."""
    left = min(max(centre - wide / 2, 0.0), total - wide)
    if taken is None or left + wide + gap <= taken[0] or left >= taken[1] + gap:
        return left
    before, after = taken[0] - gap - wide, taken[1] + gap
    prefer_after = centre >= (taken[0] + taken[1]) / 2
    if after + wide <= total and (prefer_after or before < 0):
        return after
    return max(before, 0.0)


def quantile(shares: Sequence[float], values: Sequence[float], share: float) -> float | None:
    """Where a rising cumulated share (0..1) reaches `share`, interpolated; None where it never does."""
    for index, reached in enumerate(shares):
        if reached >= share:
            if index == 0 or reached == shares[index - 1]:
                return values[index]
            before = shares[index - 1]
            part = (share - before) / (reached - before)
            return values[index - 1] + part * (values[index] - values[index - 1])
    return None
