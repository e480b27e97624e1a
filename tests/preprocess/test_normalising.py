"""Normalising: what the network sees is the writing, whatever paper, ink, place and scanner."""

import io
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from sigverify.domain import Image, QualityReason
from sigverify.preprocess.normalising import (
    DEFAULT,
    FRAME_HEIGHT,
    FRAME_WIDTH,
    NormaliseConfig,
    fingerprint,
    normalise,
)
from sigverify.preprocess.reading import decode, encode_png
from sigverify.preprocess.trace import Trace
from tests import strategies
from tests.bad_inputs import good_signature
from tests.preprocess.golden import FOLDER

SAME = 0.985  # correlation of softened frames that show the same signature
PEOPLE = (2, 5, 8)


def frame_of(picture: Image) -> Image:
    frame = normalise(picture).frame
    assert frame is not None
    return frame


def likeness(one: Image, two: Image) -> float:
    """Correlation of two frames softened by an 80th of their height, so that a pen counts less than its place."""
    softened = [cv2.GaussianBlur(255.0 - frame, (0, 0), FRAME_HEIGHT / 80).ravel() for frame in (one, two)]
    return float(np.corrcoef(*softened)[0, 1])


@given(picture=strategies.grey_images())
@settings(max_examples=150, deadline=None)
def test_any_picture_gets_an_answer(picture: Image) -> None:
    before = picture.copy()
    answer = normalise(picture)
    np.testing.assert_array_equal(picture, before)
    height, width = picture.shape
    if answer.frame is None:
        assert answer.box is None
        assert QualityReason.BLANK in answer.quality.reasons
        return
    assert answer.frame.shape == (FRAME_HEIGHT, FRAME_WIDTH)
    assert answer.frame.dtype == np.uint8
    assert answer.frame.flags.c_contiguous
    assert answer.box is not None
    x0, y0, x1, y1 = answer.box
    assert 0 <= x0 < x1 <= width
    assert 0 <= y0 < y1 <= height


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 2), (3000, 40), (1700, 2400)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_picture_of_one_shade_is_blank_in_any_shape(shape: tuple[int, int], value: int) -> None:
    answer = normalise(np.full(shape, value, np.uint8))
    assert answer.quality.reasons == (QualityReason.BLANK,)


@given(
    seed=st.integers(0, 10_000),
    margins=st.tuples(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90), st.integers(0, 90)),
)
@settings(max_examples=40, deadline=None)
def test_where_on_the_paper_somebody_signs_does_not_matter(seed: int, margins: tuple[int, int, int, int]) -> None:
    picture = strategies.scribble(seed)
    moved = cv2.copyMakeBorder(picture, *margins, cv2.BORDER_CONSTANT, value=245)
    assert likeness(frame_of(picture), frame_of(np.asarray(moved, np.uint8))) > SAME


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("light", [0.85, 0.6, 0.4])
def test_how_bright_the_paper_is_does_not_matter(seed: int, light: float) -> None:
    picture = good_signature(seed)
    assert likeness(frame_of(picture), frame_of((picture * light).astype(np.uint8))) > SAME


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("strength", [0.8, 0.5, 0.3])
def test_how_dark_the_ink_is_does_not_matter(seed: int, strength: float) -> None:
    picture = good_signature(seed)
    paler = (250 - (250.0 - picture) * strength).clip(0, 255).astype(np.uint8)
    assert likeness(frame_of(picture), frame_of(paler)) > SAME


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_shadow_over_half_of_the_paper_does_not_matter(seed: int) -> None:
    picture = good_signature(seed)
    shadow = cv2.GaussianBlur(np.where(np.arange(picture.shape[1]) < 150, 1.0, 0.6)[None, :], (0, 0), 30)
    assert likeness(frame_of(picture), frame_of((picture * shadow).astype(np.uint8))) > SAME


SCANNERS: dict[str, tuple[Callable[[Image], Image], float]] = {
    "600 dpi": (lambda picture: resized(picture, 2.0), SAME),
    "200 dpi": (lambda picture: resized(picture, 2 / 3), 0.96),
    "150 dpi": (lambda picture: resized(picture, 0.5), 0.93),
    "black and white": (lambda picture: np.where(picture < 150, 0, 255).astype(np.uint8), SAME),
    "noisy": (lambda picture: noisy(picture, 8.0), SAME),
    "strongly compressed": (lambda picture: compressed(picture, 40), SAME),
}


def resized(picture: Image, factor: float) -> Image:
    how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how), np.uint8)


def noisy(picture: Image, deviation: float) -> Image:
    noise = np.random.default_rng(0).normal(0.0, deviation, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def compressed(picture: Image, quality: int) -> Image:
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return decode(encoded.tobytes()).pixels


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("kind", SCANNERS)
def test_the_scanner_hardly_matters(kind: str, seed: int) -> None:
    scanned, least = SCANNERS[kind]
    picture = good_signature(seed)
    again = normalise(scanned(picture))
    assert again.frame is not None
    assert again.quality.good
    assert likeness(frame_of(picture), again.frame) > least


def test_the_likeness_used_here_tells_people_apart() -> None:
    frames = [frame_of(good_signature(seed)) for seed in PEOPLE]
    assert max(likeness(frames[a], frames[b]) for a, b in ((0, 1), (0, 2), (1, 2))) < 0.6


def test_a_photograph_taken_sideways_shows_the_same() -> None:
    picture = good_signature(5)
    exif = Pillow.Exif()
    exif[274] = 6
    stream = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(np.rot90(picture))).save(stream, "PNG", exif=exif)
    np.testing.assert_array_equal(frame_of(decode(stream.getvalue()).pixels), frame_of(picture))


def test_dust_and_the_scanners_frame_are_not_shown() -> None:
    picture = good_signature(5)
    dirty = picture.copy()
    dirty[:2] = 0
    dirty[-3:] = 0
    dirty[10, 15] = dirty[12, 300] = 40
    assert likeness(frame_of(picture), frame_of(dirty)) > SAME


def test_the_ink_keeps_its_proportions_and_its_margin() -> None:
    picture = np.full((300, 500), 255, np.uint8)
    cv2.rectangle(picture, (100, 100), (400, 180), 0, 4)
    frame = frame_of(picture)
    rows, columns = np.nonzero(frame < 128)
    assert (np.ptp(columns) + 1) / (np.ptp(rows) + 1) == pytest.approx(305 / 85, rel=0.06)
    ring = np.concatenate([frame[: DEFAULT.margin].ravel(), frame[:, : DEFAULT.margin].ravel()])
    assert ring.min() == 255


def test_every_stage_can_be_shown() -> None:
    trace = Trace()
    answer = normalise(good_signature(5), trace=trace)
    names = [name for name, _ in trace.stages]
    assert names == ["grey", "ink", "cleaned", "frame"]
    assert answer.frame is not None
    np.testing.assert_array_equal(trace.stages[-1][1], answer.frame)
    assert all(stage.dtype == np.uint8 for _, stage in trace.stages)


@pytest.mark.parametrize(
    "change", [{"threshold": "sauvola"}, {"longest": 1200}, {"margin": 5}, {"thinnest": 2.0}, {"frame_width": 192}]
)
def test_whatever_changes_the_frame_changes_the_fingerprint(change: dict[str, str | int | float]) -> None:
    other: NormaliseConfig = replace(DEFAULT, **change)  # type: ignore[arg-type]
    assert fingerprint(other) != fingerprint() == fingerprint(NormaliseConfig())
    assert len(fingerprint(other)) == 16


@pytest.mark.parametrize("name", sorted(path.name[: -len(".frame.png")] for path in FOLDER.glob("*.frame.png")))
def test_the_recipe_gives_what_it_gave_before(name: str) -> None:
    """A failure here means that shipped weights no longer see what they learnt from."""
    expected = decode((FOLDER / f"{name}.frame.png").read_bytes()).pixels
    frame = frame_of(decode((FOLDER / f"{name}.png").read_bytes()).pixels)
    assert np.abs(frame.astype(int) - expected).mean() < 0.5  # of 255; libraries may round another way
    assert fingerprint() == (FOLDER / "fingerprint.txt").read_text(encoding="ascii").strip()


def test_there_are_golden_frames() -> None:
    assert len(list(FOLDER.glob("*.frame.png"))) == 5


def test_a_png_between_does_not_change_the_frame() -> None:
    picture = good_signature(2)
    np.testing.assert_array_equal(frame_of(decode(encode_png(picture)).pixels), frame_of(picture))


@pytest.mark.parametrize("sides", [("top", "left"), ("left", "bottom", "right"), ("top", "left", "bottom", "right")])
def test_bars_of_a_scanner_that_meet_in_a_corner_are_not_ink(sides):
    picture = good_signature(PEOPLE[0])
    framed = picture.copy()
    places = {"top": np.s_[:6, :], "bottom": np.s_[-6:, :], "left": np.s_[:, :6], "right": np.s_[:, -6:]}
    for side in sides:
        framed[places[side]] = 20
    assert likeness(frame_of(picture), frame_of(framed)) > SAME


@pytest.mark.parametrize("where", [(0.05, 0.95), (0.95, 0.9), (0.9, 0.04)])
def test_a_stray_mark_apart_from_the_writing_decides_nothing(where):
    picture = np.pad(good_signature(PEOPLE[0]), 120, constant_values=int(np.median(good_signature(PEOPLE[0]))))
    marked = picture.copy()
    y, x = (round(share * side) for share, side in zip(where, picture.shape, strict=True))
    cv2.line(marked, (x, y), (x + 6, y + 14), 40, 4)
    assert likeness(frame_of(picture), frame_of(marked)) > SAME


def test_a_second_word_far_from_the_first_is_writing_and_stays():
    first, second = good_signature(PEOPLE[0]), good_signature(PEOPLE[1])
    high = max(len(first), len(second))
    wide = [np.pad(p, ((0, high - len(p)), (0, 300)), constant_values=int(np.median(p))) for p in (first, second)]
    both = np.hstack(wide)
    box = normalise(both).box
    assert box is not None
    assert box[2] > wide[0].shape[1] + 50
