"""Results as files: lines while a batch runs, one finished file in the order of the manifest, and both read again."""

import contextlib
import csv
import gc
import io
import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sigverify.batch.items import Result
from sigverify.batch.keeping import Appender, put_in_place, told, told_reading, whole_lines
from sigverify.batch.rows import COLUMNS, csv_cells, json_line, of_csv, of_json
from sigverify.errors import BatchError

PARTIAL: Final = ".partial"  # ending added to the results' name while a batch runs
JSON_ENDINGS: Final = (".jsonl", ".ndjson")
FORMAT: Final = 1  # raised when a reader of the old form would misunderstand the new one
_HEAD: Final = "sigverify batch"
_BOM: Final = "\ufeff".encode()


@dataclass(frozen=True, kw_only=True)
class Head:
    """What an unfinished batch was started with; it can be gone on with only by the same."""

    source: str  # digest of the manifest, or of the folder's listing
    setting: str  # digest of the weights, and the thresholds in force

    def line(self) -> str:
        """As the first line of an unfinished file."""
        return json.dumps({_HEAD: FORMAT, "source": self.source, "setting": self.setting})

    @classmethod
    def of_line(cls, line: bytes) -> "Head":
        """Read it; raises ValueError for what is none."""
        fields = json.loads(line)
        if not isinstance(fields, dict) or fields.get(_HEAD) != FORMAT:
            raise ValueError("not the head of an unfinished batch")
        return cls(source=str(fields["source"]), setting=str(fields["setting"]))


def partial_of(out: Path) -> Path:
    """Where the lines lie as long as the batch runs."""
    return out.with_name(out.name + PARTIAL)


class Unfinished:
    """The lines of a batch that runs: appended as they are decided, and put into the manifest's order at its end.

    Memory: twelve bytes an item.
    """

    def __init__(self, out: Path, head: Head) -> None:
        """Begin, or go on with what is there; raises BatchError where that was begun with something else."""
        self.out = out
        self.path = partial_of(out)
        self._lines = array("I")  # in the order they were decided
        self._begins = array("Q")  # where each lies in the file
        begun = self._recall(head)
        self._file = Appender(self.path)
        if not begun:
            self._file.append(head.line())

    def _recall(self, head: Head) -> bool:
        """Find out what was decided already; whether there was anything."""
        with told(self.path):
            if not self.path.exists() or whole_lines(self.path) == 0:
                return False
        with told(self.path), self.path.open("rb") as file:
            first = file.readline()
            try:
                same = Head.of_line(first) == head
            except (ValueError, KeyError):
                raise BatchError(
                    f"{self.path.name} is no unfinished batch. Delete it, or choose another name."
                ) from None
            if not same:
                raise BatchError(
                    f"{self.path.name} was begun with another manifest, threshold or model. Go on with those, or "
                    "delete it to begin anew."
                )
        return True

    def decided(self) -> Iterator[Result]:
        """What was decided in an earlier run, one after the other; to be read through before anything is appended."""
        known: set[int] = set()
        for begins, result in _good_lines(self.path):
            if result.line not in known:
                known.add(result.line)
                self._note(result.line, begins)
                yield result

    def append(self, result: Result) -> None:
        """Keep a line; raises BatchError when the disk does not take it."""
        self._note(result.line, self._file.append(json_line(result)))

    def sync_when_due(self) -> None:
        """Have the disk keep what was appended, a few times a second; raises BatchError."""
        self._file.sync_when_due()

    def _note(self, line: int, begins: int) -> None:
        self._lines.append(line)
        self._begins.append(begins)

    def close(self) -> None:
        """Stop, to be gone on with another time."""
        self._file.close()

    def finish(self) -> None:
        """Write the finished file in the order of the manifest, put it in place, and take the lines away."""
        self._file.close()
        write_results(self.out, self.in_order())
        self.path.unlink(missing_ok=True)

    def in_order(self) -> Iterator[Result]:
        """Every line in the order of the manifest, read one after the other."""
        order = np.argsort(np.asarray(self._lines), kind="stable")
        with self.path.open("rb") as file:
            for place in order:
                file.seek(self._begins[int(place)])
                yield of_json(file.readline())


def _good_lines(path: Path) -> Iterator[tuple[int, Result]]:
    """Where each line that can be understood begins, and what it says; the others are decided once more."""
    with told(path), path.open("rb") as file:
        begins = len(file.readline())
        for line in file:
            result = _understood(line)
            if result is not None:
                yield begins, result
            begins += len(line)


def _understood(line: bytes) -> Result | None:
    """What a line says; None where a power cut left half a line, or zeros."""
    try:
        return of_json(line) if line.endswith(b"\n") else None
    except ValueError:
        return None


def write_results(out: Path, results: Iterable[Result]) -> None:
    """Write a results file, JSON lines by its ending and CSV for Excel otherwise; raises BatchError."""
    if out.suffix.lower() in JSON_ENDINGS:
        put_in_place(out, (json_line(result) + "\n" for result in results))
    else:
        put_in_place(out, _csv_lines(results), bom=True)  # by its mark Excel knows the letters


def _csv_lines(results: Iterable[Result]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow(csv_cells(result))
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def read_results(path: Path) -> list[Result]:
    """Every line of a results file, finished or not, in the order of the manifest, without later rulings.

    Raises BatchError for what is no results file.
    """
    with _uncollected():
        results = list(lines_of(path))
    if path.name.endswith(PARTIAL):
        results = [found for _, found in sorted({result.line: result for result in reversed(results)}.items())]
    return results


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """So many lines make no cycles, and looking for them would take a quarter of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def lines_of(path: Path) -> Iterator[Result]:
    """The same one after the other, as they lie in the file; raises BatchError."""
    with told_reading(path):
        with path.open("rb") as file:
            begin = file.read(len(_BOM) + 1)
        if begin.removeprefix(_BOM).startswith(b"{"):
            yield from _json_lines(path)
            return
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            yield from _of_csv_lines(path, text)


def _json_lines(path: Path) -> Iterator[Result]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if number == 1 and _is_head(line):
                continue
            try:
                result = of_json(line)
            except ValueError as error:
                if not path.name.endswith(PARTIAL):
                    raise _damaged(path, number) from error
                continue  # torn by a power cut; it is decided once more when the batch is gone on with
            yield result


def _is_head(line: bytes) -> bool:
    try:
        Head.of_line(line)
    except (ValueError, KeyError):
        return False
    return True


def _of_csv_lines(path: Path, text: Iterable[str]) -> Iterator[Result]:
    lines = iter(text)
    head = next(lines, "")
    between = max(",;\t", key=head.count)  # another program may have saved it with another sign
    names = next(csv.reader([head], delimiter=between), [])
    places = _places(path, names)
    reader = csv.reader(lines, delimiter=between)
    try:
        for row in reader:
            if row:
                yield of_csv(row if places is None else [row[place] for place in places])
    except (ValueError, LookupError, csv.Error) as error:
        raise _damaged(path, reader.line_num + 1) from error


def _places(path: Path, names: Sequence[str]) -> list[int] | None:
    """Where each column stands; None where all stand as they were written."""
    if tuple(names) == COLUMNS:
        return None
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise BatchError(
            f"{path.name} is no results file: it has no column {missing[0]}. Choose a file made by a batch."
        )
    return [list(names).index(name) for name in COLUMNS]


def _damaged(path: Path, line: int) -> BatchError:
    return BatchError(
        f"Line {line} of {path.name} is not as sigverify wrote it. Choose another copy, or run the batch again."
    )
