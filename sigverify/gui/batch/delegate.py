"""How a row of results is painted: the verdict as a pill with its sign, the distance on a small bar, the ruling."""

import math
from functools import cache
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sigverify.batch.items import Verdict
from sigverify.batch.orders import Order
from sigverify.batch.table import SAID, VERDICTS
from sigverify.gui.batch.model import COLUMNS, NUMBERS, ResultsModel
from sigverify.gui.batch.words import ICONS, verdict_colours
from sigverify.gui.icons import pixmap
from sigverify.gui.theme import GRID, Type, colours, font

HIGH: Final = 4 * GRID  # pixels of a row
SIGN: Final = 2 * GRID - 2
BAR: Final = 6 * GRID  # pixels wide, behind the distance

Index = QModelIndex | QPersistentModelIndex


class ResultDelegate(QStyledItemDelegate):
    """Paints cells straight from the model's table; asks the model for nothing but text."""

    def __init__(self, model: ResultsModel) -> None:
        super().__init__()
        self._model = model
        self.scale_end = 1.4

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(12 * GRID, HIGH)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect)
        use, section = colours(), index.column()
        column, row = COLUMNS[section], int(self._model.rows[index.row()])
        text = self._model.text(row, column)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(use.hover))
            if section == 0:
                painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), QColor(use.accept))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(use.border))
        inner = rect.adjusted(GRID, 0, -GRID, -1)
        match column:
            case Order.DECISION:
                self._pill(painter, inner, VERDICTS[self._model.table.verdict[row]], text, filled=True)
            case Order.RULING if self._model.table.said[row]:
                said = SAID[self._model.table.said[row]]
                assert said is not None
                self._pill(painter, inner, Verdict(said.value), text, filled=False)
            case Order.DISTANCE:
                self._distance(painter, inner, row, text)
            case _:
                self._text(painter, inner, column, text)

    @staticmethod
    def _text(painter: QPainter, rect: QRectF, column: Order, text: str) -> None:
        if not text:
            return
        strong = column is Order.ITEM
        face, metrics = _face(Type.BODY if strong else Type.SMALL)
        painter.setFont(face)
        painter.setPen(QColor(colours().text if strong or column in NUMBERS else colours().muted))
        side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
        cut = Qt.TextElideMode.ElideMiddle if strong else Qt.TextElideMode.ElideRight
        fits = len(text) * metrics.maxWidth() < rect.width()
        shown = text if fits else metrics.elidedText(text, cut, rect.width())
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)

    @staticmethod
    def _pill(painter: QPainter, rect: QRectF, verdict: Verdict, text: str, *, filled: bool) -> None:
        """The sign and the word; the machine's on a pale ground, a person's with a plain one."""
        strong, pale = verdict_colours(verdict)
        face, metrics = _face(Type.SMALL, bold=filled)
        room = rect.width() - SIGN - 2.5 * GRID
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        if filled:
            wide = SIGN + 2.5 * GRID + metrics.horizontalAdvance(shown)
            body = QRectF(rect.left() - GRID / 2, rect.center().y() - 1.4 * GRID, wide, 2.8 * GRID)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(pale))
            painter.drawRoundedRect(body, 1.4 * GRID, 1.4 * GRID)
        ratio = painter.device().devicePixelRatio()
        sign = QPointF(rect.left() + GRID / 2, rect.center().y() - SIGN / 2)
        painter.drawPixmap(sign, _signs(ICONS[verdict], SIGN, ratio, strong))
        painter.setFont(face)
        painter.setPen(QColor(strong if filled else colours().text))
        words = rect.adjusted(SIGN + 1.25 * GRID, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _distance(self, painter: QPainter, rect: QRectF, row: int, text: str) -> None:
        """The number, and where it lies between 0 and the scale's end with its threshold."""
        use, table = colours(), self._model.table
        painter.setFont(_face(Type.BODY)[0])
        painter.setPen(QColor(use.text))
        numbers = QRectF(rect.left(), rect.top(), rect.width() - BAR - GRID, rect.height())
        painter.drawText(numbers, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        distance, threshold = float(table.distance[row]), float(table.threshold[row])
        bar = QRectF(rect.right() - BAR, rect.center().y() - 2, BAR, 5)
        if math.isnan(distance) or math.isnan(threshold):
            return
        edge = round(bar.left() + bar.width() * min(threshold / self.scale_end, 1.0))
        painter.fillRect(QRectF(bar.left(), bar.top(), edge - bar.left(), bar.height()), QColor(use.accept_zone))
        painter.fillRect(QRectF(edge, bar.top(), bar.right() - edge, bar.height()), QColor(use.flag_zone))
        painter.fillRect(QRectF(edge, bar.top() - 3, 1, bar.height() + 6), QColor(use.muted))
        x = bar.left() + bar.width() * min(distance / self.scale_end, 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(use.accept if distance <= threshold else use.flag))
        top = bar.top() - 4
        painter.drawPolygon(QPolygonF([QPointF(x - 4, top), QPointF(x + 4, top), QPointF(x, bar.bottom())]))


@cache
def _face(size: Type, *, bold: bool = False) -> tuple[QFont, QFontMetricsF]:
    """A font and its measures, made once: a screenful of rows asks for them hundreds of times."""
    face = font(size, bold=bold)
    return face, QFontMetricsF(face)


@cache
def _signs(name: str, size: int, ratio: float, colour: str) -> QPixmap:
    """An icon, drawn once: thirty rows show the same five."""
    return pixmap(name, size, ratio, colour)
