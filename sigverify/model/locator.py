"""The network that sees a whole cheque and says where ink is a signature.

A U-Net (Ronneberger et al. 2015) that adds what it saw at each resolution instead of carrying it all up, with the mean
of its deepest cells given back to each of them, so that every place is judged in view of the whole sheet.
"""

import hashlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from sigverify.errors import ModelError
from sigverify.model.locator_card import RESTORE, LocatorCard
from sigverify.model.publishing import READABLE

MULTIPLE: Final = 32  # pixels; the deepest cells are as wide and high
FOLD: Final = 2  # pixels folded into channels each way; the answers are as coarse


@dataclass(frozen=True, kw_only=True)
class LocatorConfig:
    """The shape of a locator network."""

    widths: tuple[int, ...] = (12, 24, 40, 64, 80)  # channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture
    inputs: int = 1  # channels of the picture
    fine: bool = False  # whether it answers for every pixel, or for each two by two

    def __post_init__(self) -> None:
        if len(self.widths) != 5 or min(self.widths) < 1 or self.inputs < 1:
            raise ValueError("a locator has channels at five resolutions")

    def to_json(self) -> dict[str, Any]:
        """As the card has it."""
        return {**asdict(self), "widths": list(self.widths)}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "LocatorConfig":
        """From the card; raises TypeError, KeyError or ValueError when it is another network's."""
        widths = tuple(int(width) for width in fields["widths"])
        return cls(widths=widths, inputs=int(fields.get("inputs", 1)), fine=bool(fields.get("fine", False)))


class Answer(NamedTuple):
    """What the network says of n pictures (n, inputs, h, w), as logits."""

    mask: Tensor  # (n, 1, h / 2, w / 2), or (n, 1, h, w) of a fine one, that ink is a signature
    upside_down: Tensor  # (n,) that the sheet is upside down
    signed: Tensor  # (n,) that anybody has signed


class Step(nn.Module):
    """A convolution, its normalisation, and what is not negative of it."""

    def __init__(self, before: int, after: int, *, stride: int = 1, reach: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, after, 3, stride, reach, dilation=reach, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        """(n, before, h, w) -> (n, after, h / stride, w / stride)."""
        return F.relu(self.norm(self.convolution(x)), inplace=not self.training)


class LocatorNet(nn.Module):
    """Fully convolutional; about 270,000 parameters."""

    def __init__(self, config: LocatorConfig) -> None:
        super().__init__()
        self.config = config
        w = config.widths
        self.fold = nn.PixelUnshuffle(FOLD)
        self.stem = Step(FOLD * FOLD * config.inputs, w[0])
        self.down = nn.ModuleList(
            nn.Sequential(Step(w[k], w[k + 1], stride=2), Step(w[k + 1], w[k + 1])) for k in range(3)
        )
        self.deepest = nn.Sequential(Step(w[3], w[4], stride=2), Step(w[4], w[4], reach=2))
        self.whole = nn.Linear(w[4], w[4])
        self.lead = nn.ModuleList(nn.Conv2d(w[k + 1], w[k], 1) for k in range(4))
        self.up = nn.ModuleList(Step(w[k], w[k]) for k in range(4))
        self.out = nn.Conv2d(w[0], FOLD * FOLD if config.fine else 1, 3, padding=1)
        self.unfold = nn.PixelShuffle(FOLD) if config.fine else nn.Identity()
        self.sheet = nn.Linear(2 * w[4], 2)

    def forward(self, ink: Tensor) -> Answer:
        """Ink (n, inputs, h, w), 0 paper .. 1 black, h and w multiples of 32."""
        levels = [self.stem(self.fold(ink))]  # (n, 12, h / 2, w / 2)
        for down in self.down:
            levels.append(down(levels[-1]))  # to (n, 64, h / 16, w / 16)
        deep = self.deepest(levels[-1])  # (n, 80, h / 32, w / 32)
        deep = deep + F.relu(self.whole(deep.mean(dim=(2, 3))))[:, :, None, None]
        told = self.sheet(torch.cat([deep.mean(dim=(2, 3)), deep.amax(dim=(2, 3))], dim=1))
        x = deep
        for k in (3, 2, 1, 0):
            x = F.interpolate(self.lead[k](x), scale_factor=2.0, mode="bilinear", align_corners=False)
            x = self.up[k](x + levels[k])
        return Answer(mask=self.unfold(self.out(x)), upside_down=told[:, 0], signed=told[:, 1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """What a locator says of one sheet (h, w)."""

    probability: NDArray[np.float32]  # (h / 2, w / 2) that ink there is a signature, 0..1
    upside_down: float  # probability that the sheet is upside down, 0..1
    signed: float  # probability that anybody has signed it, 0..1


class Locator:
    """A loaded locator network and its card."""

    def __init__(self, network: LocatorNet, card: LocatorCard) -> None:
        torch.set_num_threads(1)  # a second thread makes the tail worse on a busy desk
        self.card = card
        self._network = _folded(network.eval()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @classmethod
    def load(cls, weights: Path, *, fingerprint: str) -> "Locator":
        """The network in `weights` (*.safetensors) with the card (*.json) beside it.

        Raises ModelError when either is missing or damaged, when they do not belong together, or when the card names
        another preprocessing than `fingerprint` (of `preprocess.locating`).
        """
        network, card = trained(weights, fingerprint=fingerprint)
        return cls(network, card)

    @torch.inference_mode()
    def see(self, grey: NDArray[np.uint8]) -> Seen:
        """Where on a sheet (h, w[, inputs]), dark on white, somebody signed; raises ValueError for another shape."""
        inputs = grey.shape[2] if grey.ndim == 3 else 1
        known = grey.ndim in (2, 3) and inputs == self._network.config.inputs
        if not known or grey.shape[0] % MULTIPLE or grey.shape[1] % MULTIPLE or not grey.size:
            raise ValueError(f"the locator takes pictures of multiples of {MULTIPLE} pixels, not {grey.shape}")
        answer: Answer = self._network(ink_of(torch.from_numpy(grey)[None]))
        return Seen(
            probability=torch.sigmoid(answer.mask[0, 0]).float().numpy(),
            upside_down=float(torch.sigmoid(answer.upside_down[0])),
            signed=float(torch.sigmoid(answer.signed[0])),
        )


def ink_of(pictures: Tensor) -> Tensor:
    """Pictures (n, h, w[, c]) uint8 as the network takes them: (n, c, h, w), 0 paper .. 1 black."""
    channels = pictures[:, None] if pictures.ndim == 3 else pictures.permute(0, 3, 1, 2)
    return (1.0 - channels.float() / 255.0).contiguous(memory_format=torch.channels_last)


def trained(weights: Path, *, fingerprint: str) -> tuple[LocatorNet, LocatorCard]:
    """The network in `weights` as it was trained, and its card; raises ModelError as `Locator.load` does."""
    card = LocatorCard.load(weights.with_suffix(".json"))
    try:
        data = weights.read_bytes()
    except OSError as error:
        raise ModelError(f"The locator {weights.name} cannot be read. {RESTORE}") from error
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise ModelError(f"The locator {weights.name} is not the one that its card describes. {RESTORE}")
    if card.preprocessing != fingerprint:
        raise ModelError(
            f"The locator {weights.name} was trained for preprocessing {card.preprocessing}, this sigverify has "
            f"{fingerprint}. Install weights and program of the same version."
        )
    try:
        network = LocatorNet(LocatorConfig.from_json(card.architecture))
        network.load_state_dict(load(data))
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        message = f"The locator {weights.name} does not have the shape that its card describes. {RESTORE}"
        raise ModelError(message) from error
    return network, card


def publish(network: LocatorNet, card: LocatorCard, folder: Path) -> Path:
    """Write `<name>.safetensors` and `<name>.json` with the weights' digest; returns the path of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / f"{card.name}.safetensors"
    partial = weights.with_name(f"{card.name}.partial")
    save_file({name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}, partial)
    partial.chmod(READABLE)
    digest = hashlib.sha256(partial.read_bytes()).hexdigest()
    partial.replace(weights)
    described = replace(card, sha256=digest, architecture=network.config.to_json())
    weights.with_name(f"{card.name}.json").write_text(described.to_json(), encoding="utf-8")
    return weights


def _folded(network: LocatorNet) -> LocatorNet:
    """The same function with every normalisation folded into the convolution before it."""
    for module in network.modules():
        if isinstance(module, Step) and isinstance(module.norm, nn.BatchNorm2d):
            module.convolution = fuse_conv_bn_eval(module.convolution, module.norm)
            module.norm = nn.Identity()
    return network
