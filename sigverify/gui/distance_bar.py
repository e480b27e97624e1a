"""The distance bar: where the combined distance and each specimen's own lie between 0 and the scale's end."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sigverify.domain import Decision
from sigverify.gui.axis import apart, axis_steps
from sigverify.gui.reading import Measured, Reading, in_words
from sigverify.gui.theme import GRID, Type, colours, font

BAR: Final = 3 * GRID  # pixels high
TICK: Final = 10  # pixels that a specimen's tick hangs below the bar
NEAR: Final = 5.0  # pixels; so close to a tick the pointer means it


class DistanceBar(QWidget):
    """Paints a reading, sharp at every size and scaling; a tick's tooltip names its specimen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = Reading()
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Distance bar"))
        self.show_reading(self._reading)

    @property
    def reading(self) -> Reading:
        """What is drawn."""
        return self._reading

    def show_reading(self, reading: Reading) -> None:
        """Draw this."""
        self._reading, self._hovered = reading, None
        self.setAccessibleDescription(self._in_words())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(70 * GRID, math.ceil(self._bands_top() + len(self._reading.bands) * self._line()))

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, self.sizeHint().height())

    # where things are

    def x_of(self, distance: float) -> float:
        """The horizontal position of a distance, in pixels; the edge for one off the scale."""
        share = min(max(distance / self._reading.scale_end, 0.0), 1.0)
        return GRID + share * (self.width() - 2 * GRID)

    def tick_at(self, position: QPointF) -> int | None:
        """Which specimen's tick is at a position."""
        top = self._bar_top()
        if not top - TICK <= position.y() <= top + BAR + 2 * TICK:
            return None
        away = [abs(self.x_of(tick.distance) - position.x()) for tick in self._reading.ticks]
        nearest = min(range(len(away)), key=away.__getitem__, default=None)
        return nearest if nearest is not None and away[nearest] <= NEAR else None

    def _bar_top(self) -> float:
        return math.ceil(QFontMetricsF(font(Type.VALUE, bold=True)).height()) + 2 * GRID

    def _axis_top(self) -> float:
        return self._bar_top() + BAR + TICK + 2

    def _line(self) -> float:
        return math.ceil(QFontMetricsF(font(Type.SMALL)).height())

    def _bands_top(self) -> float:
        return self._axis_top() + self._line() + GRID / 2

    def _snapped(self, x: float) -> float:
        ratio = self.devicePixelRatioF()
        return round(x * ratio) / ratio

    # events

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event.globalPos(), self.tick_at(QPointF(event.pos())))
            return True
        return super().event(event)

    def _show_tip(self, at: QPoint, index: int | None) -> None:
        if index is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(at, self.tick_text(index), self)

    def tick_text(self, index: int) -> str:
        """What a tick's tooltip says."""
        tick = self._reading.ticks[index]
        return f"{tick.label}: {tick.distance:.3f}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self.tick_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self._show_tip(event.globalPosition().toPoint(), hovered)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_zones(painter)
        self._paint_axis(painter)
        self._paint_bands(painter)
        self._paint_ticks(painter)
        self._paint_threshold_and_marker(painter)

    def _paint_zones(self, painter: QPainter) -> None:
        use, reading = colours(), self._reading
        bar = QRectF(GRID, self._bar_top(), self.width() - 2 * GRID, BAR)
        shape = QPainterPath()
        shape.addRoundedRect(bar, 4, 4)
        if reading.threshold is None or reading.measured is Measured.NO_DISTANCE:
            painter.fillPath(shape, QColor(use.grey_zone))
        else:
            edge = self._snapped(self.x_of(reading.threshold))
            for zone, colour in (
                (QRectF(bar.topLeft(), QPointF(edge, bar.bottom())), use.accept_zone),
                (QRectF(QPointF(edge, bar.top()), bar.bottomRight()), use.flag_zone),
            ):
                painter.save()
                painter.setClipRect(zone)
                painter.fillPath(shape, QColor(colour))
                painter.restore()
        self._paint_zone_words(painter, bar)

    def _paint_zone_words(self, painter: QPainter, bar: QRectF) -> None:
        use, reading = colours(), self._reading
        face = font(Type.SMALL, bold=True)
        painter.setFont(face)
        inner = bar.adjusted(GRID, 0, -GRID, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if reading.note:
            painter.setPen(QColor(use.grey))
            room_left = reading.threshold is None or reading.threshold > reading.scale_end / 2
            side = Qt.AlignmentFlag.AlignLeft if room_left else Qt.AlignmentFlag.AlignRight
            painter.drawText(inner, middle | side, reading.note)
            return
        if reading.threshold is None:
            return
        edge = self.x_of(reading.threshold)
        taken = None if reading.distance is None else self.x_of(reading.distance)
        left, right = bar.left() + GRID, bar.right() - GRID
        self._paint_zone_word(painter, self.tr("accept"), use.accept, (left, edge - GRID), taken, inner)
        self._paint_zone_word(painter, self.tr("flag"), use.flag, (right, edge + GRID), taken, inner)

    @staticmethod
    def _paint_zone_word(
        painter: QPainter, word: str, colour: str, ends: tuple[float, float], taken: float | None, bar: QRectF
    ) -> None:
        """Write a zone's name at its outer end or, where the marker is in the way, beside the threshold."""
        outer, inner = ends
        wide = QFontMetricsF(painter.font()).horizontalAdvance(word)
        if abs(outer - inner) < wide:
            return
        toward = 1 if inner > outer else -1
        for start, direction in ((outer, toward), (inner, -toward)):
            left = start if direction > 0 else start - wide
            if taken is None or not left - GRID < taken < left + wide + GRID:
                painter.setPen(QColor(colour))
                painter.drawText(QRectF(left, bar.top(), wide + 1, bar.height()), Qt.AlignmentFlag.AlignVCenter, word)
                return

    def _paint_axis(self, painter: QPainter) -> None:
        reading, top = self._reading, self._axis_top()
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(colours().faint))
        for value, text in axis_steps(reading.scale_end):
            _centred_text(painter, text, self.x_of(value), top, self.width())

    def _paint_bands(self, painter: QPainter) -> None:
        use, face = colours(), font(Type.SMALL)
        metrics = QFontMetricsF(face)
        painter.setFont(face)
        for row, band in enumerate(self._reading.bands):
            top = self._bands_top() + row * self._line()
            left, right = self.x_of(band.low), self.x_of(band.high)
            line = QRectF(left, top + self._line() / 2 - 2, max(right - left, 4), 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(use.strong_border))
            painter.drawRoundedRect(line, 2, 2)
            painter.setPen(QColor(use.faint))
            wide = metrics.horizontalAdvance(band.label)
            fits_right = right + GRID + wide <= self.width()
            at = right + GRID if fits_right else left - GRID - wide
            painter.drawText(QPointF(max(at, 0.0), top + metrics.ascent()), band.label)

    def _paint_ticks(self, painter: QPainter) -> None:
        use, top = colours(), self._bar_top()
        for index, tick in enumerate(self._reading.ticks):
            hovered = index == self._hovered
            x, wide = self._snapped(self.x_of(tick.distance)), 3 if hovered else 2
            mark = QRectF(self._snapped(x - wide / 2), top + BAR - GRID / 2, wide, TICK + GRID / 2)
            painter.fillRect(mark, QColor(use.text if hovered else use.muted))

    def _paint_threshold_and_marker(self, painter: QPainter) -> None:
        use, reading, top = colours(), self._reading, self._bar_top()
        value, limit = in_words(reading)
        bold, big = font(Type.BODY, bold=True), font(Type.VALUE, bold=True)
        marker = None
        if reading.distance is not None:
            at = self.x_of(reading.distance)
            marker = (_clamped(at, QFontMetricsF(big).horizontalAdvance(value), self.width()), value, big)
            self._paint_marker(painter, at, _accent(reading.decision))
            _text_at(painter, marker, top - 2 * GRID, _accent(reading.decision))
        if reading.threshold is not None:
            x = self._snapped(self.x_of(reading.threshold))
            painter.fillRect(QRectF(self._snapped(x - 1), top - GRID, 2, BAR + 2 * GRID), QColor(use.text))
            label = self.tr("threshold {value}").format(value=limit)
            wide = QFontMetricsF(bold).horizontalAdvance(label)
            span = None if marker is None else (marker[0], marker[0] + QFontMetricsF(big).horizontalAdvance(value))
            left = apart(x, wide, span, self.width(), GRID)
            _text_at(painter, (left, label, bold), top - 2 * GRID, use.text)

    def _paint_marker(self, painter: QPainter, x: float, colour: str) -> None:
        top = self._bar_top()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        x = self._snapped(x)
        head = [QPointF(x - 8, top - 10), QPointF(x + 8, top - 10), QPointF(x, top)]
        painter.drawPolygon(QPolygonF(head))
        painter.drawRect(QRectF(self._snapped(x - 1.5), top - 1, 3, BAR + 2))

    def _in_words(self) -> str:
        reading = self._reading
        value, limit = in_words(reading)
        parts = [self.tr("Scale from 0 to {end}").format(end=f"{reading.scale_end:g}")]
        if limit:
            parts.append(self.tr("threshold {value}").format(value=limit))
        if value:
            parts.append(self.tr("distance {value}").format(value=value))
        parts += [reading.note] if reading.note else []
        parts += [self.tick_text(index) for index in range(len(reading.ticks))]
        return ", ".join(parts) + "."


def _accent(decision: Decision | None) -> str:
    use = colours()
    return {Decision.ACCEPT: use.accept, Decision.FLAG: use.flag}.get(decision, use.grey) if decision else use.grey


def _clamped(centre: float, wide: float, total: float) -> float:
    return min(max(centre - wide / 2, 0.0), total - wide)


def _centred_text(painter: QPainter, text: str, centre: float, top: float, total: float) -> None:
    metrics = painter.fontMetrics()
    left = _clamped(centre, metrics.horizontalAdvance(text), total)
    painter.drawText(QPointF(left, top + metrics.ascent()), text)


def _text_at(painter: QPainter, label: tuple[float, str, QFont], baseline: float, colour: str) -> None:
    left, text, face = label
    painter.setFont(face)
    painter.setPen(QColor(colour))
    painter.drawText(QPointF(left, baseline), text)
