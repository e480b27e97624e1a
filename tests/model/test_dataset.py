import numpy as np
import pytest

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus, Split
from tests.model.made_corpus import made_corpus


def two_sets() -> Corpus:
    corpus = made_corpus()
    other = np.char.replace(corpus.writer, "made", "other")
    return Corpus(
        **{
            name: np.concatenate([getattr(corpus, name), getattr(corpus, name)])
            for name in ("frames", "text", "genuine", "signature", "split")
        },
        dataset=np.repeat(["made", "other"], len(corpus)),
        writer=np.concatenate([corpus.writer, other]),
    )


def test_a_data_set_left_out_is_measured_on_writers_that_no_figure_has_shown_before():
    left = two_sets().without(["other"])
    assert set(left.part(Split.TRAIN).dataset) == set(left.part(Split.DEVELOPMENT).dataset) == {"made"}
    whole = two_sets()
    others = whole.where(whole.dataset == "other")
    unseen = left.part(Split.TEST).where(left.part(Split.TEST).dataset == "other")
    assert set(unseen.writer) == set(others.writer) - set(others.part(Split.TEST).writer)


@pytest.mark.parametrize("names", [["nobody's"], ["made", "other"]])
def test_what_cannot_be_left_out_is_said(names):
    with pytest.raises(DataError, match=r"leave out|nothing remains"):
        two_sets().without(names)
