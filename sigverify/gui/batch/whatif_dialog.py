"""What another threshold would change: for supervisors, on results that are there."""

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sigverify.batch.items import Counts, Verdict
from sigverify.batch.orders import Order
from sigverify.batch.rates import ErrorRates
from sigverify.batch.table import ResultTable
from sigverify.batch.whatif import Change, WhatIf
from sigverify.domain import LARGEST_DISTANCE, Policy
from sigverify.gui.batch.chips import Chip
from sigverify.gui.batch.figures import clear, count_rows, fill, rate_rows
from sigverify.gui.batch.model import ResultsModel, columns_of
from sigverify.gui.batch.slide import Slide
from sigverify.gui.batch.view import ResultsView
from sigverify.gui.batch.words import number
from sigverify.gui.batch.work import Tasks
from sigverify.gui.small_parts import Card, Label
from sigverify.gui.theme import GRID, Type
from sigverify.settings import label_of

SETTLING: Final = 120  # milliseconds after the last movement before rates, which take longer, are worked out

Apply = Callable[[Policy], None]  # raises SettingsError where it is not kept


class WhatIfDialog(QDialog):
    """Moves the threshold and shows which items change side; `apply` keeps it as the setting."""

    opened = Signal(int)  # row of the table to be looked at

    def __init__(
        self,
        table: ResultTable,
        what_if: WhatIf,
        decided_at: Policy | None,
        *,
        scale_end: float,
        in_force: Policy,
        apply: Apply,
        tasks: Tasks,
        parent: QWidget | None = None,
    ) -> None:
        """`decided_at` is None where the lines were decided at different ones; `in_force` is what the settings say."""
        super().__init__(parent)
        now = in_force if decided_at is None else decided_at
        self._table, self._what_if, self._now, self._in_force = table, what_if, now, in_force
        self._decided_alike = decided_at is not None
        self._apply, self._tasks = apply, tasks
        self._rates_now: ErrorRates | None = None
        self._change: Change | None = None
        self.setWindowTitle(self.tr("What another threshold would change"))
        end = min(LARGEST_DISTANCE, max(scale_end, now.one, now.several))
        self.one = Slide(label_of("threshold_one"), now.one, end)
        self.several = Slide(label_of("threshold_several"), now.several, end)
        self.said, self.counts, self.rates = Label(size=Type.TITLE, bold=True, wrap=True), QGridLayout(), QGridLayout()
        self.no_truth = Label(tone="muted", wrap=True)
        self.to_flag = Chip(self.tr("would be flagged"), Verdict.FLAG)
        self.to_accept = Chip(self.tr("would be accepted"), Verdict.ACCEPT)
        self._model = ResultsModel()
        self.view = ResultsView(self._model)
        self.use = QPushButton(self.tr("Apply as setting …"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._settling = QTimer(self, singleShot=True, interval=SETTLING)
        self._build()
        self._join()
        self._follow()
        self._work_out()

    def _build(self) -> None:
        kinds = np.unique(self._table.specimens[~np.isnan(self._table.distance)])
        self.one.setVisible(bool((kinds == 1).any()))
        self.several.setVisible(bool((kinds != 1).any()))
        top = Card()
        inside = QVBoxLayout(top)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.setSpacing(GRID)
        for widget in (self.one, self.several, self.said):
            inside.addWidget(widget)
        figures = QHBoxLayout()
        figures.setSpacing(2 * GRID)
        for grid, extra in ((self.counts, None), (self.rates, self.no_truth)):
            card = Card()
            box = QVBoxLayout(card)
            box.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
            grid.setHorizontalSpacing(2 * GRID)
            grid.setVerticalSpacing(GRID // 2)
            box.addLayout(grid)
            if extra is not None:
                box.addWidget(extra)
            box.addStretch(1)
            figures.addWidget(card, 1 if extra is None else 2)
        chips = QHBoxLayout()
        chips.setSpacing(GRID)
        for chip in (self.to_flag, self.to_accept):
            chip.setChecked(True)
            chips.addWidget(chip)
        chips.addStretch(1)
        sheet = Card()
        held = QVBoxLayout(sheet)
        held.setContentsMargins(1, GRID // 2, 1, GRID // 2)
        held.addWidget(self.view)
        self.view.empty_text = self.tr("No item would change side.")
        self.view.horizontalHeader().setSectionsClickable(False)
        for section in columns_of((Order.NEAREST, Order.AMOUNT, Order.RULING)):
            self.view.setColumnHidden(section, True)
        self.use.setAutoDefault(False)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.buttons.addButton(self.use, QDialogButtonBox.ButtonRole.ActionRole)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(2 * GRID)
        box.addWidget(top)
        box.addLayout(figures)
        box.addLayout(chips)
        box.addWidget(sheet, 1)
        box.addWidget(self.buttons)
        self.resize(130 * GRID, 82 * GRID)

    def _join(self) -> None:
        for slide in (self.one, self.several):
            slide.moved.connect(self._follow)
            slide.moved.connect(self._settling.start)
        self._settling.timeout.connect(self._work_out)
        for chip in (self.to_flag, self.to_accept):
            chip.clicked.connect(self._show_rows)
        self.view.opened.connect(self.opened)
        self.use.clicked.connect(self._ask)
        self.buttons.rejected.connect(self.reject)

    # what would change

    @property
    def policy(self) -> Policy:
        """The thresholds chosen."""
        return Policy(one=self.one.value, several=self.several.value)

    def _follow(self) -> None:
        self._change = change = self._what_if.at(self.policy)
        flagged, accepted = len(change.to_flag), len(change.to_accept)
        if self.policy == self._now and self._decided_alike:
            self.said.setText(self.tr("These are the thresholds that the batch was decided at."))
        elif not flagged and not accepted:
            self.said.setText(self.tr("No item would change side."))
        else:
            more = self.tr("{count} more would be flagged.").format(count=number(flagged))
            fewer = self.tr("{count} that are flagged would be accepted.").format(count=number(accepted))
            self.said.setText(" ".join(text for text, count in ((more, flagged), (fewer, accepted)) if count))
        self.to_flag.show_count(flagged)
        self.to_accept.show_count(accepted)
        self._show_counts(change.counts)
        self._show_rows()
        self.use.setEnabled(self.wished != self._in_force)

    def _show_rows(self) -> None:
        assert self._change is not None
        places = [*(self._change.to_flag if self.to_flag.isChecked() else ())]
        places += self._change.to_accept if self.to_accept.isChecked() else ()
        self._model.show_exactly(self._table, np.array(sorted(places), np.intp))

    def _show_counts(self, then: Counts) -> None:
        clear(self.counts)
        fill(self.counts, count_rows(self._what_if.at(self._now).counts, then))

    def _work_out(self) -> None:
        """Have the rates worked out elsewhere: their intervals take a while with many items."""
        asked, now, what_if = self.policy, self._now, self._what_if
        known = self._rates_now

        def rates() -> tuple[Policy, ErrorRates | None, ErrorRates | None]:
            return asked, known or what_if.rates(now), what_if.rates(asked)

        self._tasks.run(rates, self._show_if_new, lambda _message: None)

    def _show_if_new(self, found: tuple[Policy, ErrorRates | None, ErrorRates | None]) -> None:
        asked, self._rates_now, then = found
        if asked == self.policy and not self._gone:
            self._show_rates(self._rates_now, then)

    _gone = False

    def done(self, result: int) -> None:
        """Hear nothing more of what is still worked out."""
        self._gone = True
        super().done(result)

    def _show_rates(self, now: ErrorRates | None, then: ErrorRates | None) -> None:
        clear(self.rates)
        known = then is not None and now is not None
        self.no_truth.setText(
            self.tr("Intervals: what 95 of 100 other choices of as many customers would give.")
            if known
            else self.tr("No error rates: the manifest did not say which items are genuine and which are forged.")
        )
        if then is not None and now is not None:
            fill(self.rates, rate_rows(now, then))

    # keeping it

    def _ask(self) -> None:
        """Say exactly which settings would be kept, and ask."""
        lines = [
            f"{label_of(key)}: {before:.3f} \N{RIGHTWARDS ARROW} {after:.3f}"
            for key, before, after in (
                ("threshold_one", self._in_force.one, self.wished.one),
                ("threshold_several", self._in_force.several, self.wished.several),
            )
            if before != after
        ]
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Apply as setting"))
        box.setText("\n".join(lines))
        box.setInformativeText(
            self.tr("Every comparison from now on is judged by it. What this batch decided stays as it is.")
        )
        kinds = QMessageBox.StandardButton
        box.setStandardButtons(kinds.Apply | kinds.Cancel)
        box.setDefaultButton(kinds.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(kinds.Apply).clicked.connect(self._use)
        self.question = box
        box.open()

    @property
    def wished(self) -> Policy:
        """What would be kept: only thresholds that these results have items for are changed."""
        return Policy(
            one=self._in_force.one if self.one.isHidden() else self.one.value,
            several=self._in_force.several if self.several.isHidden() else self.several.value,
        )

    question: QMessageBox | None = None

    def _use(self) -> None:
        wished = self.wished
        self._apply(wished)
        self._in_force = wished
        self._follow()
