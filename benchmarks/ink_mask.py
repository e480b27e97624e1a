"""Which threshold finds ink best: known strokes put on paper that is uneven, noisy, faint or blurred (ADR 0002).

Run as `python -m benchmarks.ink_mask FOLDER_OF_BITONAL_SIGNATURES`; prints mean Dice by degradation.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image
from sigverify.preprocess.inkmask import THRESHOLDS, find_ink, flatten
from sigverify.preprocess.normalising import DEFAULT


@dataclass(frozen=True, kw_only=True)
class Case:
    ink: float = 60.0  # grey
    paper: float = 235.0
    noise: float = 3.0  # grey levels, deviation
    uneven: bool = False
    blur: float = 0.6  # pixels
    quality: int = 0  # of a JPEG; 0: none


def shade(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[Any]:
    height, width = shape
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    a, b, c = rng.uniform(-50, 50, 3)
    ramp: NDArray[Any] = a * x + b * y + c * x * y
    return ramp


def draw(mask: Image, rng: np.random.Generator, case: Case) -> Image:
    ink_share = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), case.blur)
    ground = np.full(mask.shape, case.paper) + (shade(mask.shape, rng) - 40 if case.uneven else 0.0)
    ink_map = case.ink + cv2.GaussianBlur(rng.normal(0, 120, mask.shape), (0, 0), 6)  # pressure comes and goes
    grey = ground + (np.minimum(ink_map, ground) - ground) * ink_share + rng.normal(0, case.noise, mask.shape)
    picture: Image = np.clip(grey, 0, 255).astype(np.uint8)
    if case.quality:
        return as_read(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, case.quality])[1])
    return picture


def as_read(data: NDArray[Any]) -> Image:
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture.astype(np.uint8, copy=False)


CASES = {
    "clean": Case(),
    "uneven paper": Case(uneven=True),
    "noisy paper": Case(noise=10.0),
    "faint ink": Case(ink=185.0),
    "faint, uneven, noisy": Case(ink=170.0, uneven=True, noise=6.0),
    "blurred": Case(blur=1.6),
    "JPEG 40": Case(quality=40),
}


def dice(a: NDArray[Any], b: NDArray[Any]) -> float:
    return 2.0 * float(((a > 0) & (b > 0)).sum()) / max(1.0, float((a > 0).sum() + (b > 0).sum()))


def found_by(method: Callable[[Image], Image], grey: Image) -> Image:
    return method(flatten(grey))


def in_use(grey: Image) -> Image:
    return find_ink(grey, DEFAULT.threshold).mask


def main(folder: Path) -> None:
    files = sorted(folder.rglob("*.png"))
    files = files[:: max(1, len(files) // 60)][:60]
    methods: dict[str, Callable[[Image], Image]] = {
        **{name: partial(found_by, method) for name, method in THRESHOLDS.items()},
        "in use": in_use,
    }
    print(f"{'':24}" + "".join(f"{name:>16}" for name in methods))
    spent = dict.fromkeys(methods, 0.0)
    for title, case in CASES.items():
        scores: dict[str, list[float]] = {name: [] for name in methods}
        for number, file in enumerate(files):
            truth = np.where(as_read(np.fromfile(file, np.uint8)) < 128, 255, 0).astype(np.uint8)
            if number % 2:  # thin pens, as in most grey scans
                truth = cv2.erode(truth, np.ones((2, 2), np.uint8)).astype(np.uint8)
            grey = draw(truth, np.random.default_rng(number), case)
            for name, method in methods.items():
                begun = time.perf_counter()
                found = method(grey)
                spent[name] += time.perf_counter() - begun
                scores[name].append(dice(found, truth))
        print(f"{title:24}" + "".join(f"{np.mean(scores[name]):16.3f}" for name in methods))
    print(f"{'milliseconds':24}" + "".join(f"{1e3 * spent[n] / len(files) / len(CASES):16.2f}" for n in methods))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
