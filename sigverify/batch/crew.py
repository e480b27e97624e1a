"""Several workers seen from the parent: items go in, lines come out; deaths and hangs end as one line each."""

import logging
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait
from typing import Any, Final, Protocol

from sigverify.batch.items import Item, Result
from sigverify.batch.judging import in_error
from sigverify.batch.worker import At, Build, Hold, Orders, Ready, Unable, serve
from sigverify.child import Child
from sigverify.domain import Policy
from sigverify.errors import BatchError

PATIENCE: Final = 60.0  # seconds at one item; a large cheque with several specimens takes a few
STARTING: Final = 300.0  # seconds until a worker has made its verifier; a cold disk takes one
LOW: Final = 4  # items; with fewer in hand a worker is given more, so that it never waits for the parent
_TRIES: Final = 2  # deaths at one item before it is given up; the first may have been chance
_STARTS: Final = 3  # workers lost before any was ready, after which no more are started

CRASHED: Final = "It brought the reader down, so it was left out: export the picture again as PNG or TIFF."
HUNG: Final = "It took too long, so it was left out: export the picture again as PNG or TIFF."
_NO_WORKER: Final = (
    "The workers cannot be started. Try fewer of them, then reinstall sigverify, and resume the batch: nothing is lost."
)

_log = logging.getLogger(__name__)


class Crew(Protocol):
    """Whoever works the items off: processes here, or machines elsewhere."""

    def wants(self) -> bool:
        """Whether there is somebody to give items to."""

    def give(self, items: Sequence[Item]) -> None:
        """Have these done, one after the other by the same worker where that can be."""

    def hear(self, seconds: float) -> list[Result]:
        """What was decided meanwhile, waiting so long at most; raises SigverifyError when nothing can go on."""

    def hold(self, held: bool) -> None:
        """Stop after the items in hand, or go on."""

    @property
    def idle(self) -> bool:
        """Whether everything that was given has come back."""

    def end(self) -> None:
        """Stop at once; may be called twice."""


class Processes:
    """Worker processes on this computer."""

    def __init__(
        self,
        build: Build,
        *,
        workers: int,
        policy: Policy | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Start so many workers, each of which builds a verifier of its own."""
        if workers < 1:
            raise ValueError("a batch needs at least one worker")
        self._build, self._policy, self._patience = build, policy, patience
        self._held = False
        self._lost_early = 0
        self._deaths: dict[int, int] = {}  # by line
        self._back: deque[tuple[Item, ...]] = deque()  # what lost workers left, to be given out again
        self._told: list[Result] = []
        self._workers: list[_Worker] = []
        for number in range(1, workers + 1):
            self._hire(number)

    def wants(self) -> bool:
        """Whether a worker is about to run out of items."""
        self._give_back()
        return not self._held and not self._back and self._free() is not None

    def give(self, items: Sequence[Item]) -> None:
        """Hand items to the worker that has the fewest left."""
        worker = self._free()
        assert worker is not None, "asked for by wants()"
        worker.give(tuple(items))

    def hear(self, seconds: float) -> list[Result]:
        """Lines that came in; a worker that died or hangs is replaced, and the item it was at becomes a line."""
        self._give_back()
        doors: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
        for ready in wait(list(doors), 0.0 if self._told else seconds):
            self._read(doors[ready])
        for worker in self._workers[:]:
            if not self._held and worker.overdue(self._patience):
                self._replace(worker, hung=True)
        told, self._told = self._told, []
        return told

    def hold(self, held: bool) -> None:
        """Have every worker stop after its item, or go on."""
        self._held = held
        for worker in self._workers:
            worker.hold(held)

    @property
    def idle(self) -> bool:
        """Whether no worker has an item left, nor is one to be given out again."""
        return not self._told and not self._back and not any(worker.items for worker in self._workers)

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [worker.pid for worker in self._workers]

    def end(self) -> None:
        """End every worker; they are gone when this returns."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.ask_to_end()
        for worker in workers:
            worker.end()

    def _hire(self, number: int) -> None:
        """Start a worker; one that takes another's place takes its number, and with it its log."""
        orders = Orders(number=number, build=self._build, policy=self._policy, patience=self._patience)
        try:
            worker = _Worker(orders)
        except OSError as error:  # no memory or no room for another process
            raise BatchError(_NO_WORKER) from error
        if self._held:
            worker.hold(True)
        self._workers.append(worker)

    def _free(self) -> "_Worker | None":
        """The worker with the fewest items, if it has few."""
        least = min(self._workers, key=lambda worker: len(worker.items), default=None)
        return least if least is not None and len(least.items) <= LOW else None

    def _give_back(self) -> None:
        while self._back and not self._held:
            worker = self._free()
            if worker is None:
                return
            worker.give(self._back.popleft())

    def _read(self, worker: "_Worker") -> None:
        """One message of a worker, or its end."""
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker, hung=False)
            return
        except Exception:  # half a message of a worker that was killed while it wrote
            _log.exception("a worker's message could not be read")
            self._replace(worker, hung=False)
            return
        if isinstance(message, Unable):
            raise BatchError(message.message)
        if isinstance(message, Ready):
            worker.now_ready()
            self._lost_early = 0
            return
        if isinstance(message, At):
            worker.began(message.line)
            return
        worker.answered(message)
        self._deaths.pop(message.line, None)
        self._told.append(message)

    def _replace(self, worker: "_Worker", *, hung: bool) -> None:
        """Start another worker in the place of one that is lost, and give out again what it had."""
        self._workers.remove(worker)
        worker.end()
        items = deque(worker.items)
        if worker.ready and items:
            at = worker.at
            items.remove(at)
            self._blame(at, hung=hung)
        elif not worker.ready:
            self._lost_early += 1
        _log.warning("a worker %s", "hung" if hung else "died")
        if items:
            self._back.append(tuple(items))
        if self._lost_early >= _STARTS:
            raise BatchError(_NO_WORKER)
        self._hire(worker.number)

    def _blame(self, item: Item, *, hung: bool) -> None:
        """The item a worker was lost at is tried once more by itself, unless it hung."""
        deaths = self._deaths[item.line] = self._deaths.get(item.line, 0) + 1
        _log.warning("a worker was lost at item %s", item.item_id)
        if hung or deaths >= _TRIES:
            self._told.append(in_error(item, HUNG if hung else CRASHED))
        else:
            self._back.append((item,))


class _Worker:
    """A worker process, and the items it has in hand."""

    def __init__(self, orders: Orders) -> None:
        self._child = Child(serve, orders, name="sigverify-batch")
        self.pipe, self.pid = self._child.pipe, self._child.pid
        self.number = orders.number
        self.items: deque[Item] = deque()
        self.ready = False
        self._at: int | None = None  # line of the item it says to be at
        self._since = time.monotonic()

    def give(self, items: tuple[Item, ...]) -> None:
        if not self.items and self.ready:
            self._since = time.monotonic()
        self.items.extend(items)
        self._child.send(items)

    def hold(self, held: bool) -> None:
        self._since = time.monotonic()  # a pause is no one's fault
        self._child.send(Hold(held=held))

    def now_ready(self) -> None:
        self.ready = True
        self._since = time.monotonic()

    @property
    def at(self) -> Item:
        """The item it is at: the one that it named, or else the first without an answer."""
        return next((item for item in self.items if item.line == self._at), self.items[0])

    def began(self, line: int) -> None:
        """It turns to an item, perhaps only to look at it."""
        self._at = line
        self._since = time.monotonic()

    def answered(self, result: Result) -> None:
        """Its items come back in the order they were given."""
        item = self.items.popleft()
        assert item.line == result.line, "a worker answers in order"
        self._at = None
        self._since = time.monotonic()

    def overdue(self, patience: float) -> bool:
        """Whether it has been at one item, or at starting, for too long."""
        limit = patience if self.ready else STARTING
        return (bool(self.items) or not self.ready) and time.monotonic() - self._since > limit

    def ask_to_end(self) -> None:
        self._child.ask_to_end()

    def end(self) -> None:
        self._child.end()
