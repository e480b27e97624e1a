"""A bad file is answered in one sentence or with a reason, and the next good one is read as if nothing had been."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from sigverify.domain import Image, QualityReason, Source
from sigverify.errors import ReadingError
from sigverify.preprocess.reading import encode_png
from sigverify.verifier import Verifier
from tests import bad_inputs


def png(picture: Image) -> bytes:
    return encode_png(picture)


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HUGE = struct.pack(">IIBBBBB", 65_535, 65_535, 8, 0, 0, 0, 0)  # width, height, 8 bits of grey

UNREADABLE: dict[str, tuple[bytes, str]] = {
    "letter.png": (b"Dear Sir or Madam,\n", "is not an image"),
    "nothing.png": (b"", "is empty"),
    "half 一半.png": (png(bad_inputs.good_signature())[:3000], "is damaged or cut short"),
    "statement.pdf": (b"%PDF-1.4\n", "is damaged or cut short"),
    "bomb.png": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", HUGE) + chunk(b"IDAT", b""), "more than 80 million pixels"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_bad_file_is_answered_and_the_next_one_read(name: str, tmp_path: Path) -> None:
    data, sentence = UNREADABLE[name]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.png").write_bytes(png(bad_inputs.good_signature()))
    verifier = Verifier(None)
    with pytest.raises(ReadingError, match=sentence) as refusal:
        verifier.view(Source.of_file(tmp_path / name))
    assert str(refusal.value).startswith(name)
    assert verifier.view(Source.of_file(tmp_path / "good.png")).quality.good


POOR: dict[str, tuple[Callable[[], Image], QualityReason]] = {
    "blank page": (bad_inputs.blank_page, QualityReason.BLANK),
    "cat": (bad_inputs.photograph, QualityReason.NOT_A_SIGNATURE),
    "letter": (bad_inputs.page_of_text, QualityReason.NOT_A_SIGNATURE),
    "clipped": (lambda: bad_inputs.clipped(bad_inputs.good_signature(), "right"), QualityReason.CLIPPED_RIGHT),
}


@pytest.mark.parametrize("kind", POOR)
def test_what_is_no_whole_signature_is_shown_with_its_reason(kind: str, tmp_path: Path) -> None:
    drawn, reason = POOR[kind]
    path = tmp_path / f"签名 {kind}.png"
    path.write_bytes(png(drawn()))
    view = Verifier(None).view(Source.of_file(path))
    assert reason in view.quality.reasons
    assert view.picture.size > 0
