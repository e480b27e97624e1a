import cv2
import numpy as np
import pytest

from sigverify.preprocess.nameparts import written_at

BLUE, BLACK, GREEN = (60, 70, 160), (50, 50, 50), (70, 150, 90)
WHOLE = 1280.0  # pixels of a close-up that the cheque would be wide
FIRST, SECOND = (100, 100, 200, 150), (250, 100, 340, 150)


class Sheet:
    """A close-up, and how sure a network is of its ink."""

    def __init__(self):
        self.picture = np.full((256, 640, 4), 255, np.uint8)
        self.probability = np.zeros((256, 640), np.float32)

    def word(self, box, colour, sure=0.95):
        x0, y0, x1, y1 = box
        x = np.linspace(x0 + 2, x1 - 3, 10)
        y = np.where(np.arange(10) % 2, y0 + 2, y1 - 3)
        stroke = np.zeros((256, 640), np.uint8)
        cv2.polylines(stroke, [np.stack([x, y], axis=1).round().astype(np.int32)], False, 255, 3)
        self.picture[stroke > 0, :3] = colour
        self.probability[stroke > 0] = sure
        return self

    def at(self, box=FIRST):
        return written_at(self.picture, self.probability, np.array(box, np.float64), WHOLE)


def test_the_next_word_of_the_pen_is_of_the_name():
    found = Sheet().word(FIRST, BLUE).word(SECOND, BLUE).at()
    assert found.bounds == pytest.approx((*FIRST[:2], *SECOND[2:]), abs=4)
    assert not found.perhaps


def test_the_next_word_of_another_pen_is_not():
    found = Sheet().word(FIRST, BLUE).word(SECOND, GREEN).at()
    assert found.bounds == pytest.approx(FIRST, abs=4)


def test_where_writing_with_another_pen_crosses_a_word_the_next_one_is_still_of_the_name():
    sheet = Sheet().word((30, 85, 180, 135), (160, 168, 240)).word(FIRST, BLACK).word(SECOND, BLACK)
    found = sheet.at()
    assert found.bounds[2] == pytest.approx(SECOND[2], abs=4)


@pytest.mark.parametrize(("sure", "told"), [(0.6, True), (0.3, True), (0.0, True), (0.95, False)])
def test_a_word_that_the_network_is_not_sure_of_may_be_one(sure, told):
    found = Sheet().word(FIRST, BLUE).word(SECOND, BLUE, sure).at()
    assert bool(found.perhaps) is told
    if told:
        assert found.bounds == pytest.approx(FIRST, abs=4)
        assert found.perhaps[-1] == pytest.approx(SECOND, abs=6)


def test_an_upright_rule_on_the_line_is_no_word():
    sheet = Sheet().word(FIRST, BLUE)
    sheet.picture[95:155, 260:264, :3] = BLUE
    sheet.probability[95:155, 260:264] = 0.95
    found = sheet.at()
    assert found.bounds == pytest.approx(FIRST, abs=4)
    assert not found.perhaps


def test_close_by_another_pen_with_nothing_in_common_is_not_the_signatures():
    near = (210, 100, 260, 150)
    assert Sheet().word(FIRST, BLACK).word(near, (150, 160, 240)).at().bounds == pytest.approx(FIRST, abs=4)
    paler = tuple(tone + 60 for tone in BLACK)
    assert Sheet().word(FIRST, BLACK).word(near, paler).at().bounds[2] == pytest.approx(near[2], abs=4)


@pytest.mark.parametrize(("sure", "told"), [(0.6, True), (0.3, False), (0.0, False)])
def test_a_long_word_after_a_short_one_may_be_one_where_the_network_sees_something_of_it(sure, told):
    initial = (170, 100, 205, 150)
    found = Sheet().word(initial, BLUE).word((250, 100, 440, 150), BLUE, sure).at(initial)
    assert bool(found.perhaps) is told


@pytest.mark.parametrize(
    "box",
    [
        (250, 20, 340, 60),  # on another line
        (400, 100, 490, 150),  # too far off
        (250, 120, 340, 130),  # a rule
        (250, 60, 340, 190),  # a drawing
        (250, 100, 520, 150),  # a line of writing
    ],
)
def test_what_is_no_word_beside_it_is_not_asked_about(box):
    assert not Sheet().word(FIRST, BLUE).word(box, BLUE, 0.0).at().perhaps


def test_print_in_another_colour_is_not_asked_about():
    assert not Sheet().word(FIRST, BLUE).word(SECOND, BLACK, 0.0).at().perhaps


def test_an_underline_that_reaches_below_the_word_hides_nothing_of_the_next():
    sheet = Sheet().word(FIRST, BLUE).word((190, 100, 290, 160), BLUE, 0.0)
    assert sheet.at().perhaps


def test_a_little_ink_is_no_signature():
    assert Sheet().word((100, 100, 112, 108), BLUE).at((100, 100, 112, 108)) is None


def test_ink_elsewhere_is_not_at_the_place():
    assert Sheet().word(FIRST, BLUE).at((400, 100, 500, 150)) is None
