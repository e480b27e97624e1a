from dataclasses import replace

import numpy as np
import pytest
import torch

from sigverify.model.embedding import folded
from sigverify.model.network import (
    NetworkConfig,
    build,
    head_of,
    ink_of,
    parameters_of,
    shaped,
    sides,
)

SMALL = NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32)


def frames(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 96, 192), dtype=np.uint8)


def test_embeddings_are_unit_vectors():
    network = build(SMALL).eval()
    rows = network(ink_of(torch.from_numpy(frames(3))))[:, :32]
    assert rows.shape == (3, 32)
    assert torch.linalg.norm(rows, dim=1).tolist() == pytest.approx([1.0] * 3, abs=1e-5)


def test_local_descriptors_lie_behind_the_embedding_as_the_measure_says():
    network = build(SMALL).eval()
    measure = SMALL.measure((96, 192))
    rows = network(ink_of(torch.from_numpy(frames(2))))
    assert rows.shape == (2, measure.dimensions + measure.tokens.size)
    cells = rows[:, measure.dimensions :].reshape(2, -1, measure.tokens.channels)
    assert cells.norm(dim=2).sum(dim=1).tolist() == pytest.approx([1.0, 1.0], abs=1e-4)


def test_a_descriptor_lies_where_its_ink_is():
    torch.manual_seed(0)
    network = build(SMALL).eval()
    tokens = SMALL.measure((96, 192)).tokens
    marked = torch.zeros(1, 1, 96, 192)
    marked[..., 8:16, 160:176] = 1.0
    cells = network(marked)[0, 32:].reshape(tokens.rows, tokens.columns, tokens.channels)
    row, column = divmod(int(cells.norm(dim=2).argmax()), tokens.columns)
    assert abs(row - 12 / 96 * tokens.rows) <= 2
    assert abs(column - 168 / 192 * tokens.columns) <= 2


def test_stages_that_are_held_keep_weights_and_statistics():
    network = build(SMALL).train()
    network.hold(1)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network(ink_of(torch.from_numpy(frames(4)))).sum().backward()
    assert network.stem.weight.grad is None
    assert network.stages[0].first.weight.grad is None
    assert network.stages[1].first.weight.grad is not None
    for name, value in network.state_dict().items():
        same = torch.equal(value, before[name])
        assert same or not name.startswith(("stem", "stages.0")), name
    assert not torch.equal(network.stages[1].first_norm.running_mean, before["stages.1.first_norm.running_mean"])


def test_the_shipped_shape_has_less_than_half_a_million_parameters():
    assert 400_000 <= parameters_of(build(NetworkConfig())) <= 500_000


def test_paper_is_nought_and_ink_is_one():
    ink = ink_of(torch.tensor([[[255, 0]]], dtype=torch.uint8))
    assert ink.flatten().tolist() == [0.0, 1.0]


def test_folding_the_normalisation_changes_nothing_but_the_time():
    torch.manual_seed(0)
    network = build(SMALL)
    network.train()
    for seed in range(3):  # so that running means are not those of a fresh network
        network(ink_of(torch.from_numpy(frames(8, seed))))
    network.eval()
    ink = ink_of(torch.from_numpy(frames(4, 9)))
    with torch.inference_mode():
        before = network(ink)
        after = folded(network)(ink)
    assert torch.allclose(before, after, atol=1e-4)


def test_a_signature_keeps_its_embedding_whatever_else_is_in_the_batch():
    network = build(SMALL).eval()
    ink = ink_of(torch.from_numpy(frames(5)))
    with torch.inference_mode():
        assert torch.allclose(network(ink)[2], network(ink[2:3])[0], atol=1e-5)


def test_a_configuration_survives_the_card():
    assert NetworkConfig.from_json(SMALL.to_json()) == SMALL


def test_a_card_from_before_there_were_branches_and_heads_still_names_a_network():
    fields = {name: value for name, value in SMALL.to_json().items() if name not in ("branches", "head")}
    assert NetworkConfig.from_json(fields) == SMALL


def test_a_card_from_before_cells_chose_one_another_takes_the_best_one():
    fields = {name: value for name, value in SMALL.to_json().items() if name not in ("agreeing", "power")}
    assert NetworkConfig.from_json(fields) == replace(SMALL, agreeing=0.0, power=1.0)
    assert NetworkConfig.from_json(fields).measure((96, 192)).tokens.plain


@pytest.mark.parametrize("backbone", ["thin_resnet", "resnet18", "matchnet", "signet"])
def test_branches_with_weights_of_their_own_have_exactly_twice_the_parameters(backbone):
    shared, separate = (parameters_of(build(shaped(backbone, "contrastive", b))) for b in ("shared", "separate"))
    assert separate == 2 * shared


def test_shared_branches_are_one_module_and_separate_ones_are_not():
    ink = ink_of(torch.from_numpy(frames(2)))
    questioned, specimens = sides(build(SMALL).eval(), ink)
    assert questioned is specimens
    questioned, specimens = sides(build(replace(SMALL, branches="separate")).eval(), ink)
    assert not torch.allclose(questioned, specimens, atol=1e-3)


def test_a_pair_head_comes_on_top_and_only_once():
    network = build(replace(SMALL, branches="separate", head="metric"))
    assert parameters_of(network) == 2 * parameters_of(build(replace(SMALL, tokens=0))) + parameters_of(
        head_of(network)
    )
