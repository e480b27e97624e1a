"""The words of the trade as frozen values; `docs/glossary.md` explains each."""

import hashlib
import math
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

LARGEST_DISTANCE: Final = 2.0  # two unit vectors are never farther apart

Image = NDArray[np.uint8]  # (h, w) grey or (h, w, 3) RGB, 0 black .. 255 white


class Decision(StrEnum):
    """What the machine says of a questioned signature; a person may rule otherwise."""

    ACCEPT = "accept"
    FLAG = "flag"
    CANNOT_JUDGE = "cannot_judge"


class QualityReason(StrEnum):
    """Why an image is too poor to be judged."""

    BLANK = "blank"
    TOO_LITTLE_INK = "too_little_ink"
    TOO_SMALL = "too_small"
    TOO_FAINT = "too_faint"
    CLIPPED_LEFT = "clipped_left"
    CLIPPED_RIGHT = "clipped_right"
    CLIPPED_TOP = "clipped_top"
    CLIPPED_BOTTOM = "clipped_bottom"
    NOT_A_SIGNATURE = "not_a_signature"  # more than ink: a whole page, a photograph


class Role(StrEnum):
    """Which side of the comparison an image stands on."""

    QUESTIONED = "questioned"
    SPECIMEN = "specimen"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an image comes from: a file, or the bytes of a pasted image."""

    name: str  # shown to the operator; never logged
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)  # an encoded image, as pasted
    page: int = 0  # counted from 0; only multi-page TIFF has more than one

    def __post_init__(self) -> None:
        if (self.path is None) == (self.data is None):
            raise ValueError("a source is either a file or bytes")
        if self.page < 0:
            raise ValueError("pages are counted from 0")

    @classmethod
    def of_file(cls, path: Path | str, page: int = 0) -> "Source":
        """The image in a file."""
        path = Path(path)
        return cls(name=path.name or str(path), path=path, page=page)

    @classmethod
    def of_bytes(cls, data: bytes, name: str) -> "Source":
        """An encoded image that is not in a file, as pasted."""
        return cls(name=name, data=data)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Whether an image can be judged at all; no reasons means that it can."""

    reasons: tuple[QualityReason, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing stands against judging this image."""
        return not self.reasons


@dataclass(frozen=True, kw_only=True)
class View:
    """What the window shows of one image: as scanned, and as the network sees it."""

    name: str
    digest: str  # SHA-256 of the file's bytes and the page
    page: int
    pages: int
    width: int  # pixels of the page as given (after EXIF rotation)
    height: int
    dpi: float | None
    picture: Image  # RGB or grey, scaled down to at most 2400 pixels on the longer side
    box: tuple[int, int, int, int] | None  # x0, y0, x1, y1 of the ink, in pixels of the page as given
    frame: Image | None  # (FRAME_HEIGHT, FRAME_WIDTH) what the network sees, ink black on white; None: no ink
    quality: Quality


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A file that could not be used, and what to do about it."""

    name: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The thresholds in force: accept at or below. One for a single specimen, one for several."""

    one: float
    several: float

    def __post_init__(self) -> None:
        for value in (self.one, self.several):
            if not (math.isfinite(value) and 0.0 <= value <= LARGEST_DISTANCE):
                raise ValueError(f"a threshold lies between 0 and {LARGEST_DISTANCE}, not at {value}")

    def for_specimens(self, count: int) -> float:
        """The threshold that applies to a comparison with `count` specimens."""
        return self.one if count == 1 else self.several


@dataclass(frozen=True, kw_only=True)
class ModelIdentity:
    """Which weights judged, and for which preprocessing they were trained."""

    name: str
    sha256: str
    preprocessing: str  # fingerprint of the preprocessing's configuration


@dataclass(frozen=True, kw_only=True)
class Milliseconds:
    """Where the time of one verification went."""

    read: float
    normalise: float
    embed: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.read + self.normalise + self.embed


@dataclass(frozen=True, kw_only=True)
class Verification:
    """One questioned signature held against one or several specimens of the same person."""

    decision: Decision
    distance: float | None  # the combined one; None when it cannot be judged
    threshold: float
    distances: tuple[float | None, ...]  # one a specimen, in the order given; None for a poor specimen
    questioned_quality: Quality
    specimen_qualities: tuple[Quality, ...]
    same_image: tuple[int, ...]  # specimens whose picture is the questioned one itself
    model: ModelIdentity
    device: str
    milliseconds: Milliseconds
    llr: float | None = None  # log10 likelihood ratio; None when it cannot be judged, or without a calibration


def digest_of(data: bytes, page: int) -> str:
    """SHA-256 over an image's bytes and the page looked at, in hexadecimal."""
    return hashlib.sha256(data + b"\0page %d" % page).hexdigest()
