import numpy as np
import pytest

from sigverify.preprocess.pagefinding import find_page
from tests.preprocess import forms

LID = 255


def banded(seed: int = 1) -> np.ndarray:
    """A cheque whose head and foot are white and whose body is green."""
    drawn = np.minimum(forms.cheque(seed, paper=LID).astype(np.float32) / 255.0, 1.0)
    picture = np.stack([drawn * 255.0] * 3, axis=2)
    height = picture.shape[0]
    body = slice(round(0.2 * height), round(0.84 * height))
    picture[body] *= np.array((200, 245, 215), np.float32) / 255.0
    return np.clip(picture, 0, 255).astype(np.uint8)


def on_a_lid(picture: np.ndarray, degrees: float) -> np.ndarray:
    wide = np.pad(picture, ((60, 60), (40, 40), (0, 0)), constant_values=LID)
    return np.stack([forms.skewed(wide[..., channel], degrees, LID) for channel in range(3)], axis=2)


@pytest.mark.parametrize("degrees", [-4.0, 3.0, 6.0])
def test_the_coloured_body_of_a_cheque_is_not_the_cheque(degrees):
    page = find_page(on_a_lid(banded(), degrees))
    assert page.skew == pytest.approx(degrees, abs=0.4)
    assert page.size[1] > 0.95 * banded().shape[0]
    assert page.others == 0


def test_a_coloured_cheque_on_a_white_lid_is_found_by_its_sides():
    picture = forms.cheque()
    tinted = np.stack([picture, picture, np.minimum(picture, 190)], axis=2)
    wide = np.pad(tinted, ((150, 150), (200, 200), (0, 0)), constant_values=LID)
    page = find_page(wide)
    assert page.size[0] == pytest.approx(picture.shape[1], rel=0.03)
    assert page.size[1] == pytest.approx(picture.shape[0], rel=0.03)
