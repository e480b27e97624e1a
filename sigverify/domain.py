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
Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels, x1 and y1 outside
Point = tuple[float, float]  # x, y in pixels
Corners = tuple[Point, Point, Point, Point]  # of a cheque: from its own upper left, clockwise


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
    NO_SIGNATURE = "no_signature"  # a whole cheque was searched, and nobody signed it
    SEVERAL_CHEQUES = "several_cheques"  # more than one on a scan, so it is unknown which is meant
    NOT_SEARCHED = "not_searched"  # a whole cheque, while the network that searches it is not there


def check_box(box: Box) -> None:
    """Raises ValueError for a box without an inside, or one that begins left of or above the picture."""
    x0, y0, x1, y1 = box
    if not (0 <= x0 < x1 and 0 <= y0 < y1):
        raise ValueError(f"a box is x0, y0, x1, y1 with x0 < x1 and y0 < y1, from 0 on; not {box}")


class Role(StrEnum):
    """Which side of the comparison an image stands on."""

    QUESTIONED = "questioned"
    SPECIMEN = "specimen"


class Seek(StrEnum):
    """Whether the signature has to be looked for in a picture."""

    NEVER = "never"  # the picture is the signature
    AUTO = "auto"  # unless the picture is recognised as a crop of a signature
    ALWAYS = "always"  # the picture is a whole cheque


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an image comes from: a file, or the bytes of a pasted image; and where in it the signature is."""

    name: str  # shown to the operator; never logged
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)  # an encoded image, as pasted
    page: int = 0  # counted from 0; only multi-page TIFF and PDF have more than one
    seek: Seek = Seek.NEVER
    box: Box | None = None  # where a person says it is, in pixels of the page as given; then nothing is sought

    def __post_init__(self) -> None:
        if (self.path is None) == (self.data is None):
            raise ValueError("a source is either a file or bytes")
        if self.page < 0:
            raise ValueError("pages are counted from 0")
        if self.box is not None:
            check_box(self.box)

    @classmethod
    def of_file(cls, path: Path | str, page: int = 0, *, seek: Seek = Seek.NEVER, box: Box | None = None) -> "Source":
        """The image in a file."""
        path = Path(path)
        return cls(name=path.name or str(path), path=path, page=page, seek=seek, box=box)

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
class Candidate:
    """A place on a cheque where somebody may have signed."""

    box: Box  # of the ink, in pixels of the page as given
    confidence: float  # 0..1; the network's, not a probability

    def __post_init__(self) -> None:
        check_box(self.box)
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"a confidence lies between 0 and 1, not at {self.confidence}")


@dataclass(frozen=True, kw_only=True)
class Located:
    """Where a cheque lies in a picture, and where on it somebody signed."""

    corners: Corners  # of the cheque, in pixels of the page as given
    skew: float  # degrees by which the cheque lies clockwise in the picture, less whole quarter turns; -45..45
    turned: int  # quarter turns by which it lies clockwise besides, 0..3
    candidates: tuple[Candidate, ...]  # surest first; empty: no signature found
    box: Box | None  # what is compared: a person's, else a candidate's; pixels of the page as given
    by_hand: bool = False  # whether a person drew `box`
    doubtful: tuple[Candidate, ...] = ()  # places that count only where they are like the specimens, surest first

    @property
    def places(self) -> tuple[Candidate, ...]:
        """All that may be the signature, in the order in which they are compared."""
        return (*self.candidates, *self.doubtful)

    @property
    def offered(self) -> tuple[Candidate, ...]:
        """The places for a person to choose from: doubtful ones where there are no others, or where one is compared."""
        likely = any(one.box == self.box for one in self.doubtful)
        return self.places if likely or not self.candidates else self.candidates

    @property
    def by_likeness(self) -> bool:
        """Whether what is compared counts as found only because it is like the specimens."""
        return not self.by_hand and any(one.box == self.box for one in self.doubtful)

    @property
    def automatic(self) -> Box | None:
        """The surest place; of several the one most like the specimens is compared, if nobody draws a box."""
        return self.candidates[0].box if self.candidates else None


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
    located: Located | None = None  # None: the picture was taken as the signature itself
    signature: Image | None = None  # (h, w) grey: the located signature, upright and cleaned; None: none was located


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
    locate: float = 0.0  # finding the signature on a whole cheque, and cleaning it

    @property
    def total(self) -> float:
        """All of it."""
        return self.read + self.locate + self.normalise + self.embed


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
    located: Located | None = None  # where the questioned signature was found; None: it was given as a crop


def digest_of(data: bytes, page: int, seek: Seek = Seek.NEVER, box: Box | None = None) -> str:
    """SHA-256 over an image's bytes, the page looked at and where in it, in hexadecimal."""
    where = b"\0page %d" % page
    if box is not None:
        where += b"\0box %d %d %d %d" % box
    elif seek is not Seek.NEVER:
        where += b"\0seek " + seek.value.encode()
    return hashlib.sha256(data + where).hexdigest()
