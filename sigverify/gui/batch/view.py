"""The table of results: keeps its place while rows come in and are sorted anew."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from sigverify.batch.orders import Order
from sigverify.gui.batch.delegate import HIGH, ResultDelegate
from sigverify.gui.batch.model import COLUMNS, Index, ResultsModel
from sigverify.gui.theme import GRID, Type, colours, font

WIDTHS: Final = {
    Order.LINE: 8,
    Order.ITEM: 22,
    Order.DECISION: 21,
    Order.DISTANCE: 15,
    Order.OVER: 14,
    Order.NEAREST: 16,
    Order.REASONS: 30,
    Order.AMOUNT: 12,
    Order.RULING: 24,
}  # in steps of the grid
BIG_FIRST: Final = (Order.DISTANCE, Order.OVER, Order.AMOUNT, Order.RULING)  # sorted downwards at the first click


class ResultsView(QTableView):
    """Shows a model's rows, of which one is chosen; `opened` asks to look at it, `chosen` tells of another choice."""

    opened = Signal(int)  # row of the table
    chosen = Signal()

    def __init__(self, model: ResultsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._kept: int | None = None  # row of the table that is chosen
        self._anchor: tuple[int, int] | None = None  # a row of the table, and how far from the top it is shown
        self._restoring = False
        self.empty_text = ""
        self.results = ResultDelegate(model)
        self.setModel(model)
        self.setItemDelegate(self.results)
        self.setAccessibleName(self.tr("Results"))
        self._look()
        self._columns()
        model.arranging.connect(self._remember)
        model.arranged.connect(self._restore)
        self.doubleClicked.connect(lambda index: self._open(index))
        self.horizontalHeader().sectionClicked.connect(self._sort_by)

    def _look(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setObjectName("results")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(HIGH)

    def _columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(6 * GRID)
        header.setFont(font(Type.SMALL, bold=True))
        for section, column in enumerate(COLUMNS):
            self.setColumnWidth(section, WIDTHS[column] * GRID)
        header.setSectionResizeMode(COLUMNS.index(Order.REASONS), QHeaderView.ResizeMode.Stretch)
        self._show_order()

    def sizeHint(self) -> QSize:
        return QSize(120 * GRID, 40 * GRID)

    # the row chosen

    @property
    def row(self) -> int | None:
        """The row of the table that is chosen."""
        return self._kept

    def choose(self, row: int | None) -> None:
        """Choose a row of the table and bring it into sight."""
        place = self._model.place_of(row)
        if place is None:
            self._keep(row)
            self.clearSelection()
            return
        index = self._model.index(place, COLUMNS.index(Order.ITEM))
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._restoring and current.isValid():
            self._keep(self._model.row_at(current.row()))

    def _keep(self, row: int | None) -> None:
        if row != self._kept:
            self._kept = row
            self.chosen.emit()

    def _open(self, index: QModelIndex) -> None:
        row = self._model.row_at(index.row())
        if row is not None:
            self.opened.emit(row)

    # keeping the place

    def _remember(self) -> None:
        """Note what the clerk looks at: the row chosen if it is in sight, else the first one unless it is the top."""
        self._restoring = True
        self._anchor = None
        place = self._model.place_of(self._kept)
        if place is not None and 0 <= self.rowViewportPosition(place) < self.viewport().height():
            self._anchor = self._kept or 0, self.rowViewportPosition(place)
        elif self.verticalScrollBar().value() > 0:
            first = self.rowAt(0)
            row = self._model.row_at(first)
            self._anchor = None if row is None else (row, self.rowViewportPosition(first))

    def _restore(self) -> None:
        self.verticalScrollBar().setRange(0, max(0, self._model.rowCount() * HIGH - self.viewport().height()))
        if self._anchor is not None:
            place = self._model.place_of(self._anchor[0])
            if place is not None:
                self.verticalScrollBar().setValue(place * HIGH - self._anchor[1])
        place = self._model.place_of(self._kept)
        if place is not None:
            bar = self.verticalScrollBar().value()
            self.setCurrentIndex(self._model.index(place, COLUMNS.index(Order.ITEM)))
            self.verticalScrollBar().setValue(bar)
        self._restoring = False
        self.viewport().update()

    # sorting

    def _sort_by(self, section: int) -> None:
        column, shown = COLUMNS[section], self._model.shown
        falling = not shown.falling if shown.order is column else column in BIG_FIRST
        self._model.show_rows(replace(shown, order=column, falling=falling))
        self._show_order()

    def sort_worst_first(self) -> None:
        """Back to the order of the queue."""
        self._model.show_rows(replace(self._model.shown, order=Order.WORST_FIRST, falling=False))
        self._show_order()

    def _show_order(self) -> None:
        shown, header = self._model.shown, self.horizontalHeader()
        header.setSortIndicatorShown(shown.order is not Order.WORST_FIRST)
        if shown.order is not Order.WORST_FIRST:
            falling = Qt.SortOrder.DescendingOrder if shown.falling else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(COLUMNS.index(shown.order), falling)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._model.rowCount() == 0 and self.empty_text:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(colours().faint))
            painter.setFont(font(Type.TITLE))
            room = QRect(self.viewport().rect()).adjusted(4 * GRID, 0, -4 * GRID, 0)
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(centred), self.empty_text)
