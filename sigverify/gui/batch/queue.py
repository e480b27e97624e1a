"""The queue: which item is looked at, what is ruled on it, and which comes next."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sigverify.batch.items import Result, Ruling, Said
from sigverify.batch.rulings import Rulings
from sigverify.errors import BatchError
from sigverify.gui.batch.model import ResultsModel


class Queue(QObject):
    """Rules on the rows of a model; each ruling is on the disk before it is shown.

    `moved` tells that another item is at hand, `ruled` that a ruling was given or taken back, `failed` why it was not.
    """

    moved = Signal()
    ruled = Signal()
    failed = Signal(str)

    def __init__(self, model: ResultsModel, name_of: Callable[[], str], parent: QObject | None = None) -> None:
        """`name_of` gives the name that rulings are signed with."""
        super().__init__(parent)
        self._model, self._name_of = model, name_of
        self._rulings: Rulings | None = None
        self._undoable = 0
        self._row: int | None = None

    def begin(self, out: Path) -> None:
        """Rule on the items of this results file, finished or not; raises BatchError."""
        self._rulings = Rulings(out)
        self._undoable = 0
        self.go_to(None)

    def end(self) -> Callable[[], None] | None:
        """Rule on nothing any more; gives the work that puts the rulings into the results file, which takes a while."""
        rulings, self._rulings, self._undoable = self._rulings, None, 0
        self.go_to(None)
        if rulings is None:
            return None
        rulings.close()
        return rulings.merge

    # where we are

    @property
    def row(self) -> int | None:
        """The row of the table at hand."""
        return self._row

    @property
    def result(self) -> Result | None:
        """The line at hand."""
        return None if self._row is None else self._model.table.result(self._row)

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many rows shown is at hand, from 1 on; 0 where it is not among them."""
        place = self._model.place_of(self._row)
        return (0 if place is None else place + 1), self._model.rowCount()

    @property
    def can_rule(self) -> bool:
        """Whether there is an item to rule on."""
        return self._rulings is not None and self._row is not None

    @property
    def can_undo(self) -> bool:
        """Whether a ruling can be taken back."""
        return self._rulings is not None and self._undoable > 0

    def go_to(self, row: int | None) -> None:
        """Take this row of the table in hand."""
        if row != self._row:
            self._row = row
            self.moved.emit()

    def step(self, by: int) -> None:
        """Go on to the next row shown, or back."""
        place = self._model.place_of(self._row)
        row = self._model.row_at((place + by) if place is not None else 0)
        if row is not None:
            self.go_to(row)

    # ruling

    def rule(self, said: Said, note: str | None = None) -> bool:
        """Rule on the item at hand and go to the next that nobody has ruled on; False where it was not kept.

        An earlier note stays unless another is given.
        """
        row, rulings = self._row, self._rulings
        if row is None or rulings is None:
            return False
        result = self._model.table.result(row)
        if note is None:
            note = result.ruling.note if result.ruling else ""
        if not self._keep(row, lambda: rulings.rule(result, said, by=self._name_of(), note=note)):
            return False
        place = self._model.place_of(row)
        following = self._model.next_unruled(-1 if place is None else place)
        self.go_to(row if following is None else following)
        return True

    def note(self, text: str) -> bool:
        """Write a note on the ruling that stands, and stay; False where there is none or it was not kept."""
        row, rulings = self._row, self._rulings
        if row is None or rulings is None:
            return False
        result = self._model.table.result(row)
        ruling = result.ruling
        if ruling is None or ruling.note == text:
            return False
        return self._keep(row, lambda: rulings.rule(result, ruling.said, by=self._name_of(), note=text))

    def undo(self) -> None:
        """Take the last ruling back and return to its item."""
        if self._rulings is None or not self._undoable:
            return
        try:
            undone = self._rulings.undo()
        except BatchError as error:
            self.failed.emit(str(error))
            return
        if undone is None:
            return
        self._undoable -= 1
        line, ruling = undone
        row = self._model.table.row_of(line)
        if row is not None:
            self._show(row, ruling)
            self.go_to(row)

    def _keep(self, row: int, rule: Callable[[], Result]) -> bool:
        try:
            ruled = rule()
        except BatchError as error:
            self.failed.emit(str(error))
            return False
        self._undoable += 1
        self._show(row, ruled.ruling)
        return True

    def _show(self, row: int, ruling: Ruling | None) -> None:
        self._model.rule(row, ruling)
        self.ruled.emit()
