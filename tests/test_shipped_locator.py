"""The locator and the network for close-ups that come with the program, on cheques drawn anew."""

import hashlib

import numpy as np
import pytest

from sigverify import paths
from sigverify.model.locator import Locator
from sigverify.model.locator_card import LocatorCard
from sigverify.preprocess import closeup, locating
from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.closeups import close_ups
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.lettering import words
from sigverify.preprocess.composing.printing import text
from sigverify.preprocess.page import Page


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator.load(paths.locator(), fingerprint=locating.fingerprint())


@pytest.fixture(scope="module")
def near() -> Locator:
    return Locator.load(paths.close_up(), fingerprint=closeup.fingerprint())


def found_on(picture, locator):
    page = Page.whole(picture)
    seen = locator.see(locating.seen(picture, page))
    return seen, locating.candidates(seen.probability, page, picture)


def overlap(one, other):
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, across) * max(0, down)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both)


@pytest.mark.parametrize("weights", [paths.locator(), paths.close_up()], ids=["locator", "close-ups"])
def test_its_card_says_what_it_is_and_where_it_comes_from(weights):
    card = LocatorCard.load(weights.with_suffix(".json"))
    assert card.sha256 == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert card.name == weights.stem
    assert card.data
    assert all(row["source"] and row["terms"] for row in card.data)
    assert "research" in card.terms
    assert card.results
    assert card.limits


def test_most_signatures_on_drawn_cheques_are_found(locator):
    rng, hands = np.random.default_rng(2026), Hands()
    drawn = [cheque(900, hands, rng) for _ in range(24)]
    signed = [canvas for canvas in drawn if len(canvas.signatures) == 1]
    hits = 0
    for canvas in signed:
        _, found = found_on(canvas.pixels.astype(np.uint8), locator)
        hits += any(overlap(one.box, ink_box(canvas)) >= 0.4 for one in found)
    assert len(signed) >= 8
    assert hits >= 0.65 * len(signed)  # stamps, print and guilloche lie over some


def ink_box(canvas):
    rows, columns = (np.flatnonzero((canvas.signed > 127).any(axis=axis)) for axis in (1, 0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


@pytest.mark.parametrize("paper", [120, 200, 255])
def test_nobody_signed_blank_paper(locator, paper):
    rng = np.random.default_rng(paper)
    picture = np.clip(rng.normal(paper, 4.0, (560, 1280)), 0, 255).astype(np.uint8)
    assert found_on(picture, locator)[1] == ()


def test_nobody_signed_a_page_of_print(locator):
    rng = np.random.default_rng(5)
    for aspect in (0.71, 1.4, 2.3):
        canvas = Canvas(900, round(900 / aspect), (250.0, 250.0, 248.0))
        for row in range(int(canvas.tall / 0.03) - 1):
            text(canvas, words(rng, 6)[:70], 0.05, 0.02 + 0.03 * row, 0.015, rng)
        assert found_on(canvas.pixels.astype(np.uint8), locator)[1] == ()


def test_it_notices_most_cheques_that_are_upside_down(locator):
    rng, hands = np.random.default_rng(6), Hands()
    right = 0
    for _ in range(10):
        picture = cheque(900, hands, rng).pixels.astype(np.uint8)
        upright, turned = (found_on(one, locator)[0].upside_down for one in (picture, picture[::-1, ::-1].copy()))
        right += (upright < 0.5) + (turned > 0.5)
    assert right >= 15


def test_from_near_strokes_are_told_from_what_is_printed_through_them(near):
    agreed = []
    for seed in range(2026, 2046):
        for one in close_ups(2, Hands(), np.random.default_rng(seed)):
            inside = one.picture[..., 3] == 0
            truth, told = one.truth & inside, (near.see(one.picture).probability >= 0.5) & inside
            if truth.sum() > 200:
                agreed.append(2.0 * (truth & told).sum() / (truth.sum() + told.sum()))
    assert len(agreed) >= 8
    assert np.median(agreed) > 0.7  # some are black with print and stamps
    assert np.mean(np.array(agreed) > 0.5) > 0.65


def test_from_near_there_is_nothing_on_blank_paper(near):
    rng = np.random.default_rng(3)
    paper = np.clip(rng.normal(235.0, 4.0, (closeup.HEIGHT, closeup.WIDTH, 3)), 0, 255).astype(np.uint8)
    picture = closeup.pictured(paper, (200, 80, 440, 170))
    assert (near.see(picture).probability >= 0.5).sum() < 20
