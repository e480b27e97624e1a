"""Backbones that papers and tutorials of this field use, by name; ours is `network.ThinResNet`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from torch import nn

from sigverify.model.backbones.matchnet import MatchNet
from sigverify.model.backbones.resnet import resnet18, resnet34, resnet50
from sigverify.model.backbones.signet import SigNet
from sigverify.model.backbones.vgg import vgg16


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """How to make one, and what it takes from scratch."""

    make: Callable[[int], nn.Module]  # from d to a module from (n, 1, 128, 256) ink to (n, d) rows of any length
    dimensions: int  # d, as in its paper; 256 where the paper has no embedding
    learning_rate: float  # at its height, for AdamW; without batch normalisation a large one ends in nothing


FRAME: Final = (128, 256)  # height and width that their dense layers are made for

BACKBONES: Final[dict[str, Backbone]] = {
    "vgg16": Backbone(make=vgg16, dimensions=256, learning_rate=1e-4),
    "resnet18": Backbone(make=resnet18, dimensions=256, learning_rate=1e-3),
    "resnet34": Backbone(make=resnet34, dimensions=256, learning_rate=1e-3),
    "resnet50": Backbone(make=resnet50, dimensions=256, learning_rate=1e-3),
    "matchnet": Backbone(make=MatchNet, dimensions=512, learning_rate=5e-4),
    "signet": Backbone(make=SigNet, dimensions=128, learning_rate=2e-4),
}
