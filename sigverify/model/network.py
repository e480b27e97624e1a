"""The Siamese network: its branches (ours: a thin residual network that keeps a signature's layout) and pair head."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sigverify.model.backbones import BACKBONES, FRAME
from sigverify.model.distance import EUCLIDEAN, Measure
from sigverify.model.heads import HEADS, PairHead
from sigverify.model.matching import Tokens

WHITE: Final = 255.0  # paper in a frame
STEM_STRIDE: Final = 2
LEAST: Final = 1e-6  # keeps a share of nothing finite
THIN_RESNET: Final = "thin_resnet"
OURS: Final = "double_margin"  # the loss that our backbone is trained with
SHARED: Final = "shared"
BRANCHES: Final = (SHARED, "separate")


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """The shape of a network; goes into the model card. Most fields are those of our thin ResNet."""

    backbone: str = THIN_RESNET  # or one of `backbones.BACKBONES`, which heeds `dimensions` alone
    branches: str = SHARED  # or "separate": questioned signatures and specimens each have a module of their own
    head: str = ""  # of `heads.HEADS`: says of two embeddings whether they differ, instead of their distance
    stem: int = 16  # channels after the first convolution, at half size
    widths: tuple[int, ...] = (16, 32, 80, 64)  # channels of each stage; most of what it says is said by the third
    strides: tuple[int, ...] = (1, 2, 2, 2)  # of each stage; the first looks at strokes before they blur
    blocks: tuple[int, ...] = (1, 1, 2, 1)  # residual blocks of each stage
    grids: tuple[tuple[int, int], ...] = ((1, 1), (2, 4))  # rows x columns that are pooled and kept apart
    dimensions: int = 256  # of the embedding
    dropout: float = 0.2  # before the last layer, in training only
    tokens: int = 32  # channels of the local descriptors; 0: none
    tokens_after: int = 3  # stages
    reach: tuple[int, int] = (4, 6)  # rows and columns of cells that a local descriptor looks around itself
    agreeing: float = 0.05  # temperature at which cells choose one another; 0: each takes the best one
    power: float = 0.25  # of the cells' dissimilarities in their mean
    share: float = 0.9  # of the matched local descriptors in the squared distance

    def __post_init__(self) -> None:
        if self.backbone not in (THIN_RESNET, *BACKBONES) or self.branches not in BRANCHES:
            raise ValueError(f"there is no backbone {self.backbone} with {self.branches} branches")
        if self.head and self.head not in HEADS:
            raise ValueError(f"there is no pair head called {self.head}")

    @property
    def verifies(self) -> bool:
        """Whether frames become embeddings one by one, whose distance is the answer; else it is for comparison only."""
        return self.branches == SHARED and not self.head

    @property
    def describes(self) -> bool:
        """Whether local descriptors stand behind the embedding."""
        return self.tokens > 0 and self.backbone == THIN_RESNET and self.verifies

    def measure(self, frame: tuple[int, ...]) -> Measure:
        """How the embeddings of frames (height, width) are held against each other."""
        if not self.describes:
            return EUCLIDEAN
        reduced = STEM_STRIDE * math.prod(self.strides[: self.tokens_after])
        rows, columns = (side // reduced for side in frame)
        tokens = Tokens(
            rows=rows,
            columns=columns,
            channels=self.tokens,
            reach=self.reach,
            agreeing=self.agreeing,
            power=self.power,
        )
        return Measure(dimensions=self.dimensions, tokens=tokens, share=self.share)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the card."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "NetworkConfig":
        """The configuration that a card names; lists become tuples again."""
        grids = tuple((int(rows), int(columns)) for rows, columns in fields["grids"])
        lists: dict[str, Any] = {
            name: tuple(fields[name]) for name in ("widths", "strides", "blocks", "reach") if name in fields
        }
        older = {"tokens": 0, "agreeing": 0.0, "power": 1.0}  # cards of before there was such a thing
        known: dict[str, Any] = {**older, **fields, **lists, "grids": grids}
        return cls(**known)


class Network(nn.Module):
    """Called with (n, 1, h, w), ink 1 on paper 0, it gives (n, dimensions) unit rows.

    Where it has local descriptors they follow in the same rows, as `matching.Tokens` says.
    """

    config: NetworkConfig


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
        y = F.relu(self.first_norm(self.first(x)), inplace=True)  # in place it spares a fortieth of an embedding's time
        y = self.second_norm(self.second(y))
        return F.relu(y.add_(self.past(x)), inplace=True)


class ThinResNet(Network):
    """Frames to unit embeddings: our own backbone."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.stem = nn.Conv2d(1, config.stem, 5, STEM_STRIDE, 2, bias=False)
        self.stem_norm = nn.BatchNorm2d(config.stem)
        stages: list[nn.Module] = []
        inner = config.stem
        for outer, stride, count in zip(config.widths, config.strides, config.blocks, strict=True):
            stages.append(Block(inner, outer, stride))
            stages.extend(Block(outer, outer, 1) for _ in range(count - 1))
            inner = outer
        self.stages = nn.Sequential(*stages)
        self.described = sum(config.blocks[: config.tokens_after]) - 1  # number of the block that descriptors are of
        self.local = described(config) if config.describes else None
        cells = sum(rows * columns for rows, columns in config.grids)
        self.dropout = nn.Dropout(config.dropout)
        self.project = nn.Linear(inner * cells, config.dimensions, bias=False)
        self.project_norm = nn.BatchNorm1d(config.dimensions)

    def forward(self, ink: Tensor) -> Tensor:
        """(n, 1, h, w), ink 1 on paper 0 -> (n, dimensions) unit rows, with the local descriptors behind them."""
        x = F.relu(self.stem_norm(self.stem(ink)), inplace=True)  # (n, stem, h/2, w/2)
        descriptors = None
        for number, block in enumerate(self.stages):  # (n, widths[-1], h/16, w/16) in the end
            x = block(x)
            if self.local is not None and number == self.described:
                descriptors = self.local(x)  # (n, tokens, h/8, w/8)
        pooled = [F.adaptive_avg_pool2d(x, grid).flatten(1) for grid in self.config.grids]
        x = self.dropout(torch.cat(pooled, dim=1))
        embedding = F.normalize(self.project_norm(self.project(x)).float(), dim=1)
        return embedding if descriptors is None else torch.cat([embedding, in_rows(descriptors)], dim=1)

    def hold(self, stages: int) -> None:
        """Keep the weights and statistics of the stem and of so many stages as they are in further training."""
        if stages:
            kept = self.stages[: sum(self.config.blocks[:stages])]
            for module in (self.stem, self.stem_norm, kept):
                module.requires_grad_(False).eval()


def described(config: NetworkConfig) -> nn.Sequential:
    """The layer that makes local descriptors of a stage's picture."""
    inner = config.widths[: config.tokens_after][-1]
    return nn.Sequential(nn.Conv2d(inner, config.tokens, 1, bias=False), nn.BatchNorm2d(config.tokens))


def in_rows(descriptors: Tensor) -> Tensor:
    """(n, c, h, w) -> (n, h * w * c), scaled so that the cells' lengths, which are their weights, add up to 1."""
    cells = descriptors.float().permute(0, 2, 3, 1)
    weights = cells.norm(dim=3).sum(dim=(1, 2)) + LEAST
    rows: Tensor = cells.flatten(1) / weights[:, None]
    return rows


class Standard(Network):
    """A backbone of the literature, its rows brought to unit length. It sees frames reduced to `backbones.FRAME`."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.body = BACKBONES[config.backbone].make(config.dimensions)

    def forward(self, ink: Tensor) -> Tensor:
        """(n, 1, h, w), ink 1 on paper 0 -> (n, dimensions) unit rows."""
        reduced = ink if ink.shape[2:] == FRAME else F.interpolate(ink, FRAME, mode="bilinear", antialias=True)
        return F.normalize(self.body(reduced).float(), dim=1)


class Siamese(Network):
    """Branches with weights of their own, or a pair head, or both. For comparison: verifying needs neither."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.questioned = one_branch(config)
        self.specimen = None if config.branches == SHARED else one_branch(config)  # None: the questioned one's
        self.head = HEADS[config.head](config.dimensions) if config.head else None

    def forward(self, ink: Tensor) -> Tensor:
        """Embeddings of questioned signatures, (n, 1, h, w) -> (n, dimensions) unit rows."""
        rows: Tensor = self.questioned(ink)
        return rows


def one_branch(config: NetworkConfig) -> Network:
    """One branch of this shape with fresh weights."""
    return ThinResNet(config) if config.backbone == THIN_RESNET else Standard(config)


def shaped(backbone: str, loss: str, branches: str = SHARED) -> NetworkConfig:
    """The usual shape of a backbone, and the pair head that the loss of this name trains, if it does.

    Local descriptors are part of our own recipe alone, so that the others are what their papers say.
    """
    usual = BACKBONES[backbone].dimensions if backbone in BACKBONES else NetworkConfig.dimensions
    head = loss if loss in HEADS else ""
    tokens = NetworkConfig.tokens if loss == OURS and backbone == THIN_RESNET and branches == SHARED else 0
    return NetworkConfig(backbone=backbone, branches=branches, head=head, dimensions=usual, tokens=tokens)


def build(config: NetworkConfig) -> Network:
    """A network of this shape with fresh weights: one branch alone where the branches are shared and no head is."""
    return one_branch(config) if config.verifies else Siamese(config)


def head_of(network: Network) -> PairHead | None:
    """The network's pair head, where it has one."""
    return network.head if isinstance(network, Siamese) else None


def specimens_branch(network: Network) -> Network:
    """The branch that specimens go through: the network itself where both sides share one."""
    if isinstance(network, Siamese):
        return network.questioned if network.specimen is None else network.specimen
    return network


def sides(network: Network, ink: Tensor) -> tuple[Tensor, Tensor]:
    """Each picture as a questioned signature and as a specimen, (n, d) each; the same tensor for shared branches."""
    questioned: Tensor = network(ink)
    if network.config.branches == SHARED:
        return questioned, questioned
    specimens: Tensor = specimens_branch(network)(ink)
    return questioned, specimens


def parameters_of(network: nn.Module) -> int:
    """How many trained numbers a network has."""
    return sum(parameter.numel() for parameter in network.parameters())


def parameters_in_words(network: Network) -> str:
    """How many parameters a network has, and whether its branches share them."""
    total = parameters_of(network)
    one, head = parameters_of(specimens_branch(network)), head_of(network)
    beside = f", and {parameters_of(head):,} in its pair head" if head else ""
    if network.config.branches == SHARED:
        return f"{total:,} parameters: {one:,} in one module that both branches are{beside}"
    return f"{total:,} parameters: {one:,} in each of two branches{beside}"


def ink_of(frames: Tensor) -> Tensor:
    """(n, h, w) uint8 frames, black ink on white -> (n, 1, h, w) float32, ink 1 on paper 0."""
    return (1.0 - frames.to(torch.float32) / WHITE).unsqueeze(1)
