"""A window without an engine's process, on no screen; whatever Qt complains of fails the test."""

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from sigverify.app import policy_of
from sigverify.domain import Source
from sigverify.errors import SettingsError
from sigverify.gui import theme
from sigverify.gui.background import Background
from sigverify.gui.window import MainWindow
from sigverify.settings import Settings
from tests.gui.drawing import save_signature
from tests.gui.fake_batches import FakeBatches
from tests.gui.fake_engine import FakeEngine

OF_NO_SCREEN = "This plugin does not support"  # what the offscreen platform says of itself


@pytest.fixture(scope="session")
def app() -> QApplication:
    made = QApplication.instance() or QApplication(["tests"])
    assert isinstance(made, QApplication)
    theme.install(made)
    return made


@pytest.fixture(autouse=True)
def qt_warnings(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collects what Qt complains of, and what fails in slots; either fails the test."""
    said: list[str] = []

    def listen(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            said.append(text)

    def fail(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        said.append(f"{kind.__name__}: {error}")

    before = qInstallMessageHandler(listen)
    monkeypatch.setattr(sys, "excepthook", fail)
    yield said
    settle()
    qInstallMessageHandler(before)
    assert [text for text in said if not text.startswith(OF_NO_SCREEN)] == []


@pytest.fixture(autouse=True)
def light(app: QApplication) -> Iterator[None]:
    theme.theme().use(theme.LIGHT)
    yield
    if theme.colours() is not theme.LIGHT:
        theme.theme().use(theme.LIGHT)


def settle(milliseconds: int = 0) -> None:
    """Let everything that is waiting happen."""
    if milliseconds:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@dataclass
class Desk:
    """A window with its fake engine, and what it kept."""

    window: MainWindow
    engine: FakeEngine
    kept: list[Settings] = field(default_factory=list)
    full: bool = False  # the disk

    def keep(self, settings: Settings) -> None:
        if self.full:
            raise SettingsError("The settings were not kept because the disk is full.")
        self.kept.append(settings)

    def drop_in(self, *paths: Path) -> None:
        """Bring files, not caring how."""
        self.window.page.take([Source.of_file(path) for path in paths], None)
        settle()


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(app: QApplication, tmp_path: Path) -> Iterator[MakeDesk]:
    desks: list[Desk] = []

    def make(
        settings: Settings | None = None,
        *,
        start: bool = True,
        size: tuple[int, int] = (1280, 720),
        batches: FakeBatches | None = None,
        **how: bool,
    ) -> Desk:
        engines: list[FakeEngine] = []

        def make_engine(on_event: Callable[..., None]) -> FakeEngine:
            engines.append(FakeEngine(on_event, **how))  # type: ignore[arg-type]
            return engines[0]

        background = Background(make_engine)
        samples = [save_signature(tmp_path / f"sample-{number}.png", 40, shake=number / 10) for number in range(4)]
        first, *rest = (Source.of_file(path) for path in samples)
        window = MainWindow(
            background,
            settings or Settings(),
            save=lambda kept: desk.keep(kept),
            policy_of=policy_of,
            samples=lambda _: (first, tuple(rest)),
            batches=batches or FakeBatches(),
        )
        desk = Desk(window, engines[0])
        desks.append(desk)
        window.resize(*size)
        window.show()
        if start:
            background.start()
        settle()
        return desk

    yield make
    for desk in desks:
        desk.full = False
        desk.window.close()
        desk.window.deleteLater()
    settle()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A window whose model is loaded."""
    return make_desk()


@pytest.fixture
def cheque(tmp_path: Path) -> Path:
    return save_signature(tmp_path / "cheque.png", 1)


@pytest.fixture
def cards(tmp_path: Path) -> list[Path]:
    return [save_signature(tmp_path / f"card-{number}.png", 1, shake=0.1 * (number + 1)) for number in range(3)]
