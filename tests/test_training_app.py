import json
from dataclasses import replace

import cv2
import numpy as np
import pytest
from safetensors.torch import load_file

from sigverify import app, paths
from sigverify.cli import main
from sigverify.finetuning import RATE
from sigverify.model.card import ModelCard
from sigverify.model.network import NetworkConfig
from sigverify.model.untrained import write_untrained
from sigverify.training_app import shares, with_descriptors
from tests.model.made_corpus import figure, made_corpus, write_folder


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


@pytest.mark.parametrize(
    "more", [["--steps", "0"], ["--minutes", "-1"], ["--people", "1"], ["--lifted", "-1"], ["--device", "abacus"]]
)
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


def drawn(folder, writers, each=3):
    for writer in range(writers):
        (folder / f"character {writer}").mkdir(parents=True)
        for number in range(each):
            cv2.imwrite(str(folder / f"character {writer}" / f"{number}.png"), figure(writer, number, True))
    return folder


def test_a_folder_for_each_class_trains_with_random_forgeries_alone(tmp_path, capsys):
    out = tmp_path / "run"
    assert train(drawn(tmp_path / "omniglot", 8), out, "--steps", "2") == 0
    card = ModelCard.load(out / "weights" / "sigverify.json")
    assert card.one.genuine > 0
    assert card.one.random > 0
    assert card.one.skilled == 0
    assert card.data[0]["forged"] == 0


def test_any_backbone_and_loss_are_choices_of_the_same_command(folders, tmp_path, capsys):
    out = tmp_path / "run"
    more = ("--backbone", "matchnet", "--loss", "metric", "--branches", "separate", "--steps", "1")
    assert train(folders, out, *more) == 0
    said = capsys.readouterr().out
    assert "in each of two branches" in said
    assert "for comparing architectures" in said
    weights = out / "weights" / "sigverify.safetensors"
    assert ModelCard.load(weights.with_suffix(".json")).name == "matchnet-run"
    genuine = [str(folders / "customer 1" / "genuine" / f"{number}.png") for number in range(2)]
    assert main(["verify", *genuine, "--weights", str(weights)]) == 2
    assert "Use other weights" in capsys.readouterr().err


def test_a_bank_goes_on_from_the_shipped_weights_and_is_told_whether_that_helped(folders, tmp_path, capsys):
    out = tmp_path / "run"
    shipped = paths.weights().read_bytes()
    assert train(folders, out, "--from", "shipped", "--steps", "1") == 0
    said = capsys.readouterr().out
    report = json.loads((out / "before-after.json").read_text(encoding="utf-8"))
    before, after = (report["test writers"][folders.name]["1 specimen"][when] for when in ("before", "after"))
    counts = [name for name in before if name.endswith("trials")]
    assert len(counts) == 3
    assert {name: before[name] for name in counts} == {name: after[name] for name in counts}
    original = app.card_of()
    assert before["threshold"] == original.one.development_threshold
    assert report["verdict"] in said
    assert "has not been replaced" in said
    assert "--weights" in said
    assert paths.weights().read_bytes() == shipped
    card = ModelCard.load(out / "weights" / "sigverify.json")
    assert card.data[:-1] == original.data
    assert card.data[-1]["name"] == folders.name
    assert card.terms == original.terms
    assert original.sha256 in card.recipe["start"]
    old, new = (load_file(path)["project.weight"] for path in (paths.weights(), out / "weights/sigverify.safetensors"))
    assert 0.0 < float((new - old).abs().max()) <= 2 * RATE  # a step away from where it went out
    assert card.measure.tokens.agreeing == NetworkConfig.agreeing


@pytest.mark.parametrize("older", [{}, {"tokens": 0}, {"agreeing": 0.0, "power": 1.0}])
def test_whoever_goes_on_from_older_weights_gets_what_has_come_since(older):
    assert with_descriptors(replace(NetworkConfig(), **older)) == NetworkConfig()


def test_what_weights_are_matched_by_stays_when_going_on_from_them():
    own = NetworkConfig(agreeing=0.1, power=0.5)
    assert with_descriptors(own) == own


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--backbone", "signet"], "leave --backbone"),
        (["--branches", "separate"], "leave --backbone"),
        (["--loss", "bce"], "leave --backbone"),
    ],
)
def test_another_architecture_than_that_of_the_weights_is_refused(folders, tmp_path, capsys, more, said):
    assert train(folders, tmp_path / "out", "--from", "shipped", *more) == 2
    assert said in capsys.readouterr().err


def test_weights_for_other_preprocessing_are_nothing_to_go_on_from(folders, tmp_path, capsys):
    weights = write_untrained(tmp_path, fingerprint="f" * 16, frame=(96, 192))
    assert train(folders, tmp_path / "out", "--from", str(weights)) == 2
    assert "preprocessing" in capsys.readouterr().err


def test_a_bank_with_too_few_writers_is_told_how_many_it_takes(tmp_path, capsys):
    assert train(drawn(tmp_path / "few", 5), tmp_path / "out", "--from", "shipped") == 2
    said = capsys.readouterr().err
    assert "at least 6" in said
    assert len(said.splitlines()) == 1


def test_a_bank_with_few_writers_whom_nobody_forges_can_go_on_from_the_shipped_weights(tmp_path, capsys):
    assert train(drawn(tmp_path / "bank", 6), tmp_path / "out", "--from", "shipped", "--steps", "1") == 0
    report = json.loads((tmp_path / "out" / "before-after.json").read_text(encoding="utf-8"))
    assert "EER random %" in report["test writers"]["bank"]["1 specimen"]["after"]


def test_a_data_set_left_out_of_training_is_reported_as_an_unseen_scanner(folders, tmp_path):
    rows = ["dataset,writer,kind,forger,path,split"]
    for writer in range(8):
        split = ("train", "train", "development", "test")[writer % 4]
        for kind in ("genuine", "forged"):
            for number in range(4):
                path = f"customer {writer}/{kind}/{number}.png"
                rows += [f"{name},{writer},{kind},,{path},{split}" for name in ("own", "elsewhere")]
    manifest = folders / "manifest.csv"
    manifest.write_text("\n".join(rows) + "\n", encoding="utf-8")
    try:
        assert train(folders, tmp_path / "run", "--steps", "1", "--without", "elsewhere") == 0
        assert train(folders, tmp_path / "other", "--steps", "1", "--without", "nowhere") == 2
    finally:
        manifest.unlink()
    card = ModelCard.load(tmp_path / "run" / "weights" / "sigverify.json")
    assert card.recipe["without"] == ["elsewhere"]
    assert [row["name"] for row in card.data] == ["own"]
    history = json.loads((tmp_path / "run" / "history.json").read_text(encoding="utf-8"))
    assert any(name.startswith("unseen elsewhere") for name in history[-1])


@pytest.mark.parametrize(
    ("names", "without", "expected"),
    [
        (["bank"], [], {}),
        (["bank", "cedar"], [], {}),
        (["bhsig_hindi", "susig_online", "cedar"], [], {"bhsig_hindi": 0.31, "susig_online": 0.31}),
        (["susig_online", "cedar"], ["bhsig_hindi"], {"susig_online": 0.31, "cedar": 0.31}),
        (["susig_online"], ["bhsig_hindi"], {"susig_online": 0.31}),
        (["bhsig_hindi", "susig_online"], ["cedar"], {"bhsig_hindi": 0.31, "susig_online": 0.31}),
    ],
)
def test_a_data_set_that_is_only_measured_by_stands_in_for_one_left_out(names, without, expected):
    made = made_corpus()
    corpus = replace(made, dataset=np.resize(np.array(names), len(made)))
    assert shares(corpus, without) == expected


def test_weights_gone_out_from_have_seen_what_would_be_left_out(folders, tmp_path, capsys):
    assert train(folders, tmp_path / "out", "--from", "shipped", "--without", "cedar") == 2
    assert "not both" in capsys.readouterr().err
