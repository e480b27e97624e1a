from dataclasses import replace

import numpy as np
import pytest

from sigverify.model.carding import chosen_by, counted_data, groups_of, measured
from sigverify.model.dataset import Corpus, Split
from sigverify.model.evaluation import measured_by, trials_by_dataset, trials_with
from sigverify.model.protocol import Kind
from sigverify.model.sampling import SamplingConfig
from sigverify.model.training import TrainingConfig
from tests.fakes import card
from tests.model.made_corpus import made_corpus


def embedded(corpus: Corpus, noise: float = 0.15) -> tuple[Corpus, np.ndarray]:
    """A direction a writer, genuine signatures a little off it and forgeries more."""
    rng = np.random.default_rng(0)
    directions = {name: rng.normal(size=16) for name in np.unique(corpus.writer)}
    rows = np.stack([directions[name] for name in corpus.writer])
    rows = rows + rng.normal(size=rows.shape) * np.where(corpus.genuine, noise, 4 * noise)[:, None]
    return corpus, (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def trials(corpus: Corpus):
    corpus, rows = embedded(corpus)
    return trials_with(corpus, measured_by(rows))


@pytest.fixture(scope="module")
def earned():
    corpus = made_corpus(writers=24, each=7)
    return measured(*(trials(corpus.part(split)) for split in (Split.DEVELOPMENT, Split.TEST)))


def test_a_calibration_counts_what_it_was_fitted_on_and_what_it_costs(earned):
    calibration = earned.calibration
    assert calibration.datasets == ("made",)
    assert calibration.genuine > 0
    assert calibration.forged > 0
    assert 0.0 < calibration.cllr < 0.8
    assert 0.0 < calibration.cllr_test < 0.8
    assert calibration.one_slope < 0.0


@pytest.mark.parametrize("specimens", [1, 2, 5])
def test_at_the_models_own_threshold_a_comparison_is_undecided(earned, specimens):
    threshold = earned.on(card()).policy.for_specimens(specimens)
    assert abs(earned.calibration.at(threshold, specimens)) < 1.0


def test_the_tables_tell_the_cost_of_every_data_set(earned):
    for table in earned.results.values():
        assert {"one: Cllr", "several: Cllr"} <= table["made"].keys()


def test_a_card_measured_anew_keeps_what_was_not_measured(earned):
    old = card(terms="For research.", limits="Screening.", recipe={"steps": 3})
    new = earned.on(old)
    assert (new.one, new.several, new.calibration) == (earned.one, earned.several, earned.calibration)
    assert (new.name, new.sha256, new.terms, new.limits, new.recipe) == (
        old.name,
        old.sha256,
        old.terms,
        old.limits,
        old.recipe,
    )


@pytest.mark.parametrize("skilled", [True, False])
def test_random_forgeries_stand_in_only_where_there_are_no_skilled_ones(skilled):
    corpus = made_corpus()
    corpus = corpus if skilled else corpus.where(corpus.genuine)
    found = trials_by_dataset(*embedded(corpus), specimens=2)
    (group,) = groups_of([found])
    assert (~group.genuine).sum() == found["made"].count(Kind.SKILLED if skilled else Kind.RANDOM) > 0
    assert group.genuine.sum() == found["made"].count(Kind.GENUINE) > 0


def test_the_card_names_only_data_that_batches_are_drawn_from():
    corpus = made_corpus()
    both = corpus.joined(replace(corpus, dataset=np.full(len(corpus), "other")))
    assert [row["name"] for row in counted_data(both, SamplingConfig())] == ["made", "other"]
    (row,) = counted_data(both, SamplingConfig(weights={"made": 1.0}))
    train = corpus.part(Split.TRAIN)
    assert (row["name"], row["genuine"], row["forged"]) == ("made", train.genuine.sum(), (~train.genuine).sum())


def test_train_writers_who_were_not_trained_on_help_to_choose_but_not_after_other_weights():
    corpus = made_corpus()
    other = replace(corpus, dataset=np.full(len(corpus), "other"), writer=np.char.add("other/", corpus.writer))
    both = corpus.joined(other)
    sampling = SamplingConfig(weights={"made": 1.0})
    usual = set(both.part(Split.DEVELOPMENT).writer)
    spared = set(other.part(Split.TRAIN).writer)
    assert set(chosen_by(both, TrainingConfig()).writer) == usual
    assert set(chosen_by(both, TrainingConfig(sampling=sampling)).writer) == usual | spared
    assert set(chosen_by(both, TrainingConfig(sampling=sampling, start="others")).writer) == usual
