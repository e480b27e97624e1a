import numpy as np
import pytest
import torch

from sigverify.model.local import LocalLoss, one_sided
from sigverify.model.matching import Tokens, likeness
from sigverify.model.pairs import pairwise

TOKENS = Tokens(rows=3, columns=4, channels=5, reach=(1, 1))


def descriptors(count, seed=0):
    rows = torch.randn(
        count, TOKENS.rows * TOKENS.columns, TOKENS.channels, generator=torch.Generator().manual_seed(seed)
    )
    return (rows / rows.norm(dim=2).sum(dim=1)[:, None, None]).flatten(1)


def test_looking_from_all_cells_is_on_average_the_distance_that_verifying_measures():
    rows, pairs = descriptors(2), torch.tensor([[0, 1]] * 400)
    squares = one_sided(rows, pairs, TOKENS, 1.0).square().mean()
    both = likeness(rows[:1].numpy(), rows[1:].numpy(), TOKENS)[0]
    assert float(squares) == pytest.approx(2.0 - 2.0 * both, abs=0.05)


def test_a_part_of_the_cells_gives_other_distances_each_time():
    torch.manual_seed(0)
    rows, pairs = descriptors(2), torch.tensor([[0, 1]])
    assert len({round(float(one_sided(rows, pairs, TOKENS, 0.3)[0]), 6) for _ in range(8)}) > 1


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
