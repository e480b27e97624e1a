"""Where the batch's threads meet Qt: a function or a run in, signals out; closing waits for the work."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from sigverify.batch.events import BatchEvent, Decided, Ended, Failed, Progress
from sigverify.batch.items import LineProblem, Result
from sigverify.domain import Policy
from sigverify.errors import SigverifyError

DRAIN: Final = 200  # milliseconds between two times that rows are put into the table
AT_ONCE: Final = 2000  # rows taken in one go, so that the window never stalls

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

    def begin(
        self, request: Request, manifest: ManifestLike, on_event: Callable[[BatchEvent], None]
    ) -> BatchLike:
        """A batch that is not started yet; `on_event` is called from a thread of its own."""

    def write_summary(self, results: Sequence[Result], path: Path, title: str) -> None:
        """Write a summary as PDF; raises SigverifyError."""


class Tasks(QObject):
    """Runs functions in threads and brings what they found, or why they failed, to the window's thread."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._open = True
        self._arrived.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], Found], done: Callable[[Found], None], failed: Callable[[str], None]
    ) -> None:
        """Do the work elsewhere, then call one of the two here; anything but a SigverifyError is a bug, and loud."""

        def body() -> None:
            answer: Callable[[], None]
            try:
                found = work()
                answer = lambda: done(found)  # noqa: E731
            except SigverifyError as error:
                message = str(error)
                answer = lambda: failed(message)  # noqa: E731
            except BaseException as error:
                answer = _raiser(error)
            self._arrived.emit(answer)

        thread = threading.Thread(target=body, daemon=True, name="batch-task")
        self._threads = [other for other in self._threads if other.is_alive()] + [thread]
        thread.start()

    @property
    def busy(self) -> bool:
        """Whether something is still being done."""
        return any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        """Wait for what is being done, and hear nothing more of it."""
        self._open = False
        for thread in self._threads:
            thread.join()

    @Slot(object)
    def _answer(self, answer: Callable[[], None]) -> None:
        if self._open:
            answer()


def _raiser(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


class Run(QObject):
    """One batch that runs: its events, which come from its thread, in handfuls a few times a second."""

    decided = Signal(object)  # list of Results
    progress = Signal(object)  # Progress, the newest
    ended = Signal(object)  # Ended
    failed = Signal(str)

    def __init__(self, make: Callable[[Callable[[BatchEvent], None]], BatchLike], parent: QObject | None = None) -> None:
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
