import numpy as np
import pytest

from sigverify.preprocess.composing import lettering, typehands
from sigverify.preprocess.composing.canvas import Canvas
from sigverify.preprocess.composing.typehands import by_typeface
from sigverify.preprocess.composing.writing import Pencase, flourish


@pytest.fixture
def _no_typefaces(monkeypatch):
    caches = (typehands._cursive, typehands.arabic_typefaces)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr(lettering, "typefaces", lambda: ())
    monkeypatch.setattr(typehands, "typefaces", lambda: ())
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.skipif(
    not lettering.arabic_typefaces() and not typehands._cursive(), reason="no typeface to write with is installed"
)
def test_words_of_a_typeface_become_lines_of_a_pen():
    rng = np.random.default_rng(1)
    marks = [mark for mark in (by_typeface(rng) for _ in range(12)) if mark is not None]
    assert len(marks) > 8
    for mark in marks:
        assert mark.blot is not None
        assert mark.blot[0].max() > 127
        assert mark.blot[:, -1].max() > 127
        assert 0.005 < (mark.blot > 127).mean() < 0.5


def test_words_of_one_chance_are_the_same():
    one, other = (by_typeface(np.random.default_rng(3)) for _ in range(2))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert np.array_equal(one.blot, other.blot)


@pytest.mark.usefixtures("_no_typefaces")
def test_without_typefaces_there_are_no_words():
    assert by_typeface(np.random.default_rng(1)) is None


def test_the_middle_of_a_stroke_is_thin_and_whole():
    picture = np.zeros((60, 120), np.uint8)
    picture[20:40, 10:110] = 255
    middle = typehands._middle(picture)
    assert (middle[:, 30:90] > 0).any(axis=0).all()
    assert (middle[:, 60] > 0).sum() <= 4


def test_a_flourish_is_ink_that_nobody_signed_with():
    canvas = Canvas(640, 280, (250.0, 250.0, 250.0))
    flourish(canvas, (0.2, 0.1, 0.8, 0.3), Pencase.picked(np.random.default_rng(1)), np.random.default_rng(2))
    assert canvas.pixels.min() < 200.0
    assert not canvas.signed.any()
    assert not canvas.signatures
