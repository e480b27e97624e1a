"""A result as a row of CSV or a line of JSON, and back; pure text."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sigverify.batch.items import FIRST_PAGE, Result, Ruling, Said, Truth, Verdict
from sigverify.domain import Box

COLUMNS: Final = (
    "item_id",
    "decision",
    "distance",
    "threshold",
    "nearest_reference",
    "reasons",
    "box",
    "milliseconds",
    "model",
    "ruling",
    "ruled_by",
    "ruled_at",
    "note",
    # What is needed to open the item again, and to measure:
    "line",
    "specimens",
    "questioned",
    "references",
    "page",
    "given_box",
    "amount",
    "expected",
)
BETWEEN: Final = ";"  # paths in one cell
FORMULA: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "＝",
    "＋",
    "－",
    "＠",
)  # spreadsheets run cells that begin with these
_APOSTROPHE: Final = "'"
_VERDICTS: Final = {verdict.value: verdict for verdict in Verdict}  # a look-up is quicker than the enumeration


def csv_cells(result: Result) -> list[str]:
    """The cells of a row, in the order of `COLUMNS`; none of them is run by a spreadsheet."""
    ruling = result.ruling
    cells = (
        result.item_id,
        result.decision.value,
        _number(result.distance),
        _number(result.threshold),
        result.nearest_reference,
        result.reasons,
        box_text(result.box),
        _number(result.milliseconds),
        result.model,
        *((ruling.said.value, ruling.by, ruling.at, ruling.note) if ruling else ("", "", "", "")),
        str(result.line),
        str(result.specimens),
        result.questioned,
        BETWEEN.join(result.references),
        str(result.page + FIRST_PAGE),
        box_text(result.given_box),
        result.amount,
        result.expected.value if result.expected else "",
    )
    return [harmless(cell) for cell in cells]


def of_csv(cells: Sequence[str]) -> Result:
    """The result of a row in the order of `COLUMNS`; raises ValueError or KeyError for what is none."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"a result has {len(COLUMNS)} cells, not {len(cells)}")
    cells = [as_written(cell) if cell[:1] == _APOSTROPHE else cell for cell in cells]
    item_id, decision, distance, threshold, nearest, reasons, box, milliseconds, model = cells[:9]
    said, by, at, note, line, specimens, questioned, references, page, given_box, amount, expected = cells[9:]
    return Result(
        line=int(line),
        item_id=item_id,
        decision=_VERDICTS[decision],
        distance=float(distance) if distance else None,
        threshold=float(threshold) if threshold else None,
        nearest_reference=nearest,
        reasons=reasons,
        box=box_of(box) if box else None,
        milliseconds=float(milliseconds) if milliseconds else 0.0,
        model=sys.intern(model),  # the same on every line
        ruling=Ruling(said=Said(said), by=by, at=at, note=note) if said else None,
        specimens=int(specimens),
        questioned=questioned,
        references=tuple(references.split(BETWEEN)) if references else (),
        page=int(page) - FIRST_PAGE,
        given_box=box_of(given_box) if given_box else None,
        amount=amount,
        expected=Truth(expected) if expected else None,
    )


def json_line(result: Result) -> str:
    """The result as one line of JSON with the same names, without the end of the line."""
    ruling = result.ruling
    fields = {
        "item_id": result.item_id,
        "decision": result.decision.value,
        "distance": result.distance,
        "threshold": result.threshold,
        "nearest_reference": result.nearest_reference,
        "reasons": result.reasons,
        "box": result.box,
        "milliseconds": result.milliseconds,
        "model": result.model,
        "ruling": ruling.said.value if ruling else None,
        "ruled_by": ruling.by if ruling else "",
        "ruled_at": ruling.at if ruling else "",
        "note": ruling.note if ruling else "",
        "line": result.line,
        "specimens": result.specimens,
        "questioned": result.questioned,
        "references": result.references,
        "page": result.page + FIRST_PAGE,
        "given_box": result.given_box,
        "amount": result.amount,
        "expected": result.expected.value if result.expected else None,
    }
    return json.dumps(fields, ensure_ascii=True, allow_nan=False)  # ASCII: a name that is no Unicode is kept, too


def of_json(text: str | bytes) -> Result:
    """The result of a line of JSON; raises ValueError for what is none, and for a line cut short."""
    fields = json.loads(text)
    if not isinstance(fields, Mapping):
        raise ValueError("a result is a table of fields")
    try:
        return _of_fields(fields)
    except (KeyError, TypeError) as error:
        raise ValueError("this line is no result") from error


def _of_fields(fields: Mapping[str, Any]) -> Result:
    said, expected = fields["ruling"], fields["expected"]
    ruling = (
        Ruling(said=Said(said), by=fields["ruled_by"], at=fields["ruled_at"], note=fields["note"]) if said else None
    )
    return Result(
        line=int(fields["line"]),
        item_id=fields["item_id"],
        decision=Verdict(fields["decision"]),
        distance=fields["distance"],
        threshold=fields["threshold"],
        nearest_reference=fields["nearest_reference"],
        reasons=fields["reasons"],
        box=_box_or_none(fields["box"]),
        milliseconds=fields["milliseconds"],
        model=fields["model"],
        ruling=ruling,
        specimens=int(fields["specimens"]),
        questioned=fields["questioned"],
        references=tuple(fields["references"]),
        page=int(fields["page"]) - FIRST_PAGE,
        given_box=_box_or_none(fields["given_box"]),
        amount=fields["amount"],
        expected=Truth(expected) if expected else None,
    )


def harmless(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what begins like a formula; on one line."""
    cell = " ".join(cell.splitlines()) if "\n" in cell or "\r" in cell else cell
    return _APOSTROPHE + cell if cell.lstrip(_APOSTROPHE).startswith(FORMULA) else cell


def as_written(cell: str) -> str:
    """The cell before `harmless` guarded it."""
    if cell[:1] == _APOSTROPHE and cell.lstrip(_APOSTROPHE).startswith(FORMULA):
        return cell[1:]
    return cell


def box_text(box: Box | None) -> str:
    """A box in one cell: "x0 y0 x1 y1"; empty for none."""
    return " ".join(map(str, box)) if box else ""


def box_of(text: str) -> Box:
    """The box in a cell, four whole numbers parted by blanks or commas; raises ValueError for anything else."""
    parts = text.replace(",", " ").split()
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("a box is four whole numbers: x0 y0 x1 y1")
    x0, y0, x1, y1 = map(int, parts)
    return x0, y0, x1, y1


def _box_or_none(told: Sequence[int] | None) -> Box | None:
    if told is None:
        return None
    x0, y0, x1, y1 = map(int, told)
    return x0, y0, x1, y1


def _number(value: float | None) -> str:
    """As many digits as give the same number again."""
    return "" if value is None else repr(value)
