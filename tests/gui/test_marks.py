"""What a hand does to a box; no window is needed for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.gui.marks import SMALLEST, Marks, drawn, handle_points, moved, pulled, put_down

PAGE = (800, 400)
BOX = (100, 200, 300, 260)


@pytest.mark.parametrize(
    ("by", "after"),
    [
        ((10, -20), (110, 180, 310, 240)),
        ((-500, -500), (0, 0, 200, 60)),
        ((5000, 5000), (600, 340, 800, 400)),
    ],
)
def test_a_box_is_moved_as_it_is_and_stays_on_the_page(by: tuple[int, int], after: tuple[int, ...]) -> None:
    assert moved(BOX, by, PAGE) == after


@pytest.mark.parametrize(
    ("handle", "after"),
    [
        ((-1, -1), (107, 209, 300, 260)),
        ((0, -1), (100, 209, 300, 260)),
        ((1, -1), (100, 209, 307, 260)),
        ((1, 0), (100, 200, 307, 260)),
        ((1, 1), (100, 200, 307, 269)),
        ((0, 1), (100, 200, 300, 269)),
        ((-1, 1), (107, 200, 300, 269)),
        ((-1, 0), (107, 200, 300, 260)),
    ],
)
def test_each_of_the_eight_handles_pulls_its_own_sides(handle: tuple[int, int], after: tuple[int, ...]) -> None:
    assert handle in handle_points(BOX)
    assert pulled(BOX, handle, (7, 9), PAGE) == after


def test_a_box_is_never_turned_inside_out() -> None:
    assert pulled(BOX, (-1, -1), (900, 900), PAGE) == (300 - SMALLEST, 260 - SMALLEST, 300, 260)
    assert pulled(BOX, (1, 1), (-900, -900), PAGE) == (100, 200, 100 + SMALLEST, 200 + SMALLEST)


def test_a_box_is_drawn_from_any_corner_and_a_slip_draws_none() -> None:
    assert drawn((300, 260), (100, 200), PAGE) == BOX
    assert drawn((-50, 200), (300, 900), PAGE) == (0, 200, 300, 400)
    assert drawn((100, 200), (100 + SMALLEST - 1, 300), PAGE) is None


def test_the_place_in_force_is_not_among_the_others() -> None:
    marks = Marks(size=PAGE, box=BOX, places=((1, 2, 30, 40), BOX))
    assert marks.chosen == 1
    assert marks.others() == [(0, (1, 2, 30, 40))]
    assert Marks(size=PAGE, box=(5, 5, 50, 50), places=(BOX,)).chosen is None


_lengths = st.integers(1, 3000)
_steps = st.tuples(st.integers(-4000, 4000), st.integers(-4000, 4000))


@given(size=st.tuples(_lengths, _lengths), centre=_steps, by=_steps, handle=st.sampled_from(list(handle_points(BOX))))
def test_whatever_is_done_the_box_lies_on_the_page(
    size: tuple[int, int], centre: tuple[int, int], by: tuple[int, int], handle: tuple[int, int]
) -> None:
    for box in (put_down(size, centre), pulled(put_down(size, centre), handle, by, size)):
        x0, y0, x1, y1 = moved(box, by, size)
        assert 0 <= x0 < x1 <= size[0]
        assert 0 <= y0 < y1 <= size[1]
