"""The dialogs that stand above the main window, one at a time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QDialog, QMessageBox

from sigverify import __version__
from sigverify.gui.about_model import AboutModel
from sigverify.gui.settings_dialog import SettingsDialog
from sigverify.gui.stages_dialog import StagesDialog
from sigverify.messages import Device, Outcome, Ready
from sigverify.wording import SCREENING

if TYPE_CHECKING:
    from sigverify.gui.window import MainWindow


class Dialogs(QObject):
    """Opens dialogs, and tells the open one what has come to be known since."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._devices: tuple[Device, ...] = ()
        self._shown: QDialog | None = None

    @property
    def shown(self) -> QDialog | None:
        """The dialog that is open."""
        return self._shown

    def show(self, dialog: QDialog) -> None:
        """Open a dialog above the main window."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._forget)
        self._shown = dialog
        dialog.open()

    def _forget(self) -> None:
        self._shown = None

    def show_ready(self, ready: Ready) -> None:
        """Offer the settings of a model that has come to be ready."""
        self._devices = ready.devices
        if isinstance(self._shown, SettingsDialog):
            self._fill(self._shown)

    def show_outcome(self, outcome: Outcome) -> None:
        """Show the stages of a comparison that has ended."""
        if isinstance(self._shown, StagesDialog):
            self._shown.show_outcome(outcome)

    def open_settings(self) -> None:
        """Show the supervisor's settings."""
        dialog = SettingsDialog(self._window.settings, self._window.keep, self._window)
        self._fill(dialog)
        self.show(dialog)

    def _fill(self, dialog: SettingsDialog) -> None:
        if self._window.card is not None:
            dialog.show_card(self._window.card)
            dialog.show_devices(self._devices)

    def open_stages(self) -> None:
        """Show the questioned picture's way to the network, stage by stage."""
        if self._window.page.comparison.questioned is not None:
            self.show(StagesDialog(self._window))
            self._window.submit_stages()

    def open_about_model(self) -> None:
        """Show the model card."""
        if self._window.card is not None:
            self.show(AboutModel(self._window.card, self._window))

    def open_about(self) -> None:
        """Say what this program is."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("About sigverify"))
        box.setIconPixmap(self._window.windowIcon().pixmap(64, 64))
        box.setText(f"<b>sigverify {__version__}</b>")
        what = self.tr("Compares a questioned signature with those on file, on this computer alone.")
        box.setInformativeText(f"{what} {SCREENING}")
        self.show(box)
