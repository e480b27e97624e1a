import cv2
import numpy as np
import pytest

from sigverify.preprocess.closelook import look_closely
from sigverify.preprocess.lifting import lift_seen
from sigverify.preprocess.page import Page
from sigverify.preprocess.trace import Trace
from tests.cheques import PEN
from tests.cheques import sees_pen as near

PRINT = (20, 20, 20)
FIRST, SECOND = (1100, 600, 1300, 680), (1380, 600, 1580, 680)  # two words of a name
NAME = (1100, 600, 1580, 680)


def zigzag(picture, box, colour=PEN):
    x0, y0, x1, y1 = box
    x = np.linspace(x0 + 3, x1 - 4, 12)
    y = np.where(np.arange(12) % 2, y0 + 3, y1 - 4)
    cv2.polylines(picture, [np.stack([x, y], axis=1).round().astype(np.int32)], False, colour, 5, cv2.LINE_AA)


@pytest.fixture
def cheque():
    picture = np.full((860, 2000, 3), 245, np.uint8)
    zigzag(picture, FIRST)
    zigzag(picture, SECOND)
    cv2.putText(picture, "AUTHORISED SIGNATORY", (1150, 672), cv2.FONT_HERSHEY_SIMPLEX, 1.0, PRINT, 2, cv2.LINE_AA)
    cv2.line(picture, (1000, 640), (1700, 640), PRINT, 3)
    return picture


def assert_close(box, truth, within=8):
    assert np.abs(np.array(box) - np.array(truth)).max() <= within, (box, truth)


def test_the_box_is_drawn_round_the_ink_of_the_signature(cheque):
    look = look_closely(near, cheque, Page.whole(cheque), (1080, 560, 1650, 720))
    assert_close(look.box, NAME)


@pytest.mark.parametrize("part", [FIRST, SECOND, (1120, 620, 1180, 660)])
def test_of_a_part_of_a_name_the_whole_is_found(cheque, part):
    look = look_closely(near, cheque, Page.whole(cheque), part)
    assert_close(look.box, NAME)


def test_a_name_longer_than_the_first_close_up_is_followed(cheque):
    zigzag(cheque, (600, 600, 1060, 680))
    look = look_closely(near, cheque, Page.whole(cheque), (1400, 610, 1560, 670))
    assert_close(look.box, (600, 600, 1580, 680), within=12)


def sees_what_is_asked_about(elsewhere):
    """A network that is sure of the pen's ink in the place asked about, and says so much of what is elsewhere."""

    def see(picture):
        return np.where(picture[..., 3] == 0, 1.0, elsewhere).astype(np.float32) * near(picture)

    return see


@pytest.mark.parametrize("elsewhere", [0.6, 0.0])
@pytest.mark.parametrize("part", [FIRST, SECOND])
def test_a_word_that_the_network_is_not_sure_of_is_asked_about_with_the_other(cheque, part, elsewhere):
    look = look_closely(sees_what_is_asked_about(elsewhere), cheque, Page.whole(cheque), part)
    assert_close(look.box, NAME)


def test_ink_that_is_asked_about_in_vain_changes_nothing(cheque):
    def sees_the_first_word(picture):
        first = near(picture)
        columns = np.flatnonzero((first > 0.5).any(axis=0) & (picture[..., 3] == 0).any(axis=0))
        gaps = np.flatnonzero(np.diff(columns) > 30)
        if len(gaps):
            first[:, columns[gaps[0]] + 1 :] = 0.02
            first *= 0.8  # asked about too much at once it doubts everything
        return first * (picture[..., 3] == 0)

    page = Page.whole(cheque)
    look = look_closely(sees_the_first_word, cheque, page, FIRST)
    assert_close(look.box, FIRST)
    assert look.strength > 0.9


def test_writing_that_goes_on_and_on_is_no_name(cheque):
    for left in (250, 535, 820):
        zigzag(cheque, (left, 600, left + 200, 680))
    look = look_closely(sees_what_is_asked_about(0.0), cheque, Page.whole(cheque), SECOND)
    assert look.box[2] - look.box[0] <= 0.36 * 2000 + 8
    assert look.box[0] > 700


def test_a_box_is_not_gone_beyond_for_a_person(cheque):
    look = look_closely(sees_what_is_asked_about(0.6), cheque, Page.whole(cheque), FIRST, within=True)
    assert_close(look.box, FIRST)


def test_nothing_outside_of_a_persons_box_counts(cheque):
    look = look_closely(near, cheque, Page.whole(cheque), (1080, 560, 1330, 720), within=True)
    assert_close(look.box, FIRST)


def test_another_signature_far_off_is_left_alone(cheque):
    zigzag(cheque, (150, 600, 500, 680))
    look = look_closely(near, cheque, Page.whole(cheque), FIRST)
    assert_close(look.box, NAME)


def test_one_above_the_other_are_two(cheque):
    zigzag(cheque, (1100, 430, 1580, 510))
    look = look_closely(near, cheque, Page.whole(cheque), FIRST)
    assert_close(look.box, NAME)


def test_a_word_of_another_pen_beside_it_is_left_alone(cheque):
    zigzag(cheque, (780, 600, 980, 680), (120, 130, 190))
    look = look_closely(near, cheque, Page.whole(cheque), FIRST)
    assert_close(look.box, NAME)


def test_where_no_pen_was_there_is_nothing(cheque):
    assert look_closely(near, cheque, Page.whole(cheque), (200, 100, 500, 200)) is None


def test_the_signature_is_lifted_without_what_is_printed_through_it(cheque):
    look = look_closely(near, cheque, Page.whole(cheque), NAME)
    lifted = lift_seen(cheque, Page.whole(cheque), look)
    bare = np.full((860, 2000, 3), 245, np.uint8)
    zigzag(bare, FIRST)
    zigzag(bare, SECOND)
    truth = bare[..., 0] < 140
    found = np.zeros((860, 2000), bool)
    rows, columns = np.nonzero(lifted.ink)
    x, y = lifted.to_picture[0, 2], lifted.to_picture[1, 2]
    found[(rows + y).round().astype(int), (columns + x).round().astype(int)] = True
    reached = cv2.dilate(found.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert (truth & reached).sum() > 0.97 * truth.sum()
    allowed = cv2.dilate(truth.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert (found & ~allowed).sum() < 0.02 * found.sum()


def test_the_stages_show_the_ink_of_one_pen_where_there_is_colour(cheque):
    for picture, there in ((cheque, True), (np.ascontiguousarray(cheque[..., 1]), False)):
        trace, page = Trace(), Page.whole(picture)
        look = look_closely(near, cheque, page, NAME)
        lift_seen(picture, page, look, trace)
        assert ("one pen" in [name for name, _ in trace.stages]) is there


def test_a_cheque_that_lies_on_its_side_is_looked_at_upright(cheque):
    turned = np.ascontiguousarray(np.rot90(cheque, -1))  # a quarter turn clockwise
    page = Page.whole(turned).turned_by(1)
    corners = page.box_in_picture(FIRST, turned.shape[:2])
    look = look_closely(near, turned, page, corners)
    assert_close(look.box, page.box_in_picture(NAME, turned.shape[:2]))
    lifted = lift_seen(turned, page, look).signature
    assert lifted.shape[1] > 3 * lifted.shape[0]
