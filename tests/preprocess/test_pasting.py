import cv2
import numpy as np
import pytest

from sigverify.preprocess.normalising import normalise
from sigverify.preprocess.pasting import alone, compressed, cover_of, fitted, pasted
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import grey

BLUE = (24, 34, 92)


def signature() -> np.ndarray:
    return grey(Signer.of_seed(3).genuine(1))


def cheque() -> np.ndarray:
    picture = np.full((1000, 2300, 3), (250, 244, 230), np.uint8)
    cv2.line(picture, (1500, 760), (2200, 760), (60, 60, 60), 3)
    return picture


def cover() -> np.ndarray:
    found = cover_of(signature())
    assert found is not None
    return found


def test_the_ink_alone_is_seen_as_the_signature_on_its_own_paper():
    own, again = normalise(signature()).frame, normalise(alone(cover())).frame
    assert own is not None
    assert again is not None
    own_ink, again_ink = own < 128, again < 128
    near = cv2.dilate(own_ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert (again_ink & near).sum() > 0.98 * again_ink.sum()


def test_a_signature_in_black_and_white_gets_soft_edges():
    bitonal = np.where(signature() < 140, 0, 255).astype(np.uint8)
    found = cover_of(bitonal)
    assert found is not None
    assert len(np.unique(found)) > 8


def test_blank_paper_has_no_ink_to_write_with():
    assert cover_of(np.full((200, 400), 250, np.uint8)) is None


def test_ink_darkens_paper_and_lets_a_rule_shine_through():
    ground = cheque()
    mark = fitted(cover(), ground, 1.0)
    signed, box = pasted(ground, mark, (1850, 740), BLUE)
    x0, y0, x1, y1 = box
    assert (signed <= ground).all()
    assert not np.array_equal(signed[y0:y1, x0:x1], ground[y0:y1, x0:x1])
    outside = signed.copy()
    outside[y0:y1, x0:x1] = ground[y0:y1, x0:x1]
    assert np.array_equal(outside, ground)
    inked = mark > 0.9
    assert signed[y0:y1, x0:x1][inked].astype(int).max() <= 100


def test_a_grey_cheque_stays_grey():
    signed, _ = pasted(grey(cheque()), fitted(cover(), cheque(), 1.0), (1850, 740), BLUE)
    assert signed.ndim == 2


@pytest.mark.parametrize("centre", [(0, 0), (2299, 999), (1150, 500)])
def test_a_signature_lies_wholly_on_the_cheque(centre):
    mark = fitted(cover(), cheque(), 1.0)
    _, (x0, y0, x1, y1) = pasted(cheque(), mark, centre, BLUE)
    assert min(x0, y0) > 0
    assert x1 < 2300
    assert y1 < 1000
    assert (x1 - x0, y1 - y0) == mark.shape[::-1]


def test_nobody_signs_larger_than_the_cheque_allows():
    mark = fitted(cover(), cheque(), 9.0)
    assert mark.shape[0] <= 0.26 * 1000 + 1
    assert mark.shape[1] <= 0.34 * 2300 + 1
    with pytest.raises(ValueError, match="larger than the cheque"):
        pasted(cheque()[:50, :50], mark, (10, 10), BLUE)


@pytest.mark.parametrize("picture", [cheque(), grey(cheque())])
def test_a_jpeg_looks_alike(picture):
    again = compressed(picture, 90)
    assert again.shape == picture.shape
    assert np.abs(again.astype(int) - picture).mean() < 2
