import numpy as np
import pytest

from sigverify import chequing
from sigverify.domain import QualityReason, Seek, Source
from sigverify.preprocess.reading import encode_png
from sigverify.timed_search import search_with, surround
from sigverify.verifier import Verifier
from tests.cheques import LEFT, RIGHT, PenSearcher, Searcher, cheque, overlap, written
from tests.fakes import InkGrid, signature


@pytest.mark.parametrize("picture", [cheque(20), cheque(20, colour=True), cheque(20)[::-1, ::-1]])
def test_what_is_measured_is_what_the_verifier_does(picture):
    picture = np.ascontiguousarray(picture)
    found = search_with(Searcher(RIGHT))(picture)
    source = Source(name="cheque", data=encode_png(picture), seek=Seek.ALWAYS)
    view = Verifier(InkGrid(), Searcher(RIGHT)).look(source).view
    assert view.located is not None
    assert found.candidates == view.located.candidates
    assert np.array_equal(found.signature, view.signature)
    assert found.signed


@pytest.mark.parametrize("boxes", [(), (LEFT,)])
def test_doubtful_places_are_compared_after_the_others(boxes, monkeypatch):
    monkeypatch.setattr(chequing, "CLEAR", (0.96, 0.0))  # the stand-in is sure by 0.95
    searcher = Searcher(*boxes)
    searcher.near = PenSearcher()
    picture = written(cheque(20, 33), RIGHT)
    found = search_with(searcher)(picture)
    assert found.signed is bool(boxes)
    assert [overlap(box, truth) > 0.8 for (box, _), truth in zip(found.compared, (*boxes, RIGHT), strict=True)]
    view = Verifier(InkGrid(), searcher).look(Source(name="cheque", data=encode_png(picture), box=RIGHT)).view
    assert found.doubtful == view.located.doubtful
    assert overlap(found.doubtful[0].box, RIGHT) > 0.8
    assert found.compared[-1][1].shape[1] > 250  # the signature, at the cheque's own resolution


def test_the_ink_is_told_where_it_lies_on_the_picture():
    found = search_with(Searcher(RIGHT))(cheque(20))
    rows, columns = np.flatnonzero(found.ink.any(axis=1)), np.flatnonzero(found.ink.any(axis=0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    assert overlap(box, RIGHT) > 0.8


def test_every_stage_has_its_own_time():
    spent = search_with(Searcher(RIGHT, LEFT))(cheque(20, 33)).milliseconds
    assert list(spent) == ["crop or cheque", "network", "page and places", "lifting"]
    assert all(value >= 0 for value in spent.values())


def test_an_unsigned_cheque_is_no_refusal_and_two_cheques_are_one():
    unsigned = search_with(Searcher())(cheque())
    assert (unsigned.signed, unsigned.refused) == (False, None)
    ground = np.full((1300, 1300), 70, np.uint8)
    for top in (100, 740):
        ground[top : top + 460, 150:1150] = cheque(20)
    both = search_with(Searcher(RIGHT))(ground)
    assert both.refused is QualityReason.SEVERAL_CHEQUES
    assert not both.signed


def test_a_crop_is_told_for_one():
    assert search_with(Searcher(RIGHT))(signature(20)).crop


def test_lifting_looks_farther_beyond_a_larger_box():
    assert 0 < surround((0, 0, 100, 10)) < surround((0, 0, 100, 100)) < 100
