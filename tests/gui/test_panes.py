"""The two sides: thumbnails, pages, swap, clear, keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.conftest import Desk, settle
from tests.gui.drawing import save_signature

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def three(desk: Desk, cheque: Path, cards: list[Path]) -> Desk:
    desk.drop_in(cheque, *cards)
    desk.window.activateWindow()
    settle()
    return desk


def names(desk: Desk) -> list[str]:
    return [source.name for source in desk.window.page.comparison.specimens]


def key(desk: Desk, pressed: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or desk.window, pressed, held)
    settle()


def test_a_thumbnail_is_taken_away_by_its_cross(three: Desk) -> None:
    QTest.mouseClick(three.window.page.on_file.strip.thumbnails[1].cross, LEFT)
    settle()
    assert names(three) == ["card-0.png", "card-2.png"]
    assert len(three.window.page.on_file.strip.thumbnails) == 2
    assert three.engine.jobs[-1][1] == three.window.page.comparison.specimens


def test_a_thumbnail_is_taken_away_by_the_delete_key(three: Desk) -> None:
    strip = three.window.page.on_file.strip
    QTest.mouseClick(strip.thumbnails[2], LEFT)
    strip.thumbnails[2].setFocus()
    key(three, Qt.Key.Key_Delete)
    assert names(three) == ["card-0.png", "card-1.png"]


def test_the_arrow_keys_choose_among_the_thumbnails(three: Desk) -> None:
    page = three.window.page
    QTest.mouseClick(page.on_file.strip.thumbnails[0], LEFT)
    page.on_file.strip.thumbnails[0].setFocus()
    key(three, Qt.Key.Key_Right)
    assert page.on_file.chosen == 1
    assert "card-1.png" in page.on_file.header.detail.text()
    assert page.on_file.strip.thumbnails[1].hasFocus()


def test_the_delete_key_on_the_other_side_takes_the_questioned_signature_away(three: Desk) -> None:
    three.window.page.questioned.take_focus()
    key(three, Qt.Key.Key_Delete)
    assert three.window.page.comparison.questioned is None
    assert len(names(three)) == 3


def test_with_the_keyboard_at_neither_side_the_delete_key_takes_nothing_away(three: Desk) -> None:
    three.window.page.setFocus()
    key(three, Qt.Key.Key_Delete)
    assert three.window.page.comparison.complete


def test_removing_the_last_thumbnail_leaves_an_inviting_pane(desk: Desk, cards: list[Path]) -> None:
    page = desk.window.page
    page.change(page.comparison)
    desk.drop_in(cards[0])
    page.swap()
    settle()
    page.on_file.strip.thumbnails[0].removed.emit()
    settle()
    assert page.on_file.stack.currentWidget() is page.on_file.hint
    assert not page.on_file.strip.isVisible()


def test_a_specimen_that_comes_later_is_shown_large(three: Desk, tmp_path: Path) -> None:
    page = three.window.page
    page.change(page.comparison.with_specimens([_source(save_signature(tmp_path / "late.png", 8))]))
    settle()
    assert page.on_file.chosen == 3
    assert "4 of 4" in page.on_file.header.detail.text()


def test_swap_exchanges_the_questioned_signature_and_the_chosen_specimen(three: Desk) -> None:
    page = three.window.page
    page.on_file.choose(1)
    key(three, Qt.Key.Key_E, CTRL)
    assert page.comparison.questioned is not None
    assert page.comparison.questioned.name == "card-1.png"
    assert names(three) == ["card-0.png", "cheque.png", "card-2.png"]
    page.verdict.swap.click()
    assert names(three) == ["card-0.png", "card-1.png", "card-2.png"]


def test_clear_empties_both_sides(three: Desk) -> None:
    key(three, Qt.Key.Key_L, CTRL)
    assert three.window.page.comparison.empty
    assert three.window.page.questioned.stack.currentWidget() is three.window.page.questioned.hint
    assert three.window.windowTitle() == "sigverify"


def test_another_page_of_a_file_of_several_pages_can_be_looked_at(
    desk: Desk, tmp_path: Path, cards: list[Path]
) -> None:
    desk.drop_in(save_signature(tmp_path / "pages.png", 6), cards[0])
    stepper = desk.window.page.questioned.header.stepper
    assert stepper.isVisible()
    assert stepper.label.text() == "Page 1 of 3"
    assert not stepper.before.isEnabled()
    stepper.after.click()
    settle()
    assert stepper.label.text() == "Page 2 of 3"
    desk.window.activateWindow()
    key(desk, Qt.Key.Key_PageDown, CTRL)
    assert stepper.label.text() == "Page 3 of 3"
    stepper.step(1)
    assert desk.window.page.comparison.questioned is not None
    assert desk.window.page.comparison.questioned.page == 2
    assert not stepper.after.isEnabled()


def test_a_file_of_one_page_has_no_page_choice(three: Desk) -> None:
    assert not three.window.page.questioned.header.stepper.isVisible()


def test_a_new_answer_does_not_undo_the_clerks_zoom(three: Desk) -> None:
    view = three.window.page.questioned.view
    view.zoom_in()
    zoomed = view.scale
    three.window.page.on_file.strip.thumbnails[0].removed.emit()
    settle()
    assert view.scale == zoomed


def test_both_images_zoom_together_unless_the_keyboard_is_at_one(three: Desk) -> None:
    page = three.window.page
    page.setFocus()
    fitted = page.questioned.view.scale, page.on_file.view.scale
    key(three, Qt.Key.Key_Plus, CTRL)
    assert page.questioned.view.scale > fitted[0]
    assert page.on_file.view.scale > fitted[1]
    page.on_file.take_focus()
    key(three, Qt.Key.Key_0, CTRL)
    assert page.questioned.view.scale > fitted[0]
    assert page.on_file.view.scale == fitted[1]


def test_alt_and_a_number_bring_the_keyboard_to_a_side(three: Desk) -> None:
    page = three.window.page
    key(three, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert page.on_file.active
    assert not page.questioned.active
    key(three, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert page.questioned.active


def test_every_control_can_be_reached_by_the_tab_key_and_has_a_name(three: Desk) -> None:
    three.window.page.setFocus()
    reached: list[QWidget] = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget() or three.window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in reached:
            break
        reached.append(now)
    page = three.window.page
    wanted = [page.questioned.header.open, page.questioned.view, page.on_file.header.open, page.on_file.view]
    wanted += [page.on_file.strip.thumbnails[0], page.verdict.swap, page.verdict.clear, page.verdict.settings]
    places = [reached.index(widget) for widget in wanted]
    assert places == sorted(places)
    for widget in reached:
        assert widget.accessibleName(), widget


def test_the_size_of_the_ink_is_told_in_millimetres_where_the_scan_says_its_resolution(three: Desk) -> None:
    detail = three.window.page.questioned.network.detail.text()
    view = three.window.page.questioned.items[0].result
    assert view is not None
    assert "mm" in detail
    assert "200 dpi" in three.window.page.questioned.header.detail.text()


def _source(path: Path) -> object:
    from sigverify.domain import Source

    return Source.of_file(path)
