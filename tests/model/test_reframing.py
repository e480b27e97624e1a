import pytest
import torch

from sigverify.model.reframing import CHANCES, reframed

FRAME = torch.zeros(128, 256)
FRAME[50:80, 4:252] = 1.0  # a name as wide as its frame
ALONG, ACROSS, LAST, FIRST, GAINS, LOSES = 0.0, 0.9, 0.0, 0.9, 0.9, 0.0


def changed(axis, end, kind, amount=1.0, at=0.5, long=0.5, aside=0.5, broad=0.5):
    return reframed(FRAME, [axis, end, kind, amount, at, long, aside, broad])


def bounds(frame):
    rows, columns = (frame > 0.5).any(1).nonzero().flatten(), (frame > 0.5).any(0).nonzero().flatten()
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def body(frame):
    """Left and right of what is as high as the name."""
    columns = ((frame > 0.5).sum(0) > 15).nonzero().flatten()
    return int(columns[0]), int(columns[-1]) + 1


@pytest.mark.parametrize("axis", [ALONG, ACROSS])
@pytest.mark.parametrize("end", [FIRST, LAST])
@pytest.mark.parametrize("kind", [GAINS, LOSES])
@pytest.mark.parametrize("amount", [0.0, 1.0])
def test_a_frame_stays_a_frame(axis, end, kind, amount):
    frame = changed(axis, end, kind, amount)
    assert frame.shape == FRAME.shape
    assert float(frame.min()) >= 0.0
    assert float(frame.max()) <= 1.0
    x0, y0, x1, y1 = bounds(frame)
    assert 0 < x0 < x1 < 256
    assert 0 < y0 < y1 < 128
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((128, 64), abs=2), (
        "cropped to its ink, which is in the middle"
    )


@pytest.mark.parametrize(("end", "side"), [(FIRST, 0), (LAST, 1)])
def test_beside_a_stray_stroke_the_name_is_smaller_and_lies_aside(end, side):
    frame = changed(ALONG, end, GAINS)
    left, right = body(frame)
    assert right - left == pytest.approx(248 / 1.3, abs=4)
    assert (left - 4 < 4, 252 - right < 4) == ((False, True) if side == 0 else (True, False))
    assert bounds(frame)[::2] == pytest.approx((4, 252), abs=2), "the stray stroke is where the frame ends"


def test_a_stray_stroke_above_moves_the_name_down():
    frame = changed(ACROSS, FIRST, GAINS, at=0.5)
    rows = ((frame > 0.5).sum(1) > 100).nonzero().flatten()
    assert float(rows.float().mean()) > 66


@pytest.mark.parametrize("end", [FIRST, LAST])
def test_of_a_name_without_its_end_the_rest_is_no_smaller(end):
    marked = FRAME.clone()
    marked[40:50, 4:12] = 1.0  # above its beginning
    marked[80:90, 244:252] = 1.0  # below its end
    frame = reframed(marked, [ALONG, end, LOSES, 1.0, 0.5, 0.5, 0.5, 0.5])
    _, y0, _, y1 = bounds(frame)
    left, right = body(frame)
    assert right - left >= 244
    assert y1 - y0 == pytest.approx(40 * 1.3, abs=3)


def test_a_narrow_name_is_not_blown_up():
    narrow = torch.zeros(128, 256)
    narrow[40:90, 100:130] = 1.0
    frame = reframed(narrow, [ALONG, LAST, LOSES, 1.0, 0.5, 0.5, 0.5, 0.5])
    assert bounds(frame)[3] - bounds(frame)[1] <= 50 * 1.35 + 2


def test_an_empty_frame_is_left_alone():
    assert torch.equal(reframed(torch.zeros(128, 256), [0.5] * CHANCES), torch.zeros(128, 256))
