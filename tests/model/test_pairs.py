import torch

from sigverify.model.pairs import Pairs

IDENTITY = torch.tensor([0, 0, 0, 1])
GENUINE = torch.tensor([True, True, False, True])


def listed(pairs, once):
    return [sorted(map(tuple, kind.nonzero().tolist())) for kind in pairs.kinds(once=once)]


def test_with_shared_branches_each_pair_counts_once():
    rows = torch.eye(4)
    positive, skilled, random = listed(
        Pairs(questioned=rows, specimens=rows, identity=IDENTITY, genuine=GENUINE), once=True
    )
    assert positive == [(0, 1)]
    assert skilled == [(0, 2), (1, 2)]
    assert random == [(0, 3), (1, 3)]


def test_with_separate_branches_the_forgery_is_always_the_questioned_one():
    pairs = Pairs(questioned=torch.eye(4), specimens=torch.eye(4), identity=IDENTITY, genuine=GENUINE)
    positive, skilled, random = listed(pairs, once=True)
    assert positive == [(0, 1), (1, 0)]
    assert skilled == [(2, 0), (2, 1)]
    assert random == [(0, 3), (1, 3), (3, 0), (3, 1)]


def test_distances_are_those_of_questioned_to_specimen():
    pairs = Pairs(questioned=torch.eye(4), specimens=torch.eye(4).flip(0), identity=IDENTITY, genuine=GENUINE)
    assert pairs.distance[0, 3] < 0.01
    assert abs(float(pairs.distance[0, 0]) - 2**0.5) < 1e-6
