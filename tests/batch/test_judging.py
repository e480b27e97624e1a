import time
from dataclasses import replace
from pathlib import Path

import pytest

from sigverify.batch.items import Item, Verdict
from sigverify.batch.judging import decide_item, decide_together, together
from sigverify.domain import (
    Candidate,
    Decision,
    Located,
    Milliseconds,
    ModelIdentity,
    Quality,
    QualityReason,
    Seek,
    Verification,
)
from sigverify.errors import ReadingError

ITEM = Item(line=7, item_id="c7", questioned=Path("/desk/cheque.png"), references=(Path("/desk/a"), Path("/desk/b")))
GOOD = Quality()
JUDGED = Verification(
    decision=Decision.ACCEPT,
    distance=0.3,
    threshold=0.5,
    distances=(0.4, 0.2),
    questioned_quality=GOOD,
    specimen_qualities=(GOOD, GOOD),
    same_image=(),
    model=ModelIdentity(name="ink-grid", sha256="ab" * 32, preprocessing="0" * 16),
    device="paper",
    milliseconds=Milliseconds(read=1.0, normalise=2.0, embed=3.0, locate=4.0),
)
CORNERS = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


def located(*confidences: float, by_hand: bool = False, likely: bool = False) -> Located:
    places = tuple(Candidate(box=(10 * n, 0, 10 * n + 5, 5), confidence=one) for n, one in enumerate(confidences))
    doubtful = (Candidate(box=(1, 1, 4, 4), confidence=0.97),) if likely else ()
    box = (1, 1, 4, 4) if by_hand or likely else places[0].box
    return Located(corners=CORNERS, skew=0.0, turned=0, candidates=places, box=box, by_hand=by_hand, doubtful=doubtful)


class Says:
    """A verifier that has its answer ready, and keeps what it was asked."""

    def __init__(self, answer: Verification | Exception) -> None:
        self.answer = answer
        self.asked: tuple[object, ...] = ()

    def verify(self, *asked: object) -> Verification:
        self.asked = asked
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class LooksAhead(Says):
    """One that looks at several items first, and keeps what it looked at in which order."""

    at_once = 8

    def __init__(self, answer: Verification | Exception, fault: Exception | None = None) -> None:
        super().__init__(answer)
        self.fault = fault
        self.seen: list[str] = []

    def prefetch(self, sources, begin) -> None:
        for place, source in enumerate(sources):
            begin(place)
            time.sleep(0.002)
            self.seen.append(source.name)
        if self.fault:
            raise self.fault


SEVERAL = [replace(ITEM, line=line, item_id=f"c{line}", questioned=Path(f"/desk/{line}.png")) for line in (7, 8, 9)]


@pytest.mark.parametrize("fault", [None, MemoryError(), ReadingError("gone")])
def test_items_in_view_together_are_decided_as_each_by_itself(fault):
    begun: list[int] = []
    verifier = LooksAhead(JUDGED, fault)
    lines = list(decide_together(verifier, SEVERAL, None, lambda item: begun.append(item.line)))
    alone = [decide_item(verifier, item, None) for item in SEVERAL]
    assert [replace(line, milliseconds=0.0) for line in lines] == [replace(line, milliseconds=0.0) for line in alone]
    assert verifier.seen == ["7.png", "a", "b", "8.png", "a", "b", "9.png", "a", "b"]
    assert begun == [7, 8, 9, 7, 8, 9]
    assert all(line.milliseconds >= one.milliseconds + 4.0 for line, one in zip(lines, alone, strict=True))


def test_one_item_alone_is_not_looked_at_beforehand():
    verifier = LooksAhead(JUDGED)
    assert list(decide_together(verifier, SEVERAL[:1], None, lambda item: None)) == [told(SEVERAL[0])]
    assert verifier.seen == []
    assert together(verifier) == 8
    assert together(Says(JUDGED)) == 1


def told(item: Item = ITEM, **changed: object):
    return decide_item(Says(replace(JUDGED, **changed)), item, None)


def test_a_questioned_cheque_is_searched_where_nobody_drew_a_box_and_specimens_never_are():
    verifier = Says(JUDGED)
    decide_item(verifier, replace(ITEM, page=2, box=(1, 2, 3, 4)), None)
    questioned, specimens, _ = verifier.asked
    assert (questioned.seek, questioned.box, questioned.page) == (Seek.AUTO, (1, 2, 3, 4), 2)
    assert {one.seek for one in specimens} == {Seek.NEVER}


def test_the_line_says_what_was_compared_with_what_and_by_which_model():
    line = told(located=located(0.9))
    assert (line.line, line.item_id, line.decision) == (7, "c7", Verdict.ACCEPT)
    assert (line.distance, line.threshold, line.nearest_reference, line.specimens) == (0.3, 0.5, "b", 2)
    assert (line.box, line.milliseconds, line.model) == ((0, 0, 5, 5), 10.0, "ink-grid abababababababab")


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"same_image": (1,)}, Verdict.REVIEW),
        ({"located": located(0.9, 0.8)}, Verdict.REVIEW),
        ({"located": located(0.9, 0.2)}, Verdict.ACCEPT),
        ({"located": located(0.9, 0.8, by_hand=True)}, Verdict.ACCEPT),
        ({"located": located(0.9, 0.8), "decision": Decision.FLAG}, Verdict.FLAG),
        ({"located": located(likely=True)}, Verdict.REVIEW),
        ({"located": located(0.9, likely=True)}, Verdict.REVIEW),
        ({"located": located(likely=True, by_hand=True)}, Verdict.ACCEPT),
    ],
)
def test_what_was_compared_in_doubt_is_reviewed_and_never_accepted_nor_unflagged(changed, verdict):
    line = told(**changed)
    assert line.decision is verdict
    assert bool(line.reasons) == (verdict is not Verdict.ACCEPT)


def test_a_poor_picture_is_told_with_what_to_do_and_a_poor_specimen_as_left_out():
    blank = Quality(reasons=(QualityReason.BLANK,))
    nothing = {"decision": Decision.CANNOT_JUDGE, "distance": None, "distances": (None, None)}
    line = told(questioned_quality=blank, **nothing)
    assert line.decision is Verdict.CANNOT_JUDGE
    assert "questioned signature is blank: choose" in line.reasons
    assert (line.distance, line.nearest_reference, line.specimens) == (None, "", 0)
    line = told(specimen_qualities=(blank, GOOD), distances=(None, 0.3))
    assert line.reasons.startswith("Left out: Specimen 1 is blank")
    assert (line.nearest_reference, line.specimens) == ("b", 1)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ReadingError("a is broken: scan it again."), "scan it again"),
        (MemoryError(), "memory"),
        (KeyError(), "KeyError"),
    ],
)
def test_whatever_goes_wrong_with_an_item_is_its_line(error, words):
    line = decide_item(Says(error), ITEM, None)
    assert line.decision is Verdict.ERROR
    assert words in line.reasons
    assert line.questioned == "/desk/cheque.png"
