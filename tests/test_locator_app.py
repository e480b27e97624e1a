import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sigverify import cli, locator_app
from sigverify.model.locator import Locator
from sigverify.preprocess import closeup
from sigverify.preprocess.composing.making import drawn
from sigverify.preprocess.locating import fingerprint
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import encode_png, grey


@pytest.fixture
def signatures(tmp_path) -> Path:
    """A manifest with a writer to train on and one to be left alone."""
    data = tmp_path / "data"
    rows = ["dataset,writer,kind,forger,path,split"]
    for writer, split in ((1, "train"), (2, "test")):
        path = data / f"own/{writer}/genuine/1.png"
        path.parent.mkdir(parents=True)
        path.write_bytes(encode_png(grey(Signer.of_seed(writer).genuine(1))))
        rows.append(f"own,{writer},genuine,,own/{writer}/genuine/1.png,{split}")
    (data / "manifest.csv").write_text("\n".join(rows) + "\n")
    return data


def test_a_training_leaves_weights_with_their_card(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(locator_app, "drawn", partial(drawn, rows=320))
    out = tmp_path / "out"
    assert cli.main(["train-locator", "--out", str(out), "--steps", "1", "--name", "tiny"]) == 0
    weights = out / "weights" / "tiny.safetensors"
    locator = Locator.load(weights, fingerprint=fingerprint())
    assert locator.card.recipe["trained_steps"] == 1
    assert locator.card.data[0]["name"] == "drawn cheques and invented hands"
    assert locator.see(np.full((288, 640), 255, np.uint8)).probability.shape == (144, 320)
    assert "weights and card" in (out / "train.log").read_text()


def test_the_network_for_close_ups_is_trained_by_the_same_command(tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main(["train-locator", "--close-ups", "--out", str(out), "--steps", "1", "--name", "near"]) == 0
    near = Locator.load(out / "weights" / "near.safetensors", fingerprint=closeup.fingerprint())
    picture = np.full((closeup.HEIGHT, closeup.WIDTH, closeup.CHANNELS), 255, np.uint8)
    assert near.see(picture).probability.shape == (closeup.HEIGHT, closeup.WIDTH)
    assert (near.card.architecture["inputs"], near.card.architecture["fine"]) == (closeup.CHANNELS, True)


def test_a_training_may_begin_with_the_weights_of_another(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(locator_app, "drawn", partial(drawn, rows=320))
    first, then = tmp_path / "first", tmp_path / "then"
    assert cli.main(["train-locator", "--out", str(first), "--steps", "2", "--name", "tiny"]) == 0
    begin = first / "weights" / "tiny.safetensors"
    arguments = ["train-locator", "--out", str(then), "--steps", "1", "--name", "tiny", "--from", str(begin)]
    assert cli.main([*arguments, "--learning-rate", "1e-9"]) == 0
    one, other = (
        Locator.load(out / "weights" / "tiny.safetensors", fingerprint=fingerprint()) for out in (first, then)
    )
    sheet = np.random.default_rng(0).integers(0, 255, (288, 640), dtype=np.uint8)
    # The running means of a normalisation moved on, the weights hardly did; weights of their own would be far off.
    assert np.abs(one.see(sheet).probability - other.see(sheet).probability).mean() < 0.02
    assert other.card.recipe["began_with"]["sha256"] == one.card.sha256


def test_weights_to_begin_with_must_be_there(tmp_path, capsys):
    arguments = ["train-locator", "--out", str(tmp_path / "out"), "--from", str(tmp_path / "none.safetensors")]
    assert cli.main(arguments) == 2
    assert "none" in capsys.readouterr().err


def test_another_training_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "checkpoint.safetensors").write_bytes(b"")
    assert cli.main(["train-locator", "--out", str(tmp_path)]) == 2
    assert "add --resume" in capsys.readouterr().err


def test_a_training_of_no_steps_is_refused(tmp_path, capsys):
    assert cli.main(["train-locator", "--out", str(tmp_path), "--steps", "0"]) == 2
    assert "at least one step" in capsys.readouterr().err


def test_a_folder_without_signatures_is_refused(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert cli.main(["train-locator", "--out", str(tmp_path / "out"), "--data", str(tmp_path / "empty")]) == 2
    assert "No signatures of train writers" in capsys.readouterr().err


def test_only_writers_for_training_sign_drawn_cheques(signatures):
    hands, described = locator_app.hands_of(signatures)
    assert [path.parts[-3] for path in hands.pictures] == ["1"]
    assert described[0]["name"] == "own"
    assert described[0]["images"] == 1


def test_handwriting_is_cut_at_the_tablets_spikes(signatures):
    pages = signatures / "iam_online"
    pages.mkdir()
    stroke = np.array([[0, 0], [20, 10], [40, 0], [2000, 0], [2020, 10]])
    np.savez(
        pages / "strokes.npz",
        xy=np.concatenate([stroke] * 10).astype(np.int16),
        stroke_offset=np.arange(0, 55, 5),
        stroke_form=np.zeros(10, np.int32),
    )
    hands, described = locator_app.hands_of(signatures)
    assert len(hands.pages) == 1
    assert len(hands.pages[0]) == 20
    assert max(np.ptp(one[:, 0]) for one in hands.pages[0]) < 100
    assert json.loads(json.dumps(described))[-1]["name"] == "iam_online"
