"""Asks for a note on a ruling."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from sigverify.gui.small_parts import Label
from sigverify.gui.theme import GRID

LONGEST = 500  # characters


class NoteDialog(QDialog):
    """One line of text; Enter keeps it."""

    def __init__(self, item_id: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Note"))
        self.line = QLineEdit(note)
        self.line.setMaxLength(LONGEST)
        self.line.setMinimumWidth(56 * GRID)
        self.line.setAccessibleName(self.tr("Note on {item}").format(item=item_id))
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(GRID)
        box.addWidget(Label(self.tr("Note on the ruling of {item}").format(item=item_id)))
        box.addWidget(self.line)
        box.addWidget(self.buttons)

    @property
    def text(self) -> str:
        """What was written."""
        return " ".join(self.line.text().split())
