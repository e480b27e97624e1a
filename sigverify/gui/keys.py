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
    BOX_BACK = "Esc"
    STAGES = "Ctrl+T"
    ABOUT_MODEL = "F1"

    @property
    def sequence(self) -> QKeySequence:
        """For actions."""
        return QKeySequence(self.value)

    @property
    def text(self) -> str:
        """As this system prints it."""
        return self.sequence.toString(QKeySequence.SequenceFormat.NativeText)
