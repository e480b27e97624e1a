"""Small stand-ins: strokes for signatures, a network that only looks where the ink is, and its card."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image, Source
from sigverify.model.calibration import Calibration
from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.preprocess.reading import encode_png

FUSION = {"spread": 0.7, "population_spread": 0.0, "prior": 0.0, "nearest": 0.0}
CALIBRATION = Calibration(
    one_offset=2.0,
    one_slope=-4.0,
    many_offset=2.0,
    many_slope=-5.0,
    datasets=("drawn writers",),
    genuine=240,
    forged=300,
    cllr=0.412,
    cllr_test=0.457,
)


def signature(hand: float = 20.0, *, size: tuple[int, int] = (200, 500), left: int = 60) -> Image:
    """A wave of ink on white paper; another `hand` has another wavelength."""
    picture = np.full(size, 255, np.uint8)
    middle = size[0] // 2
    for x in range(left, size[1] - 60):
        y = int(middle + 60 * np.sin(x / hand))
        picture[max(0, y - 3) : y + 3, x] = 0
    return picture


def blank() -> Image:
    return np.full((200, 500), 255, np.uint8)


def pasted(picture: Image, name: str = "pasted") -> Source:
    return Source.of_bytes(encode_png(picture), name)


def file_of(folder: Path, name: str, picture: Image) -> Source:
    path = folder / name
    path.write_bytes(encode_png(picture))
    return Source.of_file(path)


def curve(specimens: int, threshold: float) -> OperatingCurve:
    return OperatingCurve(
        specimens=specimens,
        development_threshold=threshold,
        thresholds=(0.0, 1.0, 2.0),
        far_random=(0.0, 0.1, 1.0),
        far_skilled=(0.0, 0.4, 1.0),
        frr=(1.0, 0.2, 0.0),
        genuine=240,
        random=1000,
        skilled=300,
    )


def card(one: float = 0.5, several: float = 0.4, **changed: object) -> ModelCard:
    fields: dict[str, object] = {
        "name": "ink-grid",
        "sha256": "ab" * 32,
        "preprocessing": "0123456789abcdef",
        "architecture": {},
        "fusion": FUSION,
        "one": curve(1, one),
        "several": curve(5, several),
        "scale_end": 1.5,
    }
    return ModelCard(**(fields | changed))  # type: ignore[arg-type]


class InkGrid:
    """Embeds a frame as the shares of ink on a grid; counts the frames it was given."""

    device = "paper"
    at_once = 1

    def __init__(self, card_: ModelCard | None = None, before: Callable[[], None] = lambda: None) -> None:
        self.card = card_ or card()
        self.before = before
        self.embedded = 0

    def embed(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.before()
        self.embedded += len(frames)
        ink = (
            (255 - frames.astype(np.float32))
            .reshape(len(frames), 8, FRAME_HEIGHT // 8, 16, FRAME_WIDTH // 16)
            .mean(axis=(2, 4))
            .reshape(len(frames), -1)
        )
        return (ink / np.linalg.norm(ink, axis=1, keepdims=True)).astype(np.float32)


class NotANumber(InkGrid):
    """A network that broke down."""

    def embed(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.full((len(frames), 4), np.nan, np.float32)
