from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from sigverify.model.agreeing import Agreed
from sigverify.model.local import LocalLoss, _pairs, apart
from sigverify.model.matching import Tokens, likeness
from sigverify.model.pairs import pairwise

TOKENS = Tokens(rows=3, columns=4, channels=5, reach=(1, 1), agreeing=0.2, power=0.25)


def descriptors(count, seed=0):
    rows = torch.randn(
        count, TOKENS.rows * TOKENS.columns, TOKENS.channels, generator=torch.Generator().manual_seed(seed)
    )
    return (rows / rows.norm(dim=2).sum(dim=1)[:, None, None]).flatten(1)


@pytest.mark.parametrize("reach", [(0, 0), (1, 1), (1, 2), (5, 9)])
def test_looking_at_all_cells_gives_the_distance_that_verifying_measures(reach):
    rows, tokens = descriptors(4), replace(TOKENS, reach=reach)
    pairs = torch.tensor([[0, 1], [2, 3], [1, 2], [3, 0], [1, 1]])
    known = rows.numpy()
    alike = likeness(known[pairs[:, 0]], known[pairs[:, 1]], tokens)
    expected = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * alike))
    assert apart(rows, pairs, tokens, 1.0).numpy() == pytest.approx(expected, abs=0.03)


def test_a_part_of_the_cells_gives_other_distances_each_time():
    torch.manual_seed(0)
    rows, pairs = descriptors(2), torch.tensor([[0, 1]])
    assert len({round(float(apart(rows, pairs, TOKENS, 0.3)[0]), 6) for _ in range(8)}) > 1


@pytest.mark.parametrize("reach", [(0, 0), (1, 1), (1, 2), (5, 9)])
def test_the_gradient_of_cells_that_choose_one_another_is_that_of_differences(reach):
    tokens = replace(TOKENS, reach=reach, agreeing=0.3)
    rows = torch.randn(6, 12, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    one, other = F.normalize(rows, dim=2), F.normalize(rows.flip(0, 1), dim=2)
    sides = one.requires_grad_(), other.requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: Agreed.apply(a, b, tokens), sides)


def test_signatures_that_are_the_same_have_a_finite_gradient():
    rows = descriptors(2).requires_grad_()
    apart(rows, torch.tensor([[0, 0], [0, 1]]), TOKENS, 1.0).sum().backward()
    assert torch.isfinite(rows.grad).all()


def test_cells_that_take_the_best_one_are_not_trained_with():
    with pytest.raises(ValueError, match="temperature"):
        apart(descriptors(2), torch.tensor([[0, 1]]), replace(TOKENS, agreeing=0.0), 1.0)


def test_no_more_pairs_of_a_kind_are_measured_than_asked_for():
    identity = torch.arange(6).repeat_interleave(8)
    genuine = torch.tensor([True] * 4 + [False] * 4).repeat(6)
    kinds = _pairs(torch.rand(48, 48), identity, genuine, 20)
    assert [len(pairs) for pairs in kinds] == [20, 20, 20]
    same, forged, strange = ((identity[pairs], genuine[pairs]) for pairs in kinds)
    assert (same[0][:, 0] == same[0][:, 1]).all()
    assert same[1].all()
    assert (forged[0][:, 0] == forged[0][:, 1]).all()
    assert (forged[1].sum(dim=1) == 1).all()
    assert (strange[0][:, 0] != strange[0][:, 1]).all()
    assert strange[1].all()


def test_training_by_the_loss_parts_forgeries_from_genuine_signatures():
    torch.manual_seed(1)
    identity = torch.tensor([0, 0, 0, 1, 1, 1])
    genuine = torch.tensor([True, True, False, True, True, False])
    rows = torch.nn.Parameter(descriptors(6))
    optimizer = torch.optim.Adam([rows], lr=0.01)

    def gaps():
        cells = rows.detach().numpy()
        return np.sqrt(np.maximum(0.0, 2 - 2 * likeness(cells[[0, 0, 0]], cells[[1, 2, 3]], TOKENS)))

    before = gaps()
    for _ in range(60):
        loss = LocalLoss()(rows, pairwise(torch.randn(6, 4)), identity, genuine, TOKENS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = gaps()
    assert after[0] < before[0]  # two genuine ones
    assert after[1] - after[0] > before[1] - before[0]  # a skilled forgery
    assert after[2] - after[0] > before[2] - before[0]  # another person


@pytest.mark.parametrize(
    ("identity", "genuine"),
    [
        ([0, 0], [True, True]),  # nobody else, and no forgery
        ([0, 1], [True, True]),  # no pair of one person
        ([0, 0], [False, False]),  # nothing to compare
    ],
)
def test_a_batch_that_lacks_a_kind_of_pair_has_a_loss_all_the_same(identity, genuine):
    rows = descriptors(2).requires_grad_()
    loss = LocalLoss()(rows, torch.rand(2, 2), torch.tensor(identity), torch.tensor(genuine), TOKENS)
    loss.backward()
    assert torch.isfinite(loss)
