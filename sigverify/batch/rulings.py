"""What people rule on results: kept at once beside the results file, put into it later, and taken back."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sigverify.batch.items import Result, Ruling, Said
from sigverify.batch.keeping import Appender, told_reading
from sigverify.batch.results import PARTIAL, lines_of, read_results, write_results
from sigverify.errors import BatchError

JOURNAL: Final = ".rulings"  # ending added to the results' name

_Kept = dict[tuple[int, str], Ruling | None]  # by line and id: an old journal rules on nothing in new results


def journal_of(out: Path) -> Path:
    """Where rulings lie that are not yet in the results file."""
    return out.with_name(out.name + JOURNAL)


class Rulings:
    """Rules on the items of one results file; each ruling is on the disk before it is told.

    A hundred thousand lines are not written anew for each: it goes into a journal, which `merge` puts into the results.
    """

    def __init__(self, out: Path) -> None:
        """For this results file, finished or not; raises BatchError for a journal that cannot be read."""
        self._out = out
        self._kept = read_journal(out)
        self._file: Appender | None = None
        self._before: list[tuple[int, str, Ruling | None]] = []  # what rulings replaced, for undoing

    def applied(self, results: Iterable[Result]) -> list[Result]:
        """The results with the rulings of the journal in them."""
        return [_with(self._kept, result) for result in results]

    def rule(self, result: Result, said: Said, *, by: str, note: str = "") -> Result:
        """Rule on an item and give its new line; raises BatchError when it cannot be kept: then nothing was ruled."""
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        ruling = Ruling(said=said, by=by, at=at, note=note)
        self._keep(result.line, result.item_id, ruling)
        self._before.append((result.line, result.item_id, result.ruling))
        return result.ruled(ruling)

    def undo(self) -> tuple[int, Ruling | None] | None:
        """Take the last ruling back: the item's line and what holds of it again; None when there is none."""
        if not self._before:
            return None
        line, item_id, ruling = self._before[-1]
        self._keep(line, item_id, ruling)
        self._before.pop()
        return line, ruling

    def merge(self) -> None:
        """Put the rulings into the finished results file and take the journal away; raises BatchError.

        What stands in between is the same twice, so a crash at any moment loses and doubles nothing.
        """
        if not self._kept or not self._out.exists():
            return
        write_results(self._out, self.applied(read_results(self._out)))
        self.close()
        journal_of(self._out).unlink(missing_ok=True)
        self._kept = {}

    def close(self) -> None:
        """Have the disk keep everything."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _keep(self, line: int, item_id: str, ruling: Ruling | None) -> None:
        if self._file is None:
            self._file = Appender(journal_of(self._out))
        self._file.append(_journal_line(line, item_id, ruling))
        self._file.sync()
        self._kept[line, item_id] = ruling


def read_with_rulings(out: Path) -> list[Result]:
    """The lines of a results file, finished or not, with every ruling; raises BatchError."""
    kept = read_journal(out.with_name(out.name.removesuffix(PARTIAL)))
    return [_with(kept, result) for result in read_results(out)]


def finished_lines(out: Path) -> Iterator[Result]:
    """The lines of a finished results file one after the other, with every ruling; raises BatchError."""
    kept = read_journal(out)
    for result in lines_of(out):
        yield _with(kept, result)


def _with(kept: _Kept, result: Result) -> Result:
    key = result.line, result.item_id
    return result.ruled(kept[key]) if key in kept else result


def read_journal(out: Path) -> _Kept:
    """The last ruling on each item in the journal, by its line and id; None where it was taken back."""
    path = journal_of(out)
    kept: _Kept = {}
    if not path.exists():
        return kept
    with told_reading(path), path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):  # the last one may have been cut short
                key, ruling = _of_journal_line(path, line)
                kept[key] = ruling
    return kept


def _journal_line(line: int, item_id: str, ruling: Ruling | None) -> str:
    fields: dict[str, Any] = {"line": line, "item_id": item_id, "ruling": None}
    if ruling is not None:
        fields |= {"ruling": ruling.said.value, "by": ruling.by, "at": ruling.at, "note": ruling.note}
    return json.dumps(fields)


def _of_journal_line(path: Path, line: bytes) -> tuple[tuple[int, str], Ruling | None]:
    try:
        fields = json.loads(line)
        key = int(fields["line"]), str(fields["item_id"])
        if fields["ruling"] is None:
            return key, None
        return key, Ruling(said=Said(fields["ruling"]), by=fields["by"], at=fields["at"], note=fields["note"])
    except (ValueError, KeyError, TypeError) as error:
        raise BatchError(f"{path.name} is damaged. Move it away to open the results without its rulings.") from error
