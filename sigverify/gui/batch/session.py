"""One batch in the window, from its start or from a file: its run, its rows, its rulings, its export."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from sigverify.batch.events import End, Ended, Progress
from sigverify.batch.items import Result, Said
from sigverify.batch.results import PARTIAL, partial_of
from sigverify.batch.table import ResultTable
from sigverify.errors import SigverifyError
from sigverify.gui.batch.model import ResultsModel
from sigverify.gui.batch.queue import Queue
from sigverify.gui.batch.results_page import ResultsPage
from sigverify.gui.batch.run_card import RUNS, Standing, State
from sigverify.gui.batch.work import Batches, ManifestLike, Request, Run, Tasks

RESULTS: Final = "*.csv *.jsonl *.ndjson *.partial"


class Session(QObject):
    """Shows a batch on its page and keeps its rulings; the signals tell of it.

    `begun`: other results are shown; `told`: a notice for the operator; `noted`: a word for the status bar.
    """

    begun = Signal()
    changed = Signal()  # how it stands
    told = Signal(str)
    noted = Signal(str)

    def __init__(
        self,
        page: ResultsPage,
        model: ResultsModel,
        tasks: Tasks,
        batches: Batches,
        name_of: Callable[[], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._page, self._model, self._tasks, self._batches, self._parent = page, model, tasks, batches, parent
        self._run: Run | None = None
        self._request: Request | None = None
        self._path: Path | None = None  # of the results, finished or not
        self._standing: Standing | None = None
        self._loading = 0  # files asked for; only the newest is shown
        self.queue = Queue(model, name_of, self)
        self.queue.ruled.connect(self._show)
        self.queue.failed.connect(self.told)
        card = page.run_card
        card.pause.clicked.connect(self.pause_or_go_on)
        card.stop.clicked.connect(self.stop)

    @property
    def runs(self) -> bool:
        """Whether a batch is being worked through."""
        return self._standing is not None and self._standing.state in RUNS

    @property
    def path(self) -> Path | None:
        """The results file, finished or not; None where there is none."""
        return self._path

    @property
    def standing(self) -> Standing | None:
        """How the batch stands."""
        return self._standing

    @property
    def request(self) -> Request | None:
        """What was asked for, where the batch was started here; to go on with it."""
        return self._request

    # running

    def start(self, request: Request, manifest: ManifestLike) -> None:
        """Run this batch and show what comes of it."""
        out = request.out
        partial = partial_of(out)
        if request.resume and partial.is_file():
            self._read(partial, lambda table: self._start(request, manifest, table), manifest.close)
        else:
            self._start(request, manifest, ResultTable())

    def _start(self, request: Request, manifest: ManifestLike, table: ResultTable) -> None:
        try:
            run = Run(lambda listen: self._batches.begin(request, manifest, listen), self)
        except SigverifyError as error:
            manifest.close()
            self.told.emit(str(error))
            return
        run.decided.connect(self._page.append)
        run.progress.connect(self._on_progress)
        run.ended.connect(self._on_ended)
        run.failed.connect(self._on_failed)
        self._request = request
        self._take(partial_of(request.out), table, State.STARTING, items=len(manifest))
        self._run = run
        run.start()

    def _on_progress(self, progress: Progress) -> None:
        assert self._standing is not None
        state = State.PAUSED if progress.paused else State.RUNNING
        if progress.done == 0 and not progress.paused:
            state = State.STARTING
        self._show(
            replace(
                self._standing,
                state=state,
                items=progress.items,
                counts=progress.counts,
                rate=progress.rate,
                left=progress.left,
                seconds=progress.seconds,
            )
        )

    def _on_ended(self, ended: Ended) -> None:
        assert self._standing is not None
        state = State.FINISHED if ended.end is End.FINISHED else State.STOPPED
        self._path = ended.out
        self._show(replace(self._standing, state=state, counts=ended.counts, seconds=ended.seconds))
        self._let_run_go()

    def _on_failed(self, message: str) -> None:
        assert self._standing is not None
        counts = self._model.table.counts
        self._show(replace(self._standing, state=State.FAILED, counts=counts, message=message))
        self._let_run_go()

    def pause_or_go_on(self) -> None:
        """Pause, or go on after a pause."""
        if self._run is None or self._standing is None:
            return
        if self._standing.state is State.PAUSED:
            self._run.go_on()
        else:
            self._run.pause()

    def stop(self) -> None:
        """Stop at once; what was decided can be gone on with."""
        if self._run is not None:
            self._run.cancel()

    def _let_run_go(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.close()
            run.deleteLater()

    # opening

    def ask(self) -> bool:
        """Let the operator choose results; False where none were chosen."""
        kinds = f"{self.tr('Results')} ({RESULTS});;{self.tr('All files')} (*)"
        folder = "" if self._path is None else str(self._path.parent)
        name, _ = QFileDialog.getOpenFileName(self._parent, self.tr("Open results"), folder, kinds)
        return bool(name) and self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Show results that are there, finished or not; False while another batch runs."""
        if self.runs:
            self.told.emit(self.tr("A batch is running. Stop it, or let it end, before other results are opened."))
            return False
        path = path.absolute()
        state = State.UNFINISHED if path.name.endswith(PARTIAL) else State.OPENED
        self._request = None
        self._read(path, lambda table: self._take(path, table, state))
        return True

    def _read(
        self, path: Path, done: Callable[[ResultTable], None], dropped: Callable[[], None] = lambda: None
    ) -> None:
        self._loading += 1
        loading = self._loading

        def found(table: ResultTable) -> None:
            if loading == self._loading:
                done(table)
            else:
                dropped()

        def failed(message: str) -> None:
            dropped()
            self.told.emit(message)

        self._tasks.run(lambda: ResultTable.read(path), found, failed)

    def _take(self, path: Path, table: ResultTable, state: State, *, items: int = 0) -> None:
        """Show this table instead of what was shown."""
        out = out_of(path)
        self._put_rulings_in(stays=self._path is not None and out_of(self._path) == out)
        try:
            self.queue.begin(out)
        except SigverifyError as error:
            self.told.emit(str(error))
        self._path = path
        counts = table.counts
        self._standing = Standing(name=out.name, state=state, items=items or counts.total, counts=counts)
        if state is State.UNFINISHED:
            self._standing = replace(self._standing, items=0)
        self._page.show_table(table)
        self._show()
        self.begun.emit()

    def _put_rulings_in(self, *, stays: bool = False) -> None:
        """Have the rulings on what was shown put into its file, in the background, unless it stays at hand."""
        merge = self.queue.end()
        if merge is not None and not stays:
            self._tasks.run(merge, lambda _none: None, self.told.emit)

    def _show(self, standing: Standing | None = None) -> None:
        self._standing = standing or self._standing
        if self._standing is None:
            return
        self._standing = replace(self._standing, ruled=int((self._model.table.said > 0).sum()))
        self._page.show_standing(self._standing)
        self._page.show_counts()
        self.changed.emit()

    # what a person says

    def rule(self, said: Said) -> bool:
        """Rule on the item at hand; False where there is none, or it could not be kept."""
        return self.queue.rule(said)

    @property
    def result(self) -> Result | None:
        """The line at hand."""
        return self.queue.result

    # elsewhere

    def ask_export(self) -> None:
        """Let the operator choose where to export, and write it in the background."""
        if self._path is None:
            return
        kinds = ";;".join(
            (
                f"{self.tr('CSV for Excel')} (*.csv)",
                f"{self.tr('JSON lines')} (*.jsonl)",
                f"{self.tr('Summary to print')} (*.pdf)",
            )
        )
        stem = self._path.name.removesuffix(PARTIAL).rsplit(".", 1)[0]
        proposed = str(self._path.with_name(f"{stem}-export.csv"))
        name, kind = QFileDialog.getSaveFileName(self._parent, self.tr("Export"), proposed, kinds)
        if name:
            self.export(_with_ending(Path(name), kind))

    def export(self, to: Path) -> None:
        """Write the results with their rulings there, in the background."""
        path = self._path
        if path is None:
            return
        if to.absolute() in (path, out_of(path)):
            self.told.emit(self.tr("These are the results themselves. Choose another name for the export."))
            return
        self.noted.emit(self.tr("Writing {name} …").format(name=to.name))
        self._tasks.run(
            lambda: self._batches.export(path, to),
            lambda _none: self.noted.emit(self.tr("{name} was written.").format(name=to.name)),
            self.told.emit,
        )

    def close(self) -> None:
        """Stop what runs, wait until its workers are gone, and have the rulings put into the results file."""
        self._let_run_go()
        self._put_rulings_in()


def _with_ending(path: Path, kind: str) -> Path:
    """The path with the ending of the kind chosen, where it has none of its own."""
    if path.suffix.lower() in (".csv", ".jsonl", ".ndjson", ".pdf"):
        return path
    ending = ".pdf" if "pdf" in kind else ".jsonl" if "jsonl" in kind else ".csv"
    return path.with_name(path.name + ending)


def out_of(path: Path) -> Path:
    """The results' name, whether they are finished or not."""
    return path.with_name(path.name.removesuffix(PARTIAL))
