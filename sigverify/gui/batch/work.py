"""Where the batch's threads meet Qt: a function or a run in, signals out; closing waits for the work."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from sigverify.batch.events import BatchEvent, Decided, Ended, Failed, Progress
from sigverify.batch.items import LineProblem, Result
from sigverify.domain import Policy
from sigverify.errors import SigverifyError

DRAIN: Final = 100  # milliseconds between two times that rows are put into the table
AT_ONCE: Final = 150  # rows taken in one go, so that the window never stalls

Found = TypeVar("Found")


class ManifestLike(Protocol):
    """What the window needs of a checked manifest; `sigverify.batch.manifest.Manifest` is one."""

    @property
    def problems(self) -> tuple[LineProblem, ...]:
        """What is wrong, line by line."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is odd but stops no item."""

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Let go of the file."""


class BatchLike(Protocol):
    """What the window asks of a batch that runs; `sigverify.batch.running.Batch` is one."""

    def start(self) -> None:
        """Start; returns at once."""

    def pause(self) -> None:
        """Stop after the items in hand."""

    def go_on(self) -> None:
        """Go on after a pause."""

    def cancel(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Cancel, and wait until every worker is gone."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be run, as the operator asked for it."""

    input: Path
    out: Path
    workers: int
    policy: Policy
    device: str
    resume: bool


class Batches(Protocol):
    """What the window needs of the core: checking a manifest, running a batch, writing a summary."""

    def check(self, path: Path) -> ManifestLike:
        """Read and check a manifest or a folder; raises SigverifyError."""

    def begin(self, request: Request, manifest: ManifestLike, on_event: Callable[[BatchEvent], None]) -> BatchLike:
        """A batch that is not started yet; `on_event` is called from a thread of its own."""

    def export(self, results: Path, to: Path) -> None:
        """Write results with their rulings elsewhere, as the ending says; raises SigverifyError."""


class Tasks(QObject):
    """Does work in a thread of its own, one thing after the other, and answers in the window's thread."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batch-task")
        self._open = True
        self._arrived.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], Found], done: Callable[[Found], object], failed: Callable[[str], object]) -> None:
        """Do the work, then call one of the two here; anything but a SigverifyError is a bug, and loud."""

        def body() -> None:
            self._arrived.emit(_answer_of(work, done, failed))

        if self._open:
            self._thread.submit(body)

    def close(self) -> None:
        """Wait for what is still to be done, and hear nothing more of it."""
        self._open = False
        self._thread.shutdown(wait=True)

    @Slot(object)
    def _answer(self, answer: Callable[[], object]) -> None:
        if self._open:
            answer()


def _answer_of(
    work: Callable[[], Found], done: Callable[[Found], object], failed: Callable[[str], object]
) -> Callable[[], object]:
    try:
        found = work()
    except SigverifyError as error:
        return partial(failed, str(error))
    except BaseException as error:
        return partial(_raise, error)
    return partial(done, found)


def _raise(error: BaseException) -> None:
    raise error


class Run(QObject):
    """One batch that runs: its events, which come from its thread, in handfuls a few times a second."""

    decided = Signal(object)  # list of Results
    progress = Signal(object)  # Progress, the newest
    ended = Signal(object)  # Ended
    failed = Signal(str)

    def __init__(
        self, make: Callable[[Callable[[BatchEvent], None]], BatchLike], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._events: deque[BatchEvent] = deque()  # appended to by the batch's thread
        self._waiting: deque[Result] = deque()
        self._last: Any = None
        self._timer = QTimer(self, interval=DRAIN)
        self._timer.timeout.connect(self._drain)
        self._batch = make(self._events.append)

    def start(self) -> None:
        """Start; returns at once."""
        self._timer.start()
        self._batch.start()

    def pause(self) -> None:
        """Stop after the items in hand."""
        self._batch.pause()

    def go_on(self) -> None:
        """Go on after a pause."""
        self._batch.go_on()

    def cancel(self) -> None:
        """Stop at once; what was decided is kept."""
        self._batch.cancel()

    def close(self) -> None:
        """Cancel, wait until every worker is gone, and hear nothing more."""
        self._timer.stop()
        self._batch.close()

    def _drain(self) -> None:
        newest: Progress | None = None
        while self._events:
            match self._events.popleft():
                case Decided(results=results):
                    self._waiting.extend(results)
                case Progress() as told:
                    newest = told
                case Ended() | Failed() as last:
                    self._last = last
        if self._waiting:
            count = min(AT_ONCE, len(self._waiting))
            self.decided.emit([self._waiting.popleft() for _ in range(count)])
        if newest is not None:
            self.progress.emit(newest)
        if self._last is not None and not self._waiting and not self._events:
            self._timer.stop()
            if isinstance(self._last, Ended):
                self.ended.emit(self._last)
            else:
                self.failed.emit(self._last.message)
