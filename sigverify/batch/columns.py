"""Columns of results: numbers that grow at their end, and the cells of lines as they are written."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sigverify.batch.results import Head
from sigverify.batch.rows import BETWEEN, COLUMNS, as_written

ROOM: Final = 1000  # rows there is room for at first
_THOUSANDS: Final = 3  # figures behind the last point or comma: then it parts thousands, not cents

_Scalar = TypeVar("_Scalar", bound=np.generic)


class Column(Generic[_Scalar]):
    """Numbers that grow at their end."""

    def __init__(self, kind: type[_Scalar]) -> None:
        self._room: NDArray[_Scalar] = np.empty(ROOM, kind)
        self._size = 0

    def extend(self, values: Sequence[float]) -> None:
        """Add them."""
        needed = self._size + len(values)
        if needed > len(self._room):
            larger = np.empty(max(needed, 2 * len(self._room)), self._room.dtype)
            larger[: self._size] = self.values
            self._room = larger
        self._room[self._size : needed] = values
        self._size = needed

    @property
    def values(self) -> NDArray[_Scalar]:
        """(n,) all of them; to be written to in place, too."""
        return self._room[: self._size]


def plain(cells: Sequence[str]) -> list[str]:
    """The cells before a spreadsheet's formulas were guarded against."""
    return [as_written(cell) if cell[:1] == "'" else cell for cell in cells]


def is_head(line: str) -> bool:
    """Whether this is the first line of an unfinished batch."""
    try:
        Head.of_line(line.encode())
    except (ValueError, KeyError):
        return False
    return True


def with_first(first: str, lines: Iterable[str]) -> Iterator[str]:
    """A line, and then the others."""
    yield first
    yield from lines


def cells_of_json(lines: Iterable[str]) -> list[list[str]]:
    """Lines of JSON as cells, in the order of `COLUMNS`; raises ValueError or KeyError for anything else."""
    return [_cells(json.loads(line)) for line in lines]


def _cells(fields: Mapping[str, Any]) -> list[str]:
    cells = []
    for name in COLUMNS:
        value = fields[name]
        if isinstance(value, str):
            cells.append(value)
        elif value is None:
            cells.append("")
        elif isinstance(value, list):
            cells.append((BETWEEN if name == "references" else " ").join(map(str, value)))
        else:
            cells.append(repr(value))
    return cells


def worth(amount: str) -> float:
    """An amount as a number where it can be read as one, whatever parts its thousands; only for sorting."""
    try:
        return float(amount)
    except ValueError:
        figures = "".join(letter for letter in amount if letter.isdecimal() or letter in ".,").replace(",", ".")
    whole, _, cents = figures.rpartition(".")
    if len(cents) == _THOUSANDS or not whole:
        whole, cents = whole + cents, ""
    whole = whole.replace(".", "")
    return float(f"{whole}.{cents}") if whole else float("nan")
