"""How a batch stands: a bar of what was decided how, the rate and the time left, pause, stop and go on."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from sigverify.batch.items import Counts, Verdict
from sigverify.batch.table import QUEUE
from sigverify.gui.batch.words import duration, number, verdict_words
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import Card, KeyButton, Label, ShortLabel
from sigverify.gui.theme import GRID, Type, colours

HIGH: Final = 10  # pixels of the bar


class State(Enum):
    """Where a batch stands."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"  # by the operator; can be gone on with
    FAILED = "failed"  # by a full disk and the like; can be gone on with
    OPENED = "opened"  # results of an earlier day
    UNFINISHED = "unfinished"  # opened, and never finished


RUNS: Final = (State.STARTING, State.RUNNING, State.PAUSED)
OPEN_ENDED: Final = (State.STOPPED, State.FAILED, State.UNFINISHED)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the card shows."""

    name: str
    state: State
    items: int  # of the manifest; 0 while unknown
    counts: Counts
    rate: float = 0.0  # items a second
    left: float | None = None  # seconds
    seconds: float = 0.0
    message: str = ""  # why it failed
    ruled: int = 0


class CountsBar(QWidget):
    """A bar whose parts are as long as their share: worst at the left, what is still to be done at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts, self._items = Counts.of(()), 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Progress"))

    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, HIGH)

    def show_counts(self, counts: Counts, items: int) -> None:
        """Show these of so many."""
        self._counts, self._items = counts, max(items, counts.total)
        said = self.tr("{done} of {items} decided").format(done=number(counts.total), items=number(self._items))
        self.setAccessibleDescription(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        use, body = colours(), QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(body, HIGH / 2, HIGH / 2)
        painter.setClipPath(shape)
        painter.fillRect(body, QColor(use.grey_zone))
        fill = {Verdict.FLAG: use.flag, Verdict.ACCEPT: use.accept}
        left = 0.0
        for verdict in QUEUE if self._items else ():
            wide = self.width() * self._counts[verdict] / self._items
            painter.fillRect(QRectF(left, 0, wide, self.height()), QColor(fill.get(verdict, use.grey)))
            left += wide
            if wide > 3:
                painter.fillRect(QRectF(left - 1, 0, 1, self.height()), QColor(use.card))


class RunCard(Card):
    """Draws a standing; its buttons ask."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label(size=Type.TITLE, bold=True)
        self.state = Label(bold=True)
        self.detail = ShortLabel()
        self.sum = Label(size=Type.SMALL, tone="muted", wrap=True)
        self.bar = CountsBar()
        self.pause = KeyButton(self.tr("Pause"), Keys.PAUSE_BATCH.text, "pause")
        self.stop = KeyButton(self.tr("Stop"), "", "stop")
        self.go_on = KeyButton(self.tr("Go on with it"), "", "go")
        self.what_if = KeyButton(self.tr("Another threshold …"), "", "scale")
        self.export = KeyButton(self.tr("Export …"), Keys.EXPORT.text, "export")
        self.new = KeyButton(self.tr("New batch"), Keys.BATCH.text, "batch")
        self.setAccessibleName(self.tr("Batch"))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.title)
        head.addWidget(self.state)
        head.addWidget(self.detail, 1)
        for button in (self.pause, self.stop, self.go_on, self.what_if, self.export, self.new):
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        box.setSpacing(GRID)
        box.addLayout(head)
        box.addWidget(self.bar)
        box.addWidget(self.sum)

    def show_standing(self, standing: Standing) -> None:
        """Show how it stands."""
        state, runs = standing.state, standing.state in RUNS
        self.title.setText(standing.name)
        self.state.setText(self._state_words(standing))
        self.detail.show_parts(*self._details(standing))
        self.bar.show_counts(standing.counts, standing.items)
        self.sum.setText(self._sum(standing))
        self.sum.setVisible(bool(self.sum.text()))
        self.pause.setVisible(runs)
        self.pause.setEnabled(state is not State.STARTING)
        self.pause.show_text(self.tr("Go on") if state is State.PAUSED else self.tr("Pause"))
        self.stop.setVisible(runs)
        self.go_on.setVisible(state in OPEN_ENDED)
        for button in (self.what_if, self.export, self.new):
            button.setVisible(not runs)
        said = (standing.name, self.state.text(), self.detail.text(), self.sum.text())
        self.setAccessibleDescription(". ".join(text for text in said if text))

    def _state_words(self, standing: Standing) -> str:
        return {
            State.STARTING: self.tr("Starting …"),
            State.RUNNING: self.tr("Running"),
            State.PAUSED: self.tr("Paused"),
            State.FINISHED: self.tr("Finished"),
            State.STOPPED: self.tr("Stopped"),
            State.FAILED: self.tr("Stopped by a problem"),
            State.OPENED: "",
            State.UNFINISHED: self.tr("Not finished"),
        }[standing.state]

    def _details(self, standing: Standing) -> list[str]:
        done, items = number(standing.counts.total), number(max(standing.items, standing.counts.total))
        if standing.state is State.STARTING:
            return [self.tr("{items} items; each worker loads the model").format(items=items)]
        if standing.state in RUNS:
            parts = [self.tr("{done} of {items}").format(done=done, items=items)]
            if standing.rate > 0:
                parts.append(self.tr("{rate} a second").format(rate=f"{standing.rate:.1f}"))
            if standing.left is not None and standing.state is State.RUNNING:
                parts.append(self.tr("{time} left").format(time=duration(standing.left)))
            return parts
        if standing.state is State.FINISHED:
            return [
                self.tr("{items} items in {time}").format(items=items, time=duration(standing.seconds)),
                self.tr("{count} ruled").format(count=number(standing.ruled)),
            ]
        if standing.state is State.OPENED:
            return [
                self.tr("{items} items").format(items=items),
                self.tr("{count} ruled").format(count=number(standing.ruled)),
            ]
        return []

    def _sum(self, standing: Standing) -> str:
        """The counts that add up, at the end; what to do, where it stopped."""
        counts, state = standing.counts, standing.state
        if state in OPEN_ENDED:
            if standing.items > counts.total:
                done = self.tr("{done} of {items} decided.")
            else:
                done = self.tr("{done} decided; how many there are is not known.")
            done = done.format(done=number(counts.total), items=number(standing.items))
            why = standing.message or self.tr("Nothing decided is lost; going on does nothing twice.")
            return f"{done} {why}"
        if state not in (State.FINISHED, State.OPENED):
            return ""
        parts = " + ".join(f"{number(counts[verdict])} {verdict_words(verdict)}" for verdict in QUEUE)
        total = number(counts.total)
        if state is State.FINISHED and standing.items == counts.total:
            return self.tr("{parts} = {total}, as many as the manifest names.").format(parts=parts, total=total)
        return self.tr("{parts} = {total} lines.").format(parts=parts, total=total)
