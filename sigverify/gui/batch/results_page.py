"""Results on a page: how the batch stands, which rows are shown, the table, and what can be done with a row."""

import itertools
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from sigverify.batch.items import Result
from sigverify.batch.orders import Order
from sigverify.batch.table import ResultTable
from sigverify.gui.batch.chips import Chips
from sigverify.gui.batch.model import ResultsModel
from sigverify.gui.batch.run_card import RunCard, Standing, State
from sigverify.gui.batch.view import ResultsView
from sigverify.gui.batch.words import number
from sigverify.gui.icons import icon
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import Card, KeyButton, ShortLabel
from sigverify.gui.theme import GRID, Type, theme

TYPING: Final = 150  # milliseconds after the last letter before rows are looked for


class ResultsPage(QWidget):
    """Shows one batch's results; decides nothing."""

    shown_changed = Signal()

    def __init__(self, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.run_card, self.chips, self.view = RunCard(), Chips(), ResultsView(model)
        self.search = QLineEdit()
        self.worst = QPushButton(self.tr("Worst first"))
        self.told = ShortLabel(size=Type.SMALL)
        self.open = KeyButton(self.tr("Look at it"), Keys.OPEN_ITEM.text, "review")
        self.accept = KeyButton(self.tr("Accept"), Keys.RULE_ACCEPT.text, "accept")
        self.flag = KeyButton(self.tr("Flag"), Keys.RULE_FLAG.text, "flag")
        self.note = KeyButton(self.tr("Note …"), Keys.RULE_NOTE.text, "note")
        self.undo = KeyButton(self.tr("Undo"), Keys.UNDO_RULING.text, "undo")
        self.what_if, self.export = self.run_card.what_if, self.run_card.export
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._find_icon: QAction | None = None
        self._top: int | None = None  # the row chosen for the clerk, not by them
        self._name()
        self._lay_out()
        self._join()
        self._order_tabs()

    def _name(self) -> None:
        self.search.setPlaceholderText(
            self.tr("Find an item, amount, file or reason ({key})").format(key=Keys.FIND.text)
        )
        self.search.setAccessibleName(self.tr("Find"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(20 * GRID)
        self.search.installEventFilter(self)
        self.worst.setCheckable(True)
        self.worst.setChecked(True)
        self.worst.setAutoDefault(False)
        self.worst.setToolTip(
            self.tr(
                "Flagged ones first, the farthest over their threshold at the top; then those to review, those "
                "that could not be judged, errors, and at last the accepted ones."
            )
        )
        self.told.setAccessibleName(self.tr("Rows shown"))
        self._colour_icons()
        theme().changed.connect(self._colour_icons)

    def _colour_icons(self) -> None:
        if self._find_icon is None:
            self._find_icon = self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._find_icon.setIcon(icon("search"))

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(GRID)
        filters.addWidget(self.chips)
        filters.addSpacing(GRID)
        filters.addWidget(self.search, 1)
        sheet = Card()
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(1, GRID // 2, 1, GRID // 2)
        inside.addWidget(self.view)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        for button in (self.open, self.accept, self.flag, self.note, self.undo):
            below.addWidget(button)
        below.addSpacing(GRID)
        below.addWidget(self.told, 1)
        below.addWidget(self.worst)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(GRID)
        box.addWidget(self.run_card)
        box.addLayout(filters)
        box.addWidget(sheet, 1)
        box.addLayout(below)

    def _join(self) -> None:
        self.chips.changed.connect(self._filter)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self._typing.timeout.connect(self._filter)
        self.worst.clicked.connect(self._sort_worst)
        self._model.arranged.connect(self.show_counts)

    def _order_tabs(self) -> None:
        card, chips = self.run_card, self.chips
        order: list[QWidget] = [
            card.pause,
            card.stop,
            card.go_on,
            self.what_if,
            self.export,
            card.new,
            chips.every,
            *chips.of.values(),
        ]
        order += [chips.unruled, self.search, self.view, self.open, self.accept, self.flag]
        order += [self.note, self.undo, self.worst]
        for first, second in itertools.pairwise(order):
            QWidget.setTabOrder(first, second)

    # what is shown

    def show_table(self, table: ResultTable) -> None:
        """Show other results, from the worst on."""
        self._typing.stop()
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.chips.show_all()
        self.view.choose(None)
        self._model.show_table(table)
        self.view.sort_worst_first()
        self._choose_top()

    def append(self, results: list[Result]) -> None:
        """Take in what was just decided; until the clerk chooses another row, the top one is at hand."""
        self._model.append(results)
        if self.view.row is None or self.view.row == self._top:
            self._choose_top()

    def _choose_top(self) -> None:
        self._top = self._model.row_at(0)
        self.view.choose(self._top)

    def show_standing(self, standing: Standing) -> None:
        """Show how the batch stands."""
        self.run_card.show_standing(standing)
        waits = self.tr("The first results come in a moment.")
        self._waits = waits if standing.state in (State.STARTING, State.RUNNING) else self.tr("There are no lines.")
        self._show_empty()

    _waits = ""

    def _show_empty(self) -> None:
        nothing = self.tr("No line is like that. Choose “All”, or look for something else.")
        self.view.empty_text = nothing if len(self._model.table) else self._waits
        self.view.viewport().update()

    def show_counts(self) -> None:
        """Show how many rows there are of which kind."""
        table, shown = self._model.table, self._model.rowCount()
        self.chips.show_counts(table.counts, int((table.said == 0).sum()))
        self.worst.setChecked(self._model.shown.order is Order.WORST_FIRST)
        told = self.tr("{shown} of {all} lines shown").format(shown=number(shown), all=number(len(table)))
        self.told.show_parts(told)
        self._show_empty()

    def _filter(self) -> None:
        self._typing.stop()
        wanted = replace(
            self._model.shown,
            verdicts=self.chips.verdicts,
            unruled=self.chips.unruled.isChecked(),
            text=self.search.text().strip(),
        )
        self._model.show_rows(wanted)
        self.shown_changed.emit()

    def _sort_worst(self) -> None:
        self.view.sort_worst_first()
        self.worst.setChecked(True)

    def start_search(self) -> None:
        """Bring the keyboard to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def leave_search(self, *, clear: bool = False) -> None:
        """From the search into the table, to a row that is shown."""
        if clear:
            self.search.clear()
        self._filter()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._model.place_of(self.view.row) is None:
            self.view.choose(self._model.row_at(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Enter lead from the search into the table; Esc empties it first."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
                self.leave_search(clear=key == Qt.Key.Key_Escape)
                return True
        return super().eventFilter(watched, event)
