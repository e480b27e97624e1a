import json
import stat
from dataclasses import replace

import numpy as np
import pytest
import torch

from sigverify.errors import DataError, ModelError
from sigverify.model.carding import CardText, measured_card
from sigverify.model.embedding import Embedder
from sigverify.model.heads import HEADS
from sigverify.model.losses import PairLoss
from sigverify.model.network import NetworkConfig, shaped
from sigverify.model.publishing import publish
from sigverify.model.sampling import SamplingConfig
from sigverify.model.training import Training, TrainingConfig, schedule
from tests.model.made_corpus import made_corpus

SMALL = TrainingConfig(
    steps=30,
    network=NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32),
    sampling=SamplingConfig(people=4, genuine=3, forged=2),
    averaging=0.9,
    threads=1,
)
TEXT = CardText(name="made", preprocessing="p", frame=(96, 192))


def tensors(training):
    return {name: value.clone() for name, value in training.network.state_dict().items()}


def test_training_brings_the_loss_down(tmp_path):
    training = Training(made_corpus(), tmp_path, SMALL)
    losses = [training.advance() for _ in range(30)]
    assert np.mean(losses[-8:]) < np.mean(losses[:8])


def test_a_resumed_training_goes_on_as_if_it_had_not_stopped(tmp_path):
    corpus = made_corpus()
    straight = Training(corpus, tmp_path / "straight", SMALL)
    for _ in range(6):
        straight.advance()
    stopped = Training(corpus, tmp_path / "stopped", SMALL)
    for _ in range(3):
        stopped.advance()
    stopped.save()
    resumed = Training(corpus, tmp_path / "stopped", SMALL)
    torch.manual_seed(99)
    assert resumed.resume()
    assert resumed.step == 3
    for _ in range(3):
        resumed.advance()
    for name, value in tensors(straight).items():
        assert torch.allclose(value.float(), tensors(resumed)[name].float(), atol=1e-5), name


def test_nothing_to_resume_is_said_and_starts_anew(tmp_path):
    assert not Training(made_corpus(), tmp_path, SMALL).resume()


def test_a_checkpoint_of_another_shape_is_refused_with_what_to_do(tmp_path):
    training = Training(made_corpus(), tmp_path, SMALL)
    training.advance()
    training.save()
    other = replace(SMALL, network=replace(SMALL.network, dimensions=16))
    with pytest.raises(DataError, match="without --resume"):
        Training(made_corpus(), tmp_path, other).resume()


@pytest.mark.parametrize("damage", [b"", b"not a checkpoint", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_damaged_checkpoint_is_refused(tmp_path, damage):
    (tmp_path / "checkpoint.safetensors").write_bytes(damage)
    with pytest.raises(DataError, match="does not fit"):
        Training(made_corpus(), tmp_path, SMALL).resume()


def test_a_finished_training_leaves_history_weights_and_a_card_that_load_together(tmp_path):
    corpus = made_corpus()
    said = []
    network = Training(corpus, tmp_path, replace(SMALL, steps=5)).run(said.append)
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert history[-1]["step"] == 5
    assert any("development EER" in line for line in said)
    card = measured_card(network, corpus, SMALL, TEXT)
    weights = publish(network, card, tmp_path / "weights")
    assert weights.stat().st_mode & stat.S_IROTH  # by every clerk of this computer
    loaded = Embedder.load(weights, device="cpu", fingerprint="p")
    assert loaded.card.results["test writers"]["made"]["writers"] == 3
    assert loaded.card.one.genuine > 0
    assert loaded.card.calibration.datasets == ("made",)
    assert loaded.card.one.frr[0] >= loaded.card.one.frr[-1]
    rows = loaded.embed(corpus.frames[:2])
    assert np.isfinite(rows).all()


def test_the_rate_rises_then_falls():
    rates = [schedule(p, 0.1) for p in (0.0, 0.05, 0.1, 0.5, 1.0)]
    assert rates[0] < rates[1] < rates[2]
    assert rates[2] > rates[3] > rates[4]
    assert rates[4] == pytest.approx(0.01)


@pytest.mark.parametrize("branches", ["shared", "separate"])
@pytest.mark.parametrize("loss", ["contrastive", "triplet", "bce", "metric"])
def test_every_loss_trains_shared_and_separate_branches_to_measured_figures(tmp_path, loss, branches):
    network = replace(SMALL.network, branches=branches, head=loss if loss in HEADS else "")
    config = replace(SMALL, steps=2, loss=PairLoss(kind=loss), network=network)
    said = []
    trained = Training(made_corpus(), tmp_path, config).run(said.append)
    assert "parameters" in said[0]
    assert (" in each of two branches" in said[0]) == (branches == "separate")
    assert ("pair head" in said[0]) == (loss in HEADS)
    assert {"made skilled 1", "made random 5"} <= json.loads((tmp_path / "history.json").read_text())[-1].keys()
    assert trained.config == network


@pytest.mark.parametrize(
    ("backbone", "loss"),
    [
        ("vgg16", "contrastive"),
        ("resnet18", "triplet"),
        ("resnet34", "bce"),
        ("resnet50", "double_margin"),
        ("matchnet", "metric"),
        ("signet", "contrastive"),
    ],
)
def test_a_backbone_of_the_literature_learns_from_a_step(tmp_path, backbone, loss):
    config = replace(
        SMALL,
        loss=PairLoss(kind=loss),
        network=shaped(backbone, loss),
        sampling=SamplingConfig(people=2, genuine=2, forged=0),
    )
    made = made_corpus(writers=4, each=2)
    framed = np.pad(made.frames, ((0, 0), (16, 16), (32, 32)), constant_values=255)  # as large as dense layers ask for
    training = Training(replace(made, frames=framed), tmp_path, config)
    before = next(training.network.parameters()).detach().clone()
    assert np.isfinite(training.advance())
    assert not torch.equal(next(training.network.parameters()), before)


def test_a_recipe_whose_network_lacks_the_head_its_loss_trains_is_none():
    with pytest.raises(ValueError, match="head"):
        replace(SMALL, loss=PairLoss(kind="metric"))


@pytest.mark.parametrize("shape", [{"branches": "separate"}, {"head": "bce"}])
def test_weights_that_only_compare_architectures_are_refused_for_verifying(tmp_path, shape):
    network = replace(SMALL.network, **shape)
    config = replace(SMALL, steps=1, network=network, loss=PairLoss(kind=network.head or "double_margin"))
    corpus = made_corpus()
    trained = Training(corpus, tmp_path, config).run(lambda _: None)
    card = measured_card(trained, corpus, config, TEXT)
    assert card.one.genuine > 0
    weights = publish(trained, card, tmp_path / "weights")
    with pytest.raises(ModelError, match="compare architectures"):
        Embedder.load(weights, device="cpu", fingerprint="p")


def test_weights_of_before_local_descriptors_are_given_some_and_keep_what_they_knew(tmp_path):
    old = Training(made_corpus(), tmp_path / "old", replace(SMALL, network=replace(SMALL.network, tokens=0)))
    new = Training(made_corpus(), tmp_path / "new", replace(SMALL, held=1))
    new.begin_with(old.network.state_dict())
    assert torch.equal(new.network.stages[1].first.weight, old.network.stages[1].first.weight)
    assert new.network.local is not None
    new.advance()
    assert torch.equal(new.network.stem.weight, old.network.stem.weight)
    assert torch.equal(new.averaged().stem_norm.running_mean, old.network.stem_norm.running_mean)
    assert not torch.equal(new.network.stages[1].first.weight, old.network.stages[1].first.weight)


def test_without_a_loss_of_their_own_local_descriptors_stay_as_they_were_drawn(tmp_path):
    small = replace(SMALL, network=NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), tokens=8))
    for local in (None, small.local):
        training = Training(made_corpus(), tmp_path / str(local is None), replace(small, local=local))
        before = directions(training)
        training.advance()
        training.advance()
        after = directions(training)
        assert before
        assert all(torch.allclose(before[name], after[name], atol=1e-5) for name in before) == (local is None)


def directions(training):
    """Of the weights that make local descriptors; decay shortens them, whatever they learn."""
    made = {name: value for name, value in tensors(training).items() if name.startswith("local.") and value.ndim > 1}
    return {name: value / value.norm() for name, value in made.items()}
