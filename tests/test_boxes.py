import pytest

from sigverify.boxes import area, iou, shared

TRUTH = (100, 50, 200, 100)


@pytest.mark.parametrize(
    ("found", "share"),
    [
        (TRUTH, 1.0),
        ((200, 50, 300, 100), 0.0),  # side by side: they share an edge and no pixel
        ((150, 50, 250, 100), 1 / 3),  # moved by half its width
        ((100, 50, 200, 150), 0.5),  # twice as high
        ((0, 0, 1000, 1000), 0.005),  # the whole cheque is no answer
        ((140, 70, 160, 80), 0.04),
    ],
)
def test_a_box_agrees_by_what_both_have_of_what_either_has(found, share):
    assert iou(found, TRUTH) == pytest.approx(share)
    assert iou(TRUTH, found) == pytest.approx(share)


def test_what_ends_before_it_begins_is_empty():
    assert area((10, 10, 5, 20)) == 0
    assert shared((0, 0, 10, 10), (10, 0, 20, 10)) == 0
