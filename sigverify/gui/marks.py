"""The boxes on a cheque and what a hand does to them, in pixels of the page as given. Knows no Qt."""

from dataclasses import dataclass
from typing import Final

from sigverify.domain import Box, Corners, Point

SMALLEST: Final = 12  # pixels of the page; no signature is smaller, and a slip of the mouse is
WIDE: Final = 0.4  # of the page: a box that is put down by the keyboard, to be moved from there
HIGH: Final = 0.25
HANDLES: Final = (
    (-1, -1),
    (0, -1),
    (1, -1),
    (1, 0),
    (1, 1),
    (0, 1),
    (-1, 1),
    (-1, 0),
)  # from the upper left, clockwise


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What is drawn on a picture of `size` page pixels: the box in force and the other places found."""

    size: tuple[int, int]  # width, height of the page as given
    box: Box | None = None  # in force
    by_hand: bool = False
    places: tuple[Box, ...] = ()  # the candidates, best first
    corners: Corners | None = None  # of the cheque; None: not looked for
    editable: bool = False  # whether a box may be drawn

    @property
    def chosen(self) -> int | None:
        """Which of the places is in force; None: another box."""
        return self.places.index(self.box) if self.box in self.places else None

    def others(self) -> list[tuple[int, Box]]:
        """The places that are not in force, with their index."""
        return [(index, place) for index, place in enumerate(self.places) if place != self.box]


def handle_points(box: Box) -> dict[tuple[int, int], Point]:
    """Where the eight handles of a box are, by the side they pull: -1 left or upper, 1 right or lower."""
    x0, y0, x1, y1 = box
    across, down = {-1: x0, 0: (x0 + x1) / 2, 1: x1}, {-1: y0, 0: (y0 + y1) / 2, 1: y1}
    return {(x, y): (across[x], down[y]) for x, y in HANDLES}


def moved(box: Box, by: Point, size: tuple[int, int]) -> Box:
    """The box at another place of the page, its size kept."""
    x0, y0, x1, y1 = box
    x = _within(x0 + round(by[0]), 0, size[0] - (x1 - x0))
    y = _within(y0 + round(by[1]), 0, size[1] - (y1 - y0))
    return x, y, x + x1 - x0, y + y1 - y0


def pulled(box: Box, handle: tuple[int, int], by: Point, size: tuple[int, int]) -> Box:
    """The box with one side or corner pulled; it stays on the page and never turns inside out."""
    x0, x1 = _pulled_side((box[0], box[2]), handle[0], round(by[0]), size[0])
    y0, y1 = _pulled_side((box[1], box[3]), handle[1], round(by[1]), size[1])
    return x0, y0, x1, y1


def drawn(start: Point, end: Point, size: tuple[int, int]) -> Box | None:
    """The box between two points; None where it is too small to be meant."""
    (x0, x1), (y0, y1) = (
        sorted(_within(round(point[axis]), 0, size[axis]) for point in (start, end)) for axis in (0, 1)
    )
    return (x0, y0, x1, y1) if x1 - x0 >= SMALLEST and y1 - y0 >= SMALLEST else None


def put_down(size: tuple[int, int], centre: Point) -> Box:
    """A box about a point, for whoever draws with the keyboard."""
    wide, high = (max(1, round(length * share)) for length, share in zip(size, (WIDE, HIGH), strict=True))
    return moved((0, 0, wide, high), (centre[0] - wide / 2, centre[1] - high / 2), size)


def _pulled_side(ends: tuple[int, int], side: int, by: int, length: int) -> tuple[int, int]:
    low, high = ends
    least = min(SMALLEST, length)
    if side < 0:
        return _within(low + by, 0, max(0, high - least)), high
    if side > 0:
        return low, _within(high + by, min(length, low + least), length)
    return low, high


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
