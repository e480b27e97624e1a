"""Which rows are shown: one button for each verdict with its count, one for all, one for those not ruled on yet."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from sigverify.batch.items import Counts, Verdict
from sigverify.batch.table import QUEUE
from sigverify.gui.batch.words import ICONS, number, verdict_colours, verdict_words
from sigverify.gui.icons import draw
from sigverify.gui.theme import GRID, Type, colours, font, theme

HIGH: Final = 4 * GRID
SIGN: Final = 2 * GRID - 2


class Chip(QAbstractButton):
    """A rounded button with a sign, a word and a count, pressed or not."""

    def __init__(self, word: str, verdict: Verdict | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word, self._verdict, self._count = word, verdict, 0
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_count(0)
        theme().changed.connect(self.update)

    @property
    def count(self) -> int:
        """The count shown."""
        return self._count

    def show_count(self, count: int) -> None:
        """Show this count."""
        grew = len(number(count)) != len(number(self._count))
        self._count = count
        self.setAccessibleName(f"{self._word}: {number(count)}")
        if grew:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        word, count = QFontMetricsF(font(Type.SMALL)), QFontMetricsF(font(bold=True))
        sign = SIGN + GRID if self._verdict else 0
        wide = word.horizontalAdvance(self._word) + count.horizontalAdvance(number(self._count)) + sign + 4 * GRID
        return QSize(round(wide), HIGH)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        use = colours()
        strong, pale = (use.accept, use.accept_zone) if self._verdict is None else verdict_colours(self._verdict)
        edge = strong if self.isChecked() or self.hasFocus() else use.strong_border
        painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(QColor(pale if self.isChecked() else use.hover if self.underMouse() else use.raised))
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        inner = body.adjusted(1.5 * GRID, 0, -1.5 * GRID, 0)
        if self._verdict is not None:
            draw(painter, ICONS[self._verdict], QRectF(inner.left(), (HIGH - SIGN) / 2, SIGN, SIGN), strong)
            inner.setLeft(inner.left() + SIGN + GRID)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(use.text if self.isChecked() else use.muted))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, self._word)
        painter.setFont(font(bold=True))
        painter.setPen(QColor(use.text))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, number(self._count))


class Chips(QWidget):
    """Lets the clerk choose which rows to see; `changed` tells the choice."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.every = Chip(self.tr("All"))
        self.of = {verdict: Chip(verdict_words(verdict), verdict) for verdict in QUEUE}
        self.unruled = Chip(self.tr("Not ruled yet"))
        self.every.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for chip in (self.every, *self.of.values()):
            row.addWidget(chip)
            chip.clicked.connect(lambda _checked=False, chosen=chip: self._choose(chosen))
        row.addSpacing(GRID)
        row.addWidget(self.unruled)
        self.unruled.clicked.connect(self.changed)

    @property
    def verdicts(self) -> frozenset[Verdict]:
        """The verdicts wanted."""
        if self.every.isChecked():
            return frozenset(Verdict)
        return frozenset(verdict for verdict, chip in self.of.items() if chip.isChecked())

    def show_counts(self, counts: Counts, unruled: int) -> None:
        """Show how many there are of each."""
        self.every.show_count(counts.total)
        self.unruled.show_count(unruled)
        for verdict, chip in self.of.items():
            chip.show_count(counts[verdict])

    def show_all(self) -> None:
        """Choose all rows again."""
        self.unruled.setChecked(False)
        self._choose(self.every)

    def _choose(self, chosen: Chip) -> None:
        """One verdict at a time; pressed again it gives way to all."""
        wanted = chosen if chosen.isChecked() or chosen is self.every else self.every
        for chip in (self.every, *self.of.values()):
            chip.setChecked(chip is wanted)
        self.changed.emit()
