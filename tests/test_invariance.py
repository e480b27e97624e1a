import numpy as np
import pytest

from sigverify.corpus import acquire
from sigverify.invariance import Steadiness, genuine_pairs, steadiness
from sigverify.model.protocol import protocol_of
from sigverify.preprocess.disturbing import DISTURBANCES
from sigverify.preprocess.reading import encode_png
from tests.fakes import InkGrid, card
from tests.strategies import scribble


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    data = tmp_path_factory.mktemp("pairs") / "bank"
    for writer in range(3):
        folder = data / f"w{writer}" / "genuine"
        folder.mkdir(parents=True)
        for number in range(4):
            (folder / f"{number}.png").write_bytes(encode_png(scribble(10 * writer + number)))
    corpus = acquire(data, workers=1).corpus
    return data, corpus, protocol_of(corpus)


def test_pairs_are_genuine_and_of_one_writer_and_the_same_each_time(material):
    _, corpus, protocol = material
    known = frozenset(corpus.signature.tolist())
    chosen = genuine_pairs(protocol, known, pairs=10)
    assert len(chosen) == 10
    assert chosen == genuine_pairs(protocol, known, pairs=10)
    for pair in chosen:
        assert pair.specimen.split("/")[0] == pair.questioned.split("/")[0]
        assert pair.specimen != pair.questioned
    assert genuine_pairs(protocol, frozenset()) == []


def test_a_network_that_sees_no_ink_is_not_moved_and_a_nervous_one_is(material):
    data, corpus, protocol = material
    pairs = genuine_pairs(protocol, frozenset(corpus.signature.tolist()), pairs=6)

    def blind(frames):
        return np.tile(np.eye(1, 8, dtype=np.float32), (len(frames), 1))

    calm = steadiness(data, pairs, corpus, blind(corpus.frames), blind, card(one=0.5))
    assert [one.disturbance for one in calm] == list(DISTURBANCES)
    assert all(one.overall == 0 and one.holds and one.pairs == 6 and one.lost == 0 for one in calm)

    def nervous(frames):
        return np.random.default_rng(0).normal(size=(len(frames), 8)).astype(np.float32)

    assert not any(one.holds for one in steadiness(data, pairs, corpus, nervous(corpus.frames), nervous, card(one=0.5)))


def test_the_change_is_told_as_a_share_of_the_threshold(material):
    data, corpus, protocol = material
    pairs = genuine_pairs(protocol, frozenset(corpus.signature.tolist()), pairs=6)
    network = InkGrid()
    embeddings = network.embed(corpus.frames)
    wide, narrow = (steadiness(data, pairs, corpus, embeddings, network.embed, card(one=t)) for t in (0.8, 0.4))
    for one, other in zip(wide, narrow, strict=True):
        assert other.overall == pytest.approx(2 * one.overall)


def test_a_picture_that_is_gone_is_lost_and_what_was_not_measured_does_not_hold(material, tmp_path):
    _, corpus, protocol = material
    pairs = genuine_pairs(protocol, frozenset(corpus.signature.tolist()), pairs=3)
    network = InkGrid()
    for one in steadiness(tmp_path, pairs, corpus, network.embed(corpus.frames), network.embed, card(one=0.5)):
        assert one.lost == one.pairs
        assert not one.holds


def test_calm_data_sets_do_not_excuse_one_that_moves():
    moved = {"bitonal": 0.0, "another": 0.01, "scanner": 0.1}
    assert not Steadiness(disturbance="JPEG", pairs=30, lost=0, moved=moved, overall=0.01).holds
    assert Steadiness(disturbance="JPEG", pairs=30, lost=0, moved={**moved, "scanner": 0.09}, overall=0.01).holds
