"""What is too poor to be judged is said to be so, each for its own reason, and nothing beside it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigverify.domain import Image, QualityReason
from sigverify.preprocess.normalising import BOUNDS, normalise
from sigverify.preprocess.quality import Measures, quality_of
from sigverify.preprocess.reading import grey
from tests import bad_inputs, strategies

GOOD = Measures(
    contrast=100.0,
    unrest=0.05,
    longer=500.0,
    path=4.0,
    fill=0.1,
    thickness=0.03,
    parts=8,
    edges=(0.0, 0.0, 0.0, 0.0),
    margins=(30, 30, 30, 30),
)


def reasons_of(picture: Image) -> tuple[QualityReason, ...]:
    return normalise(picture).quality.reasons


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_good_scan_is_good(seed: int) -> None:
    assert reasons_of(bad_inputs.good_signature(seed)) == ()


@given(picture=strategies.scribbles())
@settings(max_examples=40, deadline=None)
def test_a_scribble_clear_of_the_edges_is_never_called_clipped(picture: Image) -> None:
    assert not any("clipped" in reason for reason in reasons_of(picture))


@pytest.mark.parametrize("seed", range(6))
def test_an_empty_page_is_blank_and_nothing_else(seed: int) -> None:
    answer = normalise(bad_inputs.blank_page(seed=seed))
    assert answer.quality.reasons == (QualityReason.BLANK,)
    assert answer.frame is None
    assert answer.box is None


@pytest.mark.parametrize("seed", range(8))
def test_a_photo_of_a_cat_is_not_a_signature(seed: int) -> None:
    assert QualityReason.NOT_A_SIGNATURE in reasons_of(grey(bad_inputs.photograph(seed)))


def test_a_page_of_text_is_not_a_signature() -> None:
    assert QualityReason.NOT_A_SIGNATURE in reasons_of(bad_inputs.page_of_text())


@given(seed=st.integers(0, 10_000), side=st.integers(60, 300))
@settings(max_examples=25, deadline=None)
def test_noise_is_never_judged(seed: int, side: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (side, 2 * side)).astype(np.uint8)
    assert reasons_of(noise) != ()


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
@pytest.mark.parametrize("seed", [5, 8])
def test_a_signature_cut_off_at_an_edge_is_clipped_there(side: str, seed: int) -> None:
    picture = bad_inputs.clipped(bad_inputs.good_signature(seed), side)
    assert reasons_of(picture) == (QualityReason(f"clipped_{side}"),)


def test_ink_just_inside_the_edge_is_not_clipped() -> None:
    picture = bad_inputs.good_signature(5)
    box = normalise(picture).box
    assert box is not None
    assert reasons_of(picture[:, : box[2] + 3]) == ()


def test_a_faint_signature_is_too_faint_and_a_little_darker_one_is_not() -> None:
    assert reasons_of(pale(12)) == (QualityReason.TOO_FAINT,)
    assert reasons_of(pale(40)) == ()


def pale(ink: int) -> Image:
    """A signature that is so many grey levels darker than its paper."""
    strength = 1.0 - bad_inputs.good_signature(5) / 248.0
    return (240 - np.clip(strength, 0.0, 1.0) * ink / 0.85).astype(np.uint8)


def test_a_tiny_signature_is_too_small() -> None:
    picture = bad_inputs.good_signature(5)
    tiny = cv2.resize(picture, None, fx=0.08, fy=0.08, interpolation=cv2.INTER_AREA)
    roomy = cv2.copyMakeBorder(tiny, 20, 20, 20, 20, cv2.BORDER_REPLICATE)
    assert QualityReason.TOO_SMALL in reasons_of(np.asarray(roomy, np.uint8))


def test_a_dash_is_too_little_ink() -> None:
    picture = np.full((200, 500), 250, np.uint8)
    cv2.line(picture, (100, 100), (400, 130), 20, 4, cv2.LINE_AA)
    assert reasons_of(picture) == (QualityReason.TOO_LITTLE_INK,)


def test_a_signature_trimmed_to_its_ink_on_every_side_is_judged() -> None:
    picture = np.where(bad_inputs.good_signature(5) < 150, 0, 255).astype(np.uint8)
    box = normalise(picture).box
    assert box is not None
    assert reasons_of(picture[box[1] : box[3], box[0] : box[2]]) == ()


BOUNDARIES = [  # measure, at the bound and still good, beyond it, what it is then
    ("contrast", BOUNDS.faintest, BOUNDS.faintest - 0.01, QualityReason.TOO_FAINT),
    ("unrest", BOUNDS.calmest, BOUNDS.calmest + 0.01, QualityReason.NOT_A_SIGNATURE),
    ("longer", BOUNDS.smallest, BOUNDS.smallest - 1, QualityReason.TOO_SMALL),
    ("path", BOUNDS.shortest, BOUNDS.shortest - 0.01, QualityReason.TOO_LITTLE_INK),
    ("fill", BOUNDS.fullest, BOUNDS.fullest + 0.01, QualityReason.NOT_A_SIGNATURE),
    ("thickness", BOUNDS.thickest, BOUNDS.thickest + 0.01, QualityReason.NOT_A_SIGNATURE),
    ("parts", BOUNDS.most_parts, BOUNDS.most_parts + 1, QualityReason.NOT_A_SIGNATURE),
    ("edges", (0.79, 0, 0, 0), (BOUNDS.cut, 0, 0, 0), QualityReason.CLIPPED_LEFT),
    ("edges", (0, 0.79, 0, 0), (0, BOUNDS.cut, 0, 0), QualityReason.CLIPPED_RIGHT),
    ("edges", (0, 0, 0.79, 0), (0, 0, BOUNDS.cut, 0), QualityReason.CLIPPED_TOP),
    ("edges", (0, 0, 0, 0.79), (0, 0, 0, BOUNDS.cut), QualityReason.CLIPPED_BOTTOM),
]


@pytest.mark.parametrize(("measure", "good", "poor", "reason"), BOUNDARIES)
def test_at_its_bound_a_picture_is_good_and_beyond_it_is_not(
    measure: str, good: object, poor: object, reason: QualityReason
) -> None:
    values = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__}
    assert quality_of(Measures(**{**values, measure: good}), BOUNDS).reasons == ()
    assert quality_of(Measures(**{**values, measure: poor}), BOUNDS).reasons == (reason,)


def test_nothing_darker_than_the_faintest_ink_on_restless_paper_is_blank() -> None:
    values = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__}
    noise = {**values, "contrast": BOUNDS.faintest - 0.01, "parts": 2000}
    assert quality_of(Measures(**{**noise, "unrest": BOUNDS.barest + 0.01}), BOUNDS).reasons == (QualityReason.BLANK,)
    assert QualityReason.TOO_FAINT in quality_of(Measures(**{**noise, "unrest": BOUNDS.barest}), BOUNDS).reasons


def test_ink_near_three_sides_means_a_trimmed_picture_and_near_two_does_not() -> None:
    values = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__}
    touching = {**values, "edges": (1.0, 1.0, 1.0, 1.0)}
    near, off = BOUNDS.trimmed, BOUNDS.trimmed + 1
    assert quality_of(Measures(**{**touching, "margins": (near, near, near, off)}), BOUNDS).good
    assert len(quality_of(Measures(**{**touching, "margins": (near, near, off, off)}), BOUNDS).reasons) == 4
