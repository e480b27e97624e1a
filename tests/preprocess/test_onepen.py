"""A signature is written with one pen, and its colour tells it from what others wrote and printed there."""

import cv2
import numpy as np
import pytest

from sigverify.domain import Image
from sigverify.preprocess.colours import absorbed_by
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.onepen import by_one_pen

BLUE, BLACK, GREEN, BLUE_BLACK = (36, 44, 110), (30, 30, 32), (20, 110, 60), (22, 24, 34)
VIOLET_BLACK, BRIGHT_BLUE = (52, 30, 60), (60, 60, 180)
SIZE = (200, 600)
Colour = tuple[int, int, int]


def stroke(*points: tuple[int, int], width: int = 5) -> Mask:
    mask = np.zeros(SIZE, np.uint8)
    cv2.polylines(mask, [np.array(points, np.int32)], False, 255, width, cv2.LINE_AA)
    return np.where(mask > 127, 255, 0).astype(np.uint8)


NAME = stroke(*((x, 100 + (-40 if x % 40 else 40)) for x in range(60, 301, 20)))
BESIDE = stroke((320, 130), (340, 80), (360, 130), (380, 80))
TAIL = stroke((300, 142), (440, 150))
RULE = stroke((20, 100), (580, 100), width=4)


def written(*inks: tuple[Mask, Colour]) -> Image:
    """A picture (h, w, 3) of inks on paper that let shine through what lies beneath, out of a JPEG."""
    picture = np.full((*SIZE, 3), (240, 242, 236), np.float64)
    for mask, colour in inks:
        cover = cv2.GaussianBlur(mask, (0, 0), 0.7)[..., None] / 255.0
        picture *= 1.0 - cover * (1.0 - np.array(colour) / 255.0)
    coded = cv2.imencode(".jpg", picture.astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


def both(*masks: Mask) -> Mask:
    return np.max(np.stack(masks), axis=0)


def sure_of(*masks: Mask) -> np.ndarray:
    """A network that takes this ink for the signature's and nothing else."""
    return np.where(cv2.dilate(both(*masks), np.ones((3, 3), np.uint8)) > 0, 0.97, 0.01).astype(np.float32)


def share(of: Mask, kept: Mask) -> float:
    return float(np.count_nonzero(kept[of > 0]) / np.count_nonzero(of))


def made_one(own: Mask, every: Mask, picture: Image, seen: np.ndarray | None = None) -> Mask:
    return by_one_pen(own, every, absorbed_by(picture), sure_of(own) if seen is None else seen)


@pytest.mark.parametrize("other", [BLACK, GREEN])
def test_what_is_written_beside_the_signature_in_another_colour_is_none_of_it(other: Colour) -> None:
    picture = written((NAME, BLUE), (BESIDE, other))
    kept = made_one(both(NAME, BESIDE), both(NAME, BESIDE), picture)
    assert share(BESIDE, kept) == 0.0
    assert share(NAME, kept) > 0.97


def test_a_rule_in_another_colour_goes_and_the_strokes_across_it_stay_whole() -> None:
    picture = written((RULE, BLACK), (NAME, BLUE))
    kept = made_one(both(NAME, RULE), both(NAME, RULE), picture)
    assert share(NAME, kept) > 0.97
    assert share(cv2.subtract(RULE, cv2.dilate(NAME, np.ones((13, 13), np.uint8))), kept) < 0.02


def test_a_stroke_of_the_pens_colour_that_goes_on_from_the_signature_comes_along() -> None:
    picture = written((NAME, BLUE), (TAIL, BLUE), (RULE, BLACK))
    kept = made_one(NAME, both(NAME, TAIL, RULE), picture)
    assert share(TAIL, kept) > 0.95
    assert share(cv2.subtract(RULE, cv2.dilate(NAME, np.ones((13, 13), np.uint8))), kept) < 0.02


@pytest.mark.parametrize("pen", [BLACK, VIOLET_BLACK])
def test_a_pen_that_hardly_has_a_colour_is_not_joined_by_what_is_printed(pen: Colour) -> None:
    picture = written((NAME, pen), (TAIL, BLACK), (BESIDE, GREEN))
    kept = made_one(NAME, both(NAME, TAIL, BESIDE), picture)
    assert np.array_equal(kept > 0, NAME > 0)


def test_thin_strokes_of_the_pen_whose_colour_a_jpeg_mixes_with_the_papers_stay() -> None:
    hair = both(*(stroke((320 + 30 * n, 60), (340 + 30 * n, 140), width=1) for n in range(6)))
    picture = written((NAME, BRIGHT_BLUE), (hair, BRIGHT_BLUE))
    assert share(hair, made_one(both(NAME, hair), both(NAME, hair), picture)) > 0.97


def test_strokes_of_the_pen_that_are_paler_and_so_more_colourful_stay() -> None:
    picture = written((NAME, BLUE), (BESIDE, (80, 90, 170)))
    own = both(NAME, BESIDE)
    assert share(BESIDE, made_one(own, own, picture)) > 0.97


def test_where_the_form_has_the_pens_colour_nothing_is_joined() -> None:
    printed = both(*(stroke((440, y), (590, y)) for y in (20, 50, 80, 180)))
    picture = written((NAME, BLUE), (TAIL, BLUE), (printed, BLUE))
    kept = made_one(NAME, both(NAME, TAIL, printed), picture)
    assert share(cv2.subtract(TAIL, cv2.dilate(NAME, np.ones((9, 9), np.uint8))), kept) == 0.0


def test_more_writing_than_a_signature_leaves_out_is_not_joined() -> None:
    line = both(BESIDE, *(stroke((x, 60), (x + 30, 140), (x + 60, 60)) for x in range(380, 540, 30)))
    letters = both(NAME, TAIL)
    picture = written((letters, BLUE), (line, BLUE))
    kept = made_one(NAME, both(letters, line), picture)
    assert np.array_equal(kept > 0, NAME > 0)


@pytest.mark.parametrize("other", [BLUE, BLUE_BLACK])
def test_ink_that_looks_like_the_pens_stays(other: Colour) -> None:
    pen = BLUE if other == BLUE else BLACK
    picture = written((NAME, pen), (BESIDE, other))
    kept = made_one(both(NAME, BESIDE), both(NAME, BESIDE), picture)
    assert share(BESIDE, kept) > 0.97


def test_in_a_grey_picture_saved_in_colour_nothing_changes() -> None:
    picture = np.repeat(written((NAME, BLACK), (BESIDE, (90, 90, 90)))[..., 1:2], 3, axis=2)
    own = both(NAME, BESIDE)
    assert np.array_equal(made_one(own, both(own, TAIL), picture), own)


def test_where_nobody_knows_which_of_two_pens_signed_both_stay() -> None:
    red = both(*(stroke((x, 40), (x + 15, 160), (x + 30, 40)) for x in range(320, 440, 30)))
    green = both(*(stroke((x, 40), (x + 15, 160), (x + 30, 40)) for x in range(450, 570, 30)))
    own = both(NAME, red, green)
    picture = written((NAME, BLUE), (red, (170, 30, 40)), (green, GREEN))
    assert np.array_equal(made_one(own, own, picture), own)


def test_a_signature_crossed_so_often_that_only_crumbs_of_its_colour_are_left_stays() -> None:
    lines = both(*(stroke((x, 20), (x, 180), width=4) for x in range(40, 330, 10)))
    crossed = cv2.bitwise_and(lines, cv2.dilate(NAME, np.ones((3, 3), np.uint8)))
    own = both(NAME, crossed)
    assert np.array_equal(made_one(own, both(own, lines), written((NAME, BLUE), (lines, BLACK))), own)


def test_too_little_ink_to_know_a_pen_by_is_left_as_it_was() -> None:
    dot = stroke((100, 100), (104, 100))
    assert np.array_equal(made_one(dot, both(dot, BESIDE), written((dot, BLUE), (BESIDE, BLACK))), dot)
    nothing = np.zeros(SIZE, np.uint8)
    assert not made_one(nothing, NAME, written((NAME, BLUE))).any()


def test_ink_that_the_network_hardly_believes_in_tells_no_colour() -> None:
    own = both(NAME, BESIDE)
    doubted = np.where(own > 0, 0.6, 0.01).astype(np.float32)
    assert np.array_equal(made_one(own, own, written((NAME, BLUE), (BESIDE, BLACK)), doubted), own)
