"""What a batch is made of, as frozen values: items, what was decided of them, what a person ruled, and counts."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from sigverify.domain import Box, Seek, Source, check_box

FIRST_PAGE: Final = 1  # in a manifest and in results, as people count; inside the program pages are counted from 0


class Truth(StrEnum):
    """What is known of an item beforehand, where a batch is a measurement."""

    GENUINE = "genuine"
    FORGED = "forged"  # of which kind is not told
    SKILLED = "skilled"
    RANDOM = "random"


class Verdict(StrEnum):
    """What a batch says of an item: the machine's decision, or that a person is needed, or that nothing came of it."""

    ACCEPT = "ACCEPT"
    FLAG = "FLAG"
    REVIEW = "REVIEW"  # the distance would be accepted, but what was compared is in doubt: `reasons` say why
    CANNOT_JUDGE = "CANNOT_JUDGE"
    ERROR = "ERROR"


class Said(StrEnum):
    """What a person can rule."""

    ACCEPT = "ACCEPT"
    FLAG = "FLAG"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One questioned signature with the specimens on file, as a manifest or a folder names them."""

    line: int  # of the manifest, the header being line 1; in a folder the place by name, from 1: the key of an item
    item_id: str
    questioned: Path
    references: tuple[Path, ...]
    page: int = 0  # counted from 0
    box: Box | None = None  # where a person says that the signature is, in pixels of the page as given
    amount: str = ""  # as written; it decides nothing
    expected: Truth | None = None

    def __post_init__(self) -> None:
        if self.line < 1 or not self.item_id or not self.references or self.page < 0:
            raise ValueError("an item has a line, an id, specimens and a page")
        if self.box is not None:
            check_box(self.box)

    @property
    def questioned_source(self) -> Source:
        """The questioned picture: a whole cheque is searched, a crop is taken as it is."""
        return Source.of_file(self.questioned, self.page, seek=Seek.AUTO, box=self.box)

    @property
    def reference_sources(self) -> tuple[Source, ...]:
        """The specimens, which are crops."""
        return tuple(Source.of_file(path) for path in self.references)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What a person said of an item, and when."""

    said: Said
    by: str
    at: str  # ISO 8601 with seconds and the offset from UTC
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One line of the results: what was decided of one item, and what is needed to look at it again."""

    line: int  # key of the item, as `Item.line`
    item_id: str
    decision: Verdict
    distance: float | None = None  # the combined one
    threshold: float | None = None  # that was in force for so many specimens
    nearest_reference: str = ""  # name of the specimen with the smallest distance
    reasons: str = ""  # sentences for a person
    box: Box | None = None  # what was compared on a whole cheque, in pixels of the page as given; None: all of a crop
    milliseconds: float = 0.0
    model: str = ""  # name and the first digits of the weights' digest
    ruling: Ruling | None = None
    specimens: int = 0  # how many the distance is to: poor ones were left out
    questioned: str = ""  # path
    references: tuple[str, ...] = ()  # paths
    page: int = 0  # counted from 0
    given_box: Box | None = None  # the manifest's
    amount: str = ""
    expected: Truth | None = None

    def __post_init__(self) -> None:
        if self.distance is not None and not math.isfinite(self.distance):
            raise ValueError("a distance is a number, or there is none")
        if self.decision in _MEASURED and (self.distance is None or self.threshold is None):
            raise ValueError(f"{self.decision} needs a distance and a threshold")

    @property
    def questioned_source(self) -> Source | None:
        """The questioned picture to be looked at again, searched as it was; None where the line names none."""
        if not self.questioned:
            return None
        return Source.of_file(self.questioned, self.page, seek=Seek.AUTO, box=self.given_box)

    @property
    def reference_sources(self) -> tuple[Source, ...]:
        """The specimens to be looked at again."""
        return tuple(Source.of_file(path) for path in self.references)

    @property
    def over(self) -> float | None:
        """How far the distance lies above its threshold (below: negative); None where nothing was measured."""
        if self.distance is None or self.threshold is None:
            return None
        return self.distance - self.threshold

    def ruled(self, ruling: Ruling | None) -> "Result":
        """The same line with another ruling, or with none."""
        return replace(self, ruling=ruling)


_MEASURED: Final = (Verdict.ACCEPT, Verdict.FLAG, Verdict.REVIEW)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many items were decided how; they add up to the items of the manifest when a batch is finished."""

    by_verdict: Mapping[Verdict, int]

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> "Counts":
        """Count them; every verdict is there, if with 0."""
        counted = dict.fromkeys(Verdict, 0)
        for verdict in verdicts:
            counted[verdict] += 1
        return cls(by_verdict=counted)

    def __getitem__(self, verdict: Verdict) -> int:
        return self.by_verdict.get(verdict, 0)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_verdict.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class LineProblem:
    """What is wrong with one line of a manifest, or with one id of a folder; the item becomes an ERROR line."""

    line: int
    item_id: str  # "(line 17)" where the line has none
    message: str  # one sentence that says what to do

    def __str__(self) -> str:
        return f"line {self.line}, {self.item_id}: {self.message}"


def worst_first(result: Result) -> tuple[int, float]:
    """Sort key of the queue: flagged from the farthest on, then those to review, not judged, in error, accepted."""
    return _QUEUE.index(result.decision), -(result.over or 0.0)


_QUEUE: Final = (Verdict.FLAG, Verdict.REVIEW, Verdict.CANNOT_JUDGE, Verdict.ERROR, Verdict.ACCEPT)
