from functools import partial

import numpy as np
import pytest

from sigverify.preprocess.composing.hands import Hands, figures
from sigverify.preprocess.composing.making import Maker, drawn
from sigverify.preprocess.composing.marks import Mark, blot_of, mirrored, spread
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import encode_png, grey

LINE = Mark(strokes=(np.array([[0.0, 0.0], [50.0, 10.0], [100.0, 0.0]]),))


def test_a_mark_is_drawn_as_wide_as_asked():
    cover = LINE.cover(200.0, 3.0, np.random.default_rng(0))
    inked = np.flatnonzero(cover.max(axis=0) > 100)
    assert 195 <= inked[-1] - inked[0] <= 208


def test_a_wider_pen_covers_more():
    thin, thick = (LINE.cover(200.0, pen, np.random.default_rng(0)).sum() for pen in (1.5, 4.5))
    assert thick > 1.8 * thin


def test_a_mark_without_anything_is_refused():
    with pytest.raises(ValueError, match="either strokes"):
        Mark()


def test_the_ink_of_a_scan_is_taken_off_its_paper():
    scan = grey(Signer.of_seed(4).genuine(1))
    mark = blot_of(scan)
    assert mark is not None
    assert mark.blot is not None
    assert mark.blot.shape[1] < scan.shape[1]
    assert mark.blot.max() > 200
    assert np.mean(mark.blot == 0) > 0.5


def test_blank_paper_has_no_ink():
    assert blot_of(np.full((60, 200), 240, np.uint8)) is None


def test_words_of_a_name_are_set_apart_and_keep_their_ink():
    blot = np.zeros((40, 160), np.uint8)
    blot[5:35, :60] = blot[5:35, 75:] = 255
    rng = np.random.default_rng(0)
    wide = [spread(Mark(blot=blot), rng) for _ in range(20)]
    assert {one.blot.sum() for one in wide} == {blot.sum()}
    widths = [one.size[0] for one in wide]
    assert min(widths) >= 155
    assert 170 < max(widths) <= 160 + 40 * 1.2


def test_a_name_of_one_word_stays_as_it_is():
    blot = np.full((40, 90), 255, np.uint8)
    assert spread(Mark(blot=blot), np.random.default_rng(0)).size == (90.0, 40.0)


def test_mirrored_writing_runs_the_other_way():
    line = mirrored(Mark(strokes=(np.array([[0.0, 0.0], [80.0, 10.0], [100.0, 40.0]]),)))
    assert line.size == (100.0, 40.0)
    assert np.all(np.diff(line.strokes[0][:, 0]) < 0)


def test_names_written_out_sign_most_cheques(tmp_path):
    name, other = tmp_path / "name.png", tmp_path / "other.png"
    for path, seed in ((name, 4), (other, 9)):
        path.write_bytes(encode_png(grey(Signer.of_seed(seed).genuine(1))))
    rng, hands = np.random.default_rng(0), Hands(names=[name], pictures=[other])
    marks = [hands.signature(rng) for _ in range(80)]
    height = blot_of(grey(Signer.of_seed(4).genuine(1))).size[1]
    names = sum(mark.blot is not None and mark.size[1] == height for mark in marks)
    assert 25 <= names <= 65


def test_figures_stand_side_by_side():
    short, long = (figures(text, np.random.default_rng(1)).size[0] for text in ("12", "123456"))
    assert long > 2.0 * short


def test_real_pictures_are_used_and_broken_ones_left_out(tmp_path):
    good, broken = tmp_path / "good.png", tmp_path / "broken.png"
    good.write_bytes(encode_png(grey(Signer.of_seed(4).genuine(1))))
    broken.write_bytes(b"no picture")
    rng = np.random.default_rng(0)
    assert any(Hands(pictures=[good]).signature(rng).blot is not None for _ in range(12))
    assert all(Hands(pictures=[broken]).signature(rng).strokes for _ in range(12))


def test_real_handwriting_is_cut_into_entries():
    page = tuple(np.array([[x, 0.0], [x + 20.0, 30.0]]) for x in range(0, 600, 30))
    rng = np.random.default_rng(0)
    widths = [Hands(pages=[page]).words(rng).size[0] for _ in range(30)]
    assert max(widths) > 100.0


def test_a_batch_is_known_by_its_number():
    one, same, other = (drawn(number, 5, Hands(), rows=640) for number in (3, 3, 4))
    assert np.array_equal(one[0], same[0])
    assert not np.array_equal(one[0], other[0])


def test_batches_come_in_turn_from_a_process_beside():
    with Maker(Hands(), 5, draw=partial(drawn, rows=320)) as maker:
        pictures, truths, upside_down = maker.batch()
    assert pictures.dtype == np.uint8
    assert truths.shape == (len(pictures), pictures.shape[1] // 2, 320)
    assert upside_down.shape == (len(pictures),)
