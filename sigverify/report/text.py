"""An evaluation as lines for a terminal."""

from collections.abc import Iterator

from sigverify.report.evaluation import Evaluation
from sigverify.report.tables import Table, tables
from sigverify.wording import SCREENING


def evaluation_lines(evaluation: Evaluation) -> list[str]:
    """Everything that is told of an evaluation, without its curves."""
    origin, model = evaluation.origin, evaluation.origin.model
    lines = [
        f"Model     {model.name}, weights {model.sha256[:16]}, preprocessing {model.preprocessing}",
        f"Data      {origin.data}, {origin.split} writers",
        f"Protocol  {origin.protocol} ({origin.seed})",
    ]
    lines += [f"Note      {warning}" for warning in evaluation.warnings]
    for table in tables(evaluation):
        lines += ["", *table_lines(table)]
    return [*lines, "", SCREENING]


def table_lines(table: Table) -> Iterator[str]:
    """A table with its columns aligned, words to the left and figures to the right."""
    yield table.title
    if table.rows:
        widths = [max(len(row[k]) for row in (table.columns, *table.rows)) for k in range(len(table.columns))]
        for row in (table.columns, *table.rows):
            cells = [
                cell.ljust(width) if k < table.words or k == len(row) - 1 else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            yield ("  " + "  ".join(cells)).rstrip()
    for note in table.notes:
        yield f"  {note}"
