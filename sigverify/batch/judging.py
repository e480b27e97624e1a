"""The one function of an item: an item in, its line out; the same in every process and on every machine."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol, cast

from sigverify import wording
from sigverify.batch.items import Item, LineProblem, Result, Verdict
from sigverify.domain import Decision, Policy, Source, Verification
from sigverify.errors import SigverifyError

SURE_OF_ANOTHER: Final = 0.5  # confidence from which a second place on a cheque counts as signed, too
DIGITS: Final = 16  # of the weights' digest; the log shows as many

_CHANGED: Final = "A picture was changed while it was looked at: let the copying end, and verify the item again."
_FAULT: Final = "It could not be verified because of a fault in sigverify ({kind}): try it by itself, and report it."
_MEMORY: Final = "It needs more memory than is free: use fewer workers, or scan at a lower resolution."
_TWICE: Final = (
    "The cheque seems to be signed in {places} places and only the best was compared: look at the others as well."
)
_LIKENESS: Final = (
    "What was compared counts as a signature only because it is like the specimens: look whether somebody signed there."
)
_VERDICTS: Final = {
    Decision.ACCEPT: Verdict.ACCEPT,
    Decision.FLAG: Verdict.FLAG,
    Decision.CANNOT_JUDGE: Verdict.CANNOT_JUDGE,
}

_log = logging.getLogger(__name__)


class Verifies(Protocol):
    """What a batch needs of a verifier; `verifier.Verifier` is the real one."""

    def verify(self, questioned: Source, specimens: Sequence[Source], policy: Policy | None = None) -> Verification:
        """Hold one signature against specimens of the same person; raises SigverifyError."""


class VerifiesTogether(Verifies, Protocol):
    """A verifier that is quicker with several items in view."""

    @property
    def at_once(self) -> int:
        """How many images are best embedded together; 1 where that gains nothing."""

    def prefetch(self, sources: Sequence[Source], begin: Callable[[int], None]) -> None:
        """Look at images and embed them together; tells `begin` the place of each before it is looked at."""


def together(verifier: Verifies) -> int:
    """How many items this verifier likes to have in view; 1 for one that takes them one by one."""
    return int(getattr(verifier, "at_once", 1))


def decide_together(
    verifier: Verifies, items: Sequence[Item], policy: Policy | None, begin: Callable[[Item], None]
) -> Iterator[Result]:
    """Verify several items, each as `decide_item` does, their pictures looked at and embedded together first.

    `begin` is told which item is at work, so that whatever brings the process down can be blamed on it.
    """
    spent = [0.0] * len(items)
    if len(items) > 1:
        spent = _prefetched(cast(VerifiesTogether, verifier), items, begin)
    for item, before in zip(items, spent, strict=True):
        begin(item)
        result = decide_item(verifier, item, policy)
        yield replace(result, milliseconds=round(result.milliseconds + before, 1)) if before else result


def _prefetched(verifier: VerifiesTogether, items: Sequence[Item], begin: Callable[[Item], None]) -> list[float]:
    """Milliseconds that were spent on each item beforehand, what was done together shared equally."""
    owners = [k for k, item in enumerate(items) for _ in range(1 + len(item.references))]
    sources = [source for item in items for source in (item.questioned_source, *item.reference_sources)]
    spent, clock = [0.0] * len(items), time.perf_counter()
    at = -1

    def begun(place: int) -> None:
        nonlocal at, clock
        now = time.perf_counter()
        if at >= 0:
            spent[at] += (now - clock) * 1000.0
        if owners[place] != at:
            at = owners[place]
            begin(items[at])
        clock = now

    try:
        verifier.prefetch(sources, begun)
    except Exception as error:  # every item is decided by itself all the same, and tells what is wrong with it
        _log.warning("%d items could not be looked at together: %s", len(items), type(error).__name__)
    shared = (time.perf_counter() - clock) * 1000.0 / len(items)
    return [one + shared for one in spent]


def decide_item(verifier: Verifies, item: Item, policy: Policy | None) -> Result:
    """Verify one item; whatever is wrong with it ends as its line, and never as an exception."""
    began = time.perf_counter()
    stamps = _stamps(item)
    try:
        verification = verifier.verify(item.questioned_source, item.reference_sources, policy)
    except SigverifyError as error:
        return in_error(item, str(error), began)
    except MemoryError:
        return in_error(item, _MEMORY, began)
    except Exception as error:  # a bug, or a library's; the other items have nothing to do with it
        _log.exception("an item could not be verified: %s", item.item_id)
        return in_error(item, _FAULT.format(kind=type(error).__name__), began)
    if _stamps(item) != stamps:
        return in_error(item, _CHANGED, began)
    return _result(item, verification)


def in_error(item: Item, message: str, began: float | None = None) -> Result:
    """The line of an item that could not be verified."""
    spent = 0.0 if began is None else (time.perf_counter() - began) * 1000.0
    return Result(
        line=item.line,
        item_id=item.item_id,
        decision=Verdict.ERROR,
        reasons=message,
        milliseconds=round(spent, 1),
        questioned=str(item.questioned),
        references=tuple(map(str, item.references)),
        page=item.page,
        given_box=item.box,
        amount=item.amount,
        expected=item.expected,
    )


def of_problem(problem: LineProblem) -> Result:
    """The line of an item that the manifest does not name well."""
    return Result(line=problem.line, item_id=problem.item_id, decision=Verdict.ERROR, reasons=problem.message)


def _result(item: Item, verification: Verification) -> Result:
    doubts = _doubts(verification)
    verdict = _VERDICTS[verification.decision]
    if doubts and verdict is Verdict.ACCEPT:
        verdict = Verdict.REVIEW
    if verdict is Verdict.CANNOT_JUDGE:
        reasons = [wording.verdict_sentence(verification)]
    else:
        reasons = [*doubts, *wording.left_out_sentences(verification)]
    located = verification.located
    return Result(
        line=item.line,
        item_id=item.item_id,
        decision=verdict,
        distance=verification.distance,
        threshold=verification.threshold,
        nearest_reference=_nearest(item, verification),
        reasons=" ".join(reasons),
        box=located.box if located else item.box,
        milliseconds=round(verification.milliseconds.total, 1),
        model=f"{verification.model.name} {verification.model.sha256[:DIGITS]}",
        specimens=sum(value is not None for value in verification.distances),
        questioned=str(item.questioned),
        references=tuple(map(str, item.references)),
        page=item.page,
        given_box=item.box,
        amount=item.amount,
        expected=item.expected,
    )


def _doubts(verification: Verification) -> list[str]:
    """Why a person has to look at what would be accepted."""
    doubts = []
    if verification.same_image:
        doubts.append(wording.same_image_sentence(verification.same_image, len(verification.specimen_qualities)))
    located = verification.located
    if located is not None and not located.by_hand:
        places = 1 + sum(one.confidence >= SURE_OF_ANOTHER for one in located.candidates[1:])
        if places > 1:
            doubts.append(_TWICE.format(places=places))
        if located.by_likeness:
            doubts.append(_LIKENESS)
    return doubts


def _nearest(item: Item, verification: Verification) -> str:
    measured = [(value, index) for index, value in enumerate(verification.distances) if value is not None]
    return item.references[min(measured)[1]].name if measured else ""


def _stamps(item: Item) -> list[tuple[int, int] | None]:
    """When each file was changed last, and its size; None for one that is not to be had."""
    return [_stamp(path) for path in (item.questioned, *item.references)]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
