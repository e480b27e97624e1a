"""How a batch's verdicts look: each has its word, its icon and its colours, so that none is told by colour alone."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from sigverify.batch.items import Ruling, Said, Verdict
from sigverify.gui.theme import colours

ICONS: Final = {
    Verdict.ACCEPT: "accept",
    Verdict.FLAG: "flag",
    Verdict.REVIEW: "review",
    Verdict.CANNOT_JUDGE: "question",
    Verdict.ERROR: "warning",
}
THIN: Final = "\N{THIN SPACE}"


def verdict_words(verdict: Verdict) -> str:
    """A verdict as it stands in a cell: FLAG, CANNOT JUDGE."""
    return {
        Verdict.ACCEPT: _tr("ACCEPT"),
        Verdict.FLAG: _tr("FLAG"),
        Verdict.REVIEW: _tr("REVIEW"),
        Verdict.CANNOT_JUDGE: _tr("CANNOT JUDGE"),
        Verdict.ERROR: _tr("ERROR"),
    }[verdict]


def said_words(said: Said) -> str:
    """What a person ruled."""
    return verdict_words(Verdict(said.value))


def verdict_colours(verdict: Verdict) -> tuple[str, str]:
    """The strong and the pale colour of a verdict, in the palette in force."""
    use = colours()
    if verdict is Verdict.ACCEPT:
        return use.accept, use.accept_zone
    if verdict is Verdict.FLAG:
        return use.flag, use.flag_zone
    return use.grey, use.grey_zone


def ruling_words(ruling: Ruling | None) -> str:
    """A ruling in one line: what was said, by whom, and that there is a note."""
    if ruling is None:
        return ""
    parts = [f"{said_words(ruling.said)} · {ruling.by}", ruling.note]
    return " · ".join(part for part in parts if part)


def number(count: int) -> str:
    """A count with its thousands set apart."""
    return f"{count:,}".replace(",", THIN)


def signed(value: float) -> str:
    """A difference with its sign."""
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def duration(seconds: float) -> str:
    """A time as a person says it: 40 s, 12 min, 3 h 20 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return _tr("{count} s").format(count=whole)
    minutes = round(seconds / 60)
    if minutes < 60:
        return _tr("{count} min").format(count=minutes)
    return _tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def _tr(text: str) -> str:
    return QCoreApplication.translate("batch", text)
