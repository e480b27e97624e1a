"""Pixels of a picture and of the upright cheque in it belong together."""

import numpy as np
import pytest

from sigverify.domain import Box, Image
from sigverify.preprocess.page import Page

SPOT: Box = (40, 10, 70, 20)


def marked(shape: tuple[int, ...] = (60, 120)) -> Image:
    """White paper with a black spot in the upper right."""
    pixels = np.full(shape, 255, np.uint8)
    x0, y0, x1, y1 = SPOT
    pixels[y0:y1, x0:x1] = 0
    return pixels


def spot_of(pixels: Image) -> Box:
    rows, columns = np.nonzero(pixels < 128)[:2]
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4, 5])
def test_a_turned_picture_is_made_upright_again_and_its_boxes_with_it(quarters: int) -> None:
    lying = np.rot90(marked(), -quarters)  # clockwise
    page = Page.whole(lying).turned_by(quarters)
    assert page.turned == quarters % 4
    assert page.size == (120, 60)
    upright = page.upright(lying)
    assert np.array_equal(upright, marked())
    assert page.box_in_picture(SPOT, lying.shape) == spot_of(lying)
    assert page.box_upright(spot_of(lying)) == SPOT


def test_corners_begin_at_the_upper_left_of_the_cheque_however_it_lies() -> None:
    page = Page.whole(np.rot90(marked(), -1)).turned_by(1)
    assert page.corners[0] == (60.0, 0.0)


def test_a_reduced_cheque_keeps_its_proportions_and_colours() -> None:
    page = Page.whole(marked((60, 120, 3)))
    small = page.upright(marked((60, 120, 3)), 0.5)
    assert small.shape == (30, 60, 3)
    assert spot_of(small) == (20, 5, 35, 10)


def test_a_box_never_leaves_the_picture() -> None:
    page = Page.whole(marked())
    assert page.box_in_picture((100, 50, 400, 300), (60, 120)) == (100, 50, 120, 60)
