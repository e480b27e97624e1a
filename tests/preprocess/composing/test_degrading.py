import numpy as np
import pytest

from sigverify.preprocess.composing.degrading import bitonal, compressed, laid_down, scanned

SHEET = np.full((300, 640, 3), 240.0, np.float32)
SHEET[200:230, 400:560] = 20.0
SIGNED = np.where(SHEET[..., 0] < 100.0, 255, 0).astype(np.uint8)


@pytest.mark.parametrize("seed", range(8))
def test_black_and_white_has_two_levels(seed):
    grey = SHEET[..., 0].astype(np.uint8)
    assert set(np.unique(bitonal(grey, np.random.default_rng(seed)))) <= {0, 255}


def test_the_truth_moves_with_the_ink():
    rng = np.random.default_rng(1)
    for _ in range(20):
        moved, truth = laid_down(SHEET, SIGNED, rng)
        assert truth.max() == 255
        assert moved[truth == 255].mean() < 60.0


def test_a_scan_is_grey_and_as_high_for_its_width():
    rng = np.random.default_rng(2)
    for _ in range(20):
        picture = scanned(SHEET, rng)
        assert picture.dtype == np.uint8
        assert picture.shape[1] / picture.shape[0] == pytest.approx(640 / 300, rel=0.02)


def test_compression_keeps_the_picture():
    grey = SHEET[..., 0].astype(np.uint8)
    assert np.abs(compressed(grey, np.random.default_rng(0)).astype(int) - grey).mean() < 8.0


def test_a_threshold_near_the_paper_leaves_pale_print_now_and_then():
    pale = np.full((200, 400), 235, np.uint8)
    pale[::12] = 226
    left = [np.mean(bitonal(pale, np.random.default_rng(seed)) == 0) for seed in range(40)]
    assert sum(share > 0.05 for share in left) >= 4
    assert sum(share < 0.02 for share in left) >= 4
