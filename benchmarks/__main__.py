"""`python -m benchmarks`: every figure beside its target; exit code 1 when one is not kept."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import core, locating, window
from benchmarks.measuring import Figure, show, shown_by
from sigverify import paths
from sigverify.app import default_weights


def main() -> int:
    """Measure and print, one line a figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--weights", type=Path, default=default_weights(), help="of the network, for the first figures")
    parser.add_argument("--locator", type=Path, default=paths.locator(), help="weights of the network for cheques")
    parser.add_argument("--only", choices=("core", "locating", "window", "batch-window"), help="measure only these")
    asked = parser.parse_args()
    return 0 if show(_figures(asked.only, asked.weights, asked.locator)) else 1


def _figures(only: str | None, weights: Path, locator: Path) -> Iterator[Figure]:
    if only in (None, "core"):
        yield from core.figures(weights)
    if only in (None, "locating"):
        yield from locating.figures(locator)
    if only in (None, "window"):
        yield from window.figures()
    if only in (None, "batch-window"):
        yield from shown_by("benchmarks.batch_window")


if __name__ == "__main__":
    sys.exit(main())
