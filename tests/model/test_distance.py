import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.model.distance import PLAIN, Measure, combined, distances, fused, spread

MEASURE = Measure(dimensions=8)
FUSION = {"spread": 0.7, "population_spread": 0.5, "prior": 2.0, "nearest": 0.25}


def units(count, seed, dimensions=8):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_signature_is_at_distance_nought_from_itself():
    rows = units(3, 0)
    assert distances(rows[0], rows, MEASURE)[0] == 0.0


@given(st.integers(0, 1000))
def test_with_one_specimen_the_combined_distance_is_the_plain_one(seed):
    questioned, specimen = units(2, seed)
    assert combined(questioned, specimen[None], FUSION, MEASURE) == pytest.approx(np.linalg.norm(questioned - specimen))


def test_several_specimens_take_the_spread_off_the_mean():
    rows = units(4, 1)
    expected = distances(rows[0], rows[1:], MEASURE).mean() - 0.7 * spread(rows[1:], MEASURE)
    assert combined(rows[0], rows[1:], PLAIN, MEASURE) == pytest.approx(max(0.0, expected))


def test_whoever_signs_unsteadily_is_allowed_more():
    each = np.array([0.8, 0.8, 0.8])
    assert fused(each, 0.6, FUSION) < fused(each, 0.2, FUSION)


def test_whoever_signs_as_steadily_as_people_do_is_judged_by_the_middle_of_the_distances():
    each = np.array([0.6, 0.8, 1.0])
    expected = 0.75 * each.mean() + 0.25 * each.min()
    assert fused(each, FUSION["population_spread"], FUSION) == pytest.approx(expected)


def test_the_spread_of_two_specimens_counts_for_less_than_that_of_five():
    def gain(count):
        each = np.full(count, 0.9)
        return float(fused(each, 0.2, FUSION) - fused(each, 0.6, FUSION))

    assert gain(2) < gain(5)


@given(st.integers(1, 6), st.integers(0, 1000))
def test_the_combined_distance_stays_on_the_scale_and_ignores_the_order(count, seed):
    rows = units(count + 1, seed)
    value = combined(rows[0], rows[1:], FUSION, MEASURE)
    assert 0.0 <= value <= 2.0
    assert combined(rows[0], rows[:0:-1], FUSION, MEASURE) == pytest.approx(value)


def test_no_specimen_is_no_comparison():
    with pytest.raises(ValueError, match="at least one specimen"):
        combined(units(1, 0)[0], np.zeros((0, 8)), FUSION, MEASURE)
