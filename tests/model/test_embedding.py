import json

import numpy as np
import pytest

from sigverify.errors import ModelError
from sigverify.model.embedding import Embedder
from sigverify.model.network import NetworkConfig
from sigverify.model.untrained import write_untrained

SMALL = NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32)
PRINT = "0123456789abcdef"


@pytest.fixture
def weights(tmp_path):
    return write_untrained(tmp_path, fingerprint=PRINT, frame=(96, 192), config=SMALL)


def load(weights, device="cpu", fingerprint=PRINT):
    return Embedder.load(weights, device=device, fingerprint=fingerprint)


def test_weights_and_their_card_give_unit_rows(weights):
    embedder = load(weights)
    rows = embedder.embed(np.random.default_rng(0).integers(0, 256, (3, 96, 192), dtype=np.uint8))
    measure = embedder.card.measure
    assert measure.dimensions == 32
    assert rows.shape == (3, 32 + measure.tokens.size)
    assert np.linalg.norm(rows[:, :32], axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_a_card_that_measures_otherwise_than_its_network_is_refused(weights):
    def wider(card):
        card["architecture"]["measure"]["tokens"]["reach"] = [5, 5]

    rewrite_card(weights, wider)
    with pytest.raises(ModelError, match="do not have the shape"):
        load(weights)


def rewrite_card(weights, change):
    path = weights.with_suffix(".json")
    card = json.loads(path.read_text(encoding="utf-8"))
    change(card)
    path.write_text(json.dumps(card), encoding="utf-8")


def test_swapped_weights_are_refused(weights, tmp_path):
    other = write_untrained(tmp_path / "other", fingerprint=PRINT, frame=(96, 192), config=SMALL, seed=1)
    weights.write_bytes(other.read_bytes())
    with pytest.raises(ModelError, match="not those that their card describes"):
        load(weights)


def test_truncated_weights_are_refused(weights):
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="not those that their card describes"):
        load(weights)


@pytest.mark.parametrize("lost", ["sigverify.safetensors", "sigverify.json"])
def test_missing_weights_or_card_are_named(weights, lost):
    (weights.parent / lost).unlink()
    with pytest.raises(ModelError, match=lost):
        load(weights)


def test_weights_for_other_preprocessing_are_refused(weights):
    with pytest.raises(ModelError, match="were trained for preprocessing 0123456789abcdef"):
        load(weights, fingerprint="f" * 16)


@pytest.mark.parametrize(
    "damage",
    [
        lambda card: card.pop("one"),
        lambda card: card.update(scale_end=9),
        lambda card: card.update(surprise=1),
        lambda card: card["one"].update(frr=[0.0]),
        lambda card: card.update(format=99),
    ],
)
def test_a_damaged_card_is_refused(weights, damage):
    rewrite_card(weights, damage)
    with pytest.raises(ModelError, match="model card"):
        load(weights)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "\x00"])
def test_a_card_that_is_no_card_is_refused(weights, text):
    weights.with_suffix(".json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="model card is damaged"):
        load(weights)


def test_a_card_for_another_shape_is_refused(weights):
    rewrite_card(weights, lambda card: card["architecture"]["network"].update(dimensions=64))
    with pytest.raises(ModelError, match="do not have the shape"):
        load(weights)


@pytest.mark.parametrize(
    "damage",
    [
        lambda card: card["fusion"].pop("prior"),
        lambda card: card["architecture"].pop("frame_width"),
        lambda card: card.update(architecture={}),
        lambda card: card["architecture"]["network"].update(backbone="another", depth=3),
    ],
)
def test_a_card_that_lacks_what_scoring_needs_is_refused_at_once(weights, damage):
    rewrite_card(weights, damage)
    with pytest.raises(ModelError, match="do not have the shape"):
        load(weights)


def test_a_device_that_is_not_there_is_named_with_what_to_choose(weights):
    with pytest.raises(ModelError, match="Choose"):
        load(weights, device="abacus")


def test_frames_of_another_size_are_a_bug_and_said_so(weights):
    with pytest.raises(ValueError, match="takes frames of"):
        load(weights).embed(np.zeros((1, 10, 10), np.uint8))
