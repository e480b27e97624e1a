"""Starting a batch: what, where to, with how many workers; every problem is shown before anything starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sigverify.batch.items import LineProblem
from sigverify.batch.results import partial_of
from sigverify.domain import Policy
from sigverify.gui.batch.words import number
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import Card, KeyButton, Label, ShortLabel
from sigverify.gui.theme import GRID, Type

WIDEST: Final = 110 * GRID  # pixels; longer lines are hard to read


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What was found when the manifest was read whole."""

    items: int
    problems: tuple[LineProblem, ...]
    notes: tuple[str, ...] = ()


class StartForm(QWidget):
    """Asks what to run; `start_asked` comes only after the operator has seen what was found."""

    start_asked = Signal()
    cancelled = Signal()
    manifest_asked = Signal()
    folder_asked = Signal()
    out_asked = Signal()
    out_changed = Signal()

    def __init__(self, workers: int, parent: QWidget | None = None) -> None:
        """`workers` is how many cores there are."""
        super().__init__(parent)
        self._findings: Findings | None = None
        self._unfinished = 0
        self._trouble = ""
        self.input = ShortLabel(tone="")
        self.manifest, self.folder = QPushButton(self.tr("Manifest …")), QPushButton(self.tr("Folder …"))
        self.out, self.choose_out = QLineEdit(), QPushButton(self.tr("Choose …"))
        self.workers = QSpinBox()
        self.workers.setRange(1, max(1, 2 * workers))
        self.workers.setValue(workers)
        self.cores = Label(tone="muted")
        self.cores.setText(self.tr("this computer has {count} cores").format(count=workers))
        self.threshold = Label()
        self.settings = KeyButton(self.tr("Settings"), Keys.SETTINGS.text, "settings")
        self.found, self.notes = Label(size=Type.TITLE, bold=True, wrap=True), Label(tone="muted", wrap=True)
        self.problems = QListView()
        self.resume_note = Label(wrap=True)
        self.start = QPushButton()
        self.cancel = QPushButton(self.tr("Cancel"))
        self._list = QStringListModel(self)
        self._name()
        self._lay_out()
        self._join()
        self.show_checking("")

    def _name(self) -> None:
        self.input.setAccessibleName(self.tr("Manifest or folder"))
        self.out.setAccessibleName(self.tr("Where the results go"))
        self.workers.setAccessibleName(self.tr("Workers"))
        self.threshold.setAccessibleName(self.tr("Threshold in force"))
        self.found.setAccessibleName(self.tr("What was found"))
        self.problems.setAccessibleName(self.tr("Problems, line by line"))
        self.workers.setMinimumSize(10 * GRID, 4 * GRID)
        self.problems.setModel(self._list)
        self.problems.setUniformItemSizes(True)  # a hundred thousand lines are no more work than ten
        self.problems.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.problems.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.problems.setObjectName("problems")
        self.start.setDefault(True)
        for button in (self.manifest, self.folder, self.choose_out, self.cancel):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(3 * GRID)
        form.setVerticalSpacing(GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(self.tr("Manifest or folder"), _row(self.input, self.manifest, self.folder))
        form.addRow(self.tr("Results go to"), _row(self.out, self.choose_out))
        form.addRow(self.tr("Workers"), _row(self.workers, self.cores, stretch=1))
        form.addRow(self.tr("Threshold in force"), _row(self.threshold, self.settings))
        top = Card()
        inside = QVBoxLayout(top)
        inside.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        inside.setSpacing(2 * GRID)
        inside.addWidget(Label(self.tr("A batch"), size=Type.STATE, bold=True))
        inside.addLayout(form)
        below = Card()
        checks = QVBoxLayout(below)
        checks.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        checks.setSpacing(GRID)
        for widget in (self.found, self.notes, self.resume_note):
            checks.addWidget(widget)
        checks.addWidget(self.problems, 1)
        checks.addStretch(0)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.start)
        column = QVBoxLayout()
        column.setSpacing(2 * GRID)
        column.addWidget(top)
        column.addWidget(below, 1)
        column.addLayout(buttons)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(WIDEST)
        column.setContentsMargins(0, 0, 0, 0)
        box = QHBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.addStretch(1)
        box.addWidget(middle, 100)
        box.addStretch(1)

    def _join(self) -> None:
        self.start.clicked.connect(self.start_asked)
        self.cancel.clicked.connect(self.cancelled)
        self.manifest.clicked.connect(self.manifest_asked)
        self.folder.clicked.connect(self.folder_asked)
        self.choose_out.clicked.connect(self.out_asked)
        self.out.textChanged.connect(lambda _text: self.out_changed.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button it is at, or else starts; Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            at = self.focusWidget()
            button = at if isinstance(at, QPushButton) and at.hasFocus() else self.start
            button.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel.click()
        else:
            super().keyPressEvent(event)

    # what is asked for

    @property
    def out_path(self) -> Path | None:
        """Where the results are to go; None where that is not said."""
        text = self.out.text().strip()
        return Path(text).expanduser().absolute() if text else None

    def show_input(self, path: Path) -> None:
        """Show what is to be worked through."""
        self.input.show_parts(str(path))
        self.input.setAccessibleDescription(str(path))

    def show_policy(self, policy: Policy | None, own: bool) -> None:
        """Show the thresholds in force; `own` says that they are the model's."""
        if policy is None:
            self.threshold.setText(self.tr("shown when the model is loaded"))
            return
        whose = self.tr("the model's own") if own else self.tr("set by the supervisor")
        text = self.tr("{one} with one specimen, {several} with several ({whose})")
        self.threshold.setText(text.format(one=f"{policy.one:.3f}", several=f"{policy.several:.3f}", whose=whose))

    # what was found

    def show_checking(self, name: str) -> None:
        """Say that the manifest is being read."""
        self._findings, self._trouble = None, ""
        self.found.setText(self.tr("Reading {name} …").format(name=name) if name else "")
        self._show()

    def show_findings(self, findings: Findings) -> None:
        """Show what was found, every problem with its line."""
        self._findings, self._trouble = findings, ""
        self._list.setStringList(_lines(findings.problems))
        self._show()
        if self.cancel.hasFocus() and self.start.isEnabled():
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_trouble(self, message: str) -> None:
        """Say why there is nothing to start."""
        self._findings, self._trouble = None, message
        self._show()

    def show_unfinished(self, decided: int) -> None:
        """Offer to go on with what was decided earlier; 0: there is nothing."""
        self._unfinished = decided
        self._show()

    @property
    def resumes(self) -> bool:
        """Whether an earlier run is gone on with."""
        return self._unfinished > 0

    def _show(self) -> None:
        findings = self._findings
        problems = findings.problems if findings else ()
        if self._trouble:
            self.found.setText(self._trouble)
        elif findings is not None:
            self.found.setText(self._found_words(findings))
        self.notes.setText(" ".join(findings.notes) if findings else "")
        self.notes.setVisible(bool(self.notes.text()))
        self.problems.setVisible(bool(problems))
        out, why = self.out_path, self._out_trouble()
        note = why
        if not note and self.resumes and out is not None:
            note = self.tr(
                "{name} holds {count} lines that were decided earlier. They are kept and not done again. To begin "
                "anew, choose another name for the results."
            ).format(name=partial_of(out).name, count=number(self._unfinished))
        self.resume_note.setText(note)
        self.resume_note.setVisible(bool(note))
        self.start.setText(self._start_words(len(problems)))
        self.start.setEnabled(findings is not None and findings.items > 0 and not why and out is not None)

    def _found_words(self, findings: Findings) -> str:
        items, bad = number(findings.items), len(findings.problems)
        if not bad:
            return self.tr("{items} items, nothing is wrong with any of them.").format(items=items)
        if bad == 1:
            return self.tr("{items} items. One of them cannot be verified:").format(items=items)
        return self.tr("{items} items. {bad} of them cannot be verified:").format(items=items, bad=number(bad))

    def _start_words(self, bad: int) -> str:
        verb = self.tr("Go on") if self.resumes else self.tr("Start")
        if not bad:
            return verb
        if bad == 1:
            return self.tr("{verb} anyway, 1 line will be an error").format(verb=verb)
        return self.tr("{verb} anyway, {count} lines will be errors").format(verb=verb, count=number(bad))

    def _out_trouble(self) -> str:
        """Why results cannot go where they are to go."""
        out = self.out_path
        if out is None:
            return self.tr("Say where the results are to go.")
        if out.is_dir():
            return self.tr("{name} is a folder. Give the results a name in it.").format(name=out.name)
        if out.exists():
            text = self.tr("{name} is there already. Choose another name, or open it from the File menu.")
            return text.format(name=out.name)
        if not out.parent.is_dir():
            return self.tr("The folder of {name} is not there. Create it or choose another one.").format(name=out.name)
        return ""


def free_name(source: Path) -> Path:
    """A name for the results beside a manifest or a folder that is not taken, or whose batch can be gone on with."""
    stem = source.name if source.is_dir() else source.stem
    for count in range(1, 1000):
        out = source.with_name(f"{stem}-results{'' if count == 1 else f'-{count}'}.csv")
        if not out.exists():
            return out
    return source.with_name(f"{stem}-results.csv")


def _lines(problems: Sequence[LineProblem]) -> list[str]:
    return [str(problem) for problem in problems]


def _row(*widgets: QWidget, stretch: int = 0) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for place, widget in enumerate(widgets):
        row.addWidget(widget, 1 if place == stretch else 0)
    if stretch == 0 and widgets:
        widgets[0].setSizePolicy(QSizePolicy.Policy.Expanding, widgets[0].sizePolicy().verticalPolicy())
    return row
