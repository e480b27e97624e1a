"""The window's two pages, and the switch between them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from sigverify.gui.batch.strip import Strip
from sigverify.gui.keys import Keys
from sigverify.gui.theme import GRID, Type, font


class Tab(QPushButton):
    """One page's button, which Enter does not press: that key belongs to the page."""

    def __init__(self, text: str, key: Keys) -> None:
        super().__init__(text)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setObjectName("tab")
        self.setFont(font(Type.SMALL, bold=True))
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({key.text})")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        if self.hasFocus():
            option.state |= QStyle.StateFlag.State_KeyboardFocusChange
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)


class Pages(QWidget):
    """Verify and Batch, one at a time; the strip stands above the Verify page."""

    switched = Signal()

    def __init__(self, verify: QWidget, batch: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verify, self.batch, self.strip = verify, batch, Strip()
        self.stack, self.tabs = QStackedWidget(), QWidget()
        self.to_verify, self.to_batch = Tab(self.tr("Verify"), Keys.VERIFY_PAGE), Tab(self.tr("Batch"), Keys.BATCH_PAGE)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.strip)
        box.addWidget(verify, 1)
        self.stack.addWidget(left)
        self.stack.addWidget(batch)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        self._lay_out_tabs()

    def _lay_out_tabs(self) -> None:
        row = QHBoxLayout(self.tabs)
        row.setContentsMargins(0, 2, 2 * GRID, 2)
        row.setSpacing(GRID // 2)
        group = QButtonGroup(self)
        for tab in (self.to_verify, self.to_batch):
            group.addButton(tab)
            row.addWidget(tab, 0, Qt.AlignmentFlag.AlignVCenter)
        self.to_verify.setChecked(True)
        self.to_verify.clicked.connect(self.show_verify)
        self.to_batch.clicked.connect(self.show_batch)

    @property
    def on_batch(self) -> bool:
        """Whether the Batch page is in front."""
        return self.stack.currentIndex() == 1

    def show_verify(self) -> None:
        """Bring the Verify page to the front."""
        self._show(0)

    def show_batch(self) -> None:
        """Bring the Batch page to the front."""
        self._show(1)

    def _show(self, index: int) -> None:
        (self.to_batch if index else self.to_verify).setChecked(True)
        if self.stack.currentIndex() != index:
            self.stack.setCurrentIndex(index)
            self.switched.emit()
        (self.batch if index else self.verify).setFocus(Qt.FocusReason.ShortcutFocusReason)
