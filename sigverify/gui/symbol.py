"""The large sign beside the verdict: each state has its own shape, not only its own colour."""

import math
from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPainterPath, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from sigverify.gui.theme import colours, font

SIDE: Final = 96  # pixels
TURN: Final = 40  # milliseconds between two pictures of the turning arc
PATIENCE: Final = 200  # milliseconds; shorter work shows no turning arc


class Sign(Enum):
    """What the sign can be."""

    EMPTY = "empty"
    BUSY = "busy"
    PROBLEM = "problem"
    ACCEPT = "accept"
    FLAG = "flag"
    CANNOT_JUDGE = "cannot_judge"


def sign_colours(sign: Sign) -> tuple[str, str]:
    """The strong and the pale colour of a sign."""
    use = colours()
    if sign is Sign.ACCEPT:
        return use.accept, use.accept_zone
    if sign is Sign.FLAG:
        return use.flag, use.flag_zone
    return (use.strong_border if sign is Sign.EMPTY else use.grey), use.grey_zone


class Symbol(QWidget):
    """Paints a sign; the busy one turns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = Sign.EMPTY
        self._turned = 0
        self._timer = QTimer(self, interval=TURN)
        self._timer.timeout.connect(self._turn)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def show_sign(self, sign: Sign) -> None:
        """Paint this sign."""
        if sign is not self._sign:
            self._turned = 0
        self._sign = sign
        self._run()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def _run(self) -> None:
        if self._sign is Sign.BUSY and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _turn(self) -> None:
        self._turned += 1
        if self._turned * TURN >= PATIENCE:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong, pale = (QColor(name) for name in sign_colours(self._sign))
        pen = QPen(strong, 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(pale)
        match self._sign:
            case Sign.ACCEPT:
                _paint_check(painter)
            case Sign.FLAG:
                _paint_flag(painter)
            case Sign.CANNOT_JUDGE:
                _paint_question(painter)
            case Sign.PROBLEM:
                _paint_triangle(painter)
            case Sign.BUSY:
                self._paint_turning(painter)
            case Sign.EMPTY:
                _paint_pair(painter)

    def _paint_turning(self, painter: QPainter) -> None:
        ring = QRectF(16, 16, 64, 64)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colours().grey_zone), 6))
        painter.drawEllipse(ring)
        if self._turned * TURN >= PATIENCE:
            painter.setPen(QPen(QColor(colours().accept), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, -self._turned * 12 * 16, 90 * 16)


def _path(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    return path


def _paint_check(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(5, 5, 86, 86))
    pen = painter.pen()
    pen.setWidthF(10)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_path((28, 50), (42, 64), (69, 33)))


def _paint_flag(painter: QPainter) -> None:
    cloth = _path((22, 10), (82, 10), (66, 33), (82, 56), (22, 56))
    cloth.closeSubpath()
    painter.drawPath(cloth)
    pen = painter.pen()
    pen.setWidthF(8)
    painter.setPen(pen)
    painter.drawPath(_path((21, 8), (21, 90)))


def _paint_question(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(5, 5, 86, 86))
    face = font(bold=True)
    face.setPixelSize(60)
    painter.setFont(face)
    painter.drawText(QRectF(0, 0, SIDE, SIDE), Qt.AlignmentFlag.AlignCenter, "?")


def _paint_triangle(painter: QPainter) -> None:
    side = 84.0
    high = side * math.sqrt(3) / 2
    shape = _path((48, 10), (48 + side / 2, 10 + high), (48 - side / 2, 10 + high))
    shape.closeSubpath()
    painter.drawPath(shape)
    pen = painter.pen()
    pen.setWidthF(8)
    painter.setPen(pen)
    painter.drawPath(_path((48, 36), (48, 54)))
    painter.drawPoint(QPointF(48, 69))


def _paint_pair(painter: QPainter) -> None:
    pen = QPen(painter.pen().color(), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for left, top in ((34, 12), (8, 34)):
        painter.setBrush(QColor(colours().card))
        painter.drawRoundedRect(QRectF(left, top, 54, 44), 5, 5)
        stroke = QPainterPath(QPointF(left + 9, top + 27))
        stroke.cubicTo(left + 16, top + 2, left + 19, top + 46, left + 26, top + 20)
        stroke.cubicTo(left + 30, top + 8, left + 33, top + 40, left + 45, top + 20)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(stroke)
