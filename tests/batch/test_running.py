import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sigverify.batch.crew import CRASHED, HUNG, Processes
from sigverify.batch.events import BatchEvent, Checked, Decided, End, Ended, Failed, Progress
from sigverify.batch.items import Result, Verdict
from sigverify.batch.judging import decide_item
from sigverify.batch.manifest import read_manifest
from sigverify.batch.results import partial_of, read_results
from sigverify.batch.running import Batch, Control, Plan, run
from sigverify.domain import Policy
from sigverify.errors import BatchError
from sigverify.verifier import Verifier
from tests.batch import crews
from tests.fakes import InkGrid, file_of, signature

ROOT = Path(__file__).resolve().parents[2]
PLAN = Plan(out=Path("unset"), setting="letters")


class Desk:
    """A batch in a folder, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "results.csv"
        self.told: list[BatchEvent] = []

    def run(
        self, manifest: Path, *, build=crews.quick, workers=2, control=None, listen=None, crew=None, **plan
    ) -> Ended:
        recruit = crew or (lambda: Processes(build, workers=workers, patience=plan.pop("patience", 60.0)))
        found = read_manifest(manifest)
        try:
            asked = replace(PLAN, out=self.out, workers=workers, **{k: v for k, v in plan.items() if k != "patience"})
            return run(asked, found, recruit, listen or self.told.append, control)
        finally:
            found.close()

    def results(self) -> list[Result]:
        return [replace(one, milliseconds=0.0) for one in read_results(self.out)]

    def of(self, kind: type) -> list[BatchEvent]:
        return [event for event in self.told if isinstance(event, kind)]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def asked(home: Path) -> Counter[str]:
    """How often each questioned picture was verified."""
    return Counter((home / "asked").read_text().split())


def test_every_item_has_its_line_in_the_order_of_the_manifest_and_the_counts_add_up(desk, home):
    names = [f"q{number}.png" for number in range(40)]
    ended = desk.run(crews.write_manifest(desk.folder, names))
    assert [one.item_id for one in desk.results()] == [f"c{number}" for number in range(40)]
    assert ended.end is End.FINISHED
    assert ended.counts.total == 40
    assert ended.counts[Verdict.FLAG] == 0
    assert set(asked(home).values()) == {1}
    assert [path.name for path in desk.folder.iterdir() if path.name.startswith("results")] == ["results.csv"]


def test_the_watcher_is_told_of_every_line_once_and_of_progress(desk):
    desk.run(crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(20)]))
    assert desk.of(Checked) == [Checked(items=20, problems=(), decided=0)]
    lines = [result.line for event in desk.of(Decided) for result in event.results]
    assert sorted(lines) == list(range(2, 22))
    last = desk.of(Progress)[-1]
    assert (last.items, last.done, last.counts.total) == (20, 20, 20)
    assert last.left in (0, None)
    assert isinstance(desk.told[-1], Ended)


def test_time_left_is_told_from_how_quick_the_workers_are_and_not_from_their_start(desk):
    desk.run(crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(60)]), build=crews.slow, workers=1)
    told = [(event.done, event.rate, event.left) for event in desk.of(Progress)]
    assert told[0][1:] == (0.0, None)
    rates = [rate for done, rate, _ in told if 20 <= done < 60]
    assert rates
    assert all(2 < rate < 90 for rate in rates)  # 50 a second on an idle machine


def test_one_bad_file_is_one_line_with_its_reason_and_never_a_stop(desk, home):
    names = ["a.png", "puzzles.png", "b.png", "changes.png", "missing.png", "crashes.png", "trips.png", "c.png"]
    manifest = crews.write_manifest(desk.folder, names)
    ended = desk.run(manifest)
    told = {one.item_id: one.reasons for one in desk.results() if one.decision is Verdict.ERROR}
    assert ended.end is End.FINISHED
    assert told.keys() == {"c1", "c3", "c4", "c5"}
    assert "fault in sigverify (KeyError)" in told["c1"]
    assert "was changed while" in told["c3"]
    assert "missing.png is not there" in told["c4"]
    assert told["c5"] == CRASHED
    assert asked(home)["crashes.png"] == 2
    assert asked(home)["trips.png"] == 2  # chance: the second time it went well
    assert asked(home)["a.png"] == 1


def test_a_file_at_which_a_worker_hangs_is_left_out_and_the_rest_goes_on(desk, home):
    desk.run(crews.write_manifest(desk.folder, ["a.png", "hangs.png", "b.png", "c.png"]), patience=1.0)
    told = [(one.item_id, one.reasons) for one in desk.results() if one.decision is Verdict.ERROR]
    assert told == [("c1", HUNG)]
    assert asked(home)["hangs.png"] == 1


def test_where_several_items_are_looked_at_together_the_one_that_brings_a_worker_down_is_named(desk, home):
    names = ["d.png", "b.png", "bursts.png", "c.png", "a.png", "stalls.png", "e.png", "f.png"]
    ended = desk.run(crews.write_manifest(desk.folder, names), build=crews.ahead, workers=1, patience=2.0)
    told = {one.item_id: one.reasons for one in desk.results() if one.decision is Verdict.ERROR}
    assert told == {"c2": CRASHED, "c5": HUNG}
    assert ended.counts.total == 8
    assert set(asked(home).values()) == {1}
    ahead = (home / "prefetched").read_text().split()
    assert set(ahead) & set(names) - {"bursts.png", "stalls.png"}  # which ones is up to when they came to the worker


def test_lines_are_the_same_whether_items_are_looked_at_together_or_not(desk, tmp_path):
    manifest = crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(30)])
    desk.run(manifest, build=crews.ahead)
    together = desk.results()
    other = Desk(tmp_path)
    other.out = tmp_path / "one-by-one.csv"
    other.run(manifest)
    assert other.results() == together


def test_the_log_names_the_item_at_which_a_worker_was_lost_but_no_file(desk, home, caplog):
    with caplog.at_level("WARNING"):
        desk.run(crews.write_manifest(desk.folder, ["crashes.png"]), workers=1)
    assert "item c0" in caplog.text
    assert "crashes.png" not in caplog.text


def test_a_worker_that_is_killed_costs_nothing(desk, home):
    crew = Processes(crews.slow, workers=2)
    killed: list[int] = []

    def kill(event: BatchEvent) -> None:
        if isinstance(event, Decided) and len(killed) < 2:
            killed.append(crew.pids[0])
            os.kill(killed[-1], signal.SIGKILL)

    desk.run(crews.write_manifest(desk.folder, [f"q{n}.png" for n in range(80)]), crew=lambda: crew, listen=kill)
    assert len(killed) == 2
    assert [one.decision for one in desk.results()].count(Verdict.ERROR) == 0
    assert sum(asked(home).values()) <= 80 + 2  # only what was in a lost worker's hand is done again


def test_the_finished_file_is_the_same_however_many_share_the_work(tmp_path):
    manifest = crews.write_manifest(tmp_path, [f"q{number}.png" for number in range(30)])
    found = []
    for workers in (1, 3):
        desk = Desk(tmp_path)
        desk.out = tmp_path / f"{workers}.csv"
        desk.run(manifest, workers=workers)
        found.append(desk.results())
    assert found[0] == found[1]


def test_what_was_cancelled_is_gone_on_with_and_nothing_is_done_twice(desk, home):
    manifest = crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(60)])
    control = Control()

    def stop(event: BatchEvent) -> None:
        if isinstance(event, Decided):
            control.cancelled = True

    ended = desk.run(manifest, build=crews.slow, control=control, listen=stop)
    assert ended.end is End.CANCELLED
    assert not desk.out.exists()
    before = read_results(partial_of(desk.out))
    assert 0 < len(before) < 60
    with pytest.raises(BatchError, match="--resume"):
        desk.run(manifest)
    once = asked(home)
    assert desk.run(manifest, resume=True).end is End.FINISHED
    assert len(desk.results()) == 60
    again = asked(home) - once
    assert not {Path(one.questioned).name for one in before} & again.keys()


def test_a_pause_stops_the_work_until_it_goes_on(desk, home):
    manifest = crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(60)])
    paused, ended = threading.Event(), threading.Event()
    told: list[Progress] = []

    def listen(event: BatchEvent) -> None:
        if isinstance(event, Decided) and not paused.is_set():
            batch.pause()
        if isinstance(event, Progress) and event.paused:
            told.append(event)
            if len(told) > 3:
                paused.set()
        if isinstance(event, Ended | Failed):
            ended.set()

    found = read_manifest(manifest)
    plan = replace(PLAN, out=desk.out, workers=2)
    batch = Batch(plan, found, lambda: Processes(crews.slow, workers=2), listen)
    batch.start()
    assert paused.wait(30)
    done = told[-1].done
    assert done < 60
    assert done == told[2].done  # nothing is decided any more
    batch.go_on()
    assert ended.wait(30)
    batch.close()
    assert len(desk.results()) == 60


def test_nothing_is_written_over_and_what_is_finished_is_not_done_again(desk, home):
    manifest = crews.write_manifest(desk.folder, ["a.png", "b.png"])
    desk.run(manifest)
    with pytest.raises(BatchError, match="there already"):
        desk.run(manifest)
    partial_of(desk.out).write_text("")  # as if the power had gone just after the results were put in place
    once = asked(home)
    assert desk.run(manifest, resume=True).end is End.FINISHED
    assert asked(home) == once
    assert not partial_of(desk.out).exists()
    crews.write_manifest(desk.folder, ["a.png"])
    with pytest.raises(BatchError, match="another manifest"):
        desk.run(manifest, resume=True)


def test_going_on_needs_the_same_manifest(desk):
    manifest = crews.write_manifest(desk.folder, ["a.png", "b.png"])
    control = Control()
    control.cancelled = True
    desk.run(manifest, control=control)
    manifest.write_text(manifest.read_text().replace("c1", "c7"))
    with pytest.raises(BatchError, match="another manifest"):
        desk.run(manifest, resume=True)


@pytest.mark.parametrize(
    ("build", "told"), [(crews.unable, "not those that their card"), (crews.dies, "workers cannot be started")]
)
def test_a_model_that_cannot_be_loaded_stops_the_batch_with_a_sentence(desk, build, told):
    with pytest.raises(BatchError, match=told):
        desk.run(crews.write_manifest(desk.folder, ["a.png"]), build=build)


def test_a_full_disk_stops_the_batch_and_loses_nothing(desk, monkeypatch):
    manifest = crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(30)])
    real = Path.open

    class Full:
        """A disk that is full after some lines, and takes half of the one that does not fit."""

        def __init__(self, file) -> None:
            self.file = file
            self.room = 3000

        def write(self, data: bytes) -> int:
            fits = data[: self.room]
            self.room -= len(fits)
            if not fits:
                raise OSError(28, "No space left on device")
            return self.file.write(fits)

        def __getattr__(self, name: str):
            return getattr(self.file, name)

    def open_(self, mode="r", *args, **kwargs):
        file = real(self, mode, *args, **kwargs)
        return Full(file) if mode == "ab" else file

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", open_)
        with pytest.raises(BatchError, match="disk is full"):
            desk.run(manifest)
    kept = read_results(partial_of(desk.out))
    assert 0 < len(kept) < 30
    assert desk.run(manifest, resume=True).end is End.FINISHED
    assert len(desk.results()) == 30


def test_a_threshold_that_was_asked_for_is_in_force(desk):
    manifest = crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(8)])
    policy = Policy(one=0.0, several=0.0)
    desk.run(manifest, crew=partial(Processes, crews.quick, workers=1, policy=policy))
    assert {one.threshold for one in desk.results()} == {0.0}
    assert Counter(one.decision for one in desk.results()) == {Verdict.ACCEPT: 1, Verdict.FLAG: 7}


def test_a_batch_killed_again_and_again_ends_as_one_that_was_left_alone(desk, home):
    manifest = crews.write_manifest(desk.folder, [*(f"q{number}.png" for number in range(150)), "missing.png"])
    desk.run(manifest)
    whole = desk.results()
    desk.out = desk.folder / "killed.csv"
    work = f"""
from pathlib import Path
from sigverify.batch.crew import Processes
from sigverify.batch.manifest import read_manifest
from sigverify.batch.running import Plan, run
from tests.batch.crews import slow
plan = Plan(out=Path({str(desk.out)!r}), setting="letters", workers=2, resume=True)
run(plan, read_manifest(Path({str(manifest)!r})), lambda: Processes(slow, workers=2), lambda event: None)
"""
    kept = 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", work], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        while lines_kept(desk.out) <= kept + 3:
            time.sleep(0.005)
        process.kill()
        process.wait()
        kept = lines_kept(desk.out)
    once = asked(home)
    desk.run(manifest, resume=True)
    assert 3 < kept < 151
    assert desk.results() == whole
    assert sum((asked(home) - once).values()) <= 151 - (kept - 1)  # the first line kept is the head


def lines_kept(out: Path) -> int:
    return partial_of(out).read_bytes().count(b"\n") if partial_of(out).exists() else 0


def test_a_folder_that_may_not_be_written_stops_the_batch_before_anything_is_done(desk, home, monkeypatch):
    manifest = crews.write_manifest(desk.folder, ["a.png"])
    real = Path.open

    def open_(self, mode="r", *args, **kwargs):
        if mode == "ab":
            raise PermissionError(13, "Permission denied")
        return real(self, mode, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", open_)
        with pytest.raises(BatchError, match="may not be written"):
            desk.run(manifest)
    assert not (home / "asked").exists()
    assert desk.run(manifest).end is End.FINISHED


def test_a_file_that_vanishes_during_the_run_is_an_error_line(desk):
    manifest = crews.write_manifest(desk.folder, [f"q{number}.png" for number in range(60)])

    def take_away(event: BatchEvent) -> None:
        if isinstance(event, Checked):
            (desk.folder / "q59.png").unlink()

    desk.run(manifest, listen=take_away)
    assert [(one.item_id, one.reasons) for one in desk.results() if one.decision is Verdict.ERROR] == [
        ("c59", "It is no longer there.")
    ]


def test_a_specimen_is_embedded_once_however_the_manifest_is_shuffled(desk):
    network = InkGrid()
    verifier = Verifier(network)
    verifier.remember(1)  # even where next to nothing is remembered of pictures

    class Inline:
        """A crew of one, in this process."""

        def __init__(self) -> None:
            self.told: list[Result] = []

        def wants(self) -> bool:
            return not self.told

        def give(self, items) -> None:
            self.told += [decide_item(verifier, item, None) for item in items]

        def hear(self, seconds: float) -> list[Result]:
            told, self.told = self.told, []
            return told

        idle = True

        def end(self) -> None:
            pass

    names = [f"q{number}.png" for number in range(9)]
    manifest = crews.write_manifest(desk.folder, names)
    for number, name in enumerate([*names, "s0.png", "s1.png", "s2.png"]):
        file_of(desk.folder, name, signature(15.0 + number))
    desk.run(manifest, crew=Inline)
    assert all(one.decision in (Verdict.ACCEPT, Verdict.FLAG) for one in desk.results())
    assert network.embedded == 9 + 3
