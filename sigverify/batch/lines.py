"""One line of a manifest at a time: from bytes to an item, or to a sentence that says what is wrong with it."""

import csv
import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.batch.items import FIRST_PAGE, Item, Truth
from sigverify.batch.keeping import told_reading
from sigverify.batch.rows import BETWEEN, box_of
from sigverify.domain import Box, check_box
from sigverify.errors import BatchError

NEEDED: Final = ("item_id", "questioned", "references")
OPTIONAL: Final = ("amount", "page", "box", "expected")
SEPARATORS: Final = ",;\t"
LONGEST_LINE: Final = 1 << 16  # bytes; forty paths are a tenth of it
LONGEST_ID: Final = 200  # characters
LARGEST_PAGE: Final = 1000  # of a multi-page file, as the reader allows
FOLDERS_KEPT: Final = 64  # listings
_UTF8: Final = b"\xef\xbb\xbf"


class Unusable(Exception):  # noqa: N818 - a line's, told as a sentence
    """A line that names no item; the message says what to do."""

    def __init__(self, message: str, item_id: str = "") -> None:
        """With the id, where it could be read."""
        super().__init__(message)
        self.item_id = item_id


class Lines:
    """A text file, line by line, each of which can be read again; memory does not grow with the file."""

    def __init__(self, path: Path) -> None:
        """Open it; raises BatchError when that cannot be."""
        self.path = path
        self._digest = hashlib.sha256()
        self._stamp: tuple[int, int] | None = None
        with told_reading(self.path):
            self._file = path.open("rb")  # open as long as the batch: an editor that replaces the file does no harm

    def first(self) -> str:
        """The header line; raises BatchError where it is not UTF-8, as UTF-16 is not."""
        with told_reading(self.path):
            data = self._file.readline(LONGEST_LINE)
        self._digest.update(data)
        try:
            return data.removeprefix(_UTF8).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BatchError(f"{self.path.name} is not UTF-8. Save it as CSV UTF-8.") from error

    def rest(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, place in the file and bytes of each further line that is not blank."""
        number = 1
        with told_reading(self.path):
            begins = self._file.tell()
            while data := self._file.readline(LONGEST_LINE):
                number += 1
                size = len(data) + self._skipped(data)
                self._digest.update(data)
                if data.strip(b" \t\r\n;,"):
                    yield number, begins, data
                begins += size

    def _skipped(self, data: bytes) -> int:
        """Bytes passed over to reach the end of a line that is too long."""
        size = 0
        while not data.endswith(b"\n") and len(data) == LONGEST_LINE:
            data = self._file.readline(LONGEST_LINE)
            self._digest.update(data)
            size += len(data)
        return size

    def checked(self) -> str:
        """SHA-256 of all that was read by `first` and `rest`; from now on the file may not change any more."""
        self._stamp = self._now()
        return self._digest.hexdigest()

    def at(self, begins: int) -> bytes:
        """The line that begins there; raises BatchError when the file was changed since it was checked."""
        with told_reading(self.path):
            if self._stamp is not None and self._now() != self._stamp:
                raise BatchError(
                    f"{self.path.name} was changed while it was worked through. Put it back and resume the batch, "
                    "or begin anew under another name."
                )
            self._file.seek(begins)
            return self._file.readline(LONGEST_LINE)

    def _now(self) -> tuple[int, int]:
        found = os.fstat(self._file.fileno())
        return found.st_mtime_ns, found.st_size

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, kw_only=True)
class Header:
    """Which column stands where."""

    folder: str  # to which paths are relative
    separator: str
    places: Mapping[str, int]
    width: int  # columns

    @classmethod
    def read(cls, lines: Lines) -> "Header":
        """Read the first line; raises BatchError where a column is missing or stands there twice."""
        text = lines.first()
        separator = max(SEPARATORS, key=text.count)
        names = [name.strip().lower() for name in next(csv.reader([text], delimiter=separator), [])]
        for name in NEEDED:
            if name not in names:
                raise BatchError(
                    f"{lines.path.name}, line 1: there is no column {name}. The first line names the columns: "
                    f"{', '.join(NEEDED)}, and if you like {', '.join(OPTIONAL)}."
                )
        for name in (*NEEDED, *OPTIONAL):
            if names.count(name) > 1:
                raise BatchError(f"{lines.path.name}, line 1: the column {name} stands there twice. Rename one.")
        places: dict[str, int] = {name: names.index(name) for name in (*NEEDED, *OPTIONAL) if name in names}
        return cls(folder=str(lines.path.parent), separator=separator, places=places, width=len(names))


class Files:
    """Whether files are there: one listing a folder, rather than one question a file over the network."""

    def __init__(self) -> None:
        """Nothing is listed yet."""
        self._listed: OrderedDict[str, NDArray[np.int64]] = OrderedDict()

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        folder, name = os.path.split(path)
        names = self._listed.get(folder)
        if names is None:
            names = self._listed[folder] = _listing(folder)
            if len(self._listed) > FOLDERS_KEPT:
                self._listed.popitem(last=False)
        wanted = hash(name)
        place = int(np.searchsorted(names, wanted))
        if place < len(names) and names[place] == wanted:
            return True
        try:
            return Path(path).is_file()  # by another spelling, where the system sees no difference
        except (OSError, ValueError):
            return False


def _listing(folder: str) -> NDArray[np.int64]:
    """Hashes (n,) of the names of the files in a folder, rising; a name takes eight bytes that way."""
    try:
        with os.scandir(folder) as entries:
            return np.sort(np.fromiter((hash(entry.name) for entry in entries if entry.is_file()), np.int64))
    except (OSError, ValueError):
        return np.empty(0, np.int64)


def item_of(data: bytes, line: int, header: Header, files: Files | None) -> Item:
    """The item a line names; raises Unusable. Without `files` it is not asked whether its files are there."""
    cells = _cells(data, header)
    item_id = _id_of(cells["item_id"])
    try:
        return Item(
            line=line,
            item_id=item_id,
            questioned=_file(cells["questioned"], "questioned picture", header.folder, files),
            references=_references(cells["references"], header.folder, files),
            page=_page(cells.get("page", "")),
            box=_box(cells.get("box", "")),
            amount=cells.get("amount", ""),
            expected=_truth(cells.get("expected", "")),
        )
    except Unusable as error:
        error.item_id = item_id
        raise


def _cells(data: bytes, header: Header) -> dict[str, str]:
    if len(data) == LONGEST_LINE and not data.endswith(b"\n"):
        raise Unusable("The line is too long: check that nothing is missing between the lines.")
    try:
        text = data.decode("utf-8").rstrip("\r\n")
        row = next(csv.reader([text], delimiter=header.separator, strict=True))
    except UnicodeDecodeError:
        raise Unusable("The line is not UTF-8: save the manifest as CSV UTF-8.") from None
    except (csv.Error, StopIteration):
        raise Unusable("The line has a quotation mark too many or too few: an item is one line.") from None
    if any(cell.strip() for cell in row[header.width :]):
        raise Unusable("The line has more cells than the first one: put cells that hold the separator in quotes.")
    return {name: row[place].strip() if place < len(row) else "" for name, place in header.places.items()}


def _id_of(text: str) -> str:
    if not text:
        raise Unusable("There is no item_id: give the item one.")
    if len(text) > LONGEST_ID or not text.isprintable():
        raise Unusable(f"The item_id has signs that cannot be shown, or more than {LONGEST_ID}: give it another.")
    return text


def _file(text: str, what: str, folder: str, files: Files | None) -> Path:
    if not text:
        raise Unusable(f"There is no {what}: name its file.")
    path = os.path.join(folder, text)  # noqa: PTH118 (quick, there are hundreds of thousands)
    if files is not None and not files.has(path):
        shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
        raise Unusable(f"The {what} {shown} is not there: check the path.")
    return Path(path)


def _references(text: str, folder: str, files: Files | None) -> tuple[Path, ...]:
    named = [part.strip() for part in text.split(BETWEEN) if part.strip()]
    if not named:
        raise Unusable("There are no references: name at least one specimen.")
    return tuple(_file(one, "reference", folder, files) for one in named)


def _page(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 6 and FIRST_PAGE <= int(text) <= LARGEST_PAGE):
        raise Unusable(f"The page is no number from {FIRST_PAGE} to {LARGEST_PAGE}: pages are counted from 1.")
    return int(text) - FIRST_PAGE


def _box(text: str) -> Box | None:
    if not text:
        return None
    try:
        box = box_of(text)
        check_box(box)
    except ValueError:
        raise Unusable("The box is not x0 y0 x1 y1 in whole pixels with x0 < x1 and y0 < y1: correct it.") from None
    return box


def _truth(text: str) -> Truth | None:
    if not text:
        return None
    try:
        return Truth(text.lower())
    except ValueError:
        raise Unusable(f"Expected is one of {', '.join(Truth)}: correct it or leave it empty.") from None
