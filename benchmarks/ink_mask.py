"""Which threshold finds ink best: known strokes put on paper that is uneven, noisy, faint or blurred (ADR 0002).

Run as `python -m benchmarks.ink_mask FOLDER_OF_BITONAL_SIGNATURES`; prints mean Dice by degradation.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from sigverify.preprocess.inkmask import THRESHOLDS, flatten


def shade(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    height, width = shape
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    a, b, c = rng.uniform(-50, 50, 3)
    return a * x + b * y + c * x * y


def draw(mask, rng, *, ink=60.0, paper=235.0, noise=3.0, uneven=False, blur=0.6, quality=0):
    ink_share = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), blur)
    ground = np.full(mask.shape, paper) + (shade(mask.shape, rng) - 40 if uneven else 0.0)
    ink_map = ink + cv2.GaussianBlur(rng.normal(0, 120, mask.shape), (0, 0), 6)  # pressure comes and goes
    grey = ground + (np.minimum(ink_map, ground) - ground) * ink_share + rng.normal(0, noise, mask.shape)
    grey = np.clip(grey, 0, 255).astype(np.uint8)
    if quality:
        grey = cv2.imdecode(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0)
    return grey


CASES: dict[str, dict] = {
    "clean": {},
    "uneven paper": {"uneven": True},
    "noisy paper": {"noise": 10.0},
    "faint ink": {"ink": 185.0},
    "faint, uneven, noisy": {"ink": 170.0, "uneven": True, "noise": 6.0},
    "blurred": {"blur": 1.6},
    "JPEG 40": {"quality": 40},
}


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return 2.0 * float(((a > 0) & (b > 0)).sum()) / max(1.0, float((a > 0).sum() + (b > 0).sum()))


def main(folder: Path) -> None:
    files = sorted(folder.rglob("*.png"))
    files = files[:: max(1, len(files) // 60)][:60]
    methods: dict[str, Callable] = {**THRESHOLDS}
    print(f"{'':24}" + "".join(f"{name:>16}" for name in methods))
    spent = dict.fromkeys(methods, 0.0)
    for case, options in CASES.items():
        scores: dict[str, list[float]] = {name: [] for name in methods}
        for number, file in enumerate(files):
            truth = 255 - cv2.imdecode(np.fromfile(file, np.uint8), 0)
            truth = cv2.threshold(truth, 127, 255, cv2.THRESH_BINARY)[1]
            if number % 2:  # thin pens, as in most grey scans
                truth = cv2.erode(truth, np.ones((2, 2), np.uint8))
            grey = draw(truth, np.random.default_rng(number), **options)
            for name, method in methods.items():
                flat = flatten(grey)
                begun = time.perf_counter()
                found = method(flat)
                spent[name] += time.perf_counter() - begun
                scores[name].append(dice(found, truth))
        print(f"{case:24}" + "".join(f"{np.mean(scores[name]):16.3f}" for name in methods))
    print(f"{'milliseconds':24}" + "".join(f"{1e3 * spent[n] / len(files) / len(CASES):16.2f}" for n in methods))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
