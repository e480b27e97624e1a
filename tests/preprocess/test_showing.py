"""Marks for a person to look at; the picture itself stays as it is."""

import numpy as np
import pytest

from sigverify.preprocess.showing import BLUE, boxed, outlined


@pytest.mark.parametrize("shape", [(90, 200), (90, 200, 3), (1, 1)])
def test_marks_are_drawn_on_a_coloured_copy(shape):
    picture = np.full(shape, 255, np.uint8)
    height, width = shape[:2]
    corners = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    for marked in (outlined(picture, corners), boxed(picture, [(0, 0, width, height)])):
        assert marked.shape == (height, width, 3)
        assert (marked == BLUE).all(axis=2).any()
    assert (picture == 255).all()


def test_a_box_is_drawn_where_it_is():
    marked = boxed(np.full((90, 200), 255, np.uint8), [(50, 20, 120, 60)])
    blue = (marked == BLUE).all(axis=2)
    rows, columns = np.flatnonzero(blue.any(axis=1)), np.flatnonzero(blue.any(axis=0))
    assert abs(columns[0] - 50) <= 1
    assert abs(columns[-1] - 119) <= 1
    assert abs(rows[0] - 20) <= 1
    assert abs(rows[-1] - 59) <= 1
    assert not blue[30:50, 60:110].any()


def test_without_boxes_nothing_is_drawn():
    assert (boxed(np.full((9, 20), 255, np.uint8), []) == 255).all()
