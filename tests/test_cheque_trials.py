import cv2
import numpy as np
import pytest

from sigverify.cheque_figures import Share, figures_of_cheques
from sigverify.cheque_trials import Searched, Trial, trials
from sigverify.domain import Candidate, QualityReason
from sigverify.errors import ReadingError
from sigverify.labelled_cheques import labelled
from sigverify.preprocess.rescanning import RESCANS

BOX = (300, 120, 420, 170)
MARGIN = 6
GIVEN = {"as given": RESCANS["as given"]}


def signature() -> np.ndarray:
    x0, y0, x1, y1 = BOX
    across = np.arange(x0 + 2, x1 - 2)
    down = (y0 + y1) / 2 + (y1 - y0 - 6) / 2 * np.sin((across - x0) / 5)
    return np.stack([across, down], axis=1).astype(np.int32)


def cheque(*, signed: bool = True) -> np.ndarray:
    picture = np.full((220, 480), 245, np.uint8)
    cv2.rectangle(picture, (10, 10), (470, 210), 90, 2)
    if signed:
        cv2.polylines(picture, [signature()], False, 30, 2)
    return picture


@pytest.fixture
def bank(tmp_path):
    """Two signed cheques of two banks, one with a mask; one not signed; one of which nobody knows."""
    rows = []
    for name, bank, signed in (("a/images/1", "north", 1), ("b/2", "south", 1), ("c/3", "south", 0), ("d/4", "", "")):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), cheque(signed=signed != 0))
        edges = ",".join(map(str, BOX)) if signed == 1 else ",,,"
        rows.append(f"{name}.png,{bank},{signed},{edges}")
    (tmp_path / "a/masks").mkdir()
    mask = np.zeros((220, 480), np.uint8)
    cv2.polylines(mask, [signature()], False, 255, 2)
    cv2.imwrite(str(tmp_path / "a/masks/1.png"), mask)
    (tmp_path / "boxes.csv").write_text("\n".join(["image,bank,signed,x0,y0,x1,y1", *rows]) + "\n")
    return labelled(tmp_path)


def dark_ink(picture: np.ndarray) -> np.ndarray:
    return picture < 60


def knowing(picture: np.ndarray) -> Searched:
    """A search that sees the darkest ink, and only that."""
    ink = dark_ink(picture)
    if not ink.any():
        return Searched(candidates=(), milliseconds={"page": 1.0, "network": 2.0})
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    spent = {"page": 1.0, "network": 2.0, "lift": 4.0}
    return Searched(candidates=(Candidate(box=box, confidence=0.9),), ink=ink, milliseconds=spent)


def blind(_picture: np.ndarray) -> Searched:
    return Searched(candidates=())


def shifted(by: int):
    def search(picture: np.ndarray) -> Searched:
        box = tuple(edge + by * (k % 2 == 0) for k, edge in enumerate(BOX))
        return Searched(candidates=(Candidate(box=box, confidence=0.4),), ink=np.roll(dark_ink(picture), by, axis=1))

    return search


def figures(bank, search, scans=GIVEN):
    return figures_of_cheques(list(trials(bank, search, margin=lambda _: MARGIN, scans=scans)), len(bank))


def test_who_knows_the_truth_earns_everything(bank):
    found = figures(bank, knowing)
    assert [one.folder for one in found.by_folder] == ["a", "b"]
    for one in (*found.by_folder, *found.by_bank):
        assert one.agreed == one.whole == one.hit == Share(part=1, whole=1)
        assert one.mean_iou > 0.8
    assert found.signed[0].missed == Share(part=0, whole=2)
    assert found.signed[0].flagged == Share(part=0, whole=1)
    assert found.signed[0].auc == 1.0
    assert found.strokes[0].mean > 0.95
    assert [(one.stage, one.median) for one in found.stages] == [
        ("page", 1.0),
        ("network", 2.0),
        ("lift", 4.0),
        ("together", 7.0),
    ]
    assert found.unlabelled == (("d", "as given", Share(part=1, whole=1)),)


def test_who_is_blind_flags_nothing_and_finds_nothing(bank):
    found = figures(bank, blind)
    for one in found.by_folder:
        assert one.agreed == one.hit_by_any == Share(part=0, whole=1)
        assert one.nothing == Share(part=1, whole=1)
        assert one.mean_iou == 0.0
    assert found.signed[0].missed == Share(part=2, whole=2)
    assert found.signed[0].flagged == Share(part=0, whole=1)
    assert found.signed[0].auc == 0.5
    assert found.strokes[0].mean == 0.0
    assert found.strokes[0].mean_where_found is None


def test_a_box_a_third_aside_still_agrees_but_cuts_the_signature_off(bank):
    one = figures(bank, shifted(30)).by_folder[0]
    assert one.agreed == Share(part=1, whole=1)
    assert one.whole == Share(part=0, whole=1)
    assert one.hit == Share(part=1, whole=1)


def test_the_margin_of_lifting_saves_what_a_box_cuts_off_a_little(bank):
    one = figures(bank, shifted(10)).by_folder[0]
    assert one.whole == Share(part=1, whole=1)
    assert one.whole_without_margin == Share(part=0, whole=1)


def test_a_box_elsewhere_is_neither_hit_nor_agreement_and_flags_what_nobody_signed(bank):
    found = figures(bank, shifted(-200))
    assert found.by_folder[0].agreed == found.by_folder[0].hit == Share(part=0, whole=1)
    assert found.signed[0].flagged == Share(part=1, whole=1)
    assert found.strokes[0].mean < 0.2


def test_every_scan_is_measured_with_the_box_moved_along(bank):
    turned = {name: RESCANS[name] for name in ("as given", "skewed 3 degrees", "upside down")}
    found = figures(bank, knowing, turned)
    assert {one.scan for one in found.by_folder} == set(turned)
    for one in found.by_folder:
        assert one.agreed == Share(part=1, whole=1), one.scan


def test_the_second_candidate_counts_only_where_any_is_asked_for():
    away = Candidate(box=(0, 0, 10, 10), confidence=0.8)
    there = Candidate(box=BOX, confidence=0.3)
    one = trial(found=(away, there))
    assert (one.iou(), one.iou_of_any()) == (0.0, 1.0)
    assert (one.hit(), one.hit(by_any=True)) == (False, True)
    assert one.confidence == 0.8


def test_without_a_known_box_there_is_nothing_to_agree_with():
    with pytest.raises(ValueError, match="nobody knows"):
        trial(truth=None).iou()
    assert figures_of_cheques([trial(truth=None, signed=False)], 1).by_folder == ()


def test_what_is_taken_for_a_crop_or_refused_is_not_a_signature_found(bank):
    candidate = Candidate(box=BOX, confidence=0.9)
    for searched in (
        Searched(candidates=(candidate,), refused=QualityReason.SEVERAL_CHEQUES),
        Searched(candidates=(candidate,), crop=True),
    ):
        found = figures(bank, lambda _, answer=searched: answer)
        assert found.by_folder[0].nothing == Share(part=1, whole=1)
        assert found.crops.part + found.several.part == len(bank)


def test_the_worst_layout_is_the_one_hit_least():
    away = Candidate(box=(0, 0, 10, 10), confidence=0.8)
    many = [trial(bank="good"), trial(bank="good"), trial(bank="bad", found=(away,)), trial(bank="bad")]
    worst = figures_of_cheques(many, 4).worst_bank("all", "as given")
    assert worst is not None
    assert (worst.bank, worst.hit) == ("bad", Share(part=1, whole=2))
    assert figures_of_cheques(many, 4).worst_bank("none", "as given") is None


def test_a_picture_that_cannot_be_read_is_counted(bank):
    bank[1].path.write_bytes(b"no picture")
    found = figures(bank, knowing, RESCANS)
    assert (found.cheques, found.unreadable) == (4, 1)


def test_a_mask_of_another_size_is_a_mistake_in_the_data(bank):
    cv2.imwrite(str(bank[0].mask), np.zeros((10, 10), np.uint8))
    with pytest.raises(ReadingError, match="Mend the masks"):
        figures(bank, knowing)


def test_a_share_of_nothing_is_not_a_number():
    assert Share(part=0, whole=0).rate is None
    with pytest.raises(ValueError, match="at most"):
        Share(part=2, whole=1)


def trial(**changed) -> Trial:
    fields = {
        "folder": "all",
        "bank": "one",
        "scan": "as given",
        "signed": True,
        "truth": BOX,
        "found": (Candidate(box=BOX, confidence=0.9),),
        "refused": None,
        "crop": False,
        "margin": 0,
        "dice": None,
        "milliseconds": {},
    }
    return Trial(**(fields | changed))
