import json
import re
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from sigverify import grounds, locator_evaluation, paths
from sigverify.cheque_trials import pixels_of
from sigverify.cli import main
from sigverify.grounds import drawn_cheques, unsigned_cheques
from sigverify.labelled_cheques import labelled
from sigverify.model.locator import Locator
from sigverify.preprocess.pasting import cover_of, fitted, pasted
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import encode_png, grey
from sigverify.preprocess.rescanning import RESCANS
from tests.cheques import CloseSearcher
from tests.model.made_corpus import write_folder

WIDTH, HEIGHT = 1200, 540
WHERE = (0.74, 0.66)  # where people sign, in shares of width and height


def form() -> np.ndarray:
    """Printed rows above, nothing below."""
    picture = np.full((HEIGHT, WIDTH, 3), (248, 244, 236), np.uint8)
    for row, words in enumerate(("NORTHERN SAVINGS BANK", "Pay Mr Jones the sum of", "one hundred and seven only")):
        cv2.putText(picture, words, (40, 60 + 60 * row), cv2.FONT_HERSHEY_DUPLEX, 1.0, (60, 60, 60), 2, cv2.LINE_AA)
    cv2.line(picture, (40, 210), (1160, 210), (90, 90, 90), 2)
    return picture


def signed() -> tuple[np.ndarray, tuple[int, int, int, int]]:
    cover = cover_of(grey(Signer.of_seed(5).genuine(2)))
    assert cover is not None
    return pasted(form(), fitted(cover, form(), 0.5), (WHERE[0] * WIDTH, WHERE[1] * HEIGHT), (24, 34, 92))


class Knowing:
    """A locator that knows where people sign on these cheques, and sees ink there."""

    card = SimpleNamespace(name="knowing", sha256="ab" * 32)

    def see(self, sheet: np.ndarray) -> SimpleNamespace:
        ink = cv2.dilate((sheet < 160).astype(np.uint8), np.ones((3, 3), np.uint8))
        height = HEIGHT / WIDTH * sheet.shape[1]  # below there is only white
        x0, x1, y0, y1 = (round(share * side) for share, side in
                          ((0.5, sheet.shape[1]), (0.98, sheet.shape[1]), (0.45, height), (0.95, height)))  # fmt: skip
        there = np.zeros_like(ink)
        there[y0:y1, x0:x1] = ink[y0:y1, x0:x1]
        coarse = cv2.resize(there * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return SimpleNamespace(probability=np.clip(coarse / 128.0, 0, 0.97).astype(np.float32), upside_down=0.1)


class Close(CloseSearcher):
    """And one that takes what is dark about there for the signature's."""

    card = SimpleNamespace(name="close", sha256="ef" * 32)


class Blind:
    """A locator that sees nothing at all."""

    card = SimpleNamespace(name="blind", sha256="cd" * 32)

    def see(self, sheet: np.ndarray) -> SimpleNamespace:
        return SimpleNamespace(probability=np.zeros((sheet.shape[0] // 2, sheet.shape[1] // 2), np.float32),
                               upside_down=0.1)  # fmt: skip


@pytest.fixture(scope="module")
def cheques(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cheques") / "branch"
    picture, box = signed()
    rows = ["image,bank,signed,x0,y0,x1,y1"]
    for name, pixels, line in (
        ("scans/images/Jones 1.png", picture, f"north,1,{','.join(map(str, box))}"),
        ("scans/images/Jones 2.png", picture, f"south,1,{','.join(map(str, box))}"),
        ("scans/images/Jones 3.png", form(), "north,0,,,,"),
        ("photos/4.png", picture, ",,,,,"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(encode_png(pixels))
        rows.append(f"{name},{line}")
    mask = (np.abs(picture.astype(int) - form()).max(axis=2) > 60).astype(np.uint8) * 255
    (folder / "scans/masks").mkdir()
    cv2.imwrite(str(folder / "scans/masks/Jones 1.png"), mask)
    (folder / "boxes.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture
def knowing(monkeypatch):
    monkeypatch.setattr(Locator, "load", lambda weights, **_: Close() if weights == paths.close_up() else Knowing())


@pytest.fixture
def as_given(monkeypatch):
    monkeypatch.setattr(locator_evaluation, "RESCANS", {"as given": RESCANS["as given"]})


def evaluate(*words) -> int:
    return main(["evaluate", *map(str, words)])


def test_a_locator_that_knows_earns_nearly_everything(cheques, knowing, as_given, capsys):
    assert evaluate("--locator", cheques, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    plain = {one["folder"]: one for one in found["figures"]["by_folder"] if one["scan"] == "as given"}
    assert plain["scans"]["agreed"] == {"part": 2, "whole": 2}
    assert plain["scans"]["whole"] == {"part": 2, "whole": 2}
    assert plain["scans"]["mean_iou"] > 0.6
    every = next(one for one in found["figures"]["signed"] if one["scan"] == "as given" and one["folder"] == "")
    assert every["flagged"] == {"part": 0, "whole": 1}
    assert every["auc"] == 1.0
    assert found["figures"]["strokes"][0]["mean"] > 0.7
    assert found["pasted"] is None
    stages = {one["stage"] for one in found["figures"]["stages"]}
    assert stages == {"crop or cheque", "page and places", "network", "lifting", "together"}


def test_a_blind_locator_earns_nothing(cheques, as_given, monkeypatch, capsys):
    monkeypatch.setattr(Locator, "load", lambda weights, **_: Close() if weights == paths.close_up() else Blind())
    assert evaluate("--locator", cheques, "--limit", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["figures"]["cheques"] == 2
    assert all(one["agreed"]["part"] == 0 for one in found["figures"]["by_folder"])


def test_the_tables_and_the_page_say_what_was_measured_and_name_no_file(cheques, knowing, as_given, tmp_path, capsys):
    page = tmp_path / "report.html"
    assert evaluate("--locator", cheques, "--report", page) == 0
    said, filed = capsys.readouterr().out, page.read_text(encoding="utf-8")
    for words in ("Where the signature is", "hit least", "Signed or not", "Not labelled", "Strokes", "Milliseconds"):
        assert words in said
        assert words in filed
    for text in (said, filed):
        assert "Jones" not in text
    assert not re.search(r'(src|href)="(?!#)|url\((?!#)|@import|<script', filed)


def test_the_deciding_figure_is_told_first(cheques, knowing, as_given, untrained, tmp_path, monkeypatch, capsys):
    data = write_folder(tmp_path / "writers", writers=4, each=4)
    monkeypatch.setattr(locator_evaluation, "drawn_cheques", lambda *_, **__: [])
    monkeypatch.setattr(grounds, "DPI", (200,))
    report = tmp_path / "report.json"
    words = ("--paste", data, "--pastes", 8, "--weights", untrained, "--device", "cpu", "--workers", 1)
    assert evaluate("--locator", cheques, *words, "--report", report) == 0
    said = capsys.readouterr().out
    assert 0 < said.index("The deciding figure") < said.index("Where the signature is")
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["model"]
    assert [one["specimens"] for one in found["pasted"]["deciding"]] == [1, 3]
    assert sum(one["pasted"] for one in found["pasted"]["losses"]) == 8
    assert {one["kind"] for one in found["pasted"]["losses"]} == {"unsigned"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "give DATA, or --locator"),
        (["--locator", "nowhere"], "boxes.csv"),
        (["--locator", "nowhere", "--limit", "0"], "from 1 on"),
        (["somewhere", "--locator", "nowhere"], "measured apart"),
        (["somewhere", "--paste", "elsewhere"], "go with --locator"),
        (["--locator", "nowhere", "--probe"], "goes with DATA"),
        (["--locator", "nowhere", "--report", "report.docx"], "ending .html or .json"),
    ],
)
def test_nonsense_is_refused_in_one_line(words, why, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert evaluate(*words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert why in said.err


def test_a_bank_signs_where_its_other_cheques_are_signed(cheques):
    (make,) = unsigned_cheques(labelled(cheques))
    ground = make()
    height, width = ground.pixels.shape[:2]
    assert ground.centre[0] / width == pytest.approx(WHERE[0], abs=0.12)
    assert ground.centre[1] / height == pytest.approx(WHERE[1], abs=0.08)
    assert ground.kind == "unsigned"
    assert np.array_equal(make().pixels, ground.pixels)


def test_a_bank_that_nobody_signed_for_is_signed_where_most_are(cheques):
    rows = [one for one in labelled(cheques) if one.signed is False]
    ground = unsigned_cheques(rows)[0]()
    height, width = ground.pixels.shape[:2]
    assert ground.centre[0] / width == pytest.approx(grounds.USUAL[0], abs=0.12)
    assert ground.centre[1] / height == pytest.approx(grounds.USUAL[1], abs=0.08)
    picture = pixels_of(rows[0])
    assert picture is not None
    assert width / height == pytest.approx(picture.shape[1] / picture.shape[0], rel=0.01)


def test_drawn_cheques_are_not_signed_and_have_a_place_for_it():
    for make in drawn_cheques(3, seed=1):
        ground = make()
        height, width = ground.pixels.shape[:2]
        assert 0 < ground.centre[0] < width
        assert 0 < ground.centre[1] < height
        assert ground.pixels.ndim == 3
        assert 1600 <= width <= 2400
        x, y = (round(share) for share in ground.centre)
        about = ground.pixels[max(0, y - 60) : y + 60, max(0, x - 200) : x + 200].mean(axis=2)
        assert (about < np.median(about) - 50).mean() < 0.1
