import json
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sigverify import app, batch_app, cli, paths
from sigverify.batch.crew import Processes
from sigverify.batch.items import Item, Verdict
from sigverify.batch.judging import decide_item
from sigverify.batch.manifest import read_manifest
from sigverify.batch.results import partial_of, read_results
from sigverify.domain import Policy
from sigverify.verifier import Verifier
from tests.batch import crews
from tests.cheques import LEFT, RIGHT, Searcher, cheque, overlap
from tests.fakes import InkGrid, blank, card, file_of, pasted, signature

EXAMPLE = Path(__file__).parents[1] / "resources" / "samples" / "batch"


@pytest.fixture
def quick(monkeypatch):
    """The command line with quick workers, and no weights to be read."""
    monkeypatch.setattr(app, "card_of", lambda weights: card())
    monkeypatch.setattr(
        batch_app,
        "recruiting",
        lambda weights, policy, **_: partial(Processes, crews.quick, workers=1, policy=policy),
    )


def batch(folder: Path, *more: object) -> int:
    return cli.main(["batch", str(folder), "--out", str(folder / "r.csv"), *map(str, more)])


def test_the_counts_at_the_end_add_up_to_the_manifest(quick, tmp_path, capsys):
    crews.write_manifest(tmp_path, ["a.png", "b.png"])
    assert batch(tmp_path) == 0
    told = capsys.readouterr()
    assert "2 items in" in told.out
    assert "together              2  every line of the manifest" in told.out
    assert "not a forensic opinion" in told.out
    assert "2 items, 0 with problems" in told.err


def test_error_lines_have_an_exit_code_of_their_own_and_every_problem_is_told_first(quick, tmp_path, capsys):
    crews.write_manifest(tmp_path, ["a.png", "missing.png"])
    assert batch(tmp_path) == 4
    assert "manifest.csv, line 3, c1: The questioned picture missing.png is not there" in capsys.readouterr().err
    assert [one.decision for one in read_results(tmp_path / "r.csv")][1] is Verdict.ERROR


def test_strictly_nothing_is_started_when_a_line_is_wrong(quick, tmp_path, capsys):
    crews.write_manifest(tmp_path, ["a.png", "missing.png"])
    assert batch(tmp_path, "--strict") == 2
    assert "Nothing was started: 1 of 2 lines" in capsys.readouterr().err
    assert not (tmp_path / "r.csv").exists()
    assert not partial_of(tmp_path / "r.csv").exists()


def test_with_json_every_line_is_printed_for_a_program(quick, tmp_path, capsys):
    crews.write_manifest(tmp_path, ["a.png", "b.png"])
    batch(tmp_path, "--json", "--threshold", "0.25")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["item_id"] for line in lines] == ["c0", "c1"]
    assert {line["threshold"] for line in lines} == {0.25}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--workers", "0"], "not a number of workers"),
        (["--threshold", "3"], "not a number from 0 to 2"),
        (["--summary", "s.txt"], "ending .pdf or .html"),
        (["--summary", "no such folder/s.pdf"], "Choose another --summary"),
        (["--out", "."], "is a folder"),
        (["--out", f"{__file__}/r.csv"], "r.csv.partial"),
    ],
)
def test_what_would_fail_after_hours_is_refused_before(quick, tmp_path, capsys, more, told):
    crews.write_manifest(tmp_path, ["a.png"])
    assert batch(tmp_path, *more) == 2
    assert told in capsys.readouterr().err


def test_a_finished_batch_is_not_written_over_and_a_second_resume_only_tells_again(quick, tmp_path, capsys):
    crews.write_manifest(tmp_path, ["a.png"])
    batch(tmp_path)
    assert batch(tmp_path) == 2
    assert "is there already" in capsys.readouterr().err
    assert batch(tmp_path, "--resume") == 0


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_the_summary_shows_flagged_items_with_both_pictures(quick, tmp_path, ending, capsys):
    crews.write_manifest(tmp_path, ["a.png", "b.png", "c.png"])
    assert batch(tmp_path, "--threshold", "0", "--summary", tmp_path / f"s.{ending}") == 0
    data = (tmp_path / f"s.{ending}").read_bytes()
    assert data.startswith(b"%PDF" if ending == "pdf" else b"<!doctype html>")
    if ending == "html":
        page = data.decode()
        assert "Flagged items 1 to 2 of 2" in page
        assert page.count("cannot be shown") == 4  # these files hold letters, not pictures
        assert "threshold 0.000" in page


def test_ctrl_c_keeps_what_was_decided_and_tells_how_to_go_on(quick, tmp_path, capsys, monkeypatch):
    crews.write_manifest(tmp_path, [f"q{number}.png" for number in range(6)])

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Processes, "wants", interrupted)
        assert batch(tmp_path) == 130
    assert "go on with --resume" in capsys.readouterr().err
    assert batch(tmp_path, "--resume") == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "batch-post"]


def test_the_example_that_ships_is_in_order_and_small():
    found = read_manifest(EXAMPLE)
    assert found.problems == ()
    assert len(found) == 8
    found.close()
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*.*")) < 200_000


def test_distances_are_those_of_a_single_verification_to_the_last_digit(tmp_path, untrained, capsys):
    pictures = {"own": signature(20), "like": signature(21), "other": signature(33), "blank": blank()}
    paths = {name: file_of(tmp_path, f"{name}.png", picture).path for name, picture in pictures.items()}
    rows = ["own,own.png,like.png;other.png", "one,own.png,other.png", "none,blank.png,own.png", "same,own.png,own.png"]
    (tmp_path / "manifest.csv").write_text("item_id,questioned,references\n" + "\n".join(rows) + "\n")
    command = [sys.executable, "-m", "sigverify", "batch", tmp_path, "--out", tmp_path / "r.jsonl", "--workers", "2"]
    done = subprocess.run(
        [*map(str, command), "--weights", str(untrained), "--threshold", "2"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    own, one, none, same = read_results(tmp_path / "r.jsonl")
    verify = ["verify", str(paths["own"]), "--weights", str(untrained), "--threshold", "2", "--json"]
    for found, specimens in ((own, ["like", "other"]), (one, ["other"])):
        capsys.readouterr()
        assert cli.main([*verify, *(str(paths[name]) for name in specimens)]) == 0
        assert json.loads(capsys.readouterr().out)["distance"] == found.distance
    assert own.nearest_reference == "like.png"
    assert none.decision is Verdict.CANNOT_JUDGE
    assert "is blank" in none.reasons
    assert same.decision is Verdict.REVIEW
    assert "the questioned picture itself" in same.reasons


def test_a_worker_remembers_only_a_few_pictures():
    verifier = Verifier()
    verifier.remember(1)
    once = pasted(signature(20))
    verifier.look(once)
    assert verifier.look(once).normalise == 0.0  # the last one it always remembers
    verifier.look(pasted(signature(21)))
    assert verifier.look(once).normalise > 0.0


@pytest.fixture
def cheque_item(tmp_path, monkeypatch):
    """A whole cheque and a specimen of the same hand."""
    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(InkGrid()))
    paths_ = [file_of(tmp_path, name, image).path for name, image in (("c.png", cheque(20)), ("s.png", signature(20)))]
    assert paths_[0] is not None
    assert paths_[1] is not None
    return Item(line=2, item_id="c", questioned=paths_[0], references=(paths_[1],))


def test_whole_cheques_are_searched_and_the_line_tells_the_box_that_was_compared(cheque_item, monkeypatch):
    searcher = Searcher(RIGHT, LEFT)
    monkeypatch.setattr(app, "load_locator", lambda: searcher)
    monkeypatch.setattr(paths, "locator", lambda: Path(__file__))  # there is one
    verifier = batch_app.build_worker("cpu", None)
    found = decide_item(verifier, cheque_item, Policy(one=2, several=2))
    assert overlap(found.box, RIGHT) > 0.8
    assert found.decision is Verdict.REVIEW  # the fake sees a second signature
    assert "signed in 2 places" in found.reasons
    looks = searcher.looks
    crop = decide_item(verifier, replace(cheque_item, questioned=cheque_item.references[0]), None)
    assert crop.box is None
    assert searcher.looks == looks
    drawn = decide_item(verifier, replace(cheque_item, box=RIGHT), Policy(one=2, several=2))
    assert (drawn.given_box, drawn.decision) == (RIGHT, Verdict.ACCEPT)


def test_without_a_locator_a_cheque_is_not_judged_and_a_drawn_box_still_works(cheque_item, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "locator", lambda: tmp_path / "none.safetensors")
    verifier = batch_app.build_worker("cpu", None)
    assert decide_item(verifier, cheque_item, None).decision is Verdict.CANNOT_JUDGE
    assert decide_item(verifier, replace(cheque_item, box=RIGHT), None).distance is not None
