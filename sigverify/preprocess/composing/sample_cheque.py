"""The cheque that ships: drawn, of a bank that does not exist, signed by the person of the sample signatures."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from sigverify.domain import Box, Image
from sigverify.preprocess.composing.canvas import BLACK, Area, Canvas, Colour
from sigverify.preprocess.composing.hands import Hands, figures
from sigverify.preprocess.composing.marks import Mark
from sigverify.preprocess.composing.printing import micr
from sigverify.preprocess.composing.writing import Pencase, enter
from sigverify.preprocess.pasting import cover_of, pasted
from sigverify.preprocess.penstrokes import SAMPLE_SEED, Signer
from sigverify.preprocess.reading import grey

WIDE: Final = 2000  # pixels; 250 dpi of a cheque 8 inches wide
HIGH: Final = 860
SEED: Final = 2026
QUALITY: Final = 82
VARIATION: Final = 7  # which of the person's signatures; the sample pair has 1 to 4
PAPER: Final[Colour] = (238.0, 244.0, 240.0)
PRINT: Final[Colour] = (36.0, 62.0, 74.0)
PALE: Final[Colour] = (176.0, 206.0, 196.0)
INK: Final = (28, 34, 104)
PEN: Final = Pencase(colour=(28.0, 34.0, 104.0), wide=0.0022, strength=0.9)
SIGNED_AT: Final = (0.80, 0.318)  # middle of the signature, in shares of the width
SIGNED_WIDE: Final = 0.24
LABELS: Final = (  # text, left and upper edge, height of the letters, in shares of the width
    ("SAMPLE BANK", 0.035, 0.030, 0.030),
    ("drawn for testing, worth nothing", 0.037, 0.070, 0.010),
    ("Date", 0.700, 0.045, 0.013),
    ("Pay", 0.037, 0.122, 0.016),
    ("or bearer", 0.900, 0.126, 0.011),
    ("the sum of", 0.037, 0.180, 0.013),
    ("A/c No.", 0.045, 0.262, 0.013),
    ("Authorised signatory", 0.745, 0.365, 0.011),
)
RULES: Final = ((0.085, 0.885, 0.140), (0.130, 0.720, 0.198), (0.037, 0.720, 0.240), (0.690, 0.955, 0.357))
FRAMES: Final[tuple[Area, ...]] = ((0.745, 0.175, 0.955, 0.222), (0.037, 0.252, 0.330, 0.288))
ENTRIES: Final[
    tuple[tuple[str | None, float, float, float, float], ...]
] = (  # what is written, from, to, on which line, how high
    (None, 0.100, 0.560, 0.136, 0.030),
    (None, 0.150, 0.600, 0.194, 0.030),
    ("25-11-2026", 0.745, 0.900, 0.061, 0.020),
    ("1,250.00", 0.765, 0.900, 0.212, 0.026),
    ("004217763", 0.120, 0.310, 0.280, 0.020),
)


def sample_cheque(seed: int = SAMPLE_SEED) -> tuple[Image, Box]:
    """The cheque (h, w, 3) that this person who does not exist has signed, and the box of the signature on it."""
    rng = np.random.default_rng(SEED)
    canvas = Canvas(WIDE, HIGH, PAPER)
    _waves(canvas)
    for text, x, y, high in LABELS:
        _print(canvas, text, x, y, high)
    for x0, x1, y in RULES:
        canvas.line(x0, y, x1, y, PRINT)
    for area in FRAMES:
        canvas.frame(area, PRINT)
    hands = Hands()
    for entry, x0, x1, base, high in ENTRIES:
        mark: Mark = hands.words(rng) if entry is None else figures(entry, rng)
        enter(canvas, mark, x0, x1, base, high, PEN, rng)
    micr(canvas, canvas.tall - 0.035, rng)
    paper = np.clip(canvas.pixels + rng.normal(0.0, 2.0, canvas.pixels.shape), 0, 255).astype(np.uint8)
    cover = cover_of(grey(Signer.of_seed(seed).genuine(VARIATION)))
    assert cover is not None, "the person signs"
    size = round(SIGNED_WIDE * WIDE), round(SIGNED_WIDE * WIDE / cover.shape[1] * cover.shape[0])
    fitted = np.asarray(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.float32)
    return pasted(paper, fitted, (SIGNED_AT[0] * WIDE, SIGNED_AT[1] * WIDE), INK)


def _waves(canvas: Canvas) -> None:
    """Pale bundles of waves all over, as on paper that is hard to copy."""
    x = np.linspace(0.0, WIDE, 400)
    cover = np.zeros((HIGH, WIDE), np.uint8)
    for row in range(-2, 30):
        y = row * 32.0 + 26.0 * np.sin(x / 150.0 + row * 0.35)
        fixed = np.round(np.stack([x, y], axis=1) * 16).astype(np.int32)
        cv2.polylines(cover, [fixed], False, 255, 2, cv2.LINE_AA, 4)
    canvas.stain(cover, 0, 0, PALE, 0.8)


def _print(canvas: Canvas, text: str, x: float, y: float, high: float) -> None:
    pixels = canvas.at(high)
    scale, thick = pixels / 21.0, max(1, round(pixels / 11.0))  # 21 pixels are a capital's height at scale 1
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, thick)
    cover = np.zeros((height + below + 4, width + 4), np.uint8)
    cv2.putText(cover, text, (2, height + 2), cv2.FONT_HERSHEY_DUPLEX, scale, 255, thick, cv2.LINE_AA)
    canvas.stain(cover, canvas.at(x), canvas.at(y), PRINT if high > 0.011 else BLACK, 0.9)


def jpeg(picture: Image) -> bytes:
    """A picture (h, w, 3) as the bytes of a JPEG file of 250 dpi or so: small enough to ship."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done, "a drawn picture can be encoded"
    return data.tobytes()


def main(argv: Sequence[str] | None = None) -> int:
    """Write the sample cheque as a JPEG file."""
    module = "python -m sigverify.preprocess.composing.sample_cheque"
    parser = argparse.ArgumentParser(prog=module, description=main.__doc__)
    parser.add_argument("out", type=Path, help="file to write")
    chosen = parser.parse_args(argv)
    picture, _ = sample_cheque()
    chosen.out.write_bytes(jpeg(picture))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
