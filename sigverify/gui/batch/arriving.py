"""What a drop brings that is not a picture: a folder, a manifest, or results."""

import csv
from enum import Enum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData

from sigverify.batch.results import JSON_ENDINGS, PARTIAL

TABLES: Final = (".csv", ".tsv")
ENOUGH: Final = 4096  # characters in which a head of columns ends
OF_RESULTS: Final = ("item_id", "decision", "distance")


class Kind(Enum):
    """What a path is to a batch."""

    WORK = "work"  # a folder or a manifest
    RESULTS = "results"


def batch_path(mime: QMimeData) -> Path | None:
    """The one folder or table among what is offered; None where pictures come, or several things at once."""
    urls = mime.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    known = (*TABLES, *JSON_ENDINGS, PARTIAL)
    return path if path.suffix.lower() in known or path.is_dir() else None


def kind_of(path: Path) -> Kind:
    """What this path is; a table is known by the head of its columns."""
    if path.is_dir():
        return Kind.WORK
    if path.suffix.lower() in (*JSON_ENDINGS, PARTIAL):
        return Kind.RESULTS
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            head = text.readline(ENOUGH)
    except OSError:
        return Kind.WORK  # the check tells what is wrong with it
    names = next(csv.reader([head], delimiter=max(",;\t", key=head.count)), [])
    return Kind.RESULTS if all(name in names for name in OF_RESULTS) else Kind.WORK
