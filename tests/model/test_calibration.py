import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.model.calibration import BOUND, Calibration, Group, cost, fit
from sigverify.model.distance import PLAIN
from sigverify.model.metrics import cllr

MADE = Calibration(one_offset=2.0, one_slope=-3.0, many_offset=3.0, many_slope=-5.0)
GENUINE_AT, FORGED_AT, WIDTH = 0.5, 0.9, 0.15


def trials(count=4000, specimens=1, *, dataset="made", forged=None, genuine_at=GENUINE_AT, forged_at=FORGED_AT, seed=0):
    """Distances from two normal distributions of one width, whose log likelihood ratio is a straight line."""
    rng = np.random.default_rng([seed, specimens])
    forged = count if forged is None else forged
    shared = np.concatenate([rng.normal(genuine_at, WIDTH, count), rng.normal(forged_at, WIDTH, forged)])
    return Group(
        dataset=dataset,
        distances=np.repeat(shared[:, np.newaxis], specimens, axis=1),
        spread=np.zeros(len(shared)),
        genuine=np.arange(len(shared)) < count,
    )


def true_llr(distance):
    middle = (GENUINE_AT + FORGED_AT) / 2
    return -(FORGED_AT - GENUINE_AT) * (distance - middle) / WIDTH**2 / np.log(10)


@pytest.mark.parametrize("specimens", [1, 5])
def test_where_the_likelihood_ratio_is_known_it_is_found(specimens):
    calibration = fit([trials(20_000, specimens)], PLAIN)
    for distance in (0.6, 0.7, 0.8):
        assert calibration.at(distance, specimens) == pytest.approx(true_llr(distance), abs=0.05)
    fresh = trials(20_000, specimens, seed=1)
    best = true_llr(fresh.distances[:, 0])
    costs = cost(calibration, [fresh], PLAIN), cllr(best[fresh.genuine], best[~fresh.genuine])
    assert costs[0] == pytest.approx(costs[1], abs=0.01)


def test_ten_times_the_forgeries_do_not_make_a_signature_a_forgery():
    even, uneven = fit([trials()], PLAIN), fit([trials(1000, forged=20_000)], PLAIN)
    assert uneven.at(0.7, 1) == pytest.approx(even.at(0.7, 1), abs=0.06)


def test_a_large_data_set_does_not_drown_a_small_one():
    shifted = {"genuine_at": 0.7, "forged_at": 1.1}
    alike = fit([trials(dataset="a"), trials(dataset="b", **shifted)], PLAIN)
    drowned = fit([trials(300, dataset="a"), trials(20_000, dataset="b", **shifted)], PLAIN)
    assert alike.at(0.8, 1) == pytest.approx(0.0, abs=0.05)
    assert drowned.at(0.8, 1) == pytest.approx(0.0, abs=0.1)


def test_one_and_five_specimens_may_have_lines_of_their_own():
    many = trials(specimens=5, genuine_at=0.3, forged_at=0.9)
    calibration = fit([trials(), trials(specimens=3, genuine_at=0.35), many], PLAIN)
    assert calibration.at(0.7, 1) == pytest.approx(0.0, abs=0.15)
    assert calibration.at(0.6, 5) == pytest.approx(0.0, abs=0.15)
    assert calibration.many_slope < calibration.one_slope < 0.0


def test_distances_that_run_the_wrong_way_say_nothing():
    wrong = fit([trials(specimens=n, genuine_at=0.9, forged_at=0.5) for n in (1, 2, 5)], PLAIN)
    assert wrong.one_slope == wrong.many_slope == 0.0
    assert wrong.at(np.array([0.0, 0.5, 2.0]), 2) == pytest.approx([0.0, 0.0, 0.0], abs=0.01)


def test_a_few_trials_without_an_error_give_no_endless_slope():
    group = Group(
        dataset="bank",
        distances=np.array([[0.2], [0.3], [0.9], [1.0]]),
        spread=np.zeros(4),
        genuine=np.array([True, True, False, False]),
    )
    assert -10.0 < fit([group], PLAIN).one_slope < 0.0


def test_without_both_kinds_of_trial_there_is_no_calibration():
    with pytest.raises(ValueError, match="genuine and forged"):
        fit([trials(10, forged=0)], PLAIN)
    assert cost(MADE, [trials(10, forged=0)], PLAIN) is None


def test_what_it_was_fitted_on_is_counted():
    calibration = fit([trials(50, dataset="a", forged=20), trials(30, 2, dataset="a", forged=40)], PLAIN)
    assert (calibration.datasets, calibration.genuine, calibration.forged) == (("a",), 80, 60)


specimens = st.integers(1, 12)
distance = st.floats(0.0, 2.0)
slope = st.floats(-20.0, 0.0)
offset = st.floats(-20.0, 20.0)


@given(st.lists(st.tuples(distance, distance), min_size=1, max_size=8), slope, slope, offset, offset, distance)
def test_a_larger_distance_never_speaks_more_for_the_same_writer(pairs, one, many, at_one, at_many, spread):
    calibration = Calibration(one_offset=at_one, one_slope=one, many_offset=at_many, many_slope=many)
    fusion = {"spread": 0.7, "population_spread": 0.5, "prior": 1.0, "nearest": 0.5}
    near, far = np.sort(np.array(pairs), axis=1).T  # each specimen of `far` is at least as far
    ratios = calibration.llr(np.stack([near, far]), np.full(2, spread), fusion)
    assert ratios[1] <= ratios[0] + 1e-9
    assert np.all(np.abs(ratios) <= BOUND)


@pytest.mark.parametrize(("distance", "expected"), [(0.0, BOUND), (2.0, -BOUND), (0.5, 0.5), (2 / 3, 0.0)])
def test_no_more_is_claimed_than_a_hundred_to_one(distance, expected):
    assert MADE.at(distance, 1) == pytest.approx(expected)


@pytest.mark.parametrize("specimens", [1, 2, 5])
@pytest.mark.parametrize("llr", [1.0, 0.0, -1.0])
def test_a_likelihood_ratio_reaches_as_far_as_it_is_read(specimens, llr):
    assert MADE.at(MADE.reach(llr, specimens), specimens) == pytest.approx(llr)


def test_a_likelihood_ratio_never_read_reaches_nowhere():
    flat = Calibration(one_offset=0.5, one_slope=0.0, many_offset=0.5, many_slope=0.0)
    assert (flat.reach(1.0, 1), flat.reach(0.3, 1)) == (0.0, 2.0)
    assert MADE.reach(2.1, 1) == 0.0
    assert str(MADE.reach(2.0, 1)) == "0.0"  # not -0.0, which a table would show


def test_what_could_not_be_measured_speaks_for_nobody():
    assert np.isnan(MADE.at(np.nan, 1))
    assert np.isnan(MADE.llr(np.array([[0.2, np.nan]]), np.zeros(1), PLAIN)).all()


def test_many_comparisons_are_read_at_once_as_one_by_one():
    each = np.random.default_rng(0).uniform(0.0, 1.0, (7, 3))
    spread = np.linspace(0.1, 0.7, 7)
    at_once = MADE.llr(each, spread, PLAIN)
    assert at_once == pytest.approx([float(MADE.llr(e, s, PLAIN)) for e, s in zip(each, spread, strict=True)])


@pytest.mark.parametrize(
    "harm",
    [
        {"one_slope": 0.1},
        {"many_slope": 0.1},
        {"one_offset": float("nan")},
        {"many_slope": float("-inf")},
        {"genuine": -1},
        {"cllr": float("nan")},
        {"cllr_test": -0.1},
    ],
)
def test_a_calibration_cannot_be_born_wrong(harm):
    with pytest.raises(ValueError, match=r"calibration|cost"):
        Calibration(**{**asdict(MADE), **harm})


def test_a_calibration_survives_being_written_down():
    calibration = Calibration(**{**asdict(MADE), "datasets": ("a", "b"), "cllr": 0.4})
    assert Calibration.from_json(json.loads(json.dumps(asdict(calibration)))) == calibration


def test_saying_nothing_costs_one_bit_and_the_right_word_less():
    nothing = np.zeros(3)
    assert cllr(nothing, nothing) == pytest.approx(1.0)
    assert cllr(np.full(3, 2.0), np.full(5, -2.0)) == pytest.approx(np.log2(1.01))
    assert cllr(np.full(3, -2.0), np.full(5, 2.0)) > 6.0
    with pytest.raises(ValueError, match="genuine and forged"):
        cllr(nothing, np.zeros(0))
