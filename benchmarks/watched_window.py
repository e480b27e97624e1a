"""The real window with a watch on its thread: `python -m benchmarks.watched_window FILE FILE` prints what it saw.

The window opens with the sample pair; when that is judged, the two files arrive as if dropped; when they are judged, it
closes. Printed are milliseconds: from the start of the process to the first paint and to the loaded model, and the
largest gap between two ticks of a 10 ms timer from the first paint to the end.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from sigverify.domain import Source
from sigverify.gui.main import run
from sigverify.gui.window import MainWindow

TICK = 10  # milliseconds
REST = 300  # milliseconds from a verdict to the next step, in which painting may still stall


class Watch(QObject):
    """Sees the first paint of the main window, then listens to its thread and to its model."""

    def __init__(self, application: QApplication, started: float, files: list[Path]) -> None:
        super().__init__()
        self._application, self._started, self._files = application, started, files
        self._window: MainWindow | None = None
        self._last = 0.0
        self._judged = 0
        self.seen: dict[str, float] = {"longest stall of the window": 0.0}
        self._timer = QTimer(self, interval=TICK, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (the name is Qt's)
        """Let everything pass; at the first paint of the main window begin to watch."""
        if event.type() is QEvent.Type.Paint and isinstance(watched, MainWindow):
            self._application.removeEventFilter(self)
            self._window = watched
            QTimer.singleShot(0, self._begin)  # after the whole window has been painted
        return False

    def _begin(self) -> None:
        assert self._window is not None
        self._note("first paint")
        self._last = time.perf_counter()
        self._timer.start()
        self._window._background.ready.connect(lambda _ready: self._note("model ready"))
        self._window.settled.connect(self._on_settled)

    def _note(self, what: str) -> None:
        self.seen[what] = (time.time() - self._started) * 1000

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self.seen["longest stall of the window"] = max(gap, self.seen["longest stall of the window"])
        self._last = now

    def _on_settled(self, verified: bool) -> None:
        if not verified:
            sys.exit("nothing could be verified: are the weights and the samples there?")
        self._judged += 1
        QTimer.singleShot(REST, self._drop if self._judged == 1 else self._application.quit)

    def _drop(self) -> None:
        assert self._window is not None
        self._window.page.take([Source.of_file(file) for file in self._files], None)


def main() -> None:
    """Open, watch, print."""
    started = float(os.environ.get("SIGVERIFY_STARTED", time.time()))
    application = QApplication(["sigverify"])
    watch = Watch(application, started, [Path(name) for name in sys.argv[1:]])
    run(["--samples"])
    print(json.dumps(watch.seen))


if __name__ == "__main__":
    main()
