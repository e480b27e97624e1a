import numpy as np

from sigverify.model.evaluation import Rule, remembering, trials_with
from tests.model.made_corpus import made_corpus


class Counting:
    """Distances that are easily told, and how often each pair was asked for."""

    def __init__(self) -> None:
        self.asked: dict[tuple[int, int], int] = {}

    def __call__(self, one, other):
        for pair in zip(one.tolist(), other.tolist(), strict=True):
            self.asked[pair] = self.asked.get(pair, 0) + 1
        return one / 1000.0 + other


def test_no_pair_is_measured_twice_with_however_many_specimens():
    between = Counting()
    trials = trials_with(made_corpus(4), Rule(between=between, among=between))
    sizes = [trials(specimens)["made"].distances.shape for specimens in (1, 2, 3, 2)]
    assert {shape[1] for shape in sizes} == {1, 2, 3}
    assert set(between.asked.values()) == {1}


def test_what_is_remembered_is_what_was_measured_pair_by_pair_and_in_order():
    between = Counting()
    once = remembering(Rule(between=between, among=None))
    rng = np.random.default_rng(0)
    for size in (0, 1, 50, 400, 50):
        one, other = rng.integers(0, 30, (2, size))
        assert np.array_equal(once.between(one, other), one / 1000.0 + other)
    assert set(between.asked.values()) == {1}
    assert once.among is None


def test_specimens_may_lie_apart_by_another_measure():
    between, among = Counting(), Counting()
    once = remembering(Rule(between=between, among=among))
    once.between(np.array([1]), np.array([2]))
    once.among(np.array([1]), np.array([2]))
    assert between.asked == among.asked == {(1, 2): 1}
    assert remembering(once) is once
