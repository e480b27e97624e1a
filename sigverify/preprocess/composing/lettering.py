"""Print: words in whatever typefaces the machine has, in OpenCV's own, and in scripts that nobody reads."""

from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from sigverify.domain import Image
from sigverify.preprocess.penstrokes import SYLLABLES

FONT_FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")
HERSHEY: Final = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_COMPLEX_SMALL,
    cv2.FONT_HERSHEY_PLAIN,
)
HERSHEY_HEIGHT: Final = 30.0  # pixels of a capital at scale 1, with what goes below the line
CHINESE: Final = "银行支票签名日期金额人民币收款人出票账号元整本公司章付"
JOINING: Final = (  # isolated forms of letters; final, initial and medial ones come next in Unicode
    0xFE8F, 0xFE95, 0xFE9D, 0xFEA1, 0xFEB1, 0xFEB5, 0xFEB9, 0xFEC1, 0xFEC9, 0xFED1, 0xFED9, 0xFEDD, 0xFEE1, 0xFEE5,
    0xFEE9, 0xFEF1,
)  # fmt: skip
INDIAN: Final = ((0x0915, 0x0939), (0x0995, 0x09B0), (0x0B95, 0x0B9A), (0x0A95, 0x0AA8))  # first and last consonants
ENDING: Final = (0xFE8D, 0xFEA9, 0xFEAD, 0xFEED)  # isolated forms of letters that join on their right only
MISSING: Final = 0xFFFF  # no letter has this number
FOREIGN: Final = 0.28  # share of words that are in a script of its own
PRINTED: Final = (
    "Pay", "or Bearer", "Rupees", "the sum of", "Date", "A/c No.", "Bank", "Limited", "Branch", "IFSC", "Valid for",
    "three months", "only", "Payable at par", "all branches", "Code", "Dollars", "to the order of", "Memo", "For",
    "Account", "Cheque No", "Payez contre ce cheque", "non endossable", "Banque", "Titulaire du compte", "Tel.",
    "Against this cheque", "The amount of", "Savings", "SPECIMEN", "REF", "NOT NEGOTIABLE", "TRUST", "VOID",
)  # fmt: skip


@lru_cache(maxsize=1)
def typefaces() -> tuple[Path, ...]:
    """Files of the typefaces that are installed; none is an answer, too."""
    found = (path for folder in FONT_FOLDERS for path in Path(folder).rglob("*.tt[fc]"))
    return tuple(sorted(path for path in found if "Math" not in path.name))


@lru_cache(maxsize=1)
def arabic_typefaces() -> tuple[Path, ...]:
    """Those that have the letters in the forms they join in: what they draw is not their sign for a missing one."""
    return tuple(path for path in typefaces() if has_letter(path, JOINING[0] + 1))


@lru_cache(maxsize=1)
def _latin_typefaces() -> tuple[Path, ...]:
    """Those that have our letters; many are of one other script alone."""
    return tuple(path for path in typefaces() if "CJK" not in path.name and has_letter(path, ord("a")))


@lru_cache(maxsize=1)
def _indian_typefaces() -> tuple[tuple[Path, tuple[int, int]], ...]:
    """Those that have the consonants of an Indian script, with these."""
    return tuple((path, script) for script in INDIAN for path in typefaces() if has_letter(path, script[0]))


def has_letter(path: Path, code: int) -> bool:
    """Whether a typeface has the letter of this number in Unicode."""
    return _glyph(path, code) != _glyph(path, MISSING)


def _glyph(path: Path, code: int) -> bytes:
    return bytes(_typeface(path, 20).getmask(chr(code)))


@lru_cache(maxsize=256)
def _typeface(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # Plain layout: a cleverer one would turn Arabic round again, which is put together here.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def words(rng: np.random.Generator, count: int) -> str:
    """So many printed words, names and numbers among them."""
    return " ".join(_word(rng) for _ in range(count))


def _word(rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < 0.5:
        return str(rng.choice(PRINTED))
    if chance < 0.65:
        return "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(2, 12))))
    name = "".join(str(rng.choice(SYLLABLES)) for _ in range(int(rng.integers(1, 4))))
    return name.upper() if rng.random() < 0.3 else name.capitalize()


def written(text: str, height: float, rng: np.random.Generator, *, foreign: bool | None = None) -> Image:
    """How far the print of `text` covers the paper (h, w), 0..255, in letters about `height` pixels high."""
    other = rng.random() < FOREIGN if foreign is None else foreign
    size = max(5, round(height))
    if other and rng.random() < 0.4:
        arabic = arabic_typefaces()
        if arabic:
            count = max(1, len(text) // 5)
            return printed(" ".join(joined(rng) for _ in range(count)), arabic[int(rng.integers(len(arabic)))], size)
    if other and rng.random() < 0.3 and _indian_typefaces():
        return _indian(len(text), size, rng)
    if other and rng.random() < 0.6:
        return _strange(len(text), size, rng)
    if other:
        text = "".join(CHINESE[k] for k in rng.integers(0, len(CHINESE), max(2, len(text) // 2)))
    latin, chinese = _latin_typefaces(), [path for path in typefaces() if "CJK" in path.name]
    if other and not chinese:
        return _strange(len(text), size, rng)
    if not other and (not latin or rng.random() < 0.25):
        return _hershey(text, size, rng)
    pool = chinese if other or (chinese and rng.random() < 0.15) else latin
    return printed(text, pool[int(rng.integers(len(pool)))], size)


def _indian(letters: int, size: int, rng: np.random.Generator) -> Image:
    """Print in an Indian script: consonants side by side, in words."""
    faces = _indian_typefaces()
    path, (first, last) = faces[int(rng.integers(len(faces)))]
    text = "".join(chr(code) for code in rng.integers(first, last + 1, max(2, letters)))
    cuts = sorted(rng.integers(1, len(text), len(text) // 5).tolist())
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return printed(" ".join(pieces), path, size)


def joined(rng: np.random.Generator) -> str:
    """A word of Arabic letters in the forms they join in, from left to right as they stand on paper."""
    pieces = []
    for _ in range(int(rng.integers(1, 4))):
        first, *rest = (int(letter) for letter in rng.choice(JOINING, int(rng.integers(1, 4))))
        last = int(rng.choice(JOINING + ENDING))
        pieces.append(chr(last + 1) + "".join(chr(letter + 3) for letter in rest) + chr(first + 2))
    return "".join(pieces)


def printed(text: str, path: Path, size: int) -> Image:
    """Print in one typeface."""
    face = _typeface(path, size)
    left, top, right, bottom = face.getbbox(text)
    picture = PillowImage.new("L", (max(1, int(right - left) + 2), max(1, int(bottom - top) + 2)), 0)
    ImageDraw.Draw(picture).text((1 - left, 1 - top), text, fill=255, font=face)
    return np.asarray(picture)


def _hershey(text: str, size: int, rng: np.random.Generator) -> Image:
    font = HERSHEY[int(rng.integers(len(HERSHEY)))]
    scale, thick = size / HERSHEY_HEIGHT, 1 + int(size > 14 and rng.random() < 0.5)
    (width, height), below = cv2.getTextSize(text, font, scale, thick)
    picture = np.zeros((height + below + 2, width + 2), np.uint8)
    return cv2.putText(picture, text, (1, height), font, scale, 255, thick, cv2.LINE_AA)  # type: ignore[return-value]


def _strange(letters: int, size: int, rng: np.random.Generator) -> Image:
    """Print in a script that hangs from a line, or runs along one with dots, as far as a network can tell."""
    pitch, hanging = size * 0.55, bool(rng.random() < 0.5)
    width = int(letters * pitch) + size
    finer = 2
    cover = np.zeros((size * 2 * finer, width * finer), np.uint8)
    thick = max(1, round(size * finer * float(rng.uniform(0.08, 0.16))))
    top, base = size * 0.5 * finer, size * 1.3 * finer
    x = 0.3 * size * finer
    while x < (width - size) * finer:
        reach = pitch * finer * float(rng.uniform(0.7, 2.5))
        y0 = top if hanging else base
        points = np.stack([rng.uniform(x, x + reach, 4), rng.uniform(top, base, 4)], axis=1)
        points[0], points[-1] = (x, y0), (x + reach, y0 if not hanging else base)
        cv2.polylines(cover, [points.astype(np.int32)], False, 255, thick, cv2.LINE_AA)
        if hanging:
            cv2.line(cover, (int(x), int(top)), (int(x + reach), int(top)), 255, thick, cv2.LINE_AA)
        elif rng.random() < 0.6:
            side = base + 0.35 * size * finer if rng.random() < 0.4 else top - 0.2 * size * finer
            cv2.circle(cover, (int(x + reach / 2), int(side)), thick, 255, -1, cv2.LINE_AA)
        x += reach + (pitch * finer * 0.9 if rng.random() < 0.25 else 0.0)
    return cv2.resize(cover, (width, size * 2), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]
