"""A batch's summary as a PDF to be filed, or as one self-contained page."""

import base64
import io
import itertools
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image as Pillow

from sigverify.batch.items import Result, Truth, Verdict
from sigverify.batch.summary import Summary
from sigverify.domain import Image
from sigverify.report.batch_text import KINDS, RATES_NOTE, caption, count_rows, rate_rows
from sigverify.report.plots import INK, MUTED, RULE, STYLE, svg
from sigverify.report.style import STYLE as PAGE_STYLE
from sigverify.wording import SCREENING

Pictures = Callable[[Result], tuple[Image | None, Image | None]]  # the questioned signature and the nearest specimen

A4: Final = (8.27, 11.69)  # inches
MARGIN: Final = 0.08  # of the page's width
ON_A_PAGE: Final = 6  # flagged items
NOTE_WIDE: Final = 130  # letters
PLOT_TALL: Final = 0.3  # of the page's height
BARS: Final = 60
COLOURS: Final = {
    None: "#1c6bb3",
    Truth.GENUINE: "#1c6bb3",
    Truth.SKILLED: "#b94e08",
    Truth.RANDOM: "#5a6471",
    Truth.FORGED: "#7a3e9d",
}
DASHES: Final = {None: "-", Truth.GENUINE: "-", Truth.SKILLED: "--", Truth.RANDOM: ":", Truth.FORGED: "-."}


def write_pdf(summary: Summary, pictures: Pictures, file: Path, *, title: str, under: str) -> None:
    """Write the summary as a PDF; OSError when it cannot be written."""
    with mpl.rc_context({**STYLE, "pdf.fonttype": 42}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name in letters that the font lacks
        with PdfPages(file, metadata={"Title": title, "Creator": "sigverify"}) as pages:
            pages.savefig(_first_page(summary, title, under))
            for start in range(0, len(summary.flagged), ON_A_PAGE):
                shown = summary.flagged[start : start + ON_A_PAGE]
                pages.savefig(_pairs_page(shown, pictures, _which(summary, start, len(shown))))


def batch_page(summary: Summary, pictures: Pictures, *, title: str, under: str) -> str:
    """The summary as HTML, its pictures inside."""
    return "\n".join(_page_parts(summary, pictures, title, under))


def _first_page(summary: Summary, title: str, under: str) -> Figure:
    figure = Figure(figsize=A4)
    figure.text(MARGIN, 0.94, title, fontsize=17, fontweight="bold", color=INK)
    figure.text(MARGIN, 0.922, under, fontsize=9, color=MUTED)
    figure.text(MARGIN, 0.905, SCREENING, fontsize=9, color=MUTED)
    height = _rows(figure, 0.865, count_rows(summary), (MARGIN, 0.36, 0.39))
    if summary.rates is not None:
        height = _rows(figure, height - 0.02, rate_rows(summary.rates), (MARGIN, 0.62, 0.65))
        height -= 0.022
        figure.text(MARGIN, height, textwrap.fill(RATES_NOTE, NOTE_WIDE), fontsize=7.5, color=MUTED)
    if summary.distances:
        tall = min(PLOT_TALL, height - 0.16)
        histogram(figure.add_axes((MARGIN + 0.03, height - 0.06 - tall, 0.83, tall)), summary)
    return figure


def _rows(
    figure: Figure, top: float, rows: Sequence[tuple[str, str, str]], places: tuple[float, float, float]
) -> float:
    """Three columns of text, the middle one to the right of its place; gives where they end."""
    for name, count, meaning in rows:
        figure.text(places[0], top, name, fontsize=10, color=INK)
        figure.text(places[1], top, count, fontsize=10, color=INK, ha="right", fontweight="bold")
        figure.text(places[2], top, meaning, fontsize=9, color=MUTED)
        top -= 0.021
    return top


def histogram(axes: Axes, summary: Summary) -> None:
    """How many items lie at which distance, with the thresholds that were in force."""
    furthest = max(float(held[-1]) for held in summary.distances.values())
    edges = np.linspace(0.0, max(furthest, *summary.thresholds, 0.1) * 1.03, BARS + 1)
    for truth, held in summary.distances.items():
        counted, colour = np.histogram(held, edges)[0], COLOURS[truth]
        axes.stairs(counted, edges, fill=True, color=colour, alpha=0.15)
        label = "items" if truth is None else KINDS[truth]
        axes.stairs(counted, edges, color=colour, linestyle=DASHES[truth], linewidth=1.4, label=label)
    top = axes.get_ylim()[1]
    for threshold, dashes in zip(summary.thresholds, itertools.cycle(("-", "--", ":"))):
        axes.axvline(threshold, color=INK, linewidth=1.2, linestyle=dashes, label=f"threshold {threshold:.3f}")
    axes.set_title("Distances")
    axes.set(xlabel="combined distance", ylabel="items", xlim=(0.0, edges[-1]), ylim=(0.0, top))
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="best")


def _pairs_page(shown: Sequence[Result], pictures: Pictures, heading: str) -> Figure:
    figure = Figure(figsize=A4)
    figure.text(MARGIN, 0.955, heading, fontsize=12, fontweight="bold", color=INK)
    figure.text(MARGIN, 0.935, "questioned", fontsize=9, color=MUTED)
    figure.text(0.52, 0.935, "nearest specimen", fontsize=9, color=MUTED)
    for row, result in enumerate(shown):
        bottom = 0.80 - row * 0.148
        for picture, left in zip(pictures(result), (MARGIN, 0.52), strict=True):
            _picture(figure.add_axes((left, bottom, 0.40, 0.118)), picture)
        figure.text(MARGIN, bottom - 0.016, caption(result), fontsize=8.5, color=INK)
    return figure


def _picture(axes: Axes, picture: Image | None) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if picture is None:
        axes.text(0.5, 0.5, "cannot be shown", ha="center", va="center", color=MUTED, fontsize=8)
    else:
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="antialiased")
        axes.set_anchor("W")


def _which(summary: Summary, start: int, shown: int) -> str:
    flagged = summary.counts[Verdict.FLAG]
    return f"Flagged items {start + 1} to {start + shown} of {flagged:,}, the farthest first"


def _page_parts(summary: Summary, pictures: Pictures, title: str, under: str) -> Iterator[str]:
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{PAGE_STYLE}{_PAIRS_STYLE}</style></head><body>'
    yield f"<main><header><h1>{escape(title)}</h1><p>{escape(under)} · {escape(SCREENING)}</p></header>"
    yield from _table("Decisions", ("Decision", "Items", "Meaning"), count_rows(summary))
    if summary.rates is not None:
        yield from _table("Error rates", ("Rate", "Items", "Per cent"), rate_rows(summary.rates), RATES_NOTE)
    if summary.distances:
        with mpl.rc_context(STYLE):
            figure = Figure(figsize=(8.0, 3.2), layout="constrained")
            histogram(figure.add_subplot(), summary)
            yield f"<section><figure>{svg(figure, 'batch')}</figure></section>"
    if summary.flagged:
        yield f"<section><h2>{_which(summary, 0, len(summary.flagged))}</h2><div class='pairs'>"
        for result in summary.flagged:
            both = "".join(_img(picture) for picture in pictures(result))
            yield f"<figure class='pair'>{both}<figcaption>{escape(caption(result))}</figcaption></figure>"
        yield "</div></section>"
    yield "</main></body></html>\n"


_PAIRS_STYLE: Final = """
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; padding: 12px 0; border-top: 1px solid #e0e4ea;
  break-inside: avoid; }
.pair img, .pair span { width: 100%; height: 110px; object-fit: contain; object-position: left; }
.pair figcaption { grid-column: 1 / -1; font-size: 12.5px; overflow-wrap: anywhere; }
"""


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, str, str]], note: str = "") -> Iterator[str]:
    yield f"<section><h2>{escape(title)}</h2><table><thead><tr>"
    yield "".join(f"<th{' class=word' if place != 1 else ''}>{name}</th>" for place, name in enumerate(columns))
    yield "</tr></thead><tbody>"
    for row in rows:
        cells = (f"<td{' class=word' if place != 1 else ''}>{escape(cell)}</td>" for place, cell in enumerate(row))
        yield f"<tr>{''.join(cells)}</tr>"
    yield f"</tbody></table>{f'<p class=note>{escape(note)}</p>' if note else ''}</section>"


def _img(picture: Image | None) -> str:
    if picture is None:
        return "<span class='muted'>cannot be shown</span>"
    data = io.BytesIO()
    Pillow.fromarray(picture).save(data, "PNG", optimize=True)
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}">'
