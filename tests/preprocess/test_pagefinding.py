"""The cheque in a picture: on a desk, askew, turned, one of two; and where nothing is certain, the picture as it is."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from sigverify.domain import Image
from sigverify.preprocess.page import Page
from sigverify.preprocess.pagefinding import find_page
from tests import bad_inputs
from tests.preprocess import forms


def strays(page: Page, quad: list[tuple[float, float]]) -> float:
    """By how much a page's corners miss those where the cheque lies, as a share of its width."""
    there = np.array(quad)
    return float(np.abs(np.array(page.corners) - there).max() / np.linalg.norm(there[1] - there[0]))


def is_whole(page: Page) -> bool:
    return np.array_equal(page.to_picture, np.eye(3)) and page.turned == 0 and page.skew == 0.0


def around(picture: Image, shade: int, margin: tuple[int, int] = (130, 170)) -> Image:
    """The picture with a scanner's lid of one shade around it."""
    down, across = margin
    return np.pad(picture, ((down, down), (across, across)), constant_values=shade)


@pytest.mark.parametrize("seed", range(3))
def test_a_clean_scan_is_taken_as_it_is(seed: int) -> None:
    assert is_whole(find_page(forms.cheque(seed)))
    assert is_whole(find_page(np.stack([forms.cheque(seed)] * 3, axis=2)))


def test_a_bitonal_scan_is_taken_as_it_is() -> None:
    assert is_whole(find_page(np.where(forms.cheque() > 150, 255, 0).astype(np.uint8)))


@pytest.mark.parametrize("degrees", [-10.0, -3.0, 1.5, 3.0, 6.0, 10.0])
def test_the_skew_of_a_cheque_that_fills_the_picture_is_found(degrees: float) -> None:
    page = find_page(forms.skewed(forms.cheque(), degrees))
    assert page.skew == pytest.approx(degrees, abs=0.3)
    assert page.turned == 0


def test_a_straightened_cheque_is_upright_and_nothing_of_the_picture_is_lost() -> None:
    picture = forms.skewed(forms.cheque(), 5.0)
    page = find_page(picture)
    assert abs(find_page(page.upright(picture)).skew) < 0.3
    assert page.box_upright((0, 0, 1, 1))[0] >= 0
    inside = np.array(page.to_picture @ np.array([page.size[0] / 2, page.size[1] / 2, 1.0]))[:2]
    assert np.abs(inside - (picture.shape[1] / 2, picture.shape[0] / 2)).max() < 2.0


ON_A_DESK: dict[str, list[tuple[float, float]]] = {
    "straight": [(200, 300), (1400, 300), (1400, 840), (200, 840)],
    "askew": [(230, 250), (1400, 355), (1352, 893), (182, 788)],
    "seen from the side": [(260, 300), (1340, 330), (1420, 860), (190, 830)],
    "smaller": [(500, 420), (1190, 440), (1180, 750), (490, 730)],
}


@pytest.mark.parametrize("shade", [40, 110, 170])
@pytest.mark.parametrize("lies", ON_A_DESK)
def test_the_corners_of_a_cheque_on_a_desk_are_found(lies: str, shade: int) -> None:
    quad = ON_A_DESK[lies]
    page = find_page(forms.laid(forms.cheque(), forms.desk(1200, 1600, shade), quad))
    assert strays(page, quad) < 0.01
    assert (page.turned, page.others) == (0, 0)


def test_a_cheque_seen_from_the_side_is_made_rectangular() -> None:
    picture = forms.laid(forms.cheque(), forms.desk(1200, 1600), ON_A_DESK["seen from the side"])
    page = find_page(picture)
    upright = cv2.resize(page.upright(picture), (forms.WIDTH, forms.HEIGHT), interpolation=cv2.INTER_AREA)
    apart = np.abs(cv2.blur(upright, (9, 9)).astype(int) - cv2.blur(forms.cheque(), (9, 9)))
    assert np.quantile(apart, 0.95) < 30


@pytest.mark.parametrize("shade", [0, 5, 255])
def test_a_scanners_lid_is_left_out(shade: int) -> None:
    cheque = forms.cheque(paper=225)
    page = find_page(around(cheque, shade))
    quad = [(170.0, 130.0), (1370.0, 130.0), (1370.0, 670.0), (170.0, 670.0)]
    assert strays(page, quad) < 0.01


def test_a_cheque_in_the_corner_of_a_scan_is_found() -> None:
    scan = np.full((1400, 1800), 3, np.uint8)
    scan[:540, :1200] = forms.cheque()
    page = find_page(scan)
    assert strays(page, [(0, 0), (1200, 0), (1200, 540), (0, 540)]) < 0.01


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_cheque_that_lies_on_its_side_is_noticed(quarters: int) -> None:
    lying = np.ascontiguousarray(np.rot90(forms.cheque(), -quarters))
    for picture in (lying, around(lying, 4), forms.skewed(lying, 4.0)):
        page = find_page(picture)
        assert page.turned == 1  # which of the two ways is for the network to say
        assert page.size[0] > page.size[1]


def test_a_letter_is_not_turned() -> None:
    page = find_page(bad_inputs.page_of_text())
    assert page.turned == 0
    assert page.others == 0


def two(gap: int, shade: int, *, side_by_side: bool = False) -> Image:
    first, second = forms.cheque(1, paper=235), forms.cheque(2, paper=235)
    between = np.full((540, gap) if side_by_side else (gap, 1200), shade, np.uint8)
    return around(np.concatenate([first, between, second], axis=int(side_by_side)), shade, (60, 80))


TWO: dict[str, Callable[[], Image]] = {
    "on black": lambda: two(60, 3),
    "on white": lambda: two(60, 235),
    "side by side on black": lambda: two(60, 3, side_by_side=True),
    "side by side on white": lambda: two(60, 235, side_by_side=True),
    "askew": lambda: forms.skewed(two(60, 235), 4.0),
    "on their side": lambda: np.ascontiguousarray(np.rot90(two(60, 235))),
    "on a desk": lambda: forms.laid(
        forms.cheque(2),
        forms.laid(forms.cheque(1), forms.desk(1300, 1600), [(200, 80), (1360, 100), (1350, 620), (190, 600)]),
        [(240, 690), (1400, 680), (1405, 1200), (245, 1210)],
    ),
}


@pytest.mark.parametrize("lie", TWO)
def test_a_second_cheque_on_the_scan_is_counted(lie: str) -> None:
    page = find_page(TWO[lie]())
    assert page.others == 1
    assert 1.8 < page.size[0] / page.size[1] < 2.6


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize(("left", "wide"), [(60, 330), (680, 360)])
def test_a_place_to_sign_that_was_left_white_is_no_cheque(left: int, wide: int, written: bool) -> None:
    picture = (np.stack([forms.cheque()] * 3, axis=2) * np.array([0.62, 0.78, 0.9])).astype(np.uint8)
    top, bottom = round(picture.shape[0] * 0.62), round(picture.shape[0] * 0.88)
    picture[top:bottom, left : left + wide] = 252
    cv2.rectangle(picture, (left, top), (left + wide, bottom), (20, 20, 20), 3)
    if written:
        place = (left + 20, bottom - 12)
        cv2.putText(picture, "Please sign", place, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 40, 40), 2, cv2.LINE_AA)
    assert is_whole(find_page(picture))


NOTHING: dict[str, Callable[[], Image]] = {
    "blank": bad_inputs.blank_page,
    "black": lambda: np.zeros((300, 700), np.uint8),
    "noise": lambda: np.random.default_rng(3).integers(0, 256, (700, 1100), np.uint8),
    "one pixel": lambda: np.zeros((1, 1), np.uint8),
    "one pixel wide": lambda: np.tile(np.array([[0], [255]], np.uint8), (400, 1)),
    "one pixel high": lambda: np.zeros((1, 500, 3), np.uint8),
    "a photograph of a cat": bad_inputs.photograph,
}


@pytest.mark.parametrize("kind", NOTHING)
def test_where_nothing_is_certain_the_picture_is_taken_as_it_is(kind: str) -> None:
    assert is_whole(find_page(NOTHING[kind]()))
