"""A folder of cheques of which somebody has said where the signature is: boxes.csv, and masks of strokes beside it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sigverify.domain import Box, check_box
from sigverify.errors import DataError

BOXES: Final = "boxes.csv"
EDGES: Final = ("x0", "y0", "x1", "y1")
COLUMNS: Final = ("image", "signed", *EDGES)  # and `bank`, where there are several
IMAGES, MASKS = "images", "masks"  # folders side by side


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One cheque's picture, and what is known of it."""

    path: Path
    folder: str  # the first part of the path that boxes.csv gives: one collection
    bank: str  # or layout; the collection where boxes.csv names none
    signed: bool | None  # None: nobody has said
    box: Box | None  # of the signature, in pixels of the picture; None: not known, or not signed
    mask: Path | None  # picture of the strokes, light on black, as large as the cheque's; None: there is none

    def __post_init__(self) -> None:
        if self.box is not None and not self.signed:
            raise ValueError("a signature has a box only on a cheque that is signed")


def labelled(folder: Path) -> list[Labelled]:
    """Every cheque in a folder's boxes.csv, in its order; raises DataError that names the line which is not usable."""
    path = folder / BOXES
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{folder.name} has no {BOXES} that can be read: a table with the columns image, bank, signed, x0, y0, "
            "x1, y1 says where the signatures are."
        ) from error
    found = list(_rows(folder, text))
    if not found:
        raise DataError(f"{BOXES} in {folder.name} names no cheques.")
    return found


def spread_over(cheques: list[Labelled], limit: int) -> list[Labelled]:
    """So many cheques, the banks taking turns so that each has its share; in their old order."""
    turns: dict[tuple[str, str], int] = {}
    ranked = []
    for number, one in enumerate(cheques):
        turn = turns.setdefault((one.folder, one.bank), 0)
        turns[one.folder, one.bank] += 1
        ranked.append((turn, number))
    return [cheques[number] for number in sorted(number for _, number in sorted(ranked)[:limit])]


def _rows(folder: Path, text: str) -> Iterator[Labelled]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise DataError(f"{BOXES} lacks the columns {', '.join(sorted(missing))}.")
    try:
        for row in reader:
            yield _cheque(folder, row)
    except (ValueError, csv.Error) as error:
        raise DataError(f"Line {reader.line_num} of {BOXES} is not usable: {error}. Mend it.") from error


def _cheque(folder: Path, row: Mapping[str, str | None]) -> Labelled:
    told = {name: (row.get(name) or "").strip() for name in (*COLUMNS, "bank")}
    if not told["image"]:
        raise ValueError("it names no image")
    path = folder / told["image"]
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("the image lies outside the folder")
    if not path.is_file():
        raise ValueError("there is no such image")
    if told["signed"] not in ("0", "1", ""):
        raise ValueError("signed is 1, 0 or, where nobody knows, empty")
    parts = path.relative_to(folder).parts
    collection = parts[0] if len(parts) > 1 else folder.resolve().name
    return Labelled(
        path=path,
        folder=collection,
        bank=told["bank"] or collection,
        signed=None if not told["signed"] else told["signed"] == "1",
        box=_box([told[edge] for edge in EDGES]),
        mask=_mask(path),
    )


def _box(edges: list[str]) -> Box | None:
    if not any(edges):
        return None
    x0, y0, x1, y1 = (int(edge) for edge in edges)
    check_box((x0, y0, x1, y1))
    return x0, y0, x1, y1


def _mask(path: Path) -> Path | None:
    """`masks/<stem>.png` beside the folder `images`, or in the picture's own folder."""
    beside = path.parent.parent if path.parent.name == IMAGES else path.parent
    mask = beside / MASKS / f"{path.stem}.png"
    return mask if mask.is_file() else None
