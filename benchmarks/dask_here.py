"""A real Dask scheduler and its workers on this computer, started by the commands of docs/batch.md."""

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sigverify.batch.cluster import decide_all
from sigverify.batch.crew import PATIENCE
from sigverify.batch.items import Item
from sigverify.batch.worker import Build

# As modules without types: Dask's change from one release to the next.
distributed: Final[Any] = importlib.import_module("distributed")
psutil: Final[Any] = importlib.import_module("psutil")  # Dask brings it along

ROOT: Final = Path(__file__).resolve().parents[1]  # workers import the package and these benchmarks from here
STARTING: Final = 120.0  # seconds for the scheduler, and again for the workers; on a busy machine they take ten
ENDING: Final = 10.0  # seconds to end by themselves
# Dask has its workers give memory back at every chance: 8,700 page faults a pair of signatures instead of 300. Here are
# the bounds at which the C library arrives by itself when it is left alone. They are in docs/batch.md too.
MEMORY: Final = {"MALLOC_TRIM_THRESHOLD_": str(64 * 2**20), "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20)}  # bytes
LOOK: Final = 2.0  # seconds over which idle cores are counted


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def idle_cores() -> float:
    """How many of these nobody uses just now."""
    busy = psutil.cpu_percent(interval=LOOK, percpu=True)  # % of each core
    return float(sum(1 - busy[core] / 100 for core in os.sched_getaffinity(0)))


@dataclass(frozen=True, kw_only=True)
class Dask:
    """A running scheduler with so many workers of one thread each."""

    address: str
    workers: int
    scheduler: int  # process id
    client: Any

    def warm_up(self, build: Build, weights: str, items: Sequence[Item]) -> None:
        """Have every worker make the verifier that a `Cluster` with the same `build` and `weights` asks for."""
        asked = [
            self.client.submit(decide_all, build, None, weights, PATIENCE, tuple(items), workers=[worker], pure=False)
            for worker in self.client.nthreads()
        ]
        self.client.gather(asked)

    def worked(self) -> float:
        """Seconds of a core that all workers together have taken so far."""
        return float(sum(self.client.run(time.process_time).values()))

    def scheduled(self) -> float:
        """Seconds of a core that the scheduler has taken so far."""
        times = psutil.Process(self.scheduler).cpu_times()
        return float(times.user + times.system)


@contextmanager
def dask_here(folder: Path, workers: int) -> Iterator[Dask]:
    """Start a scheduler and so many workers, which keep their files in `folder`; they are gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "scheduler.json"
    started = [_dask(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))]
    try:
        _wait_for(told, started[0])
        with distributed.Client(scheduler_file=str(told), timeout=STARTING, set_as_default=False) as client:
            address = client.scheduler.address
            kinds = ("--nthreads", "1", "--nworkers", str(workers), "--local-directory", str(folder))
            started.append(_dask(folder, "worker", address, *kinds))
            client.wait_for_workers(workers, timeout=STARTING)
            yield Dask(address=address, workers=workers, scheduler=started[0].pid, client=client)
    finally:
        for process in reversed(started):
            _end(process)


def _dask(folder: Path, what: str, *words: str) -> "subprocess.Popen[bytes]":
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "dask", what, *words, "--no-dashboard"]
    with (folder / f"{what}.log").open("wb") as log:
        return subprocess.Popen(
            command, env={**os.environ, **MEMORY, "PYTHONPATH": paths}, stdout=log, stderr=log, start_new_session=True
        )


def _wait_for(file: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING
    while not (file.exists() and file.stat().st_size):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"Dask did not start: {file.with_suffix('.log').read_text()[-500:]}")
        time.sleep(0.05)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, and whatever is left of the group it leads."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
