import json
import shutil
from dataclasses import replace

import pytest

from sigverify.cli import main
from sigverify.model.card import ModelCard
from sigverify.model.network import NetworkConfig
from sigverify.model.untrained import write_untrained
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.preprocess.normalising import fingerprint
from tests.model.made_corpus import write_folder

SMALL = NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32)  # as `untrained`


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


@pytest.fixture(scope="module")
def two_sets(tmp_path_factory):
    """A folder whose manifest names two data sets, each with eight train writers, four development and four test."""
    data = write_folder(tmp_path_factory.mktemp("two"), writers=32)
    rows = ["dataset,writer,kind,forger,path,split"]
    for writer in range(32):
        split = ("train", "train", "development", "test")[writer // 2 % 4]
        for kind in ("genuine", "forged"):
            paths = [f"customer {writer}/{kind}/{number}.png" for number in range(4)]
            rows += [f"{('own', 'elsewhere')[writer % 2]},{writer},{kind},,{path},{split}" for path in paths]
    (data / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return data


def trained_without_elsewhere(folder, dimensions):
    """Weights whose card says that they were trained without one of the two."""
    frame = FRAME_HEIGHT, FRAME_WIDTH
    config = replace(SMALL, dimensions=dimensions)
    weights = write_untrained(folder, fingerprint=fingerprint(), frame=frame, seed=7, config=config)
    card = ModelCard.load(weights.with_suffix(".json"))
    told = replace(card, name="fold", recipe={"without": ["elsewhere"]})
    weights.with_suffix(".json").write_text(told.to_json(), encoding="utf-8")
    return weights


@pytest.fixture(scope="module")
def without_elsewhere(tmp_path_factory):
    return trained_without_elsewhere(tmp_path_factory.mktemp("beside"), SMALL.dimensions)


def chosen_by(data, weights, out, *more):
    """The card, and what it says of those who chose it, by data set."""
    assert calibrate(data, weights, *more, "--out", str(out)) == 0
    card = ModelCard.load(out / "sigverify.json")
    return card, next(rows for group, rows in card.results.items() if "chosen" in group)


def test_a_data_set_chooses_by_weights_that_have_not_seen_it(two_sets, untrained, without_elsewhere, tmp_path):
    _, alone = chosen_by(two_sets, untrained, tmp_path / "alone")
    _, fold = chosen_by(two_sets, without_elsewhere, tmp_path / "fold", "--unseen", "elsewhere")
    card, both = chosen_by(two_sets, untrained, tmp_path / "both", "--beside", str(without_elsewhere))
    assert (alone["elsewhere"]["writers"], both["elsewhere"]["writers"], both["own"]["writers"]) == (4, 12, 4)
    for name, expected in (("elsewhere", fold), ("own", alone)):  # one specimen's EER does not depend on the fusion
        for kind in ("skilled", "random"):
            assert both[name][f"one: EER {kind} %"] == expected[name][f"one: EER {kind} %"]
    assert both["elsewhere"]["one: EER skilled %"] != alone["elsewhere"]["one: EER skilled %"]
    (beside,) = card.recipe["chosen beside"]
    assert beside["sha256"] == ModelCard.load(without_elsewhere.with_suffix(".json")).sha256 != card.sha256
    assert beside["without"] == ["elsewhere"]
    assert card.results["test writers"]["elsewhere"]["writers"] == 4
    again, _ = chosen_by(two_sets, tmp_path / "both" / "sigverify.safetensors", tmp_path / "again")
    assert "chosen beside" not in again.recipe


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--unseen", "nowhere"], "No train writers of a data set nowhere"),
        (["--unseen", "elsewhere", "--unseen", "elsewhere"], "named twice"),
        (["--unseen", "elsewhere", "--beside", "FOLD"], "named twice"),
        (["--beside", "FOLD", "--beside", "FOLD"], "named twice"),
        (["--beside", "ITSELF"], "was not trained without a data set"),
        (["--beside", "OTHER"], "is another network"),
        (["--beside", "nothing.safetensors"], "nothing"),
    ],
)
def test_who_cannot_choose_is_refused_in_one_line(more, said, two_sets, untrained, without_elsewhere, tmp_path, capsys):
    other = trained_without_elsewhere(tmp_path, SMALL.dimensions // 2)
    files = {"FOLD": str(without_elsewhere), "ITSELF": str(untrained), "OTHER": str(other)}
    assert calibrate(two_sets, untrained, *(files.get(word, word) for word in more)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.splitlines()) == 1


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
