"""Weights that have learnt nothing, with an honest card: for tests and for trying a shape."""

from pathlib import Path

import torch

from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.model.distance import PLAIN
from sigverify.model.network import NetworkConfig, build
from sigverify.model.publishing import architecture_of, publish


def no_curve(specimens: int) -> OperatingCurve:
    """An operating curve of a model that was never measured: every rate at its worst."""
    return OperatingCurve(
        specimens=specimens,
        development_threshold=0.5,
        thresholds=(0.0, 2.0),
        far_random=(1.0, 1.0),
        far_skilled=(1.0, 1.0),
        frr=(1.0, 1.0),
        genuine=0,
        random=0,
        skilled=0,
    )


def write_untrained(
    folder: Path, *, fingerprint: str, frame: tuple[int, int], seed: int = 0, config: NetworkConfig | None = None
) -> Path:
    """Write untrained weights and their card into `folder`; returns the weights' path."""
    torch.manual_seed(seed)
    network = build(config or NetworkConfig())
    card = ModelCard(
        name="untrained",
        sha256="",
        preprocessing=fingerprint,
        architecture=architecture_of(network, frame),
        fusion=dict(PLAIN),
        one=no_curve(1),
        several=no_curve(5),
        scale_end=1.4,
        limits="Not trained: its distances mean nothing.",
    )
    return publish(network, card, folder)
