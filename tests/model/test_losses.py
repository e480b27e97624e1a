import pytest
import torch

from sigverify.model.losses import PairLoss, contrastive, double_margin
from sigverify.model.pairs import pairwise

SAME = torch.tensor([True, True, False, False])


def test_hadsell_pulls_a_genuine_pair_and_pushes_a_forgery_only_within_the_margin():
    loss = contrastive(torch.tensor([0.0, 0.6, 0.4, 1.5]), SAME, margin=1.0)
    assert loss.tolist() == pytest.approx([0.0, 0.18, 0.18, 0.0])


def test_double_margin_leaves_a_genuine_pair_alone_once_it_is_near():
    loss = double_margin(torch.tensor([0.3, 0.5, 1.0, 1.2]), SAME, near=0.3, far=1.2)
    assert loss.tolist() == pytest.approx([0.0, 0.04, 0.04, 0.0], abs=1e-6)


def test_without_forgers_other_people_carry_the_whole_weight_of_the_negatives():
    embeddings = torch.nn.functional.normalize(torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.9, 0.3]]), dim=1)
    loss = PairLoss(hardest=1.0)(embeddings, torch.tensor([0, 0, 1]), torch.tensor([True, True, True]))
    between = pairwise(embeddings)[[0, 1], [2, 2]]
    apart = double_margin(between, torch.tensor([False, False]), far=PairLoss.far).mean()
    assert loss == pytest.approx(float(apart))


@pytest.mark.parametrize("kind", ["double_margin", "contrastive", "triplet"])
def test_a_step_against_the_gradient_brings_genuine_pairs_nearer_and_forgeries_farther(kind):
    torch.manual_seed(0)
    raw = (torch.randn(1, 16) + 0.5 * torch.randn(8, 16)).requires_grad_()  # all alike, as at the start of training
    identity = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
    genuine = torch.tensor([True, True, False, False] * 2)
    loss = PairLoss(kind=kind, hardest=1.0, hardest_skilled=1.0)

    def gaps():
        distance = pairwise(torch.nn.functional.normalize(raw, dim=1))
        return float((distance[0, 1] + distance[4, 5]).detach()), float((distance[0, 2] + distance[4, 6]).detach())

    near, far = gaps()
    for _ in range(50):
        raw.grad = None
        loss(torch.nn.functional.normalize(raw, dim=1), identity, genuine).backward()
        with torch.no_grad():
            raw -= 1.0 * raw.grad
    nearer, farther = gaps()
    assert nearer < near
    assert farther > far


def test_two_forgeries_of_one_person_are_not_a_pair():
    embeddings = torch.nn.functional.normalize(torch.randn(3, 4), dim=1)
    loss = PairLoss()(embeddings, torch.zeros(3, dtype=torch.long), torch.tensor([True, False, False]))
    moved = embeddings.clone()
    moved[1], moved[2] = embeddings[2], embeddings[1]
    assert loss == pytest.approx(
        float(PairLoss()(moved, torch.zeros(3, dtype=torch.long), torch.tensor([1, 0, 0]) > 0))
    )


def test_a_batch_without_any_pair_costs_nothing_and_breaks_nothing():
    embeddings = torch.nn.functional.normalize(torch.randn(1, 4), dim=1).requires_grad_()
    loss = PairLoss()(embeddings, torch.tensor([0]), torch.tensor([True]))
    loss.backward()
    assert loss.item() == 0.0


def test_the_distance_of_a_picture_to_itself_has_a_finite_gradient():
    embeddings = torch.nn.functional.normalize(torch.ones(2, 4), dim=1).requires_grad_()
    pairwise(embeddings).sum().backward()
    assert torch.isfinite(embeddings.grad).all()
