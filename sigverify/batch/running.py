"""A batch from its checked manifest to its finished results: handing out, keeping, telling, pausing, going on."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sigverify.batch.crew import Crew
from sigverify.batch.events import BatchEvent, Checked, Decided, End, Ended, Failed, Progress
from sigverify.batch.items import Counts, Item, LineProblem, Result, Verdict
from sigverify.batch.judging import of_problem
from sigverify.batch.manifest import Manifest
from sigverify.batch.results import Head, Unfinished, lines_of, partial_of
from sigverify.batch.rulings import journal_of
from sigverify.errors import BatchError, SigverifyError

MOST_AT_ONCE: Final = 32  # items handed to a worker together, where they share their specimens
AT_ONCE: Final = 8  # items otherwise
SHARES: Final = 8  # at least so many hands full for each worker, so that all end at about the same time
TELL_EVERY: Final = 0.25  # seconds
LOOK_EVERY: Final = 0.05  # seconds; how soon a pause or a cancellation is heeded
RECENT: Final = 30.0  # seconds over which the rate is taken
SHORTEST: Final = 0.1  # seconds; over less a rate would be chance

_log = logging.getLogger(__name__)
Listen = Callable[[BatchEvent], None]
Recruit = Callable[[], Crew]  # makes the crew when there is something to do


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where the results go, and what they rest on."""

    out: Path
    setting: str  # digest of the weights and the thresholds in force; only with the same can a batch be gone on with
    workers: int = 1  # how many share the items
    resume: bool = False


class Control:
    """Pauses or cancels a batch from another thread."""

    def __init__(self) -> None:
        """Neither paused nor cancelled."""
        self.paused = False
        self.cancelled = False


def run(plan: Plan, manifest: Manifest, recruit: Recruit, listen: Listen, control: Control | None = None) -> Ended:
    """Work a manifest through in this thread; gives how it ended, which is also the last event.

    Raises BatchError when a person has to help (the disk is full, the model does not load): what was decided is kept.
    """
    if plan.resume and plan.out.exists():
        return _finished_before(plan, manifest, listen)
    refuse_overwriting(plan)
    run_ = _Run(plan, manifest, listen, control or Control())
    try:
        return run_.work(recruit)
    finally:
        run_.close()


def _finished_before(plan: Plan, manifest: Manifest, listen: Listen) -> Ended:
    """Gone on with once more, though it was at its end, or was put into place as the power went."""
    counts = Counts.of(result.decision for result in lines_of(plan.out))
    if counts.total != len(manifest):
        raise BatchError(f"{plan.out.name} has {counts.total:,} lines for another manifest. Choose another name.")
    partial_of(plan.out).unlink(missing_ok=True)
    listen(Checked(items=len(manifest), problems=manifest.problems, decided=counts.total))
    ended = Ended(end=End.FINISHED, counts=counts, out=plan.out, seconds=0.0)
    listen(ended)
    return ended


def refuse_overwriting(plan: Plan) -> None:
    """Raises BatchError where results would be written over, or an unfinished batch begun anew."""
    out, partial = plan.out, partial_of(plan.out)
    if out.exists():
        raise BatchError(f"{out.name} is there already. Choose another name, or move it away.")
    if partial.exists() and not plan.resume:
        raise BatchError(f"{partial.name} is an unfinished batch. Resume it (--resume), or delete it to begin anew.")
    if journal_of(out).exists() and not partial.exists():
        raise BatchError(f"{journal_of(out).name} has rulings on other results. Choose another name, or move it away.")


class _Run:
    """One run of a batch."""

    def __init__(self, plan: Plan, manifest: Manifest, listen: Listen, control: Control) -> None:
        self._plan, self._manifest, self._listen, self._control = plan, manifest, listen, control
        self._unfinished = Unfinished(plan.out, Head(source=manifest.digest, setting=plan.setting))
        self._counts = dict.fromkeys(Verdict, 0)
        self._done = np.zeros(len(manifest), bool)
        self._clock = _Clock()
        self._fresh: list[Result] = []
        self._told = 0.0

    def work(self, recruit: Recruit) -> Ended:
        for result in self._unfinished.decided():
            self._count(result)
        self._clock.start()
        problems = self._manifest.problems
        self._listen(Checked(items=len(self._manifest), problems=problems, decided=self._sum()))
        feed = _Feed(self._manifest, self._done, self._plan.workers)
        crew: Crew | None = None
        try:
            while not self._control.cancelled:
                self._keep([of_problem(problem) for problem in feed.problems()])
                if crew is None and feed.more:
                    crew = recruit()
                if crew is None or not self._turn(crew, feed):
                    break
        finally:
            if crew is not None:
                crew.end()
        return self._end()

    def _turn(self, crew: Crew, feed: "_Feed") -> bool:
        """Hand out, hear and tell once; False when nothing is left to be done."""
        paused = self._control.paused
        if paused != self._clock.paused:
            crew.hold(paused)
            self._clock.pause(paused)
            self._told = 0.0
        while not paused and feed.more and crew.wants():
            crew.give(feed.take())
        self._keep(crew.hear(LOOK_EVERY))
        self._unfinished.sync_when_due()
        self._tell()
        return feed.more or not crew.idle

    def _keep(self, results: list[Result]) -> None:
        for result in results:
            self._unfinished.append(result)
            self._count(result)
        self._fresh += results

    def _count(self, result: Result) -> None:
        place = int(np.searchsorted(self._manifest.lines, result.line))
        if place >= len(self._done) or self._manifest.lines[place] != result.line or self._done[place]:
            raise BatchError(f"{self._unfinished.path.name} does not fit this manifest. Delete it to begin anew.")
        self._done[place] = True
        self._counts[result.decision] += 1

    def _sum(self) -> int:
        return sum(self._counts.values())

    def _tell(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if not last and now - self._told < TELL_EVERY:
            return
        self._told = now
        if self._fresh:
            self._listen(Decided(results=tuple(self._fresh)))
            self._fresh = []
        done = self._sum()
        rate = self._clock.rate(done)
        self._listen(
            Progress(
                items=len(self._manifest),
                done=done,
                counts=Counts(by_verdict=dict(self._counts)),
                seconds=self._clock.seconds,
                rate=rate,
                left=(len(self._manifest) - done) / rate if rate > 0 else None,
                paused=self._clock.paused,
            )
        )

    def _end(self) -> Ended:
        self._tell(last=True)
        finished = self._sum() == len(self._manifest)
        if finished:
            self._unfinished.finish()
        ended = Ended(
            end=End.FINISHED if finished else End.CANCELLED,
            counts=Counts(by_verdict=dict(self._counts)),
            out=self._plan.out if finished else partial_of(self._plan.out),
            seconds=self._clock.seconds,
        )
        self._listen(ended)
        return ended

    def close(self) -> None:
        self._unfinished.close()


class _Feed:
    """What is still to be done, in handfuls; the lines that name no item come out apart."""

    def __init__(self, manifest: Manifest, done: np.ndarray[tuple[int], np.dtype[np.bool_]], workers: int) -> None:
        self._manifest = manifest
        order = manifest.in_groups()
        self._open = order[~done[order]]
        self._next = 0
        self._most = max(1, min(MOST_AT_ONCE, len(self._open) // (workers * SHARES)))
        self._lines = [problem.line for problem in manifest.problems]
        bad = np.isin(manifest.lines, np.array(self._lines, np.uint32))
        self._problems = [int(place) for place in np.flatnonzero(bad & ~done)]
        self._open = self._open[~bad[self._open]]

    @property
    def more(self) -> bool:
        """Whether there are items left."""
        return self._next < len(self._open)

    def problems(self) -> Iterator[LineProblem]:
        """The lines that name no item, once."""
        places, self._problems = self._problems, []
        for place in places:
            entry = self._manifest.entry(place)
            assert isinstance(entry, LineProblem)
            yield entry

    def take(self) -> list[Item]:
        """The next items: those with the same specimens together, so that these are embedded once."""
        taken: list[Item] = []
        groups = self._manifest.groups
        group = None
        while self.more and len(taken) < self._most:
            place = int(self._open[self._next])
            if len(taken) >= min(AT_ONCE, self._most) and groups[place] != group:
                break
            entry = self._manifest.entry(place)
            assert isinstance(entry, Item)
            group = groups[place]
            taken.append(entry)
            self._next += 1
        return taken


class _Clock:
    """Working time without pauses, and how quickly items are decided."""

    def __init__(self) -> None:
        self.paused = False
        self._worked = 0.0
        self._since = time.monotonic()
        self._samples: deque[tuple[float, int]] = deque()

    def start(self) -> None:
        """From here on time counts."""
        self._since = time.monotonic()

    def pause(self, paused: bool) -> None:
        """Stop counting, or go on."""
        now = time.monotonic()
        if paused:
            self._worked += now - self._since
        self._since = now
        self.paused = paused

    @property
    def seconds(self) -> float:
        """Worked so far."""
        return self._worked + (0.0 if self.paused else time.monotonic() - self._since)

    def rate(self, done: int) -> float:
        """Items a second, of late; 0 until workers have started and been at it for a moment."""
        now = self.seconds
        if self._samples and self._samples[0][1] == done:  # nothing yet: starting up is not how quick they are
            self._samples.clear()
        self._samples.append((now, done))
        while len(self._samples) > 2 and now - self._samples[1][0] > RECENT:
            self._samples.popleft()
        then, before = self._samples[0]
        return (done - before) / (now - then) if now - then >= SHORTEST else 0.0


class Batch:
    """A batch in a thread of its own, for a window; events come from that thread."""

    def __init__(self, plan: Plan, manifest: Manifest, recruit: Recruit, on_event: Listen) -> None:
        """Nothing is started yet; the manifest is closed at the end."""
        self._plan, self._manifest, self._recruit, self._on_event = plan, manifest, recruit, on_event
        self._control = Control()
        self._thread = threading.Thread(target=self._work, daemon=True, name="batch")

    def start(self) -> None:
        """Start; returns at once."""
        self._thread.start()

    def pause(self) -> None:
        """Stop after the items in hand."""
        self._control.paused = True

    def go_on(self) -> None:
        """Go on after a pause."""
        self._control.paused = False

    def cancel(self) -> None:
        """Stop at once; what was decided is kept and can be gone on with."""
        self._control.cancelled = True

    def close(self) -> None:
        """Cancel, and wait until every worker is gone; may be called twice."""
        self.cancel()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def _work(self) -> None:
        try:
            run(self._plan, self._manifest, self._recruit, self._on_event, self._control)
        except SigverifyError as error:
            self._on_event(Failed(message=str(error)))
        except Exception as error:
            _log.exception("a batch stopped")
            kind = type(error).__name__
            self._on_event(
                Failed(message=f"The batch stopped ({kind}). Nothing decided is lost: go on with it, and report this.")
            )
        finally:
            self._manifest.close()
