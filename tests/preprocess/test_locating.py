import cv2
import numpy as np
import pytest

from sigverify.preprocess import locating
from sigverify.preprocess.locating import candidates, flattened, seen
from sigverify.preprocess.page import Page

WIDE, HIGH = 1280, 560
BOXES = ((900, 380, 1180, 460), (120, 380, 330, 450))


def cheque(*boxes, paper=235, ink=40):
    """A sheet with a zigzag from edge to edge of each box."""
    picture = np.full((HIGH, WIDE), paper, np.uint8)
    for x0, y0, x1, y1 in boxes:
        x = np.linspace(x0 + 3, x1 - 4, 14)
        y = np.where(np.arange(14) % 2, y0 + 3, y1 - 4)
        cv2.polylines(picture, [np.stack([x, y], axis=1).astype(np.int32)], False, ink, 5, cv2.LINE_AA)
    return picture


def probability(picture, *boxes, sure=0.9):
    """What a network that makes no mistakes would say of these boxes."""
    page = Page.whole(picture)
    shown = seen(picture, page)
    likely = np.zeros((shown.shape[0] // 2, shown.shape[1] // 2), np.float32)
    cells = cv2.resize(picture, (WIDE // 4, HIGH // 4), interpolation=cv2.INTER_AREA) < 200
    for x0, y0, x1, y1 in boxes:
        part = slice(y0 // 4, y1 // 4 + 1), slice(x0 // 4, x1 // 4 + 1)
        likely[: HIGH // 4][part] = np.where(cells[part], sure, 0.02)
    return likely


def close(box, truth, pixels=8):
    return all(abs(a - b) <= pixels for a, b in zip(box, truth, strict=True))


def test_a_cheque_is_seen_640_wide_and_whole_cells_high():
    assert seen(cheque(), Page.whole(cheque())).shape == (288, 640)
    colour = np.repeat(cheque()[..., None], 3, axis=2)
    assert np.array_equal(seen(colour, Page.whole(colour)), seen(cheque(), Page.whole(cheque())))


def test_a_tall_page_is_seen_whole_with_white_beside_it():
    page = np.full((3000, 1000), 200, np.uint8)
    shown = seen(page, Page.whole(page))
    assert shown.shape == (960, 640)
    assert shown[:, 400:].min() == 255


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (3, 2000)])
def test_any_picture_can_be_seen_and_searched(size):
    picture = np.full(size, 130, np.uint8)
    shown = seen(picture, Page.whole(picture))
    assert shown.shape[1] == 640
    assert shown.shape[0] % 32 == 0
    likely = np.full((shown.shape[0] // 2, 320), 0.9, np.float32)
    for found in candidates(likely, Page.whole(picture), picture):
        assert found.box[2] <= max(1, size[1])
        assert found.box[3] <= max(1, size[0])


def test_scanners_and_light_make_little_difference_to_what_is_seen():
    clean = flattened(cheque(BOXES[0], paper=250, ink=20))
    dark = flattened(cheque(BOXES[0], paper=150, ink=40))
    shade = np.linspace(0.5, 1.0, WIDE)
    shaded = flattened((cheque(BOXES[0]) * shade).astype(np.uint8))
    for other in (dark, shaded):
        assert np.abs(other.astype(int) - clean).mean() < 6.0


def test_blank_paper_stays_white():
    noise = np.random.default_rng(0).normal(230.0, 3.0, (300, 640)).astype(np.uint8)
    assert flattened(noise).mean() > 225.0


def test_a_signature_is_found_where_its_ink_is():
    picture = cheque(BOXES[0])
    found = candidates(probability(picture, BOXES[0]), Page.whole(picture), picture)
    assert len(found) == 1
    assert close(found[0].box, BOXES[0])
    assert found[0].confidence > 0.7


def test_two_signatures_apart_are_two_the_surer_one_first():
    picture = cheque(*BOXES)
    likely = np.maximum(probability(picture, BOXES[0], sure=0.7), probability(picture, BOXES[1], sure=0.95))
    found = candidates(likely, Page.whole(picture), picture)
    assert [close(one.box, truth) for one, truth in zip(found, BOXES[::-1], strict=True)] == [True, True]
    assert found[0].confidence > found[1].confidence


def test_a_signature_in_two_parts_is_one():
    parts = (900, 380, 1010, 460), (1036, 380, 1180, 460)
    picture = cheque(*parts)
    found = candidates(probability(picture, *parts), Page.whole(picture), picture)
    assert len(found) == 1
    assert close(found[0].box, (900, 380, 1180, 460))


def test_the_words_of_a_name_written_wide_apart_are_one_signature():
    first, last = (820, 380, 950, 450), (1010, 390, 1180, 455)  # 60 pixels between them, a twentieth of the cheque
    picture = cheque(first, last)
    (found,) = candidates(probability(picture, first, last), Page.whole(picture), picture)
    assert close(found.box, (820, 380, 1180, 455))


def test_a_word_beside_is_of_the_name_though_the_network_is_less_sure_of_it():
    first, last = (820, 380, 950, 450), (1010, 390, 1180, 455)
    picture = cheque(first, last)
    likely = np.maximum(probability(picture, first, sure=0.6), probability(picture, last, sure=0.95))
    (found,) = candidates(likely, Page.whole(picture), picture)
    assert close(found.box, (820, 380, 1180, 455))


def test_signatures_one_above_the_other_are_two_where_words_beside_each_other_would_be_one():
    upper, lower = (820, 300, 1000, 360), (1040, 400, 1200, 460)
    picture = cheque(upper, lower)
    assert len(candidates(probability(picture, upper, lower), Page.whole(picture), picture)) == 2


def test_print_beneath_a_signature_is_left_out_where_the_network_is_less_sure_of_it():
    beneath = (920, 470, 1160, 500)
    picture = cheque(BOXES[0], beneath)
    likely = np.maximum(probability(picture, BOXES[0], sure=0.95), probability(picture, beneath, sure=0.6))
    found = candidates(likely, Page.whole(picture), picture)
    assert len(found) == 1
    assert close(found[0].box, BOXES[0])


def test_a_tail_the_network_did_not_see_belongs_to_its_stroke():
    picture = cheque(BOXES[0])
    likely = probability(picture, BOXES[0])
    likely[:, 1160 // 4 :] = 0.0
    assert close(candidates(likely, Page.whole(picture), picture)[0].box, BOXES[0])


def test_where_nothing_is_likely_there_is_no_candidate():
    picture = cheque(BOXES[0])
    assert candidates(probability(picture), Page.whole(picture), picture) == ()
    speck = probability(picture)
    speck[100, 240] = 0.9
    assert candidates(speck, Page.whole(picture), picture) == ()


def test_boxes_are_of_the_picture_as_given():
    picture = cheque(BOXES[0])
    turned = np.ascontiguousarray(picture[::-1, ::-1])
    page = Page.whole(turned).turned_by(2)
    found = candidates(probability(picture, BOXES[0]), page, turned)
    x0, y0, x1, y1 = BOXES[0]
    assert close(found[0].box, (WIDE - x1, HIGH - y1, WIDE - x0, HIGH - y0))


def test_the_fingerprint_tells_of_another_way_of_seeing(monkeypatch):
    before = locating.fingerprint()
    monkeypatch.setattr(locating, "RECIPE", 99)
    assert locating.fingerprint() != before
