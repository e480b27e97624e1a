"""A batch's core without processes: checks what it is told, decides when it is told, and remembers what was asked."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sigverify.batch.events import BatchEvent, Checked, Decided, End, Ended, Failed, Progress
from sigverify.batch.items import Counts, LineProblem, Result, Verdict
from sigverify.batch.results import Head, Unfinished, partial_of
from sigverify.batch.rulings import read_with_rulings
from sigverify.errors import BatchError
from sigverify.gui.batch.work import Request

HEAD = Head(source="a" * 64, setting="b" * 64)


@dataclass
class FakeManifest:
    """So many items, with these problems."""

    items: int
    problems: tuple[LineProblem, ...] = ()
    notes: tuple[str, ...] = ()
    closed: bool = False

    def __len__(self) -> int:
        return self.items

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeBatch:
    """Writes lines as the real one does, when the test says so."""

    request: Request
    items: int
    on_event: Callable[[BatchEvent], None]
    said: list[str] = field(default_factory=list)
    counts: list[Verdict] = field(default_factory=list)
    paused: bool = False

    def start(self) -> None:
        self.said.append("start")
        self._file = Unfinished(self.request.out, HEAD)
        self.counts = [result.decision for result in self._file.decided()]
        self.on_event(Checked(items=self.items, problems=(), decided=len(self.counts)))

    def decide(self, *results: Result) -> None:
        for result in results:
            self._file.append(result)
        self.counts += [result.decision for result in results]
        self.on_event(Decided(results=results))
        self.tell()

    def tell(self) -> None:
        done = len(self.counts)
        progress = Progress(
            items=self.items,
            done=done,
            counts=Counts.of(self.counts),
            seconds=2.0,
            rate=12.5,
            left=(self.items - done) / 12.5,
            paused=self.paused,
        )
        self.on_event(progress)

    def finish(self) -> None:
        self._file.finish()
        self._end(End.FINISHED, self.request.out)

    def fail(self, message: str) -> None:
        self._file.close()
        self.on_event(Failed(message=message))

    def pause(self) -> None:
        self.said.append("pause")
        self.paused = True
        self.tell()

    def go_on(self) -> None:
        self.said.append("go on")
        self.paused = False
        self.tell()

    def cancel(self) -> None:
        self.said.append("cancel")
        self._file.close()
        self._end(End.CANCELLED, partial_of(self.request.out))

    def _end(self, end: End, out: Path) -> None:
        self.on_event(Ended(end=end, counts=Counts.of(self.counts), out=out, seconds=75.0))

    def close(self) -> None:
        self.said.append("close")
        self._file.close()


@dataclass
class FakeBatches:
    """Checks are answered with `manifest`, or with `trouble`; `hold` lets a check wait."""

    manifest: FakeManifest = field(default_factory=lambda: FakeManifest(4))
    trouble: str = ""
    checked: list[Path] = field(default_factory=list)
    begun: list[FakeBatch] = field(default_factory=list)
    exported: list[tuple[Path, Path]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def check(self, path: Path) -> FakeManifest:
        self.hold.wait(10)
        self.checked.append(path)
        if self.trouble:
            raise BatchError(self.trouble)
        return self.manifest

    def begin(self, request: Request, manifest: object, on_event: Callable[[BatchEvent], None]) -> FakeBatch:
        self.begun.append(FakeBatch(request, len(self.manifest), on_event))
        return self.begun[-1]

    def export(self, results: Path, to: Path) -> None:
        if to.suffix == ".pdf" and "full" in to.name:
            raise BatchError("The disk is full.")
        self.exported.append((results, to))
        to.write_text(str(len(read_with_rulings(results))))


def lines(pictures: Sequence[Path], specimens: Sequence[Path], verdicts: str) -> list[Result]:
    """One line for each letter: F flag, A accept, R review, C cannot judge, E error; later flags lie farther off."""
    kinds = {
        "F": Verdict.FLAG,
        "A": Verdict.ACCEPT,
        "R": Verdict.REVIEW,
        "C": Verdict.CANNOT_JUDGE,
        "E": Verdict.ERROR,
    }
    made = []
    for number, letter in enumerate(verdicts):
        measured = letter in "FAR"
        distance = (0.6 if letter == "F" else 0.1) + number / 1000
        made.append(
            Result(
                line=number + 2,
                item_id=f"c{number + 2}",
                decision=kinds[letter],
                distance=distance if measured else None,
                threshold=0.52 if measured else None,
                nearest_reference=specimens[0].name if measured else "",
                reasons={"R": "Two places.", "C": "It is blank.", "E": "No file."}.get(letter, ""),
                specimens=len(specimens) if measured else 0,
                questioned="" if letter == "E" else str(pictures[number % len(pictures)]),
                references=() if letter == "E" else tuple(map(str, specimens)),
                amount=f"{number}.00",
            )
        )
    return made
