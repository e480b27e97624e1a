"""From a manifest or a folder to a batch that runs: checks in the background, starts when the operator says so."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from sigverify.batch.keeping import told_reading
from sigverify.batch.results import partial_of
from sigverify.domain import Policy
from sigverify.gui.batch.start_form import Findings, StartForm, free_name
from sigverify.gui.batch.work import Batches, ManifestLike, Request, Tasks

MANIFESTS = "*.csv *.tsv *.txt"


@dataclass(frozen=True, kw_only=True)
class Inforce:
    """What a batch rests on, as the settings have it now."""

    policy: Policy | None  # None while no model is loaded
    own: bool  # whether the thresholds are the model's
    device: str


class Starting(QObject):
    """Fills the start form; `ready` tells what is to be run, and hands the checked manifest over."""

    ready = Signal(object, object)  # Request, ManifestLike
    left = Signal()

    def __init__(
        self, form: StartForm, tasks: Tasks, batches: Batches, in_force: Callable[[], Inforce], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._form, self._tasks, self._batches, self._in_force = form, tasks, batches, in_force
        self._parent = parent
        self._input: Path | None = None
        self._manifest: ManifestLike | None = None
        self._asked = 0  # checks started; only the newest is heard
        form.manifest_asked.connect(self.ask_manifest)
        form.folder_asked.connect(self.ask_folder)
        form.out_asked.connect(self._ask_out)
        form.out_changed.connect(self._look_for_unfinished)
        form.start_asked.connect(self._start)
        form.cancelled.connect(self.cancel)

    # what is to be run

    def ask_manifest(self) -> bool:
        """Let the operator choose a manifest; False where none was chosen."""
        title, every = self.tr("Choose a manifest"), self.tr("All files")
        kinds = f"{self.tr('Manifests')} ({MANIFESTS} {MANIFESTS.upper()});;{every} (*)"
        name, _ = QFileDialog.getOpenFileName(self._parent, title, self._folder(), kinds)
        return bool(name) and self.take(Path(name))

    def ask_folder(self) -> bool:
        """Let the operator choose a folder; False where none was chosen."""
        name = QFileDialog.getExistingDirectory(self._parent, self.tr("Choose a folder"), self._folder())
        return bool(name) and self.take(Path(name))

    def take(self, path: Path) -> bool:
        """Check this from now on, and propose where its results go."""
        self._let_go()
        self._input = path.absolute()
        self._form.show_input(self._input)
        self._form.out.setText(str(free_name(self._input)))
        self._look_for_unfinished()
        self.show_in_force()
        self._check()
        return True

    @property
    def name(self) -> str:
        """What is to be worked through, by name."""
        return "" if self._input is None else self._input.name

    def _folder(self) -> str:
        return "" if self._input is None else str(self._input.parent)

    def _ask_out(self) -> None:
        kinds = f"{self.tr('CSV for Excel')} (*.csv);;{self.tr('JSON lines')} (*.jsonl)"
        before = self._form.out.text() or self._folder()
        name, _ = QFileDialog.getSaveFileName(self._parent, self.tr("Where the results go"), before, kinds)
        if name:
            self._form.out.setText(name if Path(name).suffix else f"{name}.csv")

    def show_in_force(self) -> None:
        """Show the thresholds as they are now."""
        in_force = self._in_force()
        self._form.show_policy(in_force.policy, in_force.own)

    # what is found

    def _check(self) -> None:
        path = self._input
        assert path is not None
        self._asked += 1
        asked = self._asked
        self._form.show_checking(path.name)
        self._tasks.run(
            lambda: self._batches.check(path),
            lambda manifest: self._on_checked(asked, manifest),
            lambda message: self._form.show_trouble(message) if asked == self._asked else None,
        )

    def _on_checked(self, asked: int, manifest: ManifestLike) -> None:
        if asked != self._asked:
            manifest.close()
            return
        self._manifest = manifest
        self._form.show_findings(Findings(items=len(manifest), problems=manifest.problems, notes=manifest.notes))

    def _look_for_unfinished(self) -> None:
        out = self._form.out_path
        decided = 0 if out is None else lines_decided(partial_of(out))
        self._form.show_unfinished(decided)

    # starting

    def _start(self) -> None:
        in_force, out, manifest = self._in_force(), self._form.out_path, self._manifest
        if out is None or manifest is None:
            return
        if in_force.policy is None:
            self._form.show_trouble(self.tr("The model is still being loaded. Try again in a moment."))
            self._check()
            return
        self._look_for_unfinished()
        request = Request(
            input=self._input or out,
            out=out,
            workers=self._form.workers.value(),
            policy=in_force.policy,
            device=in_force.device,
            resume=partial_of(out).exists(),
        )
        self._manifest = None  # it goes along with the batch, which closes it
        self.ready.emit(request, manifest)

    def cancel(self) -> None:
        """Leave the form."""
        self._let_go()
        self.left.emit()

    def _let_go(self) -> None:
        self._asked += 1
        if self._manifest is not None:
            self._manifest.close()
            self._manifest = None

    def close(self) -> None:
        """Let go of everything."""
        self._let_go()


def lines_decided(partial: Path) -> int:
    """How many lines an unfinished batch holds; 0 where there is none or it cannot be read."""
    if not partial.is_file():
        return 0
    with told_reading(partial), partial.open("rb") as file:
        return max(0, sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1)
