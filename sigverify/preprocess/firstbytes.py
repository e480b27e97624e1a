"""What the first bytes of a file say before any decoder is asked."""

import struct
from typing import Final

_KINDS: Final = (  # what the first bytes say that a file is, where it is nothing we read
    (4, b"ftyp", "a HEIC, AVIF or film file, which is not read: export it as JPEG or PNG and open that"),
    (4, b"jP  ", "a JPEG 2000, which is not read: export it as PNG or TIFF and open that"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000, which is not read: export it as PNG or TIFF and open that"),
    (0, b"PK\x03\x04", "a document or archive, not an image: export the picture as PNG or TIFF and open that"),
    (0, b"8BPS", "a Photoshop file, which is not read: export it as PNG or TIFF and open that"),
    (0, b"<svg", "a drawing, not a scan: export it as PNG and open that"),
)


def refusal_of(data: bytes) -> str | None:
    """What a file is that is never read, and what to do instead ("a JPEG 2000, ..."); None where a decoder may try."""
    return next((what for offset, mark, what in _KINDS if data.startswith(mark, offset)), None)


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in a WebP header (RFC 9649, sections 2.5 to 2.7); None where it holds none."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[12:16] == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None
