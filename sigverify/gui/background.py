"""The only place where the engine's process and its reader thread meet Qt."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from sigverify.domain import Policy, Source
from sigverify.messages import Event, Lost, Outcome, Ready, Unusable, Working


class EngineLike(Protocol):
    """What the window asks of an engine; `sigverify.engine.Engine` is one."""

    def start(self) -> None:
        """Begin to load the model; returns at once."""

    def submit(
        self, questioned: Source | None, specimens: Sequence[Source], policy: Policy | None, *, stages: bool = False
    ) -> int:
        """Ask for these images; returns the token that the answer will carry."""

    def use_device(self, device: str) -> None:
        """Load the model anew on another device."""

    def close(self) -> None:
        """End the child process; it is gone when this returns."""


EngineMaker = Callable[[Callable[[Event], None]], EngineLike]


class Background(QObject):
    """Turns the engine's events, which come from its reader thread, into signals of the window's thread."""

    ready = Signal(object)  # Ready
    unusable = Signal(object)  # Unusable
    working = Signal(object)  # Working
    outcome = Signal(object)  # Outcome, of the newest job only
    lost = Signal(object)  # Lost
    _arrived = Signal(object)

    def __init__(self, make_engine: EngineMaker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._token: int | None = None
        self._open = True
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._engine = make_engine(self._arrived.emit)

    def start(self) -> None:
        """Begin to load the model."""
        self._engine.start()

    def submit(
        self, questioned: Source | None, specimens: Sequence[Source], policy: Policy | None, *, stages: bool = False
    ) -> None:
        """Replace the job by this one; answers to older jobs are no longer heard."""
        if self._open:
            self._token = self._engine.submit(questioned, specimens, policy, stages=stages)

    def use_device(self, device: str) -> None:
        """Load the model anew on another device."""
        if self._open:
            self._engine.use_device(device)

    def close(self) -> None:
        """End the engine and hear nothing more of it; safe to call twice."""
        self._open = False
        self._engine.close()

    @Slot(object)
    def _pass_on(self, event: Event) -> None:
        if not self._open:
            return
        match event:
            case Ready():
                self.ready.emit(event)
            case Unusable():
                self.unusable.emit(event)
            case Lost():
                self.lost.emit(event)
            case Working() if event.token == self._token:
                self.working.emit(event)
            case Outcome() if event.token == self._token:
                self.outcome.emit(event)
