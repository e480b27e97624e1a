"""The cheque that ships is the one that the program draws, and its signature lies where it is said to be."""

import numpy as np
import pytest

from sigverify import paths
from sigverify.preprocess import reading
from sigverify.preprocess.composing.sample_cheque import sample_cheque


@pytest.fixture(scope="module")
def drawn():
    return sample_cheque()


def test_the_sample_cheque_in_the_resources_is_the_one_drawn(drawn):
    kept = reading.decode((paths.resources() / "samples" / "cheque.jpg").read_bytes()).pixels
    picture, _ = drawn
    assert kept.shape == picture.shape
    assert np.abs(kept.astype(int) - picture).mean() < 12  # letters may be another system's


def test_the_signature_on_it_is_dark_ink_inside_its_box(drawn):
    picture, (x0, y0, x1, y1) = drawn
    dark = reading.grey(picture) < 90
    assert dark[y0:y1, x0:x1].sum() > 2000
    assert not dark[y0:y1, x1 + 20 : x1 + 60].any()
