"""Training of the Siamese network: both branches are one module, so a batch is embedded once for all its pairs."""

import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sigverify.model import checkpoint
from sigverify.model.answering import development_figures, trials_of
from sigverify.model.augment import Augment, AugmentConfig, StrangerConfig
from sigverify.model.dataset import Corpus, Split
from sigverify.model.devices import has_bfloat16
from sigverify.model.heads import HEADS
from sigverify.model.local import LocalLoss
from sigverify.model.losses import PairLoss
from sigverify.model.network import (
    Network,
    NetworkConfig,
    ThinResNet,
    build,
    head_of,
    ink_of,
    parameters_in_words,
    sides,
)
from sigverify.model.pairs import pairwise
from sigverify.model.sampling import Sampler, SamplingConfig, drawn_from

log = logging.getLogger(__name__)

SHARPNESS: Final = 16.0  # of the writer-identity softmax over cosines, which lie in -1..1
REFRESH: Final = 40  # batches that the averaged network's normalisation is measured on
SEEDS_APART: Final = 1_000_003  # more steps than any run has
CHECKPOINT: Final = "checkpoint.safetensors"


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """A recipe; goes into the card as it is."""

    steps: int = 4_000
    minutes: float = 0.0  # when set, the schedule follows the clock and ends with it; `steps` is then only a bound
    learning_rate: float = 2e-3
    warm_up: float = 0.04  # of the schedule
    weight_decay: float = 0.05
    averaging: float = 0.997  # decay of the weights' running mean, which is what is shipped
    identity_weight: float = 0.1  # of the writer-identity auxiliary
    seed: int = 0
    evaluate_every: float = 900.0  # seconds; each takes two minutes on two cores
    save_every: float = 120.0  # seconds
    threads: int = 0  # 0: as torch chooses
    network: NetworkConfig = field(default_factory=NetworkConfig)
    loss: PairLoss = field(default_factory=PairLoss)
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    stranger: StrangerConfig = field(default_factory=StrangerConfig)
    local: LocalLoss | None = field(default_factory=LocalLoss)  # of local descriptors; None: they are not taught
    start: str = ""  # name and digest of the weights it goes out from; empty: from nothing
    held: int = 0  # first stages that keep the weights they start with
    handwriting: int = 0  # batches of handwriting by writer that came before it
    lifted: int = 0  # training signatures that were also written on drawn cheques and lifted off again
    without: tuple[str, ...] = ()  # data sets left out of training, whose figures say how others' scanners will fare

    def __post_init__(self) -> None:
        if self.network.head != (self.loss.kind if self.loss.kind in HEADS else ""):
            raise ValueError(f"the network of a recipe has the head that its loss, {self.loss.kind}, trains")


class Identity(nn.Module):
    """Writer-identity auxiliary: which of the training writers signed, by cosine to one direction a writer."""

    def __init__(self, dimensions: int, writers: int) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.randn(writers, dimensions) / math.sqrt(dimensions))

    def forward(self, embeddings: Tensor) -> Tensor:
        """(n, d) unit rows -> (n, writers) logits."""
        return SHARPNESS * embeddings @ F.normalize(self.directions, dim=1).T


class Training:
    """One run: built from a corpus and a recipe, resumed from its folder, advanced step by step."""

    def __init__(self, corpus: Corpus, out: Path, config: TrainingConfig, device: str = "cpu") -> None:
        if config.threads:
            torch.set_num_threads(config.threads)
        torch.manual_seed(config.seed)
        self.config, self.out, self.device = config, out, torch.device(device)
        self.train_part = drawn_from(corpus.part(Split.TRAIN), config.sampling)
        self.development = corpus.part(Split.DEVELOPMENT)
        self.unseen = corpus.part(Split.TEST).where(np.isin(corpus.part(Split.TEST).dataset, config.without))
        self.sampler = Sampler(self.train_part, config.sampling, config.seed)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.augment = Augment(config.augment, self.generator, config.stranger)
        self.frames = torch.from_numpy(self.train_part.frames)
        self.network = build(config.network).to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        if isinstance(self.network, ThinResNet):
            self.network.hold(config.held)
        self.identity = Identity(config.network.dimensions, len(self.sampler.people)).to(self.device)
        self.average = AveragedModel(
            self.network,
            multi_avg_fn=get_ema_multi_avg_fn(config.averaging),  # type: ignore[no-untyped-call]
        )
        self.head = head_of(self.network)
        self.parameters = [*self.network.parameters(), *self.identity.parameters()]
        self.optimizer = torch.optim.AdamW(self.parameters, lr=1.0, weight_decay=config.weight_decay)
        self.step, self.seconds, self.history = 0, 0.0, list[dict[str, Any]]()
        out.mkdir(parents=True, exist_ok=True)

    @property
    def progress(self) -> float:
        """How much of the schedule is done, 0..1."""
        by_steps = self.step / self.config.steps
        by_clock = self.seconds / (60.0 * self.config.minutes) if self.config.minutes else 0.0
        return min(1.0, max(by_steps, by_clock))

    @property
    def modules(self) -> dict[str, nn.Module]:
        """What a checkpoint holds."""
        return {"network": self.network, "average": self.average, "identity": self.identity}

    def resume(self) -> bool:
        """Go on from the folder's checkpoint; False when there is none."""
        path = self.out / CHECKPOINT
        if not path.exists():
            return False
        state = checkpoint.load(path, self.modules, self.optimizer)
        self.step, self.seconds, self.history = state["step"], state["seconds"], state["history"]
        self.sampler.rng.bit_generator.state = state["sampler"]
        self.generator.set_state(torch.tensor(state["generator"], dtype=torch.uint8))
        log.info("resumed at step %d, %.0f %% of the schedule", self.step, 100 * self.progress)
        return True

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Go out from weights of this shape instead of fresh ones; before the first step.

        Weights of before local descriptors have none; those stay as they were drawn.
        """
        fresh = {name: value for name, value in self.network.state_dict().items() if name.startswith("local.")}
        for network in (self.network, self.average.module):
            network.load_state_dict({**fresh, **weights})

    def save(self) -> None:
        """Keep everything that `resume` needs."""
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
            "sampler": self.sampler.rng.bit_generator.state,
            "generator": self.generator.get_state().tolist(),
        }
        checkpoint.save(self.out / CHECKPOINT, self.modules, self.optimizer, state)

    def advance(self) -> float:
        """One step; returns its loss."""
        rate = self.config.learning_rate * schedule(self.progress, self.config.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        torch.manual_seed(self.config.seed * SEEDS_APART + self.step)  # dropout's chance, the same after a resumption
        batch = self.sampler.draw()
        person = torch.from_numpy(batch.identity)
        strange = self.augment.strangers(person)
        ink = self.augment(ink_of(self.frames[torch.from_numpy(batch.frames)]), person, strange).to(self.device)
        identity = person.to(self.device)
        genuine = torch.from_numpy(batch.genuine).to(self.device)
        self.network.train()
        if isinstance(self.network, ThinResNet):
            self.network.hold(self.config.held)  # train() has woken their normalisation
        with torch.autocast(self.device.type, torch.bfloat16, enabled=has_bfloat16(self.device.type)):
            rows, specimens = sides(self.network, ink.contiguous(memory_format=torch.channels_last))
        embeddings, loss = self._loss(rows, specimens, identity, genuine)
        known = genuine & ~strange.to(self.device)  # a stranger is nobody of the training writers
        if self.config.identity_weight and known.any():
            logits = self.identity(embeddings[known])
            loss = loss + self.config.identity_weight * F.cross_entropy(logits, identity[known], label_smoothing=0.1)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimizer.step()
        self.average.update_parameters(self.network)
        self.step += 1
        return float(loss.detach())

    def _loss(self, rows: Tensor, specimens: Tensor, identity: Tensor, genuine: Tensor) -> tuple[Tensor, Tensor]:
        """The embeddings (n, d) in a batch's rows, and its loss with that of the local descriptors behind them."""
        measure = self.config.network.measure(tuple(self.frames.shape[1:]))
        if measure.tokens is None:
            return rows, self.config.loss(rows, identity, genuine, specimens, self.head)
        embeddings, descriptors = rows[:, : measure.dimensions], rows[:, measure.dimensions :]
        loss, local = self.config.loss(embeddings, identity, genuine), self.config.local
        if local is None:
            return embeddings, loss
        further = local(descriptors, pairwise(embeddings), identity, genuine, measure.tokens)
        return embeddings, local.embedding * loss + further

    def run(self, say: Callable[[str], None] = print) -> Network:
        """Train to the end of the schedule, saying how it goes; returns the network with averaged weights."""
        config = self.config
        say(
            f"{parameters_in_words(self.network)}; {len(self.sampler.people)} people, "
            f"{len(self.train_part):,} frames; development {len(self.development):,} frames"
        )
        told = evaluated = saved = last = time.monotonic()
        seen, losses = 0, list[float]()
        while self.progress < 1.0:
            losses.append(self.advance())
            seen += 1
            now = time.monotonic()
            self.seconds += now - last
            last = now
            if now - told > 20.0:
                say(self._line(np.mean(losses), seen / (now - told)))
                told, seen, losses = now, 0, []
            if now - saved > config.save_every:
                self.save()
                saved = time.monotonic()
            if now - evaluated > config.evaluate_every:
                say(self.evaluate())
                evaluated = last = time.monotonic()
        self.save()
        say(self.evaluate())
        return self.averaged()

    def averaged(self) -> Network:
        """The network with the running mean of its weights, ready for use.

        Its normalisation is measured anew on training batches: the mean of many weights is a function of its own, and
        the mean of their statistics is not its statistics (with it, half the trained network's errors came back).
        """
        network: Network = self.average.module  # type: ignore[assignment]
        network.eval()
        norms = [
            module
            for module in network.modules()
            if isinstance(module, nn.modules.batchnorm._BatchNorm) and not is_held(module)
        ]
        if not norms:
            return network
        for norm in norms:
            norm.reset_running_stats()
            norm.train()
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.momentum = None  # a plain mean over the batches
        self._show_batches(network)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        return network.eval()

    @torch.inference_mode()
    def _show_batches(self, network: Network) -> None:
        """Training batches drawn and changed by chance of their own, so that the run itself is not disturbed."""
        sampler = Sampler(self.train_part, self.config.sampling, self.config.seed + 1)
        augment = Augment(self.config.augment, torch.Generator().manual_seed(self.config.seed + 1))
        for _ in range(REFRESH):
            ink = augment(ink_of(self.frames[torch.from_numpy(sampler.draw().frames)])).to(self.device)
            sides(network, ink.contiguous(memory_format=torch.channels_last))

    def evaluate(self) -> str:
        """EER of the averaged weights on development writers and data sets left out, kept in the history and said."""
        if not len(self.development):
            return "no development writers: nothing to evaluate"
        network = self.averaged()
        figures = development_figures(trials_of(network, self.development))
        if len(self.unseen):
            elsewhere = development_figures(trials_of(network, self.unseen))
            figures |= {f"unseen {name}": value for name, value in elsewhere.items()}
        self.history.append({"step": self.step, "progress": self.progress, **figures})
        (self.out / "history.json").write_text(json.dumps(self.history, indent=1), encoding="utf-8")
        weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
        save_file(weights, self.out / f"averaged-{self.step:06d}.safetensors")
        return f"development EER % at step {self.step}: " + json.dumps(figures)

    def _line(self, loss: float | np.floating[Any], rate: float) -> str:
        done = max(self.progress, 1e-6)
        left = self.seconds * (1.0 - done) / done
        images = rate * self.config.sampling.people * (self.config.sampling.genuine + self.config.sampling.forged)
        return f"step {self.step}  {100 * done:.1f} %  loss {loss:.4f}  {images:.0f} images/s  {left / 60:.0f} min left"


def is_held(module: nn.Module) -> bool:
    """Whether a module keeps the weights it started with."""
    return not any(parameter.requires_grad for parameter in module.parameters())


def schedule(progress: float, warm_up: float) -> float:
    """Share of the learning rate: a linear rise, then half a cosine down to a hundredth."""
    if progress < warm_up:
        return max(0.01, progress / warm_up)
    return 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * (progress - warm_up) / (1.0 - warm_up)))


def recipe_of(config: TrainingConfig) -> dict[str, Any]:
    """The recipe as plain values for the card."""
    return asdict(config)
