"""Signatures drawn for the tests with a few strokes; every number gives another hand."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from sigverify.domain import Image
from sigverify.gui.pictures import to_qimage


def signature(hand: int, *, width: int = 900, height: int = 360, shake: float = 0.0) -> QImage:
    """One signature on white paper; `shake` varies it as the same hand would."""
    page = QImage(width, height, QImage.Format.Format_RGB32)
    page.fill(QColor("white"))
    page.setDotsPerMeterX(7874)  # 200 dpi
    page.setDotsPerMeterY(7874)
    luck, tremor = np.random.default_rng(hand), np.random.default_rng(int(shake * 1000) + hand)
    x, base = 0.12 * width, 0.55 * height
    path = QPainterPath(QPointF(x, base))
    for _ in range(7):
        rise, step, lean = luck.uniform(0.1, 0.34), luck.uniform(0.055, 0.1), luck.uniform(-0.03, 0.05)
        rise += tremor.normal(0, 0.02 + shake / 20)
        top = QPointF(x + (step / 2 + lean) * width, base - rise * height)
        x += step * width
        foot = QPointF(x, base + luck.uniform(-0.05, 0.1) * height)
        path.cubicTo(top + QPointF(-0.04 * width, 0.1 * height), top + QPointF(-0.01 * width, -0.05 * height), top)
        path.cubicTo(top + QPointF(0.03 * width, 0.05 * height), foot + QPointF(-0.03 * width, 0), foot)
    path.moveTo(QPointF(0.16 * width, 0.78 * height))
    path.quadTo(QPointF(0.5 * width, 0.7 * height), QPointF(x + 0.06 * width, 0.74 * height))
    painter = QPainter(page)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    round_pen = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(QColor("#1b2a55"), width / 150, Qt.PenStyle.SolidLine, *round_pen))
    painter.drawPath(path)
    painter.end()
    return page


def save_signature(path: Path, hand: int, **how: float) -> Path:
    """The signature in a file."""
    assert signature(hand, **how).save(str(path))  # type: ignore[arg-type]
    return path


PLACES = ((60, 300, 320, 404), (520, 320, 780, 424))  # where the signatures of a whole cheque are


def save_cheque(path: Path, signed: int = 1) -> Path:
    """A cheque of 860 x 460 pixels with as many signatures, the last of PLACES first."""
    page = QImage(860, 460, QImage.Format.Format_RGB32)
    page.fill(QColor("#f4f0e2"))
    page.setDotsPerMeterX(7874)
    page.setDotsPerMeterY(7874)
    painter = QPainter(page)
    painter.setPen(QPen(QColor("#8a7f66"), 1))
    for y in (90, 140, 190, 426):
        painter.drawLine(40, y, 820, y)
    painter.drawRect(600, 150, 200, 60)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Darken)
    for hand, (x0, y0, x1, y1) in list(enumerate(reversed(PLACES), 1))[:signed]:
        painter.drawImage(x0, y0, signature(hand, width=x1 - x0, height=y1 - y0))
    painter.end()
    assert page.save(str(path))
    return path


def to_array(image: QImage) -> Image:
    """(h, w, 3) RGB pixels of an image."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def to_png(pixels: Image) -> bytes:
    """The bytes of a PNG file of grey or RGB pixels."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert to_qimage(pixels).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def ink_box(pixels: Image) -> tuple[int, int, int, int] | None:
    """x0, y0, x1, y1 of everything darker than grey."""
    rows, columns = np.nonzero(pixels.mean(axis=2) < 160)
    if not rows.size:
        return None
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
