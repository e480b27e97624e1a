"""Help > About the model: the card, as tables that can be read and copied."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from sigverify.card_text import COUNTS, bands, calibration_basis
from sigverify.gui.theme import GRID, colours
from sigverify.gui.threshold_section import percent
from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.wording import SCREENING


class AboutModel(QDialog):
    """Shows a card."""

    def __init__(self, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About the model"))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Model card"))
        self.text.setHtml(card_page(card))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(2 * GRID)
        box.addWidget(self.text)
        box.addWidget(buttons)
        self.resize(100 * GRID, 80 * GRID)


def card_page(card: ModelCard) -> str:
    """The card as HTML."""
    parts = [
        f"<h2>{escape(card.name)}</h2><p>{escape(SCREENING)}</p>",
        _section(_tr("Thresholds and error rates on test writers"), _operating_points(card)),
        _section(_tr("For whom a comparison speaks, by its distance"), _calibration(card)),
        _section(_tr("Results by data set"), _tree(card.results)),
        _section(_tr("Data the weights have seen"), _records(card.data)),
        _section(_tr("Terms"), _paragraph(card.terms)),
        _section(_tr("Limits"), _paragraph(card.limits)),
        _section(_tr("Identity"), _tree(_identity(card))),
        _section(_tr("Recipe"), _tree(card.recipe)),
    ]
    return "".join(parts)


def _section(title: str, body: str) -> str:
    return f"<h3>{escape(title)}</h3>{body}" if body else ""


def _paragraph(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part)


def _identity(card: ModelCard) -> dict[str, Any]:
    return {
        _tr("Weights, SHA-256"): card.sha256,
        _tr("Preprocessing"): card.preprocessing,
        _tr("Fusion of several specimens"): _cell(card.fusion),
        _tr("Architecture"): card.architecture,
    }


def _operating_points(card: ModelCard) -> str:
    head = ("", _tr("one specimen"), _tr("several specimens"))
    one, several = card.one, card.several
    rows: list[tuple[str, str, str]] = [
        (_tr("threshold (EER on held-out writers)"), *(f"{c.development_threshold:.3f}" for c in (one, several))),  # type: ignore[list-item]
        (_tr("specimens in the measurement"), str(one.specimens), str(several.specimens)),
        (_tr("FAR, random forgeries"), _far_random(one), _far_random(several)),
        (_tr("FAR, skilled forgeries"), _far_skilled(one), _far_skilled(several)),
        (_tr("FRR, genuine signatures"), _frr(one), _frr(several)),
    ]
    return _table(head, rows)


def _calibration(card: ModelCard) -> str:
    if card.calibration is None:
        return _paragraph(_tr("The model has no calibration, so this is not told."))
    one, several = _tr("1 specimen"), _tr("{count} specimens")
    head = (_tr("the comparison"), *(one if count == 1 else several.format(count=count) for count in COUNTS))
    return _table(head, bands(card.calibration)) + _paragraph(calibration_basis(card.calibration))


def _far_random(curve: OperatingCurve) -> str:
    return _rate(curve.at(curve.development_threshold).far_random, curve.random)


def _far_skilled(curve: OperatingCurve) -> str:
    return _rate(curve.at(curve.development_threshold).far_skilled, curve.skilled)


def _frr(curve: OperatingCurve) -> str:
    return _rate(curve.at(curve.development_threshold).frr, curve.genuine)


def _rate(rate: float, trials: int) -> str:
    return _tr("{rate} of {trials}").format(rate=percent(rate), trials=trials)


def _tree(table: Mapping[str, Any]) -> str:
    """Any nesting of mappings: those with keys in common side by side in one table, others under headings."""
    inner = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    plain = _pairs([(name, value) for name, value in table.items() if name not in inner])
    if len(inner) > 1 and set.intersection(*(set(value) for value in inner.values())) and not _deep(inner):
        return plain + _crossed(inner)
    return plain + "".join(f"<h4>{escape(_words(name))}</h4>{_tree(value)}" for name, value in inner.items())


def _deep(table: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(isinstance(cell, Mapping) for value in table.values() for cell in value.values())


def _crossed(columns: Mapping[str, Mapping[str, Any]]) -> str:
    """One column a mapping, one row a key: there are few data sets and many measures."""
    rows = list(dict.fromkeys(key for column in columns.values() for key in column))
    body = [(row, *(_cell(column.get(row, "")) for column in columns.values())) for row in rows]
    return _table(("", *columns), body)


def _records(records: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(key for record in records for key in record))
    return _table(columns, [tuple(_cell(record.get(key, "")) for key in columns) for record in records])


def _pairs(pairs: Iterable[tuple[str, Any]]) -> str:
    return _table((), [(name, _cell(value)) for name, value in pairs])


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cell(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_cell(inner) for inner in value)
    return str(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    line = f"border-bottom: 1px solid {colours().border};"
    top = "".join(f'<th align="left" style="{line}">{escape(_words(cell))}</th>' for cell in head)
    body = "".join("<tr>" + "".join(_td(cell, index, line) for index, cell in enumerate(row)) + "</tr>" for row in rows)
    return f'<table cellpadding="4" cellspacing="0" width="100%">{f"<tr>{top}</tr>" if top else ""}{body}</table>'


def _td(cell: str, index: int, line: str) -> str:
    tone = f"color: {colours().muted};" if index == 0 else ""
    return f'<td style="{line}{tone}">{escape(_words(cell) if index == 0 else cell)}</td>'


def _words(key: str) -> str:
    return key.replace("_", " ")


def _tr(text: str) -> str:
    return QCoreApplication.translate("AboutModel", text)
