"""Arrays of pixels into Qt's images and back."""

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter

from sigverify.domain import Image


def to_qimage(pixels: Image) -> QImage:
    """An image of its own memory from (h, w) grey or (h, w, 3) RGB pixels."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    grey = pixels.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * (1 if grey else 3), kind).copy()


def to_bmp(image: QImage) -> bytes:
    """An image as the bytes of a BMP file, over white where it is transparent; empty when Qt cannot write it.

    A PNG would be smaller, but compressing a pasted picture of a whole screen would stall the window.
    """
    sheet = QImage(image.size(), QImage.Format.Format_RGB32)
    sheet.setDotsPerMeterX(image.dotsPerMeterX())
    sheet.setDotsPerMeterY(image.dotsPerMeterY())
    sheet.fill(Qt.GlobalColor.white)
    painter = QPainter(sheet)
    painter.drawImage(sheet.rect(), image)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    written = QImageWriter(buffer, b"bmp").write(sheet)
    return bytes(buffer.data().data()) if written else b""
