"""Notices that ask for no answer: a line under the menu, there until it is put away."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sigverify.gui.icons import draw
from sigverify.gui.small_parts import IconButton, Label
from sigverify.gui.theme import GRID, colours

MOST: Final = 3  # lines; an older one goes when another comes


class Notice(QWidget):
    """One notice with its cross."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(text, wrap=True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.cross = IconButton("clear", self.tr("Put this notice away"))
        row = QHBoxLayout(self)
        row.setContentsMargins(6 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        row.addWidget(self.label, 1)
        row.addWidget(self.cross)
        self.setAccessibleName(self.tr("Notice"))
        self.setAccessibleDescription(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours().grey_zone))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(colours().border))
        side = 2 * GRID
        draw(painter, "info", QRectF(3 * GRID, (self.height() - side) / 2, side, side), colours().text)


class NoticeBar(QWidget):
    """The notices, the newest last; takes no room while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._notices: list[Notice] = []
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What the notices say."""
        return [notice.label.text() for notice in self._notices]

    def say(self, text: str) -> None:
        """Show a notice; one that stands already is not repeated."""
        if not text or text in self.texts:
            return
        notice = Notice(text)
        notice.cross.clicked.connect(lambda: self._put_away(notice))
        self._notices.append(notice)
        self._box.addWidget(notice)
        if len(self._notices) > MOST:
            self._put_away(self._notices[0])
        self.show()

    def take_back(self, text: str) -> None:
        """Put away a notice that no longer holds."""
        for notice in [notice for notice in self._notices if notice.label.text() == text]:
            self._put_away(notice)

    def _put_away(self, notice: Notice) -> None:
        self._notices.remove(notice)
        self._box.removeWidget(notice)
        notice.hide()
        notice.deleteLater()
        self.setVisible(bool(self._notices))
