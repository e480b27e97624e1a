import pytest
import torch

from sigverify.model.augment import Augment, AugmentConfig, StrangerConfig

STILL = AugmentConfig(
    degrees=0,
    shear=0,
    stretch=0,
    shrink=-0.02,
    shift=0,
    elastic=0,
    pen=0,
    reframed=0,
    resolution=0,
    blur=0,
    threshold=0,
    dropout=0,
    erase=0,
    line=0,
    specks=0,
)


def cross(count=8):
    ink = torch.zeros(count, 1, 96, 192)
    ink[:, :, 46:50, 30:160] = 1.0
    ink[:, :, 20:76, 94:98] = 1.0
    return ink


def augment(config=None, seed=0):
    return Augment(config or AugmentConfig(), torch.Generator().manual_seed(seed))


def test_ink_stays_between_paper_and_ink_and_keeps_its_frame():
    out = augment()(cross())
    assert out.shape == (8, 1, 96, 192)
    assert out.min() >= 0.0
    assert out.max() <= 1.0


def test_with_every_change_off_a_signature_is_nearly_untouched():
    ink = cross()
    moved = augment(STILL)(ink.clone())
    assert (moved - ink).abs().mean() < 0.01


def test_each_frame_of_a_batch_is_changed_in_its_own_way():
    out = augment()(cross())
    assert all((out[0] - other).abs().mean() > 0.001 for other in out[1:])


def test_the_same_seed_changes_in_the_same_way():
    assert torch.equal(augment(seed=5)(cross()), augment(seed=5)(cross()))


def test_paper_stays_paper_whatever_the_threshold():
    config = AugmentConfig(threshold=1.0, line=0, specks=0)
    out = augment(config)(torch.zeros(16, 1, 96, 192))
    assert out.max() == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_signature_is_never_wiped_out(seed):
    out = augment(seed=seed)(cross(16))
    assert (out.sum(dim=(1, 2, 3)) > 0.2 * cross(1).sum()).all()


STRANGER = StrangerConfig(probability=1.0)


def test_a_persons_signatures_are_changed_into_the_same_strangers():
    person = torch.tensor([0, 0, 1, 1])
    augment = Augment(STILL, torch.Generator().manual_seed(3), STRANGER)
    out = augment(cross(4), person, augment.strangers(person))
    assert (out[0] - out[1]).abs().mean() < 0.005
    assert (out[2] - out[3]).abs().mean() < 0.005
    assert (out[0] - out[2]).abs().mean() > 0.01
    assert (out[0] - cross(1)[0]).abs().mean() > 0.01


def test_without_persons_nobody_becomes_a_stranger():
    out = Augment(STILL, torch.Generator().manual_seed(3), STRANGER)(cross(4))
    assert (out - cross(4)).abs().mean() < 0.01


@pytest.mark.parametrize("seed", range(6))
def test_a_stranger_keeps_most_of_the_ink_in_the_frame(seed):
    out = Augment(STILL, torch.Generator().manual_seed(seed), STRANGER)(cross(16), torch.arange(16), torch.ones(16) > 0)
    assert (out.sum(dim=(1, 2, 3)) > 0.25 * cross(1).sum()).all()


def test_who_becomes_a_stranger_does_so_with_all_their_frames():
    person = torch.arange(60).repeat_interleave(4)
    config = StrangerConfig(probability=0.5)
    strange = Augment(STILL, torch.Generator().manual_seed(1), config).strangers(person).view(60, 4)
    assert ((strange.sum(dim=1) == 0) | (strange.sum(dim=1) == 4)).all()
    assert 10 < int(strange[:, 0].sum()) < 50
