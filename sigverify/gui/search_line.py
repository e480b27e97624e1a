"""One line under a cheque: whether a signature was found, the places to choose from, and the way to another box."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from sigverify.gui.keys import Keys
from sigverify.gui.marks import Marks
from sigverify.gui.small_parts import KeyButton, ShortLabel
from sigverify.gui.theme import GRID

MOST: Final = 9  # places with a button and a key; nobody has more to choose from


class SearchLine(QWidget):
    """Says where the signature comes from and offers what can be done about it; asks, never decides."""

    place_asked = Signal(int)  # one of the places found
    drawing_asked = Signal(bool)
    back_asked = Signal()

    def __init__(self, after: QWidget, parent: QWidget | None = None) -> None:
        """A line without words, whose places the tab key reaches from the widget `after`."""
        super().__init__(parent)
        self._after = after
        self.words = ShortLabel(tone="")
        self.places: list[QToolButton] = []
        self.draw = KeyButton(self.tr("Draw box"), Keys.DRAW_BOX.text, "box")
        self.draw.setCheckable(True)
        self.back = KeyButton(self.tr("Reset"), Keys.BOX_BACK.text, "back")
        self.back.setToolTip(self.tr("Back to the place found ({key})").format(key=Keys.BOX_BACK.text))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.back)
        self._row.addWidget(self.draw)
        self.draw.clicked.connect(self.drawing_asked)
        self.back.clicked.connect(self.back_asked)
        self.hide()

    def show_line(self, words: Sequence[str], marks: Marks) -> None:
        """Say this, the most important part first, and offer the places of a cheque; hidden with nothing to say."""
        self.words.show_parts(*words)
        choice = len(marks.places) > 1 or marks.by_hand or marks.box is None
        count = min(len(marks.places), MOST) if choice else 0
        while len(self.places) < count:
            self._add_place()
        for index, button in enumerate(self.places):
            button.setVisible(index < count)
            button.setChecked(index == marks.chosen)
        self.back.setVisible(marks.by_hand)
        self.setVisible(bool(words))

    def show_drawing(self, on: bool) -> None:
        """Show whether the next drag draws a box."""
        self.draw.setChecked(on)

    def _add_place(self) -> None:
        index = len(self.places)
        button = QToolButton(self)
        button.setObjectName("place")
        button.setCheckable(True)
        button.setText(str(index + 1))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name = self.tr("Place {number}").format(number=index + 1)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({index + 1})")
        ask = partial(self.place_asked.emit, index)
        button.clicked.connect(ask)
        # A shortcut of the button's own would press it visibly first, which takes a tenth of a second.
        QShortcut(QKeySequence(str(index + 1)), button, ask)
        self._row.insertWidget(1 + index, button)
        QWidget.setTabOrder(self.places[-1] if self.places else self._after, button)
        self.places.append(button)
