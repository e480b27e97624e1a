"""One threshold of the settings: slider, number, Reset, and what the card measured at that point."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QLocale, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from sigverify.domain import LARGEST_DISTANCE
from sigverify.gui.rates_plot import RatesPlot, line_pens
from sigverify.gui.small_parts import Card, Label
from sigverify.gui.theme import GRID, Type
from sigverify.model.card import OperatingCurve

STEP: Final = 0.005  # one step of the slider and of the number
DIGITS: Final = 3

Words = Callable[[float], str]  # what a comparison says at a distance, read after "The comparison"


class Swatch(QWidget):
    """A short piece of one of the plot's lines, as its legend."""

    def __init__(self, line: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setFixedSize(QSize(3 * GRID, 2 * GRID))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(line_pens()[self._line]))
        middle = self.height() / 2
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))


class ThresholdSection(Card):
    """Chooses one threshold; None stands for the model's own."""

    changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: OperatingCurve | None = None
        self._own = True  # the model's own threshold, not a number of the supervisor's
        self._wished: float | None = None
        self._said_at: Words | None = None
        self.title = Label(title, size=Type.TITLE, bold=True)
        self.origin = Label(tone="muted")
        self.support = Label(tone="muted", wrap=True)
        self.support.hide()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.number = QDoubleSpinBox()
        self.reset = QPushButton(self.tr("Reset to the model's own"))
        self.plot = RatesPlot()
        self.rates = tuple(Label(bold=True) for _ in range(3))
        self.trials = tuple(Label(tone="muted") for _ in range(3))
        self._name(title)
        self._lay_out()
        self._join()
        self.setEnabled(False)
        self.origin.setText(self.tr("shown when the model is loaded"))

    def _name(self, title: str) -> None:
        self.slider.setAccessibleName(self.tr("{title}: threshold, slider").format(title=title))
        self.number.setAccessibleName(self.tr("{title}: threshold, number").format(title=title))
        self.reset.setAccessibleName(self.tr("{title}: reset to the model's own").format(title=title))
        self.number.setLocale(QLocale.c())  # numbers look alike all over the window
        self.number.setDecimals(DIGITS)
        self.number.setSingleStep(STEP)
        self.number.setMinimumWidth(12 * GRID)
        self.slider.setPageStep(round(0.05 / STEP))
        self.reset.setAutoDefault(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.origin, 1, Qt.AlignmentFlag.AlignRight)
        controls = QHBoxLayout()
        controls.setSpacing(2 * GRID)
        controls.addWidget(self.slider, 1)
        controls.addWidget(self.number)
        controls.addWidget(self.reset)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(GRID)
        box.addLayout(head)
        box.addLayout(controls)
        box.addWidget(self.support)
        box.addWidget(self.plot)
        box.addLayout(self._table())

    def _table(self) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(GRID)
        table.setVerticalSpacing(GRID // 2)
        table.setColumnStretch(4, 1)
        kinds = (
            self.tr("other people's signatures accepted (FAR, random)"),
            self.tr("skilled forgeries accepted (FAR, skilled)"),
            self.tr("genuine signatures flagged (FRR)"),
        )
        for row, kind in enumerate(kinds):
            self.rates[row].setAlignment(Qt.AlignmentFlag.AlignRight)
            self.rates[row].setMinimumWidth(self.rates[row].fontMetrics().horizontalAdvance("100.00 %"))
            self.rates[row].setAccessibleName(kind)
            table.addWidget(Swatch(row), row, 0)
            table.addWidget(self.rates[row], row, 1)
            table.addWidget(Label(kind), row, 2)
            table.addWidget(self.trials[row], row, 3)
        return table

    def _join(self) -> None:
        self.slider.valueChanged.connect(lambda step: self.number.setValue(step * STEP))
        self.number.valueChanged.connect(self._number_changed)
        self.reset.clicked.connect(self.reset_to_own)

    # what is chosen

    @property
    def threshold(self) -> float | None:
        """The threshold chosen; None for the model's own."""
        if self._curve is None:
            return self._wished
        return None if self._own else round(self.number.value(), DIGITS)

    def show_threshold(self, threshold: float | None) -> None:
        """Start from this threshold; None for the model's own."""
        self._wished = threshold
        if self._curve is not None:
            self.show_curve(self._curve, self.plot_end, self._said_at)

    def show_curve(self, curve: OperatingCurve, end: float, said_at: Words | None = None) -> None:
        """Offer thresholds from 0 to the scale's end with what the card measured.

        `said_at` tells what a comparison says at a distance; None: the model has no calibration.
        """
        wished = self._wished if self._curve is None else self.threshold
        self._said_at = said_at
        self.support.setVisible(said_at is not None)
        self._curve = curve
        self.plot_end = max(end, wished or 0.0)
        self.number.setRange(0.0, min(self.plot_end, LARGEST_DISTANCE))
        self.slider.setRange(0, round(self.plot_end / STEP))
        self.plot.show_curve(curve, self.plot_end)
        counts = (curve.random, curve.skilled, curve.genuine)
        for label, count in zip(self.trials, counts, strict=True):
            label.setText(self._trials(count))
        self.setEnabled(True)
        if wished is None:
            self.reset_to_own()
        else:
            self.number.setValue(wished)
            self._number_changed(self.number.value())

    def reset_to_own(self) -> None:
        """Choose the model's own threshold."""
        if self._curve is not None:
            self.number.setValue(self._curve.development_threshold)
            self._own = True
            self._show_rates()

    def _trials(self, count: int) -> str:
        if not count:
            return self.tr("not measured")
        return self.tr("of {count} trials").format(count=f"{count:,}".replace(",", "\N{THIN SPACE}"))

    def _number_changed(self, value: float) -> None:
        self._own = False
        self.slider.blockSignals(True)  # the slider's steps are coarser than the number
        self.slider.setValue(round(value / STEP))
        self.slider.blockSignals(False)
        self._show_rates()

    def _show_rates(self) -> None:
        if self._curve is None:
            return
        value = self._curve.development_threshold if self._own else self.number.value()
        at = self._curve.at(value)
        counts = (self._curve.random, self._curve.skilled, self._curve.genuine)
        rates = (at.far_random, at.far_skilled, at.frr)
        for label, rate, count in zip(self.rates, rates, counts, strict=True):
            label.setText(percent(rate) if count else "\N{EN DASH}")
        self.plot.show_threshold(value)
        if self._said_at is not None:
            words = self._said_at(value)
            self.support.setText(self.tr("A comparison at this threshold {words}.").format(words=words))
        own = f"{self._curve.development_threshold:.{DIGITS}f}"
        origin = self.tr("the model's own") if self._own else self.tr("set here; the model's own is {own}")
        self.origin.setText(origin.format(own=own))
        self.reset.setEnabled(not self._own)
        self.changed.emit()


def percent(rate: float) -> str:
    """A rate with two significant figures or so: 0.25 %, 3.1 %, 12 %."""
    value = 100 * rate
    return f"{value:.2f} %" if value < 1 else f"{value:.1f} %"
