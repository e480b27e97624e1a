"""An evaluation as one self-contained page: no script, no network, fit to be printed and filed."""

from collections.abc import Iterator
from html import escape
from typing import Final

from sigverify.model.protocol import Kind
from sigverify.report import plots
from sigverify.report.evaluation import Evaluation
from sigverify.report.style import STYLE
from sigverify.report.tables import Table, tables
from sigverify.report.words import interval_words
from sigverify.wording import SCREENING

HOW_TO_READ: Final = (
    ("Distance", "how unlike two signatures are, 0 to 2. A signature is accepted at or below the threshold."),
    ("FRR", "false rejection rate: the share of genuine signatures flagged."),
    ("FAR", "false acceptance rate: the share of forgeries accepted; skilled and random are never averaged."),
    ("Skilled forgery", "an imitation by somebody who saw, and often practised, the specimen."),
    ("Random forgery", "somebody else's own signature, offered by a person who never saw the specimen."),
    (
        "EER",
        "equal error rate: where FAR and FRR meet. Found on the scored writers: no threshold in use has it.",
    ),
    (
        "Interval",
        "in brackets: what 95 of 100 other choices of as many writers would give; wide for few.",
    ),
    ("Cllr", "cost of the likelihood ratios in bits: 0 is perfect, 1 says nothing, more misleads."),
    (
        "Probe AUC",
        "how well the questioned picture alone gives a forgery away, without specimens; 0.5: not at all.",
    ),
)
LIMITS: Final = (
    SCREENING,
    "It says what happened to these signatures. Other scanners, pens, scripts and forgers have other rates; so has the "
    "same bank in a year's time.",
    "Skilled forgeries in collections are made by volunteers. Nobody knows how a fraudster's compare with them.",
    "Trials of one writer resemble each other: the number of writers, not of trials, says how far to trust a figure.",
)


def page(evaluation: Evaluation) -> str:
    """The whole page as HTML."""
    parts = [
        *_head(evaluation),
        *_summary(evaluation),
        *_reading(),
        *(part for table in tables(evaluation) for part in table_parts(table)),
        *_curves(evaluation),
        *_origin(evaluation),
        *_limits(),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _head(evaluation: Evaluation) -> Iterator[str]:
    origin = evaluation.origin
    title = f"Evaluation of {origin.model.name} on {origin.data}"
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
    writers = "all writers" if origin.split == "all" else f"{origin.split} writers"
    under = escape(f"{writers} · {origin.date} · {SCREENING}")
    yield f"<header><h1>{escape(title)}</h1><p>{under}</p></header>"
    for warning in evaluation.warnings:
        yield f'<p class="warning">{escape(warning)}</p>'


def _summary(evaluation: Evaluation) -> Iterator[str]:
    """One card a data set with the figures that are asked for first."""
    yield '<section class="cards">'
    for dataset in dict.fromkeys(one.dataset for one in evaluation.figures):
        found = [one for one in evaluation.figures if one.dataset == dataset]
        yield f'<div class="card"><h3>{escape(dataset)}</h3><p class="muted">{found[0].writers} writers</p><dl>'
        for one in found:
            for kind in (Kind.SKILLED, Kind.RANDOM):
                if kind in one.against:
                    against = one.against[kind]
                    rate, _, rest = interval_words(against.eer, against.signatures).partition(" ")
                    count = "1 specimen" if one.specimens == 1 else f"{one.specimens} specimens"
                    yield f"<dt>{kind.value}, {count}</dt><dd><b>{rate}</b> <span>{rest}</span></dd>"
        reached = evaluation.probe_auc(dataset)
        if reached is not None:
            yield f"<dt>probe AUC, no specimen</dt><dd><b>{reached:.2f}</b></dd>"
        yield "</dl></div>"
    yield '</section><p class="muted">EER in per cent, found on these writers, with 95 % intervals by writer.</p>'


def _reading() -> Iterator[str]:
    yield "<section><h2>How to read this</h2><dl class='words'>"
    for word, meaning in HOW_TO_READ:
        yield f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>"
    yield "</dl></section>"


def table_parts(table: Table) -> Iterator[str]:
    """A table as a section of a page."""
    yield f"<section><h2>{escape(table.title)}</h2>"
    if table.rows:
        yield "<div class='scroll'><table><thead>" + _row("th", table.columns, table) + "</thead><tbody>"
        for number, row in enumerate(table.rows):
            again = number > 0 and table.rows[number - 1][0] == row[0]
            yield _row("td", ("", *row[1:]) if again and table.words > 1 else row, table, again=again)
        yield "</tbody></table></div>"
    for note in table.notes:
        yield f'<p class="note">{escape(note)}</p>'
    yield "</section>"


def _row(tag: str, cells: tuple[str, ...], table: Table, *, again: bool = False) -> str:
    told = "".join(
        f"<{tag}{' class=word' if number < table.words else ''}>{escape(cell)}</{tag}>"
        for number, cell in enumerate(cells)
    )
    return f"<tr{' class=again' if again else ''}>{told}</tr>"


def _curves(evaluation: Evaluation) -> Iterator[str]:
    yield "<section><h2>Distances and error curves</h2>"
    for dataset in dict.fromkeys(one.dataset for one in evaluation.scored):
        groups = [one for one in evaluation.scored if one.dataset == dataset]
        drawings = [plots.histogram(one) for one in groups]
        if any(one.against for one in evaluation.figures if one.dataset == dataset):
            drawings += [plots.roc(groups), plots.det(groups)]
        yield f'<div class="plots"><h3>{escape(dataset)}</h3>'
        yield from (f"<figure>{drawing}</figure>" for drawing in drawings)
        yield "</div>"
    yield (
        '<p class="note">Left of the threshold a signature is accepted. ROC: the nearer to the upper left corner, the '
        "better. DET: the nearer to the lower left corner; where a curve crosses the diagonal is its EER.</p></section>"
    )


def _origin(evaluation: Evaluation) -> Iterator[str]:
    origin = evaluation.origin
    rows = {
        "Model": origin.model.name,
        "Weights, SHA-256": origin.model.sha256,
        "Preprocessing": origin.model.preprocessing,
        "Likelihood ratios": "calibrated" if origin.calibrated else "not calibrated",
        "Data": f"{origin.data}, {origin.split} writers",
        "Protocol, digest": origin.protocol,
        "Chance": origin.seed,
        "Date": origin.date,
        "Device": origin.device,
        "Software": ", ".join(f"{name} {number}" for name, number in origin.versions.items()),
    }
    yield "<section><h2>What was measured, with what</h2><dl class='words origin'>"
    yield from (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    yield "</dl></section>"


def _limits() -> Iterator[str]:
    yield "<section><h2>Limits</h2><ul>"
    yield from (f"<li>{escape(limit)}</li>" for limit in LIMITS)
    yield "</ul></section>"
