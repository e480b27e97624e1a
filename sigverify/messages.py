"""What the window and the engine's child process say to each other; plain values that can be pickled."""

from dataclasses import dataclass

from sigverify.domain import Policy, Problem, Source, Verification, View
from sigverify.model.card import ModelCard


@dataclass(frozen=True, kw_only=True)
class Job:
    """Show these images and, where both sides are there, verify them. A newer job replaces an older one."""

    token: int
    questioned: Source | None
    specimens: tuple[Source, ...]
    policy: Policy | None  # None: the model's own thresholds
    stages: bool = False  # whether every stage of the questioned picture is wanted as well


@dataclass(frozen=True, kw_only=True)
class Device:
    """A place the network can run on, and what was found there."""

    key: str  # "cpu", "cuda", "mps"
    label: str  # "CPU, 1 thread", "NVIDIA H200 (CUDA)"
    available: bool
    note: str = ""  # why it is not available


@dataclass(frozen=True, kw_only=True)
class Ready:
    """The model is loaded."""

    card: ModelCard
    device: str  # label of the device in use
    devices: tuple[Device, ...]
    seconds: float  # from the start of the process


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """The model cannot be loaded; images are still shown, nothing can be verified."""

    message: str


@dataclass(frozen=True, kw_only=True)
class Working:
    """The engine has turned to this image (`name`), or to scoring (`name` empty)."""

    token: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the way from the questioned picture to what the network sees, as a picture."""

    name: str
    png: bytes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything about one job. `verification` is None when a side is missing or unusable, or no model is loaded.

    What it says of specimens (distances, qualities, same image) is in the order of those `specimens` that are views.
    """

    token: int
    questioned: View | Problem | None
    specimens: tuple[View | Problem, ...]
    verification: Verification | None
    stages: tuple[Stage, ...] = ()  # of the questioned picture, where they were asked for


@dataclass(frozen=True, kw_only=True)
class Lost:
    """The child process died or hung and is being restarted; `name` is the file it was at, if any."""

    name: str
    message: str


Event = Ready | Unusable | Working | Outcome | Lost
