"""From the bytes of a file to the pixels of one page; whatever is wrong with a file ends as one plain sentence."""

import errno
import io
import math
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps, TiffImagePlugin, UnidentifiedImageError

# Imported so that they are registered: otherwise Pillow loads all its forty plugins at the first TIFF.
from PIL import WebPImagePlugin as _WebP  # noqa: F401

from sigverify.domain import Image, Source
from sigverify.errors import ReadingError
from sigverify.preprocess.firstbytes import refusal_of, webp_size
from sigverify.preprocess.pdfreading import is_pdf, render_pdf
from sigverify.preprocess.quiet import quiet_stderr

MAX_BYTES: Final = 64 * 2**20  # a 1200 dpi colour page is half of it
MAX_PIXELS: Final = 80_000_000  # an A4 page at 850 dpi; the largest copy in memory is then 320 MB
MAX_PAGES: Final = 1000  # of a multi-page TIFF; every page's header is looked at
FORMATS: Final = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
PLAUSIBLE_DPI: Final = (10.0, 10_000.0)  # cameras and clip-art write 0, 1 or nonsense
ENOUGH: Final = 3.0  # pixels averaged in each direction; of a much larger page only every n-th is read, for speed
LARGE: Final = 4096  # pixels; where averaging every one of them would keep a clerk waiting
LONGEST_NAME: Final = 80  # characters of a file's name in a message

_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MARKS: Final = (*_TIFF, b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"RIFF")  # first bytes of what is read
_STRIPS: Final = ((273, 279), (324, 325))  # TIFF tags: offsets and byte counts of strips, of tiles
_TILE_SIDES: Final = (322, 323)
_PHOTOMETRIC: Final = 262  # 0: white is zero


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One page of a file as the scanner saw it."""

    pixels: Image  # (h, w) grey or (h, w, 3) RGB; EXIF rotation applied, alpha laid over white
    page: int
    pages: int
    dpi: float | None

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim not in (2, 3) or 0 in self.pixels.shape:
            raise ValueError("a scan is grey or RGB, of 8 bits, and not empty")
        if not 0 <= self.page < self.pages:
            raise ValueError("a scan is one of its file's pages")


def read_bytes(source: Source) -> bytes:
    """The encoded image of a source; ReadingError when it is missing, unreadable, no file, empty or over MAX_BYTES."""
    name = _shown(source.name)
    data = source.data if source.data is not None else _file_bytes(source, name)
    if not data:
        raise ReadingError(f"{name} is empty: scan it again or choose another file.")
    if len(data) > MAX_BYTES:
        raise ReadingError(
            f"{name} is larger than {MAX_BYTES // 2**20} MiB: scan at a lower resolution or crop it to the signature."
        )
    return data


def decode(data: bytes, *, page: int = 0, name: str = "image") -> Scan:
    """One page of an encoded image, counted from 0; sizes are judged by the header before any pixel is decoded.

    Raises ReadingError for what is no image, damaged, cut short, over MAX_PIXELS or has no such page.
    """
    name = _shown(name)
    if not data or len(data) > MAX_BYTES:
        read_bytes(Source.of_bytes(data, name))
    _refuse_by_first_bytes(data, name)
    if is_pdf(data):
        return _decode_pdf(data, page, name)
    with _explained(data, name), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's doubts about metadata are no reason to refuse a picture
        if data.startswith(_TIFF):
            with quiet_stderr():  # libtiff speaks to the terminal by itself
                return _decode(data, page, name)
        return _decode(data, page, name)


def grey(pixels: Image) -> Image:
    """The luma of a grey (h, w) or RGB (h, w, 3) image as (h, w) uint8; a grey image is handed back as it is."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def shrink(pixels: Image, longest: int) -> Image:
    """A copy to look at, area-averaged so that its longer side is at most `longest` pixels; never enlarged."""
    height, width = pixels.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1.0:
        return pixels.copy()
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    step = max(1, int(1.0 / (factor * ENOUGH))) if max(height, width) > LARGE else 1
    return np.asarray(cv2.resize(pixels[::step, ::step], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encode_png(image: Image) -> bytes:
    """A grey (h, w) or RGB (h, w, 3) image as the bytes of a PNG file."""
    ordered = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    done, encoded = cv2.imencode(".png", ordered)
    if not done:
        raise ValueError("the image cannot be encoded")
    return encoded.tobytes()


def _shown(name: str) -> str:
    """A file's name fit for a sentence: the end of it where it is long, no control characters."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in name) or "The image"
    return plain if len(plain) <= LONGEST_NAME else "…" + plain[1 - LONGEST_NAME :]


def _file_bytes(source: Source, name: str) -> bytes:
    """At most one byte more than is allowed, so that a file that grows meanwhile does no harm."""
    assert source.path is not None
    try:
        kind = source.path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise ReadingError(f"{name} is a folder: choose an image file inside it.")
        if not stat.S_ISREG(kind):
            raise ReadingError(f"{name} is not a file: choose an image file.")
        with source.path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError as cause:
        raise ReadingError(f"{name} is no longer there: check that it was not moved or renamed.") from cause
    except PermissionError as cause:
        raise ReadingError(f"{name} may not be read: ask its owner for access.") from cause
    except (OSError, ValueError) as cause:
        reason = errno.errorcode.get(getattr(cause, "errno", None) or 0, "bad path")
        raise ReadingError(f"{name} cannot be read from the disk ({reason}): copy it to this disk.") from cause


def _refuse_by_first_bytes(data: bytes, name: str) -> None:
    refusal = refusal_of(data)
    if refusal is not None:
        raise ReadingError(f"{name} is {refusal}.")
    canvas = webp_size(data)
    if canvas is not None:
        _refuse_size(canvas, name)  # libwebp reserves the whole canvas as it opens a file


@contextmanager
def _explained(data: bytes, name: str) -> Iterator[None]:
    """Turns whatever a decoder makes of a hostile file into a sentence for the operator."""
    try:
        yield
    except ReadingError:
        raise
    except UnidentifiedImageError as cause:
        if data.startswith(_MARKS):
            raise _damaged(name) from cause
        raise ReadingError(
            f"{name} is not an image this program reads: choose a PNG, JPEG, TIFF, BMP, WebP or PDF file."
        ) from cause
    except Pillow.DecompressionBombError as cause:
        raise _too_large(name) from cause
    except MemoryError as cause:
        raise ReadingError(f"{name} needs more memory than is free: scan it at a lower resolution.") from cause
    except Exception as cause:  # a decoder fed with damaged bytes fails in every way Python has
        raise _damaged(name) from cause


def _damaged(name: str) -> ReadingError:
    return ReadingError(f"{name} is damaged or cut short: scan it again or ask for another copy.")


def _too_large(name: str) -> ReadingError:
    return ReadingError(
        f"{name} has more than {MAX_PIXELS // 10**6} million pixels: scan at a lower resolution or crop it."
    )


def _refuse_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width <= 0 or height <= 0:
        raise ReadingError(f"{name} has no pixels: scan it again or choose another file.")
    if width * height > MAX_PIXELS:
        raise _too_large(name)


def _decode_pdf(data: bytes, page: int, name: str) -> Scan:
    with _explained(data, name):
        drawn = render_pdf(data, page, name, MAX_PIXELS)
        return Scan(pixels=_plain_grey(drawn.pixels), page=page, pages=drawn.pages, dpi=drawn.dpi)


def _decode(data: bytes, page: int, name: str) -> Scan:
    with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
        _refuse_size(picture.size, name)
        pages = 1
        if isinstance(picture, TiffImagePlugin.TiffImageFile):
            pages = _look_at_pages(picture, name, len(data))
        if not 0 <= page < pages:
            has = "only one page" if pages == 1 else f"only {pages} pages"
            raise ReadingError(f"{name} has {has}: there is no page {page + 1}, choose another.")
        if pages > 1:
            picture.seek(page)
        dpi = _dpi(picture)
        white_is_zero = _white_is_zero(picture)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        _refuse_size(upright.size, name)
        return Scan(pixels=_pixels(upright, white_is_zero, name), page=page, pages=pages, dpi=dpi)


def _look_at_pages(picture: TiffImagePlugin.TiffImageFile, name: str, size: int) -> int:
    """The number of pages, every one of which was found to be of allowed size and wholly in the file."""
    pages = 0
    while True:
        try:
            picture.seek(pages)
        except EOFError:
            break
        pages += 1
        if pages > MAX_PAGES:
            raise ReadingError(f"{name} has more than {MAX_PAGES} pages: save the page with the signature by itself.")
        _refuse_size(picture.size, name)
        _refuse_tiff_layout(picture, name, size)
    picture.seek(0)
    return pages


def _refuse_tiff_layout(picture: TiffImagePlugin.TiffImageFile, name: str, size: int) -> None:
    """Refuses tiles larger than any page, and strips that lie beyond the end: libtiff would paint those white."""
    tags = picture.tag_v2
    sides = [int(tags.get(tag, 1)) for tag in _TILE_SIDES]
    if sides[0] * sides[1] > MAX_PIXELS:
        raise _too_large(name)
    for offsets, counts in _STRIPS:
        if offsets in tags and counts in tags:
            ends = [int(at) + int(count) for at, count in zip(tags[offsets], tags[counts], strict=True)]
            if max(ends, default=0) > size:
                raise EOFError("a strip lies beyond the end of the file")


def _dpi(picture: Pillow.Image) -> float | None:
    """Dots per inch across, where the file states a plausible figure."""
    try:
        dpi = float(picture.info["dpi"][0])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    low, high = PLAUSIBLE_DPI
    return dpi if math.isfinite(dpi) and low <= dpi <= high else None


def _white_is_zero(picture: Pillow.Image) -> bool:
    """Whether a 16-bit TIFF counts from white, which Pillow heeds for 8 bits only."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile) and picture.mode.startswith("I"):
        return int(picture.tag_v2.get(_PHOTOMETRIC, 1)) == 0
    return False


def _pixels(picture: Pillow.Image, white_is_zero: bool, name: str) -> Image:
    """Grey (h, w) where the picture has no colour in its mode, else RGB (h, w, 3)."""
    if picture.mode in ("L", "RGB") and "transparency" not in picture.info:
        return np.array(picture)
    if picture.mode == "1" and "transparency" not in picture.info:
        return np.array(picture.convert("L"))
    if picture.mode.startswith("I"):
        eight = _eight_bits(np.asarray(picture))
        return 255 - eight if white_is_zero else eight
    if picture.mode == "F":
        raise ReadingError(f"{name} holds measured values, not a scan: export it as an 8-bit PNG or TIFF.")
    if picture.has_transparency_data:
        return _over_white(picture)
    if picture.mode == "P":
        return _plain_grey(np.array(picture.convert("RGB")))
    return np.array(picture.convert("RGB"))


def _eight_bits(deep: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Image:
    """Grey values of 16 bits, or of 12 bits in 16, as (h, w) uint8; paper is bright, so the peak tells which."""
    values = np.clip(deep, 0, 65_535).astype(np.uint16)
    peak = int(values.max())
    shift = 8 if peak >= 4096 else 4 if peak >= 256 else 0
    eight: Image = (values >> shift).astype(np.uint8)
    return eight


def _over_white(picture: Pillow.Image) -> Image:
    """The picture laid on white paper."""
    coloured = picture.convert("RGBA")
    paper = Pillow.new("RGB", picture.size, "white")
    paper.paste(coloured, mask=coloured.getchannel("A"))
    return _plain_grey(np.array(paper))


def _plain_grey(pixels: Image) -> Image:
    """(h, w) where the three channels of (h, w, 3) are the same, else the picture as it is."""
    red = pixels[..., 0]
    if np.array_equal(red, pixels[..., 1]) and np.array_equal(red, pixels[..., 2]):
        return np.ascontiguousarray(red)
    return pixels
