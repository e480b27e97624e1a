"""The project's own signatures: the same again for the same seed, one person alike, a forger not quite."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.preprocess.normalising import normalise
from sigverify.preprocess.penstrokes import Signer, main, samples
from sigverify.preprocess.reading import decode, grey

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
PEOPLE = (1, 2, 3, 5, 8)


def test_the_committed_samples_are_what_the_generator_draws() -> None:
    drawn = samples()
    assert {path.name for path in SAMPLES.glob("*.png")} == set(drawn)
    for name, picture in drawn.items():
        committed = decode((SAMPLES / name).read_bytes()).pixels
        assert committed.shape == picture.shape, name
        assert np.abs(committed.astype(int) - picture).mean() < 0.5, name  # libraries may round another way


def test_the_samples_are_small_files() -> None:
    assert all(path.stat().st_size < 120_000 for path in SAMPLES.glob("*.png"))


def test_the_generator_writes_what_it_draws(tmp_path: Path) -> None:
    assert main([str(tmp_path / "new"), "--seed", "2", "--forger", "3"]) == 0
    again = decode((tmp_path / "new" / "questioned_forged.png").read_bytes()).pixels
    np.testing.assert_array_equal(again, Signer.of_seed(2).forged(3))
    assert len(list((tmp_path / "new").iterdir())) == 5


def test_a_seed_is_a_person_and_a_day() -> None:
    signer = Signer.of_seed(3)
    np.testing.assert_array_equal(signer.genuine(4), Signer.of_seed(3).genuine(4))
    assert Signer.of_seed(3) == signer
    assert Signer.of_seed(4).runs != signer.runs
    first, second = signer.genuine(4), signer.genuine(5)
    assert first.shape != second.shape or not np.array_equal(first, second)


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_drawn_signature_can_be_judged(seed: int) -> None:
    signer = Signer.of_seed(seed)
    for picture in (signer.genuine(1), signer.forged(1)):
        assert picture.dtype == np.uint8
        assert normalise(grey(picture)).quality.good


def test_a_forgery_lies_farther_from_a_person_than_their_own_next_signature() -> None:
    """By the plainest measure there is, the overlap of softened frames, and for people on the whole."""
    own, other = [], []
    for seed in PEOPLE:
        signer = Signer.of_seed(seed)
        reference = _softened(signer.genuine(1))
        own += [_apart(reference, _softened(signer.genuine(day))) for day in (2, 3, 4)]
        other += [_apart(reference, _softened(signer.forged(forger))) for forger in (1, 2, 3)]
    assert np.mean(own) < 0.8 * np.mean(other)


def _softened(
    picture: Image,
) -> NDArray[np.float64]:
    frame = normalise(grey(picture)).frame
    assert frame is not None
    ink = (255.0 - frame).reshape(FRAME_HEIGHT // 5, 5, FRAME_WIDTH // 5, 5).mean(axis=(1, 3))
    return ink / np.linalg.norm(ink)


def _apart(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(one - two))


@pytest.mark.parametrize("seed", PEOPLE)
def test_a_forger_takes_longer_than_the_person(seed: int) -> None:
    signer = Signer.of_seed(seed)
    own, forger = signer.strokes(1), signer.forged_strokes(1)
    assert len(own) == len(forger) == len(signer.strokes())
    assert sum(len(trace) for trace in forger) > 1.2 * sum(len(trace) for trace in own)
    assert all(trace.shape[1] == 3 and np.isfinite(trace).all() for trace in (*own, *forger))
