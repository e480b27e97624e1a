import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.model.distance import Measure
from sigverify.model.matching import Tokens, likeness

TOKENS = Tokens(rows=3, columns=5, channels=4, reach=(1, 1))


def descriptors(count, seed, tokens=TOKENS):
    return np.random.default_rng(seed).normal(size=(count, tokens.size)).astype(np.float32)


def one_cell(row, column, direction=0):
    grid = np.zeros((3, 5, 4), np.float32)
    grid[row, column, direction] = 1.0
    return grid.reshape(1, -1)


def written_out(one, other, tokens):
    """The definition, cell by cell."""
    first, second = (rows.reshape(tokens.rows, tokens.columns, tokens.channels).astype(float) for rows in (one, other))

    def looking(here, there):
        total = weight = 0.0
        for y, x in np.ndindex(tokens.rows, tokens.columns):
            near = [
                here[y, x] @ there[v, u] / (np.linalg.norm(here[y, x]) * np.linalg.norm(there[v, u]))
                for v, u in np.ndindex(tokens.rows, tokens.columns)
                if abs(v - y) <= tokens.reach[0] and abs(u - x) <= tokens.reach[1]
            ]
            total += np.linalg.norm(here[y, x]) * max(near)
            weight += np.linalg.norm(here[y, x])
        return total / weight

    return 0.5 * (looking(first, second) + looking(second, first))


def test_a_signature_is_wholly_like_itself():
    rows = descriptors(2, 0)
    assert likeness(rows, rows, TOKENS) == pytest.approx([1.0, 1.0], abs=1e-6)


@pytest.mark.parametrize("reach", [(0, 0), (1, 1), (1, 2), (4, 9)])
def test_every_cell_takes_the_best_of_its_neighbours(reach):
    tokens = Tokens(rows=3, columns=5, channels=4, reach=reach)
    one, other = descriptors(2, 1)
    assert likeness(one[None], other[None], tokens) == pytest.approx(written_out(one, other, tokens), abs=1e-5)


def test_a_stroke_may_be_shifted_a_little_but_not_stand_elsewhere():
    there = one_cell(1, 2)
    assert likeness(one_cell(0, 3), there, TOKENS) == pytest.approx(1.0)
    assert likeness(one_cell(1, 4), there, TOKENS) == pytest.approx(0.0)


def test_another_stroke_in_the_same_place_is_not_alike():
    assert likeness(one_cell(1, 2, 0), one_cell(1, 2, 1), TOKENS) == pytest.approx(0.0)


@given(st.integers(0, 500))
def test_it_does_not_matter_which_of_two_is_held_against_the_other(seed):
    one, other = descriptors(2, seed)
    assert likeness(one[None], other[None], TOKENS) == pytest.approx(likeness(other[None], one[None], TOKENS))


@given(st.integers(0, 500), st.floats(0.01, 100.0))
def test_how_much_ink_there_is_on_the_whole_does_not_count(seed, factor):
    one, other = descriptors(2, seed)
    assert likeness(factor * one[None], other[None], TOKENS) == pytest.approx(
        likeness(one[None], other[None], TOKENS), abs=1e-5
    )


def test_nothing_at_all_is_not_alike_and_no_division_by_nought():
    nothing = np.zeros((1, TOKENS.size), np.float32)
    assert likeness(nothing, descriptors(1, 3), TOKENS)[0] <= 0.5
    assert np.isfinite(likeness(nothing, nothing, TOKENS)).all()


def embeddings(count, seed):
    rows = np.random.default_rng(seed).normal(size=(count, 8))
    return np.hstack([rows / np.linalg.norm(rows, axis=1, keepdims=True), descriptors(count, seed)])


@given(st.integers(0, 500), st.floats(0.0, 1.0))
def test_a_mixed_distance_stays_on_the_scale(seed, share):
    one, other = embeddings(2, seed)
    distance = Measure(dimensions=8, tokens=TOKENS, share=share).between(one, other)
    assert 0.0 <= distance[0] <= 2.0


def test_the_share_mixes_the_squares_of_both_distances():
    one, other = embeddings(2, 5)
    plain, local, mixed = (
        Measure(dimensions=8, tokens=TOKENS, share=share).between(one, other)[0] for share in (0.0, 1.0, 0.25)
    )
    assert plain == pytest.approx(np.linalg.norm(one[:8] - other[:8]))
    assert mixed**2 == pytest.approx(0.75 * plain**2 + 0.25 * local**2)


def test_many_pairs_are_measured_as_one_by_one():
    rows = embeddings(600, 6)
    measure = Measure(dimensions=8, tokens=TOKENS, share=0.5)
    together = measure.between(rows[0], rows)
    assert together[[1, 300, 599]] == pytest.approx([measure.between(rows[0], rows[k])[0] for k in (1, 300, 599)])


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_nought_to_one_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Measure(dimensions=8, tokens=TOKENS, share=share)


def test_a_share_of_what_is_not_there_is_refused():
    with pytest.raises(ValueError, match="0 where there are none"):
        Measure(dimensions=8, share=0.5)


def test_a_grid_without_cells_is_refused():
    with pytest.raises(ValueError, match="has cells"):
        Tokens(rows=0, columns=5, channels=4, reach=(1, 1))
