"""How large boxes are, and how much of two is the same."""

from sigverify.domain import Box


def area(box: Box) -> int:
    """Pixels inside a box."""
    x0, y0, x1, y1 = box
    return max(0, x1 - x0) * max(0, y1 - y0)


def shared(one: Box, other: Box) -> int:
    """Pixels inside both boxes."""
    return area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def iou(one: Box, other: Box) -> float:
    """Pixels inside both boxes as a share of those inside either (intersection over union), 0..1."""
    both = shared(one, other)
    return both / (area(one) + area(other) - both)
