"""What the verdict card says in each situation, as values; the card only draws it."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from sigverify.domain import Decision, Problem, Verification
from sigverify.gui.comparison import Comparison
from sigverify.gui.keys import Keys
from sigverify.gui.symbol import Sign
from sigverify.messages import Outcome
from sigverify.model.card import ModelCard
from sigverify.wording import (
    SCREENING,
    decision_words,
    quality_sentence,
    same_image_sentence,
    specimen_subject,
    support_sentence,
    verdict_sentence,
)

LEFT_OUT_SHOWN = 2  # sentences about specimens left out; of more only the number is told


class Phase(Enum):
    """Where the model stands."""

    LOADING = "loading"
    RESTARTING = "restarting"
    READY = "ready"
    UNUSABLE = "unusable"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One state of the card."""

    sign: Sign
    headline: str
    sentence: str = ""
    support: str = ""  # for whom the comparison speaks
    warning: str = ""
    details: tuple[str, ...] = ()
    footer: str = ""

    @property
    def judged(self) -> bool:
        """Whether a machine's decision stands here, to be read from two metres."""
        return self.sign in (Sign.ACCEPT, Sign.FLAG, Sign.CANNOT_JUDGE)


def verdict_of(
    comparison: Comparison, phase: Phase, trouble: str, outcome: Outcome | None, card: ModelCard | None
) -> Verdict:
    """What to say; `trouble` is why the model is unusable, `outcome` is None while the answer is awaited."""
    if phase is Phase.UNUSABLE:
        return Verdict(sign=Sign.PROBLEM, headline=_tr("The model cannot be used"), sentence=trouble)
    if outcome is not None and outcome.verification is not None and comparison.complete:
        return _judged(outcome.verification, comparison, outcome, card)
    if phase in (Phase.LOADING, Phase.RESTARTING):
        return _loading(comparison, phase)
    if not comparison.complete:
        return _waiting(comparison)
    if outcome is None:
        return Verdict(sign=Sign.BUSY, headline=_tr("Comparing"), sentence=_tr("The images are read and compared."))
    return _no_comparison(outcome)


def by_specimen(outcome: Outcome) -> list[float | None]:
    """Each specimen's own distance in the order of the pane; the verification itself knows only readable ones."""
    distances: list[float | None] = [None] * len(outcome.specimens)
    if outcome.verification is not None:
        for index, distance in zip(_readable(outcome), outcome.verification.distances, strict=True):
            distances[index] = distance
    return distances


def _readable(outcome: Outcome) -> list[int]:
    return [index for index, result in enumerate(outcome.specimens) if not isinstance(result, Problem)]


def _judged(verification: Verification, comparison: Comparison, outcome: Outcome, card: ModelCard | None) -> Verdict:
    count, readable = len(outcome.specimens), _readable(outcome)
    same = [readable[index] for index in verification.same_image]
    details = []
    if verification.decision is not Decision.CANNOT_JUDGE and card is not None and not same:
        details.append(_rates(verification, card))
    details += _left_out(outcome, readable)
    footer = f"{SCREENING} {_tr('These are the sample signatures.')}" if comparison.samples else SCREENING
    return Verdict(
        sign=Sign(verification.decision.value),
        headline=decision_words(verification.decision),
        sentence=verdict_sentence(verification),
        support=_support(verification, card),
        warning=same_image_sentence(same, count),
        details=tuple(details),
        footer=footer,
    )


def _left_out(outcome: Outcome, readable: list[int]) -> list[str]:
    """Which specimens played no part; nothing where none did, for then the verdict itself says why."""
    count, verification = len(outcome.specimens), outcome.verification
    if verification is None or not any(quality.good for quality in verification.specimen_qualities):
        return []
    qualities = dict(zip(readable, verification.specimen_qualities, strict=True))
    sentences = []
    for index in range(count):
        subject = specimen_subject(index, count)
        if index not in qualities:
            sentences.append(_tr("Left out: {specimen} cannot be read.").format(specimen=subject))
        elif not qualities[index].good:
            sentences.append(_tr("Left out: {sentence}").format(sentence=quality_sentence(qualities[index], subject)))
    if len(sentences) > LEFT_OUT_SHOWN:
        more = _tr("{count} more were left out.").format(count=len(sentences) - LEFT_OUT_SHOWN)
        return [*sentences[:LEFT_OUT_SHOWN], more]
    return sentences


def _support(verification: Verification, card: ModelCard | None) -> str:
    used = sum(quality.good for quality in verification.specimen_qualities)
    return support_sentence(verification, None if card is None else card.policy.for_specimens(used))


def _rates(verification: Verification, card: ModelCard) -> str:
    used = sum(quality.good for quality in verification.specimen_qualities)
    curve = card.curve(used)
    if not (curve.genuine and curve.skilled and curve.random):
        return _tr("How often this model errs has not been measured.")
    rates = curve.at(verification.threshold)
    text = _tr(
        "At this threshold {skilled} of 100 skilled forgeries and {random} of 100 other signatures pass, "
        "and {frr} of 100 genuine ones are flagged."
    )
    return text.format(skilled=_of_100(rates.far_skilled), random=_of_100(rates.far_random), frr=_of_100(rates.frr))


def _of_100(rate: float) -> str:
    return f"{100 * rate:.1f}" if 100 * rate < 9.95 else f"{100 * rate:.0f}"


def _loading(comparison: Comparison, phase: Phase) -> Verdict:
    again = phase is Phase.RESTARTING
    headline = _tr("Starting the reader again") if again else _tr("Loading the model")
    if comparison.complete:
        sentence = _tr("The two sides are compared as soon as it is ready.")
    else:
        sentence = _tr("Files can be dropped already; they are compared as soon as it is ready.")
    return Verdict(sign=Sign.BUSY, headline=headline, sentence=sentence)


def _waiting(comparison: Comparison) -> Verdict:
    if comparison.empty:
        headline, sentence = _tr("Two signatures to compare"), _tr("Drop two files anywhere in this window.")
    elif comparison.questioned is None:
        headline = _tr("The questioned signature is missing")
        sentence = _tr("Drop it on the left, or open it with {key}.").format(key=Keys.OPEN_QUESTIONED.text)
    else:
        headline = _tr("The signature on file is missing")
        sentence = _tr("Drop it on the right, or add it with {key}.").format(key=Keys.OPEN_SPECIMENS.text)
    return Verdict(sign=Sign.EMPTY, headline=headline, sentence=sentence)


def _no_comparison(outcome: Outcome) -> Verdict:
    results = (outcome.questioned, *outcome.specimens)
    problem = next((result for result in results if isinstance(result, Problem)), None)
    headline = _tr("No comparison was made")
    if problem is None:
        return Verdict(sign=Sign.PROBLEM, headline=headline, sentence=_tr("Remove one of the files and drop it again."))
    named = problem.message if problem.name in problem.message else f"{problem.name}: {problem.message}"
    return Verdict(sign=Sign.PROBLEM, headline=headline, sentence=named)


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdict", text)
