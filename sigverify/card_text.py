"""The model card as lines of text for people to read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sigverify.domain import LARGEST_DISTANCE
from sigverify.model.calibration import Calibration
from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.wording import SUPPORT, support_words

COUNTS: Final = (1, 5)  # specimens for which the bands of a calibration are told


def card_lines(card: ModelCard) -> list[str]:
    """What the model is, its thresholds with the rates measured at them, results, data, recipe, terms and limits."""
    lines = [
        f"Model          {card.name}",
        f"SHA-256        {card.sha256}",
        f"Preprocessing  {card.preprocessing}",
        "",
        *_curve_lines("With one specimen", card.one),
        *_curve_lines(f"With several specimens (measured with {card.several.specimens})", card.several),
        *_calibration_lines(card.calibration),
    ]
    for title, value in (("Results", card.results), ("Data", card.data), ("Recipe", card.recipe)):
        if value:
            lines += ["", title, *_tree(value, "  ")]
    for title, text in (("Terms", card.terms), ("Limits", card.limits)):
        if text:
            lines += ["", title, f"  {text}"]
    return lines


def _curve_lines(title: str, curve: OperatingCurve) -> list[str]:
    threshold = curve.development_threshold
    if not curve.genuine:
        return [title, f"  accept at or below {threshold:.3f}; its error rates have not been measured"]
    rates = curve.at(threshold)
    return [
        title,
        f"  accept at or below        {threshold:.3f} (the EER point on held-out writers); on test writers then:",
        f"  random forgeries accepted {_share(rates.far_random, curve.random)}",
        f"  skilled forgeries accepted{_share(rates.far_skilled, curve.skilled)}",
        f"  genuine ones flagged      {_share(rates.frr, curve.genuine)}",
    ]


def _share(rate: float, trials: int) -> str:
    return f"{rate:7.2%} of {trials} trials" if trials else "    not measured"


def bands(calibration: Calibration) -> list[tuple[str, ...]]:
    """What a comparison says, from near to far, and at which distances with so many specimens as `COUNTS` has."""
    bounds = [bound for bound, _ in SUPPORT]
    edges = [*bounds, *(-bound for bound in reversed(bounds))]  # a falling log10 likelihood ratio
    words = [support_words(ratio) for ratio in (*bounds, 0.0, *(-bound for bound in reversed(bounds)))]
    reached = [[0.0, *(calibration.reach(edge, count) for edge in edges), LARGEST_DISTANCE] for count in COUNTS]
    return [(words[i], *(_between(ends[i], ends[i + 1]) for ends in reached)) for i in range(len(words))]


def calibration_basis(calibration: Calibration) -> str:
    """On whom a calibration was fitted, and what it costs."""
    whom = f" of {', '.join(calibration.datasets)}" if calibration.datasets else ""
    text = (
        f"Fitted on held-out writers{whom} ({calibration.genuine} genuine trials against {calibration.forged} "
        "forgeries, skilled ones where there are any)."
    )
    told = [
        f"{bits:.3f} on {whose} writers"
        for bits, whose in ((calibration.cllr, "those"), (calibration.cllr_test, "test"))
        if bits is not None
    ]
    return f"{text} Cllr {', '.join(told)} (0 is perfect, 1 says nothing)." if told else text


def _between(low: float, high: float) -> str:
    """A range of distances; a dash for an empty one."""
    return f"{low:.2f} to {high:.2f}" if round(high, 2) > round(low, 2) else "-"


def _calibration_lines(calibration: Calibration | None) -> list[str]:
    if calibration is None:
        return ["", "No calibration: it is not told for whom a comparison speaks"]
    head = ("the comparison", *("1 specimen" if count == 1 else f"{count} specimens" for count in COUNTS))
    rows = [head, *bands(calibration)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    title = "For whom a comparison speaks, by its distance"
    return ["", title, *(f"  {line}" for line in told), f"  {calibration_basis(calibration)}"]


def _flat(part: Mapping[str, Any]) -> bool:
    return not any(isinstance(cell, Mapping | list | tuple) for cell in part.values())


def _crossed(columns: Mapping[str, Mapping[str, Any]], indent: str) -> Iterator[str]:
    """Mappings with keys in common side by side: one column a mapping, one row a key."""
    keys = list(dict.fromkeys(key for column in columns.values() for key in column))
    first = max(len(key) for key in keys)
    widths = [max(len(name), *(len(str(cell)) for cell in column.values())) for name, column in columns.items()]
    for key, cells in (("", list(columns)), *((key, [str(c.get(key, "-")) for c in columns.values()]) for key in keys)):
        padded = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield f"{indent}{key.ljust(first)}  {padded}"


def _tree(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if len(value) > 1 and all(isinstance(part, Mapping) and _flat(part) for part in value.values()):
            yield from _crossed(value, indent)
            return
        for key, part in value.items():
            if isinstance(part, Mapping | list | tuple) and part:
                yield f"{indent}{key}"
                yield from _tree(part, indent + "  ")
            else:
                yield f"{indent}{key}: {part}"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(part, int | float | str) for part in value):
            yield indent + ", ".join(str(part) for part in value)
            return
        for number, part in enumerate(value, 1):
            yield f"{indent}{number}."
            yield from _tree(part, indent + "   ")
    else:
        yield f"{indent}{value}"
