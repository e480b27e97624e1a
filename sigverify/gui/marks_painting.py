"""How the boxes on a cheque are drawn; in the same colours in both themes, for paper is white in both."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from sigverify.gui.theme import GRID, LIGHT, Type, font

ACCENT: Final = QColor(LIGHT.accept)
HALO: Final = QColor(255, 255, 255, 170)  # keeps a line visible on print and guilloche
HANDLE: Final = 7.0  # pixels
SMALL_HANDLE: Final = 5.0  # on a box so small that larger ones would hide the signature
SMALL: Final = 40.0  # pixels high
TAG: Final = QSizeF(2.25 * GRID, 2 * GRID)


def tag(box: QRectF) -> QRectF:
    """Where the number of a box stands: to its left, where there is room; above it there may be another's ink."""
    aside = TAG.width() if box.left() >= TAG.width() else 0.0
    return QRectF(box.topLeft() - QPointF(aside, 0), TAG)


def paint_page(painter: QPainter, corners: Sequence[QPointF]) -> None:
    """Outline the cheque in the picture, faintly."""
    faint = QColor(ACCENT)
    faint.setAlphaF(0.45)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(faint, 1, Qt.PenStyle.DotLine))
    painter.drawPolygon(QPolygonF(list(corners)))


def paint_place(painter: QPainter, box: QRectF, number: int) -> None:
    """Draw a place that is not in force: thin, dashed and numbered."""
    _outline(painter, box, QPen(HALO, 3))
    _outline(painter, box, QPen(ACCENT, 1.2, Qt.PenStyle.DashLine))
    _paint_tag(painter, box, number, filled=False)


def paint_box(painter: QPainter, box: QRectF, handles: Sequence[QPointF], number: int | None) -> None:
    """Draw the box in force, with its handles where it can be edited, and its number where there are several."""
    _outline(painter, box, QPen(HALO, 4))
    _outline(painter, box, QPen(ACCENT, 2))
    if number is not None:
        _paint_tag(painter, box, number, filled=True)
    painter.setPen(QPen(ACCENT, 1.5))
    painter.setBrush(QColor("white"))
    side = SMALL_HANDLE if box.height() < SMALL else HANDLE
    for point in handles:
        painter.drawRect(QRectF(point - QPointF(side, side) / 2, QSizeF(side, side)))


def _outline(painter: QPainter, box: QRectF, pen: QPen) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRect(box.toRect())  # on whole pixels, so that the line is sharp


def _paint_tag(painter: QPainter, box: QRectF, number: int, *, filled: bool) -> None:
    place = tag(box)
    painter.setPen(QPen(ACCENT, 1))
    painter.setBrush(ACCENT if filled else QColor("white"))
    painter.drawRect(place)
    painter.setFont(font(Type.SMALL, bold=True))
    painter.setPen(QColor("white") if filled else ACCENT)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number))
