"""Training of the locator network on batches that somebody else draws."""

import json
import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sigverify.errors import DataError
from sigverify.model import checkpoint
from sigverify.model.devices import has_bfloat16
from sigverify.model.locator import Answer, LocatorConfig, LocatorNet, ink_of

log = logging.getLogger(__name__)

CHECKPOINT: Final = "checkpoint.safetensors"
EVERYWHERE: Final = 10.0  # weight of the places' mean cross-entropy, which is small, for most places are paper
RARE: Final = 3.0  # weight of a place that is a signature against one that is not
SHEET: Final = 0.2  # weight of the two answers about the whole sheet
STEEPEST: Final = 2.0  # norm that a gradient is cut to
SMOOTH: Final = 50.0  # cells added to both sides of the overlap, so that a few cells do not decide


@dataclass(frozen=True, kw_only=True, eq=False)
class Batch:
    """n sheets (n, h, w) or close-ups (n, h, w, c) as seen, and what is true of them."""

    grey: NDArray[np.uint8]
    truth: NDArray[np.bool_]  # (n, h / 2, w / 2), or (n, h, w) of close-ups, where ink is a signature
    upside_down: NDArray[np.bool_]  # (n,)

    def __post_init__(self) -> None:
        n, height, width = self.grey.shape[:3]
        cell = 1 if self.grey.ndim == 4 else 2
        if self.truth.shape != (n, height // cell, width // cell) or self.upside_down.shape != (n,):
            raise ValueError("a batch has a truth for every sheet, half as high and wide")


@dataclass(frozen=True, kw_only=True)
class LocatorTrainingConfig:
    """A recipe; goes into the card as it is."""

    steps: int = 4_000
    minutes: float = 0.0  # when set, the schedule follows the clock and ends with it; `steps` is then only a bound
    learning_rate: float = 3e-3
    warm_up: float = 0.03  # of the schedule
    weight_decay: float = 0.02
    averaging: float = 0.995  # decay of the weights' running mean, which is what is shipped
    seed: int = 0
    save_every: float = 120.0  # seconds
    tell_every: int = 50  # steps
    network: LocatorConfig = field(default_factory=LocatorConfig)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.minutes < 0.0 or not 0.0 < self.averaging < 1.0:
            raise ValueError("a training has steps, and an averaging between 0 and 1")


class LocatorTraining:
    """One run: resumed from its folder, advanced step by step."""

    def __init__(self, out: Path, config: LocatorTrainingConfig) -> None:
        torch.manual_seed(config.seed)
        self.config, self.out = config, out
        self.network = LocatorNet(config.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = AveragedModel(
            self.network,
            multi_avg_fn=get_ema_multi_avg_fn(config.averaging),  # type: ignore[no-untyped-call]
            use_buffers=True,
        )
        self.optimizer = torch.optim.AdamW(self.network.parameters(), lr=1.0, weight_decay=config.weight_decay)
        self.step, self.seconds = 0, 0.0
        out.mkdir(parents=True, exist_ok=True)

    @property
    def progress(self) -> float:
        """How much of the schedule is done, 0..1."""
        by_clock = self.seconds / (60.0 * self.config.minutes) if self.config.minutes else 0.0
        return min(1.0, max(self.step / self.config.steps, by_clock))

    @property
    def averaged(self) -> LocatorNet:
        """The network whose weights are the running mean."""
        network = self.average.module
        assert isinstance(network, LocatorNet)
        return network

    def begin(self, network: LocatorNet) -> None:
        """Start from the weights of a network of the same form; raises DataError when it is of another."""
        if network.config != self.config.network:
            raise DataError("These weights are of a network of another form.")
        self.network.load_state_dict(network.state_dict())
        self.average.module.load_state_dict(network.state_dict())

    def resume(self) -> bool:
        """Go on from the folder's checkpoint; False when there is none. Raises DataError when it does not fit."""
        path = self.out / CHECKPOINT
        if not path.exists():
            return False
        state = checkpoint.load(path, self._modules, self.optimizer)
        self.step, self.seconds = int(state["step"]), float(state["seconds"])
        return True

    def run(self, draw: Callable[[int], Batch], say: Callable[[str], None]) -> LocatorNet:
        """Advance to the end of the schedule, `draw(step)` giving the batches; returns the averaged network."""
        saved = told = time.monotonic()
        losses: list[float] = []
        while self.progress < 1.0:
            began = time.monotonic()
            losses.append(self.advance(draw(self.step)))
            now = time.monotonic()
            self.seconds += now - began
            if self.step % self.config.tell_every == 0:
                say(self._line(losses, now - told))
                losses, told = [], now
            if now - saved >= self.config.save_every:
                self.save()
                saved = now
        self.save()
        return self.averaged

    def advance(self, batch: Batch) -> float:
        """One step on one batch; returns its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16("cpu")):
            told: Answer = self.network(ink_of(torch.from_numpy(batch.grey)))
        answer = Answer(*(logits.float() for logits in told))
        loss = loss_of(answer, torch.from_numpy(batch.truth), torch.from_numpy(batch.upside_down))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), STEEPEST)
        self.optimizer.step()
        self.average.update_parameters(self.network)
        self.step += 1
        return float(loss.detach())

    def save(self) -> None:
        """Keep a checkpoint in the folder."""
        state: dict[str, Any] = {"step": self.step, "seconds": self.seconds}
        checkpoint.save(self.out / CHECKPOINT, self._modules, self.optimizer, state)

    @property
    def recipe(self) -> dict[str, Any]:
        """What the card says of how the weights came about."""
        return {**asdict(self.config), "trained_steps": self.step, "trained_minutes": round(self.seconds / 60.0, 1)}

    @property
    def _modules(self) -> dict[str, nn.Module]:
        return {"network": self.network, "average": self.average}

    def _rate(self) -> float:
        """The learning rate: rising for a while, then falling as a cosine does."""
        done, rising = self.progress, self.config.warm_up
        if done < rising:
            return self.config.learning_rate * max(0.02, done / rising)
        return self.config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * (done - rising) / (1.0 - rising)))

    def _line(self, losses: list[float], spent: float) -> str:
        told = {
            "step": self.step,
            "done": round(self.progress, 4),
            "loss": round(float(np.mean(losses)), 4),
            "seconds_a_step": round(spent / len(losses), 3),
        }
        return json.dumps(told)


def loss_of(answer: Answer, truth: Tensor, upside_down: Tensor) -> Tensor:
    """Cross-entropy of every place and of the sheet, and how little answer and truth overlap."""
    target = truth.float()
    logits = answer.mask[:, 0]
    places = F.binary_cross_entropy_with_logits(logits, target, pos_weight=torch.tensor(RARE))
    likely = torch.sigmoid(logits)
    both = (likely * target).sum(dim=(1, 2))
    either = likely.sum(dim=(1, 2)) + target.sum(dim=(1, 2))
    overlap = (2.0 * both + SMOOTH) / (either + SMOOTH)
    signed = truth.flatten(1).any(dim=1)
    sheet = F.binary_cross_entropy_with_logits(answer.upside_down, upside_down.float())
    sheet = sheet + F.binary_cross_entropy_with_logits(answer.signed, signed.float())
    return EVERYWHERE * places + (1.0 - overlap).mean() + SHEET * sheet
