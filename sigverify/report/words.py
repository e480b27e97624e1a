"""Figures as words in a cell."""

from sigverify.model.bootstrap import Estimate
from sigverify.model.metrics import bound

NONE = "–"


def percent(rate: float) -> str:
    """A share as per cent, one digit after the point."""
    return f"{100 * rate:.1f}"


def interval_words(found: Estimate, signatures: int = 0) -> str:
    """Per cent with its interval; a rate of 0 with what so many different signatures can say of it."""
    if found.value == 0.0 and signatures:
        return f"0.0 (below {100 * bound(signatures):.1f})"
    if found.low is None or found.high is None:
        return percent(found.value)
    return f"{percent(found.value)} ({percent(found.low)}–{percent(found.high)})"


def specimens_words(group: int) -> str:
    """How a group is called in a title."""
    return "1 specimen" if group == 1 else f"{group} specimens"


def cost_words(found: Estimate) -> str:
    """A Cllr in bits with its interval."""
    if found.low is None or found.high is None:
        return f"{found.value:.3f}"
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def share_words(part: int, whole: int) -> str:
    """A part of a whole in per cent."""
    return f"{percent(part / whole)} %" if whole else NONE


def before_after(what: str, before: float, after: float) -> tuple[str, str]:
    """A figure of two models, in its own unit."""
    if what.startswith("Cllr"):
        return f"{before:.3f}", f"{after:.3f}"
    return percent(before), percent(after)


def difference_words(what: str, found: Estimate) -> str:
    """A difference with its sign and interval, in points or bits."""
    scale, digits = (1.0, 3) if what.startswith("Cllr") else (100.0, 1)
    told = f"{scale * found.value:+.{digits}f}"
    if found.low is None or found.high is None:
        return told
    return f"{told} ({scale * found.low:+.{digits}f} to {scale * found.high:+.{digits}f})"
