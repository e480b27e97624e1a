"""A window of another program that offers files to be dragged, as a file manager does: `drag_source.py FILE ...`."""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

TITLE = "files to drag"


class DragSource(QLabel):
    """Starts dragging its files as soon as the pressed mouse moves."""

    def __init__(self, files: list[Path]) -> None:
        super().__init__(TITLE)
        self.setWindowTitle(TITLE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedSize(160, 160)
        self._urls = [QUrl.fromLocalFile(str(file)) for file in files]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        data = QMimeData()
        data.setUrls(self._urls)
        drag = QDrag(self)
        drag.setMimeData(data)
        print("dragging", flush=True)
        taken = drag.exec(Qt.DropAction.CopyAction)
        print("taken" if taken == Qt.DropAction.CopyAction else "refused", flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    source = DragSource([Path(argument).resolve() for argument in sys.argv[1:]])
    source.show()
    sys.exit(application.exec())
