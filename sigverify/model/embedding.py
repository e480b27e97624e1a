"""Weights in use: loaded only with the card that belongs to them, folded for speed, frames in and unit vectors out."""

import hashlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sigverify.errors import ModelError
from sigverify.model import distance
from sigverify.model.card import ModelCard
from sigverify.model.devices import AUTOMATIC, choose
from sigverify.model.microbatches import TOGETHER, in_passes, independent
from sigverify.model.network import Block, Network, NetworkConfig, ThinResNet, build, ink_of

RESTORE: Final = "Reinstall sigverify or restore the weights' folder."


class Embedder:
    """A loaded network and its card."""

    def __init__(self, network: Network, card: ModelCard, device: str = AUTOMATIC) -> None:
        chosen = choose(device)
        self.card = card
        self.device = chosen.label
        self._device = torch.device(chosen.key)
        if chosen.key == "cpu":
            torch.set_num_threads(1)  # a second thread makes the tail worse on a busy desk
        self._network = folded(network).to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        height, width = int(card.architecture["frame_height"]), int(card.architecture["frame_width"])
        self._shape = (height, width)
        self.at_once = 1  # frames that the device embeds in about the time of one, each as it would be by itself
        if chosen.key != "cpu" and independent(self._forward, self._shape, TOGETHER):
            self.at_once = TOGETHER
        for _ in range(2):  # the first forward passes compile kernels
            self.embed(np.full((1, height, width), 255, np.uint8))

    @classmethod
    def load(cls, weights: Path, *, device: str = AUTOMATIC, fingerprint: str) -> "Embedder":
        """The network in `weights` (*.safetensors) with the card (*.json) beside it.

        Raises ModelError when either is missing or damaged, when they do not belong together, or when the card names
        another preprocessing than `fingerprint`.
        """
        network, card = trained(weights, fingerprint=fingerprint)
        return cls(network, card, device)

    def embed(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Unit rows (n, d) for frames (n, h, w), black ink on white."""
        if frames.ndim != 3 or frames.shape[1:] != self._shape:
            raise ValueError(f"the network takes frames of {self._shape}, not {frames.shape[1:]}")
        return self._forward(frames) if self.at_once == 1 else in_passes(self._forward, frames, self.at_once)

    @torch.inference_mode()
    def _forward(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = ink_of(torch.from_numpy(frames).to(self._device))
        embeddings: Tensor = self._network(ink.contiguous(memory_format=torch.channels_last))
        rows: NDArray[np.float32] = embeddings.float().cpu().numpy()
        return rows


def trained(weights: Path, *, fingerprint: str) -> tuple[Network, ModelCard]:
    """The network in `weights` as it was trained, and its card; raises ModelError as `Embedder.load` does."""
    card = ModelCard.load(weights.with_suffix(".json"))
    try:
        data = weights.read_bytes()
    except OSError as error:
        raise ModelError(f"The weights {weights.name} cannot be read. {RESTORE}") from error
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise ModelError(f"The weights {weights.name} are not those that their card describes. {RESTORE}")
    if card.preprocessing != fingerprint:
        raise ModelError(
            f"The weights {weights.name} were trained for preprocessing {card.preprocessing}, this sigverify has "
            f"{fingerprint}. Install weights and program of the same version."
        )
    return _network(data, card, weights.name), card


def _network(data: bytes, card: ModelCard, name: str) -> Network:
    try:
        distance.fused(np.zeros((1, 2)), 0.0, card.fusion)  # a card without its fusion would fail only when asked
        frame = int(card.architecture["frame_height"]), int(card.architecture["frame_width"])
        shape: dict[str, Any] = card.architecture["network"]
        config = NetworkConfig.from_json(shape)
        if config.verifies:
            if card.measure != config.measure(frame):
                raise ValueError("the card measures distances otherwise than its network does")
            network = build(config)
            network.load_state_dict(load(data))
            return network
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The weights {name} do not have the shape that their card describes. {RESTORE}") from error
    raise ModelError(
        f"The weights {name} have {'a pair head' if config.head else 'a branch for each side'}: they were trained to "
        "compare architectures, and only shared branches without a head verify. Use other weights."
    )


def folded(network: Network) -> Network:
    """The same function with every batch normalisation folded into the convolution before it; done for our net."""
    network = network.eval()
    if not isinstance(network, ThinResNet):
        return network
    network.stem, network.stem_norm = _fold(network.stem, network.stem_norm)
    for block in network.stages:
        assert isinstance(block, Block)
        block.first, block.first_norm = _fold(block.first, block.first_norm)
        block.second, block.second_norm = _fold(block.second, block.second_norm)
        if isinstance(block.past, nn.Sequential):
            convolution, normalisation = _fold(block.past[1], block.past[2])
            block.past = nn.Sequential(block.past[0], convolution, normalisation)
    if network.local is not None:
        network.local = nn.Sequential(*_fold(network.local[0], network.local[1]))
    return network


def _fold(convolution: Any, normalisation: Any) -> tuple[Any, Any]:
    return fuse_conv_bn_eval(convolution, normalisation), nn.Identity()
