"""A real scheduler and real worker processes on this computer."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sigverify.batch.crew import CRASHED, Processes
from sigverify.batch.events import BatchEvent, Decided, End
from sigverify.batch.items import Result, Verdict
from sigverify.batch.manifest import read_manifest
from sigverify.batch.results import read_results
from sigverify.batch.running import Plan, run
from sigverify.errors import BatchError
from tests.batch import crews

distributed = pytest.importorskip("distributed")

from sigverify.batch.cluster import Cluster  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
# The engine warns of its own affairs (ports in use, sockets at exit), which are not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


class Engine:
    """A scheduler with three worker processes."""

    def __init__(self, folder: Path, home: Path) -> None:
        told = folder / "scheduler.json"
        quiet = {
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "cwd": str(ROOT),
            "start_new_session": True,
        }
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SIGVERIFY_HOME": str(home)}
        environment["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "1"
        dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
        self.scheduler = subprocess.Popen(
            [*dask, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
            env=environment,
            **quiet,
        )
        for _ in range(600):
            if told.exists() and told.stat().st_size:
                break
            time.sleep(0.05)
        dask = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(told), "--nthreads", "1"]
        place = ["--no-dashboard", "--local-directory", str(folder)]
        self.workers = [subprocess.Popen([*dask, *place], env=environment, **quiet) for _ in range(3)]
        with distributed.Client(scheduler_file=str(told), set_as_default=False) as client:
            client.wait_for_workers(3, timeout=60)
            self.address = client.scheduler.address

    def pids(self) -> list[int]:
        """Of the processes that do the work."""
        with distributed.Client(self.address, set_as_default=False) as client:
            return list(client.run(os.getpid).values())

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            os.killpg(process.pid, signal.SIGKILL)  # each leads a group of its own, with the processes it started
        for process in (*self.workers, self.scheduler):
            process.wait(30)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("engine-home")
    started = Engine(tmp_path_factory.mktemp("engine"), home)  # that of a test comes too late for the workers
    yield started
    started.end()


def results(folder: Path, name: str, crew, listen=lambda event: None) -> list[Result]:
    manifest = read_manifest(folder / "manifest.csv")
    plan = Plan(out=folder / name, setting="letters", workers=3)
    try:
        assert run(plan, manifest, crew, listen).end is End.FINISHED
    finally:
        manifest.close()
    return [replace(one, milliseconds=0.0) for one in read_results(folder / name)]


def test_a_cluster_gives_the_same_lines_though_a_worker_is_killed_in_the_middle(tmp_path, engine):
    names = [*(f"q{number}.png" for number in range(120)), "missing.png", "puzzles.png"]
    crews.write_manifest(tmp_path, names)
    victims = engine.pids()
    killed: list[int] = []

    def kill(event: BatchEvent) -> None:
        if isinstance(event, Decided) and not killed:
            killed.append(victims[0])
            os.kill(victims[0], signal.SIGKILL)

    far = results(tmp_path, "far.csv", lambda: Cluster(crews.slow, address=engine.address), kill)
    near = results(tmp_path, "near.csv", lambda: Processes(crews.quick, workers=1))
    assert len(killed) == 1
    assert far == near
    assert len(far) == 122


def test_an_item_that_brings_workers_down_is_one_line_on_a_cluster_too(tmp_path, engine):
    crews.write_manifest(tmp_path, ["a.png", "crashes.png", "b.png"])
    told = results(tmp_path, "r.csv", lambda: Cluster(crews.quick, address=engine.address))
    assert [(one.item_id, one.reasons) for one in told if one.decision is Verdict.ERROR] == [("c1", CRASHED)]


def test_a_model_that_does_not_serve_stops_the_batch_with_its_sentence(tmp_path, engine):
    crews.write_manifest(tmp_path, ["a.png"])
    with pytest.raises(BatchError, match="not those that their card"):
        results(tmp_path, "r.csv", lambda: Cluster(crews.unable, address=engine.address))


def test_a_scheduler_that_does_not_answer_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr("sigverify.batch.cluster.CONNECTING", 1.0)
    with pytest.raises(BatchError, match="No scheduler answers"):
        Cluster(crews.quick, address="tcp://127.0.0.1:9")
