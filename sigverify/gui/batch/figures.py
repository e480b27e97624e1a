"""Small tables of counts and error rates, now and then."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout

from sigverify.batch.items import Counts, Truth
from sigverify.batch.rates import ErrorRates, Share
from sigverify.batch.table import QUEUE
from sigverify.gui.batch.words import number, verdict_words
from sigverify.gui.small_parts import Label
from sigverify.gui.theme import Type
from sigverify.gui.threshold_section import percent

Rows = list[tuple[str, ...]]


def count_rows(now: Counts, then: Counts) -> Rows:
    """How many lines of each kind, now and then."""
    rows: Rows = [("", _tr("now"), _tr("then"))]
    rows += [(verdict_words(verdict), number(now[verdict]), number(then[verdict])) for verdict in QUEUE]
    rows.append((_tr("all"), number(now.total), number(then.total)))
    return rows


def rate_rows(now: ErrorRates, then: ErrorRates) -> Rows:
    """Error rates of each kind, now and then, with the interval and the counts then."""
    rows: Rows = [("", _tr("now"), _tr("then"), _tr("then, between"), _tr("then, counted"))]
    for name, before, after in _rates(now, then):
        counted = f"{number(after.part)} / {number(after.whole)}"
        rows.append((name, percent(before.rate.value), percent(after.rate.value), _between(after), counted))
    return rows


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhatIfDialog", text)


def _between(share: Share) -> str:
    """The interval of a rate; a dash where there are too few customers for one."""
    low, high = share.rate.low, share.rate.high
    if low is None or high is None:
        return "\N{EN DASH}"
    return _tr("{low} to {high}").format(low=percent(low), high=percent(high))


def _rates(now: ErrorRates, then: ErrorRates) -> list[tuple[str, Share, Share]]:
    kinds = {
        Truth.SKILLED: _tr("skilled forgeries accepted (FAR)"),
        Truth.RANDOM: _tr("random forgeries accepted (FAR)"),
        Truth.FORGED: _tr("forgeries accepted (FAR)"),
    }
    rows = [(name, now.far[kind], then.far[kind]) for kind, name in kinds.items() if kind in then.far]
    if now.frr is not None and then.frr is not None:
        rows.append((_tr("genuine ones flagged (FRR)"), now.frr, then.frr))
    return rows


def clear(grid: QGridLayout) -> None:
    """Take everything out of a grid."""
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def fill(grid: QGridLayout, rows: Sequence[tuple[str, ...]]) -> None:
    """Put rows of cells into a grid: the first is a head, the third column is the one to be read."""
    for line, cells in enumerate(rows):
        for column, text in enumerate(cells):
            label = Label(text, size=Type.SMALL, bold=column == 2, tone="muted" if line == 0 or not column else "")
            if column:
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, line, column)
    grid.setColumnStretch(0, 1)
