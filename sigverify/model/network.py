"""The Siamese network's one branch: a thin residual network that keeps the layout of a signature."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WHITE: Final = 255.0  # paper in a frame


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """The shape of a thin ResNet; goes into the model card."""

    backbone: str = "thin_resnet"
    stem: int = 16  # channels after the first convolution, at half size
    widths: tuple[int, ...] = (16, 48, 96, 144)  # channels of each stage
    strides: tuple[int, ...] = (1, 2, 2, 2)  # of each stage; the first looks at strokes before they blur
    blocks: tuple[int, ...] = (1, 1, 2, 2)  # residual blocks of each stage
    grids: tuple[tuple[int, int], ...] = ((1, 1), (2, 4))  # rows x columns that are pooled and kept apart
    dimensions: int = 256  # of the embedding
    dropout: float = 0.2  # before the last layer, in training only

    def to_json(self) -> dict[str, Any]:
        """Plain values for the card."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "NetworkConfig":
        """The configuration that a card names; lists become tuples again."""
        grids = tuple((int(rows), int(columns)) for rows, columns in fields["grids"])
        stages = {name: tuple(fields[name]) for name in ("widths", "strides", "blocks")}
        return cls(**{**fields, **stages, "grids": grids})


class Block(nn.Module):
    """Two 3x3 convolutions and a way past them (He et al. 2016)."""

    def __init__(self, inner: int, outer: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inner, outer, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outer)
        self.second = nn.Conv2d(outer, outer, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outer)
        self.past: nn.Module = nn.Identity()
        if stride != 1 or inner != outer:
            pool = nn.AvgPool2d(stride) if stride > 1 else nn.Identity()
            self.past = nn.Sequential(pool, nn.Conv2d(inner, outer, 1, bias=False), nn.BatchNorm2d(outer))

    def forward(self, x: Tensor) -> Tensor:
        """(n, inner, h, w) -> (n, outer, h / stride, w / stride)."""
        y = F.relu(self.first_norm(self.first(x)))
        y = self.second_norm(self.second(y))
        return F.relu(y + self.past(x))


class ThinResNet(nn.Module):
    """Frames to unit embeddings; both branches of the Siamese network are this one module."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Conv2d(1, config.stem, 5, 2, 2, bias=False)
        self.stem_norm = nn.BatchNorm2d(config.stem)
        stages: list[nn.Module] = []
        inner = config.stem
        for outer, stride, count in zip(config.widths, config.strides, config.blocks, strict=True):
            stages.append(Block(inner, outer, stride))
            stages.extend(Block(outer, outer, 1) for _ in range(count - 1))
            inner = outer
        self.stages = nn.Sequential(*stages)
        cells = sum(rows * columns for rows, columns in config.grids)
        self.dropout = nn.Dropout(config.dropout)
        self.project = nn.Linear(inner * cells, config.dimensions, bias=False)
        self.project_norm = nn.BatchNorm1d(config.dimensions)

    def forward(self, ink: Tensor) -> Tensor:
        """(n, 1, h, w), ink 1 on paper 0 -> (n, dimensions) unit rows."""
        x = F.relu(self.stem_norm(self.stem(ink)))  # (n, stem, h/2, w/2)
        x = self.stages(x)  # (n, widths[-1], h/16, w/16)
        pooled = [F.adaptive_avg_pool2d(x, grid).flatten(1) for grid in self.config.grids]
        x = self.dropout(torch.cat(pooled, dim=1))
        return F.normalize(self.project_norm(self.project(x)).float(), dim=1)


def build(config: NetworkConfig) -> ThinResNet:
    """A network of this shape with fresh weights."""
    return ThinResNet(config)


def parameters_of(network: nn.Module) -> int:
    """How many trained numbers a network has."""
    return sum(parameter.numel() for parameter in network.parameters())


def ink_of(frames: Tensor) -> Tensor:
    """(n, h, w) uint8 frames, black ink on white -> (n, 1, h, w) float32, ink 1 on paper 0."""
    return (1.0 - frames.to(torch.float32) / WHITE).unsqueeze(1)
