import math

import pytest
import torch

from sigverify.model.pairs import Pairs
from sigverify.model.triplet import triplet


def at(*degrees):
    """Unit rows at these angles; the squared distance of two is 2 - 2 cos of the angle between."""
    angles = [math.radians(angle) for angle in degrees]
    return torch.tensor([[math.cos(a), math.sin(a)] for a in angles])


def squared(degrees):
    return 2.0 - 2.0 * math.cos(math.radians(degrees))


def loss(rows, identity, genuine):
    return float(
        triplet(
            Pairs(questioned=rows, specimens=rows, identity=torch.tensor(identity), genuine=torch.tensor(genuine)),
            alpha=0.2,
        )
    )


def test_the_nearest_forgery_beyond_the_genuine_one_counts_not_the_hardest():
    # Anchor and genuine one 20 degrees apart, forgeries at 10 (too hard), 24 and 90 degrees from the anchor.
    rows, genuine = at(0, 20, -10, -24, -90), [True, True, False, False, False]
    from_first = squared(20) - squared(24) + 0.2
    from_second = squared(20) - squared(30) + 0.2
    assert loss(rows, [0] * 5, genuine) == pytest.approx((from_first + from_second) / 2, abs=1e-5)


def test_where_every_forgery_is_nearer_the_farthest_of_them_counts():
    rows = at(0, 60, 20, 40)
    both = squared(60) - squared(40) + 0.2  # from either end the farther forgery is 40 degrees off
    assert loss(rows, [0] * 4, [True, True, False, False]) == pytest.approx(both, abs=1e-5)


def test_triplets_with_room_enough_cost_nothing():
    assert loss(at(0, 5, 120), [0, 0, 1], [True, True, True]) == 0.0


def test_other_peoples_signatures_serve_where_nobody_forges():
    assert loss(at(0, 60, 70, 75), [0, 0, 1, 1], [True] * 4) > 0.0


def test_a_person_alone_in_a_batch_gives_no_triplet():
    assert loss(at(0, 5), [0, 0], [True, True]) == 0.0
