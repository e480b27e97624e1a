import pytest
import torch

from sigverify.model.heads import HEADS, head_distance, head_loss
from sigverify.model.pairs import Pairs


def unit(count, seed=0, dimensions=8):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(count, dimensions, generator=generator), dim=1)


@pytest.mark.parametrize("name", HEADS)
def test_a_heads_answer_is_a_distance_from_0_to_2_that_does_not_depend_on_who_is_asked_first(name):
    torch.manual_seed(0)
    head = HEADS[name](8)
    one, other = unit(20), unit(20, 1)
    there = head_distance(head, one, other, either_order=True)
    back = head_distance(head, other, one, either_order=True)
    assert torch.allclose(there, back, atol=1e-6)
    assert ((there >= 0) & (there <= 2)).all()


def test_the_metric_network_has_the_papers_layers():
    sizes = [tuple(weight.shape) for name, weight in HEADS["metric"](512).named_parameters() if "weight" in name]
    assert sizes == [(1024, 1024), (1024, 1024), (2, 1024)]


@pytest.mark.parametrize("name", HEADS)
def test_a_head_learns_to_tell_a_persons_signatures_from_forgeries(name):
    torch.manual_seed(0)
    rows = torch.nn.functional.normalize(unit(2)[[0, 0, 0, 0, 1, 1, 1, 1]] + 0.1 * torch.randn(8, 8), dim=1)
    identity = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
    genuine = torch.tensor([True, True, True, False] * 2)
    rows[[3, 7]] = unit(2, 5)
    pairs = Pairs(questioned=rows, specimens=rows, identity=identity, genuine=genuine)
    head = HEADS[name](8)
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        head_loss(head, pairs).backward()
        optimizer.step()
    genuine_pair, skilled, random = head_distance(head, rows[[0, 0, 0]], rows[[1, 3, 4]], either_order=True).tolist()
    assert genuine_pair < 0.5
    assert min(skilled, random) > 1.5


@pytest.mark.parametrize("name", HEADS)
def test_a_batch_of_one_signature_teaches_a_head_nothing_and_breaks_nothing(name):
    row = unit(1).requires_grad_()
    pairs = Pairs(questioned=row, specimens=row, identity=torch.tensor([0]), genuine=torch.tensor([True]))
    loss = head_loss(HEADS[name](8), pairs)
    loss.backward()
    assert loss.item() == 0.0
