import cv2
import numpy as np
import pytest

from sigverify.preprocess.rescanning import RESCANS, resized, upside_down

WIDTH, HEIGHT = 2400, 1080  # a cheque at 300 dpi
BOX = (1900, 700, 2200, 820)


def cheque(ink=(40, 40, 120)) -> np.ndarray:
    """Paper with a light pattern and a signature in colour."""
    picture = np.full((HEIGHT, WIDTH, 3), (250, 240, 225), np.uint8)
    picture[::40] = (235, 222, 208)
    cv2.polylines(picture, [strokes()], False, ink, 6, cv2.LINE_AA)
    return picture


def strokes() -> np.ndarray:
    x0, y0, x1, y1 = BOX
    across = np.linspace(x0 + 4, x1 - 4, 60)
    down = (y0 + y1) / 2 + (y1 - y0 - 10) / 2 * np.sin((across - x0) / 14)
    return np.stack([across, down], axis=1).astype(np.int32)


def mask() -> np.ndarray:
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.polylines(drawn, [strokes()], False, 255, 6)
    return drawn > 0


def darkest_part(pixels: np.ndarray) -> tuple[int, int, int, int]:
    """The box of the ink, found as anybody would see it."""
    grey = pixels if pixels.ndim == 2 else pixels.min(axis=2)
    ink = cv2.morphologyEx((grey < 150).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize("name", list(RESCANS))
def test_the_signature_is_where_the_matrix_says(name):
    scan = RESCANS[name](cheque())
    at = np.array([(BOX[0], BOX[1], 1), (BOX[2], BOX[3], 1)], np.float64) @ scan.matrix.T
    x0, y0, x1, y1 = darkest_part(scan.pixels)
    assert (x0 + x1) / 2 == pytest.approx(at[:, 0].mean(), abs=6)
    assert (y0 + y1) / 2 == pytest.approx(at[:, 1].mean(), abs=6)


def test_a_banks_scan_is_black_and_white_and_its_paper_stays_white():
    scan = RESCANS["bitonal 200 dpi G4"](cheque())
    assert scan.pixels.shape == (720, 1600)
    assert set(np.unique(scan.pixels)) == {0, 255}
    assert (scan.pixels == 0).mean() < 0.02


def test_a_coarse_scan_is_grey_and_a_third_as_wide():
    scan = RESCANS["grey 100 dpi JPEG"](cheque())
    assert scan.pixels.shape == (360, 800)


def test_what_is_coarse_already_is_not_made_larger():
    small = cheque()[::4, ::4]
    assert RESCANS["bitonal 200 dpi G4"](small).pixels.shape == small.shape[:2]
    assert RESCANS["grey 100 dpi JPEG"](small[:, :500]).pixels.shape[1] == 500


def test_a_skewed_cheque_is_whole_on_a_larger_picture():
    scan = RESCANS["skewed 3 degrees"](cheque())
    corners = np.array([(0, 0, 1), (WIDTH, 0, 1), (WIDTH, HEIGHT, 1), (0, HEIGHT, 1)], np.float64) @ scan.matrix.T
    height, width = scan.pixels.shape[:2]
    assert (corners >= -0.5).all()
    assert (corners <= (width + 0.5, height + 0.5)).all()
    assert corners[1, 1] > corners[0, 1]  # clockwise: the right end lies lower


def test_strokes_go_with_the_picture_unless_it_becomes_coarser():
    assert RESCANS["grey 100 dpi JPEG"](cheque()).mask(mask()) is None
    for name in ("as given", "skewed 3 degrees", "upside down"):
        scan = RESCANS[name](cheque())
        drawn = scan.mask(mask())
        assert drawn.shape == scan.pixels.shape[:2]
        assert scan.pixels[drawn].mean() < 150 < scan.pixels[~drawn].mean()


def test_half_a_turn_twice_is_none():
    assert np.array_equal(upside_down(upside_down(cheque()).pixels).pixels, cheque())


def test_a_cheque_made_wider_keeps_its_proportions():
    assert resized(cheque(), 1200).shape == (540, 1200, 3)
    assert resized(cheque()[..., 0], 4800).shape == (2160, 4800)
