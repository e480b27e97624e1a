"""How fast the score follows a box that a person moves."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

PACE: Final = 150  # milliseconds between two boxes handed to the engine while a hand moves one
STALE: Final = 500  # milliseconds after which the verdict on the box before is taken off the screen


class Boxing(QObject):
    """Spaces out what a moving hand asks for, and says when the verdict shown is too old to stand."""

    asked = Signal()  # hand the box in force to the engine
    outdated = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pace = QTimer(self, singleShot=True, interval=PACE)
        self._age = QTimer(self, singleShot=True, interval=STALE)
        self._pace.timeout.connect(self.asked)
        self._age.timeout.connect(self.outdated)

    def changed(self, *, more: bool) -> None:
        """The box is another one; whether more of them are to come in a moment."""
        if not self._age.isActive():
            self._age.start()
        if not more:
            self._pace.stop()
            self.asked.emit()
        elif not self._pace.isActive():
            self._pace.start()

    def answered(self) -> None:
        """There is a verdict; on the box in force, unless one is waiting to be handed on."""
        if self._pace.isActive():
            self._age.start()
        else:
            self._age.stop()

    def forget(self) -> None:
        """Another picture: nothing is waiting any more."""
        self._pace.stop()
        self._age.stop()
