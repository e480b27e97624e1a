"""A batch's summary as words and lines; imports no matplotlib."""

from collections.abc import Iterator
from typing import Final

from sigverify.batch.items import Result, Truth, Verdict
from sigverify.batch.rates import ErrorRates, Share
from sigverify.batch.summary import Summary
from sigverify.report.words import interval_words
from sigverify.wording import SCREENING, distance_words

VERDICTS: Final = {
    Verdict.ACCEPT: ("ACCEPT", "at or below the threshold"),
    Verdict.FLAG: ("FLAG", "above the threshold: a person has to look at it"),
    Verdict.REVIEW: ("REVIEW", "would be accepted, but what was compared is in doubt"),
    Verdict.CANNOT_JUDGE: ("CANNOT JUDGE", "the picture is too poor"),
    Verdict.ERROR: ("ERROR", "no picture, or a line that names none"),
}
KINDS: Final = {
    Truth.GENUINE: "genuine",
    Truth.SKILLED: "skilled forgeries",
    Truth.RANDOM: "random forgeries",
    Truth.FORGED: "forgeries of unknown kind",
}
RATES_NOTE: Final = (
    "Per cent, with the interval that 95 of 100 choices of as many customers would give. Counted by distance and "
    "threshold. The EER lies at a threshold found on these very items: no threshold in use has it."
)


def count_rows(summary: Summary) -> list[tuple[str, str, str]]:
    """Verdict, how many, and what it means; the last row adds up."""
    rows = [(word, f"{summary.counts[verdict]:,}", meaning) for verdict, (word, meaning) in VERDICTS.items()]
    return [*rows, ("together", f"{summary.items:,}", "every line of the manifest")]


def rate_rows(rates: ErrorRates) -> list[tuple[str, str, str]]:
    """Which rate, errors of items, and the rate with its interval."""
    rows = [] if rates.frr is None else [_rate("FRR, genuine ones flagged", rates.frr)]
    rows += [_rate(f"FAR, {KINDS[kind]} accepted", share) for kind, share in rates.far.items()]
    for kind, found in rates.eer.items():
        rows.append((f"EER, {KINDS[kind]}", "", interval_words(found, rates.far[kind].whole)))
    for truth, count in rates.unjudged.items():
        rows.append((f"not judged, {KINDS[truth]}", f"{count:,}", ""))
    return rows


def _rate(name: str, share: Share) -> tuple[str, str, str]:
    return name, f"{share.part:,} of {share.whole:,}", interval_words(share.rate, share.whole)


def caption(result: Result) -> str:
    """One line under the pictures of a flagged item."""
    parts = [result.item_id]
    if result.distance is not None and result.threshold is not None:
        parts.append("distance {} over {}".format(*distance_words(result.distance, result.threshold)))
    parts.append(f"nearest: {result.nearest_reference}")
    if result.ruling is not None:
        parts.append(f"ruled {result.ruling.said.value} by {result.ruling.by}")
    return "   ".join(parts)


def summary_lines(summary: Summary) -> Iterator[str]:
    """For a terminal."""
    for name, count, meaning in count_rows(summary):
        yield f"  {name:<14}{count:>9}  {meaning}"
    if summary.rates is not None:
        yield ""
        for name, counts, rate in rate_rows(summary.rates):
            yield f"  {name:<42}{counts:>17}  {rate}".rstrip()
        yield f"  {RATES_NOTE}"
    yield SCREENING
