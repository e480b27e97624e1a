"""What a batch is to do: a manifest or a folder, read and checked whole before any work starts.

A manifest is read line by line, twice: once to check it, once to work through it. Of each item 24 bytes are kept.
"""

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sigverify.batch.folders import Named, named_in
from sigverify.batch.items import Item, LineProblem
from sigverify.batch.lines import Files, Header, Lines, Unusable, item_of
from sigverify.batch.rows import BETWEEN
from sigverify.errors import BatchError

MANIFEST: Final = "manifest.csv"  # a folder with such a file in it is read by it


class _Entries(Protocol):
    """Where the items are read from, again and again."""

    def at(self, place: int) -> Item:
        """The item at a place; raises Unusable."""

    def close(self) -> None:
        """Let go of the file."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest that was checked whole."""

    path: Path
    digest: str  # of what it says
    problems: tuple[LineProblem, ...]  # rising by line
    notes: tuple[str, ...]  # what is odd but stops no item
    lines: NDArray[np.uint32]  # (n,) of each item, rising
    groups: NDArray[np.uint64]  # (n,) alike for items with the same specimens
    entries: _Entries

    def __len__(self) -> int:
        return len(self.lines)

    def in_groups(self) -> NDArray[np.int64]:
        """The places of all items, those with the same specimens together, else in the manifest's order."""
        _, first, which = np.unique(self.groups, return_index=True, return_inverse=True)
        order: NDArray[np.int64] = np.argsort(first[which], kind="stable")
        return order

    def entry(self, place: int) -> Item | LineProblem:
        """The item at a place, or why there is none; raises BatchError when the manifest has changed since."""
        line = int(self.lines[place])
        found = self._problem(line)
        if found is not None:
            return found
        return self.entries.at(place)

    def close(self) -> None:
        """Let go of the file."""
        self.entries.close()

    def _problem(self, line: int) -> LineProblem | None:
        low, high = 0, len(self.problems)
        while low < high:
            middle = (low + high) // 2
            if self.problems[middle].line < line:
                low = middle + 1
            else:
                high = middle
        return self.problems[low] if low < len(self.problems) and self.problems[low].line == line else None


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest, or a folder by convention; raises BatchError for what is neither."""
    path = path.absolute()
    if path.is_dir():
        inside = path / MANIFEST
        return _of_csv(inside) if inside.is_file() else _of_folder(path)
    return _of_csv(path)


class _Checking:
    """Gathers what is to be kept of each item, and what is wrong with it."""

    def __init__(self) -> None:
        self.lines = array("I")
        self._ids = array("Q")
        self._groups = array("Q")
        self._problems: dict[int, LineProblem] = {}

    def good(self, item: Item) -> None:
        self.lines.append(item.line)
        self._ids.append(_number_of(item.item_id))
        self._groups.append(_number_of("\0".join(map(str, item.references))))

    def bad(self, problem: LineProblem) -> None:
        self.lines.append(problem.line)
        self._ids.append(_number_of(problem.item_id))
        self._groups.append(0)
        self._problems[problem.line] = problem

    def done(self, path: Path, digest: str, entries: _Entries, notes: tuple[str, ...] = ()) -> Manifest:
        if not self.lines:
            raise BatchError(f"{path.name} names no items. Write one line for each questioned signature.")
        lines = np.array(self.lines, np.uint32)
        for again, first in self._twice(lines):
            if again not in self._problems:
                self._problems[again] = self._same(entries, again, first)
        return Manifest(
            path=path,
            digest=digest,
            problems=tuple(self._problems[line] for line in sorted(self._problems)),
            notes=notes,
            lines=lines,
            groups=np.array(self._groups, np.uint64),
            entries=entries,
        )

    def _twice(self, lines: NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
        """Lines whose id stands on an earlier line, and that one; 64 bits tell a hundred thousand ids apart."""
        ids = np.array(self._ids, np.uint64)
        _, first, which = np.unique(ids, return_index=True, return_inverse=True)
        for place in np.flatnonzero(first[which] != np.arange(len(ids))):
            yield int(lines[place]), int(lines[first[which[place]]])

    def _same(self, entries: _Entries, line: int, first: int) -> LineProblem:
        place = int(np.searchsorted(np.asarray(self.lines), line))
        item_id = entries.at(place).item_id
        message = f"The same item_id stands on line {first} already: give each item an id of its own."
        return LineProblem(line=line, item_id=item_id, message=message)


def _number_of(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class _CsvEntries:
    """Lines of a file, read where they begin."""

    def __init__(self, lines: Lines, header: Header) -> None:
        self._lines = lines
        self._header = header
        self._begins = array("Q")
        self._numbers = array("I")

    def note(self, number: int, begins: int) -> None:
        self._numbers.append(number)
        self._begins.append(begins)

    def close(self) -> None:
        self._lines.close()

    def at(self, place: int) -> Item:
        return item_of(self._lines.at(self._begins[place]), self._numbers[place], self._header, None)


def _of_csv(path: Path) -> Manifest:
    lines = Lines(path)
    try:
        return _checked(path, lines)
    except BaseException:
        lines.close()
        raise


def _checked(path: Path, lines: Lines) -> Manifest:
    header = Header.read(lines)
    checking, entries, files = _Checking(), _CsvEntries(lines, header), Files()
    for number, begins, data in lines.rest():
        entries.note(number, begins)
        try:
            checking.good(item_of(data, number, header, files))
        except Unusable as error:
            item_id = error.item_id or f"(line {number})"
            checking.bad(LineProblem(line=number, item_id=item_id, message=str(error)))
    return checking.done(path, lines.checked(), entries)


class _FolderEntries:
    """Pictures of a folder by id."""

    def __init__(self, folder: Path, found: dict[str, Named]) -> None:
        self._folder = folder
        self._found = found
        self._ids = sorted(found)

    def __len__(self) -> int:
        return len(self._ids)

    def close(self) -> None:
        """There is nothing open."""

    def item_id(self, place: int) -> str:
        return self._ids[place]

    def at(self, place: int) -> Item:
        item_id = self._ids[place]
        named = self._found[item_id]
        if not item_id.isprintable():
            raise Unusable("The name holds signs that cannot be shown: rename the pictures.", item_id)
        if len(named.questioned) > 1:
            raise Unusable("There is more than one questioned picture of this id: leave one of them.", item_id)
        if not named.references:
            raise Unusable("There are no specimens of this id: add them, or correct their names.", item_id)
        if any(BETWEEN in name for name in named.references):
            raise Unusable(f"A specimen's name has a {BETWEEN} in it, which parts paths: rename it.", item_id)
        references = tuple(self._folder / name for name in named.references)
        return Item(
            line=place + 1, item_id=item_id, questioned=self._folder / named.questioned[0], references=references
        )


def _of_folder(folder: Path) -> Manifest:
    found, strays = named_in(folder)
    entries, checking, digest = _FolderEntries(folder, found), _Checking(), hashlib.sha256()
    for place in range(len(entries)):
        item_id = entries.item_id(place)
        digest.update(repr((item_id, found[item_id])).encode("utf-8", "surrogatepass"))
        try:
            checking.good(entries.at(place))
        except Unusable as error:
            checking.bad(LineProblem(line=place + 1, item_id=printable(item_id), message=str(error)))
    pictures = "1 specimen belongs" if strays == 1 else f"{strays} specimens belong"
    notes = (f"{pictures} to no questioned picture and will not be used.",) if strays else ()
    return checking.done(folder, digest.hexdigest(), entries, notes)


def printable(text: str) -> str:
    """A text without what would steer a terminal or a spreadsheet."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
