import json

import numpy as np
import pytest
import torch

from sigverify.errors import ModelError
from sigverify.model.locator import Locator, LocatorConfig, LocatorNet, ink_of, publish
from sigverify.model.locator_card import LocatorCard

SMALL = LocatorConfig(widths=(4, 6, 6, 8, 8))
CARD = LocatorCard(name="tiny", sha256="", preprocessing="seen", architecture={})


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(0)
    return publish(LocatorNet(SMALL), CARD, tmp_path)


def test_it_answers_for_every_two_by_two_pixels_of_any_size():
    answer = LocatorNet(SMALL)(torch.rand(2, 1, 96, 64))
    assert answer.mask.shape == (2, 1, 48, 32)
    assert answer.upside_down.shape == answer.signed.shape == (2,)


def test_it_is_small():
    assert sum(parameter.numel() for parameter in LocatorNet(LocatorConfig()).parameters()) < 300_000


def test_loaded_weights_say_what_they_said_before(weights):
    network = LocatorNet(SMALL)
    torch.manual_seed(0)
    network = LocatorNet(SMALL).eval()
    grey = np.random.default_rng(0).integers(0, 256, (64, 96), dtype=np.uint8)
    seen = Locator.load(weights, fingerprint="seen").see(grey)
    with torch.inference_mode():
        answer = network(ink_of(torch.from_numpy(grey)[None]))
    assert seen.probability == pytest.approx(torch.sigmoid(answer.mask)[0, 0].numpy(), abs=1e-4)
    assert 0.0 <= seen.upside_down <= 1.0
    assert seen.signed == pytest.approx(float(torch.sigmoid(answer.signed[0])), abs=1e-4)


@pytest.mark.parametrize("shape", [(60, 64), (64, 60), (0, 64), (64, 64, 3)])
def test_a_picture_that_does_not_fit_its_cells_is_refused(weights, shape):
    with pytest.raises(ValueError, match="multiples of 32"):
        Locator.load(weights, fingerprint="seen").see(np.zeros(shape, np.uint8))


def test_weights_that_are_not_their_cards_are_refused(weights):
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0\1")
    with pytest.raises(ModelError, match="not the one that its card describes"):
        Locator.load(weights, fingerprint="seen")


def test_weights_for_another_way_of_seeing_are_refused(weights):
    with pytest.raises(ModelError, match="Install weights and program of the same version"):
        Locator.load(weights, fingerprint="other")


def test_weights_of_another_shape_are_refused(weights):
    card = weights.with_suffix(".json")
    told = json.loads(card.read_text())
    told["architecture"]["widths"][0] = 5
    card.write_text(json.dumps(told))
    with pytest.raises(ModelError, match="does not have the shape"):
        Locator.load(weights, fingerprint="seen")


@pytest.mark.parametrize("ending", [".safetensors", ".json"])
def test_what_is_missing_is_named(weights, ending):
    weights.with_suffix(ending).unlink()
    with pytest.raises(ModelError, match=f"tiny{ending} cannot be read"):
        Locator.load(weights, fingerprint="seen")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "name": ""}'])
def test_a_damaged_card_is_refused(text):
    with pytest.raises(ModelError, match="damaged"):
        LocatorCard.from_json(text)


def test_a_card_of_another_version_is_refused():
    with pytest.raises(ModelError, match="another version"):
        LocatorCard.from_json('{"format": 2}')


def test_a_card_survives_being_written_and_read():
    assert LocatorCard.from_json(CARD.to_json()) == CARD
