import numpy as np
import pytest

from sigverify.preprocess.closeup import CHANNELS, HEIGHT, WIDTH, close_up, fingerprint, tinted
from sigverify.preprocess.page import Page

PAPER, PEN = (240, 235, 220), (30, 40, 150)


def cheque(width=2000, height=860, box=(1300, 560, 1700, 640)):
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = PAPER
    x0, y0, x1, y1 = box
    picture[y0:y1, x0:x1] = PEN
    return picture


def test_a_place_lies_in_the_middle_at_the_size_of_every_cheque():
    box = (1300, 560, 1700, 640)
    shown = close_up(cheque(box=box), Page.whole(cheque()), box)
    assert shown.picture.shape == (HEIGHT, WIDTH, CHANNELS)
    dark = shown.picture[..., 0] < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert abs(rows.mean() - HEIGHT / 2) < 2
    assert abs(columns.mean() - WIDTH / 2) < 2
    assert np.ptp(columns) + 1 == pytest.approx(400 * 1280 / 2000, abs=3)


def test_the_way_back_to_the_cheque_is_known():
    box = (1300, 560, 1700, 640)
    shown = close_up(cheque(box=box), Page.whole(cheque()), box)
    middle = shown.to_page @ np.array([WIDTH / 2, HEIGHT / 2, 1.0])
    np.testing.assert_allclose(middle[:2], [1500, 600], atol=1.5)


def test_the_place_asked_about_is_a_channel_of_its_own():
    shown = close_up(cheque(), Page.whole(cheque()), (1300, 560, 1700, 640))
    asked = shown.picture[..., 3] == 0
    dark = shown.picture[..., 0] < 128
    assert (asked & dark).sum() > 0.9 * max(asked.sum(), dark.sum())


def test_a_place_larger_than_a_close_up_is_seen_smaller():
    shown = close_up(cheque(), Page.whole(cheque()), (0, 100, 2000, 800))
    asked = shown.picture[..., 3] == 0
    assert not asked[0].any()
    assert not asked[:, 0].any()
    assert shown.scale < 1280 / 2000


@pytest.mark.parametrize("box", [(0, 0, 1, 1), (1990, 850, 2000, 860), (0, 0, 2000, 860)])
def test_any_place_gives_a_close_up(box):
    assert close_up(cheque(), Page.whole(cheque()), box).picture.shape == (HEIGHT, WIDTH, CHANNELS)


def test_paper_is_white_whatever_its_colour_and_ink_keeps_its_own():
    colour = tinted(cheque(box=(1300, 598, 1700, 602))[500:700, 1200:1800])
    assert (colour[:20] > 245).all()
    red, _, blue = colour[100, 300]
    assert red < 60
    assert blue > red + 40


def test_a_grey_picture_has_no_colour():
    grey = cheque()[500:700, 1200:1800, 0]
    seen = tinted(grey)
    assert (seen[..., 0] == seen[..., 2]).all()


def test_dirt_on_white_paper_does_not_become_ink():
    rng = np.random.default_rng(0)
    dirty = np.clip(rng.normal(235, 3, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)
    assert tinted(dirty).min() > 150


def test_what_the_network_sees_has_a_fingerprint():
    assert len(fingerprint()) == 16
