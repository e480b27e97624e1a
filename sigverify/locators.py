"""The networks that search cheques, as the rest of the program knows them. Imports no torch until they are loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sigverify import paths
from sigverify.domain import Image
from sigverify.preprocess import closeup, locating

Probability = NDArray[np.float32]  # (h, w) 0..1 of the upright cheque


class Saw(Protocol):
    """What a locator network says of a cheque; `model.locator.Seen` is the real one."""

    @property
    def probability(self) -> Probability:
        """Where ink is a signature."""

    @property
    def upside_down(self) -> float:
        """Probability that the cheque is upside down."""


class Sees(Protocol):
    """A network that looks at a picture; `model.locator.Locator` is the real one."""

    def see(self, grey: Image) -> Saw:
        """What it sees."""


class Locates(Sees, Protocol):
    """What finding a signature needs of a network, which sees a cheque as `preprocess.locating.seen` shows it."""

    @property
    def near(self) -> Sees | None:
        """The network that sees a place from near, as `preprocess.closeup` shows it; None: there is none."""


@dataclass(frozen=True, kw_only=True)
class Locators:
    """Both networks of the program."""

    whole: Sees
    near: Sees | None

    def see(self, grey: Image) -> Saw:
        """What the one for whole cheques sees."""
        return self.whole.see(grey)


def load_locator(weights: Path | None = None) -> Locates:
    """The network that searches cheques (None: the program's own); raises ModelError. Imports torch."""
    from sigverify.model.locator import Locator

    return Locators(
        whole=Locator.load(weights or paths.locator(), fingerprint=locating.fingerprint()),
        near=Locator.load(paths.close_up(), fingerprint=closeup.fingerprint()),
    )
