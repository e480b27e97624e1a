"""`python -m benchmarks`: every figure beside its target; exit code 1 when one is not kept."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import core, window
from benchmarks.measuring import Figure
from sigverify.app import default_weights


def main() -> int:
    """Measure and print, one line a figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--weights", type=Path, default=default_weights(), help="of the network, for the first figures")
    parser.add_argument("--only", choices=("core", "window"), help="measure only these")
    asked = parser.parse_args()
    kept = True
    for figure in _figures(asked.only, asked.weights):
        print(figure, flush=True)
        kept = kept and figure.kept
    return 0 if kept else 1


def _figures(only: str | None, weights: Path) -> Iterator[Figure]:
    if only != "window":
        yield from core.figures(weights)
    if only != "core":
        yield from window.figures()


if __name__ == "__main__":
    sys.exit(main())
