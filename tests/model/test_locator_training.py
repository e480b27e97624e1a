import numpy as np
import pytest
import torch

from sigverify.errors import DataError
from sigverify.model.locator import Answer, LocatorConfig
from sigverify.model.locator_training import Batch, LocatorTraining, LocatorTrainingConfig, loss_of

CONFIG = LocatorTrainingConfig(steps=40, learning_rate=1e-2, warm_up=0.1, network=LocatorConfig(widths=(4, 6, 8, 8, 8)))


def batch(step: int) -> Batch:
    """Sheets with one dark block each, which is the signature, at another place every time."""
    rng = np.random.default_rng(step)
    grey = np.full((4, 64, 96), 255, np.uint8)
    truth = np.zeros((4, 32, 48), np.bool_)
    for number in range(3):  # the last one is unsigned
        y, x = int(rng.integers(0, 20)), int(rng.integers(0, 36))
        grey[number, 2 * y : 2 * y + 24, 2 * x : 2 * x + 24] = 30
        truth[number, y : y + 12, x : x + 12] = True
    return Batch(grey=grey, truth=truth, upside_down=np.array([False, True, False, True]))


def test_training_learns_where_the_signature_is(tmp_path):
    training = LocatorTraining(tmp_path, CONFIG)
    losses = [training.advance(batch(step)) for step in range(40)]
    assert np.mean(losses[-4:]) < 0.7 * np.mean(losses[:4])


def test_training_goes_on_where_it_stopped(tmp_path):
    first = LocatorTraining(tmp_path, CONFIG)
    for step in range(5):
        first.advance(batch(step))
    first.save()
    second = LocatorTraining(tmp_path, CONFIG)
    assert second.resume()
    assert second.step == 5
    assert second.advance(batch(5)) == pytest.approx(first.advance(batch(5)), rel=1e-4)


def test_a_training_begins_with_weights_that_it_is_given(tmp_path):
    first, second = LocatorTraining(tmp_path / "1", CONFIG), LocatorTraining(tmp_path / "2", CONFIG)
    for step in range(8):
        first.advance(batch(step))
    second.begin(first.network)
    assert second.step == 0
    for own, given in zip(second.averaged.state_dict().values(), first.network.state_dict().values(), strict=True):
        assert own.equal(given)
    assert second.advance(batch(9)) == pytest.approx(first.advance(batch(9)), rel=1e-4)


def test_weights_of_another_network_are_no_beginning(tmp_path):
    training = LocatorTraining(tmp_path / "1", CONFIG)
    with pytest.raises(DataError, match="another form"):
        training.begin(LocatorTraining(tmp_path / "2", LocatorTrainingConfig()).network)


def test_there_may_be_nothing_to_go_on_from(tmp_path):
    assert not LocatorTraining(tmp_path, CONFIG).resume()


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    LocatorTraining(tmp_path, CONFIG).save()
    with pytest.raises(DataError, match="does not fit this training"):
        LocatorTraining(tmp_path, LocatorTrainingConfig()).resume()


def test_a_run_ends_with_its_schedule_and_tells_of_it(tmp_path):
    lines: list[str] = []
    config = LocatorTrainingConfig(steps=4, tell_every=2, network=CONFIG.network)
    training = LocatorTraining(tmp_path, config)
    training.run(batch, lines.append)
    assert training.step == 4
    assert len(lines) == 2
    assert (tmp_path / "checkpoint.safetensors").is_file()
    assert training.recipe["trained_steps"] == 4


def test_a_batch_whose_truth_is_of_another_size_is_refused():
    with pytest.raises(ValueError, match="truth for every sheet"):
        Batch(
            grey=np.zeros((2, 64, 64), np.uint8), truth=np.zeros((2, 64, 64), np.bool_), upside_down=np.zeros(2, bool)
        )


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"minutes": -1.0}, {"averaging": 1.0}])
def test_a_recipe_without_steps_is_refused(wrong):
    with pytest.raises(ValueError, match="a training has steps"):
        LocatorTrainingConfig(**wrong)


def answer_of(logits: torch.Tensor) -> Answer:
    return Answer(mask=logits[:, None], upside_down=torch.zeros(len(logits)), signed=torch.zeros(len(logits)))


def test_a_batch_that_nobody_signed_has_a_loss():
    truth = torch.zeros(2, 32, 64, dtype=torch.bool)
    loss = loss_of(answer_of(torch.full((2, 32, 64), -3.0)), truth, torch.zeros(2, dtype=torch.bool))
    assert torch.isfinite(loss)
