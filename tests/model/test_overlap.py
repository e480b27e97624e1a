import math

import numpy as np
import pytest

from sigverify.boxes import area
from sigverify.model.overlap import covered, grown, holds, moved, stroke_dice

TRUTH = (100, 50, 200, 100)


def test_a_box_that_is_too_large_covers_the_signature_though_it_agrees_little():
    assert covered(TRUTH, (90, 40, 210, 160)) == 1.0
    assert covered(TRUTH, (100, 50, 190, 100)) == pytest.approx(0.9)
    assert covered(TRUTH, (0, 0, 50, 50)) == 0.0


def test_a_margin_covers_what_was_cut_off_and_stops_at_the_picture():
    assert covered(TRUTH, grown((104, 54, 196, 96), 4)) == 1.0
    assert grown((3, 50, 20, 60), 8) == (0, 42, 28, 68)


def test_the_middle_may_lie_on_the_edge_of_a_box_but_not_outside():
    assert holds(TRUTH, (150, 75))
    assert holds(TRUTH, (100, 50))
    assert not holds(TRUTH, (99.5, 75))


def test_a_box_on_a_turned_cheque_grows_only_by_the_turn():
    half = np.array([[-1, 0, 1000], [0, -1, 500]], np.float64)
    assert moved(TRUTH, half) == (800, 400, 900, 450)
    angle = math.radians(3)
    skew = np.array([[math.cos(angle), -math.sin(angle), 40], [math.sin(angle), math.cos(angle), 5]])
    turned = moved(TRUTH, skew)
    assert area(TRUTH) < area(turned) < 1.2 * area(TRUTH)


def test_a_box_keeps_an_inside_however_small_the_cheque_becomes():
    x0, y0, x1, y1 = moved(TRUTH, np.array([[0.001, 0, 0], [0, 0.001, 0]]))
    assert x0 < x1
    assert y0 < y1


def stroke(row: int, *, shape=(60, 200), thick: int = 3) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[row : row + thick, 20:180] = True
    return mask


def test_a_stroke_a_pixel_or_two_aside_is_the_same_stroke():
    assert stroke_dice(stroke(20), stroke(20)) == 1.0
    assert stroke_dice(stroke(22), stroke(20)) == 1.0
    assert stroke_dice(stroke(20, thick=1), stroke(20, thick=3)) == 1.0


def test_a_stroke_elsewhere_is_another_stroke():
    assert stroke_dice(stroke(40), stroke(10)) == 0.0


def test_a_ruled_line_left_standing_halves_the_agreement_as_far_as_it_reaches():
    assert stroke_dice(stroke(20) | stroke(40), stroke(20)) == pytest.approx(2 / 3)
    assert stroke_dice(stroke(20), stroke(20) | stroke(40)) == pytest.approx(2 / 3)


def test_no_ink_agrees_with_no_ink_only():
    nothing = np.zeros((60, 200), bool)
    assert stroke_dice(nothing, nothing) == 1.0
    assert stroke_dice(nothing, stroke(20)) == 0.0
    assert stroke_dice(stroke(20), nothing) == 0.0


def test_strokes_on_pictures_of_two_sizes_are_not_compared():
    with pytest.raises(ValueError, match="one picture"):
        stroke_dice(stroke(20), np.zeros((10, 10), bool))
