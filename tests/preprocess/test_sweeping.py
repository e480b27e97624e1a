import cv2
import numpy as np
import pytest

from sigverify.preprocess import sweeping
from sigverify.preprocess.closeup import CHANNELS, HEIGHT, WIDTH
from sigverify.preprocess.page import Page
from sigverify.preprocess.sweeping import swept
from tests.cheques import PEN, sees_pen

SIZE = (860, 2000)
ONE, OTHER = (1100, 600, 1580, 680), (150, 420, 400, 480)


def sheet(*boxes, size=SIZE):
    picture = np.full((*size, 3), 245, np.uint8)
    cv2.putText(picture, "PAY TO THE ORDER OF", (100, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (20, 20, 20), 3)
    for x0, y0, x1, y1 in boxes:
        x = np.linspace(x0 + 3, x1 - 4, 14)
        y = np.where(np.arange(14) % 2, y0 + 3, y1 - 4)
        cv2.polylines(picture, [np.stack([x, y], axis=1).round().astype(np.int32)], False, PEN, 5, cv2.LINE_AA)
    return picture


def found(picture, page=None):
    return swept(sees_pen, picture, page or Page.whole(picture))


def assert_close(box, truth, within=8):
    assert np.abs(np.array(box) - np.array(truth)).max() <= within, (box, truth)


def test_what_is_written_is_found_wherever_it_is_and_print_is_not():
    first, second = found(sheet(ONE, OTHER))
    assert_close(first, ONE)  # there is more ink
    assert_close(second, OTHER)


def test_where_nobody_signed_nothing_is_found():
    assert found(sheet()) == ()


def test_words_close_by_are_one_place():
    (only,) = found(sheet((1100, 600, 1300, 680), (1350, 600, 1580, 680)))
    assert_close(only, ONE)


def test_a_signature_across_two_close_ups_is_one_place():
    (only,) = found(sheet((860, 560, 1140, 640)))
    assert_close(only, (860, 560, 1140, 640))


def test_a_speck_is_no_place():
    picture = sheet(ONE)
    picture[500:508, 300:308] = PEN
    assert len(found(picture)) == 1


def test_nothing_is_asked_about_and_every_part_where_people_sign_is_shown():
    asked = []

    def near(picture):
        asked.append(picture)
        return sees_pen(picture)

    picture = sheet(ONE)
    swept(near, picture, Page.whole(picture))
    assert {one.shape for one in asked} == {(HEIGHT, WIDTH, CHANNELS)}
    assert all((one[..., 3] == 255).all() for one in asked)
    assert len(asked) == 4


def test_a_page_much_taller_than_a_cheque_is_not_swept():
    picture = sheet(ONE, size=(3200, 2000))
    assert swept(None, picture, Page.whole(picture)) == ()


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_cheque_that_lies_otherwise_is_swept_upright(turns):
    turned = np.ascontiguousarray(np.rot90(sheet(ONE), turns))
    page = Page.whole(turned).turned_by((4 - turns) % 4)
    if page.size != SIZE[::-1]:
        page = Page.whole(turned).turned_by(turns)
    (only,) = found(turned, page)
    assert_close(only, page.box_in_picture(ONE, turned.shape[:2]), within=9)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (900, 1, 3), (3, 5, 3), (40, 60, 3)])
def test_pictures_of_hardly_a_pixel_hold_nothing(shape):
    picture = np.full(shape, 200, np.uint8)
    assert swept(sees_pen, picture, Page.whole(picture)) == ()


def test_a_low_sheet_is_swept_in_one_row():
    picture = sheet((1100, 60, 1580, 140), size=(200, 2000))
    (only,) = found(picture)
    assert_close(only, (1100, 60, 1580, 140))
    assert sweeping.ROWS * sweeping.STEP > 800


def test_a_signature_under_a_long_line_of_writing_is_a_place_of_its_own():
    line = (150, 495, 1500, 578)
    (first, second) = found(sheet(line, ONE))
    assert_close(first, line)
    assert_close(second, ONE)


def test_a_signature_that_does_not_fill_more_than_people_sign_on_stays_one_place():
    picture = sheet((900, 600, 1200, 680), (1250, 600, 1560, 680))  # 0.33 of the width, its words 50 pixels apart
    (only,) = found(picture)
    assert_close(only, (900, 600, 1560, 680))
