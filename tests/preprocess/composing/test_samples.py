import numpy as np
import pytest

from sigverify.preprocess.composing import samples
from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.hands import Hands, figures
from sigverify.preprocess.composing.samples import Sample, composite, seen
from sigverify.preprocess.composing.sheets import sheet


@pytest.fixture(scope="module")
def some() -> list[Sample]:
    hands, rng = Hands(), np.random.default_rng(1)
    return [composite(320, hands, rng) for _ in range(24)]


def test_a_drawn_cheque_is_as_large_as_the_network_sees_it(some):
    assert {sample.grey.shape for sample in some} == {(320, 640)}
    assert {sample.truth.shape for sample in some} == {(160, 320)}


def test_some_are_signed_and_some_are_not(some):
    unsigned = sum(not sample.signed for sample in some)
    assert 1 <= unsigned <= 14


def test_the_truth_lies_on_ink(some):
    darker = []
    for sample in (one for one in some if one.signed):
        cells = sample.grey.reshape(160, 2, 320, 2).min(axis=(1, 3)).astype(float)
        darker.append(np.median(cells[~sample.truth]) - np.median(cells[sample.truth]))
    assert np.mean(np.array(darker) > 60.0) > 0.85  # some are dithered or worn


def test_a_signature_is_a_small_part_of_a_cheque(some):
    shares = [sample.truth.mean() for sample in some if sample.signed]
    assert 0.002 < np.median(shares) < 0.05
    assert max(shares) < 0.2


def test_few_are_upside_down(some):
    assert 1 <= sum(sample.upside_down for sample in some) <= 12


def test_the_same_seed_draws_the_same_cheque():
    one, other = (composite(288, Hands(), np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one.grey, other.grey)
    assert np.array_equal(one.truth, other.truth)


def test_a_sheet_turned_round_has_its_truth_turned_round():
    for seed in range(40):
        canvas = Canvas(640, 320, (250.0, 250.0, 250.0))
        canvas.sign(np.full((30, 80), 255, np.uint8), 500.0, 250.0, (20.0, 20.0, 20.0), 1.0)
        sample = seen(canvas, 320, np.random.default_rng(seed))
        assert sample.truth[80:, 160:].any() != sample.upside_down
        assert sample.truth[:80, :160].any() == sample.upside_down


def test_a_cheque_keeps_the_boxes_of_its_signatures():
    rng = np.random.default_rng(3)
    for canvas in (cheque(640, Hands(), rng) for _ in range(12)):
        assert canvas.signed.any() == bool(canvas.signatures)
        for x0, y0, x1, y1 in canvas.signatures:
            assert canvas.signed[y0:y1, x0:x1].max() > 127


def test_a_page_is_as_high_as_paper_is():
    canvas = sheet(640, 1 / 2**0.5, Hands(), np.random.default_rng(2))
    assert canvas.pixels.shape == (905, 640, 3)
    assert composite(896, Hands(), np.random.default_rng(2)).grey.shape == (896, 640)


def test_eastern_figures_are_drawn_each_in_its_own_way():
    marks = [figures(digit, np.random.default_rng(3)) for digit in "٠١٢٣٤٥٦٧٨٩"]
    covers = [mark.cover(20.0, 1.5, np.random.default_rng(4)) for mark in marks]
    assert all(cover.max() > 128 for cover in covers)
    assert len({(cover.shape, cover.tobytes()) for cover in covers}) == 10


def test_a_sheet_that_comes_out_black_is_scanned_again(monkeypatch):
    black, clear = np.zeros((100, 200), np.uint8), np.full((100, 200), 250, np.uint8)
    scans = iter([black, black, clear])
    monkeypatch.setattr(samples, "scanned", lambda *_: next(scans))
    assert samples._legible(np.full((100, 200, 3), 250.0, np.float32), np.random.default_rng(1)) is clear


def test_a_sheet_that_always_comes_out_black_is_taken_as_it_is(monkeypatch):
    black = np.zeros((100, 200), np.uint8)
    monkeypatch.setattr(samples, "scanned", lambda *_: black)
    assert samples._legible(np.full((100, 200, 3), 250.0, np.float32), np.random.default_rng(1)) is black
