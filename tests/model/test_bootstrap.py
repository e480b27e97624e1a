import numpy as np
import pytest

from sigverify.model.bootstrap import LEAST_WRITERS, Side, drawn, error_rates, estimate, interval, means
from sigverify.model.metrics import at_far, eer

WRITERS = 20


def sides(seed: int = 0, apart: float = 1.0, each: int = 15) -> tuple[Side, Side]:
    rng = np.random.default_rng(seed)
    writer = np.repeat(np.arange(WRITERS), each)
    habit = rng.normal(0, 0.3, WRITERS)[writer]
    return (
        Side(score=2 + habit + rng.normal(0, 0.5, len(writer)), writer=writer),
        Side(score=2 + apart + habit + rng.normal(0, 0.5, len(writer)), writer=writer),
    )


def test_a_draw_has_as_many_writers_as_there_are_and_the_seed_decides_which():
    counts = drawn(WRITERS, draws=50)
    assert (counts.sum(axis=1) == WRITERS).all()
    assert np.array_equal(counts, drawn(WRITERS, draws=50))
    assert not np.array_equal(counts, drawn(WRITERS, draws=50, seed=1))


def test_a_draw_of_everybody_once_gives_the_figures_themselves():
    genuine, forged = sides()
    rates, (at_one,) = error_rates(genuine, forged, np.ones((1, WRITERS)), (0.01,))
    assert rates[0] == pytest.approx(eer(genuine.score, forged.score).rate, abs=1e-3)
    assert at_one[0] == pytest.approx(at_far(genuine.score, forged.score, 0.01).frr)


def test_a_writer_drawn_twice_counts_twice():
    genuine, forged = sides()
    counts = np.zeros((1, WRITERS))
    counts[0, :10] = 2
    rates, _ = error_rates(genuine, forged, counts, ())
    kept = genuine.writer < 10
    assert rates[0] == pytest.approx(eer(genuine.score[kept], forged.score[kept]).rate, abs=0.005)


def test_the_interval_holds_the_figure_and_narrows_with_more_writers():
    genuine, forged = sides()
    rates, _ = error_rates(genuine, forged, drawn(WRITERS), (0.01,))
    low, high = interval(rates)
    assert low < eer(genuine.score, forged.score).rate < high
    few = np.quantile(means(genuine.score, genuine.writer, drawn(WRITERS)), [0.025, 0.975])
    many_writers = np.arange(len(genuine.score))  # as if each trial were a writer of its own
    many = np.quantile(means(genuine.score, many_writers, drawn(len(many_writers))), [0.025, 0.975])
    assert np.ptp(many) < np.ptp(few)


def test_means_by_draw_are_those_of_the_writers_drawn():
    counts = np.array([[2.0, 0.0, 1.0], [0.0, 0.0, 3.0]])
    found = means(np.array([1.0, 3.0, 10.0]), np.array([0, 0, 2]), counts)
    assert found == pytest.approx([(4 * 2 + 10) / 5, 10.0])


def test_a_draw_without_trials_of_a_kind_has_no_figure_and_is_left_out_of_the_interval():
    counts = np.array([[1.0, 1.0], [0.0, 2.0]])
    genuine = Side(score=np.array([0.1, 0.2]), writer=np.array([0, 1]))
    forged = Side(score=np.array([0.9]), writer=np.array([0]))
    rates, (at_one,) = error_rates(genuine, forged, counts, (0.01,))
    assert rates[0] == at_one[0] == 0.0
    assert np.isnan(rates[1])
    assert np.isnan(at_one[1])
    assert interval(np.array([0.1, 0.2, np.nan])) is not None
    assert interval(np.array([0.1, np.nan, np.nan])) is None


def test_of_too_few_writers_no_interval_is_told():
    values = np.linspace(0, 1, 100)
    assert estimate(0.5, values, LEAST_WRITERS - 1).low is None
    assert estimate(0.5, values, LEAST_WRITERS).low == pytest.approx(0.025)
