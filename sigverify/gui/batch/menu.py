"""The batch's commands in the menu bar, each once with its key."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence, Qt
from PySide6.QtWidgets import QMenu, QMenuBar

from sigverify.gui.icons import icon
from sigverify.gui.keys import Keys
from sigverify.gui.theme import theme

SECOND_UNDO = "U"  # beside Ctrl+Z: the hand is at A and F
SECOND_OPEN = "Enter"  # of the number block


class BatchMenu(QObject):
    """Builds the Verify menu and an entry of the File menu, and holds the actions whose state changes."""

    def __init__(self, bar: QMenuBar, acts: dict[Keys, Callable[[], object]], folder: Callable[[], object]) -> None:
        """`acts` says what each key does; `folder` starts a batch with a folder, and has no key."""
        super().__init__(bar)
        self._acts = acts
        self._icons: list[tuple[QAction, str]] = []
        self.of: dict[Keys, QAction] = {}
        menu = self.menu = QMenu(_tr("&Verify"), bar)
        bar.insertMenu(bar.actions()[-1], menu)
        self._add(menu, _tr("&Batch …"), Keys.BATCH, "batch")
        self._add_plain(menu, _tr("Batch of a &folder …"), folder, "open")
        self._add_to_file(bar.actions()[0].menu())
        self._add(menu, _tr("&Pause or go on"), Keys.PAUSE_BATCH, "pause")
        self._add(menu, _tr("E&xport results …"), Keys.EXPORT, "export")
        menu.addSeparator()
        self._add(menu, _tr("&Look at the item"), Keys.OPEN_ITEM, "review")
        self._add(menu, _tr("Rule: &accept"), Keys.RULE_ACCEPT, "accept")
        self._add(menu, _tr("Rule: &flag"), Keys.RULE_FLAG, "flag")
        self._add(menu, _tr("&Note on the ruling …"), Keys.RULE_NOTE, "note")
        self._add(menu, _tr("&Undo the last ruling"), Keys.UNDO_RULING, "undo")
        self._add(menu, _tr("Item &before"), Keys.ITEM_BEFORE, "previous")
        self._add(menu, _tr("Item af&ter"), Keys.ITEM_AFTER, "next")
        self._add(menu, _tr("Fin&d …"), Keys.FIND, "search")
        menu.addSeparator()
        self._add(menu, _tr("Verify page (&1)"), Keys.VERIFY_PAGE)
        self._add(menu, _tr("Batch page (&2)"), Keys.BATCH_PAGE)
        self.of[Keys.UNDO_RULING].setShortcuts([Keys.UNDO_RULING.sequence, QKeySequence(SECOND_UNDO)])
        self.of[Keys.OPEN_ITEM].setShortcuts([Keys.OPEN_ITEM.sequence, QKeySequence(SECOND_OPEN)])
        self.of[Keys.OPEN_ITEM].setShortcutContext(
            Qt.ShortcutContext.WidgetShortcut
        )  # Enter is a button's key elsewhere
        theme().changed.connect(self._colour_icons)
        self._colour_icons()

    def _add_to_file(self, menu: QObject | None) -> None:
        """Results are opened from the File menu, below the pictures."""
        assert isinstance(menu, QMenu)
        self._add(menu, _tr("Open &results …"), Keys.OPEN_RESULTS, "list")
        below = next(action for action in menu.actions() if action.isSeparator())
        menu.insertAction(below, self.of[Keys.OPEN_RESULTS])

    def _add(self, menu: QMenu, text: str, key: Keys, icon_name: str = "") -> None:
        action = self._add_plain(menu, text, self._acts[key], icon_name)
        action.setShortcut(key.sequence)
        self.of[key] = action

    def _add_plain(self, menu: QMenu, text: str, act: Callable[[], object], icon_name: str) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda: act())
        if icon_name:
            self._icons.append((action, icon_name))
        return action

    def enable(self, states: dict[Keys, bool]) -> None:
        """Offer these commands, or not."""
        for key, enabled in states.items():
            self.of[key].setEnabled(enabled)

    def _colour_icons(self) -> None:
        for action, name in self._icons:
            action.setIcon(icon(name))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menus", text)
