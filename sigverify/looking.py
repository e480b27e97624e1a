"""Looks at images: reads them, finds the signature where one is a cheque, and makes the network's frame of it."""

import hashlib
import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sigverify import chequing
from sigverify.domain import Image, Seek, Source, View, digest_of
from sigverify.locators import Locates
from sigverify.preprocess import normalising, reading
from sigverify.preprocess.trace import Trace
from sigverify.recent import Recent

PICTURE_LONGEST: Final = 2400  # pixels; what a window shows of a scan
_LOOKS_KEPT: Final = 256 * 2**20  # bytes of pictures; a desk's work of an hour
_SHEETS_KEPT: Final = 128 * 2**20  # bytes of decoded cheques; the last one whatever its size
_SEARCHED_KEPT: Final = 16 * 2**20  # bytes


@dataclass(frozen=True, kw_only=True)
class Look:
    """One image, read and normalised: what is shown of it, and what is needed to compare it."""

    view: View
    pixels: str  # digest of the decoded grey pixels: alike for the same picture in another file
    read: float  # milliseconds this look took
    locate: float  # milliseconds; 0 for a signature alone
    normalise: float  # milliseconds; 0 when it had been seen before
    choose: float = 0.0  # milliseconds of comparing that it took to choose this one of several places


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sheet:
    """One page of a file, decoded."""

    scan: reading.Scan
    grey: Image  # (h, w)
    picture: Image  # what a window shows of it
    digest: str  # of the grey pixels


class Looker:
    """Looks at images and remembers the last ones. Not safe for several threads at once."""

    def __init__(self, locator: Locates | None = None) -> None:
        """Search cheques with this network; None until it is loaded."""
        self._locator = locator
        self._sheets: Recent[_Sheet] = Recent(_SHEETS_KEPT)
        self._searched: Recent[chequing.Searched] = Recent(_SEARCHED_KEPT)
        self._looks: Recent[Look] = Recent(_LOOKS_KEPT)

    def equip(self, locator: Locates) -> None:
        """Search cheques with this network from now on."""
        self._locator = locator
        self._searched.clear()

    def remember(self, limit: int) -> None:
        """Keep at most so many bytes of pictures of each kind."""
        self._looks.limit = self._sheets.limit = self._searched.limit = limit

    def look(self, source: Source) -> Look:
        """Read an image, find the signature where it is a cheque, and normalise; or recall it; raises ReadingError."""
        start = time.perf_counter()
        data = reading.read_bytes(source)
        digest = digest_of(data, source.page, source.seek, source.box)
        known = self._looks.get(digest)
        if known is not None:
            view = replace(known.view, name=source.name)
            return replace(known, view=view, read=since(start), locate=0.0, normalise=0.0)
        sheet = self._sheet(data, source)
        read, start = since(start), time.perf_counter()
        taken = self._taken(source, sheet, digest_of(data, source.page))
        locate, start = since(start), time.perf_counter()
        found = normalising.normalise(sheet.grey) if taken is None else chequing.normalised(taken)
        scan = sheet.scan
        view = View(
            name=source.name,
            digest=digest,
            page=scan.page,
            pages=scan.pages,
            width=sheet.grey.shape[1],
            height=sheet.grey.shape[0],
            dpi=None if source.path is None else scan.dpi,  # the clipboard tells the screen's
            picture=sheet.picture,
            box=found.box,
            frame=found.frame,
            quality=found.quality,
            located=None if taken is None else taken.located,
            signature=None if taken is None else taken.signature,
        )
        located = 0.0 if taken is None else locate
        look = Look(view=view, pixels=sheet.digest, read=read, locate=located, normalise=since(start))
        if taken is None or self._locator is not None:  # else it is looked at anew when there is a locator
            self._looks.put(digest, look, sheet.picture.nbytes)
        return look

    def _sheet(self, data: bytes, source: Source) -> "_Sheet":
        """An image decoded; the last cheques are kept, so that another box on them is a matter of a moment."""
        whole = source.box is not None or source.seek is not Seek.NEVER
        key = digest_of(data, source.page)
        known = self._sheets.get(key) if whole else None
        if known is not None:
            return known
        scan = reading.decode(data, page=source.page, name=source.name)
        grey = reading.grey(scan.pixels)
        picture = reading.shrink(scan.pixels, PICTURE_LONGEST)
        sheet = _Sheet(scan=scan, grey=grey, picture=picture, digest=_digest_of_pixels(grey))
        if whole:
            self._sheets.put(key, sheet, scan.pixels.nbytes + grey.nbytes + picture.nbytes)
        return sheet

    def _taken(self, source: Source, sheet: "_Sheet", key: str) -> chequing.Taken | None:
        """The signature off its cheque; None where the picture is the signature. `key` is the picture's own digest."""
        if not chequing.is_cheque(source, sheet.grey):
            return None
        searched = self._searched.get(key)
        if searched is None:
            searched = chequing.search(sheet.scan.pixels, self._locator)
            self._searched.put(key, searched, searched.nbytes)
        return chequing.take(sheet.scan.pixels, searched, source.box)

    def stages(self, source: Source, longest: int | None = None) -> list[tuple[str, bytes]]:
        """Every stage of an image on its way to the network, by name and in order, each as a PNG; raises ReadingError.

        `longest` is the longer side in pixels to which stages are reduced; None leaves them as they are.
        """
        scan = reading.decode(reading.read_bytes(source), page=source.page, name=source.name)
        trace = Trace()
        grey = reading.grey(scan.pixels)
        if chequing.is_cheque(source, grey):
            searched = chequing.search(scan.pixels, self._locator, trace)
            chequing.normalised(chequing.take(scan.pixels, searched, source.box, trace), trace)
        else:
            normalising.normalise(grey, trace=trace)
        return [
            (name, reading.encode_png(stage if longest is None else reading.shrink(stage, longest)))
            for name, stage in trace.stages
        ]


def _digest_of_pixels(grey: Image) -> str:
    return hashlib.sha256(repr(grey.shape).encode() + np.ascontiguousarray(grey).tobytes()).hexdigest()


def since(start: float) -> float:
    """Milliseconds since a moment of `time.perf_counter`."""
    return (time.perf_counter() - start) * 1000.0
