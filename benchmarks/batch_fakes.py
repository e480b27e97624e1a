"""Workers for the batch benchmarks that cost next to nothing, or only what pictures cost."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sigverify import app
from sigverify.domain import Decision, Milliseconds, ModelIdentity, Policy, Quality, Source, Verification

if TYPE_CHECKING:
    from sigverify.verifier import Verifier

_GOOD = Quality()
_MODEL = ModelIdentity(name="fake", sha256="0" * 64, preprocessing="0" * 16)


class Hashed:
    """Makes a distance of the questioned file's name; opens nothing."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds

    def verify(self, questioned: Source, specimens: Sequence[Source], policy: Policy | None = None) -> Verification:
        if self._seconds:
            time.sleep(self._seconds)
        distance = (sum(questioned.name.encode()) % 97) / 97
        return Verification(
            decision=Decision.ACCEPT if distance <= 0.8 else Decision.FLAG,
            distance=distance,
            threshold=0.8,
            distances=(distance,) * len(specimens),
            questioned_quality=_GOOD,
            specimen_qualities=(_GOOD,) * len(specimens),
            same_image=(),
            model=_MODEL,
            device="none",
            milliseconds=Milliseconds(read=0.0, normalise=0.0, embed=0.0),
        )


class InkShares:
    """Embeds a frame as the shares of ink on a grid, with the program's own card but plain distances."""

    device = "none"
    at_once = 1

    def __init__(self) -> None:
        own = app.card_of()
        self.card = replace(own, architecture={**own.architecture, "measure": None})

    def embed(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = (255 - frames.astype(np.float32)).reshape(len(frames), 8, 12, 16, 12).mean(axis=(2, 4))
        rows = ink.reshape(len(frames), -1)
        unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def instant() -> Hashed:
    """Answers at once."""
    return Hashed()


def unhurried() -> Hashed:
    """Takes a little, so that there is a middle in which it can be killed."""
    return Hashed(0.01)


def without_network() -> "Verifier":
    """The real reading and normalising, with a network that costs nothing."""
    from sigverify.batch_app import LOOKS_KEPT
    from sigverify.verifier import Verifier

    verifier = Verifier(InkShares())
    verifier.remember(LOOKS_KEPT)
    return verifier
