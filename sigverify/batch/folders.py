"""A folder as a manifest: which picture is questioned, and which specimens go with it, by their names alone."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sigverify.batch.keeping import told_reading
from sigverify.errors import BatchError

QUESTIONED: Final = "questioned"
REFERENCES: Final = "references"
PICTURES: Final = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".pdf"))
_FLAT: Final = re.compile(r"(?P<id>.+)_(?P<side>questioned|reference)(?P<rest>.*)", re.IGNORECASE)


@dataclass(kw_only=True)
class Named:
    """The pictures of one id, as paths below the folder."""

    questioned: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


def named_in(folder: Path) -> tuple[dict[str, Named], int]:
    """What belongs to which id, and how many specimens belong to nobody; raises BatchError for another layout."""
    with told_reading(folder):
        if (folder / QUESTIONED).is_dir():
            return _nested(folder)
        found, strays = _flat(folder)
    if not found:
        raise BatchError(
            f"{folder.name} holds no batch: put the pictures into {QUESTIONED}/ and {REFERENCES}/, name them "
            "<id>_questioned and <id>_reference, or write a manifest.csv."
        )
    return found, strays


def _nested(folder: Path) -> tuple[dict[str, Named], int]:
    found: dict[str, Named] = {}
    for name in _pictures(folder / QUESTIONED):
        found.setdefault(Path(name).stem, Named()).questioned.append(f"{QUESTIONED}/{name}")
    strays = 0
    for below, whose in _references(folder / REFERENCES, found):
        if whose is None:
            strays += 1
        else:
            found[whose].references.append(f"{REFERENCES}/{below}")
    return found, strays


def _references(folder: Path, ids: Mapping[str, Named]) -> Iterator[tuple[str, str | None]]:
    """Each specimen's path below the folder, and whose it is; None where it is nobody's."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        people = sorted(entry.name for entry in entries if entry.is_dir())
    for person in people:
        for name in _pictures(folder / person):
            yield f"{person}/{name}", person if person in ids else None
    for name in _pictures(folder):
        yield name, owner(Path(name).stem, ids)


def _flat(folder: Path) -> tuple[dict[str, Named], int]:
    found: dict[str, Named] = {}
    for name in _pictures(folder):
        match = _FLAT.fullmatch(Path(name).stem)
        if match is None:
            continue
        side = match["side"].lower()
        if side == "questioned" and not match["rest"]:
            found.setdefault(match["id"], Named()).questioned.append(name)
        elif side == "reference":
            found.setdefault(match["id"], Named()).references.append(name)
    alone = [one for one in found if not found[one].questioned]
    strays = sum(len(found.pop(one).references) for one in alone)
    return found, strays


def owner(stem: str, ids: Iterable[str] | Mapping[str, object]) -> str | None:
    """The longest id that a specimen's name begins with; the name may not carry on the id's last word or number.

    So "12_a" and "12a" are of the id 12, and "123" is not, for it may be another customer's.
    """
    known = ids if isinstance(ids, Mapping) else dict.fromkeys(ids)
    for end in range(len(stem), 0, -1):
        if stem[:end] in known and not _carries_on(stem[end - 1], stem[end : end + 1]):
            return stem[:end]
    return None


def _carries_on(last: str, following: str) -> bool:
    return (last.isdigit() and following.isdigit()) or (last.isalpha() and following.isalpha())


def _pictures(folder: Path) -> list[str]:
    """Names of the pictures in a folder, in order; what systems leave lying about is none."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file()]
    return sorted(name for name in names if os.path.splitext(name)[1].lower() in PICTURES)  # noqa: PTH122 (quick)
