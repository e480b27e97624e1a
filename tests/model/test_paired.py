import numpy as np
import pytest
import torch

from sigverify.model.evaluation import Rule, trials_by_dataset, trials_with
from sigverify.model.heads import HEADS
from sigverify.model.paired import answered, euclidean
from sigverify.model.protocol import DRAWS, Kind
from tests.model.made_corpus import made_corpus


def rows_of(corpus, seed):
    rows = np.random.default_rng(seed).normal(size=(len(corpus), 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("specimens", [1, 3])
def test_networks_of_every_kind_are_asked_about_the_same_trials(specimens):
    corpus = made_corpus()
    rows = rows_of(corpus, 0)
    usual = trials_by_dataset(corpus, rows, specimens=specimens)["made"]
    rule = Rule(between=euclidean(rows, rows), among=euclidean(rows, rows))
    paired = trials_with(corpus, rule)(specimens)["made"]
    assert paired.kind.tolist() == usual.kind.tolist()
    assert np.allclose(paired.distances, usual.distances)
    assert np.allclose(paired.spread, usual.spread)
    assert paired.writers == usual.writers


def test_a_questioned_signature_goes_through_its_own_branch_and_specimens_through_theirs():
    corpus = made_corpus(writers=2, each=2)
    questioned, known = rows_of(corpus, 1), rows_of(corpus, 2)
    between = euclidean(questioned, known)
    assert between(np.array([3]), np.array([0]))[0] == pytest.approx(np.linalg.norm(questioned[3] - known[0]))


def test_a_heads_answers_are_trials_without_a_spread():
    torch.manual_seed(0)
    corpus = made_corpus()
    rows = rows_of(corpus, 0)
    rule = Rule(between=answered(HEADS["metric"](8), rows, rows, either_order=True), among=None)
    found = trials_with(corpus, rule)(3)["made"]
    assert not found.spread.any()
    assert found.count(Kind.SKILLED) == 12 * min(DRAWS, 20) * 6
    assert ((found.distances >= 0) & (found.distances <= 2)).all()
