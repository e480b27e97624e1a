"""What the window says of a pair, in every state."""

from pathlib import Path

import pytest

from sigverify.gui.reading import Measured
from sigverify.gui.symbol import Sign
from sigverify.gui.theme import DARK, LIGHT, theme
from sigverify.settings import Settings
from tests.gui.conftest import Desk, MakeDesk, settle
from tests.gui.drawing import save_signature
from tests.gui.fake_engine import card


def said(desk: Desk) -> str:
    return desk.window.page.verdict.accessibleDescription()


def test_alike_signatures_are_accepted_in_words_shape_and_colour(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.engine.distances = {"card-0.png": 0.41, "card-1.png": 0.36, "card-2.png": 0.52}
    desk.drop_in(cheque, *cards)
    verdict = desk.window.page.verdict
    assert verdict.headline.text() == "ACCEPT"
    assert verdict.verdict.sign is Sign.ACCEPT
    assert LIGHT.accept in verdict.headline.styleSheet()
    for part in ("0.430", "0.520", "thin-resnet-2026.11", "skilled forgeries", "genuine ones are flagged"):
        assert part in said(desk)
    assert "not a forensic opinion" in verdict.footer.text()


def test_unlike_signatures_are_flagged(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.engine.distances = {"card-0.png": 0.93}
    desk.drop_in(cheque, cards[0])
    assert desk.window.page.verdict.headline.text() == "FLAG"
    assert LIGHT.flag in desk.window.page.verdict.headline.styleSheet()
    assert "above the threshold 0.680" in said(desk)


def test_the_distance_at_the_threshold_is_still_accepted(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.engine.distances = {"card-0.png": 0.68}
    desk.drop_in(cheque, cards[0])
    assert desk.window.page.verdict.headline.text() == "ACCEPT"


@pytest.mark.parametrize(
    ("distance", "headline", "words"),
    [
        (0.2, "ACCEPT", "speaks fairly strongly for the same writer"),
        (0.40, "ACCEPT", "speaks moderately for the same writer"),
        (0.60, "ACCEPT", "speaks slightly for the same writer"),
        (0.65, "ACCEPT", "leaves open who wrote the questioned signature"),
        (0.70, "FLAG", "leaves open who wrote the questioned signature"),
        (0.80, "FLAG", "speaks slightly for another writer"),
        (0.90, "FLAG", "speaks moderately for another writer"),
        (1.30, "FLAG", "speaks fairly strongly for another writer"),
    ],
)
def test_the_card_says_for_whom_the_comparison_speaks(
    desk: Desk, cheque: Path, cards: list[Path], distance: float, headline: str, words: str
) -> None:
    desk.engine.distances = {"card-0.png": distance}
    desk.drop_in(cheque, cards[0])
    verdict = desk.window.page.verdict
    assert verdict.headline.text() == headline
    assert verdict.support.text() == f"The comparison {words}."
    assert f"The comparison {words}" in said(desk)
    assert not verdict.support.isHidden()


def test_words_against_the_decision_name_the_supervisors_choice(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(Settings(threshold_one=1.3))
    desk.engine.distances = {"card-0.png": 1.2}
    desk.drop_in(cheque, cards[0])
    assert desk.window.page.verdict.headline.text() == "ACCEPT"
    assert "for another writer. It is accepted all the same because the threshold 1.300 is the supervisor's" in said(
        desk
    )
    assert "the model's own is 0.680" in said(desk)


def test_without_a_calibration_there_are_neither_words_of_support_nor_a_percentage(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(calibrated=False)
    desk.drop_in(cheque, cards[0])
    assert desk.window.page.verdict.headline.text() == "ACCEPT"
    assert desk.window.page.verdict.support.isHidden()
    assert "The comparison" not in said(desk)
    assert "%" not in said(desk)


def test_the_same_picture_on_both_sides_speaks_for_nobody(desk: Desk, cheque: Path) -> None:
    copy = cheque.with_name("copy.png")
    copy.write_bytes(cheque.read_bytes())
    desk.drop_in(cheque, copy)
    assert "so the comparison says nothing" in said(desk)
    assert desk.window.page.verdict.support.isHidden()


def test_a_poor_image_is_not_judged_and_the_clerk_told_what_to_do(
    desk: Desk, tmp_path: Path, cards: list[Path]
) -> None:
    desk.drop_in(save_signature(tmp_path / "clipped.png", 3), cards[0])
    verdict, bar = desk.window.page.verdict, desk.window.page.verdict.bar.reading
    assert (verdict.headline.text(), verdict.verdict.sign) == ("CANNOT JUDGE", Sign.CANNOT_JUDGE)
    assert "touches the right edge" in said(desk)
    assert "scan it again" in said(desk)
    assert "forgeries" not in said(desk)
    assert (bar.measured, bar.distance) == (Measured.NO_DISTANCE, None)
    assert "touches the right edge" in desk.window.page.questioned.network.detail.text()


def test_one_poor_specimen_of_several_is_left_out_and_named(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    blank = save_signature(cards[0].with_name("blank.png"), 3)
    broken = cards[0].with_name("broken.png")
    broken.write_text("no image")
    desk.drop_in(cheque, broken, cards[0], blank)
    assert desk.window.page.verdict.headline.text() == "ACCEPT"
    assert "Specimen 1 cannot be read" in said(desk)
    assert "Specimen 3 is blank" in said(desk)
    captions = [thumbnail.caption for thumbnail in desk.window.page.on_file.strip.thumbnails]
    assert captions == ["unreadable", "0.430", "blank"]


def test_of_many_specimens_left_out_only_the_number_is_told(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    blanks = [save_signature(cards[0].with_name(f"blank-{number}.png"), number) for number in range(5)]
    desk.drop_in(cheque, cards[0], *blanks)
    assert "3 more were left out" in said(desk)


def test_the_same_file_on_both_sides_is_said_plainly(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0], cheque)
    band = desk.window.page.verdict.warning
    assert band.isVisible()
    assert "specimen 2 is the questioned picture itself" in band.label.text()
    assert "of 100" not in said(desk)


def test_the_numbers_on_bar_strip_and_verdict_are_the_same(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.engine.distances = {"card-0.png": 0.41, "card-1.png": 0.36, "card-2.png": 0.52}
    desk.drop_in(cheque, *cards)
    reading = desk.window.page.verdict.bar.reading
    assert reading.distance == pytest.approx(0.43)
    assert reading.threshold == card().policy.several
    assert [tick.distance for tick in reading.ticks] == [0.41, 0.36, 0.52]
    assert [tick.label for tick in reading.ticks] == [f"Specimen {n + 1}, card-{n}.png" for n in range(3)]
    assert [thumbnail.caption for thumbnail in desk.window.page.on_file.strip.thumbnails] == ["0.410", "0.360", "0.520"]
    assert "specimen 2, at 0.360" in desk.window.page.on_file.network.detail.text()


def test_the_bar_shows_where_other_writers_lie_as_the_card_measured_it(
    desk: Desk, cheque: Path, cards: list[Path]
) -> None:
    desk.drop_in(cheque, cards[0])
    same, other = desk.window.page.verdict.bar.reading.bands
    curve = card().one
    assert curve.at(other.low).far_random == pytest.approx(0.05, abs=0.001)
    assert curve.at(other.high).far_random == pytest.approx(0.95, abs=0.001)
    assert 1 - curve.at(same.high).frr == pytest.approx(0.95, abs=0.001)


def test_an_empty_window_says_what_to_do(desk: Desk) -> None:
    verdict = desk.window.page.verdict
    assert verdict.verdict.sign is Sign.EMPTY
    assert "Drop two files" in said(desk)
    assert not verdict.swap.isEnabled()
    assert not verdict.clear.isEnabled()
    assert "Two files at once" in desk.window.page.questioned.hint.lines.text()


def test_half_a_pair_says_which_half_is_missing(desk: Desk, cheque: Path) -> None:
    desk.drop_in(cheque)
    assert "on file is missing" in said(desk)
    desk.window.page.swap()
    settle()
    assert "questioned signature is missing" in said(desk)


def test_files_dropped_while_the_model_loads_are_shown_at_once_and_scored_when_it_is_ready(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(start=False)
    desk.drop_in(cheque, cards[0])
    page = desk.window.page
    assert page.questioned.view.has_image
    assert page.verdict.verdict.sign is Sign.BUSY
    assert "Loading the model" in said(desk)
    desk.engine.become_ready()
    settle()
    assert page.verdict.headline.text() == "ACCEPT"


def test_the_busy_sign_turns_only_while_it_is_seen(make_desk: MakeDesk) -> None:
    desk = make_desk(start=False)
    symbol = desk.window.page.verdict.symbol
    before = symbol.grab().toImage()
    settle(400)
    assert symbol.grab().toImage() != before
    desk.engine.become_ready()
    settle()
    assert not symbol._timer.isActive()


def test_an_unusable_model_is_told_with_its_remedy_and_images_are_still_shown(
    make_desk: MakeDesk, cheque: Path, cards: list[Path]
) -> None:
    desk = make_desk(start=False)
    desk.engine.become_unusable("The weights are damaged. Reinstall sigverify.")
    desk.drop_in(cheque, cards[0])
    assert "Reinstall sigverify" in said(desk)
    assert desk.window.page.verdict.verdict.sign is Sign.PROBLEM
    assert desk.window.page.questioned.view.has_image
    assert "No model" in desk.window.status.state.text()


def test_a_broken_file_is_told_in_its_own_pane_and_the_window_stays_usable(
    desk: Desk, cheque: Path, cards: list[Path]
) -> None:
    broken = cheque.with_name("broken 文件.png")
    broken.write_text("this is a text")
    desk.drop_in(broken, cards[0])
    page = desk.window.page
    assert page.questioned.stack.currentWidget() is page.questioned.problem
    assert "broken 文件.png is not an image" in page.questioned.problem.lines.text()
    assert page.on_file.view.has_image
    assert "broken 文件.png" in said(desk)
    desk.drop_in(cheque)
    assert page.verdict.headline.text() == "ACCEPT"


def test_nothing_old_stands_beside_a_new_picture(make_desk: MakeDesk, cheque: Path, cards: list[Path]) -> None:
    desk = make_desk(answers_at_once=False)
    desk.drop_in(cheque, cards[0])
    desk.engine.answer()
    settle()
    assert desk.window.page.verdict.headline.text() == "ACCEPT"
    desk.drop_in(cards[1])
    assert desk.window.page.verdict.verdict.sign is Sign.BUSY
    assert desk.window.page.verdict.bar.reading.distance is None
    assert not desk.window.page.questioned.view.has_image
    assert desk.window.page.on_file.view.has_image


def test_the_answer_to_an_older_job_is_not_shown(make_desk: MakeDesk, cheque: Path, cards: list[Path]) -> None:
    desk = make_desk(answers_at_once=False)
    desk.drop_in(cheque, cards[0])
    desk.drop_in(cards[1])
    desk.engine.answer(1)
    settle()
    assert desk.window.page.verdict.verdict.sign is Sign.BUSY
    desk.engine.answer(2)
    settle()
    assert desk.window.page.verdict.headline.text() == "ACCEPT"


def test_the_verdict_takes_on_the_colours_of_the_dark(desk: Desk, cheque: Path, cards: list[Path]) -> None:
    desk.drop_in(cheque, cards[0])
    theme().use(DARK)
    assert DARK.accept in desk.window.page.verdict.headline.styleSheet()


def contrast(one: str, other: str) -> float:
    """As defined by WCAG 2.1."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lights = sorted((light(one), light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("name", ["text", "muted", "faint", "accept", "flag", "grey"])
def test_every_word_can_be_read_in_both_themes(colours: object, name: str) -> None:
    assert contrast(getattr(colours, name), getattr(colours, "card")) >= 4.5  # noqa: B009
