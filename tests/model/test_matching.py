from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.model.distance import Measure
from sigverify.model.matching import Tokens, by_itself, held, likeness

TOKENS = Tokens(rows=3, columns=5, channels=4, reach=(1, 1))
AGREEING = replace(TOKENS, agreeing=0.2, power=0.25)


def descriptors(count, seed, tokens=TOKENS):
    return np.random.default_rng(seed).normal(size=(count, tokens.size)).astype(np.float32)


def one_cell(row, column, direction=0):
    grid = np.zeros((3, 5, 4), np.float32)
    grid[row, column, direction] = 1.0
    return grid.reshape(1, -1)


def written_out(one, other, tokens):
    """The definition, cell by cell."""
    shape = (tokens.rows, tokens.columns, tokens.channels)
    first, second = (rows.reshape(shape).astype(float) for rows in (one, other))
    cells = list(np.ndindex(tokens.rows, tokens.columns))

    def near(here):
        return [c for c in cells if abs(c[0] - here[0]) <= tokens.reach[0] and abs(c[1] - here[1]) <= tokens.reach[1]]

    def cosine(left, right, a, b):
        return left[a] @ right[b] / (np.linalg.norm(left[a]) * np.linalg.norm(right[b]))

    def share(left, right, a, b):
        weights = {c: np.exp(cosine(left, right, a, c) / tokens.agreeing) for c in near(a)}
        return weights[b] / sum(weights.values())

    def cell(left, right, a):
        if not tokens.agreeing:
            return max(cosine(left, right, a, b) for b in near(a))
        return sum(
            np.sqrt(share(left, right, a, b) * share(right, left, b, a)) * cosine(left, right, a, b) for b in near(a)
        )

    def looking(left, right):
        counts = np.array([np.linalg.norm(left[a]) for a in cells])
        lacking = np.array([max(0.0, 1.0 - cell(left, right, a)) for a in cells]) ** tokens.power
        return 1.0 - (lacking @ counts / counts.sum()) ** (1.0 / tokens.power)

    def both(left, right):
        return 0.5 * (looking(left, right) + looking(right, left))

    if tokens == replace(tokens, agreeing=0.0, power=1.0):
        return both(first, second)
    return min(1.0, both(first, second) / np.sqrt(both(first, first) * both(second, second)))


@pytest.mark.parametrize("tokens", [TOKENS, AGREEING])
def test_a_signature_is_wholly_like_itself(tokens):
    rows = descriptors(2, 0)
    assert likeness(rows, rows, tokens) == pytest.approx([1.0, 1.0], abs=1e-6)


@pytest.mark.parametrize("reach", [(0, 0), (1, 1), (1, 2), (4, 9)])
def test_every_cell_takes_the_best_of_its_neighbours(reach):
    tokens = Tokens(rows=3, columns=5, channels=4, reach=reach)
    one, other = descriptors(2, 1)
    assert likeness(one[None], other[None], tokens) == pytest.approx(written_out(one, other, tokens), abs=1e-5)


@pytest.mark.parametrize("reach", [(0, 0), (1, 1), (1, 2), (4, 9)])
@pytest.mark.parametrize(("agreeing", "power"), [(0.0, 0.5), (0.3, 1.0), (0.05, 0.25)])
def test_cells_that_choose_one_another_are_matched_as_defined(reach, agreeing, power):
    tokens = Tokens(rows=3, columns=5, channels=4, reach=reach, agreeing=agreeing, power=power)
    one, other = descriptors(2, 1)
    assert likeness(one[None], other[None], tokens) == pytest.approx(written_out(one, other, tokens), abs=1e-4)


def test_a_stroke_that_others_take_does_not_count_wholly_for_each():
    """The best cell alone would have all three of them in the one."""
    thrice, once = one_cell(1, 1) + one_cell(1, 2) + one_cell(1, 3), one_cell(1, 2)
    assert likeness(thrice, once, TOKENS) == pytest.approx(1.0)
    assert likeness(thrice, once, replace(TOKENS, agreeing=0.1)) < 0.9


def test_with_a_small_power_a_few_bad_places_count_less_than_all_of_them_a_little():
    tokens = Tokens(rows=1, columns=4, channels=2, reach=(0, 0))
    straight, across = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    one = np.tile(straight, 4)[None]
    few = np.concatenate([across, straight, straight, straight])[None]
    slant = np.array([0.75, np.sqrt(1.0 - 0.75**2)])
    little = np.tile(slant, 4)[None]
    assert likeness(one, few, tokens) == pytest.approx(likeness(one, little, tokens))
    concave = replace(tokens, power=0.25)
    assert likeness(one, few, concave) > likeness(one, little, concave) + 0.1


def test_what_a_signature_comes_to_by_itself_is_1_where_each_cell_takes_the_best():
    rows = descriptors(3, 4)
    assert by_itself(rows, TOKENS) == pytest.approx(held(rows, rows, TOKENS), abs=1e-6)
    assert (by_itself(rows, AGREEING) < 0.99).all()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"agreeing": 0.001}, "temperature"),
        ({"agreeing": -1.0}, "temperature"),
        ({"agreeing": float("nan")}, "temperature"),
        ({"power": 0.0}, "power"),
        ({"power": 1.5}, "power"),
    ],
)
def test_matching_that_makes_no_sense_is_refused(changed, why):
    with pytest.raises(ValueError, match=why):
        replace(TOKENS, **changed)


def test_a_stroke_may_be_shifted_a_little_but_not_stand_elsewhere():
    there = one_cell(1, 2)
    assert likeness(one_cell(0, 3), there, TOKENS) == pytest.approx(1.0)
    assert likeness(one_cell(1, 4), there, TOKENS) == pytest.approx(0.0)


def test_another_stroke_in_the_same_place_is_not_alike():
    assert likeness(one_cell(1, 2, 0), one_cell(1, 2, 1), TOKENS) == pytest.approx(0.0)


@given(st.integers(0, 500), st.sampled_from([TOKENS, AGREEING]))
def test_it_does_not_matter_which_of_two_is_held_against_the_other(seed, tokens):
    one, other = descriptors(2, seed)
    assert likeness(one[None], other[None], tokens) == pytest.approx(likeness(other[None], one[None], tokens), abs=1e-5)


@given(st.integers(0, 500), st.floats(0.01, 100.0), st.sampled_from([TOKENS, AGREEING]))
def test_how_much_ink_there_is_on_the_whole_does_not_count(seed, factor, tokens):
    one, other = descriptors(2, seed)
    assert likeness(factor * one[None], other[None], tokens) == pytest.approx(
        likeness(one[None], other[None], tokens), abs=1e-4
    )


@pytest.mark.parametrize("tokens", [TOKENS, AGREEING])
def test_nothing_at_all_is_not_alike_and_no_division_by_nought(tokens):
    nothing = np.zeros((1, TOKENS.size), np.float32)
    assert likeness(nothing, descriptors(1, 3), tokens)[0] <= 0.5
    assert np.isfinite(likeness(nothing, nothing, tokens)).all()


def embeddings(count, seed):
    rows = np.random.default_rng(seed).normal(size=(count, 8))
    return np.hstack([rows / np.linalg.norm(rows, axis=1, keepdims=True), descriptors(count, seed)])


@given(st.integers(0, 500), st.floats(0.0, 1.0), st.sampled_from([TOKENS, AGREEING]))
def test_a_mixed_distance_stays_on_the_scale(seed, share, tokens):
    one, other = embeddings(2, seed)
    distance = Measure(dimensions=8, tokens=tokens, share=share).between(one, other)
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
