"""The engine's child process: reads, normalises and scores what its parent asks for, and ends when the parent does."""

import faulthandler
import logging
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sigverify import logs
from sigverify.domain import Problem, Source
from sigverify.errors import ModelError, ReadingError, Superseded
from sigverify.messages import Device, Job, Outcome, Ready, Stage, Unusable

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sigverify.locators import Locates
    from sigverify.looking import Look
    from sigverify.model.embedding import Embedder
    from sigverify.verifier import Verifier

SCORING: Final = -1  # position: past the images; 0 is the questioned signature, 1 the first specimen, and so on
STAGE_LONGEST: Final = 1600  # pixels; what a window shows of a stage
_GRACE: Final = 10.0  # seconds past the parent's patience, after which a hung child ends itself

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a child is told when it is started."""

    weights: Path | None  # None: show images only
    device: str
    patience: float  # seconds at one image before the parent gives the child up
    started: float = field(default_factory=time.time)  # seconds since the epoch


@dataclass(frozen=True, kw_only=True)
class Work:
    """A job, and the images in it that brought a child down before: position and what to say of them."""

    job: Job
    refused: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Turned:
    """The child has turned to an image of a job, or to `SCORING`; from here on the parent's patience counts."""

    token: int
    position: int


def serve(pipe: "Connection[Any, Any]", plan: Plan) -> None:
    """Work until the parent closes the pipe or is gone. The target of the child process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the parent
    logs.configure("engine")
    desk = _Desk()
    threading.Thread(target=_listen, args=(pipe, desk), daemon=True, name="listen").start()
    from sigverify.verifier import Verifier  # here, for it imports cv2 and the parent imports this file

    if plan.weights is not None:
        threading.Thread(target=_load, args=(plan, desk), daemon=True, name="load").start()
    try:
        _Worker(pipe, desk, Verifier(), plan).run()
    except Exception:
        _log.exception("the engine's child ends")  # multiprocessing would only print it
        raise


class _Desk:
    """Where the newest job and the loaded model are laid for the worker; an older job is swept off."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._work: Work | None = None
        self._model: _Loaded | Unusable | None = None

    def lay(self, news: "Work | _Loaded | Unusable") -> None:
        with self._changed:
            if isinstance(news, Work):
                self._work = news
            else:
                self._model = news
            self._changed.notify()

    def take(self) -> "tuple[Work | None, _Loaded | Unusable | None]":
        """Wait for news and take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._work or self._model)
            taken = self._work, self._model
            self._work = self._model = None
            return taken

    @property
    def has_newer(self) -> bool:
        with self._changed:
            return self._work is not None


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    embedder: "Embedder"
    devices: tuple[Device, ...]
    locator: "Locates | None" = None


class _Worker:
    """The child's main thread."""

    def __init__(self, pipe: "Connection[Any, Any]", desk: _Desk, verifier: "Verifier", plan: Plan) -> None:
        self._pipe = pipe
        self._desk = desk
        self._verifier = verifier
        self._plan = plan
        self._ready = False
        self._nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (open as long as the process)

    def run(self) -> None:
        waiting: Work | None = None  # shown already, to be verified when the model is loaded
        while True:
            work, model = self._desk.take()
            if model is not None:
                self._welcome(model)
                work = work or (waiting if self._ready else None)
            if work is None:
                continue
            try:
                waiting = None if self._answer(work) else work
            except Superseded:
                waiting = None
            finally:
                faulthandler.cancel_dump_traceback_later()

    def _welcome(self, model: _Loaded | Unusable) -> None:
        if isinstance(model, Unusable):
            self._pipe.send(model)
            return
        self._verifier.equip(model.embedder, model.locator)
        self._ready = True
        seconds = time.time() - self._plan.started
        card = model.embedder.card
        self._pipe.send(Ready(card=card, device=model.embedder.device, devices=model.devices, seconds=seconds))

    def _answer(self, work: Work) -> bool:
        """Send the outcome of a job; False when it could be verified but for the model."""
        job = work.job
        questioned = self._seen(work, 0, job.questioned) if job.questioned else None
        specimens = [self._seen(work, 1 + index, source) for index, source in enumerate(job.specimens)]
        usable = [look for look in specimens if not isinstance(look, Problem)]
        complete = questioned is not None and not isinstance(questioned, Problem) and bool(usable)
        verification = None
        if self._ready and complete:
            assert questioned is not None
            assert not isinstance(questioned, Problem)
            self._turn(job, SCORING)
            questioned = self._chosen(job, questioned, usable)
            verification = self._verifier.judge(questioned, usable, job.policy)
        outcome = Outcome(
            token=job.token,
            questioned=_shown(questioned) if questioned else None,
            specimens=tuple(_shown(look) for look in specimens),
            verification=verification,
            stages=self._stages(job) if job.stages and not isinstance(questioned, Problem) else (),
        )
        self._pipe.send(outcome)
        return self._ready or not complete

    def _chosen(self, job: Job, first: "Look", specimens: "list[Look]") -> "Look":
        """The place on a cheque that is most like the specimens; the surest one where the file has gone meanwhile."""
        assert job.questioned is not None
        try:
            return self._verifier.choose(first, job.questioned, specimens, job.policy)
        except ReadingError:
            return first

    def _stages(self, job: Job) -> tuple[Stage, ...]:
        if job.questioned is None:
            return ()
        self._turn(job, 0)
        try:
            stages = self._verifier.stages(job.questioned, longest=STAGE_LONGEST)
        except ReadingError:  # it could be read a moment ago
            return ()
        return tuple(Stage(name=name, png=png) for name, png in stages)

    def _seen(self, work: Work, position: int, source: Source) -> "Look | Problem":
        if position in work.refused:
            return Problem(name=source.name, message=work.refused[position])
        self._turn(work.job, position)
        try:
            return self._verifier.look(source)
        except ReadingError as error:
            return Problem(name=source.name, message=str(error))

    def _turn(self, job: Job, position: int) -> None:
        if self._desk.has_newer:
            raise Superseded
        # The parent kills a child that hangs. Should the parent be gone, and the hung decoder hold the interpreter
        # so that the listening thread cannot notice, this timer of the C runtime still ends the process.
        faulthandler.dump_traceback_later(self._plan.patience + _GRACE, exit=True, file=self._nowhere)
        self._pipe.send(Turned(token=job.token, position=position))


def _shown(look: "Look | Problem") -> Any:
    return look if isinstance(look, Problem) else look.view


def _listen(pipe: "Connection[Any, Any]", desk: _Desk) -> None:
    """Lay what the parent sends on the desk; the pipe's end is the end of the process, whatever it is doing."""
    while True:
        try:
            work = pipe.recv()
        except (EOFError, OSError):
            os._exit(0)  # nothing is left to be told or kept, and a decoder may be at work in the main thread
        desk.lay(work)


def _load(plan: Plan, desk: _Desk) -> None:
    """Import torch and load the model, which takes seconds, while images are already served."""
    try:
        desk.lay(_loaded(plan))
    except ModelError as error:
        desk.lay(Unusable(message=str(error)))
    except Exception as error:  # a driver, a library or memory; the images can still be shown
        _log.exception("the model could not be loaded")
        kind = type(error).__name__
        message = f"The model could not be loaded ({kind}). Choose the CPU in the settings, or reinstall sigverify."
        desk.lay(Unusable(message=message))


def _loaded(plan: Plan) -> _Loaded:
    from sigverify.model.devices import find_devices
    from sigverify.model.embedding import Embedder
    from sigverify.preprocess.normalising import fingerprint

    assert plan.weights is not None
    embedder = Embedder.load(plan.weights, device=plan.device, fingerprint=fingerprint())
    devices = tuple(
        Device(key=found.key, label=found.label, available=found.available, note=found.note) for found in find_devices()
    )
    return _Loaded(embedder=embedder, locator=_locator(), devices=devices)


def _locator() -> "Locates | None":
    """The network that searches cheques; without it signatures alone, and those in a person's box, are still judged."""
    from sigverify.locators import load_locator

    try:
        return load_locator()
    except ModelError:
        _log.exception("the locator could not be loaded")
        return None
