import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from sigverify import app, cli
from sigverify.errors import ModelError
from sigverify.verifier import Verifier
from tests.cheques import LEFT, RIGHT, PenSearcher, Searcher, cheque, overlap, written
from tests.fakes import InkGrid, blank, file_of, signature


@pytest.fixture
def files(tmp_path):
    """Paths of a cheque with two signatures, one without any, and a signature alone."""
    pictures = {"both": cheque(20, 33), "unsigned": cheque(), "own": signature(20)}
    return {name: str(file_of(tmp_path, f"{name}.png", picture).path) for name, picture in pictures.items()}


@pytest.fixture
def finds(monkeypatch):
    """The command line with networks that find what they are told."""
    boxes = [RIGHT, LEFT]
    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(InkGrid()))
    monkeypatch.setattr(app, "load_locator", lambda weights=None: Searcher(*boxes))
    return boxes


@pytest.fixture
def no_locator(monkeypatch):
    def refuse(weights=None):
        raise ModelError("The locator is missing. Reinstall sigverify.")

    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(InkGrid()))
    monkeypatch.setattr(app, "load_locator", refuse)


def told(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_program_reads_where_somebody_signed(finds, files, capsys):
    assert cli.main(["locate", files["both"], "--json"]) == 0
    found = told(capsys)
    assert [overlap(one["box"], box) > 0.8 for one, box in zip(found["candidates"], finds, strict=True)] == [True, True]
    assert all(0 < one["confidence"] <= 1 for one in found["candidates"])
    assert found["candidates"][0]["confidence"] > found["candidates"][1]["confidence"]
    page = found["page"]
    assert (page["number"], page["pages"], page["width"], page["height"]) == (1, 1, 1000, 460)
    assert np.abs(np.array(page["corners"]) - [[0, 0], [1000, 0], [1000, 460], [0, 460]]).max() < 20
    assert (page["turned"], found["skew"], found["quality"]) == (0, 0.0, [])
    assert found["milliseconds"].keys() == {"read", "locate"}


def test_none_found_has_its_exit_code(finds, files, capsys):
    finds.clear()
    assert cli.main(["locate", files["unsigned"]]) == 3
    assert "No signature found" in capsys.readouterr().out
    assert cli.main(["locate", files["unsigned"], "--json"]) == 3
    assert told(capsys)["candidates"] == []


def test_a_person_reads_the_places_best_first(finds, files, capsys):
    cli.main(["locate", files["both"]])
    first, *places = capsys.readouterr().out.splitlines()
    assert first == "Signature found (1 of 2)."
    assert [line.split()[:2] for line in places] == [["place", "1"], ["place", "2"]]


def test_the_best_signature_is_saved_cleaned(finds, files, tmp_path):
    out = tmp_path / "签名.png"
    assert cli.main(["locate", files["both"], "--out", str(out)]) == 0
    saved = cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert saved.shape[1] > saved.shape[0] > 60
    assert (saved[0] == 255).all()
    assert (saved < 128).mean() > 0.02


def test_where_nobody_signed_nothing_is_saved(finds, files, tmp_path):
    finds.clear()
    assert cli.main(["locate", files["unsigned"], "--out", str(tmp_path / "crop.png")]) == 3
    assert not (tmp_path / "crop.png").exists()


def test_a_picture_that_cannot_be_saved_is_told(finds, files, tmp_path, capsys):
    assert cli.main(["locate", files["both"], "--out", str(tmp_path / "no" / "crop.png")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_stage_can_be_saved(finds, files, tmp_path):
    folder = tmp_path / "stages"
    cli.main(["locate", files["both"], "--save-stages", str(folder)])
    names = {path.name for path in folder.iterdir()}
    assert {"cheque-1-page.png", "cheque-2-upright.png", "cheque-4-probability.png"} <= names
    assert not any(" " in name for name in names)


def test_the_page_with_the_signature_is_chosen(finds, files, tmp_path, capsys):
    pages = [Image.fromarray(picture) for picture in (blank(), cheque(20))]
    file = tmp_path / "front and back.tif"
    pages[0].save(file, save_all=True, append_images=pages[1:])
    assert cli.main(["locate", str(file), "--page", "2", "--json"]) == 0
    assert told(capsys)["page"]["number"] == 2
    assert cli.main(["locate", str(file), "--page", "3"]) == 2


def test_a_cheque_is_verified_by_the_signature_on_it(finds, files, capsys):
    assert cli.main(["verify", "--cheque", files["both"], files["own"], "--threshold", "1", "--json"]) == 0
    found = told(capsys)
    assert found["located"]["automatic"] == found["located"]["box"]
    assert overlap(found["located"]["box"], RIGHT) > 0.8
    assert found["located"]["by_hand"] is False
    assert len(found["located"]["candidates"]) == 2
    assert found["milliseconds"]["locate"] > 0


def test_places_that_are_doubtful_are_told_apart(monkeypatch, finds, files, tmp_path, capsys):
    searcher = Searcher()
    searcher.near = PenSearcher()
    monkeypatch.setattr(app, "load_locator", lambda *_: searcher)
    file = file_of(tmp_path, "blue.png", written(cheque(20), RIGHT)).path
    assert cli.main(["locate", str(file), "--json"]) == 3
    found = told(capsys)
    assert found["candidates"] == []
    assert [overlap(one["box"], RIGHT) > 0.8 for one in found["doubtful"]] == [True]
    assert cli.main(["locate", str(file)]) == 3
    assert "perhaps" in capsys.readouterr().out
    assert cli.main(["verify", "--cheque", str(file), files["own"], "--threshold", "1", "--json"]) == 0
    located = told(capsys)["located"]
    assert located["automatic"] is None
    assert located["box"] == located["doubtful"][0]["box"] == found["doubtful"][0]["box"]


def test_a_persons_box_is_used_and_the_automatic_one_kept(finds, files, capsys):
    box = ",".join(map(str, LEFT))
    cli.main(["verify", "--cheque", "--box", box, files["both"], files["own"], "--json"])
    located = told(capsys)["located"]
    assert (located["box"], located["by_hand"]) == (list(LEFT), True)
    assert overlap(located["automatic"], RIGHT) > 0.8
    cli.main(["verify", "--box", box, files["both"], files["own"]])
    assert "Box set by hand." in capsys.readouterr().out


def test_an_unsigned_cheque_cannot_be_judged(finds, files, capsys):
    finds.clear()
    assert cli.main(["verify", "--cheque", files["unsigned"], files["own"]]) == 3
    assert "was not found on the cheque: draw a box around it" in capsys.readouterr().out


def test_without_the_option_nothing_is_searched(no_locator, files, capsys):
    cli.main(["verify", files["both"], files["own"], "--json"])
    assert told(capsys)["located"] is None


def test_without_the_locator_a_cheque_is_an_error_and_a_box_still_works(no_locator, files, capsys):
    assert cli.main(["locate", files["both"]]) == 2
    assert cli.main(["verify", "--cheque", files["both"], files["own"]]) == 2
    errors = capsys.readouterr().err
    assert errors.count("The locator is missing. Reinstall sigverify.") == 2
    box = ",".join(map(str, RIGHT))
    assert cli.main(["verify", "--box", box, files["both"], files["own"], "--threshold", "1"]) == 0


@pytest.mark.parametrize("harm", ["text", "empty", "missing"])
def test_a_file_that_cannot_be_used_is_named_in_one_line(finds, tmp_path, capsys, harm):
    bad = tmp_path / "bad.png"
    if harm != "missing":
        bad.write_bytes(b"no image" if harm == "text" else b"")
    assert cli.main(["locate", str(bad)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "bad.png" in said.err
    assert said.err.count("\n") == 1


def test_the_verb_is_declared_without_loading_what_it_needs():
    script = "import sys, sigverify.cli; sys.exit(bool({'torch', 'cv2', 'PySide6'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
