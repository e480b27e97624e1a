"""Labelled cheques searched as the verifier searches them, as given and as other scanners would have given them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.boxes import iou
from sigverify.domain import Box, Candidate, Image, QualityReason, Source
from sigverify.errors import ReadingError
from sigverify.labelled_cheques import Labelled
from sigverify.model.overlap import centre, covered, grown, holds, moved, stroke_dice
from sigverify.preprocess.reading import decode, grey, read_bytes
from sigverify.preprocess.rescanning import Rescan

Mask = NDArray[np.bool_]

INK_FROM: Final = 128  # grey level of a mask's picture from which it says ink


@dataclass(frozen=True, kw_only=True)
class Searched:
    """What the search for a signature gave on one picture."""

    candidates: tuple[Candidate, ...]  # best first
    refused: QualityReason | None = None  # why nothing is compared, though there may be candidates
    crop: bool = False  # taken for a signature alone, which is not searched
    signature: Image | None = None  # (h, w) grey: of the best candidate, upright and cleaned
    others: tuple[Image, ...] = ()  # the same of the next best places that would be compared, too
    doubtful: tuple[Candidate, ...] = ()  # places after the candidates that count only if the specimens accept them
    ink: Mask | None = None  # (h, w) of the picture: which pixels were lifted
    milliseconds: Mapping[str, float] = field(default_factory=dict)  # by stage

    @property
    def signed(self) -> bool:
        """Whether a signature would be compared."""
        return bool(self.candidates) and self.refused is None and not self.crop

    @property
    def compared(self) -> tuple[tuple[Box, Image], ...]:
        """The places that would be compared, in their order, and what was lifted there."""
        if self.refused is not None or self.crop:
            return ()
        first = () if self.signature is None or not self.candidates else (self.signature,)
        places = [one.box for one in (*self.candidates, *self.doubtful)]
        return tuple(zip(places, (*first, *self.others), strict=False))


Search = Callable[[Image], Searched]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One cheque in one scan: what was known and what was found. Boxes are in pixels of that scan."""

    folder: str
    bank: str
    scan: str
    signed: bool | None
    truth: Box | None
    found: tuple[Candidate, ...]  # none where nothing would be compared
    refused: QualityReason | None
    crop: bool
    margin: int  # pixels that lifting looks beyond the best candidate's box
    dice: float | None  # of the strokes; None: there is no mask, or the scan is too coarse for it
    milliseconds: Mapping[str, float]
    name: str = ""  # of the picture's file; for a person's own eyes, never reported

    @property
    def best(self) -> Box | None:
        """The best candidate's box."""
        return self.found[0].box if self.found else None

    @property
    def confidence(self) -> float:
        """The best candidate's; 0 where there is none."""
        return self.found[0].confidence if self.found else 0.0

    def iou(self) -> float:
        """The best candidate's agreement with the truth; 0 where nothing was found."""
        return self._with_truth(lambda truth, box: iou(box, truth), self.found[:1])

    def iou_of_any(self) -> float:
        """The agreement of whichever candidate agrees most."""
        return self._with_truth(lambda truth, box: iou(box, truth), self.found)

    def covered(self, *, with_margin: bool) -> float:
        """Which share of the true box the best candidate's holds."""
        margin = self.margin if with_margin else 0
        return self._with_truth(lambda truth, box: covered(truth, grown(box, margin)), self.found[:1])

    def hit(self, *, by_any: bool = False) -> bool:
        """Whether the middle of the truth lies in the best candidate's box, or in any."""
        found = self.found if by_any else self.found[:1]
        return self._with_truth(lambda truth, box: float(holds(box, centre(truth))), found) > 0

    def _with_truth(self, measure: Callable[[Box, Box], float], found: Sequence[Candidate]) -> float:
        if self.truth is None:
            raise ValueError("where nobody knows the box, nothing can be held against it")
        truth = self.truth
        return max((measure(truth, one.box) for one in found), default=0.0)


def trials(
    cheques: Sequence[Labelled],
    search: Search,
    *,
    margin: Callable[[Box], int],
    scans: Mapping[str, Callable[[Image], Rescan]],
) -> Iterator[Trial | None]:
    """Every cheque in every scan; None for each scan of a cheque whose picture cannot be read.

    `margin` says how many pixels lifting looks beyond a box.
    """
    for cheque in cheques:
        picture = pixels_of(cheque)
        strokes = None if picture is None else _strokes(cheque, picture)
        for name, rescan in scans.items():
            if picture is None:
                yield None
                continue
            scan = rescan(picture)
            found = search(scan.pixels)
            reach = margin(found.candidates[0].box) if found.candidates else 0
            yield _trial(cheque, name, scan, strokes, found, reach)


def pixels_of(cheque: Labelled) -> Image | None:
    """A cheque's picture; None where it cannot be read."""
    try:
        source = Source.of_file(cheque.path)
        return decode(read_bytes(source), name=source.name).pixels
    except ReadingError:
        return None


def _strokes(cheque: Labelled, picture: Image) -> Mask | None:
    if cheque.mask is None:
        return None
    source = Source.of_file(cheque.mask)
    mask: Mask = grey(decode(read_bytes(source), name=source.name).pixels) >= INK_FROM
    if mask.shape != picture.shape[:2]:
        raise ReadingError(f"{cheque.mask.name} is not as large as the cheque whose strokes it shows. Mend the masks.")
    return mask


def _trial(cheque: Labelled, scan: str, picture: Rescan, strokes: Mask | None, found: Searched, margin: int) -> Trial:
    drawn = None if strokes is None else picture.mask(strokes)
    dice = None
    if drawn is not None:
        ink = np.zeros_like(drawn) if found.ink is None or not found.signed else found.ink
        dice = stroke_dice(ink, drawn)
    return Trial(
        folder=cheque.folder,
        bank=cheque.bank,
        scan=scan,
        signed=cheque.signed,
        truth=None if cheque.box is None else moved(cheque.box, picture.matrix),
        found=found.candidates if found.signed else (),
        refused=found.refused,
        crop=found.crop,
        margin=margin,
        dice=dice,
        milliseconds=found.milliseconds,
        name=cheque.path.name,
    )
