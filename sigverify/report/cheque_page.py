"""What a locator earned as one self-contained page: no script, no network, no picture of a cheque."""

from collections.abc import Iterator
from html import escape
from typing import Final

from sigverify.report.cheques import ChequeReport, cheque_tables, origin_rows
from sigverify.report.page import table_parts
from sigverify.report.style import STYLE
from sigverify.wording import SCREENING

LIMITS: Final = (
    SCREENING,
    "It says what happened on these cheques. Other banks print otherwise, other scanners see otherwise.",
    "Signatures written on cheques by a program lie cleaner than those that people write on them.",
)


def cheque_page(report: ChequeReport) -> str:
    """The whole page as HTML."""
    title = f"Locating signatures on {report.data}"
    under = f"{report.figures.cheques} cheques · {report.date} · {SCREENING}"
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>',
        f"<header><h1>{escape(title)}</h1><p>{escape(under)}</p></header>",
        *(part for table in cheque_tables(report) for part in table_parts(table)),
        *_origin(report),
        "<section><h2>Limits</h2><ul>",
        *(f"<li>{escape(limit)}</li>" for limit in LIMITS),
        "</ul></section></main></body></html>\n",
    ]
    return "\n".join(parts)


def _origin(report: ChequeReport) -> Iterator[str]:
    yield "<section><h2>What was measured, with what</h2><dl class='words origin'>"
    yield from (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in origin_rows(report))
    yield "</dl></section>"
