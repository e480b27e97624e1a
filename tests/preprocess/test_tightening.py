import cv2
import numpy as np
import pytest

from sigverify.boxes import iou
from sigverify.domain import Candidate
from sigverify.preprocess.page import Page
from sigverify.preprocess.pagefinding import find_page
from sigverify.preprocess.rescanning import skewed
from sigverify.preprocess.tightening import MOST, closely
from tests.cheques import LEFT, RIGHT, cheque, overlap


def loose(box, *, by=(10, 14)):
    x0, y0, x1, y1 = box
    return x0 - by[0], y0 - by[1], x1 + by[0], y1 + by[1]


def seen_at(page: Page, *boxes) -> np.ndarray:
    """A map that is sure of these boxes of the upright cheque, at half its resolution."""
    probability = np.zeros((page.size[1] // 2, page.size[0] // 2), np.float32)
    for x0, y0, x1, y1 in boxes:
        probability[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2] = 0.95
    return probability


@pytest.mark.parametrize("colour", [False, True])
def test_a_place_is_drawn_closely_round_the_ink(colour):
    picture = cheque(20, 33, colour=colour)
    page = Page.whole(picture)
    found = tuple(Candidate(box=loose(box), confidence=sure) for box, sure in ((RIGHT, 0.9), (LEFT, 0.8)))
    close = closely(picture, page, seen_at(page, RIGHT, LEFT), found)
    for before, after, truth in zip(found, close, (RIGHT, LEFT), strict=True):
        assert iou(after.box, truth) > 0.85 > iou(before.box, truth)
        assert after.confidence == before.confidence


def test_words_printed_below_a_signature_are_not_in_its_box():
    picture = cheque(20)
    cv2.putText(picture, "Authorised signatory", (680, 428), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 60, 1, cv2.LINE_AA)
    page = Page.whole(picture)
    wide = (RIGHT[0], RIGHT[1], RIGHT[2], 436)
    (close,) = closely(picture, page, seen_at(page, RIGHT), (Candidate(box=wide, confidence=0.9),))
    assert overlap(close.box, RIGHT) > 0.85 > overlap(wide, RIGHT)


def test_on_a_skewed_cheque_the_box_stays_about_the_ink():
    scan = skewed(cheque(20), 3.0)
    page = find_page(scan.pixels)
    ink = np.zeros(cheque().shape, np.uint8)
    ink[RIGHT[1] : RIGHT[3], RIGHT[0] : RIGHT[2]] = 255
    there = cv2.warpAffine(ink, scan.matrix, scan.pixels.shape[1::-1]) > 127
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    truth = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    upright = page.box_upright(truth)
    (close,) = closely(scan.pixels, page, seen_at(page, upright), (Candidate(box=loose(truth), confidence=0.9),))
    assert iou(close.box, truth) > 0.75


def test_where_nothing_can_be_lifted_the_place_stays_as_it_was():
    picture = cheque()
    page = Page.whole(picture)
    empty = Candidate(box=RIGHT, confidence=0.4)
    assert closely(picture, page, seen_at(page), (empty,)) == (empty,)
    assert closely(picture, page, seen_at(page), ()) == ()


def test_where_little_of_a_place_can_be_lifted_it_stays_as_it_was():
    picture = cheque(20)
    page = Page.whole(picture)
    part = (RIGHT[0], RIGHT[1], RIGHT[0] + 60, RIGHT[3])
    picture[RIGHT[1] : RIGHT[3], part[2] + 4 : RIGHT[2]] = 250
    place = Candidate(box=RIGHT, confidence=0.9)
    assert closely(picture, page, seen_at(page, RIGHT), (place,)) == (place,)


def test_only_the_best_places_are_looked_at_closely():
    picture = cheque(20)
    page = Page.whole(picture)
    many = tuple(Candidate(box=loose(RIGHT), confidence=0.9 - 0.1 * k) for k in range(MOST + 2))
    close = closely(picture, page, seen_at(page, RIGHT), many)
    assert close[:MOST] != many[:MOST]
    assert close[MOST:] == many[MOST:]
