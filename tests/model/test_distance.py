import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.model.distance import PLAIN, Distances, Measure, fused, measured
from sigverify.model.matching import Tokens

MEASURE = Measure(dimensions=8)
FUSION = {"spread": 0.7, "population_spread": 0.5, "prior": 2.0, "nearest": 0.25}


def combined(questioned, specimens, fusion, measure):
    return float(fused(*measured(questioned, specimens, measure), fusion))


def units(count, seed, dimensions=8):
    rows = np.random.default_rng(seed).normal(size=(count, dimensions))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_signature_is_at_distance_nought_from_itself():
    rows = units(3, 0)
    assert measured(rows[0], rows, MEASURE)[0][0] == 0.0


@given(st.integers(0, 1000))
def test_with_one_specimen_the_combined_distance_is_the_plain_one(seed):
    questioned, specimen = units(2, seed)
    assert combined(questioned, specimen[None], FUSION, MEASURE) == pytest.approx(np.linalg.norm(questioned - specimen))


def test_several_specimens_take_the_spread_off_the_mean():
    rows = units(4, 1)
    each = np.linalg.norm(rows[0] - rows[1:], axis=1)
    own = np.mean([np.linalg.norm(rows[one] - rows[other]) for one, other in ((1, 2), (1, 3), (2, 3))])
    expected = each.mean() - 0.7 * own
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
        measured(units(1, 0)[0], np.zeros((0, 8)), MEASURE)


def test_one_specimen_does_not_differ_from_itself():
    questioned, specimen = units(2, 3)
    assert measured(questioned, specimen[None], MEASURE)[1] == 0.0


@pytest.mark.parametrize("agreeing", [0.0, 0.05])
def test_gaps_by_number_are_those_of_the_rows(agreeing):
    tokens = Tokens(rows=2, columns=3, channels=4, reach=(1, 1), agreeing=agreeing)
    measure = Measure(dimensions=8, tokens=tokens, share=0.7)
    rows = np.hstack([units(6, 4), np.random.default_rng(5).normal(size=(6, tokens.size))]).astype(np.float32)
    one, other = np.array([0, 3, 3, 2]), np.array([1, 2, 3, 5])
    gaps = Distances(rows, measure)
    assert gaps(one, other) == pytest.approx(measure.between(rows[one], rows[other]))
    assert gaps(other, one) == pytest.approx(gaps(one, other))
    assert gaps(one, other)[2] == pytest.approx(0.0, abs=1e-6)


def test_no_pair_has_no_gap():
    assert Distances(units(2, 0))(np.zeros(0, int), np.zeros(0, int)).shape == (0,)
    assert MEASURE.between(units(1, 0), units(1, 0)[:0]).shape == (0,)
