"""The Batch page: a welcome, the form that starts a batch, or results."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from sigverify.gui.batch.model import ResultsModel
from sigverify.gui.batch.results_page import ResultsPage
from sigverify.gui.batch.start_form import StartForm
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import Card, KeyButton, Label
from sigverify.gui.theme import GRID, Type

EXAMPLE = (
    "item_id,questioned,references\n"
    "c-1001,scans/c-1001.png,cards/smith_1.png;cards/smith_2.png\n"
    "c-1002,scans/c-1002.tif,cards/jones.png"
)
FOLDERS = "questioned/c-1001.png\nreferences/c-1001_1.png\nreferences/c-1001_2.png"


class Welcome(QWidget):
    """What the page says before there is a batch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.begin = KeyButton(self.tr("New batch …"), Keys.BATCH.text, "batch")
        self.folder = KeyButton(self.tr("A folder …"), "", "open")
        self.open = KeyButton(self.tr("Open results …"), Keys.OPEN_RESULTS.text, "list")
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.begin, self.folder, self.open):
            buttons.addWidget(button)
        buttons.addStretch(1)
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(5 * GRID, 4 * GRID, 5 * GRID, 4 * GRID)
        inside.setSpacing(2 * GRID)
        inside.addWidget(Label(self.tr("Many cheques at once"), size=Type.STATE, bold=True))
        inside.addWidget(Label(self._sentence(), size=Type.TITLE, wrap=True))
        inside.addLayout(buttons)
        inside.addWidget(Label(self.tr("A manifest names one item a line; paths are relative to it:"), tone="muted"))
        inside.addWidget(_example(EXAMPLE))
        inside.addWidget(Label(self.tr("Or a folder, laid out so:"), tone="muted"))
        inside.addWidget(_example(FOLDERS))
        card.setMaximumWidth(96 * GRID)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 100)
        middle.addStretch(1)
        box = QVBoxLayout(self)
        box.addStretch(1)
        box.addLayout(middle)
        box.addStretch(2)

    def _sentence(self) -> str:
        return self.tr("Drop a manifest, a folder or results anywhere in this window.")


class BatchPage(QStackedWidget):
    """Holds the three; whichever is in front gets the keyboard."""

    def __init__(self, model: ResultsModel, cores: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.welcome, self.form, self.results = Welcome(), StartForm(cores), ResultsPage(model)
        for part in (self.welcome, self.form, self.results):
            self.addWidget(part)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        first = {0: self.welcome.begin, 1: self.form.start, 2: self.results.view}[self.currentIndex()]
        if self.currentIndex() == 1 and not self.form.start.isEnabled():
            first = self.form.cancel
        first.setFocus(Qt.FocusReason.OtherFocusReason)


def _example(text: str) -> Label:
    label = Label(text, size=Type.SMALL)
    label.setObjectName("example")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
