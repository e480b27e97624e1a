"""Pictures that are no signature worth judging, drawn on the fly; and one that is, to be spoilt."""

import cv2
import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import grey


def good_signature(seed: int = 5, day: int = 1) -> Image:
    """A grey scan (h, w) that can be judged."""
    return grey(Signer.of_seed(seed).genuine(day))


def blank_page(height: int = 400, width: int = 900, seed: int = 0) -> Image:
    """White paper with the scanner's noise and a shade across it."""
    noise = np.random.default_rng(seed).normal(0.0, 1.5, (height, width))
    shade = np.linspace(0.0, 12.0, width)[None, :]
    return np.clip(247.0 + noise - shade, 0, 255).astype(np.uint8)


def page_of_text(lines: int = 40) -> Image:
    """A letter: forty lines of print."""
    page = np.full((1400, 1000), 250, np.uint8)
    for line in range(lines):
        text = "To whom it may concern: we confirm that payment was made."
        cv2.putText(page, text[line % 7 :], (60, 60 + 33 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.85, 30, 2, cv2.LINE_AA)
    return page


def photograph(seed: int = 0) -> Image:
    """A cat, near enough: soft dark shapes, fur and no paper anywhere; RGB (h, w, 3)."""
    rng = np.random.default_rng(seed)
    height, width = 480, 640
    light = cv2.resize(rng.uniform(30, 220, (6, 8)), (width, height), interpolation=cv2.INTER_CUBIC)
    fur = cv2.GaussianBlur(rng.normal(0.0, 60.0, (height, width)), (0, 0), sigmaX=1.0, sigmaY=3.0)
    picture = np.clip(light + fur, 0, 255).astype(np.uint8)
    cv2.ellipse(picture, (320, 260), (150, 110), 0, 0, 360, 55, -1, cv2.LINE_AA)
    for x in (265, 375):
        cv2.circle(picture, (x, 235), 22, 200, -1, cv2.LINE_AA)
    grain = rng.normal(0.0, 12.0, (height, width))
    tinted = np.stack([picture * share + grain for share in (1.0, 0.9, 0.75)], axis=2)
    return np.clip(tinted, 0, 255).astype(np.uint8)


def clipped(picture: Image, side: str, cut: float = 0.3) -> Image:
    """A picture with a share of its ink cut off at "left", "right", "top" or "bottom"."""
    height, width = picture.shape[:2]
    across, down = round(width * cut), round(height * cut)
    return {
        "left": picture[:, across:],
        "right": picture[:, :-across],
        "top": picture[down:],
        "bottom": picture[:-down],
    }[side].copy()
