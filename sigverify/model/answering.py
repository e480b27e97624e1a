"""What a network in training answers on writers it has not seen: embeddings, trials and error rates."""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sigverify.model.dataset import Corpus
from sigverify.model.distance import PLAIN
from sigverify.model.evaluation import Rule, TrialsWith, measured_by, trials_with
from sigverify.model.network import SHARED, Network, head_of, ink_of, specimens_branch
from sigverify.model.paired import answered, euclidean
from sigverify.model.protocol import Kind

REFERENCES: Final = (1, 5)  # specimens in the development figures


@torch.inference_mode()
def embed(network: nn.Module, frames: NDArray[np.uint8], device: torch.device, batch: int = 32) -> NDArray[np.float32]:
    """Embeddings (n, d) of frames (n, h, w)."""
    network.eval()
    rows = []
    for start in range(0, len(frames), batch):
        ink = ink_of(torch.from_numpy(frames[start : start + batch]).to(device))
        rows.append(network(ink.contiguous(memory_format=torch.channels_last)).float().cpu().numpy())
    return np.concatenate(rows)


def trials_of(network: Network, corpus: Corpus) -> TrialsWith:
    """Trials of a corpus's writers as this network answers them: by distance, or by its pair head where it has one."""
    device = next(network.parameters()).device
    questioned = embed(network, corpus.frames, device)
    if network.config.verifies:
        return trials_with(corpus, measured_by(questioned, network.config.measure(corpus.frames.shape[1:])))
    shared, head = network.config.branches == SHARED, head_of(network)
    known = questioned if shared else embed(specimens_branch(network), corpus.frames, device)
    if head is None:
        return trials_with(corpus, Rule(between=euclidean(questioned, known), among=euclidean(known, known)))
    return trials_with(corpus, Rule(between=answered(head, questioned, known, either_order=shared), among=None))


def development_figures(trials: TrialsWith) -> dict[str, float]:
    """EER in per cent by data set, number of specimens and kind of forgery, where there are such trials."""
    figures = {}
    for specimens in REFERENCES:
        for dataset, held in trials(specimens).items():
            for kind in (Kind.SKILLED, Kind.RANDOM):
                if held.count(kind):
                    figures[f"{dataset} {kind} {specimens}"] = round(100 * held.eer(kind, PLAIN).rate, 2)
    return figures
