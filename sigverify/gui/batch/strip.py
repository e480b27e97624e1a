"""The strip above the Verify page while a queue is open: which item this is, what was decided, and how to rule."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sigverify.batch.items import Result
from sigverify.gui.batch.words import number, ruling_words, verdict_colours, verdict_words
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import IconButton, KeyButton, Label, ShortLabel
from sigverify.gui.theme import GRID, Type, colours, theme
from sigverify.wording import distance_words


class Strip(QWidget):
    """Shows the item at hand; its buttons ask."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: Result | None = None
        self.back = KeyButton(self.tr("List"), Keys.BOX_BACK.text, "list")
        self.before, self.after = (
            IconButton("previous", self.tr("The item before")),
            IconButton("next", self.tr("The item after")),
        )
        self.before.set_name(self.tr("The item before"), Keys.ITEM_BEFORE.text)
        self.after.set_name(self.tr("The item after"), Keys.ITEM_AFTER.text)
        self.place, self.item = Label(bold=True), ShortLabel(tone="")
        self.batch_said = Label(bold=True)
        self.reasons, self.ruling = ShortLabel(size=Type.SMALL), Label(size=Type.SMALL, bold=True)
        self.accept = KeyButton(self.tr("Accept"), Keys.RULE_ACCEPT.text, "accept")
        self.flag = KeyButton(self.tr("Flag"), Keys.RULE_FLAG.text, "flag")
        self.note = KeyButton(self.tr("Note …"), Keys.RULE_NOTE.text, "note")
        self.undo = KeyButton(self.tr("Undo"), Keys.UNDO_RULING.text, "undo")
        self.setAccessibleName(self.tr("Item of the queue"))
        self._lay_out()
        self.before.clicked.connect(lambda: self.stepped.emit(-1))
        self.after.clicked.connect(lambda: self.stepped.emit(1))
        theme().changed.connect(self._colour)
        self.hide()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addWidget(self.place)
        first.addWidget(self.item, 1)
        second = QHBoxLayout()
        second.setSpacing(GRID)
        second.addWidget(self.batch_said)
        second.addWidget(self.reasons, 1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(first)
        words.addLayout(second)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self.back)
        row.addWidget(self.before)
        row.addWidget(self.after)
        row.addLayout(words, 1)
        for widget in (self.ruling, self.accept, self.flag, self.note, self.undo):
            row.addWidget(widget)

    def show_item(self, result: Result, place: int, of: int) -> None:
        """Show a line of the results, and which of how many it is; 0 where it is not among those shown."""
        self._result = result
        where = self.tr("Item {place} of {of}") if place else self.tr("Not among the {of} shown")
        self.place.setText(where.format(place=number(place), of=number(of)))
        self.item.show_parts(result.item_id, *([result.amount] if result.amount else []))
        self.batch_said.setText(self._said(result))
        self.reasons.show_parts(result.reasons)
        self.ruling.setText(ruling_words(result.ruling) if result.ruling else self.tr("not ruled yet"))
        shown = (self.place.text(), result.item_id, self.batch_said.text(), result.reasons, self.ruling.text())
        self.setAccessibleDescription(". ".join(text for text in shown if text))
        self._colour()
        self.show()

    def _said(self, result: Result) -> str:
        said = self.tr("Batch: {verdict}").format(verdict=verdict_words(result.decision))
        if result.distance is None or result.threshold is None:
            return said
        distance, threshold = distance_words(result.distance, result.threshold)
        return self.tr("{said} {distance}, threshold {threshold}").format(
            said=said, distance=distance, threshold=threshold
        )

    def _colour(self) -> None:
        if self._result is None:
            return
        self.batch_said.setStyleSheet(f"color: {verdict_colours(self._result.decision)[0]};")
        ruling = self._result.ruling
        self.ruling.setStyleSheet(f"color: {colours().text if ruling else colours().faint};")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours().card))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(colours().border))
