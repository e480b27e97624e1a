"""A batch in the window, with real events: starting it, watching it, ruling on what it decided."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from sigverify.batch.items import LineProblem, Result, Said, Truth, Verdict
from sigverify.batch.results import partial_of, read_results, write_results
from sigverify.batch.rulings import journal_of, read_with_rulings
from sigverify.gui.batch.note import NoteDialog
from sigverify.gui.batch.run_card import State
from sigverify.gui.batch.whatif_dialog import WhatIfDialog
from sigverify.settings import Settings
from tests.gui.conftest import Desk, MakeDesk, settle
from tests.gui.drawing import save_signature
from tests.gui.fake_batches import FakeBatches, FakeManifest, lines

Key = Qt.Key


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    return [save_signature(tmp_path / f"q{number}.png", number, width=300, height=120) for number in range(3)]


@pytest.fixture
def made(pictures: list[Path], cards: list[Path]) -> Callable[[str], list[Result]]:
    return lambda verdicts: lines(pictures, cards, verdicts)


@pytest.fixture
def results(tmp_path: Path, made: Callable[[str], list[Result]]) -> Path:
    """Six results, two of them flagged."""
    out = tmp_path / "results.csv"
    write_results(out, made("AFAFRCE"))
    return out


def wait_for(true: Callable[[], object], patience: int = 5000) -> None:
    """Let things happen until this is true."""
    for _ in range(patience // 20):
        if true():
            settle()
            return
        settle(20)
    raise AssertionError("waited in vain")


def drop(desk: Desk, *paths: Path) -> None:
    """A drop as a file manager makes it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, copy, none = desk.window.rect().center(), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    target = desk.window.childAt(at) or desk.window
    for kind in (QDragEnterEvent, QDragMoveEvent):
        QApplication.sendEvent(target, kind(target.rect().center(), copy, mime, Qt.MouseButton.LeftButton, none))
    middle = QPointF(target.rect().center())
    QApplication.sendEvent(target, QDropEvent(middle, copy, mime, Qt.MouseButton.LeftButton, none))
    settle()


def opened(desk: Desk, results: Path) -> None:
    drop(desk, results)
    page = desk.window.batch.page
    wait_for(lambda: page.currentWidget() is page.results and len(desk.window.batch.model.table))


def press(desk: Desk, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or desk.window, key, modifier)
    settle()


def shown(desk: Desk) -> list[str]:
    """The items of the table from the top on."""
    table, rows = desk.window.batch.model.table, desk.window.batch.model.rows
    return [table.item_ids[row] for row in rows]


def at_hand(desk: Desk) -> str:
    result = desk.window.batch.session.result
    return "" if result is None else result.item_id


def said(desk: Desk, item_id: str, results: Path) -> Said | None:
    """What is ruled on an item, in the files."""
    found = next(result for result in read_with_rulings(results) if result.item_id == item_id)
    return found.ruling.said if found.ruling else None


# starting


def form_of(desk: Desk, path: Path) -> object:
    drop(desk, path)
    form = desk.window.batch.page.form
    wait_for(lambda: form._findings is not None or form._trouble)
    return form


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "monday.csv"
    path.write_text("item_id,questioned,references\nc2,q0.png,card-0.png\n")
    return path


def test_nothing_starts_before_the_operator_has_seen_every_problem_with_its_line(
    make_desk: MakeDesk, manifest: Path
) -> None:
    problems = tuple(
        LineProblem(line=number, item_id=f"c{number}", message="The questioned picture is not there.")
        for number in range(3, 6)
    )
    batches = FakeBatches(FakeManifest(9, problems, ("2 specimens belong to nobody.",)))
    batches.hold.clear()
    desk = make_desk(batches=batches)
    drop(desk, manifest)
    form = desk.window.batch.page.form
    assert form.isVisible()
    assert not form.start.isEnabled()
    assert "Reading monday.csv" in form.found.text()
    batches.hold.set()
    wait_for(form.start.isEnabled)
    assert form.found.text() == "9 items. 3 of them cannot be verified:"
    told = form.problems.model()
    assert [told.index(row, 0).data() for row in range(told.rowCount())] == [str(problem) for problem in problems]
    assert "belong to nobody" in form.notes.text()
    assert form.start.text() == "Start anyway, 3 lines will be errors"
    assert batches.begun == []
    assert "0.680 with one specimen, 0.520 with several (the model's own)" in form.threshold.text()
    form.start.click()
    settle()
    assert batches.begun[0].request.out == manifest.with_name("monday-results.csv")
    assert not batches.begun[0].request.resume


def test_what_is_no_manifest_is_told_and_cannot_be_started(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk(batches=FakeBatches(trouble="pictures holds no batch: write a manifest.csv."))
    folder = tmp_path / "pictures"
    folder.mkdir()
    form = form_of(desk, folder)
    assert form.found.text() == "pictures holds no batch: write a manifest.csv."  # type: ignore[attr-defined]
    assert not form.start.isEnabled()  # type: ignore[attr-defined]
    form.cancel.click()  # type: ignore[attr-defined]
    settle()
    assert desk.window.batch.page.welcome.isVisible()


def test_results_are_never_written_over(make_desk: MakeDesk, manifest: Path, tmp_path: Path) -> None:
    desk = make_desk(batches=FakeBatches())
    form_of(desk, manifest)
    form = desk.window.batch.page.form
    taken = tmp_path / "taken.csv"
    taken.write_text("")
    for out, told in ((taken, "is there already"), (tmp_path, "is a folder"), (tmp_path / "no" / "r.csv", "not there")):
        form.out.setText(str(out))
        assert told in form.resume_note.text()
        assert not form.start.isEnabled()
    form.out.clear()
    assert not form.start.isEnabled()
    form.out.setText(str(tmp_path / "free.csv"))
    assert form.start.isEnabled()
    manifest.with_name("monday-results.csv").write_text("")
    drop(desk, manifest)
    assert form.out.text().endswith("monday-results-2.csv")


def test_a_batch_that_was_stopped_is_gone_on_with_and_nothing_is_done_twice(
    make_desk: MakeDesk, manifest: Path, made: Callable[[str], list[Result]]
) -> None:
    batches = FakeBatches(FakeManifest(4))
    desk = make_desk(batches=batches)
    form_of(desk, manifest)
    form, card = desk.window.batch.page.form, desk.window.batch.page.results.run_card
    QTest.keyClick(form.start, Key.Key_Space)
    wait_for(lambda: batches.begun)
    batches.begun[0].decide(*made("FA"))
    wait_for(lambda: len(desk.window.batch.model.table) == 2)
    card.stop.click()
    wait_for(lambda: card.state.text() == "Stopped")
    assert "2 of 4 decided" in card.sum.text()
    card.go_on.click()
    wait_for(form.start.isEnabled)
    assert "holds 2 lines that were decided earlier" in form.resume_note.text()
    assert form.start.text() == "Go on"
    form.start.click()
    wait_for(lambda: len(batches.begun) == 2)
    assert batches.begun[1].request.resume
    assert shown(desk) == ["c2", "c3"]
    batches.begun[1].decide(*made("FARE")[2:])
    batches.begun[1].finish()
    wait_for(lambda: card.state.text() == "Finished")
    assert [one.line for one in read_results(manifest.with_name("monday-results.csv"))] == [2, 3, 4, 5]
    assert card.sum.text() == (
        "1 FLAG + 1 REVIEW + 0 CANNOT JUDGE + 1 ERROR + 1 ACCEPT = 4, as many as the manifest names."
    )


# while it runs


def running(desk: Desk, batches: FakeBatches, manifest: Path) -> None:
    form_of(desk, manifest)
    desk.window.batch.page.form.start.click()
    wait_for(lambda: batches.begun)


def test_a_batch_that_runs_tells_rate_time_left_and_counts(
    make_desk: MakeDesk, manifest: Path, made: Callable[[str], list[Result]]
) -> None:
    batches = FakeBatches(FakeManifest(1004))
    desk = make_desk(batches=batches)
    running(desk, batches, manifest)
    page = desk.window.batch.page.results
    assert page.run_card.state.text() == "Starting …"
    batches.begun[0].decide(*made("AFFE"))
    wait_for(lambda: page.run_card.state.text() == "Running")
    assert page.run_card.detail.text() == "4 of 1\N{THIN SPACE}004 · 12.5 a second · 1 min left"
    assert page.chips.of[Verdict.FLAG].count == 2
    assert shown(desk) == ["c4", "c3", "c5", "c2"]
    assert at_hand(desk) == "c4"
    batches.begun[0].decide(*made("AFFEF")[4:])
    wait_for(lambda: len(shown(desk)) == 5)
    assert at_hand(desk) == "c6", "the worst so far, as long as the clerk chose no other"


def test_a_batch_is_paused_gone_on_with_and_stopped_at_once(make_desk: MakeDesk, manifest: Path) -> None:
    batches = FakeBatches()
    desk = make_desk(batches=batches)
    running(desk, batches, manifest)
    batches.begun[0].tell()
    card = desk.window.batch.page.results.run_card
    batches.begun[0].decide()
    settle(150)
    press(desk, Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    wait_for(lambda: card.state.text() == "Paused")
    assert card.pause.text() == "Go on"
    card.pause.click()
    wait_for(lambda: card.pause.text() == "Pause")
    card.stop.click()
    wait_for(lambda: card.state.text() == "Stopped")
    assert batches.begun[0].said == ["start", "pause", "go on", "cancel", "close"]


def test_a_full_disk_ends_the_run_with_its_sentence_and_loses_nothing(
    make_desk: MakeDesk, manifest: Path, made: Callable[[str], list[Result]]
) -> None:
    batches = FakeBatches()
    desk = make_desk(batches=batches)
    running(desk, batches, manifest)
    batches.begun[0].decide(*made("FA"))
    batches.begun[0].fail("The disk is full, so monday-results.csv was not written on.")
    card = desk.window.batch.page.results.run_card
    wait_for(lambda: card.state.text() == "Stopped by a problem")
    assert "disk is full" in card.sum.text()
    assert card.go_on.isVisible()
    assert shown(desk) == ["c2", "c3"]


def test_while_a_batch_runs_no_other_is_started_or_opened(make_desk: MakeDesk, manifest: Path, results: Path) -> None:
    batches = FakeBatches()
    desk = make_desk(batches=batches)
    running(desk, batches, manifest)
    drop(desk, manifest)
    drop(desk, results)
    assert len(batches.checked) == 1
    assert len(desk.window.notices.texts) == 2
    assert all("A batch is running" in text for text in desk.window.notices.texts)


def test_closing_the_window_stops_the_batch_and_waits_for_it(make_desk: MakeDesk, manifest: Path) -> None:
    batches = FakeBatches()
    desk = make_desk(batches=batches)
    running(desk, batches, manifest)
    assert desk.window.close()
    assert batches.begun[0].said[-1] == "close"


def test_rows_that_come_in_do_not_move_what_the_clerk_looks_at(
    make_desk: MakeDesk, manifest: Path, made: Callable[[str], list[Result]]
) -> None:
    batches = FakeBatches(FakeManifest(400))
    desk = make_desk(batches=batches)
    running(desk, batches, manifest)
    some = made("FA" * 200)
    batches.begun[0].decide(*some[:200])
    view, model = desk.window.batch.page.results.view, desk.window.batch.model
    wait_for(lambda: model.rowCount() == 200)
    view.choose(model.row_at(60))
    settle()
    chosen = view.row
    top = view.rowViewportPosition(model.place_of(chosen) or 0)
    batches.begun[0].decide(*some[200:])
    wait_for(lambda: model.rowCount() == 400)
    assert view.row == chosen
    assert view.currentIndex().row() == model.place_of(chosen) != 60
    assert abs(view.rowViewportPosition(model.place_of(chosen) or 0) - top) <= 1


# the queue


def test_results_are_opened_worst_first_and_their_counts_add_up(desk: Desk, results: Path) -> None:
    opened(desk, results)
    assert shown(desk) == ["c5", "c3", "c6", "c7", "c8", "c4", "c2"]
    chips = desk.window.batch.page.results.chips
    assert chips.every.count == 7 == sum(chip.count for chip in chips.of.values())
    assert "= 7 lines" in desk.window.batch.page.results.run_card.sum.text()
    assert at_hand(desk) == "c5"


def test_enter_opens_the_pair_on_the_verify_page_with_everything(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_Down)
    press(desk, Key.Key_Return)
    window = desk.window
    assert not window.batch.pages.on_batch
    assert window.page.comparison.questioned is not None
    assert window.page.comparison.questioned.name == "q1.png"
    assert [source.name for source in window.page.comparison.specimens] == ["card-0.png", "card-1.png", "card-2.png"]
    assert window.page.verdict.headline.text() == "ACCEPT"
    strip = window.batch.pages.strip
    assert strip.isVisible()
    assert strip.place.text() == "Item 2 of 7"
    assert strip.batch_said.text() == "Batch: FLAG 0.601, threshold 0.520"
    press(desk, Key.Key_Escape)
    assert window.batch.pages.on_batch
    assert QApplication.focusWidget() is window.batch.page.results.view


def test_a_and_f_rule_and_go_on_to_the_next_that_nobody_has_ruled_on(desk: Desk, results: Path) -> None:
    desk.window._settings = replace(desk.window.settings, ruled_by="J. Doe")
    opened(desk, results)
    press(desk, Key.Key_A)
    assert at_hand(desk) == "c3"
    assert said(desk, "c5", results) is Said.ACCEPT
    press(desk, Key.Key_F)
    assert said(desk, "c3", results) is Said.FLAG
    assert at_hand(desk) == "c6"
    model = desk.window.batch.model
    assert model.table.ruling(3).by == "J. Doe"  # type: ignore[union-attr]
    press(desk, Key.Key_Up)
    press(desk, Key.Key_Up)
    press(desk, Key.Key_F)
    assert said(desk, "c5", results) is Said.FLAG
    assert at_hand(desk) == "c6"
    assert "2 ruled" in desk.window.batch.page.results.run_card.detail.text()


def test_ruling_on_the_verify_page_shows_the_next_item_there(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_Return)
    assert desk.window.page.comparison.questioned.name == "q0.png"  # type: ignore[union-attr]
    press(desk, Key.Key_F)
    assert not desk.window.batch.pages.on_batch
    assert desk.window.page.comparison.questioned.name == "q1.png"  # type: ignore[union-attr]
    assert desk.window.batch.pages.strip.place.text() == "Item 2 of 7"
    QTest.mouseClick(desk.window.batch.pages.strip.accept, Qt.MouseButton.LeftButton)
    settle()
    assert said(desk, "c3", results) is Said.ACCEPT
    assert at_hand(desk) == "c6"


def test_undo_takes_rulings_back_one_by_one_and_returns_to_them(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_A)
    press(desk, Key.Key_A)
    press(desk, Key.Key_U)
    assert at_hand(desk) == "c3"
    assert said(desk, "c3", results) is None
    press(desk, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert at_hand(desk) == "c5"
    assert said(desk, "c5", results) is None
    assert not desk.window.batch.page.results.undo.isEnabled()
    press(desk, Key.Key_U)
    assert at_hand(desk) == "c5"


def test_a_note_is_kept_with_the_ruling(desk: Desk, results: Path) -> None:
    opened(desk, results)
    assert not desk.window.batch.page.results.note.isEnabled()
    press(desk, Key.Key_A)
    press(desk, Key.Key_Up)
    press(desk, Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = desk.window.dialogs.shown
    assert isinstance(dialog, NoteDialog)
    QTest.keyClicks(dialog.line, "rang the customer")
    QTest.keyClick(dialog.line, Key.Key_Return)
    settle()
    ruling = read_with_rulings(results)[3].ruling
    assert ruling is not None
    assert (ruling.said, ruling.note) == (Said.ACCEPT, "rang the customer")
    assert at_hand(desk) == "c5"


def test_letters_typed_into_the_search_rule_on_nothing(desk: Desk, results: Path, cheque: Path) -> None:
    desk.drop_in(cheque)
    opened(desk, results)
    press(desk, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = desk.window.batch.page.results.search
    assert QApplication.focusWidget() is search
    QTest.keyClicks(search, "faf")
    QTest.keyClick(search, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(250)
    assert not journal_of(results).exists()
    press(desk, Key.Key_Escape)
    assert search.text() == ""
    assert len(shown(desk)) == 7
    assert QApplication.focusWidget() is desk.window.batch.page.results.view
    press(desk, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(search, "C7")
    QTest.keyClick(search, Key.Key_Return)
    settle()
    assert shown(desk) == ["c7"]
    assert at_hand(desk) == "c7"
    assert QApplication.focusWidget() is desk.window.batch.page.results.view


def test_a_chip_shows_one_verdict_and_all_again(desk: Desk, results: Path) -> None:
    opened(desk, results)
    chips = desk.window.batch.page.results.chips
    QTest.mouseClick(chips.of[Verdict.FLAG], Qt.MouseButton.LeftButton)
    assert shown(desk) == ["c5", "c3"]
    assert not chips.every.isChecked()
    QTest.mouseClick(chips.of[Verdict.ERROR], Qt.MouseButton.LeftButton)
    assert shown(desk) == ["c8"]
    QTest.mouseClick(chips.of[Verdict.ERROR], Qt.MouseButton.LeftButton)
    assert len(shown(desk)) == 7
    assert chips.every.isChecked()


def test_what_was_ruled_on_is_left_out_on_wish_and_the_count_follows(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_A)
    chips = desk.window.batch.page.results.chips
    assert chips.unruled.count == 6
    QTest.mouseClick(chips.unruled, Qt.MouseButton.LeftButton)
    assert "c5" not in shown(desk)
    press(desk, Key.Key_U)
    assert "c5" in shown(desk)


def test_a_column_sorts_both_ways_and_the_worst_come_first_again(desk: Desk, results: Path) -> None:
    opened(desk, results)
    page = desk.window.batch.page.results
    header = page.view.horizontalHeader()
    for expected in (["c2", "c3"], ["c8", "c7"]):
        at = QPoint(header.sectionViewportPosition(1) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert shown(desk)[:2] == expected
    assert not page.worst.isChecked()
    page.worst.click()
    assert shown(desk)[:2] == ["c5", "c3"]


def test_a_line_without_a_picture_is_told_and_can_be_ruled_on(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    desk.window.batch.session.queue.go_to(6)
    settle()
    press(desk, Key.Key_Return)
    assert desk.window.batch.pages.on_batch
    assert "c8 names no picture: No file." in desk.window.notices.texts[0]
    press(desk, Key.Key_F)
    assert said(desk, "c8", results) is Said.FLAG


def test_an_item_without_a_picture_never_stands_beside_anothers_pair(desk: Desk, results: Path) -> None:
    opened(desk, results)
    desk.window.batch.session.queue.go_to(5)
    press(desk, Key.Key_Return)
    assert at_hand(desk) == "c7"
    press(desk, Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert at_hand(desk) == "c8"
    assert desk.window.page.comparison.empty
    strip = desk.window.batch.pages.strip
    assert strip.isVisible()
    assert "No file." in strip.accessibleDescription()
    press(desk, Key.Key_F)
    assert said(desk, "c8", results) is Said.FLAG
    assert desk.window.page.comparison.questioned is not None


def test_a_moved_box_does_not_leave_the_queue(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_Return)
    page = desk.window.page
    moved = replace(page.comparison.questioned, box=(10, 10, 200, 100))  # type: ignore[type-var]
    page.change(replace(page.comparison, questioned=moved))
    settle()
    assert desk.window.batch.pages.strip.isVisible()
    press(desk, Key.Key_Escape)
    assert not desk.window.batch.pages.on_batch, "first the box goes back"
    press(desk, Key.Key_F)
    assert said(desk, "c5", results) is Said.FLAG


def test_a_ruling_that_cannot_be_kept_is_not_shown(desk: Desk, results: Path) -> None:
    opened(desk, results)
    journal_of(results).mkdir()
    press(desk, Key.Key_A)
    assert at_hand(desk) == "c5"
    assert desk.window.batch.model.table.ruling(3) is None
    assert desk.window.notices.texts
    journal_of(results).rmdir()


def test_another_cheque_on_the_verify_page_is_not_ruled_on_by_mistake(
    desk: Desk, results: Path, tmp_path: Path
) -> None:
    opened(desk, results)
    press(desk, Key.Key_Return)
    other = save_signature(tmp_path / "another.png", 9)
    drop(desk, other)
    assert not desk.window.batch.pages.strip.isVisible()
    press(desk, Key.Key_A)
    assert not journal_of(results).exists()


def test_a_queue_is_gone_on_with_another_day(make_desk: MakeDesk, results: Path) -> None:
    desk = make_desk()
    opened(desk, results)
    press(desk, Key.Key_A)
    desk.window.close()
    assert not journal_of(results).exists(), "the rulings are in the results file itself"
    assert read_results(results)[3].ruling is not None
    again = make_desk()
    opened(again, results)
    assert again.window.batch.page.results.chips.unruled.count == 6
    press(again, Key.Key_U)
    assert said(again, "c5", results) is Said.ACCEPT, "what was ruled another day is not undone"


def test_opening_the_same_results_again_keeps_every_ruling(desk: Desk, results: Path) -> None:
    opened(desk, results)
    press(desk, Key.Key_A)
    before = desk.window.batch.model.table
    drop(desk, results)
    wait_for(lambda: desk.window.batch.model.table is not before)
    press(desk, Key.Key_Down)
    press(desk, Key.Key_F)
    desk.window.close()
    assert [one.item_id for one in read_results(results) if one.ruling] == ["c3", "c5"]


def test_what_is_no_results_file_is_told(desk: Desk, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("item_id,decision,distance\nx\n")
    drop(desk, bad)
    wait_for(lambda: desk.window.notices.texts)
    assert "bad.csv" in desk.window.notices.texts[0]
    assert desk.window.batch.page.currentWidget() is desk.window.batch.page.welcome


def test_an_unfinished_batch_can_be_looked_at(desk: Desk, tmp_path: Path, made: Callable[[str], list[Result]]) -> None:
    from sigverify.batch.results import Unfinished
    from tests.gui.fake_batches import HEAD

    unfinished = Unfinished(tmp_path / "r.csv", HEAD)
    for one in made("FA"):
        unfinished.append(one)
    unfinished.close()
    opened(desk, partial_of(tmp_path / "r.csv"))
    card = desk.window.batch.page.results.run_card
    assert (card.title.text(), card.state.text()) == ("r.csv", "Not finished")
    assert card.go_on.isVisible()
    press(desk, Key.Key_A)
    assert said(desk, "c2", partial_of(tmp_path / "r.csv")) is Said.ACCEPT


def test_the_two_pages_are_reached_by_their_keys(desk: Desk) -> None:
    press(desk, Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.batch.pages.on_batch
    assert desk.window.batch.page.welcome.isVisible()
    press(desk, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert not desk.window.batch.pages.on_batch


def test_pictures_dropped_on_the_batch_page_go_to_the_verify_page(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.window.batch.pages.show_batch()
    assert not desk.window.menus.clear.isEnabled()
    drop(desk, cheque, cards[0])
    assert not desk.window.batch.pages.on_batch
    assert desk.window.menus.clear.isEnabled()


# out, and another threshold


@pytest.mark.parametrize(("kind", "name"), [("x (*.csv)", "a"), ("x (*.pdf)", "a.pdf"), ("x (*.jsonl)", "b")])
def test_results_are_exported_with_their_rulings(
    make_desk: MakeDesk, results: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    batches = FakeBatches()
    desk = make_desk(batches=batches)
    opened(desk, results)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(results.with_name(name)), kind))
    press(desk, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    wait_for(lambda: batches.exported)
    ending = kind[kind.index("*") + 1 : -1]
    assert batches.exported == [(results, results.with_name(name.split(".")[0] + ending))]
    wait_for(lambda: "was written" in desk.window.status.currentMessage())


def test_an_export_that_fails_is_told_and_the_results_themselves_are_never_its_aim(
    make_desk: MakeDesk, results: Path
) -> None:
    batches = FakeBatches()
    desk = make_desk(batches=batches)
    opened(desk, results)
    desk.window.batch.session.export(results)
    desk.window.batch.session.export(results.with_name("full.pdf"))
    wait_for(lambda: len(desk.window.notices.texts) == 2)
    assert desk.window.notices.texts == [
        "These are the results themselves. Choose another name for the export.",
        "The disk is full.",
    ]


def what_if(desk: Desk) -> WhatIfDialog:
    desk.window.batch.page.results.what_if.click()
    wait_for(lambda: isinstance(desk.window.dialogs.shown, WhatIfDialog))
    assert isinstance(desk.window.dialogs.shown, WhatIfDialog)
    return desk.window.dialogs.shown


def test_another_threshold_shows_which_items_change_side(desk: Desk, results: Path) -> None:
    opened(desk, results)
    dialog = what_if(desk)
    assert dialog.several.isVisible()
    assert not dialog.one.isVisible()
    assert not dialog.use.isEnabled()
    dialog.several.number.setValue(0.602)
    wait_for(lambda: dialog.no_truth.text())
    assert dialog.said.text() == "1 that are flagged would be accepted."
    assert [dialog._model.table.item_ids[row] for row in dialog._model.rows] == ["c3"]
    assert "did not say which items are genuine" in dialog.no_truth.text()
    dialog.several.number.setValue(0.05)
    assert dialog.to_flag.count == 3
    dialog.to_flag.click()
    assert list(dialog._model.rows) == []


def test_a_threshold_is_kept_as_the_setting_only_when_the_supervisor_says_so(desk: Desk, results: Path) -> None:
    opened(desk, results)
    dialog = what_if(desk)
    dialog.several.number.setValue(0.602)
    dialog.use.click()
    settle()
    assert dialog.question is not None
    assert dialog.question.text() == "Threshold with several specimens: 0.520 → 0.602"
    assert desk.kept == []
    kinds = dialog.question.StandardButton
    dialog.question.button(kinds.Apply).click()
    settle()
    assert (desk.kept[-1].threshold_one, desk.kept[-1].threshold_several) == (None, 0.602)
    assert desk.window.policy is not None
    assert desk.window.policy.several == 0.602
    assert not dialog.use.isEnabled()


def test_where_truth_is_known_error_rates_stand_beside_the_threshold(
    desk: Desk, tmp_path: Path, made: Callable[[str], list[Result]]
) -> None:
    truths = [Truth.GENUINE, Truth.SKILLED]
    known = [replace(one, expected=truths[number % 2]) for number, one in enumerate(made("AF" * 20))]
    write_results(tmp_path / "known.csv", known)
    opened(desk, tmp_path / "known.csv")
    dialog = what_if(desk)

    def texts() -> list[str]:
        return [dialog.rates.itemAt(place).widget().text() for place in range(dialog.rates.count())]  # type: ignore[union-attr]

    wait_for(lambda: "genuine ones flagged (FRR)" in texts())
    assert "0 / 20" in texts()
    dialog.several.number.setValue(1.0)
    wait_for(lambda: "20 / 20" in texts())


# many


def test_two_thousand_rows_are_shown_sorted_and_searched(
    desk: Desk, tmp_path: Path, made: Callable[[str], list[Result]]
) -> None:
    write_results(tmp_path / "many.csv", made("AAAFACAR" * 250))
    opened(desk, tmp_path / "many.csv")
    page = desk.window.batch.page.results
    assert desk.window.batch.model.rowCount() == 2000
    assert page.chips.of[Verdict.FLAG].count == 250
    page.view.verticalScrollBar().setValue(page.view.verticalScrollBar().maximum())
    settle()
    assert page.view.rowAt(page.view.viewport().height() - 5) == 1999
    page.search.setText("c19")
    settle(250)
    assert all(item.startswith("c19") for item in shown(desk))
    assert page.told.text() == "111 of 2\N{THIN SPACE}000 lines shown"


@pytest.mark.parametrize("size", [(1200, 656), (1280, 720), (1920, 1080)])
def test_no_button_of_the_batch_page_is_cut_off(make_desk: MakeDesk, results: Path, size: tuple[int, int]) -> None:
    from sigverify.gui.batch.chips import Chip
    from sigverify.gui.small_parts import KeyButton

    desk = make_desk(Settings(), size=size)
    opened(desk, results)
    for show in (lambda: None, lambda: press(desk, Key.Key_Return)):
        show()
        assert desk.window.size().toTuple() == size
        for kind in (KeyButton, Chip):
            for button in desk.window.findChildren(kind):
                if button.isVisible():
                    assert button.width() >= button.sizeHint().width(), button.accessibleName()


def test_every_state_of_the_card_has_its_words() -> None:
    from sigverify.batch.items import Counts
    from sigverify.gui.batch.run_card import RunCard, Standing

    card = RunCard()
    told = set()
    for state in State:
        card.show_standing(Standing(name="r.csv", state=state, items=4, counts=Counts.of([Verdict.FLAG])))
        told.add((card.state.text(), card.detail.text(), card.sum.text()))
        assert card.accessibleDescription().startswith("r.csv")
    assert len(told) == len(State)
