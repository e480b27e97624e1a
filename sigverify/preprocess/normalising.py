"""The recipe from a grey picture to what the network sees; the same in training and in use."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

import cv2

from sigverify.domain import Box, Image, Quality, QualityReason
from sigverify.preprocess.cleaning import stroke_width, without_scanner_frame, without_specks
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH, frame_of, ink_box
from sigverify.preprocess.inkmask import Mask, find_ink
from sigverify.preprocess.quality import QualityBounds, measure, quality_of
from sigverify.preprocess.trace import Trace

RECIPE: Final = 1  # raised whenever the same configuration gives other pictures than before


@dataclass(frozen=True, kw_only=True)
class NormaliseConfig:
    """Everything that decides what the network sees; weights are bound to its fingerprint."""

    threshold: str = "otsu_at_edges"
    longest: int = 1600  # pixels; larger pictures are reduced first, a signature at 600 dpi still fits
    margin: int = 4  # pixels of the frame
    thinnest: float = 1.8  # pixels of the frame; a thinner pen would fade in scaling
    frame_height: int = FRAME_HEIGHT
    frame_width: int = FRAME_WIDTH


DEFAULT: Final = NormaliseConfig()
BOUNDS: Final = QualityBounds()


@dataclass(frozen=True, kw_only=True)
class Normalised:
    """What the network sees of a picture, where its ink was, and whether it can be judged."""

    frame: Image | None  # (FRAME_HEIGHT, FRAME_WIDTH) black ink on white; None without ink
    box: Box | None  # pixels of the picture as given
    quality: Quality


BLANK: Final = Normalised(frame=None, box=None, quality=Quality(reasons=(QualityReason.BLANK,)))


def fingerprint(config: NormaliseConfig = DEFAULT) -> str:
    """16 hexadecimal digits that change whenever the network would see something else."""
    text = json.dumps({"recipe": RECIPE, **asdict(config)}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def normalise(grey: Image, config: NormaliseConfig = DEFAULT, trace: Trace | None = None) -> Normalised:
    """Turn a grey picture (h, w), dark ink on light paper, into the network's frame; any picture gives an answer."""
    trace = trace if trace is not None else Trace()
    picture, scale = _reduced(grey, config.longest)
    trace.add("grey", picture)
    ink = find_ink(picture, config.threshold)
    trace.add("ink", cv2.bitwise_not(ink.mask))  # type: ignore[arg-type]
    mask = without_scanner_frame(ink.mask)
    width = stroke_width(mask)
    mask, parts = without_specks(mask, width)
    trace.add("cleaned", cv2.bitwise_not(mask))  # type: ignore[arg-type]
    box = ink_box(mask)
    if box is None:
        return BLANK
    quality = quality_of(measure(ink, mask, box, parts, stroke=width, scale=scale), BOUNDS)
    if quality == BLANK.quality:
        return BLANK
    frame = frame_of(mask, box, margin=config.margin, thinnest=config.thinnest, stroke=width)
    trace.add("frame", frame)
    return Normalised(frame=frame, box=_as_given(box, scale, grey), quality=quality)


def _reduced(grey: Image, longest: int) -> tuple[Image, float]:
    """The picture at a size worth working on, and its scale to the one given."""
    scale = min(1.0, longest / max(grey.shape))
    if scale == 1.0:
        return grey, 1.0
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA), scale  # type: ignore[return-value]


def _as_given(box: Box, scale: float, grey: Mask) -> Box:
    height, width = grey.shape
    x0, y0, x1, y1 = (round(edge / scale) for edge in box)
    return min(x0, width - 1), min(y0, height - 1), min(max(x1, x0 + 1), width), min(max(y1, y0 + 1), height)
