import numpy as np
import pytest

from sigverify.preprocess.rendering import MARGIN, render

WAVE = np.stack([np.linspace(0, 4000, 200), 600 * np.sin(np.linspace(0, 12, 200))], axis=1)


def test_a_trajectory_is_drawn_at_the_size_asked_for():
    picture = render([WAVE], longest=400, pen=4)
    rows, columns = np.nonzero(picture < 128)
    assert np.ptp(columns) == pytest.approx(400, abs=8)
    assert picture.shape[1] == pytest.approx(400 + 2 * MARGIN, abs=2)
    assert np.ptp(rows) > 80


def test_a_broader_pen_leaves_more_ink():
    fine, broad = (np.count_nonzero(render([WAVE], longest=400, pen=pen) < 128) for pen in (2, 6))
    assert broad > 2 * fine


def test_a_spike_of_the_tablet_is_not_drawn():
    jump = np.concatenate([WAVE[:100], WAVE[100:] + np.array([60_000, 0]), WAVE[100:]])
    whole = render([WAVE], longest=400, pen=3)
    broken = render([jump], longest=400, pen=3)
    assert np.count_nonzero(broken < 128) < np.count_nonzero(whole < 128)


@pytest.mark.parametrize("strokes", [[], [np.zeros((1, 2))]])
def test_nothing_to_draw_is_said(strokes):
    with pytest.raises(ValueError, match="at least two points"):
        render(strokes, longest=100, pen=2)


def test_a_dot_is_a_dot_and_not_a_crash():
    assert (render([np.zeros((5, 2))], longest=100, pen=3) < 128).any()
