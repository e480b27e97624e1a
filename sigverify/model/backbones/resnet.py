"""Residual networks as torchvision has them, with one grey channel and fresh weights.

Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016. The last layer, a classifier
there, gives the embedding here; its rows are normalised by `network.Standard`, which the paper does not do.
"""

from typing import Any

from torch import nn


def resnet18(dimensions: int) -> nn.Module:
    """18 layers, basic blocks."""
    return _grey("resnet18", dimensions)


def resnet34(dimensions: int) -> nn.Module:
    """34 layers, basic blocks."""
    return _grey("resnet34", dimensions)


def resnet50(dimensions: int) -> nn.Module:
    """50 layers, bottleneck blocks."""
    return _grey("resnet50", dimensions)


def _grey(name: str, dimensions: int) -> nn.Module:
    from sigverify.model.vision import models  # only here: whoever verifies with our net need not wait for torchvision

    network: Any = models.get_model(name, weights=None, num_classes=dimensions)
    network.conv1 = nn.Conv2d(1, network.conv1.out_channels, 7, 2, 3, bias=False)
    made: nn.Module = network
    return made
