"""Weights and their card written side by side, so that they never travel alone."""

import hashlib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from safetensors.torch import save_file

from sigverify.model.card import ModelCard
from sigverify.model.network import Network

READABLE: Final = 0o644  # safetensors lets only the owner read, and one computer's clerks share one installation


def architecture_of(network: Network, frame: tuple[int, int]) -> dict[str, Any]:
    """What the card must name so that the network can be built again; `frame` is height and width in pixels."""
    return {
        "network": network.config.to_json(),
        "frame_height": frame[0],
        "frame_width": frame[1],
        "measure": asdict(network.config.measure(frame)),
    }


def publish(network: Network, card: ModelCard, folder: Path, stem: str = "sigverify") -> Path:
    """Write `<stem>.safetensors` and `<stem>.json` with the weights' digest; returns the path of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / f"{stem}.safetensors"
    partial = weights.with_suffix(".partial")
    save_file({name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}, partial)
    partial.chmod(READABLE)
    digest = hashlib.sha256(partial.read_bytes()).hexdigest()
    partial.replace(weights)
    weights.with_suffix(".json").write_text(replace(card, sha256=digest).to_json(), encoding="utf-8")
    return weights
