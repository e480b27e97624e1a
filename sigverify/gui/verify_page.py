"""The verify page: two panes and the verdict; it holds what is compared and shows what came of it."""

import itertools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from sigverify.domain import (
    LARGEST_DISTANCE,
    Box,
    Decision,
    Policy,
    QualityReason,
    Role,
    Seek,
    Source,
    Verification,
    View,
)
from sigverify.gui.bands import bands_of
from sigverify.gui.boxing import Boxing
from sigverify.gui.comparison import Comparison, plain, sought
from sigverify.gui.drop_pane import DropPane
from sigverify.gui.image_view import ImageView
from sigverify.gui.reading import Measured, Reading, Tick
from sigverify.gui.specimen_strip import Shown
from sigverify.gui.theme import GRID
from sigverify.gui.verdict import Phase, by_specimen, verdict_of
from sigverify.gui.verdict_card import VerdictCard
from sigverify.messages import Outcome
from sigverify.model.card import ModelCard


class VerifyPage(QWidget):
    """Shows a comparison and its outcome; `changed` asks for a new outcome."""

    changed = Signal(object)  # Comparison
    arrived = Signal(object, list)  # Role, Sources that the clerk brought to that side

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison = Comparison()
        self._outcome: Outcome | None = None
        self._seen: dict[Source, View] = {}  # by plain source
        self._phase, self._trouble = Phase.LOADING, ""
        self._card: ModelCard | None = None
        self._policy: Policy | None = None
        self.questioned = DropPane(Role.QUESTIONED)
        self.on_file = DropPane(Role.SPECIMEN)
        self.verdict = VerdictCard()
        self._boxing = Boxing(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._order_tabs()
        self._join()
        self._show()

    def _lay_out(self) -> None:
        panes = QHBoxLayout()
        panes.setSpacing(2 * GRID)
        panes.addWidget(self.questioned, 1)
        panes.addWidget(self.on_file, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(2 * GRID)
        box.addLayout(panes, 1)
        box.addWidget(self.verdict)

    def _order_tabs(self) -> None:
        order: list[QWidget] = []
        for pane in (self.questioned, self.on_file):
            stepper, header = pane.header.stepper, pane.header
            order += [
                stepper.before,
                stepper.after,
                header.remove,
                header.recent,
                header.open,
                pane.hint,
                pane.view,
                pane.line.back,
                pane.line.draw,
                pane.problem,
            ]
        order += [self.verdict.swap, self.verdict.clear, self.verdict.settings]
        for first, second in itertools.pairwise(order):
            QWidget.setTabOrder(first, second)

    def _join(self) -> None:
        self.questioned.removed.connect(lambda _index: self.change(self._comparison.without_questioned()))
        self.on_file.removed.connect(lambda index: self.change(self._comparison.without_specimen(index)))
        for pane in (self.questioned, self.on_file):
            pane.page_asked.connect(
                lambda item, page, role=pane.role: self.change(self._comparison.turned(role, item, page))
            )
        self.questioned.boxed.connect(self._take_box)
        self._boxing.asked.connect(lambda: self.changed.emit(self._comparison))
        self._boxing.outdated.connect(self._let_verdict_go)
        self.verdict.swap.clicked.connect(self.swap)
        self.verdict.clear.clicked.connect(self.clear)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow_focus)

    # what is compared

    @property
    def comparison(self) -> Comparison:
        """What stands on the two sides."""
        return self._comparison

    def change(self, comparison: Comparison) -> None:
        """Compare this from now on."""
        if comparison != self._comparison:
            self._compare(comparison)

    def _compare(self, comparison: Comparison) -> None:
        chosen = self._newest(comparison)
        self._boxing.forget()
        self._comparison, self._outcome = comparison, None
        self._show(chosen)
        self.changed.emit(comparison)

    def _take_box(self, box: Box | None, more: bool) -> None:
        """The signature is in another box; the verdict on the one before stands until the new one is there."""
        comparison = self._comparison.boxed(box)
        if comparison != self._comparison:
            self._comparison = comparison
            self._show()
            self._boxing.changed(more=more)

    def _let_verdict_go(self) -> None:
        self._outcome = None
        self._show()

    def seek(self, seek: Seek) -> None:
        """Take the questioned picture for a whole cheque, for a signature alone, or for what it looks like."""
        self.change(self._comparison.seeking(seek))

    def _newest(self, comparison: Comparison) -> int:
        """Which specimen to show large: the first of those that came, else the one shown now."""
        known = set(self._comparison.specimens)
        came = (index for index, source in enumerate(comparison.specimens) if source not in known)
        return next(came, self.on_file.chosen)

    def take(self, sources: Sequence[Source], where: Role | None) -> None:
        """Let in files that arrive together, at one side or anywhere (None)."""
        before = self._comparison
        after = before.filled(sources, where)
        if after.questioned is not None and after.questioned in [sought(source) for source in sources]:
            self.arrived.emit(Role.QUESTIONED, [after.questioned])
        specimens = [source for source in after.specimens if source in sources]
        if specimens:
            self.arrived.emit(Role.SPECIMEN, specimens)
        self._compare(after)  # even when nothing is new: the file may have changed since

    def swap(self) -> None:
        """Let the questioned signature and the chosen specimen change places."""
        self.change(self._comparison.swapped(self.on_file.chosen))

    def clear(self) -> None:
        """Empty both sides."""
        self.change(self._comparison.cleared())

    # where things go

    def pane_of(self, role: Role) -> DropPane:
        """The pane of one side."""
        return self.questioned if role is Role.QUESTIONED else self.on_file

    def role_at(self, position: QPoint) -> Role | None:
        """Which side a position of this page belongs to."""
        under = (pane.role for pane in (self.questioned, self.on_file) if pane.geometry().contains(position))
        return next(under, None)

    def focused_role(self) -> Role | None:
        """Which side the keyboard is at."""
        return next((pane.role for pane in (self.questioned, self.on_file) if pane.active), None)

    def focused_pane(self) -> DropPane | None:
        """The pane the keyboard is at."""
        role = self.focused_role()
        return None if role is None else self.pane_of(role)

    def zoom(self, act: Callable[[ImageView], None]) -> None:
        """Zoom the image the keyboard is at; both together where it is at neither."""
        pane = self.focused_pane()
        for view in [pane.view] if pane else [self.questioned.view, self.on_file.view]:
            act(view)

    def step_page(self, by: int) -> None:
        """Look at another page of the side the keyboard is at, or else of the questioned file."""
        (self.focused_pane() or self.questioned).header.stepper.step(by)

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or new.window() is not self.window():
            return  # a menu or a dialog: the clerk will come back to where they were
        for pane in (self.questioned, self.on_file):
            pane.set_active(pane is new or pane.isAncestorOf(new))

    def announce_drop(self, count: int, where: Role | None) -> None:
        """Say on the panes what would become of so many files here; of none: take that away."""
        trial = self._comparison.filled([Source.of_file(f"{index}") for index in range(count)], where)
        names = {f"{index}" for index in range(count)}
        to_questioned = trial.questioned is not None and trial.questioned.name in names
        to_file = sum(source.name in names for source in trial.specimens)
        first = self.tr("Compare as the questioned signature")
        rest = self.tr("Put on file") if to_file == 1 else self.tr("Put {count} on file").format(count=to_file)
        self.questioned.cover.show_text(first if to_questioned and count else "")
        self.on_file.cover.show_text(rest if to_file and count else "")

    # what came of it

    @property
    def settled(self) -> bool | None:
        """Whether the pair was verified; None while it still may be."""
        outcome = self._outcome
        if outcome is None:
            return None
        if outcome.verification is not None:
            return True
        both = isinstance(outcome.questioned, View) and any(isinstance(result, View) for result in outcome.specimens)
        return None if both or self._phase is not Phase.READY else False

    def show_phase(self, phase: Phase, trouble: str = "") -> None:
        """Where the model stands; `trouble` says why it is unusable."""
        self._phase, self._trouble = phase, trouble
        self._show()

    def show_model(self, card: ModelCard, policy: Policy) -> None:
        """Which model judges, and at which thresholds."""
        self._card, self._policy = card, policy
        self._show()

    def show_outcome(self, outcome: Outcome) -> None:
        """What came of the comparison asked for last."""
        self._outcome = outcome
        self._boxing.answered()
        results = (*(() if outcome.questioned is None else (outcome.questioned,)), *outcome.specimens)
        paired = zip(self._comparison.sources, results, strict=True)
        self._seen = {plain(source): result for source, result in paired if isinstance(result, View)}
        self._show()

    def _show(self, chosen: int | None = None) -> None:
        comparison, outcome = self._comparison, self._outcome
        questioned, specimens = self._items()
        self.questioned.show_items(questioned, 0)
        self.on_file.show_items(specimens, self.on_file.chosen if chosen is None else chosen)
        self.verdict.show_verdict(verdict_of(comparison, self._phase, self._trouble, outcome, self._card))
        self.verdict.bar.show_reading(self._reading(specimens))
        self.verdict.swap.setEnabled(not comparison.empty)
        self.verdict.clear.setEnabled(not comparison.empty)

    def _items(self) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
        outcome, comparison = self._outcome, self._comparison
        distances = by_specimen(outcome) if outcome else [None] * len(comparison.specimens)
        results = outcome.specimens if outcome else [self._seen.get(plain(source)) for source in comparison.specimens]
        specimens = tuple(
            Shown(name=source.name, result=result, distance=distance)
            for source, result, distance in zip(comparison.specimens, results, distances, strict=True)
        )
        if comparison.questioned is None:
            return (), specimens
        source = comparison.questioned
        result = outcome.questioned if outcome else self._seen.get(plain(source))
        unsearched = isinstance(result, View) and QualityReason.NOT_SEARCHED in result.quality.reasons
        waiting = unsearched and self._phase in (Phase.LOADING, Phase.RESTARTING)
        return (Shown(name=source.name, result=result, box=source.box, waiting=waiting),), specimens

    def _reading(self, specimens: tuple[Shown, ...]) -> Reading:
        verification = self._outcome.verification if self._outcome else None
        if verification is not None:
            count = sum(quality.good for quality in verification.specimen_qualities) or 1
        else:
            count = max(len(specimens), 1)
        end = self._card.scale_end if self._card else LARGEST_DISTANCE
        bands = bands_of(self._card.curve(count), end) if self._card else ()
        if verification is None:
            threshold = self._policy.for_specimens(count) if self._policy else None
            return Reading(scale_end=end, threshold=threshold, bands=bands)
        ticks = tuple(
            Tick(label=self.tr("Specimen {number}, {name}").format(number=index + 1, name=item.name), distance=known)
            for index, item in enumerate(specimens)
            if (known := item.distance) is not None
        )
        return self._judged(verification, Reading(scale_end=end, ticks=ticks, bands=bands))

    def _judged(self, verification: Verification, reading: Reading) -> Reading:
        judged = verification.decision is not Decision.CANNOT_JUDGE and verification.distance is not None
        return Reading(
            scale_end=reading.scale_end,
            threshold=verification.threshold,
            measured=Measured.DISTANCE if judged else Measured.NO_DISTANCE,
            distance=verification.distance if judged else None,
            decision=verification.decision,
            ticks=reading.ticks,
            bands=reading.bands,
            note="" if judged else self.tr("no distance"),
        )
