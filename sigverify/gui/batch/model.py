"""The results as a model for a view: which rows are shown, in which order; everything is read off the table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt, Signal

from sigverify.batch.items import Result, Ruling, Verdict
from sigverify.batch.orders import Order, Rows
from sigverify.batch.table import VERDICTS, ResultTable
from sigverify.gui.batch.words import ruling_words, signed, verdict_words

ROW: Final = Qt.ItemDataRole.UserRole  # the row of the table behind a row of the view

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Which rows are wanted, and how they are sorted."""

    verdicts: frozenset[Verdict] = frozenset(Verdict)
    unruled: bool = False
    text: str = ""
    order: Order = Order.WORST_FIRST
    falling: bool = False


COLUMNS: Final = (
    Order.LINE,
    Order.ITEM,
    Order.DECISION,
    Order.DISTANCE,
    Order.OVER,
    Order.NEAREST,
    Order.REASONS,
    Order.AMOUNT,
    Order.RULING,
)
NUMBERS: Final = (Order.LINE, Order.DISTANCE, Order.OVER, Order.AMOUNT)
NO_INDEX: Final = QModelIndex()


class ResultsModel(QAbstractTableModel):
    """Shows a table's rows; `arranging` and `arranged` stand around every change of which rows are where."""

    arranging = Signal()
    arranged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table = ResultTable()
        self._shown = Shown()
        self._rows: Rows = np.empty(0, np.intp)
        self._place: Rows = np.empty(0, np.intp)  # of each row in the view; -1 where it is not shown
        self._titles = _titles()

    # which rows

    @property
    def shown(self) -> Shown:
        """What is wanted."""
        return self._shown

    @property
    def rows(self) -> Rows:
        """(n,) rows of the table as they are shown."""
        return self._rows

    def row_at(self, place: int) -> int | None:
        """The row of the table shown at a place, if there is one."""
        return int(self._rows[place]) if 0 <= place < len(self._rows) else None

    def place_of(self, row: int | None) -> int | None:
        """Where a row of the table is shown; None where it is not."""
        if row is None or not 0 <= row < len(self._place):
            return None
        place = int(self._place[row])
        return place if place >= 0 else None

    def show_table(self, table: ResultTable) -> None:
        """Show another table."""
        self.table = table
        self._arrange()

    def show_rows(self, shown: Shown) -> None:
        """Show other rows, or the same in another order."""
        if shown != self._shown:
            self._shown = shown
            self._arrange()

    def show_exactly(self, table: ResultTable, rows: Rows) -> None:
        """Show these rows of a table and no others, in the order of the queue."""
        self.table = table
        self._put(table.in_order(rows, Order.WORST_FIRST))

    def append(self, results: Sequence[Result]) -> None:
        """Take lines in that were just decided."""
        if results:
            self.table.append(results)
            self._arrange()

    def _arrange(self) -> None:
        want, table = self._shown, self.table
        rows = table.chosen(verdicts=want.verdicts, unruled=want.unruled, text=want.text)
        self._put(table.in_order(rows, want.order, falling=want.falling))

    def _put(self, rows: Rows) -> None:
        self.arranging.emit()
        self.beginResetModel()
        self._rows = rows
        self._place = np.full(len(self.table), -1, np.intp)
        self._place[rows] = np.arange(len(rows))
        self.endResetModel()
        self.arranged.emit()

    def rule(self, row: int, ruling: Ruling | None) -> None:
        """Show this ruling; a row that is no longer wanted stays until rows are chosen anew."""
        self.table.rule(row, ruling)
        place = self.place_of(row)
        if place is not None:
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))
        elif self._shown.unruled and ruling is None:
            self._arrange()

    def next_unruled(self, place: int) -> int | None:
        """The next row without a ruling that is shown after a place, or else from the top on; None when all are."""
        open_ = np.flatnonzero(self.table.said[self._rows] == 0)
        after = open_[open_ > place]
        if after.size:
            return int(self._rows[after[0]])
        return int(self._rows[open_[0]]) if open_.size else None

    @property
    def unruled(self) -> int:
        """How many of the rows shown nobody has ruled on."""
        return int((self.table.said[self._rows] == 0).sum())

    # what Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _align(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = int(self._rows[index.row()]), COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self.text(row, column) if column in (Order.ITEM, Order.REASONS, Order.RULING) else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _align(column)
            case _:
                return row if role == ROW else None

    def text(self, row: int, column: Order) -> str:
        """What a cell says."""
        table = self.table
        match column:
            case Order.LINE:
                return str(table.line[row])
            case Order.ITEM:
                return table.item_ids[row]
            case Order.DECISION:
                return verdict_words(VERDICTS[table.verdict[row]])
            case Order.DISTANCE:
                return "" if np.isnan(table.distance[row]) else f"{table.distance[row]:.3f}"
            case Order.OVER:
                over = table.distance[row] - table.threshold[row]
                return "" if np.isnan(over) else signed(float(over))
            case Order.NEAREST:
                return table.nearest[row]
            case Order.REASONS:
                return table.reasons[row]
            case Order.AMOUNT:
                return table.amounts[row]
            case _:
                return ruling_words(table.ruling(row))


def columns_of(orders: Iterable[Order]) -> list[int]:
    """The sections of these columns."""
    return [COLUMNS.index(order) for order in orders]


def _align(column: Order) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _titles() -> tuple[str, ...]:
    return (
        _tr("Line"),
        _tr("Item"),
        _tr("Decision"),
        _tr("Distance"),
        _tr("Over threshold"),
        _tr("Nearest"),
        _tr("Reasons"),
        _tr("Amount"),
        _tr("Ruling"),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultsModel", text)
