import json

import pytest

from sigverify.cli import main
from sigverify.model.card import ModelCard
from tests.model.made_corpus import write_folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("bank"))


def train(folders, out, *more):
    return main(["train", str(folders), "--out", str(out), "--people", "2", "--threads", "1", "--workers", "1", *more])


def test_a_folder_becomes_weights_that_verify_with_rates_of_their_own(folders, tmp_path, capsys):
    out = tmp_path / "run"
    assert train(folders, out, "--steps", "2") == 0
    weights = out / "weights" / "sigverify.safetensors"
    card = ModelCard.load(weights.with_suffix(".json"))
    assert card.recipe["steps"] == 2
    assert card.one.genuine > 0
    assert card.data[0]["terms"] == "the owner's"
    assert "development EER" in (out / "train.log").read_text(encoding="utf-8")
    genuine = [str(folders / "customer 1" / "genuine" / f"{number}.png") for number in range(3)]
    capsys.readouterr()
    assert main(["verify", *genuine, "--weights", str(weights), "--json"]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["model"]["sha256"] == card.sha256


def test_a_folder_with_a_training_is_not_overwritten_unless_told_to_go_on(folders, tmp_path, capsys):
    out = tmp_path / "run"
    assert train(folders, out, "--steps", "1") == 0
    assert train(folders, out, "--steps", "2") == 2
    assert "add --resume" in capsys.readouterr().err
    assert train(folders, out, "--steps", "2", "--resume") == 0
    assert json.loads((out / "history.json").read_text())[-1]["step"] == 2


def test_too_few_writers_for_three_splits_are_refused_before_any_work(tmp_path, folders, capsys):
    (tmp_path / "few").mkdir()
    for writer in range(2):
        (tmp_path / "few" / f"w{writer}").symlink_to(folders / f"customer {writer}")
    assert train(tmp_path / "few", tmp_path / "out") == 2
    assert "development" in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--steps", "0"], ["--minutes", "-1"], ["--people", "1"], ["--device", "abacus"]])
def test_nonsense_is_refused_in_one_line(folders, tmp_path, capsys, more):
    assert train(folders, tmp_path / "out", *more) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_where_nothing_can_be_written_no_work_is_begun(folders, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert train(folders, tmp_path / "file" / "out") == 2
    said = capsys.readouterr()
    assert "Choose another --out" in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""
