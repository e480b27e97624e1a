"""The supervisor's settings: thresholds with their measured rates, device and language."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from sigverify.errors import SettingsError
from sigverify.gui.notice_bar import NoticeBar
from sigverify.gui.small_parts import Card
from sigverify.gui.theme import GRID
from sigverify.gui.threshold_section import ThresholdSection
from sigverify.gui.translation import SYSTEM, languages
from sigverify.messages import Device
from sigverify.model.card import ModelCard
from sigverify.settings import Settings, label_of
from sigverify.wording import support_words

Keep = Callable[[Settings], None]  # raises SettingsError when they cannot be kept


class SettingsDialog(QDialog):
    """Asks for preferences; `keep` writes them and puts them in force."""

    def __init__(self, settings: Settings, keep: Keep, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._keep = settings, keep
        self.setWindowTitle(self.tr("Settings"))
        self.notices = NoticeBar()
        self.one = ThresholdSection(label_of("threshold_one"))
        self.several = ThresholdSection(label_of("threshold_several"))
        self.device, self.language = QComboBox(), QComboBox()
        self.ruled_by = QLineEdit(settings.ruled_by)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.Apply)
        self._lay_out()
        self.one.show_threshold(settings.threshold_one)
        self.several.show_threshold(settings.threshold_several)
        self._fill_languages()
        self.show_devices(())
        for part in (self.one, self.several):
            part.changed.connect(self._follow)
        self.device.currentIndexChanged.connect(self._follow)
        self.language.currentIndexChanged.connect(self._follow)
        self.ruled_by.textChanged.connect(self._follow)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(kinds.Apply).clicked.connect(self.apply)
        self._follow()

    def _lay_out(self) -> None:
        card = Card()
        form = QFormLayout(card)
        form.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        form.setHorizontalSpacing(3 * GRID)
        form.setVerticalSpacing(GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key, combo in (("device", self.device), ("language", self.language)):
            combo.setAccessibleName(label_of(key))
            combo.setMinimumHeight(4 * GRID)
            form.addRow(label_of(key), combo)
        self.ruled_by.setAccessibleName(label_of("ruled_by"))
        self.ruled_by.setPlaceholderText(self.tr("as the system knows you"))
        form.addRow(label_of("ruled_by"), self.ruled_by)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(2 * GRID)
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(2 * GRID)
        side_by_side.addWidget(self.one, 1)
        side_by_side.addWidget(self.several, 1)
        box.addWidget(self.notices)
        box.addLayout(side_by_side)
        box.addWidget(card)
        box.addWidget(self.buttons)

    # what there is to choose from

    def show_card(self, card: ModelCard) -> None:
        """Offer thresholds with what this card measured."""
        self.one.show_curve(card.one, card.scale_end, _words(card, card.one.specimens))
        self.several.show_curve(card.several, card.scale_end, _words(card, card.several.specimens))

    def show_devices(self, devices: Sequence[Device]) -> None:
        """Offer the devices found, the fastest first; those not there are shown with the reason, and cannot be chosen.

        While nothing is known of them, as when the model cannot be loaded, the CPU can be chosen all the same.
        """
        wished = self.device.currentData() or self._settings.device
        self.device.blockSignals(True)
        self.device.clear()
        best = next((device.label for device in devices if device.available), "")  # the fastest comes first
        automatic = self.tr("Automatic ({device})").format(device=best) if best else self.tr("Automatic")
        self.device.addItem(automatic, "auto")
        for device in devices or (Device(key="cpu", label="CPU", available=True),):
            self._add_device(device)
        if self.device.findData(wished) < 0:
            self.device.addItem(wished.upper(), wished)
        self.device.setCurrentIndex(self.device.findData(wished))
        self.device.blockSignals(False)

    def _add_device(self, device: Device) -> None:
        note = device.note or self.tr("not found")
        self.device.addItem(device.label if device.available else f"{device.label}: {note}", device.key)
        model = self.device.model()
        if not device.available and isinstance(model, QStandardItemModel):
            model.item(self.device.count() - 1).setEnabled(False)

    def _fill_languages(self) -> None:
        self.language.addItem(self.tr("As the system"), SYSTEM)
        for language in languages():
            self.language.addItem(language.name, language.key)
        self.language.setCurrentIndex(max(self.language.findData(self._settings.language), 0))
        self.language.setToolTip(self.tr("Used from the next start on"))

    # what was chosen

    @property
    def chosen(self) -> Settings:
        """The settings as they stand in the dialog; raises ValueError for one that cannot be."""
        return replace(
            self._settings,
            threshold_one=self.one.threshold,
            threshold_several=self.several.threshold,
            device=self.device.currentData(Qt.ItemDataRole.UserRole),
            language=self.language.currentData(Qt.ItemDataRole.UserRole),
            ruled_by=" ".join(self.ruled_by.text().split()),
        )

    def _follow(self) -> None:
        apply = self.buttons.button(QDialogButtonBox.StandardButton.Apply)
        apply.setEnabled(self.chosen != self._settings)

    def apply(self) -> bool:
        """Keep what was chosen and put it in force; says why not and returns False where that fails."""
        try:
            chosen = self.chosen
            if chosen != self._settings:
                self._keep(chosen)
        except (SettingsError, ValueError) as error:
            self.notices.say(str(error))
            return False
        self._settings = chosen
        self._follow()
        return True

    def accept(self) -> None:
        """Close, once the choice is kept."""
        if self.apply():
            super().accept()


def _words(card: ModelCard, specimens: int) -> Callable[[float], str] | None:
    """What a comparison with so many specimens says at a distance; None without a calibration."""
    calibration = card.calibration
    return None if calibration is None else lambda distance: support_words(float(calibration.at(distance, specimens)))
