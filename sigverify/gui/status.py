"""The status bar: model, device, loading and the time of the last verification."""

from PySide6.QtWidgets import QStatusBar, QWidget

from sigverify.domain import Milliseconds
from sigverify.gui.small_parts import Label, ShortLabel
from sigverify.gui.theme import GRID, Type
from sigverify.messages import Ready


class Status(QStatusBar):
    """Four fields: state at the left; model, device and time at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rest = ""
        self.setSizeGripEnabled(False)
        self.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        self.state = ShortLabel(size=Type.SMALL)
        self.model, self.device, self.time = (Label(size=Type.SMALL, tone="muted") for _ in range(3))
        names = (self.tr("State"), self.tr("Model"), self.tr("Device"), self.tr("Time of the last verification"))
        for label, name in zip((self.state, self.model, self.device, self.time), names, strict=True):
            label.setAccessibleName(name)
        self.addWidget(self.state, 1)
        for label in (self.model, self.device, self.time):
            label.setContentsMargins(2 * GRID, GRID // 2, 0, GRID // 2)
            self.addPermanentWidget(label)

    def rest_at(self, text: str) -> None:
        """Say this now, and whenever nothing is being done."""
        self._rest = text
        self.show_rest()

    def show_rest(self) -> None:
        """Say what holds while nothing is being done."""
        self.state.show_parts(self._rest)

    def show_state(self, text: str) -> None:
        """Say what is going on."""
        self.state.show_parts(text)

    def show_ready(self, ready: Ready) -> None:
        """Say which model runs where."""
        self.rest_at(self.tr("Ready · model loaded in {seconds} s").format(seconds=f"{ready.seconds:.1f}"))
        self.model.setText(self.tr("Model {name}").format(name=ready.card.name))
        self.device.setText(ready.device)

    def show_time(self, taken: Milliseconds | None) -> None:
        """Say how long the last verification took; of none, nothing."""
        self.time.setText("" if taken is None else self.tr("{total} ms").format(total=f"{taken.total:.0f}"))
        parts = self.tr("reading {read} ms, locating {locate} ms, normalising {normalise} ms, network {embed} ms")
        tip = taken and parts.format(
            read=f"{taken.read:.1f}",
            locate=f"{taken.locate:.1f}",
            normalise=f"{taken.normalise:.1f}",
            embed=f"{taken.embed:.1f}",
        )
        self.time.setToolTip(tip or "")
