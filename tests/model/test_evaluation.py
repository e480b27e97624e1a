import numpy as np

from sigverify.model.evaluation import Rule, remembering, trials_by_dataset, trials_with
from sigverify.model.protocol import Kind
from tests.model.made_corpus import made_corpus, separated


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


def test_a_writers_own_specimens_are_never_asked_about():
    corpus = made_corpus()
    embeddings = separated(corpus, 0.1)
    found = trials_by_dataset(corpus, embeddings, specimens=2)["made"]
    assert (found.distances[found.kind == Kind.GENUINE] > 0).all()
    assert found.count(Kind.GENUINE) == 12 * 15 * (6 - 2)  # 15 pairs of specimens can be had of six
    assert found.count(Kind.SKILLED) == 12 * 15 * 6
    assert found.count(Kind.RANDOM) == 12 * 15 * 11


def test_writers_with_few_signatures_are_held_against_what_they_can_spare():
    corpus = made_corpus(each=4)
    assert trials_by_dataset(corpus, separated(corpus, 0.1), specimens=5)["made"].specimens == 3
