"""The feature network of MatchNet, at our frame's size."""

from torch import Tensor, nn

CELLS = 16 * 32  # what three halvings leave of 128 x 256


class MatchNet(nn.Module):
    """Five small convolutions and a bottleneck, with ReLU throughout.

    Source: Han, Leung, Jia, Sukthankar, Berg, "MatchNet: unifying feature and metric learning for patch-based
    matching", CVPR 2015, table 1, with its 512-wide bottleneck. The paper's patches have 64 x 64 pixels, ours are
    larger, and so is the bottleneck's layer. The paper's bottleneck ends in a ReLU and its rows are not normalised;
    here the ReLU is left out, for distances need both signs, and `network.Standard` normalises.
    """

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *(nn.Conv2d(1, 24, 7, padding=3), nn.ReLU(), nn.MaxPool2d(3, 2, 1)),
            *(nn.Conv2d(24, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)),
            *(nn.Conv2d(64, 96, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(96, 96, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(96, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2, 1)),
        )
        self.bottleneck = nn.Linear(64 * CELLS, dimensions)

    def forward(self, ink: Tensor) -> Tensor:
        """(n, 1, 128, 256) -> (n, dimensions)."""
        features: Tensor = self.bottleneck(self.features(ink).flatten(1))
        return features
