"""Draws the scans in `tests/golden` and what the network sees of them: `python -m tests.preprocess.golden`.

To be run only when the recipe of normalising was changed on purpose, and its number raised with it.
"""

from pathlib import Path

import cv2
import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.normalising import fingerprint, normalise
from sigverify.preprocess.reading import encode_png
from tests.bad_inputs import good_signature

FOLDER = Path(__file__).parents[1] / "golden"


def scans() -> dict[str, Image]:
    """Grey scans (h, w) as a bank meets them."""
    return {
        "clean": _reduced(good_signature(2)),
        "bitonal": np.where(good_signature(7) < 150, 0, 255).astype(np.uint8),
        "shaded_and_faint": _shaded(_reduced(good_signature(3))),
        "framed_and_dusty": _dusty(_reduced(good_signature(8))),
        "low_resolution": cv2.resize(good_signature(4), None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA),
    }


def _reduced(picture: Image) -> Image:
    """At 200 dpi, and of 32 greys so that files stay small."""
    smaller = cv2.resize(picture, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    return (smaller // 8 * 8 + 4).astype(np.uint8)


def _shaded(picture: Image) -> Image:
    shade = np.linspace(1.0, 0.6, picture.shape[1])[None, :]
    return ((255 - (255.0 - picture) * 0.35) * shade).astype(np.uint8)


def _dusty(picture: Image) -> Image:
    dusty = picture.copy()
    dusty[:2] = 20
    dusty[-3:] = 20
    for x, y in np.random.default_rng(0).integers(6, min(picture.shape) - 6, (6, 2)):
        dusty[y, x] = 60
    return dusty


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, scan in scans().items():
        frame = normalise(scan).frame
        assert frame is not None
        (FOLDER / f"{name}.png").write_bytes(encode_png(scan))
        (FOLDER / f"{name}.frame.png").write_bytes(encode_png(frame))
    (FOLDER / "fingerprint.txt").write_text(fingerprint() + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
