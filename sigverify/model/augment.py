"""What scanners, pens and moods do to a signature, done to a batch of frames on the way into training.

torchvision's `transforms.v2` is used where it has the transform at a bearable price. It draws one set of parameters a
call, so the warp, which must differ from frame to frame, is done here for a whole batch in one resampling (v2's
`ElasticTransform` takes 11 ms a frame on one core, this 0.4 ms).
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from sigverify.model.reframing import CHANCES, reframed
from sigverify.model.vision import v2


@dataclass(frozen=True, kw_only=True)
class AugmentConfig:
    """How far each change may go; probabilities are a frame's or, where said, a quarter batch's."""

    degrees: float = 7.0
    shear: float = 0.12  # tangent
    stretch: float = 0.10  # of each axis on its own
    shrink: float = 0.12  # of both together
    shift: float = 0.04  # of the frame
    elastic: float = 2.6  # pixels, deviation of the displacement at a coarse grid of points
    elastic_grid: tuple[int, int] = (4, 8)
    pen: float = 1.6  # pixels of stroke width gained or lost at most, about
    resolution: float = 0.3  # probability for a quarter batch
    coarsest: float = 0.45  # scale of the coarsest resolution
    blur: float = 0.25  # probability for a quarter batch
    threshold: float = 0.6  # probability of another binarising threshold
    dropout: float = 0.25  # probability of ink missing in patches
    erase: float = 0.3  # probability of one patch erased
    line: float = 0.08  # probability of a ruled line
    specks: float = 0.15  # probability of dust
    reframed: float = 0.2  # probability of a stray stroke beside the signature, or of an end of it lost


@dataclass(frozen=True, kw_only=True)
class StrangerConfig:
    """How a person is made into one who was never there: the same change for all their signatures and forgeries.

    A network that is shown few writers learns them by heart, forgeries and all. Mirrored, slanted and bent writers are
    new ones to it, and what tells their forgeries is the same.
    """

    probability: float = 0.6  # of a person in a batch
    mirror: float = 0.4  # probability, left and right
    upside_down: float = 0.25  # probability
    degrees: float = 12.0
    shear: float = 0.35
    stretch: float = 0.3  # logarithm of height over width
    elastic: float = 8.4  # pixels
    elastic_grid: tuple[int, int] = (3, 6)


class Augment:
    """(n, 1, h, w) ink in 0..1 to the same, changed at random; all chance comes from the generator."""

    def __init__(
        self, config: AugmentConfig, generator: torch.Generator, stranger: StrangerConfig | None = None
    ) -> None:
        self.config = config
        self.stranger = stranger
        self.generator = generator
        self._erase: Any = v2.RandomErasing(p=1.0, scale=(0.004, 0.03), ratio=(0.3, 3.0), value=0.0)

    def strangers(self, person: Tensor) -> Tensor:
        """Draw which people are made into strangers: `person` (n,) int gives (n,) bool, alike for all of one person."""
        people, member = torch.unique(person, return_inverse=True)
        probability = self.stranger.probability if self.stranger else 0.0
        return (self._uniform(len(people)) < probability)[member]

    def __call__(self, ink: Tensor, person: Tensor | None = None, strange: Tensor | None = None) -> Tensor:
        """A changed copy of a batch; where `strange` (n,), a person's frames are changed into the same stranger's."""
        ink = self._quarters(ink)
        ink = self._pen(ink)
        ink = self._reframed(ink)
        ink = self._warp(ink, person, strange)
        ink = self._threshold(ink)
        return self._dirt(ink).clamp_(0.0, 1.0)

    def _uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        device = self.generator.device
        return low + (high - low) * torch.rand(*shape, generator=self.generator, device=device)

    def _chosen(self, ink: Tensor, probability: float) -> Tensor:
        return self._uniform(len(ink)) < probability

    def _quarters(self, ink: Tensor) -> Tensor:
        """Coarser resolution and blur, each with parameters of its own for a quarter of the batch."""
        quarters = []
        for quarter in ink.chunk(4):
            dice = self._uniform(4).tolist()
            if dice[0] < self.config.resolution:
                scale = self.config.coarsest + (1.0 - self.config.coarsest) * dice[1]
                size = list(quarter.shape[-2:])
                small = v2.functional.resize(quarter, [max(8, int(side * scale)) for side in size], antialias=True)
                quarter = v2.functional.resize(small, size, antialias=True)
            if dice[2] < self.config.blur:
                quarter = v2.functional.gaussian_blur(quarter, [5, 5], [0.4 + 0.7 * dice[3]] * 2)
            quarters.append(quarter)
        return torch.cat(quarters)

    def _pen(self, ink: Tensor) -> Tensor:
        """A broader or a finer pen: a share of the dilated or the eroded picture mixed in."""
        share = self._uniform(len(ink), 1, 1, 1, low=-self.config.pen, high=self.config.pen)
        broad = _widest(_widest(ink, 3), 2)
        fine = torch.minimum(ink, ink.roll(1, 3))  # a frame's edges are paper
        fine = torch.minimum(fine, fine.roll(1, 2))
        grown = torch.lerp(ink, broad, share.clamp_min(0.0))
        return torch.where(share > 0, grown, torch.lerp(ink, fine, (-0.6 * share).clamp_min(0.0)))

    def _reframed(self, ink: Tensor) -> Tensor:
        """Frames cropped elsewhere, as happens on cheques."""
        for number in self._chosen(ink, self.config.reframed).nonzero().flatten().tolist():
            ink[number, 0] = reframed(ink[number, 0], self._uniform(CHANCES).tolist())
        return ink

    def _warp(self, ink: Tensor, person: Tensor | None, strange: Tensor | None) -> Tensor:
        """Rotation, shear, stretch, shift and a smooth random displacement (Simard et al. 2003) in one resampling."""
        count, _, height, width = ink.shape
        matrices = self._matrices(count, height / width)
        offset = self._displacement(count, self.config.elastic, self.config.elastic_grid, (height, width))
        if person is not None and strange is not None and self.stranger is not None:
            people, member = torch.unique(person, return_inverse=True)
            maps = self._strange_matrices(len(people), height / width)[member]
            maps = torch.where(strange.view(-1, 1, 1), maps, torch.eye(3))
            bends = self._displacement(len(people), self.stranger.elastic, self.stranger.elastic_grid, (height, width))
            matrices = maps[:, :2, :2] @ matrices
            offset = offset + bends[member] * strange.view(-1, 1, 1, 1)
        offset = offset.contiguous(memory_format=torch.channels_last)
        offset = F.interpolate(offset, size=(height, width), mode="bilinear", align_corners=True)
        grid = F.affine_grid(matrices, [count, 1, height, width], align_corners=False)
        return F.grid_sample(ink, grid.add_(offset.permute(0, 2, 3, 1)), mode="bilinear", align_corners=False)

    def _displacement(self, count: int, pixels: float, coarse: tuple[int, int], size: tuple[int, int]) -> Tensor:
        """Smooth random displacements of up to `pixels` deviation in `grid_sample`'s units, at a quarter of the size.

        (n, 2, h / 4, w / 4): so smooth a field loses nothing there, and a cubic one of every pixel takes long.
        """
        height, width = size
        noise = torch.randn(count, 2, *coarse, generator=self.generator)
        amount = self._uniform(count, 1, 1, 1) * pixels
        pixel = torch.tensor([2.0 / width, 2.0 / height]).view(1, 2, 1, 1)
        quarter = (height // 4, width // 4)
        return F.interpolate(noise * amount * pixel, size=quarter, mode="bicubic", align_corners=True)

    def _strange_matrices(self, count: int, aspect: float) -> Tensor:
        """Maps (n, 3, 3) about the centre as of `_matrices`, but as far as another person's writing lies."""
        assert self.stranger is not None
        c = self.stranger
        mirror = 1.0 - 2.0 * (self._uniform(count) < c.mirror).float()
        upside = 1.0 - 2.0 * (self._uniform(count) < c.upside_down).float()
        angle = self._uniform(count, low=-c.degrees, high=c.degrees) * (math.pi / 180.0)
        shear = self._uniform(count, low=-c.shear, high=c.shear)
        stretch = self._uniform(count, low=-c.stretch, high=c.stretch)
        wide, high = torch.exp(stretch.clamp_min(0.0)), torch.exp((-stretch).clamp_min(0.0))  # only ever smaller
        wide = wide * (1.0 + shear.abs() * aspect)
        cos, sin = torch.cos(angle), torch.sin(angle)
        nought = torch.zeros(count)
        first = torch.stack([cos * wide * mirror, (shear * cos - sin) * high * aspect * upside, nought], dim=1)
        second = torch.stack([sin * wide / aspect * mirror, (shear * sin + cos) * high * upside, nought], dim=1)
        third = torch.stack([nought, nought, nought + 1.0], dim=1)
        return torch.stack([first, second, third], dim=1)

    def _matrices(self, count: int, aspect: float) -> Tensor:
        """Affine maps (n, 2, 3) from the new picture to the old in `affine_grid`'s units, where both sides are 2."""
        c = self.config
        angle = self._uniform(count, low=-c.degrees, high=c.degrees) * (math.pi / 180.0)
        shear = self._uniform(count, low=-c.shear, high=c.shear)
        size = 1.0 + self._uniform(count, low=-0.02, high=c.shrink)
        wide, high = (size * (1.0 + self._uniform(count, low=-c.stretch, high=c.stretch) / 2) for _ in range(2))
        cos, sin = torch.cos(angle), torch.sin(angle)
        first = torch.stack([cos * wide, (shear * cos - sin) * high * aspect, self._shift(count)], dim=1)
        second = torch.stack([sin * wide / aspect, (shear * sin + cos) * high, self._shift(count)], dim=1)
        return torch.stack([first, second], dim=1)

    def _shift(self, count: int) -> Tensor:
        return 2.0 * self._uniform(count, low=-self.config.shift, high=self.config.shift)

    def _threshold(self, ink: Tensor) -> Tensor:
        """Edges as another threshold would have left them: from soft to nearly binary, moved in or out."""
        middle = self._uniform(len(ink), 1, 1, 1, low=0.25, high=0.65)
        gain = self._uniform(len(ink), 1, 1, 1, low=1.0, high=3.5) * 0.5 / middle  # paper stays paper
        chosen = self._chosen(ink, self.config.threshold).view(-1, 1, 1, 1)
        return torch.where(chosen, ((ink - middle) * gain + 0.5).clamp(0.0, 1.0), ink)

    def _erase_patches(self, ink: Tensor) -> None:
        """v2's erasing, which draws from torch's own generator: seeded from ours for as long as it works."""
        chosen = self._chosen(ink, self.config.erase).nonzero().flatten().tolist()
        seed = int(torch.randint(2**31, (1,), generator=self.generator).item())
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for number in chosen:
                ink[number] = self._erase(ink[number])

    def _dirt(self, ink: Tensor) -> Tensor:
        """Ink that did not take, patches lost, ruled lines and dust."""
        height, width = ink.shape[-2:]
        for number in self._chosen(ink, self.config.dropout).nonzero().flatten().tolist():
            patches = F.interpolate(self._uniform(1, 1, 12, 24), size=(height, width), mode="bilinear")[0]
            ink[number] *= (patches * 6.0 - 0.4).clamp(0.0, 1.0)
        self._erase_patches(ink)
        for number in self._chosen(ink, self.config.line).nonzero().flatten().tolist():
            row = int(self._uniform(1).item() * (height - 2))
            ink[number, :, row : row + 1 + int(self._uniform(1).item() * 2)] = 0.8
        for number in self._chosen(ink, self.config.specks).nonzero().flatten().tolist():
            rows, columns = (self._uniform(6) * height).long(), (self._uniform(6) * width).long()
            ink[number, 0, rows, columns] = 1.0
        return ink


def _widest(ink: Tensor, axis: int) -> Tensor:
    """The most of each pixel and its two neighbours along an axis: pooling takes five times as long."""
    return torch.maximum(torch.maximum(ink, ink.roll(1, axis)), ink.roll(-1, axis))
