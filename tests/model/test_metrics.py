import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import det_curve

from sigverify.model.metrics import (
    at_far,
    auc,
    bound,
    cllr,
    cllr_min,
    costs,
    eer,
    error_curve,
    far,
    frr,
    resolves,
)


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


QUIETLY = settings(max_examples=60, deadline=None)
DISTANCES = st.lists(st.integers(0, 200), min_size=1, max_size=30).map(lambda cents: np.array(cents) / 100)


@QUIETLY
@given(DISTANCES, DISTANCES)
def test_at_the_threshold_found_the_two_rates_are_as_near_as_they_come(genuine, forged):
    crossing = eer(genuine, forged)
    every = np.concatenate([[-0.01], genuine, forged])
    nearest = np.abs(far(forged, every) - frr(genuine, every)).min()
    at = np.array([crossing.threshold])
    assert abs(far(forged, at)[0] - frr(genuine, at)[0]) == pytest.approx(nearest)
    assert 0.0 <= crossing.rate <= 1.0


def test_the_threshold_for_a_far_accepts_as_many_forgeries_as_are_allowed_and_no_more():
    forged = np.arange(1, 101) / 100  # the nth forgery lies at n / 100
    genuine = np.array([0.005, 0.01, 0.015, 0.5])
    point = at_far(genuine, forged, 0.01)
    assert (point.far, point.frr) == (pytest.approx(0.01), pytest.approx(0.25))
    assert 0.015 <= point.threshold < 0.02
    assert at_far(genuine, forged, 0.02).far == pytest.approx(0.02)  # exactly the target is allowed


def test_where_the_nearest_trials_are_forgeries_nothing_is_accepted_at_a_small_far():
    point = at_far(np.array([0.5, 0.6]), np.array([0.1, 0.2, 0.7]), 0.01)
    assert (point.far, point.frr) == (0.0, 1.0)
    assert point.threshold < 0.1


def test_tied_forgeries_are_accepted_together_or_not_at_all():
    tied = np.full(10, 0.4)
    assert at_far(np.array([0.4, 0.3]), tied, 0.5).far == 0.0
    assert at_far(np.array([0.4, 0.3]), tied, 0.5).frr == 0.5
    assert at_far(np.array([0.4, 0.3]), tied, 1.0).frr == 0.0


def test_no_error_in_so_many_trials_bounds_the_rate_at_three_by_their_number():
    assert bound(300) == pytest.approx(0.01)
    assert bound(0) == bound(1) == bound(2) == 1.0
    assert resolves(0.01, 300)
    assert not resolves(0.01, 299)
    assert not resolves(0.001, 300)


def test_the_area_is_one_for_order_a_half_for_ties_and_nothing_for_the_reverse():
    near, far_off = np.array([0.1, 0.2]), np.array([0.8, 0.9])
    assert auc(near, far_off) == 1.0
    assert auc(far_off, near) == 0.0
    assert auc(np.full(5, 0.3), np.full(4, 0.3)) == 0.5
    assert auc(np.array([0.1, 0.5]), np.array([0.5])) == pytest.approx(0.75)


def test_ratios_that_say_nothing_cost_one_bit_and_right_ones_beyond_doubt_cost_none():
    assert cllr(np.zeros(3), np.zeros(4)) == pytest.approx(1.0)
    assert cllr(np.full(3, 30.0), np.full(4, -30.0)) == pytest.approx(0.0, abs=1e-9)
    assert cllr(np.full(3, -2.0), np.full(4, 2.0)) == pytest.approx(np.log2(101))
    assert costs(np.array([1.0]), True)[0] == pytest.approx(np.log2(1.1))  # ten to one for the truth
    assert costs(np.array([1.0]), False)[0] == pytest.approx(np.log2(11.0))  # ten to one against it


def test_both_kinds_weigh_the_same_however_many_trials_there_are():
    assert cllr(np.full(1, 1.0), np.full(1000, -1.0)) == pytest.approx(cllr(np.full(50, 1.0), np.full(2, -1.0)))


def test_the_least_cost_is_none_where_the_kinds_part_and_a_bit_where_nothing_parts_them():
    assert cllr_min(np.array([0.1, 0.2]), np.array([0.8])) == pytest.approx(0.0, abs=1e-9)
    assert cllr_min(np.full(7, 0.3), np.full(3, 0.3)) == pytest.approx(1.0)
    assert cllr_min(np.array([0.8, 0.9]), np.array([0.1, 0.2])) == pytest.approx(1.0)  # no rising calibration helps


def test_the_least_cost_of_a_worked_example():
    """Genuine at 1 and 3, forged at 2 and 4: the pool of 2 and 3 says one to one, the ends are beyond doubt."""
    assert cllr_min(np.array([1.0, 3.0]), np.array([2.0, 4.0])) == pytest.approx(0.5)


def test_one_trial_of_each_kind_is_enough_for_a_rate_however_little_it_says():
    assert eer(np.array([0.2]), np.array([0.4])).rate == 0.0
    assert eer(np.array([0.4]), np.array([0.2])).rate == 1.0


EVERY = [eer, auc, error_curve, cllr, cllr_min, lambda genuine, forged: at_far(genuine, forged, 0.1)]


@pytest.mark.parametrize("measure", EVERY)
@pytest.mark.parametrize("sides", [([], [0.1]), ([0.1], []), ([0.1, np.nan], [0.2]), ([0.1], [np.inf])])
def test_what_could_not_be_measured_has_no_figure(measure, sides):
    with pytest.raises(ValueError, match="needs"):
        measure(*(np.array(side, dtype=float) for side in sides))


@QUIETLY
@given(DISTANCES, DISTANCES)
def test_the_curve_is_that_of_the_rates_and_of_scikit_learn(genuine, forged):
    curve = error_curve(genuine, forged)
    assert (np.diff(curve.thresholds) > 0).all()
    assert curve.far == pytest.approx(far(forged, curve.thresholds))
    assert curve.frr == pytest.approx(frr(genuine, curve.thresholds))
    assert (curve.far[0], curve.frr[0], curve.far[-1], curve.frr[-1]) == (0.0, 1.0, 1.0, 0.0)
    wrote = np.repeat([1, 0], [len(genuine), len(forged)])
    accepted, flagged, _ = det_curve(wrote, -np.concatenate([genuine, forged]))
    points = {(round(a, 9), round(f, 9)) for a, f in zip(curve.far.tolist(), curve.frr.tolist(), strict=True)}
    assert {(round(a, 9), round(f, 9)) for a, f in zip(accepted.tolist(), flagged.tolist(), strict=True)} <= points


@QUIETLY
@given(DISTANCES, DISTANCES, st.sampled_from([0.0, 0.001, 0.01, 0.1, 0.5, 1.0]))
def test_no_threshold_that_keeps_to_the_far_flags_fewer(genuine, forged, target):
    point = at_far(genuine, forged, target)
    assert point.far <= target + 1e-9
    allowed = [t for t in np.concatenate([[-1.0], genuine, forged]) if far(forged, np.array([t]))[0] <= target]
    assert point.frr == pytest.approx(min(frr(genuine, np.array(allowed))))


@QUIETLY
@given(DISTANCES, DISTANCES)
def test_rising_transformations_change_neither_area_nor_least_cost(genuine, forged):
    assert auc(genuine, forged) == pytest.approx(auc(np.exp(genuine), np.exp(forged)))
    assert cllr_min(genuine, forged) == pytest.approx(cllr_min(np.exp(genuine), np.exp(forged)), abs=1e-6)


@QUIETLY
@given(DISTANCES, DISTANCES)
def test_no_calibration_beats_the_least_cost(genuine, forged):
    assert cllr_min(genuine, forged) <= min(1.0, cllr(1.0 - genuine, 1.0 - forged)) + 1e-6
