"""Asking for files, and remembering which were opened."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from sigverify.domain import Role, Source
from sigverify.settings import Settings, remember

if TYPE_CHECKING:
    from sigverify.gui.window import MainWindow

PATTERNS: Final = "*.png *.jpg *.jpeg *.tif *.tiff *.bmp *.webp *.pdf"


class Files(QObject):
    """Brings files to the page through dialogs and recent lists."""

    def __init__(self, window: "MainWindow", change_settings: Callable[[Callable[[Settings], Settings]], None]) -> None:
        super().__init__(window)
        self._window = window
        self._change_settings = change_settings
        self._folder = ""

    def ask_questioned(self) -> None:
        """Let the clerk choose the questioned signature's file."""
        title = self.tr("Open the questioned signature")
        name, _ = QFileDialog.getOpenFileName(self._window, title, self._folder, self._filters())
        self.open([name] if name else [], Role.QUESTIONED)

    def ask_specimens(self) -> None:
        """Let the clerk choose one or several files of signatures on file."""
        title = self.tr("Add signatures on file")
        names, _ = QFileDialog.getOpenFileNames(self._window, title, self._folder, self._filters())
        for name in names:
            self.open([name], Role.SPECIMEN)

    def open(self, names: Sequence[str], role: Role | None) -> None:
        """Bring files to a side."""
        if names:
            self._folder = str(Path(names[0]).parent)
            self._window.page.take([Source.of_file(name) for name in names], role)

    def note(self, role: Role, sources: Sequence[Source]) -> None:
        """Remember files that arrived at a side; the sample pair is not shown at the start from now on."""
        files = [str(source.path.absolute()) for source in sources if source.path is not None]

        def noted(settings: Settings) -> Settings:
            questioned, specimens = settings.recent_questioned, settings.recent_specimens
            for file in reversed(files):
                if role is Role.QUESTIONED:
                    questioned = remember(questioned, file)
                else:
                    specimens = remember(specimens, file)
            return replace(
                settings, recent_questioned=questioned, recent_specimens=specimens, show_samples_at_start=False
            )

        self._change_settings(noted)

    def _filters(self) -> str:
        images, every = self.tr("Images"), self.tr("All files")
        return f"{images} ({PATTERNS} {PATTERNS.upper()});;{every} (*)"
