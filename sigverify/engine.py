"""The Verifier in a child process, seen from the parent: jobs go in, events come out, crashes are outlived."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum, auto
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Final

from sigverify import paths
from sigverify.child import Child
from sigverify.domain import Policy, Problem, Source
from sigverify.engine_child import SCORING, Plan, Turned, Work, serve
from sigverify.messages import Event, Job, Lost, Outcome, Unusable, Working
from sigverify.suspects import Suspects

_FALLS_WITH_MODEL: Final = 3  # deaths at no image in a row, before the child is started without the model
_FALLS_AT_ALL: Final = 6  # and before it is not started any more

_AGAIN: Final = "The reader stopped and is started again. There is nothing you need to do."
_NO_MODEL: Final = "The model stops the reader again and again. Choose the CPU in the settings, or reinstall sigverify."
_NO_ENGINE: Final = "The reader cannot be started. Restart sigverify, and reinstall it if that does not help."

_log = logging.getLogger(__name__)


class _End(Enum):
    """Why a child's life ended."""

    WANTED = auto()  # closed, or replaced by one on another device
    DIED = auto()
    HUNG = auto()


class Engine:
    """Shows and verifies in a child process, so that no file can stop or stall the caller.

    `on_event` is called from a thread of the engine's own. A newer job replaces an older one, of which nothing is told
    any more.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        *,
        device: str = "auto",
        weights: Path | None = None,
        patience: float = 15.0,
        child: Callable[..., None] = serve,
    ) -> None:
        """Prepare with these weights (None: the program's own); `patience` is in seconds at one image."""
        self._on_event = on_event
        self._device = device
        self._weights = weights or paths.weights()
        self._patience = patience
        self._target = child
        self._lock = threading.Lock()
        self._job = Job(token=0, questioned=None, specimens=(), policy=None)
        self._suspects = Suspects()
        self._closing = False
        self._restart = False
        self._falls = 0  # deaths at no image since something was last verified
        self._child: Child | None = None
        self._woken, self._waker = get_context("spawn").Pipe(duplex=False)
        self._thread = threading.Thread(target=self._supervise, daemon=True, name="engine")

    @property
    def pid(self) -> int | None:
        """Process id of the child, while there is one."""
        child = self._child
        return child.pid if child else None

    def start(self) -> None:
        """Start the child; returns at once. Images are shown before `Ready` says that the model is loaded."""
        self._thread.start()

    def submit(
        self, questioned: Source | None, specimens: Sequence[Source], policy: Policy | None, *, stages: bool = False
    ) -> int:
        """Show these and, where both sides are there, verify them instead of what was asked before; gives the token.

        With `stages` the outcome shows the questioned picture's way to the network as well.
        """
        with self._lock:
            job = Job(
                token=self._job.token + 1,
                questioned=questioned,
                specimens=tuple(specimens),
                policy=policy,
                stages=stages,
            )
            self._job = job
            self._suspects.keep(_sources(job))
        self._wake()
        return job.token

    def use_device(self, device: str) -> None:
        """Load the model anew on "auto", "cpu", "cuda" or "mps", and verify the present job there."""
        with self._lock:
            self._device = device
            self._restart = True
            self._falls = 0
        self._wake()

    def close(self) -> None:
        """End the child; it is gone when this returns. May be called twice."""
        with self._lock:
            self._closing = True
        self._wake()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # closed already
            self._waker.send_bytes(b"!")

    def _supervise(self) -> None:
        """Start one child after the other, until the engine is closed."""
        try:
            while not self._closing:
                if self._falls >= _FALLS_AT_ALL:
                    self._rest()
                    continue
                end, at = self._live()
                if end is not _End.WANTED:
                    self._mourn(end, at)
        finally:
            self._woken.close()
            self._waker.close()

    def _live(self) -> "tuple[_End, Source | None]":
        """One child from start to end: why it ended, and the image it was at."""
        with self._lock:
            self._restart = False
            weights = self._weights if self._falls < _FALLS_WITH_MODEL else None
            plan = Plan(weights=weights, device=self._device, patience=self._patience)
        try:
            child = self._child = Child(self._target, plan, name="sigverify-engine")
        except OSError:  # no memory or no room for another process
            return _End.DIED, None
        try:
            return self._attend(child)
        finally:
            self._child = None
            child.end()

    def _attend(self, child: Child) -> "tuple[_End, Source | None]":
        """Hand jobs to a child and hear it, as long as it lives and keeps on working."""
        sent: dict[int, Job] = {}
        at: Source | None = None
        deadline: float | None = None
        while True:
            with self._lock:
                if self._closing or self._restart:
                    return _End.WANTED, None
                if self._job.token and self._job.token not in sent:
                    child.send(Work(job=self._job, refused=self._suspects.refused(_sources(self._job))))
                    sent[self._job.token] = self._job
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            heard = wait([child.pipe, self._woken, child.sentinel], left)
            if self._woken in heard:
                self._woken.recv_bytes()
            if child.pipe in heard:
                try:
                    message = child.pipe.recv()
                except (EOFError, OSError):
                    return _End.DIED, at
                at, deadline = self._hear(message, sent)
            elif child.sentinel in heard:
                return _End.DIED, at
            elif deadline is not None and time.monotonic() >= deadline:
                return _End.HUNG, at

    def _hear(self, message: Any, sent: dict[int, Job]) -> tuple[Source | None, float | None]:
        """Pass on a word of the child; gives the image it is at now, and until when the next word is due."""
        if isinstance(message, Turned):
            sources = _sources(sent[message.token])
            for older in [token for token in sent if token < message.token]:
                del sent[older]  # the child never goes back, and a job may hold pasted pictures
            at = None if message.position == SCORING else sources[message.position]
            self._tell(Working(token=message.token, name=at.name if at else ""), message.token)
            return at, time.monotonic() + self._patience
        if isinstance(message, Outcome):
            if message.verification is not None:
                self._falls = 0
            self._tell(message, message.token)
        else:
            self._tell(message)
        return None, None

    def _mourn(self, end: _End, at: Source | None) -> None:
        """Tell of a child that was lost, and remember which image it was at."""
        _log.warning("the engine's child %s %s", end.name, "at an image" if at else "at no image")
        with self._lock:
            if at is None:
                self._falls += 1
            else:
                self._suspects.blame(at, hung=end is _End.HUNG)
            falls, message = self._falls, self._suspects.refused({0: at}).get(0) if at else None
        again = f"{at.name} closed the reader, which is started again to try once more." if at else _AGAIN
        self._tell(Lost(name=at.name if at else "", message=message or again))
        if at is None and falls == _FALLS_WITH_MODEL:
            self._tell(Unusable(message=_NO_MODEL))

    def _rest(self) -> None:
        """Without a child there are still answers, until another device is chosen or the engine is closed."""
        answered = 0
        self._tell(Unusable(message=_NO_ENGINE))
        while True:
            with self._lock:
                job, done = self._job, self._closing or self._restart
            if done:
                return
            if job.token != answered:
                answered = job.token
                self._tell(_unread(job), job.token)
            self._woken.recv_bytes()

    def _tell(self, event: Event, token: int | None = None) -> None:
        """Call the listener, unless the event belongs to a job that has been replaced."""
        with self._lock:
            if self._closing or (token is not None and token != self._job.token):
                return
        try:
            self._on_event(event)
        except Exception:  # a listener that fails must not end the engine
            _log.exception("a listener failed")


def _sources(job: Job) -> dict[int, Source]:
    """The images of a job by position: 0 the questioned signature, from 1 on the specimens."""
    specimens = {1 + index: source for index, source in enumerate(job.specimens)}
    return specimens if job.questioned is None else {0: job.questioned, **specimens}


def _unread(job: Job) -> Outcome:
    """The answer where nothing can be read at all."""
    specimens = tuple(Problem(name=source.name, message=_NO_ENGINE) for source in job.specimens)
    questioned = Problem(name=job.questioned.name, message=_NO_ENGINE) if job.questioned else None
    return Outcome(token=job.token, questioned=questioned, specimens=specimens, verification=None)
