import json
import re
from pathlib import Path

import cv2
import pytest

from sigverify.cli import main
from sigverify.model.protocol import Protocol
from tests.model.made_corpus import figure

WRITERS, GENUINE, FORGED = 6, 4, 3


def bank(folder: Path, writers: int = WRITERS, genuine: int = GENUINE, forged: int = FORGED) -> Path:
    """A bank's own folder: <writer>/{genuine,forged}/*.png, with paper round the ink."""
    for writer in range(writers):
        for kind, count in (("genuine", genuine), ("forged", forged)):
            for number in range(count):
                path = folder / f"Mrs Jones {writer}" / kind / f"{number};.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(path), figure(writer, number, kind == "genuine"))
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return bank(tmp_path_factory.mktemp("evaluated") / "bank")


def evaluate(data, weights, *more):
    return main(
        ["evaluate", str(data), "--weights", str(weights), "--device", "cpu", "--workers", "1", *map(str, more)]
    )


def told(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_banks_own_folder_is_measured_with_every_writer(data, untrained, capsys):
    assert evaluate(data, untrained, "--json") == 0
    found = told(capsys)
    assert found["origin"]["split"] == "all"
    assert [(one["group"], one["specimens"], one["writers"]) for one in found["figures"]] == [(1, 1, 6), (5, 3, 6)]
    for one in found["figures"]:
        assert one["threshold"] == 0.5
        assert set(one["against"]) == {"skilled", "random"}
        for against in one["against"].values():
            assert 0 <= against["eer"]["low"] <= against["eer"]["value"] <= against["eer"]["high"] <= 1
            assert against["cllr"] is None
            assert 0 <= against["cllr_min"] <= 1
            assert [point["resolved"] for point in against["at_far"]] == [False, False]
    assert found["acquisition"][0]["genuine"] == WRITERS * GENUINE


def test_the_tables_say_what_they_rest_on_and_name_no_customer(data, untrained, capsys):
    assert evaluate(data, untrained) == 0
    said = capsys.readouterr().out
    for words in ("Telling genuine from forged, 1 specimen", "not calibrated", "The probe was not run", "screening"):
        assert words in said
    assert "Jones" not in said


def test_the_page_is_whole_by_itself_and_names_no_customer(data, untrained, tmp_path):
    report = tmp_path / "validation.html"
    assert evaluate(data, untrained, "--report", report, "--probe", "--invariance") == 0
    page = report.read_text(encoding="utf-8")
    assert "Jones" not in page
    assert page.count("<svg") == 4  # distances with one and with several, ROC, DET
    assert not re.search(r'(src|href)="(?!#)|url\((?!#)|@import|<script', page)
    identities = re.findall(r' id="([^"]+)"', page)
    clips = [name for name in identities if re.fullmatch(r"[pm][0-9a-f]{10}", name)]
    assert len(clips) == len(set(clips))
    for words in ("What should not matter", "Probe", "not a forensic opinion", "How to read", "SHA-256", "DET"):
        assert words in page


def test_probe_and_invariance_are_told_beside_the_figures(data, untrained, tmp_path):
    report = tmp_path / "validation.json"
    assert evaluate(data, untrained, "--report", report, "--probe", "--invariance") == 0
    found = json.loads(report.read_text(encoding="utf-8"))
    assert {one["dataset"] for one in found["probes"]} == {"bank"}
    assert all(0 <= one["auc"] <= 1 and "folds by writer" in one["trained_on"] for one in found["probes"])
    assert len(found["invariance"]) == 7
    assert all(isinstance(one["holds"], bool) and one["pairs"] > 0 for one in found["invariance"])


def test_a_protocol_is_kept_and_held_again(data, untrained, tmp_path, capsys):
    protocol = tmp_path / "trials.csv"
    assert evaluate(data, untrained, "--protocol", protocol, "--json", "--seed", 7) == 0
    first = told(capsys)
    assert Protocol.read(protocol).digest == first["origin"]["protocol"]
    assert evaluate(data, untrained, "--protocol", protocol, "--json") == 0
    again = told(capsys)
    assert again["figures"] == first["figures"]
    assert "seed 7" in first["origin"]["seed"]
    assert "the file trials.csv" in again["origin"]["seed"]


def test_a_model_compared_with_itself_has_not_changed(data, untrained, tmp_path, capsys):
    base = tmp_path / "base.json"
    assert evaluate(data, untrained, "--save", base) == 0
    assert "Jones" not in base.read_text(encoding="utf-8")
    capsys.readouterr()
    assert evaluate(data, untrained, "--compare", base, "--json") == 0
    changes = told(capsys)["changes"]
    assert len(changes) == 2 * (2 * 4 + 1)
    assert all(one["difference"]["value"] == 0 and not one["beyond_chance"] for one in changes)


def test_a_base_made_with_other_trials_is_refused(data, untrained, tmp_path, capsys):
    base = tmp_path / "base.json"
    assert evaluate(data, untrained, "--save", base, "--seed", 1) == 0
    capsys.readouterr()
    assert evaluate(data, untrained, "--compare", base) == 2
    assert "only trials of one protocol can be compared" in one_line(capsys)


def one_line(capsys) -> str:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 1}', '{"format": 9}', "not json"])
def test_a_file_that_is_no_base_is_refused_before_any_work(data, untrained, tmp_path, capsys, text):
    base = tmp_path / "base.json"
    base.write_text(text)
    assert evaluate(data, untrained, "--compare", base) == 2
    assert "base.json" in one_line(capsys)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--report", "nowhere/report.html"], "Choose another --report"),
        (["--report", "report.docx"], "ending .html or .json"),
        (["--save", "."], "Choose another --save"),
        (["--compare", "missing.json"], "Choose another --compare"),
        (["--protocol", "nowhere/p.csv"], "Choose another --protocol"),
        (["--split", "exam"], "--split"),
        (["--workers", "0"], "at least one process"),
    ],
)
def test_nonsense_is_refused_in_one_line(data, untrained, tmp_path, monkeypatch, capsys, more, why):
    monkeypatch.chdir(tmp_path)
    assert evaluate(data, untrained, *more) == 2
    assert why in one_line(capsys)


def test_an_empty_folder_and_a_missing_one_say_what_was_expected(untrained, tmp_path, capsys):
    assert evaluate(tmp_path, untrained) == 2
    assert "<writer>/genuine" in one_line(capsys)
    assert evaluate(tmp_path / "nowhere", untrained) == 2
    assert "not a folder" in one_line(capsys)


def test_writers_with_a_single_signature_each_can_not_be_tried(untrained, tmp_path, capsys):
    assert evaluate(bank(tmp_path / "single", genuine=1), untrained) == 2
    assert "two genuine signatures" in one_line(capsys)


def test_without_forgeries_other_peoples_signatures_are_tried(untrained, tmp_path, capsys):
    report = tmp_path / "r.html"
    folder = bank(tmp_path / "kind", forged=0)
    assert evaluate(folder, untrained, "--json", "--probe", "--invariance", "--report", report) == 0
    found = told(capsys)
    assert all(set(one["against"]) == {"random"} for one in found["figures"])
    assert found["probes"] == []
    assert "skilled" in report.read_text(encoding="utf-8")


def test_a_single_writer_without_forgeries_has_a_frr_and_nothing_else(untrained, tmp_path, capsys):
    report = tmp_path / "r.html"
    folder = bank(tmp_path / "lonely", writers=1, forged=0)
    assert evaluate(folder, untrained, "--json", "--report", report, "--probe") == 0
    found = told(capsys)
    assert all(one["against"] == {} and one["frr"]["low"] is None for one in found["figures"])
    assert evaluate(folder, untrained) == 0


def test_pictures_that_cannot_be_read_are_counted_and_the_rest_is_measured(untrained, tmp_path, capsys):
    folder = bank(tmp_path / "broken")
    (folder / "Mrs Jones 0" / "genuine" / "0;.png").write_text("not an image")
    (folder / "Mrs Jones 1" / "forged" / "0;.png").write_bytes(b"")
    assert evaluate(folder, untrained, "--json") == 0
    told_of = told(capsys)["acquisition"][0]
    assert (told_of["lost"], told_of["genuine"], told_of["forged"]) == (2, WRITERS * GENUINE - 1, WRITERS * FORGED - 1)


def test_a_protocol_of_another_folder_is_refused(data, untrained, tmp_path, capsys):
    protocol = tmp_path / "p.csv"
    assert evaluate(data, untrained, "--protocol", protocol) == 0
    capsys.readouterr()
    assert evaluate(bank(tmp_path / "fewer", writers=3), untrained, "--protocol", protocol) == 2
    assert "which is not among the signatures" in one_line(capsys)


def test_train_writers_are_scored_only_with_a_warning_that_they_are(data, untrained, tmp_path, capsys):
    card = json.loads(untrained.with_suffix(".json").read_text(encoding="utf-8"))
    card["data"] = [{"name": "bank"}]
    weights = tmp_path / "w.safetensors"
    weights.write_bytes(untrained.read_bytes())
    weights.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    assert evaluate(data, weights, "--json") == 0
    assert "trained on writers of bank" in told(capsys)["warnings"][0]
    assert evaluate(data, weights, "--json", "--split", "test") == 0
    assert told(capsys)["warnings"] == []


def test_poor_pictures_are_counted_by_kind_and_the_eer_is_told_without_them(untrained, tmp_path, capsys):
    folder = bank(tmp_path / "clipped")
    assert evaluate(folder, untrained, "--json") == 0
    whole = told(capsys)["acquisition"][0]
    for writer in range(4):
        path = folder / f"Mrs Jones {writer}" / "genuine" / "0;.png"
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        cv2.imwrite(str(path), picture[:, 60:])  # the first letters are cut off
    assert evaluate(folder, untrained, "--json") == 0
    found = told(capsys)["acquisition"][0]
    assert found["poor_genuine"] == whole["poor_genuine"] + 4
    assert found["poor_forged"] == whole["poor_forged"]  # a limp has carried some of them over the edge before
    assert set(found["eer_without_poor"]) == {"1", "5"}
