"""How files come in: dropped, pasted, opened, recent."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from sigverify.domain import Role
from sigverify.settings import Settings
from tests.gui.conftest import Desk, MakeDesk, settle
from tests.gui.drawing import save_signature, signature

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PLACE: Any = QPointF if PySide6.__version_info__ >= (6, 12) else QPoint  # what a drag's events are made with
ALL = COPY | Qt.DropAction.MoveAction


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag(target: QWidget, mime: QMimeData) -> QDragEnterEvent:
    middle = PLACE(target.rect().center())
    enter = QDragEnterEvent(middle, ALL, mime, LEFT, NONE)
    QApplication.sendEvent(target, enter)
    QApplication.sendEvent(target, QDragMoveEvent(middle, ALL, mime, LEFT, NONE))
    settle()
    return enter


def drop(target: QWidget, mime: QMimeData) -> QDropEvent:
    """A drop as a file manager makes it, that would let itself be taken for a move."""
    drag(target, mime)
    event = QDropEvent(QPointF(target.rect().center()), ALL, mime, LEFT, NONE)
    QApplication.sendEvent(target, event)
    settle()
    return event


def names(desk: Desk) -> tuple[str | None, list[str]]:
    comparison = desk.window.page.comparison
    questioned = comparison.questioned.name if comparison.questioned else None
    return questioned, [source.name for source in comparison.specimens]


def test_a_file_dropped_on_a_pane_goes_to_its_side(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    drop(desk.window.page.on_file, files(cards[0]))
    assert names(desk) == (None, ["card-0.png"])
    drop(desk.window.page.questioned.view, files(cheque))
    assert names(desk) == ("cheque.png", ["card-0.png"])
    assert desk.window.page.verdict.headline.text() == "ACCEPT"


@pytest.mark.parametrize("where", ["questioned", "on_file", "verdict"])
def test_two_files_at_once_fill_both_sides_wherever_they_land(
    desk: Desk, cheque: Path, cards: list[Path], where: str
) -> None:
    drop(getattr(desk.window.page, where), files(cheque, cards[0]))
    assert names(desk) == ("cheque.png", ["card-0.png"])


def test_several_files_dropped_on_file_are_specimens_of_the_same_person(
    desk: Desk, cheque: Path, cards: list[Path]
) -> None:
    drop(desk.window.page.questioned, files(cheque))
    drop(desk.window.page.on_file, files(*cards[:2]))
    drop(desk.window.page.on_file, files(cards[2], cards[0]))
    assert names(desk) == ("cheque.png", ["card-0.png", "card-1.png", "card-2.png"])


def test_a_file_dropped_between_the_panes_goes_to_the_empty_side(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    drop(desk.window.page.verdict, files(cheque))
    drop(desk.window.page.verdict, files(cards[0]))
    assert names(desk) == ("cheque.png", ["card-0.png"])


def test_a_drop_never_moves_the_clerks_file(desk: Desk, cheque: Path) -> None:
    assert drop(desk.window.page.questioned, files(cheque)).dropAction() == COPY
    assert cheque.exists()


def test_while_files_hover_the_panes_say_what_will_become_of_them(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    page = desk.window.page
    drag(page.verdict, files(cheque, *cards))
    assert "questioned" in page.questioned.cover.text
    assert "3 on file" in page.on_file.cover.text
    QApplication.sendEvent(desk.window, QDragLeaveEvent())
    assert (page.questioned.cover.text, page.on_file.cover.text) == ("", "")
    assert not page.questioned.cover.isVisible()


def test_the_cover_is_gone_after_the_drop(desk: Desk, cheque: Path) -> None:
    drop(desk.window.page.questioned, files(cheque))
    assert not desk.window.page.questioned.cover.isVisible()


@pytest.mark.parametrize("urls", [["https://example.org/signature.png"], []])
def test_nothing_is_taken_that_is_no_file(desk: Desk, urls: Sequence[str]) -> None:
    mime = QMimeData()
    mime.setText("a text")
    mime.setUrls([QUrl(url) for url in urls])
    assert not drag(desk.window.page.questioned, mime).isAccepted()
    assert desk.window.page.comparison.empty


def test_a_picture_dragged_out_of_another_program_is_taken(desk: Desk) -> None:
    mime = QMimeData()
    mime.setImageData(signature(3))
    drop(desk.window.page.on_file, mime)
    assert desk.window.page.on_file.view.has_image


def test_an_unusual_path_is_a_path_like_any_other(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "支票 2026, № 7 & co"
    folder.mkdir()
    drop(desk.window.page.questioned, files(save_signature(folder / "签名 扫描.png", 2)))
    assert desk.window.page.questioned.view.has_image
    assert "签名 扫描.png" in desk.window.windowTitle()


# the clipboard


def test_a_pasted_picture_fills_the_empty_sides_one_after_the_other(desk: Desk) -> None:
    for hand in (1, 2):
        QGuiApplication.clipboard().setImage(signature(hand))
        desk.window.paste()
        settle()
    comparison = desk.window.page.comparison
    assert comparison.complete
    assert comparison.questioned is not None
    assert comparison.questioned.data is not None
    assert comparison.questioned.data.startswith(b"BM")
    assert desk.window.page.questioned.view.has_image


def test_a_paste_goes_to_the_side_the_keyboard_is_at(desk: Desk) -> None:
    desk.window.activateWindow()
    desk.window.page.on_file.take_focus()
    settle()
    QGuiApplication.clipboard().setImage(signature(1))
    desk.window.paste()
    settle()
    assert desk.window.page.comparison.questioned is None
    assert len(desk.window.page.comparison.specimens) == 1


def test_copied_files_are_pasted_like_dropped_ones(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    QGuiApplication.clipboard().setMimeData(files(cheque, cards[0]))
    desk.window.paste()
    assert names(desk) == ("cheque.png", ["card-0.png"])


def test_a_clipboard_without_a_picture_is_said_and_changes_nothing(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("no picture")
    desk.window.paste()
    assert "no image" in desk.window.status.currentMessage()
    assert desk.window.page.comparison.empty


# dialogs and recent files


def test_the_open_dialogs_bring_files_to_their_sides(
    desk: Desk, cheque: Path, cards: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(cheque), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(card) for card in cards], ""))
    desk.window.page.questioned.header.open.click()
    desk.window.page.on_file.header.open.click()
    assert names(desk) == ("cheque.png", ["card-0.png", "card-1.png", "card-2.png"])


def test_a_dialog_left_without_a_file_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    desk.window.files.ask_questioned()
    assert desk.window.page.comparison.empty


def test_files_of_ones_own_are_remembered_and_offered_again(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, *cards)
    menu = desk.window.menus.recent_specimens
    assert [action.text().split("  ")[0] for action in menu.actions()] == ["card-0.png", "card-1.png", "card-2.png"]
    desk.window.page.clear()
    desk.window.menus.recent_questioned.actions()[0].trigger()
    desk.window.page.on_file.header.recent.menu().actions()[1].trigger()
    assert names(desk) == ("cheque.png", ["card-1.png"])
    desk.window.close()
    assert desk.kept[-1].recent_questioned == (str(cheque),)
    assert desk.kept[-1].recent_specimens[0] == str(cards[1])


def test_the_samples_are_shown_until_the_clerk_opens_files_of_their_own(desk: Desk, cheque: Path) -> None:
    desk.window.show_samples()
    settle()
    assert desk.window.page.comparison.samples
    assert desk.window.page.verdict.headline.text() == "ACCEPT"
    desk.window.close()
    assert desk.kept[-1].show_samples_at_start
    assert desk.kept[-1].recent_questioned == ()


def test_the_first_file_of_ones_own_takes_the_samples_away(desk: Desk, cheque: Path) -> None:
    desk.window.show_samples()
    drop(desk.window.page.questioned, files(cheque))
    assert names(desk) == ("cheque.png", [])
    desk.window.close()
    assert not desk.kept[-1].show_samples_at_start


def test_what_is_remembered_is_written_without_waiting_for_the_end(make_desk: MakeDesk, cheque: Path) -> None:
    desk = make_desk(Settings())
    desk.drop_in(cheque)
    settle(1000)
    assert desk.kept[-1].recent_questioned == (str(cheque),)


def test_a_full_disk_is_told_and_the_window_goes_on(desk: Desk, cheque: Path) -> None:
    desk.full = True
    desk.drop_in(cheque)
    settle(1000)
    assert any("disk is full" in text for text in desk.window.notices.texts)
    assert desk.window.page.pane_of(Role.QUESTIONED).view.has_image


def test_the_place_between_the_panes_belongs_to_neither(desk: Desk) -> None:
    page = desk.window.page
    assert page.role_at(page.questioned.geometry().center()) is Role.QUESTIONED
    assert page.role_at(page.on_file.geometry().center()) is Role.SPECIMEN
    assert page.role_at(QPoint(page.questioned.geometry().right() + 8, 40)) is None


def test_a_file_that_is_dropped_again_is_read_again(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0])
    before = len(desk.engine.jobs)
    save_signature(cheque, 12)
    old = desk.window.page.questioned.view.grab().toImage()
    drop(desk.window.page.questioned, files(cheque))
    assert len(desk.engine.jobs) == before + 1
    assert desk.window.page.questioned.view.grab().toImage() != old
