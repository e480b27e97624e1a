"""VGG16 as torchvision has it, with one grey channel and fresh weights.

Source: Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015. Nine
tenths of its parameters are in the two 4096-wide layers behind the convolutions. The last layer, a classifier there,
gives the embedding here; its rows are normalised by `network.Standard`, which the paper does not do.
"""

from typing import Any

from torch import nn


def vgg16(dimensions: int) -> nn.Module:
    """Thirteen convolutions and three dense layers, without batch normalisation."""
    from sigverify.model.vision import models  # only here: whoever verifies with our net need not wait for torchvision

    network: Any = models.vgg16(weights=None, num_classes=dimensions)
    network.features[0] = nn.Conv2d(1, 64, 3, 1, 1)
    made: nn.Module = network
    return made
