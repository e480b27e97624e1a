"""SigNet, the convolutional network that most papers on offline signatures compare themselves with."""

from torch import Tensor, nn

CELLS = 13 * 29  # what the convolutions and poolings leave of 128 x 256


class SigNet(nn.Module):
    """Four convolutions with local response normalisation, and two dense layers.

    Source: Dey, Dutta, Toledo, Ghosh, Llados, Pal, "SigNet: convolutional Siamese network for writer independent
    offline signature verification", 2017, table 1. The paper's pictures have 155 x 220 pixels. Its 128 features are
    not normalised; here `network.Standard` does that, so that the distance is ours.
    """

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *(nn.Conv2d(1, 96, 11), nn.ReLU(), nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)),
            *(nn.MaxPool2d(3, 2), nn.Dropout2d(0.3)),
            *(nn.Conv2d(256, 384, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Dropout2d(0.3)),
        )
        self.dense = nn.Sequential(
            *(nn.Linear(256 * CELLS, 1024), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1024, dimensions)),
        )

    def forward(self, ink: Tensor) -> Tensor:
        """(n, 1, 128, 256) -> (n, dimensions)."""
        features: Tensor = self.dense(self.features(ink).flatten(1))
        return features
