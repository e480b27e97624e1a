import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.model.metrics import eer, far, frr


def test_perfect_separation_has_no_errors_and_a_threshold_in_the_gap():
    crossing = eer(np.array([0.1, 0.2]), np.array([0.8, 0.9]))
    assert crossing.rate == 0.0
    assert 0.2 <= crossing.threshold < 0.8


def test_a_distance_at_the_threshold_is_accepted():
    at = np.array([0.5])
    assert far(np.array([0.5]), at)[0] == 1.0
    assert frr(np.array([0.5]), at)[0] == 0.0


def test_one_error_in_four_on_either_side_is_a_quarter():
    crossing = eer(np.array([0.1, 0.2, 0.3, 0.7]), np.array([0.4, 0.8, 0.9, 1.0]))
    assert crossing.rate == pytest.approx(0.25)


def test_a_model_that_sees_no_difference_errs_in_half():
    same = np.linspace(0, 1, 101)
    assert eer(same, same).rate == pytest.approx(0.5, abs=0.01)


def test_all_distances_equal_is_half_and_not_a_crash():
    assert eer(np.full(10, 0.3), np.full(10, 0.3)).rate == 0.5


def test_nothing_to_compare_has_no_rate():
    with pytest.raises(ValueError, match="needs genuine and forged"):
        eer(np.array([0.1]), np.array([]))


DISTANCES = st.lists(st.integers(0, 200), min_size=1, max_size=30).map(lambda cents: np.array(cents) / 100)


@given(DISTANCES, DISTANCES)
def test_at_the_threshold_found_the_two_rates_are_as_near_as_they_come(genuine, forged):
    crossing = eer(genuine, forged)
    every = np.concatenate([[-0.01], genuine, forged])
    nearest = np.abs(far(forged, every) - frr(genuine, every)).min()
    at = np.array([crossing.threshold])
    assert abs(far(forged, at)[0] - frr(genuine, at)[0]) == pytest.approx(nearest)
    assert 0.0 <= crossing.rate <= 1.0
