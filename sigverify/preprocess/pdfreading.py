"""One page of a PDF as pixels, by PDFium; only this file knows it, and it is loaded at the first PDF."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sigverify.domain import Image
from sigverify.errors import ReadingError

MARK: Final = b"%PDF-"
ENCRYPTED: Final = b"/Encrypt"  # in the trailer of every protected file
FIRST_BYTES: Final = 1024  # the mark lies within them, says the standard's implementation note
POINTS: Final = 72.0  # of a PDF to the inch
DPI: Final = 300.0  # at which drawn pages and mixed ones are rendered
LEAST_DPI: Final = 200.0  # for a page too large for more
SCANNED_DPI: Final = (72.0, 600.0)  # at which a page that is one scanned picture is rendered, by its own pixels
SCANNED: Final = 0.8  # of the page's area that such a picture covers

_one_at_a_time = threading.Lock()  # PDFium is not thread-safe


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A page of a PDF."""

    pixels: Image  # (h, w, 3) RGB
    pages: int
    dpi: float


def is_pdf(data: bytes) -> bool:
    """Whether a file says that it is a PDF."""
    return MARK in data[:FIRST_BYTES]


def render_pdf(data: bytes, page: int, name: str, most_pixels: int) -> Rendered:
    """One page of a PDF, counted from 0, of at most so many pixels; sizes are judged before anything is rendered.

    Raises ReadingError for what is protected, broken, empty, too large or has no such page.
    """
    with _one_at_a_time, _opened(data, name) as document:
        pages = len(document)
        if pages == 0:
            raise ReadingError(f"{name} has no pages: ask for another copy.")
        if not 0 <= page < pages:
            has = "only one page" if pages == 1 else f"only {pages} pages"
            raise ReadingError(f"{name} has {has}: there is no page {page + 1}, choose another.")
        sheet = document[page]
        dpi = _resolution(sheet, name, most_pixels)
        picture = sheet.render(scale=dpi / POINTS, rev_byteorder=True, prefer_bgrx=False)
        return Rendered(pixels=np.array(picture.to_numpy()[..., :3], np.uint8), pages=pages, dpi=dpi)


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Any]:
    """The document, closed in the end; what PDFium says of a bad one becomes a sentence."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as cause:
        # PDFium leaves the error of an earlier file standing where it has none to tell, so the file is asked as well.
        if ENCRYPTED in data and cause.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ReadingError(f"{name} is protected by a password: save a copy without one and open that.") from cause
        if ENCRYPTED in data and cause.err_code == pypdfium2.raw.FPDF_ERR_SECURITY:
            raise ReadingError(f"{name} is protected: print the page to an image and open that.") from cause
        raise _damaged(name) from cause
    try:
        document.init_forms()
        yield document
    except pypdfium2.PdfiumError as cause:
        raise _damaged(name) from cause
    finally:
        document.close()


def _damaged(name: str) -> ReadingError:
    return ReadingError(f"{name} is damaged or cut short: ask for another copy, or scan the page again.")


def _resolution(sheet: Any, name: str, most_pixels: int) -> float:
    """Dots per inch at which to render a page: those of the one picture on it, else 300, or less for a large page."""
    width, height = sheet.get_size()
    if width <= 0.0 or height <= 0.0:
        raise ReadingError(f"{name} has a page without size: ask for another copy.")
    dpi = _of_one_picture(sheet, width * height, name, most_pixels) or DPI
    most = POINTS * float(np.sqrt(most_pixels / (width * height)))
    if most < min(dpi, LEAST_DPI):
        raise _too_large(name, most_pixels)
    return min(dpi, 0.999 * most)  # a pixel's rounding on each side


def _of_one_picture(sheet: Any, area: float, name: str, most_pixels: int) -> float | None:
    """Dots per inch of the one picture that covers the page; None where there is none, or more."""
    from pypdfium2 import raw

    pictures = [(one.get_px_size(), one.get_bounds()) for one in sheet.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])]
    if any(wide * high > most_pixels for (wide, high), _ in pictures):
        raise _too_large(name, most_pixels)
    if len(pictures) != 1:
        return None
    (wide, high), (left, bottom, right, top) = pictures[0]
    covered = (right - left) * (top - bottom)
    if covered < SCANNED * area or covered <= 0.0 or not wide * high:
        return None
    low, most = SCANNED_DPI
    return float(np.clip(POINTS * np.sqrt(wide * high / covered), low, most))


def _too_large(name: str, most_pixels: int) -> ReadingError:
    return ReadingError(f"{name} has more than {most_pixels // 10**6} million pixels: scan at a lower resolution.")
