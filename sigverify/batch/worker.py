"""A worker process: its own verifier, items in, lines out; it ends when its parent does."""

import faulthandler
import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sigverify import logs
from sigverify.batch.items import Item
from sigverify.batch.judging import Verifies, decide_together, together
from sigverify.domain import Policy
from sigverify.errors import SigverifyError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Build = Callable[[], Verifies]  # how a process makes its verifier; it can be pickled

ONE_THREAD: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")
_GRACE: Final = 10.0  # seconds past the parent's patience, after which a hung worker ends itself

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What a worker is told when it is started."""

    number: int
    build: Build
    policy: Policy | None
    patience: float  # seconds at one item before the parent gives the worker up


@dataclass(frozen=True, kw_only=True)
class Ready:
    """The verifier is made."""


@dataclass(frozen=True, kw_only=True)
class Unable:
    """The verifier cannot be made, for a reason that a person can mend."""

    message: str


@dataclass(frozen=True, kw_only=True)
class At:
    """Which item is at work, where several are looked at before the first is decided."""

    line: int


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Stop after the item in hand, or go on."""

    held: bool


def serve(pipe: "Connection[Any, Any]", orders: Orders) -> None:
    """Work until the parent closes the pipe or is gone. The target of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the parent
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # processes share the cores; threads would fight over them
    logs.configure(f"batch-{orders.number}")
    tray = _Tray()
    threading.Thread(target=_listen, args=(pipe, tray), daemon=True, name="listen").start()
    try:
        verifier = orders.build()
    except SigverifyError as error:
        pipe.send(Unable(message=str(error)))
        return
    pipe.send(Ready())
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        most = together(verifier)

        def begin(item: Item) -> None:
            # The parent kills a worker that hangs. Should the parent be gone, and the hung decoder hold the
            # interpreter so that the listening thread cannot notice, this timer of the C runtime ends the process.
            faulthandler.dump_traceback_later(orders.patience + _GRACE, exit=True, file=nowhere)
            if most > 1:
                pipe.send(At(line=item.line))

        while True:
            for result in decide_together(verifier, tray.take(most), orders.policy, begin):
                faulthandler.cancel_dump_traceback_later()
                pipe.send(result)


class _Tray:
    """Where items are laid for the worker."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[Item] = deque()
        self._held = False

    def lay(self, news: tuple[Item, ...] | Hold) -> None:
        with self._changed:
            if isinstance(news, Hold):
                self._held = news.held
            else:
                self._items.extend(news)
            self._changed.notify()

    def take(self, most: int) -> list[Item]:
        """Wait for items and take some, not more than `most`."""
        with self._changed:
            self._changed.wait_for(lambda: self._items and not self._held)
            return [self._items.popleft() for _ in range(min(most, len(self._items)))]


def _listen(pipe: "Connection[Any, Any]", tray: _Tray) -> None:
    """Lay what the parent sends on the tray; the pipe's end is the end of the process, whatever it is doing."""
    while True:
        try:
            news = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)  # nothing is left to be told or kept, and a decoder may be at work in the main thread
        tray.lay(news)
