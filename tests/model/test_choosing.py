"""Fusion and thresholds, and whom they have to serve."""

import numpy as np
import pytest

from sigverify.model.choosing import choose_fusion, threshold_of
from sigverify.model.distance import PLAIN
from sigverify.model.evaluation import Trials, trials_by_dataset
from sigverify.model.protocol import Kind
from tests.model.made_corpus import made_corpus, separated


def lying_at(middle: float, writers: int) -> Trials:
    """Genuine trials below and forgeries above a distance, which a threshold between them parts."""
    each = np.array([middle - 0.1, middle + 0.1])
    return Trials(
        specimens=1,
        distances=np.tile(each, writers)[:, None],
        spread=np.zeros(2 * writers),
        kind=np.tile([Kind.GENUINE.value, Kind.SKILLED.value], writers),
        writer=np.repeat([f"{middle}/{k}" for k in range(writers)], 2),
        questioned=np.arange(2 * writers),
    )


@pytest.mark.parametrize(("few", "many"), [(1.0, 0.5), (0.5, 1.0)])
def test_in_the_threshold_every_writer_weighs_the_same_not_every_data_set(few, many):
    threshold = threshold_of([{"few": lying_at(few, 2), "many": lying_at(many, 9)}], PLAIN)
    assert abs(threshold - many) < 0.11


def test_a_network_that_tells_people_apart_reads_a_low_eer_and_its_threshold_holds():
    corpus = made_corpus()
    by_count = {n: trials_by_dataset(corpus, separated(corpus, 0.05), specimens=n) for n in (2, 3, 5)}
    fusion = choose_fusion(by_count)
    threshold = threshold_of(list(by_count.values()), fusion)
    found = by_count[5]["made"]
    assert found.eer(Kind.RANDOM, fusion).rate < 0.01
    rates = [float(found.rates(kind, fusion, np.array([threshold]))[0]) for kind in (Kind.GENUINE, Kind.SKILLED)]
    assert max(rates) < 0.1


def unsteady(offset: float, gain: float) -> Trials:
    """Ten writers, each less steady than the one before: their distances grow with their specimens' own by `gain`."""
    spread = np.repeat(np.linspace(0.2, 0.6, 10), 10)
    genuine = np.tile([True] * 5 + [False] * 5, 10)
    distances = offset + gain * spread + np.where(genuine, 0.0, 0.1)
    return Trials(
        specimens=5,
        distances=np.repeat(distances[:, None], 5, axis=1),
        spread=spread,
        kind=np.where(genuine, Kind.GENUINE.value, Kind.SKILLED.value),
        writer=np.repeat([f"{offset}/{k}" for k in range(10)], 10),
        questioned=np.arange(100),
    )


@pytest.mark.parametrize("gain", [0.0, 0.7, 1.0])
def test_as_much_of_the_spread_is_taken_off_as_makes_people_alike(gain):
    fusion = choose_fusion({count: {"made": unsteady(0.5, gain)} for count in (2, 3, 5)})
    assert abs(fusion["spread"] - gain) < 0.21
    threshold = threshold_of([{"made": unsteady(0.5, gain)}], fusion)
    rates = [unsteady(0.5, gain).rates(kind, fusion, np.array([threshold])) for kind in (Kind.GENUINE, Kind.SKILLED)]
    assert max(float(rate[0]) for rate in rates) < 0.01
    if gain:
        assert unsteady(0.5, gain).eer(Kind.SKILLED, {**fusion, "spread": 0.0}).rate > 0.2
