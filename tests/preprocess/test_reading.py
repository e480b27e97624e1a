"""Reading a scan: every format a bank meets is read, and whatever is wrong ends in one plain sentence."""

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import TiffImagePlugin

from sigverify.domain import Image, Source
from sigverify.errors import ReadingError
from sigverify.preprocess import reading
from sigverify.preprocess.reading import MAX_BYTES, decode, encode_png, grey, read_bytes, shrink
from tests import strategies

WIDTH, HEIGHT = 90, 40


def ramp(height: int = HEIGHT, width: int = WIDTH) -> Image:
    return np.linspace(0, 255, height * width).reshape(height, width).astype(np.uint8)


def coloured() -> Image:
    return np.stack([ramp(), ramp()[::-1], ramp()[:, ::-1]], axis=2)


def bitonal() -> Image:
    return np.where((ramp().astype(int) * 7) % 256 > 128, 255, 0).astype(np.uint8)


def written(picture: Pillow.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def pages_of(count: int, **options: Any) -> bytes:
    pages = [Pillow.fromarray(np.full((10 + n, 20), 40 * n, np.uint8)) for n in range(count)]
    return written(pages[0], "TIFF", save_all=True, append_images=pages[1:], **options)


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header claims a size and whose body holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def tiff_of_size(width: int, height: int) -> bytes:
    """A bitonal TIFF whose header claims a size."""
    tags = [(256, width), (257, height), (258, 1), (259, 4), (262, 1), (273, 8), (277, 1), (278, height), (279, 4)]
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 12) + b"\0" * 4 + struct.pack("<H", len(tags)) + body + b"\0" * 4


SAME_EITHER_WAY: dict[str, Callable[[], tuple[bytes, Image]]] = {
    "PNG, grey": lambda: (written(Pillow.fromarray(ramp()), "PNG"), ramp()),
    "PNG, colour": lambda: (written(Pillow.fromarray(coloured()), "PNG"), coloured()),
    "PNG, bitonal": lambda: (written(Pillow.fromarray(bitonal()).convert("1"), "PNG"), bitonal()),
    "PNG, palette of greys": lambda: (written(Pillow.fromarray(ramp()).convert("P"), "PNG"), ramp()),
    "PNG, 16 bits": lambda: (written(Pillow.fromarray(ramp().astype(np.uint16) * 257), "PNG"), ramp()),
    "BMP, grey": lambda: (written(Pillow.fromarray(ramp()), "BMP"), ramp()),
    "BMP, colour": lambda: (written(Pillow.fromarray(coloured()), "BMP"), coloured()),
    "GIF": lambda: (written(Pillow.fromarray(ramp()), "GIF"), ramp()),
    "WebP": lambda: (written(Pillow.fromarray(coloured()), "WEBP", lossless=True), coloured()),
    "TIFF, plain": lambda: (written(Pillow.fromarray(ramp()), "TIFF"), ramp()),
    "TIFF, LZW": lambda: (written(Pillow.fromarray(ramp()), "TIFF", compression="tiff_lzw"), ramp()),
    "TIFF, deflate, colour": lambda: (
        written(Pillow.fromarray(coloured()), "TIFF", compression="tiff_adobe_deflate"),
        coloured(),
    ),
    "TIFF, fax group 4": lambda: (
        written(Pillow.fromarray(bitonal()).convert("1"), "TIFF", compression="group4"),
        bitonal(),
    ),
    "TIFF, fax group 3": lambda: (
        written(Pillow.fromarray(bitonal()).convert("1"), "TIFF", compression="group3"),
        bitonal(),
    ),
    "TIFF, 16 bits": lambda: (written(Pillow.fromarray(ramp().astype(np.uint16) * 257), "TIFF"), ramp()),
    "TIFF, 16 bits, LZW": lambda: (
        written(Pillow.fromarray(ramp().astype(np.uint16) * 257), "TIFF", compression="tiff_lzw"),
        ramp(),
    ),
    "TIFF, 12 bits in 16": lambda: (written(Pillow.fromarray(ramp().astype(np.uint16) * 16), "TIFF"), ramp()),
    "TIFF, 16 bits a colour": lambda: (deep_colour_tiff(), coloured()),
}


def lossless(kind: str) -> bytes:
    return SAME_EITHER_WAY[kind]()[0]


def deep_colour_tiff() -> bytes:
    import cv2

    done, encoded = cv2.imencode(".tiff", coloured()[..., ::-1].astype(np.uint16) * 257)
    assert done
    return encoded.tobytes()


@pytest.mark.parametrize("kind", SAME_EITHER_WAY)
def test_a_lossless_file_gives_back_what_was_written(kind: str) -> None:
    data, expected = SAME_EITHER_WAY[kind]()
    scan = decode(data)
    assert scan.pixels.dtype == np.uint8
    np.testing.assert_array_equal(scan.pixels, expected)


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 95}), ("WEBP", {"quality": 95})])
def test_a_lossy_file_is_near_to_what_was_written(kind: str, options: dict[str, Any]) -> None:
    picture = Pillow.fromarray(ramp())
    near = grey(decode(written(picture, kind, **options)).pixels).astype(int)
    assert np.abs(near - ramp()).mean() < 4


def test_a_16_bit_tiff_that_counts_from_white_is_not_a_negative() -> None:
    picture = Pillow.fromarray((255 - ramp()).astype(np.uint16) * 257)
    data = written(picture, "TIFF", tiffinfo=TiffImagePlugin.ImageFileDirectory_v2(), compression=None)
    at = data.index(struct.pack("<HHI", 262, 3, 1)) + 8
    counted_from_white = data[:at] + struct.pack("<H", 0) + data[at + 2 :]
    np.testing.assert_array_equal(decode(counted_from_white).pixels, ramp())


def test_a_jpeg_in_printers_inks_becomes_grey_where_it_is_grey() -> None:
    paper = Pillow.new("CMYK", (30, 20), (0, 0, 0, 0))
    pixels = decode(written(paper, "JPEG", quality=95)).pixels
    assert pixels.shape == (20, 30, 3)
    assert pixels.min() > 245


def test_a_photograph_is_turned_upright() -> None:
    exif = Pillow.Exif()
    exif[274] = 6  # the camera lay on its side: turn a quarter clockwise
    stored = Pillow.fromarray(ramp())
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        scan = decode(written(stored, kind, exif=exif))
        assert scan.pixels.shape[:2] == (WIDTH, HEIGHT), kind
        assert np.abs(grey(scan.pixels).astype(int) - np.rot90(ramp(), -1)).mean() < 6, kind


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "TIFF"), ("RGBA", "WEBP")])
def test_what_is_transparent_is_paper(mode: str, kind: str) -> None:
    picture = Pillow.new("RGBA", (6, 4), (0, 0, 0, 0))
    picture.putpixel((2, 1), (0, 0, 0, 255))
    options = {"lossless": True} if kind == "WEBP" else {}
    pixels = decode(written(picture.convert(mode), kind, **options)).pixels
    assert pixels.ndim == 2
    assert pixels[1, 2] == 0
    assert pixels.sum() == 255 * (6 * 4 - 1)


def test_a_see_through_colour_of_a_palette_is_paper() -> None:
    picture = Pillow.new("P", (5, 3), 0)
    picture.putpalette([0, 0, 0, 10, 10, 10])
    picture.putpixel((1, 1), 1)
    for kind in ("PNG", "GIF"):
        pixels = decode(written(picture, kind, transparency=0)).pixels
        assert pixels[1, 1] == 10, kind
        assert pixels[0, 0] == 255, kind


def test_ink_half_laid_over_paper_is_grey() -> None:
    picture = Pillow.new("RGBA", (3, 3), (0, 0, 0, 128))
    assert abs(int(decode(written(picture, "PNG")).pixels[1, 1]) - 127) <= 1


def test_each_page_can_be_chosen() -> None:
    data = pages_of(4, compression="tiff_lzw")
    for page in range(4):
        scan = decode(data, page=page)
        assert (scan.page, scan.pages) == (page, 4)
        assert scan.pixels.shape == (10 + page, 20)
        assert int(scan.pixels[0, 0]) == 40 * page


def test_a_page_beyond_the_last_is_named_and_counted() -> None:
    with pytest.raises(ReadingError, match=r"book\.tif has only 4 pages: there is no page 5"):
        decode(pages_of(4), page=4, name="book.tif")
    with pytest.raises(ReadingError, match="only one page"):
        decode(written(Pillow.fromarray(ramp()), "PNG"), page=1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_the_scanners_resolution_is_known(kind: str) -> None:
    dpi = decode(written(Pillow.fromarray(ramp()), kind, dpi=(300, 300))).dpi
    assert dpi == pytest.approx(300, abs=0.5)


def test_an_implausible_resolution_is_unknown() -> None:
    assert decode(written(Pillow.fromarray(ramp()), "JPEG", dpi=(1, 1))).dpi is None
    assert decode(written(Pillow.fromarray(ramp()), "PNG")).dpi is None


# What is wrong with a file


BROKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text file named .png": (lambda: b"Dear Sir, please find enclosed.\n" * 20, "not an image"),
    "empty": (lambda: b"", "is empty"),
    "a broken PDF": (lambda: b"%PDF-1.7\n%...", "damaged or cut short: ask for another copy"),
    "a picture of a telephone": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    "a word processor's file": (lambda: b"PK\x03\x04" + b"\0" * 60, "document or archive"),
    "no width": (lambda: png_of_size(0, 10), "damaged"),
    "no height in a TIFF": (lambda: tiff_of_size(10, 0), "damaged"),
    "no width in a bitmap": (
        lambda: b"BM" + struct.pack("<IIIIiiHHII", 54, 0, 54, 40, 0, 9, 1, 24, 0, 0) + b"\0" * 16,
        "damaged",
    ),
    "measured values": (lambda: written(Pillow.new("F", (4, 4)), "TIFF"), "8-bit"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_no_image_is_refused_by_name_with_a_remedy(kind: str) -> None:
    data, sentence = BROKEN[kind][0](), BROKEN[kind][1]
    with pytest.raises(ReadingError, match=sentence) as refusal:
        decode(data, name="cheque 7.png")
    message = str(refusal.value)
    assert message.startswith("cheque 7.png ")
    assert ":" in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("kind", [*SAME_EITHER_WAY, "JPEG", "JPEG, progressive"])
@pytest.mark.parametrize("part", [0.4, 0.7, 0.9])
def test_half_a_file_is_never_shown_as_a_whole_one(kind: str, part: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH)).astype(np.uint8)
    if kind.startswith("JPEG"):
        data = written(Pillow.fromarray(noise), "JPEG", progressive=kind != "JPEG")
    else:
        data = lossless(kind)
    cut = data[: min(int(len(data) * part), len(data) - 20)]  # a PNG without its last 16 bytes may lack no pixel
    with pytest.raises(ReadingError, match="damaged or cut short"):
        decode(cut)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "second page", "WebP", "JPEG", "BMP"])
def test_an_image_bomb_is_refused_without_being_decoded(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bomb(kind)
    monkeypatch.setattr(Pillow.Image, "load", _must_not_be_called)
    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "load", _must_not_be_called)
    with pytest.raises(ReadingError, match="more than 80 million pixels"):
        decode(data, name="bomb")


def _must_not_be_called(*_: object) -> None:
    raise AssertionError("the bomb was decoded")


def bomb(kind: str) -> bytes:
    if kind == "PNG":
        return png_of_size(60_000, 60_000)
    if kind == "TIFF":
        return tiff_of_size(60_000, 60_000)
    if kind == "WebP":
        size = (16_383).to_bytes(3, "little") * 2
        return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size
    if kind == "JPEG":
        data = bytearray(written(Pillow.fromarray(ramp()), "JPEG"))
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
        return bytes(data)
    if kind == "BMP":
        return b"BM" + struct.pack("<IIIIiiHHII", 54, 0, 54, 40, 30_000, 30_000, 1, 24, 0, 0) + b"\0" * 16
    data = bytearray(pages_of(2))
    at = data.rindex(struct.pack("<HHII", 256, 4, 1, 20))  # the width of the second page
    data[at : at + 12] = struct.pack("<HHII", 256, 4, 1, 100_000_000)
    return bytes(data)


def test_the_largest_image_allowed_is_read_and_one_row_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PIXELS", WIDTH * HEIGHT)
    assert decode(encode_png(ramp())).pixels.size == WIDTH * HEIGHT
    with pytest.raises(ReadingError, match="million pixels"):
        decode(encode_png(ramp(HEIGHT + 1)))


def test_a_book_of_endless_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_PAGES", 3)
    assert decode(pages_of(3)).pages == 3
    with pytest.raises(ReadingError, match="more than 3 pages"):
        decode(pages_of(4))


def test_a_tiff_whose_pages_go_round_in_a_circle_ends() -> None:
    data = bytearray(tiff_of_size(8, 8))
    data[-4:] = struct.pack("<I", 12)
    assert scan_or_refusal(bytes(data)) in (1, "image is damaged or cut short: scan it again or ask for another copy.")


def test_a_tile_larger_than_any_page_is_refused() -> None:
    tags = [
        (256, 8),
        (257, 8),
        (258, 1),
        (259, 4),
        (262, 1),
        (277, 1),
        (322, 65_536),
        (323, 65_536),
        (324, 8),
        (325, 4),
    ]
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    data = b"II*\0" + struct.pack("<I", 12) + b"\0" * 4 + struct.pack("<H", len(tags)) + body + b"\0" * 4
    with pytest.raises(ReadingError, match=r"million pixels|damaged"):
        decode(data)


# Files


def test_any_path_is_read(tmp_path: Path) -> None:
    for name in ("签名 样本.png", "žluťoučký kůň.png", "ردّ.png", "a b  c.png"):
        path = tmp_path / name
        path.write_bytes(encode_png(ramp()))
        source = Source.of_file(path)
        np.testing.assert_array_equal(decode(read_bytes(source), name=source.name).pixels, ramp())


def test_a_pasted_image_is_read() -> None:
    data = encode_png(coloured())
    assert read_bytes(Source.of_bytes(data, "clipboard")) == data


def test_a_folder_a_missing_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(ReadingError, match=r"^folder\.png is a folder: choose an image file inside it\.$"):
        read_bytes(Source.of_file(tmp_path / "folder.png"))
    with pytest.raises(ReadingError, match=r"^gone\.png is no longer there: "):
        read_bytes(Source.of_file(tmp_path / "gone.png"))
    with pytest.raises(ReadingError, match=r"^empty\.png is empty: "):
        read_bytes(Source.of_file(tmp_path / "empty.png"))


def test_a_file_one_may_not_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")  # root may read everything, so it is said for it

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReadingError, match=r"^locked\.png may not be read: ask its owner"):
        read_bytes(Source.of_file(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ReadingError, match="is not a file"):
        read_bytes(Source.of_file(tmp_path / "pipe.png"))


def test_a_path_that_cannot_be_is_refused() -> None:
    with pytest.raises(ReadingError, match=r"cannot be read|no longer there"):
        read_bytes(Source(name="x", path=Path("a\0b.png")))
    with pytest.raises(ReadingError, match="cannot be read"):
        read_bytes(Source.of_file("n" * 5000 + ".png"))


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES)
    assert len(read_bytes(Source.of_file(path))) == MAX_BYTES
    with path.open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ReadingError, match="larger than 64 MiB"):
        read_bytes(Source.of_file(path))


def test_a_file_is_named_without_its_folder_and_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReadingError) as refusal:
        read_bytes(Source.of_file(tmp_path / "two\nlines.png"))
    assert "\n" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)
    with pytest.raises(ReadingError) as refusal:
        decode(b"x", name="n" * 500)
    assert len(str(refusal.value)) < 250


def test_the_decoders_do_not_speak_to_the_terminal(tmp_path: Path) -> None:
    """Run apart, because a C library writes past whatever Python has put in the place of stderr."""
    data = bytearray(lossless("TIFF, LZW"))
    data[20:200] = bytes(reversed(data[20:200]))
    (tmp_path / "bad.tif").write_bytes(data)
    script = (
        "import sys, pathlib\n"
        "from sigverify.errors import ReadingError\n"
        "from sigverify.preprocess.reading import decode\n"
        "data = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "for cut in range(0, len(data), 97):\n"
        "    try:\n        decode(data[:cut] + bytes(40) + data[cut + 40:])\n    except ReadingError:\n        pass\n"
        "print('after', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "bad.tif")],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stderr == "after\n"


# Any bytes at all


def scan_or_refusal(data: bytes, page: int = 0) -> int | str:
    """The number of pages, or why not."""
    try:
        scan = decode(data, page=page)
    except ReadingError as refusal:
        return str(refusal)
    assert scan.pixels.dtype == np.uint8
    assert scan.pixels.ndim in (2, 3)
    assert scan.pixels.size > 0
    return scan.pages


def is_fine(answer: int | str) -> bool:
    return answer.startswith("image ") and answer.endswith(".") if isinstance(answer, str) else answer >= 1


@given(
    data=st.binary(max_size=200),
    mark=st.sampled_from(
        [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*", b"GIF89a", b"RIFF\0\0\0\0WEBP"]
    ),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_scan_or_a_refusal(data: bytes, mark: bytes) -> None:
    assert is_fine(scan_or_refusal(mark + data))


@given(
    kind=st.sampled_from(sorted(SAME_EITHER_WAY)),
    blows=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    page=st.integers(0, 1),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_file_gives_a_scan_or_a_refusal(kind: str, blows: list[tuple[float, int]], page: int) -> None:
    data = bytearray(lossless(kind))
    for where, value in blows:
        data[min(len(data) - 1, int(where**3 * len(data)))] = value  # more of them in the header
    assert is_fine(scan_or_refusal(bytes(data), page))


@given(image=strategies.images())
@settings(max_examples=60, deadline=None)
def test_what_is_encoded_is_read_again(image: Image) -> None:
    again = decode(encode_png(image)).pixels
    np.testing.assert_array_equal(again, image)


# Small tools


@given(image=strategies.images(), longest=st.integers(1, 150))
@settings(max_examples=60, deadline=None)
def test_a_picture_for_showing_is_never_larger_than_asked_or_than_it_was(image: Image, longest: int) -> None:
    small = shrink(image, longest)
    assert max(small.shape[:2]) == min(longest, max(image.shape[:2]))
    assert small.ndim == image.ndim
    assert small.shape[0] >= 1
    assert small.shape[1] >= 1
    assert abs(float(small.mean()) - float(image.mean())) < 40 or min(image.shape[:2]) < 10


def test_light_is_weighed_as_the_eye_does() -> None:
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
    red, green, blue, white = grey(colours)[0]
    assert blue < red < green < white == 255
    np.testing.assert_array_equal(grey(ramp()), ramp())
