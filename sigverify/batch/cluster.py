"""A batch on machines elsewhere: the same item function on the workers of a Dask scheduler (extra `cluster`).

Every worker sees the pictures under the same paths, and has the same sigverify installed. Workers may come, go and die.
"""

import faulthandler
import importlib
import logging
import os
import pickle
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sigverify.batch.crew import CRASHED, PATIENCE
from sigverify.batch.items import Item, Result
from sigverify.batch.judging import Verifies, decide_together, in_error, together
from sigverify.batch.worker import ONE_THREAD, Build
from sigverify.domain import Policy
from sigverify.errors import BatchError, ModelError, SigverifyError

AHEAD: Final = 3  # handfuls in hand or waiting for each thread of the cluster, so that none waits for this computer
ASK_EVERY: Final = 2.0  # seconds between looks at how many threads there are
ALONE: Final = 120.0  # seconds without any worker, after which somebody is told
CONNECTING: Final = 20.0  # seconds

_log = logging.getLogger(__name__)
_made: dict[bytes, Verifies] = {}  # this process's verifiers, by how they are built; on a worker there is one
_lock = threading.Lock()  # a verifier is not safe for several threads, however many a worker was given


class Cluster:
    """The workers of a Dask scheduler, as a crew."""

    def __init__(
        self, build: Build, *, address: str, policy: Policy | None = None, weights: str = "", patience: float = PATIENCE
    ) -> None:
        """Connect to a scheduler; `weights` is the digest that a worker's model has to have. Raises BatchError."""
        self._client = _connected(address)
        self._address = address
        self._orders = (build, policy, weights, patience)
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._open: dict[Any, tuple[Item, ...]] = {}  # by future
        self._again: deque[tuple[Item, ...]] = deque()
        self._held = False
        self._threads = 0
        self._asked = 0.0
        self._alone_since = time.monotonic()

    def wants(self) -> bool:
        """Whether the cluster has less in hand than it can do soon."""
        self._look()
        self._give_again()
        return not self._held and not self._again and len(self._open) < AHEAD * self._threads

    def give(self, items: Sequence[Item]) -> None:
        """Have a worker do these, one after the other."""
        future = self._client.submit(decide_all, *self._orders, tuple(items), pure=False)
        self._open[future] = tuple(items)
        future.add_done_callback(self._done.put)

    def hear(self, seconds: float) -> list[Result]:
        """Lines that came in; items at which workers died again and again become a line each."""
        self._look()
        self._give_again()
        told: list[Result] = []
        try:
            future = self._done.get(timeout=seconds)
            while True:
                told += self._ended(future)
                future = self._done.get_nowait()
        except queue.Empty:
            return told

    def hold(self, held: bool) -> None:
        """Give nothing more until it goes on; what workers have in hand they end."""
        self._held = held

    @property
    def idle(self) -> bool:
        """Whether everything that was given has come back."""
        return not self._open and not self._again

    def end(self) -> None:
        """Leave the cluster; what is still in hand there is dropped."""
        futures, self._open = list(self._open), {}
        if futures and self._client.status == "running":
            self._client.cancel(futures)
        self._client.close()

    def _ended(self, future: Any) -> list[Result]:
        items = self._open.pop(future, None)
        if items is None:
            return []
        if future.status == "finished":
            results: list[Result] = future.result()
            return results
        if future.status != "error":  # cancelled or lost: the scheduler has gone
            raise BatchError(_gone(self._address))
        error = future.exception()
        if isinstance(error, SigverifyError):
            raise BatchError(str(error))
        _log.warning("a handful of items came back with %s", type(error).__name__)
        if type(error).__name__ != "KilledWorker":
            raise BatchError(f"A worker of {self._address} failed ({type(error).__name__}). Look at its log.")
        if len(items) == 1:
            _log.warning("workers were lost at item %s", items[0].item_id)
            return [in_error(items[0], CRASHED)]
        self._again.extend((item,) for item in items)  # which of them it was is found out one by one
        return []

    def _give_again(self) -> None:
        while self._again and not self._held:
            self.give(self._again.popleft())

    def _look(self) -> None:
        """How many threads there are now; raises BatchError when there have been none for long."""
        now = time.monotonic()
        if now - self._asked < ASK_EVERY:
            return
        self._asked = now
        try:
            self._threads = sum(self._client.nthreads().values())
        except Exception as error:  # whatever a broken connection raises
            raise BatchError(_gone(self._address)) from error
        if self._threads:
            self._alone_since = now
        elif now - self._alone_since > ALONE:
            raise BatchError(f"The cluster at {self._address} has no workers. Start some, then resume the batch.")


def decide_all(
    build: Build, policy: Policy | None, weights: str, patience: float, items: Sequence[Item]
) -> list[Result]:
    """What a worker of a cluster does: the same as a worker process here, item by item."""
    with _lock, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        verifier = _verifier(build, weights)
        most = together(verifier)

        def begin(_: Item) -> None:
            # A hung decoder ends its worker, whose nanny starts another; the scheduler then gives the items to others.
            faulthandler.dump_traceback_later(patience, exit=True, file=nowhere)

        results: list[Result] = []
        for start in range(0, len(items), most):
            results += decide_together(verifier, items[start : start + most], policy, begin)
        faulthandler.cancel_dump_traceback_later()
        return results


def _verifier(build: Build, weights: str) -> Verifies:
    """This process's verifier, made once."""
    key = pickle.dumps((build, weights))
    if key not in _made:
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        verifier = build()
        if weights and verifier.card.sha256 != weights:  # type: ignore[attr-defined]
            raise ModelError("A worker of the cluster has other weights. Install the same sigverify on every machine.")
        _made[key] = verifier
    return _made[key]


def _connected(address: str) -> Any:
    try:
        client = importlib.import_module("distributed").Client
    except ImportError as error:
        raise BatchError('A cluster needs Dask: pip install "sigverify[cluster]", here and on its workers.') from error
    try:
        return client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BatchError(f"No scheduler answers at {address}. Check the address, as in tcp://host:8786.") from error


def _gone(address: str) -> str:
    return f"The scheduler at {address} is gone. Start it again and resume the batch; nothing decided is lost."
