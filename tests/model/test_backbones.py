"""What the architectures of other people's papers have to be here, whatever is inside them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sigverify.model.backbones import BACKBONES
from sigverify.model.embedding import folded
from sigverify.model.network import NetworkConfig, build, ink_of, parameters_of, shaped

# Without the convolution over three colours, which becomes one over one grey channel, and with d for 1000 classes.
VGG16 = 138_357_544 - 2 * 64 * 9 - 4097 * (1000 - 256)
RESNETS = {"resnet18": (11_689_512, 512), "resnet34": (21_797_672, 512), "resnet50": (25_557_032, 2048)}
MATCHNET = (49 + 1) * 24 + (25 * 24 + 1) * 64 + (9 * 64 + 1) * 96 + (9 * 96 + 1) * 96 + (9 * 96 + 1) * 64
SIGNET = (121 + 1) * 96 + (25 * 96 + 1) * 256 + (9 * 256 + 1) * 384 + (9 * 384 + 1) * 256
EXPECTED = {
    "vgg16": VGG16,
    **{name: total - 2 * 64 * 49 - (wide + 1) * (1000 - 256) for name, (total, wide) in RESNETS.items()},
    "matchnet": MATCHNET + (64 * 16 * 32 + 1) * 512,
    "signet": SIGNET + (256 * 13 * 29 + 1) * 1024 + 1025 * 128,
}


@pytest.fixture(scope="module")
def frames():
    return np.random.default_rng(0).integers(0, 256, (2, 128, 256), dtype=np.uint8)


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_of_the_literature_has_its_papers_size_and_gives_unit_rows(name, frames):
    network = build(shaped(name, "contrastive")).eval()
    assert parameters_of(network) == EXPECTED[name]
    with torch.inference_mode():
        rows = network(ink_of(torch.from_numpy(frames)))
    assert rows.shape == (2, BACKBONES[name].dimensions)
    assert torch.linalg.norm(rows, dim=1).tolist() == pytest.approx([1.0] * 2, abs=1e-5)
    assert not torch.allclose(rows[0], rows[1], atol=1e-6)


def test_every_backbone_survives_the_card():
    for name in BACKBONES:
        config = replace(shaped(name, "metric", "separate"), dimensions=64)
        assert NetworkConfig.from_json(config.to_json()) == config


def test_preparing_another_backbone_for_use_changes_nothing_it_says(frames):
    network = build(shaped("resnet18", "triplet")).eval()
    ink = ink_of(torch.from_numpy(frames))
    with torch.inference_mode():
        assert torch.equal(network(ink), folded(network)(ink))


@pytest.mark.parametrize("wrong", [{"backbone": "another"}, {"branches": "three"}, {"head": "hydra"}])
def test_a_shape_that_nobody_can_build_is_not_a_configuration(wrong):
    with pytest.raises(ValueError, match="there is no"):
        NetworkConfig(**wrong)
