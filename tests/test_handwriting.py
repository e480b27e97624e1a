from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from sigverify import training_app
from sigverify.cli import main
from sigverify.errors import DataError
from sigverify.handwriting import ASPECT, FOLDER, PIECES, STARTING_ANEW, STROKES, begun, handwriting, pieces
from sigverify.model.card import ModelCard
from sigverify.model.dataset import Split
from sigverify.model.network import NetworkConfig, build
from sigverify.model.training import TrainingConfig
from sigverify.training_app import BEGINNING
from tests.model.made_corpus import write_folder

FEW = ("--steps", "1", "--people", "2", "--threads", "1", "--workers", "1")
SMALL = NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32, tokens=8)
HEADER = "form,id,writer,strokes,text\n"


def write_pages(data, pages=4, strokes=30, spikes=()):
    """Pages of two writers, a line of loops each; a stroke whose number is in `spikes` has a fault."""
    rng = np.random.default_rng(0)
    turns = np.linspace(0.0, 6.0, 12)
    points, offsets, form = [], [0], []
    for page in range(pages):
        for number in range(strokes):
            high = rng.uniform(30, 90)
            stroke = np.stack([60 * number + 8 * turns, 500 + high * np.sin(turns * (1 + page % 2))], axis=1)
            if number in spikes:
                stroke[5] += 3000
            points.append(stroke)
            offsets.append(offsets[-1] + len(stroke))
            form.append(page)
    (data / FOLDER).mkdir(parents=True, exist_ok=True)
    arrays = {"xy": np.concatenate(points).astype(np.int16), "stroke_offset": np.array(offsets, np.int32)}
    np.savez(data / FOLDER / "strokes.npz", stroke_form=np.array(form, np.int32), **arrays)
    lines = "".join(f'{page},a{page},{10 + page % 2},{strokes},"a line | of it"\n' for page in range(pages))
    (data / FOLDER / "forms.csv").write_text(HEADER + lines, encoding="utf-8")
    return data


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    data = tmp_path_factory.mktemp("bank")
    return write_pages(write_folder(data))


def test_pages_come_apart_into_pieces_that_are_as_wide_as_signatures(bank):
    found = list(pieces(bank))
    assert 4 * 8 <= len(found) <= 4 * PIECES
    assert {item.writer for item in found} == {"10", "11"}
    assert {item.split for item in found} == {Split.TRAIN.value}
    assert len({item.signature for item in found}) == len(found)
    for item in found:
        wide, high = np.ptp(item.points[:, :2], axis=0)
        assert ASPECT[0] < wide / high < ASPECT[1]
        assert STROKES[0] <= int((item.points[:, 2] == 0).sum()) < STROKES[1]  # the pen is lifted after each stroke


def test_pieces_are_the_same_ones_every_time(bank):
    first, second = list(pieces(bank)), list(pieces(bank))
    assert [item.signature for item in first] == [item.signature for item in second]
    assert all((a.points == b.points).all() for a, b in zip(first, second, strict=True))


def test_strokes_with_a_fault_of_the_pen_are_left_out(tmp_path):
    for item in pieces(write_pages(tmp_path, spikes=(3, 11, 12))):
        assert np.ptp(item.points[:, :2], axis=0).max() < 60 * 31


def test_frames_are_drawn_and_kept(bank, tmp_path):
    corpus = handwriting(bank, cache=tmp_path)
    assert set(corpus.writer) == {f"{FOLDER}/10", f"{FOLDER}/11"}
    assert corpus.genuine.all()
    ink = (corpus.frames < 128).mean(axis=(1, 2))
    assert ((ink > 0.002) & (ink < 0.5)).all()
    kept = list(tmp_path.glob("corpus-*.npz"))
    assert len(kept) == 1
    assert (handwriting(bank, cache=tmp_path).frames == corpus.frames).all()


@pytest.mark.parametrize("broken", ["nothing", "no forms", "another table", "a page of nobody", "a torn archive"])
def test_where_there_are_no_pages_it_is_said(tmp_path, broken):
    if broken != "nothing":
        write_pages(tmp_path)
    forms, strokes = tmp_path / FOLDER / "forms.csv", tmp_path / FOLDER / "strokes.npz"
    if broken == "no forms":
        forms.unlink()
    elif broken == "another table":
        forms.write_text("page,who\n0,1\n")
    elif broken == "a page of nobody":
        forms.write_text(HEADER + '0,a0,10,30,"a"\n')
    elif broken == "a torn archive":
        strokes.write_bytes(strokes.read_bytes()[:-200])
    with pytest.raises(DataError, match="No handwriting in"):
        list(pieces(tmp_path))


def test_a_training_begins_with_it_and_says_so_in_its_card(bank, tmp_path, capsys):
    out = tmp_path / "run"
    assert main(["train", str(bank), "--out", str(out), *FEW, "--handwriting", "2"]) == 0
    assert "handwriting of 2 writers" in capsys.readouterr().out
    card = ModelCard.load(out / "weights" / "sigverify.json")
    assert card.recipe["handwriting"] == 2
    assert card.recipe["steps"] == 1
    assert card.recipe["local"] is not None
    pages = card.data[-1]
    assert pages["name"] == FOLDER
    assert (pages["writers"], pages["forged"]) == (2, 0)
    assert "IAM-OnDB" in pages["source"]
    assert "research use" in card.terms


def test_what_a_training_goes_out_from_is_what_handwriting_has_taught(bank, tmp_path, monkeypatch):
    def taught(pages, out, config, *_, **__):
        network = build(config.network)
        torch.nn.init.constant_(network.project.weight, 0.5)
        return network

    monkeypatch.setattr(training_app, "begun", taught)
    assert main(["train", str(bank), "--out", str(tmp_path), *FEW, "--handwriting", "2"]) == 0
    weight = load_file(tmp_path / "weights" / "sigverify.safetensors")["project.weight"]
    assert float((weight - 0.5).abs().max()) <= 2 * TrainingConfig.learning_rate  # a step away


def test_one_that_stopped_while_it_began_goes_on_from_there(bank, tmp_path):
    pages, said = handwriting(bank), list[str]()
    config = TrainingConfig(handwriting=2, threads=1, network=SMALL)
    begun(pages, tmp_path, replace(config, handwriting=1), "cpu", said.append, resume=True)
    assert STARTING_ANEW in said
    said.clear()
    whole = begun(pages, tmp_path, config, "cpu", said.append, resume=True)
    assert STARTING_ANEW not in said
    again = begun(pages, tmp_path, config, "cpu", said.append, resume=True)  # at its end, so nothing is learnt any more
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in whole.state_dict().items())


def test_a_folder_with_a_beginning_is_not_overwritten_unless_told_to_go_on(bank, tmp_path, capsys):
    (tmp_path / BEGINNING).mkdir()
    (tmp_path / BEGINNING / "checkpoint.safetensors").touch()
    assert main(["train", str(bank), "--out", str(tmp_path), *FEW, "--handwriting", "2"]) == 2
    assert "add --resume" in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--handwriting", "-1"], ["--handwriting", "2", "--from", "shipped"]])
def test_nonsense_is_refused_in_one_line(bank, tmp_path, capsys, more):
    assert main(["train", str(bank), "--out", str(tmp_path / "out"), *FEW, *more]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_folder_without_pages_is_told_before_hours_are_spent(tmp_path, monkeypatch, capsys):
    data = write_folder(tmp_path / "bank")
    monkeypatch.setattr(training_app, "collect", lambda *_, **__: pytest.fail("signatures were read first"))
    assert main(["train", str(data), "--out", str(tmp_path / "out"), *FEW, "--handwriting", "2"]) == 2
    assert "No handwriting in" in capsys.readouterr().err
