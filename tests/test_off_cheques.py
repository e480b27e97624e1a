import re

import numpy as np
import pytest

from sigverify import off_cheques
from sigverify.cli import main
from sigverify.corpus import collect
from sigverify.errors import DataError
from sigverify.model.card import ModelCard
from sigverify.model.dataset import Split
from sigverify.off_cheques import lifted_frames
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import encode_png

ASKED = 12


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A bank's own folder, signed by people who do not exist."""
    data = tmp_path_factory.mktemp("bank")
    for writer in range(7):
        signer = Signer.of_seed(writer)
        for kind, picture in (("genuine", signer.genuine), ("forged", signer.forged)):
            (data / f"customer {writer}" / kind).mkdir(parents=True)
            for number in range(2):
                (data / f"customer {writer}" / kind / f"{number}.png").write_bytes(encode_png(picture(number)))
    return data


@pytest.fixture(scope="module")
def corpus(bank):
    return collect(bank, workers=1)


@pytest.fixture(scope="module")
def lifted(bank, corpus):
    return lifted_frames(corpus.part(Split.TRAIN), bank, ASKED, seed=1)


def ink(frame):
    """Where there is ink, about a pixel to each side of it."""
    dark = np.pad(frame < 128, 1)
    return np.any([np.roll(dark, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)], axis=0)


def alike(one, other):
    return (ink(one) & ink(other)).sum() / (ink(one) | ink(other)).sum()


def test_most_signatures_come_off_their_cheques_as_further_frames_under_their_own_names(corpus, lifted):
    assert ASKED // 2 <= len(lifted) <= ASKED
    for k, name in enumerate(lifted.signature):
        (row,) = np.flatnonzero(corpus.signature == name)
        assert lifted.writer[k] == corpus.writer[row]
        assert lifted.genuine[k] == corpus.genuine[row]
        assert (lifted.frames[k] != corpus.frames[row]).any()


def test_what_comes_off_is_the_signature_that_was_written(corpus, lifted):
    own, others = [], []
    for k in range(len(lifted)):
        row = int(np.flatnonzero(corpus.signature == lifted.signature[k])[0])
        another = int(np.flatnonzero(corpus.writer != lifted.writer[k])[0])
        own.append(alike(lifted.frames[k], corpus.frames[row]))
        others.append(alike(lifted.frames[k], corpus.frames[another]))
    assert np.median(own) > 0.6
    assert np.median(own) > 2 * np.median(others)


def test_only_signatures_to_train_on_are_written_on_cheques(corpus, lifted):
    assert set(lifted.split) == {Split.TRAIN.value}
    assert set(lifted.signature) <= set(corpus.part(Split.TRAIN).signature)


def test_the_same_seed_gives_the_same_frames_in_one_process_and_in_two(bank, corpus, lifted):
    again = lifted_frames(corpus.part(Split.TRAIN), bank, ASKED, seed=1, workers=2)
    assert again.signature.tolist() == lifted.signature.tolist()
    assert (again.frames == lifted.frames).mean() > 0.999


def test_where_nothing_is_seen_it_is_said(bank, corpus, monkeypatch):
    monkeypatch.setattr(off_cheques, "_near", lambda: lambda picture: np.zeros(picture.shape[:2], np.float32))
    with pytest.raises(DataError, match="No signature could be lifted"):
        lifted_frames(corpus.part(Split.TRAIN), bank, 3)


def test_frames_are_kept_to_go_on_from(bank, corpus, lifted, tmp_path, monkeypatch):
    first = lifted_frames(corpus.part(Split.TRAIN), bank, ASKED, seed=1, cache=tmp_path / "cache")
    monkeypatch.setattr(off_cheques, "_near", None)
    second = lifted_frames(corpus.part(Split.TRAIN), bank, ASKED, seed=1, cache=tmp_path / "cache")
    assert (first.frames == second.frames).all()
    assert second.signature.tolist() == lifted.signature.tolist()


def test_a_training_shows_them_and_says_so_in_its_card(bank, corpus, tmp_path, capsys):
    out = tmp_path / "run"
    few = ["--steps", "1", "--people", "2", "--threads", "1", "--workers", "1", "--lifted", "6"]
    assert main(["train", str(bank), "--out", str(out), *few]) == 0
    card = ModelCard.load(out / "weights" / "sigverify.json")
    assert card.recipe["lifted"] == 6
    assert card.data[0]["genuine"] == len(set(corpus.part(Split.TRAIN).signature[corpus.part(Split.TRAIN).genuine]))
    frames = int(re.search(r"([0-9,]+) frames", capsys.readouterr().out)[1])
    assert frames > len(corpus.part(Split.TRAIN))
