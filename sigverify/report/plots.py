"""The curves of an evaluation as SVG pictures that can stand inside a page."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import norm

from sigverify.model.metrics import ErrorCurve, Floats, error_curve
from sigverify.model.protocol import Kind
from sigverify.model.scored import Scored

INK, MUTED, RULE = "#14181f", "#4d5764", "#e0e4ea"
COLOURS: Final = {Kind.GENUINE: "#1c6bb3", Kind.SKILLED: "#b94e08", Kind.RANDOM: "#5a6471"}
STROKES: Final = {Kind.GENUINE: "-", Kind.SKILLED: "--", Kind.RANDOM: ":"}  # of a histogram: not by colour alone
NAMES: Final = {Kind.GENUINE: "genuine", Kind.SKILLED: "skilled forgeries", Kind.RANDOM: "random forgeries"}
LINES: Final = ("--", "-", ":")  # by number of specimens
WIDTHS: Final = (1.4, 1.9, 1.4)
BARS: Final = 50
MOST_POINTS: Final = 300  # of a curve; more are not seen
DET_TICKS: Final = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
DET_ENDS: Final = (0.0005, 0.9)
STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",  # letters stay letters: small, sharp, to be searched
    "font.family": "sans-serif",
    "font.sans-serif": ["Segoe UI", "Helvetica Neue", "Arial", "DejaVu Sans"],
    "font.size": 9,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "legend.frameon": False,
    "legend.fontsize": 8,
}
SIZE: Final = (4.6, 3.1)  # inches


@mpl.rc_context(STYLE)
def histogram(held: Scored) -> str:
    """How many trials of each kind lie at which combined distance, with the card's threshold, as SVG."""
    figure, axes = _axes(f"{_specimens(held)}: distances")
    end = max(float(np.max(one.score)) for one in held.asked.values())
    edges = np.linspace(0.0, max(end, held.threshold) * 1.02, BARS + 1)
    for kind, one in held.asked.items():
        shares = 100.0 * np.histogram(one.score, edges)[0] / len(one.score)
        axes.stairs(shares, edges, fill=True, color=COLOURS[kind], alpha=0.13)
        axes.stairs(shares, edges, color=COLOURS[kind], linestyle=STROKES[kind], linewidth=1.4, label=NAMES[kind])
    axes.axvline(held.threshold, color=INK, linewidth=1.2)
    top = axes.get_ylim()[1]
    axes.text(held.threshold, top, f" threshold {held.threshold:.3f}", va="top", color=INK, fontsize=8)
    axes.set(xlabel="combined distance", ylabel="% of the trials of a kind", xlim=(0.0, edges[-1]), ylim=(0.0, top))
    axes.legend(loc="upper right")
    return svg(figure, f"distances-{held.dataset}-{held.group}")


@mpl.rc_context(STYLE)
def roc(groups: Sequence[Scored]) -> str:
    """Share of genuine signatures accepted over share of forgeries accepted, as SVG."""
    figure, axes = _axes("ROC")
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
    for curve, kind, label, number in _curves(groups):
        axes.plot(curve.far, 1.0 - curve.frr, LINES[number], color=COLOURS[kind], linewidth=WIDTHS[number], label=label)
    axes.set(xlabel="forgeries accepted (FAR)", ylabel="genuine accepted (1 − FRR)", xlim=(-0.01, 1), ylim=(0, 1.01))
    axes.legend(loc="lower right")
    return svg(figure, f"roc-{groups[0].dataset}")


@mpl.rc_context(STYLE)
def det(groups: Sequence[Scored]) -> str:
    """FRR over FAR on normal-deviate axes (Martin et al. 1997), as SVG; where curves meet the diagonal is the EER."""
    figure, axes = _axes("DET")
    ends = norm.ppf(DET_ENDS)
    axes.plot(ends, ends, color=RULE, linewidth=1)
    for curve, kind, label, number in _curves(groups):
        across, up = (norm.ppf(np.clip(rates, *DET_ENDS)) for rates in (curve.far, curve.frr))
        axes.plot(across, up, LINES[number], color=COLOURS[kind], linewidth=WIDTHS[number], label=label)
    places, words = norm.ppf(DET_TICKS), [f"{100 * tick:g}" for tick in DET_TICKS]
    axes.set_xticks(places, words)
    axes.set_yticks(places, words)
    axes.grid(color=RULE, linewidth=0.5)
    axes.set(xlabel="forgeries accepted, FAR %", ylabel="genuine flagged, FRR %", xlim=ends, ylim=ends)
    axes.legend(loc="upper right")
    return svg(figure, f"det-{groups[0].dataset}")


def _curves(groups: Sequence[Scored]) -> Iterator[tuple[ErrorCurve, Kind, str, int]]:
    for number, held in enumerate(groups[: len(LINES)]):
        for kind in (Kind.SKILLED, Kind.RANDOM):
            if kind in held.asked:
                whole = error_curve(held.asked[Kind.GENUINE].score, held.asked[kind].score)
                yield _thinned(whole), kind, f"{kind.value}, {_specimens(held)}", number


def _thinned(curve: ErrorCurve) -> ErrorCurve:
    """Points evenly along the curve as both plots show it, its ends among them."""
    way: Floats = np.abs(np.diff(norm.ppf(np.clip(curve.far, *DET_ENDS)))) + np.abs(
        np.diff(norm.ppf(np.clip(curve.frr, *DET_ENDS)))
    )
    place = np.concatenate([[0.0], np.cumsum(way)])
    kept = np.unique(np.searchsorted(place, np.linspace(0.0, place[-1], MOST_POINTS)))
    kept = np.unique(np.concatenate([[0], np.minimum(kept, len(place) - 1), [len(place) - 1]]))
    return ErrorCurve(thresholds=curve.thresholds[kept], far=curve.far[kept], frr=curve.frr[kept])


def _specimens(held: Scored) -> str:
    return "1 specimen" if held.specimens == 1 else f"{held.specimens} specimens"


def _axes(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title)
    return figure, axes


def svg(figure: Figure, salt: str) -> str:
    """The drawing without XML header and date; `salt` keeps its ids apart from those of other drawings in a page."""
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": salt}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    drawing = text.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.S)
    used = set(re.findall(r"#([\w-]+)", drawing))
    drawing = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", drawing)
    opening, end, rest = drawing.partition(">")
    return re.sub(r' (width|height)="[^"]*"', "", opening) + end + rest  # the page decides how large it is
