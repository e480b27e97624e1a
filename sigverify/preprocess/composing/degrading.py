"""What scanners, phones, clearing houses and years do to a cheque, done to a drawn one and its truth alike."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image

SKEW: Final = 5.0  # degrees at most, after the page has been found
BITONAL: Final = 0.36  # share of cheques that come in black and white only
SPECKLED: Final = 0.35  # share of moving thresholds so near the paper that guilloche stays as dots and waves
NEAR: Final = (2.0, 7.0)  # grey levels that such a threshold is below the paper
COARSE: Final = 0.35  # share of parts of a sheet that come at less resolution than they are looked at with
SMALL: Final = 0.16  # share that comes at no more than 100 dpi or 512 pixels


def laid_down(
    pixels: NDArray[np.float32], signed: Image, rng: np.random.Generator
) -> tuple[NDArray[np.float32], Image]:
    """The sheet (h, w, 3) and its truth (h, w) as a page that was found lies: a little tilted, a little cut off."""
    height, width = signed.shape
    if rng.random() < 0.25:
        return pixels, signed
    kind = rng.random()
    degrees = float(rng.normal(0.0, 0.7)) if kind < 0.6 else float(rng.uniform(-SKEW, SKEW))
    scale = float(rng.uniform(0.93, 1.03))
    way = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale), (0.0, 0.0, 1.0)])
    way[:2, 2] += rng.normal(0.0, 0.008, 2) * width
    way[2, :2] = rng.normal(0.0, 0.02, 2) / width if rng.random() < 0.3 else 0.0
    shade = float(rng.choice([255.0, 245.0, 200.0, 60.0, 10.0], p=(0.5, 0.15, 0.1, 0.1, 0.15)))
    size = (width, height)
    moved = cv2.warpPerspective(pixels, way, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(shade,) * 3)
    truth = cv2.warpPerspective(signed, way, size)
    return np.asarray(moved, np.float32), np.asarray(truth, np.uint8)


def scanned(pixels: NDArray[np.float32], rng: np.random.Generator) -> Image:
    """A grey picture (h', w') of the sheet (h, w, 3) as it reaches a bank; smaller where the scan is coarse."""
    grey = _grey(pixels, rng)
    if rng.random() < SMALL:
        width = int(rng.uniform(460, 620))
        grey = cv2.resize(grey, (width, round(width * grey.shape[0] / grey.shape[1])), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    if rng.random() < 0.4:
        grey = cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(0.3, 1.1)))  # type: ignore[assignment]
    if rng.random() < 0.3:
        grey = _lit(grey, rng)
    if rng.random() < 0.5:
        grey = grey + rng.normal(0.0, float(rng.uniform(1.0, 9.0)), grey.shape).astype(np.float32)
    if rng.random() < 0.5:
        low, high = float(rng.uniform(0.0, 50.0)), float(rng.uniform(190.0, 265.0))
        grey = low + grey * ((high - low) / 255.0)
    done = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < BITONAL:
        done = bitonal(done, rng)
        if rng.random() < 0.3:  # kept as a JPEG all the same
            done = compressed(done, rng)
    elif rng.random() < 0.6:
        done = compressed(done, rng)
    return done


def in_colour(pixels: NDArray[np.float32], rng: np.random.Generator) -> Image:
    """A picture in colour (h, w, 3) of a part of a sheet (h, w, 3) as a scanner makes it."""
    height, width = pixels.shape[:2]
    if rng.random() < COARSE:
        small = max(8, round(width * float(rng.uniform(0.45, 0.95))))
        coarse = cv2.resize(pixels, (small, max(8, round(small * height / width))), interpolation=cv2.INTER_AREA)
        pixels = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
    if rng.random() < 0.4:
        pixels = cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.3, 1.0)))  # type: ignore[assignment]
    if rng.random() < 0.3:
        pixels = _lit(np.ones((height, width), np.float32), rng)[..., None] * pixels
    if rng.random() < 0.5:
        pixels = pixels + rng.normal(0.0, float(rng.uniform(1.0, 7.0)), pixels.shape).astype(np.float32)
    if rng.random() < 0.5:  # what is white to one scanner is not to another
        low, high = rng.uniform(0.0, 40.0, 3), rng.uniform(200.0, 265.0, 3)
        pixels = (low + pixels * ((high - low) / 255.0)).astype(np.float32)
    done = np.clip(pixels, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = int(rng.integers(35, 95))
        _, data = cv2.imencode(".jpg", done[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        done = np.asarray(cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)  # type: ignore[arg-type]
    return done


def _grey(pixels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    # Some scanners see one colour more than the others.
    weights = np.array([0.299, 0.587, 0.114]) if rng.random() < 0.7 else rng.dirichlet([2.0, 2.0, 2.0])
    return np.asarray(pixels @ weights.astype(np.float32), np.float32)


def _lit(grey: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Light from one side, or a shadow."""
    coarse = rng.uniform(float(rng.uniform(0.45, 0.9)), 1.0, (2, 3)).astype(np.float32)
    return grey * cv2.resize(coarse, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)


def bitonal(grey: Image, rng: np.random.Generator) -> Image:
    """Black and white by one threshold, by one that follows the paper, or dithered; then a little dirt or wear."""
    kind = rng.random()
    if kind < 0.3:
        level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        level = np.clip(level + float(rng.normal(0.0, 15.0)), 20, 250)
        done = np.where(grey > level, 255, 0).astype(np.uint8)
    elif kind < 0.85:
        window = int(rng.integers(7, 40)) * 2 + 1
        above = float(rng.uniform(*NEAR) if rng.random() < SPECKLED else rng.uniform(4.0, 26.0))
        done = cv2.adaptiveThreshold(  # type: ignore[assignment]
            grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, window, above
        )
    else:
        done = np.where(grey > rng.uniform(60.0, 200.0, grey.shape), 255, 0).astype(np.uint8)
    if rng.random() < 0.3:
        share = float(rng.uniform(0.0005, 0.01))
        done[rng.random(done.shape) < share] = 0
    if rng.random() < 0.3:
        wear = cv2.resize(rng.random((5, 9)).astype(np.float32), done.shape[::-1], interpolation=cv2.INTER_CUBIC)
        done[rng.random(done.shape) < np.clip(wear - 0.6, 0.0, 0.5)] = 255
    if rng.random() < 0.15:
        done = cv2.erode(done, np.ones((2, 2), np.uint8))  # type: ignore[assignment]
    return done


def compressed(grey: Image, rng: np.random.Generator) -> Image:
    """Through JPEG at some quality."""
    quality = int(rng.integers(25, 92))
    _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value]
