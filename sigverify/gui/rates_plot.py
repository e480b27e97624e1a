"""The measured error rates over the threshold, as three lines with the chosen threshold across them."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sigverify.gui.axis import axis_steps
from sigverify.gui.theme import GRID, Type, colours, font
from sigverify.model.card import OperatingCurve

SHOWN: Final = 0.5  # the highest rate drawn; beyond half of the trials a threshold is of no use


class RatesPlot(QWidget):
    """Draws a curve of the card; the lines differ in dash as well as in colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: OperatingCurve | None = None
        self._threshold = 0.0
        self._end = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Error rates over the threshold"))

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, 15 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, 15 * GRID)

    def show_curve(self, curve: OperatingCurve, end: float) -> None:
        """Draw this curve from 0 to the scale's end."""
        self._curve, self._end = curve, end
        self.update()

    def show_threshold(self, threshold: float) -> None:
        """Move the line of the threshold."""
        self._threshold = threshold
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(Type.SMALL))
        metrics = QFontMetricsF(painter.font())
        left = metrics.horizontalAdvance(_percent(SHOWN)) + GRID
        area = QRectF(left, GRID, self.width() - left - GRID, self.height() - metrics.height() - 1.5 * GRID)
        self._paint_grid(painter, area, metrics)
        if self._curve is None:
            return
        painter.save()
        painter.setClipRect(area.adjusted(-1, -1, 1, 1))
        for rates, pen in zip(_lines(self._curve), line_pens(), strict=True):
            self._paint_line(painter, area, rates, pen)
        painter.restore()
        x = area.left() + min(self._threshold / self._end, 1.0) * area.width()
        painter.setPen(QPen(QColor(colours().text), 1.5))
        painter.drawLine(QPointF(x, area.top() - GRID / 2), QPointF(x, area.bottom()))

    def _paint_grid(self, painter: QPainter, area: QRectF, metrics: QFontMetricsF) -> None:
        use = colours()
        for share in (0.0, SHOWN / 2, SHOWN):
            y = area.bottom() - share / SHOWN * area.height()
            painter.setPen(QPen(QColor(use.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(use.faint))
            text = _percent(share)
            at = QPointF(area.left() - GRID / 2 - metrics.horizontalAdvance(text), y + metrics.ascent() / 2 - 1)
            painter.drawText(at, text)
        for value, text in axis_steps(self._end):
            centre = area.left() + value / self._end * area.width()
            wide = metrics.horizontalAdvance(text)
            left = min(centre - wide / 2, self.width() - wide)
            painter.drawText(QPointF(left, self.height() - metrics.descent() - 1), text)

    def _paint_line(self, painter: QPainter, area: QRectF, rates: tuple[float, ...], pen: QPen) -> None:
        assert self._curve is not None
        path = QPainterPath()
        for threshold, rate in zip(self._curve.thresholds, rates, strict=True):
            x = area.left() + threshold / self._end * area.width()
            point = QPointF(x, area.bottom() - rate / SHOWN * area.height())
            if path.elementCount() == 0:
                path.moveTo(point)
            else:
                path.lineTo(point)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


def line_pens() -> tuple[QPen, QPen, QPen]:
    """The pens of random forgeries, skilled forgeries and genuine signatures, for the plot and its legend."""
    use = colours()
    return (
        QPen(QColor(use.flag), 1.5, Qt.PenStyle.DotLine),
        QPen(QColor(use.flag), 2, Qt.PenStyle.SolidLine),
        QPen(QColor(use.accept), 2, Qt.PenStyle.DashLine),
    )


def _lines(curve: OperatingCurve) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    return curve.far_random, curve.far_skilled, curve.frr


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
