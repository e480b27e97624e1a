"""Pixels on their way into Qt's images and out of them."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from sigverify.gui.pictures import to_bmp, to_qimage
from tests.gui.drawing import to_array


@pytest.mark.parametrize("width", [1, 2, 3, 5, 64, 333])
def test_every_pixel_arrives_whatever_the_width(width: int) -> None:
    pixels = np.random.default_rng(width).integers(0, 256, (7, width, 3)).astype(np.uint8)
    assert (to_array(to_qimage(pixels)) == pixels).all()
    grey = pixels[..., 0]
    assert (to_array(to_qimage(grey))[..., 1] == grey).all()


def test_the_image_does_not_depend_on_the_array() -> None:
    pixels = np.zeros((4, 4), np.uint8)
    image = to_qimage(pixels)
    pixels[:] = 255
    assert image.pixelColor(0, 0) == QColor(0, 0, 0)


def test_part_of_an_array_is_an_image_too() -> None:
    pixels = np.arange(100, dtype=np.uint8).reshape(10, 10)
    assert to_qimage(pixels[2:5, 3:6]).pixelColor(1, 1).red() == pixels[3, 4]


def test_a_transparent_picture_is_pasted_over_white_with_its_resolution(app: object) -> None:
    image = QImage(20, 10, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    image.setPixelColor(3, 4, QColor("black"))
    image.setDotsPerMeterX(7874)
    back = QImage.fromData(to_bmp(image))
    assert back.pixelColor(0, 0) == QColor("white")
    assert back.pixelColor(3, 4) == QColor("black")
    assert back.dotsPerMeterX() == 7874
