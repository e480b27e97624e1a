"""Arrays of pixels into Qt's images and back."""

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from sigverify.domain import Image

FASTEST = 100  # Qt writes PNG without compressing at this quality; a pasted screen then takes milliseconds


def to_qimage(pixels: Image) -> QImage:
    """An image of its own memory from (h, w) grey or (h, w, 3) RGB pixels."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    grey = pixels.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, width * (1 if grey else 3), kind).copy()


def to_png(image: QImage) -> bytes:
    """An image as the bytes of a PNG file; empty when Qt cannot write it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    written = image.save(buffer, "PNG", FASTEST)  # type: ignore[call-overload]
    return bytes(buffer.data().data()) if written else b""
