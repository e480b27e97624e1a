"""One threshold to be moved: slider and number, which follow each other."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QPushButton, QSlider, QWidget

from sigverify.gui.small_parts import Label
from sigverify.gui.theme import GRID
from sigverify.gui.threshold_section import DIGITS, STEP


class Slide(QWidget):
    """One threshold: slider and number, which follow each other."""

    moved = Signal()

    def __init__(self, title: str, value: float, end: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider, self.number = QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self.now = value
        self.slider.setRange(0, round(end / STEP))
        self.slider.setPageStep(round(0.05 / STEP))
        self.number.setLocale(QLocale.c())
        self.number.setDecimals(DIGITS)
        self.number.setRange(0.0, end)
        self.number.setSingleStep(STEP)
        self.number.setMinimumWidth(12 * GRID)
        self.reset = QPushButton(self.tr("Back to {now}").format(now=f"{value:.3f}"))
        self.reset.setAutoDefault(False)
        self.slider.setAccessibleName(self.tr("{title}, slider").format(title=title))
        self.number.setAccessibleName(self.tr("{title}, number").format(title=title))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        label = Label(title, bold=True)
        label.setMinimumWidth(30 * GRID)
        row.addWidget(label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        row.addWidget(self.reset)
        self.number.setValue(value)
        self._follow(value)
        self.slider.valueChanged.connect(lambda step: self.number.setValue(step * STEP))
        self.number.valueChanged.connect(self._changed)
        self.reset.clicked.connect(lambda: self.number.setValue(self.now))

    @property
    def value(self) -> float:
        """The threshold chosen; where it began it is exact, not rounded."""
        return self.now if round(self.now, DIGITS) == round(self.number.value(), DIGITS) else self.number.value()

    def _changed(self, value: float) -> None:
        self._follow(value)
        self.moved.emit()

    def _follow(self, value: float) -> None:
        self.slider.blockSignals(True)  # its steps are coarser than the number
        self.slider.setValue(round(value / STEP))
        self.slider.blockSignals(False)
        self.reset.setEnabled(self.value != self.now)
