import json

import pytest

from sigverify.errors import ModelError
from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.model.untrained import no_curve
from tests import fakes
from tests.fakes import CALIBRATION


def curve(**changes):
    fields = {
        "specimens": 1,
        "development_threshold": 0.6,
        "thresholds": (0.0, 0.5, 1.0),
        "far_random": (0.0, 0.0, 0.4),
        "far_skilled": (0.0, 0.1, 0.9),
        "frr": (1.0, 0.2, 0.0),
        "genuine": 10,
        "random": 20,
        "skilled": 30,
    }
    return OperatingCurve(**{**fields, **changes})


@pytest.mark.parametrize(
    ("threshold", "skilled", "frr"),
    [(0.5, 0.1, 0.2), (0.75, 0.5, 0.1), (0.0, 0.0, 1.0), (5.0, 0.9, 0.0), (-1.0, 0.0, 1.0)],
)
def test_rates_are_read_between_the_measured_points_and_held_at_the_ends(threshold, skilled, frr):
    rates = curve().at(threshold)
    assert rates.far_skilled == pytest.approx(skilled)
    assert rates.frr == pytest.approx(frr)


@pytest.mark.parametrize(
    "changes",
    [
        {"thresholds": (0.0, 1.0, 0.5)},
        {"frr": (1.0, 0.2)},
        {"far_skilled": (0.0, 0.1, 1.2)},
        {"far_random": (0.0, float("nan"), 0.1)},
        {"development_threshold": 2.1},
        {"development_threshold": -0.1},
        {"development_threshold": float("nan")},
        {"genuine": -1},
    ],
)
def test_a_curve_cannot_be_born_wrong(changes):
    with pytest.raises(ValueError, match=r"curve|rate"):
        curve(**changes)


def test_a_card_survives_its_file(tmp_path):
    card = ModelCard(
        name="x",
        sha256="0" * 64,
        preprocessing="p",
        architecture={"a": 1},
        fusion={"spread": 0.7},
        one=curve(),
        several=no_curve(5),
        scale_end=1.4,
        data=[{"name": "d"}],
    )
    path = tmp_path / "card.json"
    path.write_text(card.to_json(), encoding="utf-8")
    assert ModelCard.load(path) == card


@pytest.mark.parametrize("threshold", [None, "0.5", 5.0])
def test_a_card_whose_threshold_cannot_be_is_refused(threshold):
    card = ModelCard(
        name="x",
        sha256="",
        preprocessing="p",
        architecture={},
        fusion={},
        one=curve(),
        several=no_curve(5),
        scale_end=1.4,
    )
    fields = json.loads(card.to_json())
    fields["one"]["development_threshold"] = threshold
    with pytest.raises(ModelError, match="card is damaged"):
        ModelCard.from_json(json.dumps(fields))


def test_the_models_own_policy_keeps_one_and_several_apart():
    card = ModelCard(
        name="x",
        sha256="",
        preprocessing="p",
        architecture={},
        fusion={},
        one=curve(development_threshold=0.6),
        several=curve(development_threshold=0.3, specimens=5),
        scale_end=1.4,
    )
    assert card.policy.for_specimens(1) == 0.6
    assert card.policy.for_specimens(2) == 0.3
    assert card.curve(4).specimens == 5


def test_a_calibration_travels_with_its_card():
    card = fakes.card(calibration=CALIBRATION)
    assert ModelCard.from_json(card.to_json()) == card


def test_a_card_from_before_there_was_a_calibration_has_none():
    fields = json.loads(fakes.card(calibration=CALIBRATION).to_json())
    del fields["calibration"]
    assert ModelCard.from_json(json.dumps(fields)) == fakes.card(calibration=None)


@pytest.mark.parametrize(
    "harm", [{"one_slope": 1.0}, {"one_slope": "steep"}, {"one_offset": None}, {"warmth": 3}, {"datasets": 5}]
)
def test_a_card_whose_calibration_is_damaged_is_refused(harm):
    fields = json.loads(fakes.card(calibration=CALIBRATION).to_json())
    fields["calibration"] |= harm
    with pytest.raises(ModelError, match="card is damaged"):
        ModelCard.from_json(json.dumps(fields))


@pytest.mark.parametrize("instead", [[], "high", {}, 0.5])
def test_a_card_with_something_else_for_a_calibration_is_refused(instead):
    fields = json.loads(fakes.card().to_json())
    with pytest.raises(ModelError, match="card is damaged"):
        ModelCard.from_json(json.dumps({**fields, "calibration": instead}))
