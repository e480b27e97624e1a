"""A pane's first line: whose side it is, which file, which page, and the way to open another."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import IconButton, KeyButton, Label, ShortLabel
from sigverify.gui.theme import GRID, Type


class PageStepper(QWidget):
    """Page choice for files of several pages; hidden for others."""

    asked = Signal(int)  # page, counted from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self._pages = 0, 1
        self.before = IconButton("previous", self.tr("Page before"))
        self.before.set_name(self.tr("Page before"), Keys.PAGE_BEFORE.text)
        self.after = IconButton("next", self.tr("Page after"))
        self.after.set_name(self.tr("Page after"), Keys.PAGE_AFTER.text)
        self.label = Label()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        for part in (self.before, self.label, self.after):
            row.addWidget(part)
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self.hide()

    def show_page(self, page: int, pages: int) -> None:
        """Show which page of how many is looked at."""
        self._page, self._pages = page, pages
        self.label.setText(self.tr("Page {page} of {pages}").format(page=page + 1, pages=pages))
        self.before.setEnabled(page > 0)
        self.after.setEnabled(page + 1 < pages)
        self.setVisible(pages > 1)

    def step(self, by: int) -> None:
        """Ask for another page where there is one."""
        if 0 <= self._page + by < self._pages:
            self.asked.emit(self._page + by)


class PaneHeader(QWidget):
    """Title, file, page choice, removal, recent files and Open."""

    open_asked = Signal()
    recent_asked = Signal(str)
    remove_asked = Signal()

    def __init__(self, title: str, open_text: str, key: Keys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label(title, size=Type.TITLE, bold=True)
        self.detail = ShortLabel()
        self.stepper = PageStepper()
        self.remove = IconButton("clear", self.tr("Remove"))
        self.remove.set_name(self.tr("Remove"), Keys.REMOVE.text)
        self.recent = IconButton("recent", self.tr("Recent files"))
        self.recent.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.recent.setMenu(QMenu(self.recent))
        self.open = KeyButton(open_text, key.text, "open")
        self.open.setAccessibleName(f"{title}: {open_text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.title)
        row.addWidget(self.detail, 1)
        for part in (self.stepper, self.remove, self.recent, self.open):
            row.addWidget(part)
        self.open.clicked.connect(self.open_asked)
        self.remove.clicked.connect(self.remove_asked)
        self.show_recent(())

    def show_recent(self, files: Sequence[str]) -> None:
        """Offer these files in the recent menu."""
        fill_recent(self.recent.menu(), files, self.recent_asked.emit)
        self.recent.setEnabled(bool(files))


def fill_recent(menu: QMenu, files: Sequence[str], ask: Callable[[str], None]) -> None:
    """Fill a menu with recent files, by name with the folder beside it; `ask` is called with the chosen one."""
    menu.clear()
    for file in files:
        path = Path(file)
        folder = path.parent.name
        text = f"{path.name}  —  {folder}" if folder else path.name
        action = menu.addAction(text.replace("&", "&&"))
        action.setToolTip(file)
        action.triggered.connect(lambda _checked=False, file=file: ask(file))
    menu.setEnabled(bool(files))
    menu.setToolTipsVisible(True)
