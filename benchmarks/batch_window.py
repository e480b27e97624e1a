"""What an operator waits for with a hundred thousand results: opening, scrolling, sorting, finding, rows coming in.

`python -m benchmarks.batch_window` prints one line a figure; `make bench` runs it too. A stall is the largest gap
between two ticks of a 10 ms timer on the window's thread. On a machine that is busy with other work the gaps are mostly
that work's; therefore each figure comes twice, as the clock has it and as time that the thread itself was computing.
"""

import argparse
import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.measuring import Figure, show
from sigverify.batch.items import Result, Truth, Verdict
from sigverify.batch.orders import Order
from sigverify.batch.results import write_results
from sigverify.batch.table import ResultTable
from sigverify.gui import theme
from sigverify.gui.batch.model import ResultsModel
from sigverify.gui.batch.results_page import ResultsPage
from sigverify.gui.batch.work import AT_ONCE
from sigverify.gui.main import TURNS

LINES = 100_000
REPEATS = 5
TICK = 10  # milliseconds
OPENING = 2000.0  # milliseconds; targets, this and the next two
SCROLLING = 50.0  # a larger gap is seen in rows that move, and new rows come in while somebody scrolls
CLICK = 100.0  # once, after a click or a word: as for the rest of the window (benchmarks.window)
CHUNK = AT_ONCE  # rows that come in at a time
THRESHOLD = 0.62


def main() -> int:
    """Measure and print; exit code 1 where a target is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_window", description=__doc__)
    parser.add_argument("--for-a-program", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(TURNS)
    application = QApplication(["sigverify"])
    theme.install(application)
    return 0 if show(figures(application), for_a_program=asked.for_a_program) else 1


def figures(application: QApplication) -> Iterator[Figure]:
    """Opening in a thread and showing; then stalls of everything that is done with the rows."""
    lines = made(LINES)
    gc.freeze()  # these are not the window's, and no collection of its garbage should go through them
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.csv"
        write_results(file, lines)
        page = _page(application)
        times = [_opened(application, page, file) for _ in range(REPEATS)]
        name = f"opening {LINES:,} results"
        yield Figure(name=name, times=tuple(clock for clock, _ in times), target=OPENING)
        yield Figure(name=f"{name}, computing", times=tuple(own for _, own in times), target=OPENING)
    yield from _stalls("nothing done", application, lambda step: None, steps=40)
    bar = page.view.verticalScrollBar()
    yield from _stalls("scrolling by wheel", application, lambda step: bar.setValue(bar.value() + 96), steps=100)
    yield from _stalls(
        "scrolling by leaps",
        application,
        lambda step: bar.setValue(bar.maximum() * (step * 37 % 100) // 100),
        steps=100,
    )
    yield from _stalls(
        "next row by key", application, lambda step: page.view.choose(page._model.row_at(step * 997 % LINES)), steps=100
    )
    for order in (Order.WORST_FIRST, Order.DISTANCE, Order.LINE, Order.ITEM):
        yield from _stalls(
            f"sorting by {order.value}", application, _sorting(page, order), steps=4, pause=100, target=CLICK
        )
    words = ("99", "faint", "", "c-12", "")
    yield from _stalls(
        "finding", application, lambda step: _find(page, words[step % len(words)]), steps=10, pause=100, target=CLICK
    )
    page.show_table(ResultTable())
    chunks = [lines[begin : begin + CHUNK] for begin in range(0, LINES, CHUNK)]
    yield from _stalls(
        "rows coming in", application, lambda step: page.append(chunks[step]), steps=len(chunks), pause=30
    )


def made(count: int) -> list[Result]:
    """So many lines as a batch would have written them."""
    luck = random.Random(1)
    return [_line(number, luck) for number in range(2, count + 2)]


def _line(number: int, luck: random.Random) -> Result:
    dice = luck.random()
    verdict = Verdict.FLAG if dice < 0.05 else Verdict.REVIEW if dice < 0.07 else Verdict.ACCEPT
    distance: float | None = luck.uniform(THRESHOLD, 1.4) if dice < 0.05 else luck.uniform(0.1, THRESHOLD)
    reasons = "The cheque seems to be signed in 2 places." if verdict is Verdict.REVIEW else ""
    if dice > 0.97:
        verdict, distance = (Verdict.ERROR if dice > 0.99 else Verdict.CANNOT_JUDGE), None
        reasons = "The questioned signature is too faint: scan it again darker or with more contrast."
    return Result(
        line=number,
        item_id=f"c-{luck.randrange(10**6):06d}-{number}",
        decision=verdict,
        distance=distance,
        threshold=None if distance is None else THRESHOLD,
        nearest_reference="" if distance is None else "card_2.png",
        reasons=reasons,
        specimens=2,
        milliseconds=20.0,
        model="ink-grid abababababababab",
        questioned=f"/scans/2026-11/{number}.png",
        references=(f"/cards/{number}_1.png", f"/cards/{number}_2.png"),
        amount=f"{luck.randrange(10**6) / 100:.2f}",
        expected=Truth.GENUINE,
    )


def _page(application: QApplication) -> ResultsPage:
    page = ResultsPage(ResultsModel())
    page.resize(1248, 620)
    page.show()
    application.processEvents()
    return page


def _opened(application: QApplication, page: ResultsPage, file: Path) -> tuple[float, float]:
    """Milliseconds from the file to the first painted rows, by the clock and computing."""
    began, own = time.perf_counter(), time.thread_time()
    page.show_table(ResultTable.read(file))
    page.view.viewport().repaint()
    application.processEvents()
    return (time.perf_counter() - began) * 1000, (time.thread_time() - own) * 1000


def _sorting(page: ResultsPage, order: Order) -> Callable[[int], None]:
    def sort(step: int) -> None:
        page._model.show_rows(replace(page._model.shown, order=order, falling=bool(step % 2)))

    return sort


def _find(page: ResultsPage, text: str) -> None:
    page.search.setText(text)
    page._filter()


@dataclass
class _Watch:
    """The largest gap between ticks since it was last asked for, by the clock and computing."""

    last: tuple[float, float] = (0.0, 0.0)
    worst: tuple[float, float] = (0.0, 0.0)
    gaps: list[tuple[float, float]] = field(default_factory=list)

    def tick(self) -> None:
        now = time.perf_counter(), time.thread_time()
        gap = tuple((after - before) * 1000 for after, before in zip(now, self.last, strict=True))
        self.worst = max(self.worst[0], gap[0]), max(self.worst[1], gap[1])
        self.last = now

    def turn(self) -> None:
        self.gaps.append(self.worst)
        self.worst = 0.0, 0.0


def _stalls(
    name: str,
    application: QApplication,
    act: Callable[[int], object],
    *,
    steps: int,
    pause: int = 16,
    target: float = SCROLLING,
) -> Iterator[Figure]:
    """Do something again and again, as a timer has it, and note how long each turn kept the thread from its ticks."""
    loop, watched = QEventLoop(), _Watch(last=(time.perf_counter(), time.thread_time()))
    waiting = iter(range(steps))

    def turn() -> None:
        watched.turn()
        step = next(waiting, None)
        if step is None:
            loop.quit()
        else:
            act(step)

    watch, clock = QTimer(interval=TICK, timerType=Qt.TimerType.PreciseTimer), QTimer(interval=pause)
    watch.timeout.connect(watched.tick)
    clock.timeout.connect(turn)
    watch.start()
    clock.start()
    loop.exec()
    watch.stop()
    clock.stop()
    application.processEvents()
    clocked, own = zip(*watched.gaps[1:], strict=True)
    yield Figure(name=f"stall, {name}", times=clocked, target=target, worst_counts=True)
    yield Figure(name=f"stall, {name}, computing", times=own, target=target, worst_counts=True)


if __name__ == "__main__":
    sys.exit(main())
