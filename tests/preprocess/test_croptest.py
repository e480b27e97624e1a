"""A signature alone is not searched; what print lies around it is."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from sigverify.domain import Image
from sigverify.preprocess.croptest import is_crop
from tests import bad_inputs
from tests.preprocess import forms


def above_a_printed_line() -> Image:
    picture = bad_inputs.good_signature()
    height, width = picture.shape
    cv2.line(picture, (10, height - 40), (width - 10, height - 40), 60, 2)
    cv2.putText(picture, "Authorised signatory", (20, height - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 40, 1, cv2.LINE_AA)
    return picture


def on_shaded_paper() -> Image:
    picture = bad_inputs.good_signature()
    shade = np.linspace(0.6, 1.0, picture.shape[1])[None, :]
    grain = np.random.default_rng(1).normal(0.0, 3.0, picture.shape)
    return np.clip(picture * shade + grain, 0, 255).astype(np.uint8)


ALONE: dict[str, Callable[[], Image]] = {
    "a signature": bad_inputs.good_signature,
    "above a printed line": above_a_printed_line,
    "on shaded paper": on_shaded_paper,
    "enlarged": lambda: np.asarray(cv2.resize(bad_inputs.good_signature(), None, fx=4, fy=4), np.uint8),
    "blank paper": bad_inputs.blank_page,
    "one pixel": lambda: np.zeros((1, 1), np.uint8),
    "one pixel wide": lambda: np.tile(np.array([[0], [255]], np.uint8), (300, 1)),
    "all black": lambda: np.zeros((300, 700), np.uint8),
}


@pytest.mark.parametrize("kind", ALONE)
def test_a_signature_alone_is_not_searched(kind: str) -> None:
    assert is_crop(ALONE[kind]())


@pytest.mark.parametrize("seed", range(6))
def test_no_signature_is_taken_for_a_cheque(seed: int) -> None:
    assert is_crop(bad_inputs.good_signature(seed))


def at_100_dpi() -> Image:
    return np.asarray(cv2.resize(forms.cheque(), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)


WHOLE: dict[str, Callable[[], Image]] = {
    "a cheque": forms.cheque,
    "a cheque nobody signed": lambda: forms.cheque(signed=False),
    "a cheque at 100 dpi": at_100_dpi,
    "a bitonal cheque": lambda: np.where(forms.cheque() > 150, 255, 0).astype(np.uint8),
    "a cheque turned a quarter": lambda: np.rot90(forms.cheque()),
    "a skewed cheque": lambda: forms.skewed(forms.cheque(), 6.0),
    "a photograph of a cheque on a desk": lambda: forms.laid(
        forms.cheque(), forms.desk(1200, 1600), [(300, 330), (1290, 350), (1300, 820), (290, 790)]
    ),
    "a letter": bad_inputs.page_of_text,
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_cheque_or_page_is_searched(kind: str) -> None:
    assert not is_crop(np.ascontiguousarray(WHOLE[kind]()))
