import numpy as np
import pytest
from hypothesis import given

from sigverify.preprocess.cleaning import stroke_width
from sigverify.preprocess.disturbing import (
    DISTURBANCES,
    darker_paper,
    halved,
    lighter_paper,
    narrower_pen,
    paler_ink,
    paper_and_ink,
    wider_pen,
)
from sigverify.preprocess.inkmask import find_ink
from sigverify.preprocess.normalising import normalise
from tests.strategies import grey_images, scribble


def test_paper_and_ink_change_by_what_is_said_and_not_each_other():
    picture = scribble(1, paper=210, ink=40)
    paper, ink = paper_and_ink(picture)
    assert paper_and_ink(darker_paper(picture)) == pytest.approx((paper - 30, ink), abs=2)
    assert paper_and_ink(lighter_paper(picture)) == pytest.approx((paper + 30, ink), abs=2)
    assert paper_and_ink(paler_ink(picture)) == pytest.approx((paper, ink + 50), abs=3)


def test_white_paper_does_not_get_lighter_and_pale_ink_does_not_vanish():
    assert paper_and_ink(lighter_paper(scribble(1, paper=250)))[0] == 255
    paper, ink = paper_and_ink(paler_ink(scribble(1, paper=200, ink=160)))
    assert paper - ink == pytest.approx(20, abs=3)


def test_a_pen_one_pixel_wider_or_narrower_is_just_that():
    picture = scribble(2)
    width = stroke_width(find_ink(picture, "otsu_at_edges").mask)
    for change, by in ((wider_pen, 1.0), (narrower_pen, -1.0)):
        found = stroke_width(find_ink(change(picture), "otsu_at_edges").mask)
        assert found - width == pytest.approx(by, abs=0.8)


def test_half_the_resolution_is_half_the_pixels():
    assert halved(scribble(3)).shape == (70, 150)


@given(grey_images())
def test_any_picture_can_be_disturbed(picture):
    for change in DISTURBANCES.values():
        changed = change(picture)
        assert changed.dtype == np.uint8
        assert changed.ndim == 2


@pytest.mark.parametrize("change", DISTURBANCES.values(), ids=list(DISTURBANCES))
def test_a_disturbed_signature_is_still_one_and_not_the_same_picture(change):
    picture = scribble(4, paper=215)
    changed = change(picture)
    assert normalise(changed).quality.good
    assert changed.shape != picture.shape or not np.array_equal(changed, picture)
