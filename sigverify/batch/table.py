"""Results held for a window: columns to sort and filter at a hundred thousand lines, whole lines made when asked."""

import csv
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.batch.columns import Column, cells_of_json, is_head, plain, with_first, worth
from sigverify.batch.items import Counts, Result, Ruling, Said, Truth, Verdict
from sigverify.batch.keeping import told_reading
from sigverify.batch.orders import Keys, Order, Orders, Rows, SharedTexts, Texts
from sigverify.batch.results import PARTIAL, read_results
from sigverify.batch.rows import COLUMNS, as_written, box_of, json_line, of_csv, of_json
from sigverify.batch.rulings import read_journal

CHUNK: Final = 1000  # lines read in one go; between two of them another thread has its turn
QUEUE: Final = (Verdict.FLAG, Verdict.REVIEW, Verdict.CANNOT_JUDGE, Verdict.ERROR, Verdict.ACCEPT)  # worst first
VERDICTS: Final = tuple(Verdict)
TRUTHS: Final = (None, *Truth)
SAID: Final = (None, *Said)

_CODE: Final = {verdict.value: code for code, verdict in enumerate(VERDICTS)}
_TRUTH_CODE: Final = {"": 0, **{truth.value: code for code, truth in enumerate(TRUTHS) if truth}}
_SAID_CODE: Final = {said: code for code, said in enumerate(SAID)}
_RANK: Final = np.array([QUEUE.index(verdict) for verdict in VERDICTS])
_MEASURED: Final = np.array([verdict not in (Verdict.CANNOT_JUDGE, Verdict.ERROR) for verdict in VERDICTS])

_TEXTS: Final = ("item_id", "nearest_reference", "reasons", "amount", "questioned")
_APART: Final = 10.0  # between two verdicts in the queue; no distance lies so far over a threshold


class ResultTable:
    """The lines of one batch in the order they came, with their rulings; a row is known by its number from 0."""

    def __init__(self) -> None:
        self._line, self._verdict = Column(np.int64), Column(np.int8)
        self._distance, self._threshold = Column(np.float64), Column(np.float64)
        self._truth, self._said, self._specimens = Column(np.int8), Column(np.int8), Column(np.int32)
        self._worth = Column(np.float64)  # of the amounts; NaN for none
        self.item_ids: list[str] = []
        self.nearest: list[str] = []
        self.reasons: list[str] = []
        self.amounts: list[str] = []
        self._raw: list[str] = []  # each line as it is written, CSV or JSON
        self._searched: list[str] = []  # what a search looks in
        self._rulings: dict[int, Ruling] = {}
        self._row_of: dict[int, int] = {}  # by line
        self._same: dict[str, str] = {}  # sentences that many lines share are kept once
        self._orders = Orders(self.__len__, self._keys)
        self._by_item, self._by_nearest, self._by_reasons = Texts(), SharedTexts(), SharedTexts()

    def __len__(self) -> int:
        return len(self._raw)

    # columns

    @property
    def line(self) -> NDArray[np.int64]:
        """(n,) lines of the manifest."""
        return self._line.values

    @property
    def verdict(self) -> NDArray[np.int8]:
        """(n,) places in `VERDICTS`."""
        return self._verdict.values

    @property
    def distance(self) -> NDArray[np.float64]:
        """(n,) combined distances; NaN where none was measured."""
        return self._distance.values

    @property
    def threshold(self) -> NDArray[np.float64]:
        """(n,) thresholds that were in force; NaN where none was."""
        return self._threshold.values

    @property
    def over(self) -> NDArray[np.float64]:
        """(n,) how far each distance lies above its threshold."""
        over: NDArray[np.float64] = self.distance - self.threshold
        return over

    @property
    def truth(self) -> NDArray[np.int8]:
        """(n,) places in `TRUTHS`; 0 where nothing was known beforehand."""
        return self._truth.values

    @property
    def said(self) -> NDArray[np.int8]:
        """(n,) places in `SAID`; 0 where nobody has ruled."""
        return self._said.values

    @property
    def specimens(self) -> NDArray[np.int32]:
        """(n,) how many specimens each distance is to."""
        return self._specimens.values

    @property
    def counts(self) -> Counts:
        """How many lines were decided how."""
        counted = np.bincount(self.verdict, minlength=len(VERDICTS))
        return Counts(by_verdict={verdict: int(counted[code]) for code, verdict in enumerate(VERDICTS)})

    # single rows

    def result(self, row: int) -> Result:
        """The whole line with the ruling that holds now."""
        raw = self._raw[row]
        result = of_json(raw) if raw.startswith("{") else of_csv(next(csv.reader([raw])))
        return result.ruled(self._rulings.get(row))

    def ruling(self, row: int) -> Ruling | None:
        """What a person said of a row."""
        return self._rulings.get(row)

    def row_of(self, line: int) -> int | None:
        """The row of a line of the manifest."""
        return self._row_of.get(line)

    def rule(self, row: int, ruling: Ruling | None) -> None:
        """Show this ruling from now on; keeping it is somebody else's work."""
        if ruling is None:
            self._rulings.pop(row, None)
        else:
            self._rulings[row] = ruling
        self.said[row] = _SAID_CODE[ruling.said if ruling else None]
        self._orders.forget(Order.RULING)

    # more rows

    def append(self, results: Sequence[Result]) -> None:
        """Take more lines in; one that is there already is left out."""
        fresh = {result.line: result for result in results if result.line not in self._row_of}
        chosen = list(fresh.values())
        if not chosen:
            return
        none = float("nan")
        first = len(self)
        self._take(
            [json_line(one) for one in chosen],
            lines=[one.line for one in chosen],
            verdicts=[_CODE[one.decision] for one in chosen],
            distances=[none if one.distance is None else one.distance for one in chosen],
            thresholds=[none if one.threshold is None else one.threshold for one in chosen],
            truths=[TRUTHS.index(one.expected) for one in chosen],
            specimens=[one.specimens for one in chosen],
            texts=(
                [one.item_id for one in chosen],
                [one.nearest_reference for one in chosen],
                [one.reasons for one in chosen],
                [one.amount for one in chosen],
                [one.questioned for one in chosen],
            ),
        )
        for row, one in enumerate(chosen, first):
            if one.ruling is not None:
                self.rule(row, one.ruling)

    def _take(
        self,
        raw: Sequence[str],
        *,
        lines: Sequence[int],
        verdicts: Sequence[int],
        distances: Sequence[float],
        thresholds: Sequence[float],
        truths: Sequence[int],
        specimens: Sequence[int],
        texts: Sequence[list[str]],
    ) -> None:
        """Take in lines of which nothing is wrong; raises ValueError where a decision lacks its distance."""
        measured = np.isfinite(distances) & np.isfinite(thresholds)
        if not np.all(measured | ~_MEASURED[np.asarray(verdicts)]) or np.isinf(distances).any():
            raise ValueError("a decision needs a distance and a threshold")
        first = len(self)
        self._row_of.update(zip(lines, range(first, first + len(raw)), strict=True))
        self._raw += raw
        for column, values in (
            (self._line, lines),
            (self._verdict, verdicts),
            (self._distance, distances),
            (self._threshold, thresholds),
            (self._truth, truths),
            (self._said, [0] * len(raw)),
            (self._specimens, specimens),
        ):
            column.extend(values)
        self._take_texts(*texts)

    def _take_texts(
        self, items: list[str], nearest: list[str], reasons: list[str], amounts: list[str], questioned: list[str]
    ) -> None:
        same = self._same.setdefault
        self.item_ids += items
        self.nearest += [same(text, text) for text in nearest]
        self.reasons += [same(text, text) for text in reasons]
        self.amounts += amounts
        self._worth.extend([worth(text) for text in amounts])
        self._searched += [
            "\n".join(row).casefold() for row in zip(items, nearest, reasons, amounts, questioned, strict=True)
        ]
        for texts, ranked in ((items, self._by_item), (nearest, self._by_nearest), (reasons, self._by_reasons)):
            ranked.extend(texts)

    # which rows, in which order

    def chosen(self, *, verdicts: Iterable[Verdict] = Verdict, unruled: bool = False, text: str = "") -> Rows:
        """The rows with one of these verdicts, without a ruling if so wished, that hold every word of a text."""
        held = set(verdicts)
        wanted = np.array([verdict in held for verdict in VERDICTS])[self.verdict]
        if unruled:
            wanted &= self.said == 0
        rows: Rows = np.flatnonzero(wanted)
        for word in text.casefold().split():
            rows = np.array(self._holding(word, rows), np.intp)
        return rows

    def _holding(self, word: str, rows: Rows) -> list[int]:
        searched = self._searched
        if len(rows) == len(searched):  # by far the quickest way through all of them
            return [row for row, text in enumerate(searched) if word in text]
        return [row for row in rows.tolist() if word in searched[row]]

    def in_order(self, rows: Rows, order: Order, *, falling: bool = False) -> Rows:
        """These rows sorted; what nothing was measured of comes last, equal ones stay in the manifest's order."""
        return self._orders.among(rows, order, falling=falling)

    def _keys(self, order: Order) -> Keys:
        """(n,) what rows are sorted by."""
        match order:
            case Order.WORST_FIRST:
                return _RANK[self.verdict] * _APART - np.nan_to_num(self.over)
            case Order.ITEM:
                return self._by_item.ranks()
            case Order.NEAREST:
                return self._by_nearest.ranks()
            case Order.REASONS:
                return self._by_reasons.ranks()
            case Order.AMOUNT:
                return self._worth.values
            case Order.DISTANCE:
                return self.distance
            case Order.OVER:
                return self.over
            case Order.DECISION:
                return _RANK[self.verdict].astype(np.float64)
            case Order.RULING:
                return np.where(self.said == 0, np.nan, self.said)
            case _:
                return self.line.astype(np.float64)

    # files

    @classmethod
    def read(cls, path: Path) -> "ResultTable":
        """The lines of a results file, finished or not, with every ruling; raises BatchError.

        What sigverify wrote is read straight into columns; anything else goes through `read_results`, which is slower
        and says what is wrong with it.
        """
        table = cls()
        try:
            with told_reading(path):
                table._read_as_written(path)
        except (ValueError, KeyError, IndexError, TypeError, csv.Error):
            table = cls()
            table.append(read_results(path))
        for (line, item_id), ruling in read_journal(path.with_name(path.name.removesuffix(PARTIAL))).items():
            row = table.row_of(line)
            if row is not None and table.item_ids[row] == item_id:
                table.rule(row, ruling)
        for order in (Order.WORST_FIRST, Order.ITEM):
            table._orders.of(order)  # here nobody waits for it
        return table

    def _read_as_written(self, path: Path) -> None:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            lines = iter(text)
            head = next(lines, "")
            as_json = head.startswith("{")
            if as_json:
                lines = lines if is_head(head) else with_first(head, lines)
            elif tuple(next(csv.reader([head]), [])) != COLUMNS:
                raise ValueError("not in the columns as they are written")
            while chunk := list(islice(lines, CHUNK)):
                self._take_written(chunk, cells_of_json(chunk) if as_json else list(csv.reader(chunk)))

    def _take_written(self, raw: list[str], rows: list[list[str]]) -> None:
        """Take in lines by their cells; raises ValueError for any that is not as it is written."""
        columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
        lines = [int(cell) for cell in columns["line"]]
        if len(rows) != len(raw) or len(set(lines)) != len(rows) or not self._row_of.keys().isdisjoint(lines):
            raise ValueError("a line is more than one row, or there twice")
        for cell in (*columns["box"], *columns["given_box"]):
            if cell:
                box_of(cell)
        none = float("nan")
        first = len(self)
        self._take(
            raw,
            lines=lines,
            verdicts=[_CODE[cell] for cell in columns["decision"]],
            distances=[float(cell) if cell else none for cell in columns["distance"]],
            thresholds=[float(cell) if cell else none for cell in columns["threshold"]],
            truths=[_TRUTH_CODE[cell] for cell in columns["expected"]],
            specimens=[int(cell) for cell in columns["specimens"]],
            texts=[plain(columns[name]) for name in _TEXTS],
        )
        for row, cell in enumerate(columns["ruling"], first):
            if cell:
                by, at, note = (columns[name][row - first] for name in ("ruled_by", "ruled_at", "note"))
                self.rule(row, Ruling(said=Said(cell), by=as_written(by), at=at, note=as_written(note)))
