import json
from dataclasses import replace

import numpy as np
import pytest

from sigverify.errors import DataError
from sigverify.model.comparing import Base, changes
from sigverify.model.evaluation import Trials
from sigverify.model.figures import figures_of
from sigverify.model.protocol import Kind
from sigverify.model.scored import Scored, scored
from tests.fakes import card

WRITERS, EACH = 12, 10
PLACES = {Kind.GENUINE: 0.35, Kind.SKILLED: 0.7, Kind.RANDOM: 1.3}


def trials(
    specimens: int = 1, noise: float = 0.12, kinds: tuple[Kind, ...] = tuple(Kind), shift: float = 0.0
) -> Trials:
    rng = np.random.default_rng(5)
    kind = np.repeat([k.value for k in kinds], WRITERS * EACH)
    place = np.array([PLACES[Kind(k)] for k in kind])
    distance = np.abs(place + rng.normal(0, noise, len(kind)) + shift)
    return Trials(
        specimens=specimens,
        distances=np.repeat(distance[:, None], specimens, axis=1),
        spread=np.zeros(len(kind)),
        kind=kind,
        writer=np.tile(np.repeat([f"w{n:02}" for n in range(WRITERS)], EACH), len(kinds)),
        questioned=np.tile(np.arange(EACH), WRITERS * len(kinds)),
    )


def judged(**given) -> Scored:
    return scored("made", 1, trials(**given), card(one=0.5))


class Calibration:
    """Ratios as sure as the distance is far from 0.5."""

    def __init__(self, certainty: float) -> None:
        self.certainty = certainty

    def llr(self, distances, spread, fusion):
        return self.certainty * (0.5 - distances.mean(axis=1) + 0 * spread)


def test_each_kind_has_figures_of_its_own_that_hold_together():
    found = figures_of(judged())
    assert (found.writers, found.trials, found.signatures, found.threshold) == (12, 120, 120, 0.5)
    skilled, random = found.against[Kind.SKILLED], found.against[Kind.RANDOM]
    assert 0 < skilled.eer.value < 0.2
    assert skilled.eer.low <= skilled.eer.value <= skilled.eer.high
    assert random.eer.value == random.far.value == 0.0
    assert random.bound == pytest.approx(3 / 120)
    assert skilled.at_far[0].frr.value <= skilled.at_far[1].frr.value  # less forgeries let pass, more flagged
    assert not skilled.at_far[0].resolved  # 1 % of 120 is 1.2
    assert skilled.cllr is None
    assert 0 < skilled.cllr_min < 1


def test_a_threshold_carries_over_where_the_errors_stay_near_the_eer():
    assert figures_of(judged()).against[Kind.SKILLED].carried
    assert not figures_of(judged(shift=0.25)).against[Kind.SKILLED].carried


def test_ratios_of_a_calibrated_card_have_a_cost_with_an_interval():
    class Calibrated:
        def __init__(self, certainty):
            self.calibration = Calibration(certainty)

        def __getattr__(self, name):
            return getattr(card(one=0.5), name)

    good, bad = (
        figures_of(scored("made", 1, trials(), Calibrated(certainty))).against[Kind.RANDOM] for certainty in (5.0, -5.0)
    )
    assert good.cllr.low <= good.cllr.value <= good.cllr.high < 0.5
    assert good.cllr.value >= good.cllr_min
    assert bad.cllr.value > 1.0  # ratios that mislead


def test_without_forgeries_there_is_a_frr_and_no_more():
    found = figures_of(judged(kinds=(Kind.GENUINE,)))
    assert found.against == {}
    assert 0 < found.frr.value < 1
    with pytest.raises(ValueError, match="genuine"):
        figures_of(judged(kinds=(Kind.RANDOM,)))


def test_the_threshold_is_the_cards_for_so_many_specimens():
    several = scored("made", 5, trials(specimens=4), card(one=0.5, several=0.4))
    assert (several.group, several.specimens, several.threshold) == (5, 4, 0.4)


def base(*held: Scored, protocol: str = "p") -> Base:
    return Base(model="old", sha256="ab", protocol=protocol, split="test", scored=held)


def test_a_base_is_read_as_it_was_kept_and_holds_no_name(tmp_path):
    kept = base(judged())
    path = tmp_path / "base.json"
    path.write_text(json.dumps(kept.to_json()))
    assert "w00" not in path.read_text()
    found = Base.load(path)
    assert all(
        one.difference.value == one.difference.low == one.difference.high == 0
        for one in changes(found, [judged()], "p")
    )
    assert figures_of(found.scored[0]) == figures_of(judged())


def test_a_better_model_is_better_by_more_than_chance_and_a_like_one_is_not():
    worse, better, like = judged(noise=0.4), judged(noise=0.1), judged(noise=0.401)
    by_name = {one.what: one for one in changes(base(worse), [better], "p")}
    eer = by_name["EER, skilled forgeries"]
    assert eer.after < eer.before
    assert eer.difference.high < 0
    assert eer.beyond_chance
    assert not any(one.beyond_chance for one in changes(base(worse), [like], "p"))


def test_only_trials_of_one_protocol_are_compared():
    with pytest.raises(DataError, match="only trials of one protocol"):
        changes(base(judged()), [judged()], "another")
    elsewhere = replace(judged(), dataset="elsewhere")
    assert changes(base(judged()), [elsewhere], "p") == []


@pytest.mark.parametrize("harm", [{"score": [0.1]}, {"writer": [99] * 120}, {"score": [None] * 120}, {"score": []}])
def test_a_base_whose_trials_do_not_fit_together_is_refused(tmp_path, harm):
    fields = base(judged()).to_json()
    fields["scored"][0]["asked"]["genuine"] |= harm
    path = tmp_path / "base.json"
    path.write_text(json.dumps(fields))
    with pytest.raises(DataError, match="not written by sigverify evaluate"):
        Base.load(path)
