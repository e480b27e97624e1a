"""The window with a real child process (and a quick network in it)."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sigverify.app import policy_of
from sigverify.domain import Source
from sigverify.engine import Engine
from sigverify.gui.background import Background
from sigverify.gui.symbol import Sign
from sigverify.gui.window import MainWindow
from sigverify.preprocess.reading import encode_png
from sigverify.settings import Settings
from tests import engine_children
from tests.cheques import cheque as drawn_cheque
from tests.gui.conftest import settle

ENOUGH = 60.0  # seconds until a test is given up


class Room:
    """A window, its engine, and the time to wait for what they do together."""

    def __init__(self, child: Callable[..., None], patience: float = 15.0) -> None:
        engines: list[Engine] = []

        def make(on_event: Callable[..., None]) -> Engine:
            engines.append(Engine(on_event, child=child, patience=patience))
            return engines[0]

        background = Background(make)
        self.engine = engines[0]
        self.window = MainWindow(
            background,
            Settings(),
            save=lambda _: None,
            policy_of=policy_of,
            samples=lambda _: (Source.of_file("x"), ()),
        )
        self.window.resize(1280, 720)
        self.window.show()
        background.start()

    def wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + ENOUGH
        while not until():
            assert time.monotonic() < end, self.window.page.verdict.accessibleDescription()
            settle(10)

    def take(self, *paths: Path) -> None:
        self.window.page.take([Source.of_file(path) for path in paths], None)

    @property
    def sign(self) -> Sign:
        return self.window.page.verdict.verdict.sign


@pytest.fixture
def room(app: QApplication) -> Iterator[Callable[..., Room]]:
    rooms: list[Room] = []

    def make(child: Callable[..., None], **how: float) -> Room:
        rooms.append(Room(child, **how))
        return rooms[-1]

    yield make
    for each in rooms:
        each.window.close()
        each.window.deleteLater()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_two_files_are_read_and_judged_by_the_child(room: Callable[..., Room], cheque: Path, cards: list[Path]) -> None:
    desk = room(engine_children.quick)
    desk.take(cheque, *cards)
    desk.wait(lambda: desk.sign in (Sign.ACCEPT, Sign.FLAG))
    assert desk.window.page.questioned.view.has_image
    assert len(desk.window.page.verdict.bar.reading.ticks) == 3
    assert desk.window.status.time.text().endswith("ms")


def test_the_score_follows_a_box_that_keys_move_on_a_cheque(
    room: Callable[..., Room], tmp_path: Path, cards: list[Path], home: Path
) -> None:
    whole = tmp_path / "whole.png"
    whole.write_bytes(encode_png(drawn_cheque(20, 33)))
    desk = room(engine_children.searches)
    desk.take(whole, cards[0])
    view = desk.window.page.questioned.view
    desk.wait(lambda: view.has_image)
    (home / "loaded").touch()
    desk.wait(lambda: view.marks.box is not None and desk.sign in (Sign.ACCEPT, Sign.FLAG))
    before = desk.window.page.verdict.bar.reading.distance
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(8):
        QTest.keyClick(view, Qt.Key.Key_Right)
    moved = view.marks.box
    desk.wait(lambda: desk.window.page.verdict.bar.reading.distance not in (before, None))
    assert view.marks.box == moved
    desk.window.page.questioned.box_back()
    desk.wait(lambda: desk.window.page.verdict.bar.reading.distance == before)
    assert view.marks.box != moved


def test_closing_in_the_middle_of_a_scoring_leaves_no_process(
    room: Callable[..., Room], cheque: Path, cards: list[Path]
) -> None:
    desk = room(engine_children.stuck_in_scoring, patience=600.0)
    desk.take(cheque, cards[0])
    desk.wait(lambda: "Comparing" in desk.window.status.state.text())
    pid = desk.engine.pid
    assert pid is not None
    assert alive(pid)
    desk.window.close()
    assert not alive(pid)


def test_a_file_that_crashes_the_reader_is_named_in_its_pane_and_the_clerk_goes_on(
    room: Callable[..., Room], cheque: Path, cards: list[Path]
) -> None:
    desk = room(engine_children.quick)
    desk.take(cheque.with_name("crashes.png"), cards[0])
    page = desk.window.page
    desk.wait(lambda: page.questioned.stack.currentWidget() is page.questioned.problem)
    assert "crashes.png" in page.questioned.problem.lines.text()
    assert any("crashes.png" in text for text in desk.window.notices.texts)
    desk.take(cheque)
    desk.wait(lambda: desk.sign in (Sign.ACCEPT, Sign.FLAG))


def test_a_text_named_png_is_told_with_a_remedy(room: Callable[..., Room], cheque: Path, cards: list[Path]) -> None:
    desk = room(engine_children.quick)
    cheque.write_text("no image")
    desk.take(cheque, cards[0])
    page = desk.window.page
    desk.wait(lambda: page.questioned.stack.currentWidget() is page.questioned.problem)
    assert "cheque.png" in page.questioned.problem.lines.text()


def test_unusable_weights_are_told_and_images_still_shown(room: Callable[..., Room], cheque: Path) -> None:
    desk = room(engine_children.refuses)
    desk.take(cheque)
    desk.wait(lambda: desk.window.page.questioned.view.has_image and desk.sign is Sign.PROBLEM)
    assert "not those that their card describes" in desk.window.page.verdict.sentence.text()
