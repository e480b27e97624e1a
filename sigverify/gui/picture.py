"""A picture of the window with its verdict, for the manual and for machines without a screen."""

import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from sigverify.gui.window import MainWindow

SIZE: Final = 1440, 900  # pixels
PATIENCE: Final = 90_000  # milliseconds to wait for the verdict; a cold start takes some ten seconds
SETTLE: Final = 150  # milliseconds from the verdict to the picture, for the layout
FAILED: Final = 2  # exit status


def take_picture(application: QApplication, window: MainWindow, file: Path) -> int:
    """Save a picture of the window as soon as its pair is judged; returns the exit status, 0 when it was saved."""
    if window.page.comparison.empty:
        _complain(" ".join(window.notices.texts))
        window.close()
        return FAILED
    photographer = _Photographer(application, window, file)
    window.settled.connect(photographer.settle)
    window.resize(*SIZE)
    window.show()
    try:
        return application.exec()
    finally:
        window.close()


class _Photographer(QObject):
    """Waits for the verdict, then saves the picture and leaves."""

    def __init__(self, application: QApplication, window: MainWindow, file: Path) -> None:
        super().__init__(window)
        self._application, self._window, self._file = application, window, file
        self._limit = QTimer(self, singleShot=True, interval=PATIENCE)
        self._limit.timeout.connect(self._give_up)
        self._limit.start()

    def settle(self, verified: bool) -> None:
        self._window.settled.disconnect(self.settle)
        if verified:
            QTimer.singleShot(SETTLE, self._save)
        else:
            self._leave(self._window.page.verdict.verdict.sentence)

    def _save(self) -> None:
        saved = self._window.grab().save(str(self._file))
        self._leave("" if saved else f"The picture cannot be written to {self._file}.")

    def _give_up(self) -> None:
        self._leave("The window was not ready in time; no picture was saved.")

    def _leave(self, trouble: str) -> None:
        if trouble:
            _complain(trouble)
        self._application.exit(FAILED if trouble else 0)


def _complain(trouble: str) -> None:
    print(f"sigverify: {trouble}", file=sys.stderr)
