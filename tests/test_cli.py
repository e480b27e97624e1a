import json
import subprocess
import sys

import pytest

from sigverify import __version__, app, cli
from sigverify.__main__ import main as sigverify
from sigverify.domain import Source
from sigverify.verifier import Verifier
from tests.fakes import CALIBRATION, InkGrid, NotANumber, blank, card, file_of, signature


@pytest.fixture
def files(tmp_path):
    """Paths of a signature, one by the same hand, one by another, and a blank page."""
    folder = tmp_path / "签名 und Proben"
    folder.mkdir()
    pictures = {"own": signature(20), "like": signature(21), "other": signature(33), "blank": blank()}
    return {name: str(file_of(folder, f"{name}.png", picture).path) for name, picture in pictures.items()}


@pytest.fixture
def quick(monkeypatch):
    """The command line with a quick network."""
    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(InkGrid()))


@pytest.fixture
def calibrated(monkeypatch):
    """The command line with a quick network that has a calibration."""
    network = InkGrid(card(calibration=CALIBRATION))
    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(network))


def lines_of(capsys):
    return capsys.readouterr().out.splitlines()


def test_accept_flag_and_cannot_judge_have_their_exit_codes(quick, files):
    assert cli.main(["verify", files["own"], files["like"], "--threshold", "2"]) == 0
    assert cli.main(["verify", files["own"], files["other"], "--threshold", "0"]) == 1
    assert cli.main(["verify", files["blank"], files["own"]]) == 3


def test_a_network_that_breaks_down_is_not_taken_for_an_answer(monkeypatch, files):
    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(NotANumber()))
    assert cli.main(["verify", files["own"], files["own"], "--threshold", "2"]) == 3


def test_the_decision_is_told_in_words_with_its_reason_and_each_distance(quick, files, capsys):
    cli.main(["verify", files["own"], files["like"], files["blank"], files["other"], "--threshold", "0.001"])
    decision, sentence, *rest = lines_of(capsys)
    assert decision == "FLAG"
    assert sentence.startswith("The combined distance to 2 specimens, ")
    assert "the threshold 0.001 (model ink-grid)" in sentence
    assert [line.split()[-1] for line in rest[:3]] == ["like.png", "blank.png", "other.png"]
    assert rest[1].split()[2] == "-"
    assert rest[3].startswith("Left out: Specimen 2 is blank")
    assert "not a forensic opinion" in rest[-1]


def test_with_a_calibration_it_is_told_for_whom_the_comparison_speaks(calibrated, files, capsys):
    cli.main(["verify", files["own"], files["other"]])
    assert lines_of(capsys)[2].startswith("The comparison ")
    cli.main(["verify", files["own"], files["other"], "--json"])
    assert -2.0 <= json.loads(capsys.readouterr().out)["llr"] < 0.0


def test_words_against_the_decision_name_the_choice_of_threshold(calibrated, files, capsys):
    cli.main(["verify", files["own"], files["other"], "--threshold", "2"])
    told = lines_of(capsys)
    assert told[0] == "ACCEPT"
    assert "for another writer. It is accepted all the same because the threshold 2.000 is the supervisor's" in told[2]
    assert "the model's own is 0.500" in told[2]


@pytest.mark.parametrize("pair", [["own", "own"], ["blank", "own"]])
def test_where_nothing_was_compared_no_support_is_told(calibrated, files, capsys, pair):
    cli.main(["verify", *(files[name] for name in pair)])
    assert "The comparison " not in capsys.readouterr().out


def test_without_a_calibration_there_are_neither_words_of_support_nor_a_percentage(quick, files, capsys):
    cli.main(["verify", files["own"], files["like"]])
    told = capsys.readouterr().out
    assert "speaks" not in told
    assert "leaves open" not in told
    assert "%" not in told


def test_the_same_image_on_both_sides_is_warned_of(quick, files, capsys):
    cli.main(["verify", files["own"], files["like"], files["own"]])
    assert any(line.startswith("Warning: specimen 2 is the questioned picture") for line in lines_of(capsys))
    cli.main(["verify", files["own"], files["like"]])
    assert not any(line.startswith("Warning") for line in lines_of(capsys))


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be given there")
def test_a_files_name_does_not_steer_the_terminal(quick, files, tmp_path, capsys):
    odd = file_of(tmp_path, "\x1b[2J\nACCEPT.png", signature(33))
    cli.main(["verify", files["own"], str(odd.path), "--threshold", "0"])
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert told.count("\n") == 4


def test_a_program_reads_the_verification_as_json(quick, files, capsys):
    cli.main(["verify", files["own"], files["own"], files["blank"], "--json"])
    told = json.loads(capsys.readouterr().out)
    milliseconds = told.pop("milliseconds")
    assert milliseconds.keys() == {"read", "locate", "normalise", "embed"}
    assert milliseconds.pop("locate") == 0
    assert all(value > 0 for value in milliseconds.values())
    assert told.pop("distance") == pytest.approx(0.0, abs=1e-5)
    assert told.pop("distances") == [pytest.approx(0.0, abs=1e-5), None]
    assert told == {
        "decision": "accept",
        "threshold": 0.5,
        "llr": None,
        "quality": {"questioned": [], "specimens": [[], ["blank"]]},
        "same_image": [0],
        "located": None,
        "model": {"name": "ink-grid", "sha256": "ab" * 32, "preprocessing": "0123456789abcdef"},
        "device": "paper",
    }


def test_json_has_null_where_there_is_no_distance(monkeypatch, files, capsys):
    monkeypatch.setattr(app, "build_verifier", lambda device, weights: Verifier(NotANumber()))
    cli.main(["verify", files["own"], files["like"], "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["decision"], told["distance"], told["distances"]) == ("cannot_judge", None, [None])


def test_device_and_weights_reach_the_model(monkeypatch, files):
    asked = []
    monkeypatch.setattr(app, "build_verifier", lambda *given: asked.append(given) or Verifier(InkGrid()))
    cli.main(["verify", files["own"], files["like"], "--device", "cpu", "--weights", "other.safetensors"])
    cli.main(["verify", files["own"], files["like"]])
    assert [(device, weights and weights.name) for device, weights in asked] == [
        ("cpu", "other.safetensors"),
        ("auto", None),
    ]


def test_every_stage_of_every_image_can_be_saved(quick, files, tmp_path):
    folder = tmp_path / "new" / "stages"
    cli.main(["verify", files["own"], files["like"], files["blank"], "--save-stages", str(folder)])
    names = {path.name for path in folder.iterdir()}
    assert {"questioned-1-grey.png", "specimen-1-1-grey.png", "specimen-2-1-grey.png"} <= names
    assert sum(name.endswith("-frame.png") for name in names) == 2  # a blank page has none
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.iterdir())


def test_a_page_is_counted_from_one(quick, files, tmp_path, capsys):
    from PIL import Image

    pages = [Image.fromarray(picture) for picture in (blank(), signature(20))]
    file = tmp_path / "two.tif"
    pages[0].save(file, save_all=True, append_images=pages[1:])
    assert cli.main(["verify", str(file), files["own"]]) == 3
    assert cli.main(["verify", str(file), files["own"], "--page", "2"]) == 0
    capsys.readouterr()
    assert cli.main(["verify", str(file), files["own"], "--page", "3"]) == 2
    assert "two.tif" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["verify"],
        ["verify", "one.png"],
        ["verify", "a.png", "b.png", "--threshold", "nan"],
        ["verify", "a.png", "b.png", "--threshold", "2.1"],
        ["verify", "a.png", "b.png", "--threshold", "half"],
        ["verify", "a.png", "b.png", "--page", "0"],
        ["verify", "a.png", "b.png", "--box", "1,2,3"],
        ["verify", "a.png", "b.png", "--box", "30,2,3,40"],
        ["verify", "a.png", "b.png", "--box", "-1,2,3,40"],
        ["locate"],
        ["locate", "a.png", "--page", "0"],
        ["verify", "a.png", "b.png", "--page", "²"],
        ["verify", "a.png", "b.png", "--device", "abacus"],
        ["verify", "a.png", "b.png", "--frobnicate"],
        ["train"],
        ["model", "--weights", "missing.safetensors"],
    ],
)
def test_misuse_is_told_in_one_line_and_is_never_a_verdict(arguments, capsys):
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("sigverify")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("harm", ["text", "empty", "truncated", "directory", "missing"])
@pytest.mark.parametrize("side", ["questioned", "specimen"])
def test_a_file_that_cannot_be_used_is_named_in_one_line(quick, files, tmp_path, capsys, harm, side):
    bad = tmp_path / "bad 文件.png"
    if harm == "directory":
        bad.mkdir()
    elif harm != "missing":
        with open(files["own"], "rb") as own:  # noqa: PTH123
            data = {"text": b"Dear sirs", "empty": b"", "truncated": own.read()[:-300]}[harm]
        bad.write_bytes(data)
    pair = [str(bad), files["own"]] if side == "questioned" else [files["own"], str(bad)]
    assert cli.main(["verify", *pair]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("sigverify: ")
    assert "bad 文件.png" in told.err
    assert told.err.count("\n") == 1


def test_stages_that_cannot_be_saved_are_an_error(quick, files, capsys):
    assert cli.main(["verify", files["own"], files["like"], "--save-stages", files["own"]]) == 2
    told = capsys.readouterr()
    assert "cannot be saved" in told.err
    assert told.out == ""


def test_a_bug_is_told_and_never_taken_for_a_verdict(monkeypatch, files, capsys):
    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(app, "build_verifier", broken)
    assert cli.main(["verify", files["own"], files["like"]]) == 2
    assert "RuntimeError: a bug" in capsys.readouterr().err


def test_an_interrupt_is_not_a_verdict(monkeypatch, files):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "build_verifier", interrupted)
    assert cli.main(["verify", files["own"], files["like"]]) == 130


def test_the_version_is_told(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"sigverify {__version__}\n"


def test_the_card_is_told_for_people_and_for_programs(tmp_path, capsys):
    made = card(
        results={"test": {"CEDAR": {"EER": 6.9}, "other": {"EER": 14.25, "n": 3}}},
        data=[{"name": "CEDAR", "writers": 55}],
        terms="For research.",
        limits="Screening.",
    )
    (tmp_path / "model.json").write_text(made.to_json(), encoding="utf-8")
    weights = ["--weights", str(tmp_path / "model.safetensors")]
    assert cli.main(["model", *weights, "--json"]) == 0
    assert capsys.readouterr().out == made.to_json()
    assert cli.main(["model", *weights]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Model ink-grid" in told
    assert "accept at or below 0.500" in told
    assert "random forgeries accepted 5.00% of 1000 trials" in told
    assert "skilled forgeries accepted 20.00% of 300 trials" in told
    assert "genuine ones flagged 60.00% of 240 trials" in told
    for word in ("CEDAR", "EER 6.9 14.25", "n - 3", "writers: 55", "For research.", "Screening."):
        assert word in told


def test_the_card_tells_for_whom_a_comparison_speaks_and_on_whom_that_was_learnt(tmp_path, capsys):
    (tmp_path / "model.json").write_text(card(calibration=CALIBRATION).to_json(), encoding="utf-8")
    assert cli.main(["model", "--weights", str(tmp_path / "model.safetensors")]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "speaks moderately for the same writer 0.00 to 0.25 0.00 to 0.21" in told
    assert "leaves open who wrote the questioned signature 0.42 to 0.58" in told
    assert "speaks fairly strongly for another writer 1.00 to 2.00" in told
    assert "held-out writers of drawn writers (240 genuine trials against 300 forgeries" in told
    assert "Cllr 0.412 on those writers, 0.457 on test writers" in told


def test_a_card_that_earned_nothing_says_so(untrained, capsys):
    cli.main(["model", "--weights", str(untrained)])
    told = capsys.readouterr().out
    assert "have not been measured" in told
    assert "No calibration" in told


def test_the_arguments_of_train_are_checked_without_training(tmp_path, capsys):
    assert cli.main(["train", "--help"]) == 0
    assert "--resume" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "given"), [([], []), (["window"], []), (["window", "--samples", "a.png"], ["--samples", "a.png"])]
)
def test_without_a_verb_the_window_opens(monkeypatch, words, given):
    from sigverify.gui import main as window

    asked = []
    monkeypatch.setattr(window, "run", lambda argv: asked.append(list(argv)) or 7)
    assert sigverify(words) == 7
    assert asked == [given]


def run(*arguments, code=""):
    """The command line in a process of its own; `code` runs after it."""
    script = f"import sys\nfrom sigverify.__main__ import main\ncode = main(sys.argv[1:])\n{code}\nsys.exit(code)"
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_verifying_on_the_command_line_needs_neither_qt_nor_torchvision(files, untrained):
    foreign = '{"PySide6", "torchvision", "torch", "cv2"} & set(sys.modules)'
    done = run(
        "verify", files["own"], files["other"], "--weights", untrained, "--threshold", "2", code=f"print({foreign})"
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith("ACCEPT\n")
    assert "PySide6" not in done.stdout
    assert "torchvision" not in done.stdout
    assert "cv2" in done.stdout


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["verify", "--help"], ["verify", "one.png"]])
def test_what_needs_no_model_waits_for_none(arguments):
    done = run(*arguments, code='print(sorted({"PySide6", "torch", "cv2"} & set(sys.modules)), file=sys.stderr)')
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_log_of_a_verification_names_no_file(files, untrained, home):
    run("verify", files["own"], files["other"], "--weights", untrained)
    log = (home / "logs" / "cli.log").read_text()
    assert Verifier().view(Source.of_file(files["own"])).digest[:16] in log
    assert "own" not in log


@pytest.mark.parametrize("words", [[], ["window"]])
def test_what_goes_wrong_in_the_window_is_logged_too(words, home):
    stand_in = """
import sys, types
def run(argv):
    raise RuntimeError("Mrs Jones.png")
sys.modules["sigverify.gui.main"] = types.SimpleNamespace(run=run)
from sigverify.__main__ import main
"""
    done = subprocess.run(
        [sys.executable, "-c", f"{stand_in}main({words})"], capture_output=True, text=True, check=False
    )
    assert "RuntimeError" in done.stderr
    log = (home / "logs" / "window.log").read_text()
    assert "RuntimeError" in log
    assert "Jones" not in log


def test_weights_that_do_not_serve_are_told_in_one_line(files, tmp_path):
    done = run("verify", files["own"], files["other"], "--weights", tmp_path / "none.safetensors")
    assert done.returncode == 2
    assert "Reinstall" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_gone_is_no_crash(untrained):
    command = [sys.executable, "-m", "sigverify", "model", "--weights", str(untrained)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()  # before anything can have been written
        assert process.stderr.read() == b""
        assert process.wait() == 2
