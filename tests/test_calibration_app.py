import json
import shutil

import pytest

from sigverify.cli import main
from sigverify.model.card import ModelCard
from tests.model.made_corpus import write_folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("bank"), writers=16)


@pytest.fixture(scope="module")
def done(folders, untrained, tmp_path_factory):
    """Where weights lie that were calibrated on the bank's own folder."""
    out = tmp_path_factory.mktemp("calibrated") / "out"
    assert calibrate(folders, untrained, "--out", str(out)) == 0
    return out / untrained.name


def calibrate(folders, weights, *more):
    return main(["calibrate", str(folders), "--weights", str(weights), "--workers", "1", *more])


def test_the_weights_stay_as_they_are_and_the_card_gets_thresholds_and_a_calibration(done, untrained, folders):
    old, new = (ModelCard.load(weights.with_suffix(".json")) for weights in (untrained, done))
    assert done.read_bytes() == untrained.read_bytes()
    assert (new.sha256, new.name, new.limits) == (old.sha256, old.name, old.limits)
    assert new.calibration.datasets == (folders.name,)
    assert new.one.genuine > 0
    assert new.policy != old.policy


def test_the_weights_calibrated_verify_with_a_likelihood_ratio(done, folders, capsys):
    genuine = [str(folders / "customer 1" / "genuine" / f"{number}.png") for number in range(3)]
    assert main(["verify", *genuine, "--weights", str(done), "--json"]) in (0, 1)
    assert -2.0 <= json.loads(capsys.readouterr().out)["llr"] <= 2.0


def test_old_and_new_are_told_side_by_side_and_nothing_is_written_unasked(done, folders, untrained, tmp_path, capsys):
    weights = tmp_path / "in use.safetensors"
    shutil.copy(done, weights)
    shutil.copy(done.with_suffix(".json"), weights.with_suffix(".json"))
    before = sorted(folders.parent.rglob("*")), weights.with_suffix(".json").read_bytes()
    assert calibrate(folders, weights) == 0
    lines = capsys.readouterr().out.splitlines()
    threshold, skilled = (next(line.split() for line in lines if word in line) for word in ("threshold", "skilled"))
    assert threshold[1] == threshold[2]  # on the same data with the same weights the same again
    assert "trials" in skilled
    cllr = next(line.split() for line in lines if "Cllr, test" in line)
    assert cllr[-1] == cllr[-2]
    assert (sorted(folders.parent.rglob("*")), weights.with_suffix(".json").read_bytes()) == before


def test_writers_never_trained_on_may_help_to_choose(folders, untrained, done, tmp_path):
    assert calibrate(folders, untrained, "--train-too", "--name", "ours", "--out", str(tmp_path / "out")) == 0
    more = ModelCard.load(tmp_path / "out" / "sigverify.json")
    assert more.name == "ours"
    assert more.calibration.genuine > 2 * ModelCard.load(done.with_suffix(".json")).calibration.genuine


def test_weights_that_are_there_are_not_overwritten(done, folders, capsys):
    before = done.with_suffix(".json").read_bytes()
    assert calibrate(folders, done, "--out", str(done.parent)) == 2
    assert "choose another --out" in capsys.readouterr().err
    assert done.with_suffix(".json").read_bytes() == before


@pytest.mark.parametrize("trouble", ["no such folder", "few writers", "no forgeries of any kind", "no room"])
def test_what_does_not_serve_is_refused_in_one_line(trouble, untrained, folders, tmp_path, capsys):
    data, more = tmp_path / "data", []
    if trouble == "few writers":
        write_folder(data, writers=1)
    elif trouble == "no forgeries of any kind":
        write_folder(data, writers=4)  # one development writer: nobody to try as a random forger
        for forged in data.glob("*/forged"):
            shutil.rmtree(forged)
    elif trouble == "no room":
        (tmp_path / "file").write_text("in the way")
        data, more = folders, ["--out", str(tmp_path / "file" / "out")]
    assert calibrate(data, untrained, *more) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
