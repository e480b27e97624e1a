"""The window's shortcuts, declared once: menus, buttons and sentences read them here."""

from enum import StrEnum

from PySide6.QtGui import QKeySequence


class Keys(StrEnum):
    """Each shortcut in Qt's portable notation."""

    OPEN_QUESTIONED = "Ctrl+O"
    OPEN_SPECIMENS = "Ctrl+Shift+O"
    PASTE = "Ctrl+V"
    SWAP = "Ctrl+E"
    CLEAR = "Ctrl+L"
    REMOVE = "Del"
    SETTINGS = "Ctrl+,"
    QUIT = "Ctrl+Q"
    ZOOM_IN = "Ctrl++"
    ZOOM_OUT = "Ctrl+-"
    ZOOM_FIT = "Ctrl+0"
    PAGE_BEFORE = "Ctrl+PgUp"
    PAGE_AFTER = "Ctrl+PgDown"
    TO_QUESTIONED = "Alt+1"
    TO_SPECIMENS = "Alt+2"
    DRAW_BOX = "B"
    NEXT_PLACE = "N"
    ZOOM_BOX = "Z"
    BOX_BACK = "Esc"  # to the place found; where nothing was changed, back to the queue's list
    STAGES = "Ctrl+T"
    ABOUT_MODEL = "F1"
    OPEN_RESULTS = "Ctrl+R"
    VERIFY_PAGE = "Ctrl+1"
    BATCH_PAGE = "Ctrl+2"
    BATCH = "Ctrl+B"
    PAUSE_BATCH = "Ctrl+P"
    FIND = "Ctrl+F"
    OPEN_ITEM = "Return"
    RULE_ACCEPT = "A"
    RULE_FLAG = "F"
    RULE_NOTE = "Ctrl+N"
    UNDO_RULING = "Ctrl+Z"
    ITEM_BEFORE = "Ctrl+Up"
    ITEM_AFTER = "Ctrl+Down"
    EXPORT = "Ctrl+S"

    @property
    def sequence(self) -> QKeySequence:
        """For actions."""
        return QKeySequence(self.value)

    @property
    def text(self) -> str:
        """As this system prints it."""
        return self.sequence.toString(QKeySequence.SequenceFormat.NativeText)
