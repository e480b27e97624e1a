"""`python -m benchmarks.batch_cluster`: what workers of a cluster add, what feeds them, and that lines are the same.

A real Dask scheduler and its worker processes on this computer, anew for each number of workers. Wants idle cores: the
scaling is judged only on as many workers as there were. Exit code 1 when lines differ or a target is not kept.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Final

from benchmarks import batch_fakes
from benchmarks.batch_measuring import SIZE, Ratio, lines_without_times, paced, write_manifest, write_pairs
from benchmarks.dask_here import cores, dask_here, idle_cores
from sigverify import app, batch_app
from sigverify.batch.cluster import Cluster
from sigverify.batch.crew import Processes
from sigverify.batch.items import Item
from sigverify.batch.manifest import read_manifest

# Of ideal, so that two workers have to give 1.6 times one. Without a cluster the target is 0.9 (benchmarks.batch): the
# rest is what cores share, caches and memory and clock rate. Here scheduler and parent work on the same cores, for 2 to
# 3 ms to the 40 that a worker needs; and handfuls of eight come back whole, so that at the end of 300 pairs one worker
# waits for another's. That leaves 0.82, and a little is for chance.
SHARE: Final = 0.8
NEARLY: Final = 0.9  # of a core: the system itself takes a little of an idle one
WARM_UP: Final = 4  # pairs
# Another size makes other files of the same signatures: a worker remembers pictures that it has seen.
WARM_UP_SIZE: Final = (SIZE[0], SIZE[1] + 2)
HOUR: Final = 3600  # seconds
BUILD: Final = partial(batch_app.build_worker, "cpu", None)  # as `sigverify batch` has workers make theirs


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What so many workers of a cluster did."""

    workers: int
    rate: float  # items a second
    worker: float  # milliseconds of a core for an item, in a worker,
    parent: float  # in the process that hands out and writes,
    scheduler: float  # and in Dask's scheduler
    idle: float  # cores that nobody else used, before and after

    def __str__(self) -> str:
        spent = f"worker {self.worker:.1f}, parent {self.parent:.2f}, scheduler {self.scheduler:.2f} ms of a core"
        return f"{_rate(f'{self.workers} of a cluster', self.rate)}   an item: {spent}"

    def against(self, one: "Measured") -> Ratio | str:
        """Times the rate of one worker; a sentence where there were no cores to judge it by."""
        name = f"{self.workers} workers, times the rate of one"
        times = self.rate / one.rate
        share = f"{times / self.workers:.2f} of ideal"
        if self.workers > min(self.idle, one.idle) / NEARLY:
            return f"{_line(name, times)}  not judged     {share}; {self.idle:.1f} of {cores()} cores were idle"
        return Ratio(name=name, value=times, target=SHARE * self.workers, told=share)


def main() -> int:
    """Measure and print, one line a figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_cluster", description=__doc__)
    add = parser.add_argument
    add("--pairs", type=int, default=300)
    add("--workers", type=int, nargs="+", default=_doubling(cores()), metavar="N", help="up to all cores if left out")
    add("--items", type=int, default=4000, help="that cost nothing, for what the parent itself needs")
    asked = parser.parse_args()
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        for told in figures(Path(folder), asked.pairs, sorted({1, *asked.workers}), asked.items):
            print(told, flush=True)
            kept = kept and not (isinstance(told, Ratio) and not told.kept)
    return 0 if kept else 1


def figures(folder: Path, pairs: int, counts: list[int], items: int) -> Iterator[Ratio | str]:
    """The rate without a cluster, then that of each number of workers (rising, from 1); at last what feeds them."""
    yield f"      drawing {2 * pairs} signatures of {SIZE[0]} x {SIZE[1]} pixels"
    manifest = write_pairs(folder / "pairs", pairs)
    spare = _items(write_pairs(folder / "spare", WARM_UP, WARM_UP_SIZE))
    near = folder / "near.csv"
    (alone,) = paced(manifest, near, partial(Processes, BUILD, workers=1), workers=1).warm
    yield _rate("1 without a cluster", alone)
    measured: list[Measured] = []
    for count in counts:
        far = folder / f"far-{count}.csv"
        measured.append(_measured(folder / f"dask-{count}", manifest, far, spare, count))
        yield str(measured[-1])
        yield _alike(near, far, count)
        if count > 1:
            yield measured[-1].against(measured[0])
        else:
            yield _line("1 of a cluster, times the rate without one", measured[0].rate / alone)
    yield from _feeding(folder / "free", counts[-1], items, measured[0])


def _measured(folder: Path, manifest: Path, out: Path, spare: list[Item], count: int) -> Measured:
    """Run the pairs through so many workers, each of which has its verifier and has used it."""
    weights = app.card_of().identity.sha256
    idle = idle_cores()
    with dask_here(folder, count) as dask:
        dask.warm_up(BUILD, weights, spare)
        before = dask.worked()
        pace = paced(
            manifest,
            out,
            partial(Cluster, BUILD, address=dask.address, weights=weights),
            workers=count,
            clocks=(time.perf_counter, time.process_time, dask.scheduled),
        )
        worked = dask.worked() - before
    rate, parent, scheduler = pace.warm
    return Measured(
        workers=count,
        rate=rate,
        worker=1000 * worked / len(lines_without_times(out)),
        parent=1000 / parent,
        scheduler=1000 / scheduler,
        idle=min(idle, idle_cores()),
    )


def _alike(near: Path, far: Path, count: int) -> Ratio:
    """How many lines are the same to the last digit of the distance."""
    both = list(zip_longest(lines_without_times(near), lines_without_times(far)))
    alike = sum(one == other and one is not None and one.distance is not None for one, other in both)
    name = f"share of lines as without a cluster, {count} of a cluster"
    return Ratio(name=name, value=alike / len(both), target=1.0, told=f"{alike} of {len(both)}")


def _feeding(folder: Path, count: int, items: int, one: Measured) -> Iterator[str]:
    """How many workers the parent, and the scheduler, could keep at work: both run items that cost nothing."""
    folder.mkdir()
    manifest = write_manifest(folder / "free.csv", items, specimens=items)  # nothing shared, as with the pairs
    with dask_here(folder / "dask", count) as dask:
        dask.warm_up(batch_fakes.instant, "", ())
        pace = paced(
            manifest,
            folder / "free-results.csv",
            partial(Cluster, batch_fakes.instant, address=dask.address),
            workers=count,
            clocks=(time.process_time, dask.scheduled),
        )
    for name, most in zip(("parent", "scheduler"), pace.warm, strict=True):
        feeds = f"so {most:,.0f} items/s at most, enough for {most * one.worker / 1000:.0f} workers"
        yield f"{_line(f'{name}, ms of a core, items that cost nothing', 1000 / most)}  {feeds}"


def _line(name: str, value: float) -> str:
    """A figure that has no target, in the form of those that do."""
    return f"      {name:52} {value:7.2f}"


def _rate(name: str, rate: float) -> str:
    return f"      {name:24} {rate:7.1f} items/s {rate * HOUR:10,.0f} an hour"


def _items(manifest: Path) -> list[Item]:
    checked = read_manifest(manifest)
    entries = [checked.entry(place) for place in range(len(checked))]
    checked.close()
    return [entry for entry in entries if isinstance(entry, Item)]


def _doubling(most: int) -> list[int]:
    """1, 2, 4 and so on up to `most`, and that itself."""
    return sorted({most, *(2**power for power in range(most.bit_length()) if 2**power <= most)})


if __name__ == "__main__":
    sys.exit(main())
