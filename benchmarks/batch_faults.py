"""`python -m benchmarks.batch_faults`: a batch that is killed, filled with rubbish, out of disk, and may not write.

Exit code 1 when anything was lost, doubled or not told.
"""

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import batch_fakes
from benchmarks.batch_measuring import lines_without_times, write_manifest, write_pairs
from sigverify.batch.crew import Processes
from sigverify.batch.events import BatchEvent, Ended
from sigverify.batch.items import Verdict
from sigverify.batch.manifest import read_manifest
from sigverify.batch.results import lines_of, partial_of
from sigverify.batch.running import Plan, run
from sigverify.errors import BatchError

KILLS = 10
ITEMS = 1500  # of the batch that is killed: a few seconds of work
RUBBISH = 100  # one line in so many
PAIRS = 2  # of the batch that may not write
REFUSAL = "may not be written. Choose another one"
READ_ONLY, WRITABLE = 0o555, 0o755
# Root may write everywhere. Without these two powers it is as any owner of a folder, and can still start its Python,
# which in a home of root's another user could not. Workers that are started inherit the lack.
NO_POWERS = "-dac_override,-dac_read_search"
AS_ANYBODY = ("setpriv", f"--inh-caps={NO_POWERS}", f"--bounding-set={NO_POWERS}") if os.geteuid() == 0 else ()
SEED = 5


def main() -> int:
    """Try everything, one line each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_faults", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000, help="of the manifest with rubbish in it")
    parser.add_argument("--only", choices=("killed", "full", "read-only", "rubbish"))
    parser.add_argument("--child", nargs=3, metavar=("MANIFEST", "OUT", "LIMIT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        return _child(Path(asked.child[0]), Path(asked.child[1]), int(asked.child[2]))
    kept = True
    for name, good, told in _all(asked.only, asked.lines):
        print(f"{'ok  ' if good else 'LOST'}  {name}: {told}", flush=True)
        kept = kept and good
    return 0 if kept else 1


def _all(only: str | None, lines: int) -> Iterator[tuple[str, bool, str]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if only in (None, "killed"):
            yield "kill -9", *killed(folder)
        if only in (None, "full"):
            yield "full disk", *full(folder)
        if only in (None, "read-only"):
            yield "read-only folder", *read_only(folder)
        if only in (None, "rubbish"):
            yield "rubbish", *rubbish(folder, lines)


def killed(folder: Path) -> tuple[bool, str]:
    """Killed at ten random moments and gone on with, against a run that was left alone."""
    manifest = write_manifest(folder / "killed.csv", ITEMS, rubbish=RUBBISH)
    whole, broken = folder / "whole.csv", folder / "broken.csv"
    _start(manifest, whole).wait()
    chance = random.Random(SEED)
    kills = 0
    while kills < KILLS and not broken.exists():
        before = _size(partial_of(broken))
        process = _start(manifest, broken)
        while process.poll() is None and _size(partial_of(broken)) <= before + 100:  # at work, not still starting
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.7))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    done = len(list(lines_of(partial_of(broken)))) if partial_of(broken).exists() else ITEMS
    code = _start(manifest, broken).wait()
    same = lines_without_times(whole) == lines_without_times(broken)
    return code == 0 and same and kills == KILLS, f"{kills} kills, {done} of {ITEMS} lines before the last run"


def full(folder: Path) -> tuple[bool, str]:
    """A disk that takes no more after so many bytes, and has room again."""
    manifest = write_manifest(folder / "full.csv", ITEMS)
    out = folder / "full-results.csv"
    process = _start(manifest, out, limit=200_000)
    told = (process.communicate()[1] or b"").decode()
    before = len(list(lines_of(partial_of(out))))
    code = _start(manifest, out).wait()
    good = process.returncode == 2 and "disk is full" in told and 0 < before < ITEMS and code == 0
    return good and len(lines_without_times(out)) == ITEMS, f"stopped at {before} lines with '{told.strip()[-90:]}'"


def read_only(folder: Path) -> tuple[bool, str]:
    """A folder that may not be written, and then may: the program itself, run by somebody whom permissions bind."""
    manifest = write_pairs(folder / "pairs", PAIRS)
    locked = folder / "locked"
    locked.mkdir(mode=READ_ONLY)
    out = locked / "results.csv"
    refused = [_batch(manifest, out), _batch(manifest, locked / "new" / "results.csv")]
    left = [path.name for path in locked.iterdir()]
    locked.chmod(WRITABLE)
    after = _batch(manifest, out).returncode
    stopped = all(
        run.returncode == 2 and run.stderr.count("\n") == 1 and REFUSAL in run.stderr and not run.stdout
        for run in refused
    )
    went_on = after == 0 and list(locked.iterdir()) == [out] and len(lines_without_times(out)) == PAIRS
    return stopped and not left and went_on, (
        f"left {left or 'nothing'} behind, ended with {after} when it might; told '{refused[0].stderr.strip()}'"
    )


def _batch(manifest: Path, out: Path) -> "subprocess.CompletedProcess[str]":
    command = [*AS_ANYBODY, sys.executable, "-m", "sigverify", "batch", str(manifest), "--out", str(out)]
    return subprocess.run([*command, "--workers", "1"], capture_output=True, text=True)


def rubbish(folder: Path, lines: int) -> tuple[bool, str]:
    """A long manifest, one line in a hundred of which names no item."""
    path = write_manifest(folder / "rubbish.csv", lines, rubbish=RUBBISH)
    began = time.perf_counter()
    manifest = read_manifest(path)
    checked = time.perf_counter() - began
    told: list[Ended] = []
    plan = Plan(out=folder / "rubbish-results.csv", setting="fake", workers=1)
    run(plan, manifest, lambda: Processes(batch_fakes.instant, workers=1), _only_the_end(told))
    manifest.close()
    wrong = {result.line for result in lines_of(plan.out) if result.decision is Verdict.ERROR}
    expected = {line for line in range(2, lines + 2) if (line - 2) % RUBBISH == RUBBISH - 1}
    ended = told[-1]
    good = wrong == expected and ended.counts.total == lines
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return good, f"{lines:,} lines checked in {checked:.1f} s, done in {ended.seconds:.0f} s, {peak:.0f} MiB at most"


def _start(manifest: Path, out: Path, limit: int = 0) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "benchmarks.batch_faults", "--child", str(manifest), str(out), str(limit)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _child(manifest_path: Path, out: Path, limit: int) -> int:
    if limit:  # as a full disk, for files of this process only
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    manifest = read_manifest(manifest_path)
    plan = Plan(out=out, setting="fake", workers=2, resume=True)
    try:
        run(plan, manifest, lambda: Processes(batch_fakes.unhurried, workers=2), lambda event: None)
    except BatchError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        manifest.close()
    return 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _only_the_end(told: list[Ended]) -> Callable[[BatchEvent], None]:
    def listen(event: BatchEvent) -> None:
        if isinstance(event, Ended):
            told.append(event)

    return listen


if __name__ == "__main__":
    os.environ.setdefault("SIGVERIFY_HOME", tempfile.mkdtemp())
    sys.exit(main())
