"""Draws the example that ships: `python -m benchmarks.batch_example resources/samples/batch`."""

import csv
import sys
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from sigverify.domain import Image
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import grey, shrink

CUSTOMERS = {"1001": 31, "1002": 8, "1003": 12, "1004": 21}  # account and seed of a person who does not exist
WIDE = 460  # pixels; large enough to be judged, small enough to ship
QUALITY = 82  # of the JPEG files
HEAD = ("item_id", "questioned", "references", "amount", "page", "box", "expected")


def write(folder: Path) -> None:
    """Pictures of questioned signatures and specimens, and the manifest that joins them."""
    signers = {account: Signer.of_seed(seed) for account, seed in CUSTOMERS.items()}
    rows: list[tuple[str, ...]] = []
    for account, signer in signers.items():
        names = [f"references/{account}_{number}.jpg" for number in (1, 2)]
        for number, name in enumerate(names, 2):
            _save(folder / name, signer.genuine(number))
        rows.append(_row(folder, f"{account}-a", signer.genuine(1), names, "120.00", "genuine"))
    both = {account: [f"references/{account}_{number}.jpg" for number in (1, 2)] for account in signers}
    rows.append(_row(folder, "1002-b", signers["1002"].forged(1), both["1002"], "9,500.00", "skilled"))
    rows.append(_row(folder, "1003-b", signers["1004"].genuine(7), both["1003"], "75.20", "random"))
    rows.append(_row(folder, "1004-b", signers["1004"].genuine(8), both["1004"][:1], "310.00", "genuine"))
    rows.append(_row(folder, "1001-b", np.full((180, WIDE), 250, np.uint8), both["1001"], "55.00", ""))
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEAD, *sorted(rows)])


def _row(folder: Path, item: str, picture: Image, specimens: list[str], amount: str, expected: str) -> tuple[str, ...]:
    name = f"questioned/{item}.jpg"
    _save(folder / name, picture)
    return item, name, ";".join(specimens), amount, "", "", expected


def _save(path: Path, picture: Image) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(shrink(grey(picture), WIDE)).save(path, quality=QUALITY, dpi=(150, 150), optimize=True)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
