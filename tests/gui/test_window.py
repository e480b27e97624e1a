"""The window as a whole: its engine, its status, its notices, its end."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget

from sigverify.errors import SigverifyError
from sigverify.gui.about_model import AboutModel, card_page
from sigverify.gui.keys import Keys
from sigverify.settings import Settings
from tests.gui.conftest import Desk, MakeDesk, settle
from tests.gui.drawing import save_signature
from tests.gui.fake_engine import card


def test_the_status_bar_tells_model_device_and_time(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0])
    status = desk.window.status
    assert "loaded in 2.9 s" in status.state.text()
    assert status.model.text() == "Model thin-resnet-2026.11"
    assert status.device.text() == "CPU, 2 threads"
    assert status.time.text() == "21 ms"
    assert "network 5.4 ms" in status.time.toolTip()


def test_while_the_model_loads_the_status_bar_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk(start=False)
    assert "Loading" in desk.window.status.state.text()
    assert not desk.window.menus.about_model.isEnabled()


def test_closing_while_it_works_leaves_no_engine_behind(make_desk: MakeDesk, cheque: Path, cards: list[Path]) -> None:
    desk = make_desk(answers_at_once=False)
    desk.drop_in(cheque, cards[0])
    assert desk.window.close()
    assert desk.engine.closed
    desk.engine.answer()
    desk.engine.become_ready()
    settle()
    assert not desk.window.page.questioned.view.has_image


def test_the_place_of_the_window_is_kept_for_the_next_start(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.window.resize(1234, 777)
    settle()
    desk.window.close()
    again = make_desk(Settings(window_geometry=desk.kept[-1].window_geometry), size=(1234, 777))
    assert (again.window.width(), again.window.height()) == (1234, 777)


def test_a_damaged_place_does_not_keep_the_window_from_opening(make_desk: MakeDesk) -> None:
    assert make_desk(Settings(window_geometry="no place ✗")).window.isVisible()


def test_a_file_that_brings_the_engine_down_is_named_and_the_clerk_goes_on(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(answers_at_once=False)
    desk.drop_in(cheque, cards[0])
    desk.engine.lose("cheque.png", "cheque.png closed the reader, which is started again to try once more.")
    settle()
    assert "cheque.png closed the reader" in desk.window.notices.texts[0]
    assert "Starting the reader again" in desk.window.page.verdict.accessibleDescription()
    assert desk.window.notices.isVisible()
    desk.engine.become_ready()
    settle()
    assert desk.window.page.verdict.headline.text() == "ACCEPT"
    assert "Ready" in desk.window.status.state.text()


def test_a_notice_is_put_away_by_its_cross(desk: Desk) -> None:
    notices = desk.window.notices
    notices.say("The settings were damaged, so the defaults are used.")
    notices.say("The settings were damaged, so the defaults are used.")
    assert len(notices.texts) == 1
    notices._notices[0].cross.click()
    settle()
    assert notices.texts == []
    assert not notices.isVisible()


def test_of_many_notices_the_newest_are_shown(desk: Desk) -> None:
    for number in range(5):
        desk.window.notices.say(f"notice {number}")
    assert desk.window.notices.texts == ["notice 2", "notice 3", "notice 4"]


def test_missing_samples_are_told(desk: Desk) -> None:
    def missing(_: bool) -> None:
        raise SigverifyError("The sample signatures are missing.")

    desk.window._samples = missing  # type: ignore[assignment]
    desk.window.show_samples()
    assert desk.window.notices.texts == ["The sample signatures are missing."]


def test_every_shortcut_stands_in_a_menu_once(desk: Desk) -> None:
    shown = []
    for top in desk.window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        shown += [action.shortcut().toString() for action in menu.actions() if not action.shortcut().isEmpty()]
    assert sorted(shown) == sorted(key.sequence.toString() for key in Keys)


def test_the_model_card_can_be_read(desk: Desk) -> None:
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    settle()
    dialog = desk.window.dialogs.shown
    assert isinstance(dialog, AboutModel)
    text = dialog.text.toPlainText()
    for part in ("thin-resnet-2026.11", card().sha256, "0.680", "of 1200", "Drawn writers", "own work", "finger"):
        assert part in text
    for part in ("speaks moderately for the same writer", "0.28 to 0.48", "1100 genuine trials", "Cllr 0.310 on those"):
        assert part in text


def test_a_card_without_a_calibration_says_so() -> None:
    import dataclasses

    assert "has no calibration" in card_page(dataclasses.replace(card(), calibration=None))


def test_what_a_card_says_is_text_and_nothing_else() -> None:
    import dataclasses

    page = card_page(dataclasses.replace(card(), terms="<img src='x'> & more"))
    assert "&lt;img src=&#x27;x&#x27;&gt; &amp; more" in page


def test_about_says_what_this_is(desk: Desk) -> None:
    desk.window.dialogs.open_about()
    settle()
    assert desk.window.dialogs.shown is not None
    desk.window.dialogs.shown.close()
    settle()
    assert desk.window.dialogs.shown is None


def texts_cut_off(window: QWidget) -> list[str]:
    """Labels and buttons that have not the room that their text needs."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QPushButton) or not widget.text():
            continue
        if type(widget).__name__ == "ShortLabel":
            continue  # shortens itself
        needed = widget.minimumSizeHint()
        high = (
            widget.heightForWidth(widget.width())
            if isinstance(widget, QLabel) and widget.wordWrap()
            else needed.height()
        )
        if widget.width() < needed.width() or widget.height() < high:
            found.append(f"{widget.text()} {widget.size()} {needed} {high}")
    return found


@pytest.mark.parametrize("size", [(1200, 656), (1280, 720), (1440, 900), (1920, 1080)])
@pytest.mark.parametrize("state", ["accept", "flag", "cannot judge", "same", "problem", "empty", "loading"])
def test_no_text_is_cut_off_at_any_size(
    make_desk: MakeDesk, cheque: Path, cards: list[Path], size: tuple[int, int], state: str
) -> None:
    desk = make_desk(start=state != "loading", size=size)
    desk.engine.distances = {"card-0.png": 0.9, "card-1.png": 0.97} if state == "flag" else {}
    first = {"cannot judge": "clipped and faint.png", "problem": "broken.png"}.get(state)
    questioned = save_signature(cheque.with_name(first), 3) if first else cheque
    specimens = [cheque, save_signature(cheque.with_name("blank.png"), 2)] if state == "same" else cards
    if state != "empty":
        desk.drop_in(questioned, *specimens)
    settle(20)
    assert desk.window.size().toTuple() == size
    assert texts_cut_off(desk.window) == []


class Stalls(QObject):
    """Counts what a paint costs the window by how many paints there are, not by the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.painted += event.type() == QEvent.Type.Paint
        return False


def test_a_window_at_rest_does_not_paint(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0])
    settle(150)
    counter = Stalls()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(counter)
    settle(300)
    app.removeEventFilter(counter)
    assert counter.painted == 0


def test_it_is_settled_when_there_is_a_verdict_or_there_will_be_none(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(start=False)
    told: list[bool] = []
    desk.window.settled.connect(told.append)
    desk.drop_in(cheque, cards[0])
    assert told == []
    desk.engine.become_ready()
    settle()
    assert told[-1] is True
    cheque.write_text("no image")
    desk.drop_in(cheque)
    assert told[-1] is False


def test_data_sets_stand_side_by_side_and_unlike_things_one_below_the_other() -> None:
    import dataclasses

    results = {"test": {"EER %": {"set A": {"writers": 4, "skilled": 6.5}, "set B": {"writers": 5}}, "note": "of 9"}}
    recipe = {"steps": 100, "loss": {"kind": "double margin"}, "augment": {"shear": 0.2}}
    page = card_page(dataclasses.replace(card(), results=results, recipe=recipe))
    assert page.count("<td") > 0
    rows = [row for row in page.split("<tr>") if ">skilled<" in row or ">shear<" in row]
    assert [row.count("<td") for row in rows] == [3, 2]
    for heading in ("<h4>test</h4>", "<h4>EER %</h4>", "<h4>loss</h4>"):
        assert heading in page
