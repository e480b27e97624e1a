"""A whole cheque on the questioned side: the box found, corrected by mouse and by keys, and what follows it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sigverify.domain import Box, Decision, Point, Role, Seek
from sigverify.gui import theme
from sigverify.gui.boxing import PACE, STALE
from sigverify.gui.cheque_view import ChequeView
from sigverify.gui.marks import SMALLEST, handle_points
from sigverify.gui.stages_dialog import StagesDialog
from sigverify.gui.symbol import Sign
from sigverify.gui.verdict_card import SMALLEST as SMALLEST_CARD
from tests.gui.conftest import Desk, MakeDesk, settle
from tests.gui.drawing import PLACES, save_cheque, save_signature

LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
SECOND, FIRST = PLACES
FREE: Point = (300, 60)  # of the page: nothing is there


class AtCheque:
    """The questioned pane with a cheque in it, and a hand on mouse and keys; points are pixels of the page."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pane = desk.window.page.questioned
        self.view: ChequeView = self.pane.view

    @property
    def box(self) -> Box | None:
        return self.view.marks.box

    @property
    def asked(self) -> Box | None:
        """The box in the job that the engine was given last."""
        questioned = self.desk.engine.jobs[-1][0]
        assert questioned is not None
        return questioned.box

    @property
    def words(self) -> str:
        return self.pane.line.words.text()

    def at(self, point: Point) -> QPoint:
        return self.view.page_on_screen(point).toPoint()

    def drag(self, start: Point, end: Point, held: Qt.KeyboardModifier = NONE, *, release: bool = True) -> None:
        QTest.mousePress(self.view, LEFT, held, self.at(start))
        for part in (0.25, 0.5, 0.75, 1.0):
            between = start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
            QTest.mouseMove(self.view, self.at(between))
        if release:
            QTest.mouseRelease(self.view, LEFT, held, self.at(end))
        settle()

    def click(self, point: Point) -> None:
        QTest.mouseClick(self.view, LEFT, NONE, self.at(point))
        settle()

    def key(self, pressed: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.desk.window, pressed, held)
        settle()

    def wait(self) -> None:
        settle(PACE + 60)


Bring = Callable[..., AtCheque]


@pytest.fixture
def bring(make_desk: MakeDesk, tmp_path: Path, cards: list[Path]) -> Bring:
    """A window with a cheque and a specimen in it."""

    def at(name: str = "whole.png", signed: int = 1, **how: bool) -> AtCheque:
        desk = make_desk(**how)
        desk.drop_in(save_cheque(tmp_path / name, signed), cards[0])
        desk.window.activateWindow()
        settle()
        return AtCheque(desk)

    return at


def middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def near(box: Box | None, wanted: Box, by: int = 3) -> bool:
    """Within what one pixel of the screen is on the page, and rounding."""
    return box is not None and all(abs(a - b) <= by for a, b in zip(box, wanted, strict=True))


# what is found


def test_a_cheque_is_searched_and_the_signature_found_is_scored(bring: Bring) -> None:
    at = bring()
    questioned = at.desk.window.page.comparison.questioned
    assert questioned is not None
    assert questioned.seek is Seek.AUTO
    assert at.box == FIRST
    assert at.words == "Signature found"
    assert at.desk.window.page.verdict.verdict.judged
    assert not at.pane.line.back.isVisible()


def test_the_signature_is_shown_cleaned_beside_the_cheque_and_the_networks_frame(bring: Bring) -> None:
    network = bring().pane.network
    assert network.signature.isVisible()
    assert network.signature.image is not None
    assert network.frame.image is not None


def test_a_signature_alone_is_shown_as_before(bring: Bring, cheque: Path) -> None:
    at = bring()
    at.desk.window.page.take([_source(cheque)], Role.QUESTIONED)
    settle()
    assert not at.pane.line.isVisible()
    assert not at.pane.network.signature.isVisible()
    assert at.box is None


def test_the_box_in_force_is_drawn_on_the_cheque_in_both_themes(bring: Bring) -> None:
    at = bring()
    for colours in (theme.LIGHT, theme.DARK):
        theme.theme().use(colours)
        settle()
        image = at.view.grab().toImage()
        edge = at.view.box_on_screen(FIRST)
        across = [
            image.pixelColor(QPoint(round(edge.left()) + aside, round(edge.top()) + round(edge.height() / 4)))
            for aside in (-1, 0, 1)
        ]
        assert QColor(theme.LIGHT.accept) in across


def test_an_unsigned_cheque_cannot_be_judged_and_asks_for_a_box(bring: Bring) -> None:
    at = bring("whole unsigned.png", 0)
    assert at.words == "No signature found: draw a box around it"
    assert at.desk.window.page.verdict.verdict.sign is Sign.CANNOT_JUDGE
    at.drag((500, 310), (790, 430), SHIFT)
    at.wait()
    assert near(at.asked, (500, 310, 790, 430))
    assert at.desk.window.page.verdict.verdict.judged
    assert at.desk.window.page.verdict.verdict.sign is not Sign.CANNOT_JUDGE


def test_where_nothing_is_sure_doubtful_places_are_offered(bring: Bring) -> None:
    at = bring("whole unsigned doubtful.png", 0)
    assert at.words == "No signature found: choose a place or draw a box"
    assert at.desk.window.page.verdict.verdict.sign is Sign.CANNOT_JUDGE
    assert [button.isVisible() for button in at.pane.line.places] == [True, True]
    at.key(Qt.Key.Key_2)
    assert at.asked == FIRST  # the second of the two
    assert at.words == "Signature chosen by hand (2 of 2)"
    assert at.desk.window.page.verdict.verdict.judged


def test_of_several_cheques_none_is_taken_until_a_person_says_which(bring: Bring) -> None:
    at = bring("whole two several.png", 2)
    assert at.words.startswith("More than one cheque")
    assert at.box is None
    at.key(Qt.Key.Key_1)
    assert at.asked == FIRST
    assert at.desk.window.page.verdict.verdict.sign is not Sign.CANNOT_JUDGE


def test_a_cheque_that_comes_before_the_model_waits_for_it(bring: Bring) -> None:
    at = bring(loads_at_once=False, searches=False)
    assert at.view.has_image
    assert at.words == "Searched as soon as the model is loaded"
    assert at.pane.network.quality.text() == ""
    at.desk.engine.searches = True
    at.desk.engine.become_ready()
    settle()
    assert at.words == "Signature found"
    assert at.desk.window.page.verdict.verdict.judged


def test_without_the_network_that_searches_a_box_drawn_by_hand_still_works(bring: Bring) -> None:
    at = bring(searches=False)
    assert "draw a box" in at.words
    assert "reinstall sigverify" in at.desk.window.page.verdict.sentence.text()
    at.drag((500, 310), (790, 430), SHIFT)
    at.wait()
    assert at.desk.window.page.verdict.verdict.sign is not Sign.CANNOT_JUDGE


# other places


def test_another_place_is_one_click_away(bring: Bring) -> None:
    at = bring("whole two.png", 2)
    assert at.words == "Signature found (1 of 2)"
    at.click(middle(SECOND))
    assert at.asked == SECOND
    assert at.words == "Signature chosen by hand (2 of 2)"
    at.click(middle(FIRST))
    assert at.asked == FIRST


def test_places_are_chosen_by_their_number_by_their_button_and_one_after_the_other(bring: Bring) -> None:
    at = bring("whole two.png", 2)
    at.key(Qt.Key.Key_2)
    assert at.asked == SECOND
    QTest.mouseClick(at.pane.line.places[0], LEFT)
    settle()
    assert at.asked == FIRST
    at.key(Qt.Key.Key_N)
    assert at.asked == SECOND
    at.key(Qt.Key.Key_N)
    assert at.asked == FIRST
    assert [button.isChecked() for button in at.pane.line.places] == [True, False]


def test_one_place_alone_needs_no_choice(bring: Bring) -> None:
    line = bring().pane.line
    assert not any(button.isVisible() for button in line.places)


# the mouse


def test_the_box_is_dragged_and_the_score_follows(bring: Bring) -> None:
    at = bring()
    at.drag(middle(FIRST), (middle(FIRST)[0] - 60, middle(FIRST)[1] - 40))
    assert near(at.box, (460, 280, 720, 384))
    assert at.words == "Box set by hand"
    at.wait()
    assert at.asked == at.box


@pytest.mark.parametrize("handle", list(handle_points(FIRST)))
def test_each_handle_resizes_the_box(bring: Bring, handle: tuple[int, int]) -> None:
    at = bring()
    start = handle_points(FIRST)[handle]
    at.drag(start, (start[0] + 20 * handle[0], start[1] + 12 * handle[1]))
    x0, y0, x1, y1 = FIRST
    wanted = (
        x0 - 20 * (handle[0] < 0),
        y0 - 12 * (handle[1] < 0),
        x1 + 20 * (handle[0] > 0),
        y1 + 12 * (handle[1] > 0),
    )
    assert near(at.box, wanted)
    assert at.box != FIRST


def test_a_box_is_drawn_anew_with_shift_held_or_after_the_b_key(bring: Bring) -> None:
    at = bring()
    at.drag((100, 100), FREE, SHIFT)
    assert near(at.box, (100, 60, 300, 100))
    at.key(Qt.Key.Key_B)
    assert at.view.drawing
    assert at.pane.line.draw.isChecked()
    assert at.words.startswith("Drag a box")
    at.drag((80, 250), (380, 420))
    assert near(at.box, (80, 250, 380, 420))
    assert not at.view.drawing
    at.wait()
    assert at.asked == at.box


def test_a_slip_of_the_mouse_draws_no_box(bring: Bring) -> None:
    at = bring()
    jobs = len(at.desk.engine.jobs)
    at.key(Qt.Key.Key_B)
    at.drag(FREE, (FREE[0] + SMALLEST / 2, FREE[1] + 80))
    assert at.box == FIRST
    assert at.view.drawing  # it is still to be drawn
    at.key(Qt.Key.Key_B)
    assert not at.view.drawing
    at.click(FREE)
    at.wait()
    assert len(at.desk.engine.jobs) == jobs


def test_a_click_into_the_box_changes_nothing(bring: Bring) -> None:
    at = bring()
    jobs = len(at.desk.engine.jobs)
    at.click(middle(FIRST))
    at.wait()
    assert at.box == FIRST
    assert len(at.desk.engine.jobs) == jobs


def test_a_drag_beside_the_box_pans_a_cheque_that_is_zoomed(bring: Bring) -> None:
    at = bring()
    for _ in range(4):
        at.view.zoom_in()
    before = at.view.centre
    QTest.mousePress(at.view, LEFT, NONE, QPoint(20, 20))
    QTest.mouseMove(at.view, QPoint(80, 20))
    QTest.mouseRelease(at.view, LEFT, NONE, QPoint(80, 20))
    assert at.view.centre.x() < before.x()
    assert at.box == FIRST


def test_the_z_key_and_a_double_click_show_the_box_large_and_the_whole_cheque_again(bring: Bring) -> None:
    at = bring()
    fitted = at.view.scale
    at.key(Qt.Key.Key_Z)
    shown = at.view.box_on_screen(FIRST)
    assert at.view.rect().contains(shown.toRect())
    assert shown.width() > 0.5 * at.view.width() or shown.height() > 0.5 * at.view.height()
    at.key(Qt.Key.Key_Z)
    assert at.view.scale == fitted
    QTest.mouseDClick(at.view, LEFT, NONE, at.at(middle(FIRST)))
    assert at.view.scale > fitted
    assert at.box == FIRST


def test_a_signature_taken_for_a_crop_by_mistake_can_be_boxed_too(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0])
    desk.window.activateWindow()
    at = AtCheque(desk)
    at.key(Qt.Key.Key_B)
    at.drag((50, 50), (500, 300))
    at.wait()
    assert near(at.asked, (50, 50, 500, 300), by=4)


def test_a_box_drawn_about_a_signature_alone_keeps_the_zoom(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0])
    at = AtCheque(desk)
    at.view.zoom_in()
    zoomed = at.view.scale
    at.drag((300, 100), (600, 300), SHIFT)
    at.wait()
    assert at.asked is not None
    assert at.view.scale == zoomed


def test_a_cheque_swapped_to_the_other_side_is_still_searched(bring: Bring) -> None:
    at = bring()
    at.desk.window.page.swap()
    settle()
    assert at.desk.engine.jobs[-1][1][0].seek is Seek.AUTO
    assert at.desk.window.page.on_file.network.signature.isVisible()
    assert at.desk.window.page.verdict.verdict.judged


# the keys


def test_the_box_is_moved_and_resized_by_keys_alone(bring: Bring) -> None:
    at = bring()
    at.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert at.view.hasFocus()
    at.key(Qt.Key.Key_Left)
    at.key(Qt.Key.Key_Up)
    assert at.box == (511, 311, 771, 415)  # a hundredth of 860 pixels
    at.key(Qt.Key.Key_Right, SHIFT)
    at.key(Qt.Key.Key_Down, SHIFT)
    assert at.box == (511, 311, 780, 424)
    at.key(Qt.Key.Key_Left, SHIFT | CTRL)
    at.key(Qt.Key.Key_Down, CTRL)
    assert at.box == (511, 312, 779, 425)
    at.wait()
    assert at.asked == at.box
    at.key(Qt.Key.Key_Escape)
    assert at.asked is None
    assert at.box == FIRST
    assert at.words == "Signature found"


def test_a_box_is_drawn_by_keys_alone(bring: Bring) -> None:
    at = bring("whole unsigned.png", 0)
    at.key(Qt.Key.Key_B)
    at.key(Qt.Key.Key_Return)
    assert at.box is not None
    assert near((at.box[0] + at.box[2], at.box[1] + at.box[3], 0, 0), (860, 460, 0, 0))
    at.key(Qt.Key.Key_Down)
    at.wait()
    assert at.asked == at.box
    assert at.desk.window.page.verdict.verdict.sign is not Sign.CANNOT_JUDGE


def test_the_box_is_kept_in_sight_when_keys_move_it(bring: Bring) -> None:
    at = bring()
    at.view.setFocus()
    for _ in range(6):
        at.view.zoom_in()
    for _ in range(60):
        at.key(Qt.Key.Key_Left)
    assert at.box is not None
    assert at.box[0] == 0
    assert at.view.rect().contains(at.at((at.box[0], at.box[1])))


def test_escape_undoes_one_thing_at_a_time(bring: Bring) -> None:
    at = bring()
    at.drag(middle(FIRST), FREE)
    moved = at.box
    at.key(Qt.Key.Key_B)
    at.key(Qt.Key.Key_Escape)
    assert not at.view.drawing
    assert at.box == moved
    at.drag((moved[0] + 30, moved[1] + 30), (600, 300), release=False)  # type: ignore[index]
    assert at.box != moved
    at.key(Qt.Key.Key_Escape)
    assert at.box == moved
    at.key(Qt.Key.Key_Escape)
    assert at.box == FIRST


# what follows the box


def test_the_score_follows_while_the_box_is_held_and_the_box_stays_with_the_hand(bring: Bring) -> None:
    at = bring()
    at.drag(middle(FIRST), FREE, release=False)
    at.wait()
    assert at.asked == at.box
    QTest.mouseMove(at.view, at.at((400, 200)))
    held = at.box
    at.desk.engine.answer()  # for the box before
    settle()
    assert at.view.held
    assert at.box == held
    QTest.mouseRelease(at.view, LEFT, NONE, at.at((400, 200)))
    at.wait()
    assert at.asked == held


def test_a_hand_that_moves_on_asks_the_engine_a_few_times_only(bring: Bring) -> None:
    at = bring()
    jobs = len(at.desk.engine.jobs)
    at.view.setFocus()
    for _ in range(30):
        QTest.keyClick(at.view, Qt.Key.Key_Left)
    at.wait()
    assert 1 <= len(at.desk.engine.jobs) - jobs <= 5
    assert at.asked == at.box


def test_the_verdict_stands_until_the_next_is_there_but_not_for_long(bring: Bring) -> None:
    at = bring()
    at.desk.engine.answers_at_once = False
    at.drag(middle(FIRST), FREE)
    at.wait()
    assert at.desk.window.page.verdict.verdict.judged
    settle(STALE)
    assert at.desk.window.page.verdict.verdict.sign is Sign.BUSY
    assert at.view.has_image
    at.desk.engine.answer()
    settle()
    assert at.desk.window.page.verdict.verdict.judged


def test_the_cheque_stays_where_it_is_while_verdicts_come_and_go(bring: Bring, tmp_path: Path) -> None:
    at = bring()
    poor = [save_signature(tmp_path / f"{name}.png", 3) for name in ("blank", "faint")]
    at.desk.window.page.take([_source(file) for file in poor], Role.SPECIMEN)
    settle(PACE)
    assert at.desk.window.page.verdict.height() > SMALLEST_CARD  # there is more to say than while it compares
    at.desk.engine.answers_at_once = False
    before = at.view.geometry(), at.view.scale
    at.view.setFocus()
    QTest.keyClick(at.view, Qt.Key.Key_Down)
    settle(PACE + STALE + 100)
    assert at.desk.window.page.verdict.verdict.sign is Sign.BUSY
    line = at.pane.line.height()
    assert at.view.height() == before[0].height()
    at.desk.engine.answer()
    settle()
    assert at.view.height() == before[0].height()
    assert at.view.scale == before[1]
    assert at.pane.line.height() == line


def test_the_keys_of_the_box_are_told_over_the_picture_and_in_the_menu(bring: Bring) -> None:
    at = bring()
    assert "arrow keys" in at.view.toolTip()
    assert "Esc" in at.view.toolTip()
    titles = [action.text() for menu in at.desk.window.menuBar().actions() for action in menu.menu().actions()]  # type: ignore[attr-defined]
    assert any("Arrow keys" in title for title in titles)


def test_the_clerks_zoom_survives_another_box(bring: Bring) -> None:
    at = bring()
    at.view.zoom_in()
    zoomed = at.view.scale
    at.view.setFocus()
    at.key(Qt.Key.Key_Left)
    at.wait()
    assert at.view.scale == zoomed


def test_the_record_keeps_the_box_found_and_the_box_used(bring: Bring) -> None:
    at = bring()
    at.view.setFocus()
    at.key(Qt.Key.Key_Left)
    at.wait()
    verification = at.desk.window.page._outcome.verification  # type: ignore[union-attr]
    assert verification is not None
    assert verification.decision in (Decision.ACCEPT, Decision.FLAG)
    located = verification.located
    assert located is not None
    assert (located.automatic, located.box, located.by_hand) == (FIRST, at.box, True)


def test_another_cheque_begins_with_its_own_box(bring: Bring, tmp_path: Path) -> None:
    at = bring()
    at.view.setFocus()
    at.key(Qt.Key.Key_Left)
    at.desk.window.page.take([_source(save_cheque(tmp_path / "next whole.png"))], Role.QUESTIONED)
    at.wait()
    assert at.asked is None
    assert at.box == FIRST


def test_the_back_of_a_cheque_has_no_box_of_the_front(bring: Bring) -> None:
    at = bring("whole pages.png")
    at.view.setFocus()
    at.key(Qt.Key.Key_Left)
    at.key(Qt.Key.Key_PageDown, CTRL)
    at.wait()
    questioned = at.desk.engine.jobs[-1][0]
    assert questioned is not None
    assert (questioned.page, questioned.box) == (1, None)


# the rest of the window


def test_a_clerk_can_say_that_the_picture_is_the_signature_itself(bring: Bring) -> None:
    at = bring()
    menus = at.desk.window.menus
    whole, alone = menus._seeks.actions()[1:]
    alone.trigger()
    settle()
    assert not at.pane.line.isVisible()
    assert alone.isChecked()
    whole.trigger()
    settle()
    assert at.words == "Signature found"


def test_every_stage_is_shown_and_no_later_job_asks_for_them(bring: Bring) -> None:
    at = bring()
    at.key(Qt.Key.Key_T, CTRL)
    dialog = at.desk.window.dialogs.shown
    assert isinstance(dialog, StagesDialog)
    captions = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert captions == ["1  The cheque found", "2  What the network sees"]
    assert dialog.view.has_image
    dialog.list.setCurrentRow(1)
    assert dialog.words.text() == captions[1]
    dialog.reject()
    settle()
    QTest.keyClick(at.view, Qt.Key.Key_Left)
    at.wait()
    assert not at.desk.engine.stages


def test_without_a_questioned_picture_there_is_nothing_to_draw_or_to_show(desk: Desk) -> None:
    assert not any(action.isEnabled() for action in desk.window.menus._of_questioned)


def test_every_control_of_the_line_has_a_name_and_is_reached_by_tab(bring: Bring) -> None:
    at = bring("whole two.png", 2)
    at.key(Qt.Key.Key_2)
    at.view.setFocus()
    reached = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    line = at.pane.line
    assert reached == [*line.places, line.back, line.draw]
    assert all(widget is not None and widget.accessibleName() for widget in reached)
    assert "chosen by hand" in at.view.accessibleDescription()


def test_the_specimens_side_knows_no_boxes(desk: Desk, tmp_path: Path) -> None:
    desk.drop_in(save_signature(tmp_path / "a.png", 1), save_signature(tmp_path / "b.png", 1))
    view = desk.window.page.on_file.view
    QTest.mousePress(view, LEFT, SHIFT, QPoint(40, 40))
    QTest.mouseMove(view, QPoint(140, 120))
    QTest.mouseRelease(view, LEFT, SHIFT, QPoint(140, 120))
    assert view.marks.box is None
    assert not desk.window.page.on_file.line.isVisible()


def _source(path: Path) -> object:
    from sigverify.domain import Source

    return Source.of_file(path)
