"""Scales and labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.gui.axis import MOST_STEPS, apart, axis_steps, quantile


@given(st.floats(0.05, 2.0))
def test_a_scale_starts_at_nothing_and_ends_at_its_end(end: float) -> None:
    steps = axis_steps(end)
    values = [value for value, _ in steps]
    assert values[0] == 0
    assert values[-1] == end
    assert values == sorted(set(values))
    assert 2 <= len(steps) <= MOST_STEPS + 2


def test_the_steps_of_the_usual_scale_are_round() -> None:
    assert [text for _, text in axis_steps(1.4)] == ["0", "0.2", "0.4", "0.6", "0.8", "1", "1.2", "1.4"]


@given(st.floats(0, 600), st.floats(0, 600), st.floats(20, 120), st.floats(20, 90))
def test_the_threshold_and_the_distance_never_write_over_each_other(
    threshold: float, distance: float, label: float, value: float
) -> None:
    taken_left = min(max(distance - value / 2, 0), 600 - value)
    taken = taken_left, taken_left + value
    left = apart(threshold, label, taken, 600, 8)
    assert left + label <= taken[0] or left >= taken[1]
    assert 0 <= left <= 600 - label


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0.0), (0.5, 1.0), (0.75, 1.5), (1.0, 2.0)])
def test_where_a_share_is_reached(share: float, expected: float) -> None:
    assert quantile([0.0, 0.5, 1.0], [0.0, 1.0, 2.0], share) == pytest.approx(expected)


def test_a_share_that_is_never_reached_lies_nowhere() -> None:
    assert quantile([0.0, 0.5], [0.0, 1.0], 0.9) is None
