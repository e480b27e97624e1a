"""A signature is lifted off its cheque as it was written, without what was printed there."""

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from sigverify.domain import Box, Image
from sigverify.preprocess.inkmask import Mask
from sigverify.preprocess.lifting import ink_in_picture, lift, lift_region
from sigverify.preprocess.normalising import BLANK, normalise
from sigverify.preprocess.page import Page
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.trace import Trace

CHEQUES = Path(__file__).parents[3] / "shared" / "data" / "cheques"
PAPER = (236, 240, 232)
SHAPE = (520, 1300)
AT = (620, 150)  # where the signature's picture begins on the cheque


def signed(ink: tuple[int, int, int] = (24, 34, 92)) -> tuple[Image, Mask, Box]:
    """A cheque (h, w, 3) with a signature and nothing else, the mask of its ink, and the box around it."""
    written = cv2.cvtColor(Signer.of_seed(8).genuine(1), cv2.COLOR_RGB2GRAY)
    cover = np.clip((245.0 - written) / 200.0, 0.0, 1.0)
    cheque = np.full((*SHAPE, 3), PAPER, np.float64)
    x, y = AT
    part = cheque[y : y + cover.shape[0], x : x + cover.shape[1]]
    part += (np.array(ink) - part) * cover[..., None]
    mask = np.zeros(SHAPE, np.uint8)
    mask[y : y + cover.shape[0], x : x + cover.shape[1]] = np.where(cover > 0.5, 255, 0)
    left, top, wide, high = cv2.boundingRect(mask)
    return cheque.astype(np.uint8), mask, (left, top, left + wide, top + high)


def seen(mask: Mask) -> np.ndarray:
    """What a good network says of a cheque with this ink."""
    blurred = cv2.GaussianBlur(cv2.dilate(mask, np.ones((9, 9), np.uint8)), (0, 0), 3.0)
    return cv2.resize(blurred, (320, 128), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0


def dice(found: Mask, truth: Mask) -> float:
    """Of both masks, the share that lies within 2 pixels of the other."""
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    right = np.count_nonzero(found & cv2.dilate(truth, near)) + np.count_nonzero(truth & cv2.dilate(found, near))
    return right / max(1, np.count_nonzero(found) + np.count_nonzero(truth))


def lifted_dice(cheque: Image, mask: Mask, box: Box, probability: np.ndarray | None) -> float:
    lifted = lift_region(cheque, Page.whole(cheque), probability, box)
    return dice(ink_in_picture(lifted, cheque.shape), mask)


def ruled(cheque: Image, box: Box) -> Image:
    """A rule through the lower third of the signature, and a frame around all."""
    drawn = cheque.copy()
    y = box[1] + (box[3] - box[1]) * 2 // 3
    cv2.line(drawn, (300, y), (1290, y + 3), (40, 40, 40), 3)
    cv2.rectangle(drawn, (560, 90), (1240, 420), (60, 60, 60), 3)
    return drawn


def labelled(cheque: Image, box: Box) -> Image:
    """A printed row beneath the signature, near enough to lie in its box."""
    drawn = cheque.copy()
    where = (box[0] + 20, box[3] + 24)
    cv2.putText(drawn, "AUTHORISED SIGNATORY", where, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (30, 30, 30), 2)
    return drawn


def stamped(cheque: Image, box: Box) -> Image:
    """A red stamp over the ink, which shows through it."""
    stamp = np.full_like(cheque, 255)
    centre = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    cv2.circle(stamp, centre, 90, (205, 60, 70), 5)
    cv2.putText(stamp, "PAID", (centre[0] - 70, centre[1] + 15), cv2.FONT_HERSHEY_DUPLEX, 1.7, (205, 60, 70), 4)
    return (cheque.astype(np.float64) * stamp / 255.0).astype(np.uint8)


def patterned(cheque: Image, box: Box) -> Image:
    """Waves in two colours all over the paper."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    drawn = cheque.copy()
    for phase, colour in ((0.0, (150, 190, 225)), (9.0, (190, 215, 170))):
        wave = np.abs(np.sin((rows + 8 * np.sin(columns / 40 + phase) + phase) / 22 * np.pi)) < 0.1
        drawn[wave] = np.minimum(drawn[wave], colour)
    return drawn


FORMS: dict[str, Callable[[Image, Box], Image]] = {
    "rules": ruled,
    "row": labelled,
    "stamp": stamped,
    "pattern": patterned,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("with_map", [True, False])
def test_print_is_taken_off_and_the_strokes_stay(form: str, with_map: bool) -> None:
    cheque, mask, box = signed()
    around = (box[0] - 10, box[1] - 10, box[2] + 10, box[3] + 40)
    drawn = FORMS[form](cheque, box)
    assert lifted_dice(drawn, mask, around, seen(mask) if with_map else None) > 0.95


def jpeg(picture: Image) -> Image:
    coded = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_the_form_is_left_in_the_colours_of_a_jpeg(form: str) -> None:
    cheque, mask, box = signed()
    assert lifted_dice(jpeg(FORMS[form](cheque, box)), mask, box, seen(mask)) > 0.95


def test_a_printed_name_that_the_signature_runs_into_is_cut_off_it() -> None:
    cheque, mask, box = signed((25, 25, 30))
    drawn = cv2.cvtColor(cheque, cv2.COLOR_RGB2GRAY)
    where = (box[0] - 10, box[3] + 2)  # the lowest loops reach into it
    print_only = np.full_like(drawn, 255)
    cv2.putText(print_only, "AUTHORISED SIGNATORY", where, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 30, 2)
    touching = np.minimum(drawn, print_only)
    assert np.count_nonzero((print_only < 100) & (mask > 0)) > 20
    around = (box[0] - 60, box[1] - 10, box[2] + 10, box[3] + 20)
    lifted = lift_region(touching, Page.whole(touching), seen(mask), around)
    left = ink_in_picture(lifted, drawn.shape)
    near = cv2.dilate(mask, np.ones((9, 9), np.uint8))
    printed = np.count_nonzero(print_only < 100)
    assert np.count_nonzero(left & ~near) < 0.1 * printed
    assert np.count_nonzero(mask & cv2.dilate(left, np.ones((5, 5), np.uint8))) > 0.93 * np.count_nonzero(mask)


def test_a_pale_pen_is_not_lost_beside_a_black_rule() -> None:
    cheque, mask, box = signed((165, 165, 175))
    assert lifted_dice(ruled(cheque, box), mask, box, seen(mask)) > 0.93


@pytest.mark.parametrize("with_map", [True, False])
def test_a_long_straight_stroke_of_the_signature_is_no_rule(with_map: bool) -> None:
    cheque, mask, box = signed()
    for picture, ink in ((cheque, (24, 34, 92)), (mask, 255)):
        cv2.line(picture, (box[0], box[3] + 12), (box[2], box[3] + 14), ink, 4)
    box = (box[0], box[1], box[2], box[3] + 17)
    assert lifted_dice(cheque, mask, box, seen(mask) if with_map else None) > 0.97


def test_block_letters_are_a_signature_too_when_they_are_all_there_is() -> None:
    cheque = np.full((*SHAPE, 3), PAPER, np.uint8)
    cv2.putText(cheque, "RAVI K", (620, 260), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (24, 34, 92), 4)
    mask = np.where(cheque[..., 0] < 128, 255, 0).astype(np.uint8)
    left, top, wide, high = cv2.boundingRect(mask)
    box = (left, top, left + wide, top + high)
    assert lifted_dice(cheque, mask, box, seen(mask)) > 0.97
    assert lifted_dice(cheque, mask, box, None) > 0.97


def test_a_tail_that_leaves_the_box_is_kept() -> None:
    cheque, mask, box = signed()
    tail = (box[2] - 40, box[3] - 30), (box[2] + 25, box[3] + 20)
    cv2.line(cheque, *tail, (24, 34, 92), 4)
    cv2.line(mask, *tail, 255, 4)
    assert lifted_dice(cheque, mask, box, seen(mask)) > 0.97


def test_ink_that_the_network_takes_for_something_else_is_left_out() -> None:
    cheque, mask, box = signed()
    other = (box[0] + 20, box[3] + 15), (box[0] + 60, box[3] + 30)
    cv2.line(cheque, *other, (24, 34, 92), 4)
    around = (box[0], box[1], box[2], box[3] + 35)
    assert lifted_dice(cheque, mask, around, seen(mask)) > 0.99
    assert lifted_dice(cheque, mask, around, None) < 0.99


def test_a_bitonal_cheque_gives_its_ink_as_well() -> None:
    cheque, mask, box = signed()
    drawn = labelled(ruled(cheque, box), box)
    bitonal = np.where(cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY) > 150, 255, 0).astype(np.uint8)
    assert lifted_dice(bitonal, mask, box, seen(mask)) > 0.95


def test_a_signature_on_bare_paper_normalises_as_before() -> None:
    cheque, _, box = signed()
    grey = cv2.cvtColor(cheque, cv2.COLOR_RGB2GRAY)
    x0, y0, x1, y1 = box
    before = normalise(grey[y0 - 20 : y1 + 20, x0 - 20 : x1 + 20])
    after = normalise(lift(cheque, Page.whole(cheque), None, box))
    assert after.quality.good
    assert before.frame is not None
    assert after.frame is not None
    assert np.mean(np.abs(before.frame.astype(int) - after.frame.astype(int))) < 2.0


@pytest.mark.parametrize("angle", [-6.0, 4.0])
def test_a_cheque_that_lies_askew_gives_the_signature_upright_and_says_where_it_was(angle: float) -> None:
    cheque, mask, box = signed()
    turn = np.vstack([cv2.getRotationMatrix2D((650.0, 260.0), angle, 1.0), [0.0, 0.0, 1.0]])
    askew = cv2.warpAffine(cheque, turn[:2], SHAPE[::-1], borderValue=PAPER)
    askew_mask = cv2.threshold(cv2.warpAffine(mask, turn[:2], SHAPE[::-1]), 127, 255, cv2.THRESH_BINARY)[1]
    width, height = float(SHAPE[1]), float(SHAPE[0])
    corners = (0.0, 0.0), (width, 0.0), (width, height), (0.0, height)
    page = Page(corners=corners, skew=-angle, turned=0, size=(SHAPE[1], SHAPE[0]), to_picture=turn)
    lifted = lift_region(askew, page, seen(mask), page.box_in_picture(box, SHAPE))
    assert dice(ink_in_picture(lifted, SHAPE), askew_mask) > 0.95
    upright = lift_region(cheque, Page.whole(cheque), seen(mask), box).ink
    assert abs(lifted.ink.shape[0] - upright.shape[0]) <= 4


def test_a_box_where_the_network_saw_nothing_still_gives_its_ink() -> None:
    cheque, mask, box = signed()
    nothing = np.zeros((128, 320), np.float32)
    assert lifted_dice(cheque, mask, box, nothing) > 0.97


def test_the_stages_are_kept_by_name() -> None:
    cheque, _, box = signed()
    trace = Trace()
    lifted = lift(cheque, Page.whole(cheque), None, box, trace)
    names = [name for name, _ in trace.stages]
    assert len(set(names)) == len(names) >= 5
    assert np.array_equal(trace.stages[-1][1], lifted)


@pytest.mark.parametrize("shade", [0, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (300, 1), (40, 90), (40, 90, 3), (300, 700, 3)])
@pytest.mark.parametrize("with_map", [True, False])
def test_where_nothing_is_written_white_paper_comes_back(shade: int, shape: tuple[int, ...], with_map: bool) -> None:
    picture = np.full(shape, shade, np.uint8)
    probability = np.ones((5, 7), np.float32) if with_map else None
    for box in ((0, 0, shape[1], shape[0]), (0, 0, 1, 1), (shape[1] - 1, shape[0] - 1, shape[1], shape[0])):
        lifted = lift(picture, Page.whole(picture), probability, box)
        assert lifted.ndim == 2
        assert (lifted == 255).all()
        assert normalise(lifted) == BLANK


@pytest.mark.parametrize("seed", range(12))
def test_any_box_on_any_picture_gives_an_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height, width = (int(side) for side in rng.integers(1, 160, 2))
    picture = rng.integers(0, 256, (height, width, 3) if seed % 2 else (height, width)).astype(np.uint8)
    x0, y0 = int(rng.integers(width)), int(rng.integers(height))
    box = (x0, y0, x0 + int(rng.integers(1, 200)), y0 + int(rng.integers(1, 200)))
    probability = rng.random((9, 11), np.float32) if seed % 3 else None
    lifted = lift(picture, Page.whole(picture).turned_by(seed), probability, box)
    assert lifted.ndim == 2
    assert lifted.dtype == np.uint8


@pytest.mark.realdata
@pytest.mark.skipif(not (CHEQUES / "boxes.csv").exists(), reason="the real cheques are not on this machine")
@pytest.mark.parametrize("grey", [False, True])
def test_strokes_of_real_cheques_are_lifted_by_their_box_alone(grey: bool) -> None:
    found = []
    for row in csv.DictReader((CHEQUES / "boxes.csv").read_text().splitlines()):
        if not row["image"].startswith("idrbt") or row["signed"] != "1":
            continue
        pixels = cv2.imread(str(CHEQUES / row["image"]), cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR)
        strokes = cv2.imread(str(CHEQUES / row["image"].replace("images", "masks").replace(".jpg", ".png")), 0)
        mask = np.where(strokes > 127, 255, 0).astype(np.uint8)
        box = tuple(round(float(row[edge])) for edge in ("x0", "y0", "x1", "y1"))
        found.append(lifted_dice(pixels if grey else np.ascontiguousarray(pixels[..., ::-1]), mask, box, None))
    assert np.mean(found) > 0.96  # plain thresholding inside the box gives 0.954
    assert min(found) > 0.7
