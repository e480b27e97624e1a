import numpy as np
import pytest

from sigverify.model.probe import PROBES, Seen, edge_directions, probe


def seen(writers: int, each: int = 12, tell: float = 0.0, seed: int = 0, forged: bool = True) -> Seen:
    """Pictures of noise; a forgery is told from the picture alone by a bar of ink so strong."""
    rng = np.random.default_rng(seed)
    count = writers * each
    genuine = np.tile(np.arange(each) % 2 == 0, writers) | (not forged)
    frames = rng.integers(150, 256, (count, 96, 192)).astype(np.uint8)
    frames[~genuine, 40:44, 20:170] = (200 * (1 - tell)) if tell else frames[~genuine, 40:44, 20:170]
    embeddings = rng.normal(size=(count, 8)).astype(np.float32)
    embeddings[~genuine, 0] += 5 * tell
    return Seen(
        frames=frames,
        embeddings=embeddings,
        genuine=genuine,
        writer=np.repeat([f"{seed}-{w}" for w in range(writers)], each),
    )


def test_what_gives_forgeries_away_is_found_by_every_probe():
    found = probe("made", seen(6, tell=1.0), seen(10, tell=1.0, seed=1))
    assert [one.probe for one in found] == list(PROBES)
    assert all(one.auc > 0.95 and one.eer < 0.1 for one in found)
    assert all(one.trained_on.startswith("10 writers: other writers") for one in found)


def test_where_nothing_gives_them_away_the_probe_is_at_a_loss():
    assert all(abs(one.auc - 0.5) < 0.2 for one in probe("made", seen(16), seen(10, seed=1)))


def test_without_other_writers_it_learns_from_those_not_asked_about():
    found = probe("made", seen(6, tell=1.0), None)
    assert all(one.auc > 0.95 and "5 folds by writer" in one.trained_on for one in found)


@pytest.mark.parametrize("scored", [seen(6, forged=False), seen(1)])
def test_without_both_kinds_or_other_writers_there_is_no_probe(scored):
    assert probe("made", scored, None) == []


def test_without_forgeries_to_learn_from_there_is_no_probe():
    assert probe("made", seen(6), seen(6, forged=False, seed=1)) == []


def test_edge_directions_tell_a_line_across_from_one_down_and_are_nothing_on_a_blank_page():
    frames = np.full((3, 96, 192), 255, np.uint8)
    frames[0, 40:44, :] = 0
    frames[1, :, 100:104] = 0
    across, down, blank = edge_directions(frames)
    assert across.reshape(9, -1).sum(axis=1).argmax() != down.reshape(9, -1).sum(axis=1).argmax()
    assert np.linalg.norm(across) == pytest.approx(1.0, abs=1e-3)
    assert not blank.any()
