import numpy as np

from sigverify.preprocess.composing import lettering
from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.printing import date_stamp
from sigverify.preprocess.composing.signing import BARE, print_zone, sign
from sigverify.preprocess.composing.writing import Pencase

AREA = (0.6, 0.3, 0.95, 0.42)


def test_a_banks_stamp_has_a_frame_and_something_in_it():
    for seed in range(12):
        cover = date_stamp(np.random.default_rng(seed), 160.0)
        assert cover.dtype == np.uint8
        rows, columns = np.flatnonzero(cover.max(axis=1) > 60), np.flatnonzero(cover.max(axis=0) > 60)
        inside = cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        height, width = inside.shape
        assert 0.03 < np.mean(inside > 60) < 0.6
        assert inside[height // 4 : -height // 4, width // 4 : -width // 4].max() > 60


def test_a_small_stamp_is_drawn_all_the_same():
    assert date_stamp(np.random.default_rng(3), 8.0).max() > 60


def test_some_places_to_sign_are_left_bare():
    rng = np.random.default_rng(5)
    bare = 0
    for _ in range(80):
        canvas = Canvas(640, 280, (250.0, 250.0, 250.0))
        zone = print_zone(canvas, AREA, rng)
        bare += zone.rule is None and bool(np.min(canvas.pixels) > 200.0)
    assert 0.5 * BARE < bare / 80 < 2.0 * BARE


def test_signatures_are_written_up_to_the_right_edge_now_and_then():
    rng, hands = np.random.default_rng(6), Hands()
    ends = []
    for _ in range(60):
        canvas = Canvas(640, 280, (250.0, 250.0, 250.0))
        sign(canvas, print_zone(canvas, AREA, rng), hands, Pencase.picked(rng), rng)
        ends.append(canvas.signatures[0][2] / 640)
    assert sum(end > 0.955 for end in ends) >= 5


def test_letters_of_arabic_join_from_right_to_left():
    word = lettering.joined(np.random.default_rng(1))
    assert all(0xFE80 <= ord(letter) <= 0xFEFC for letter in word)


def test_print_in_any_script_is_as_high_as_asked():
    rng = np.random.default_rng(7)
    for _ in range(60):
        cover = lettering.written("Pay to the order", 20.0, rng, foreign=True)
        assert cover.max() > 100
        assert cover.shape[0] <= 60
