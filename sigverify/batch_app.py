"""`sigverify batch`: a manifest or a folder in, one line for each item out.

Exit codes: 0 every item has its line, 2 not finished or refused (one line on stderr), 4 finished, but some lines are
ERROR, 130 stopped by Ctrl+C. What the lines say changes no exit code.
"""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sigverify import app, paths
from sigverify.batch.crew import PATIENCE, Crew, Processes
from sigverify.batch.events import BatchEvent, Checked, End, Ended, Progress
from sigverify.batch.items import Result, Verdict
from sigverify.batch.keeping import placed
from sigverify.batch.manifest import Manifest, printable, read_manifest
from sigverify.batch.results import partial_of
from sigverify.batch.rows import json_line
from sigverify.batch.rulings import finished_lines
from sigverify.batch.running import Plan, run
from sigverify.batch.summary import summarise
from sigverify.domain import Image, ModelIdentity, Policy
from sigverify.errors import BatchError
from sigverify.report.batch_text import summary_lines
from sigverify.settings import DEVICES

if TYPE_CHECKING:  # bring cv2 and torch along
    from sigverify.locators import Locates, Saw, Sees
    from sigverify.verifier import Verifier

ERROR_LINES: Final = 4
INTERRUPTED: Final = 130  # as shells tell of Ctrl+C
LOOKS_KEPT: Final = 24 * 2**20  # bytes of pictures a worker remembers: a customer's specimens, however long the batch
TOLD_EVERY: Final = 10.0  # seconds between lines of progress where no person watches a terminal
SUMMARIES: Final = (".pdf", ".html")
SHOWN_WIDE: Final = 700  # pixels of a signature in a summary


def add_arguments(parser: argparse.ArgumentParser, threshold: Callable[[str], float]) -> None:
    """Declare what `sigverify batch` takes."""
    add = parser.add_argument
    add("input", type=Path, metavar="INPUT", help="manifest (CSV), or a folder laid out as docs/batch.md says")
    add("--out", type=Path, required=True, metavar="FILE", help="results: .csv for Excel, .jsonl for programs")
    add("--workers", type=_workers, default=_cores(), metavar="N", help="processes; as many as cores if left out")
    add("--resume", action="store_true", help="go on with an unfinished batch; nothing is done twice")
    add("--strict", action="store_true", help="do not start if anything is wrong with INPUT")
    add("--json", action="store_true", help="also print every line of the results as JSON")
    add("--threshold", type=threshold, metavar="T", help="accept at or below this distance; else the model's own")
    add("--weights", type=Path, metavar="FILE", help="other weights than the program's own (safetensors)")
    add("--device", choices=DEVICES, default="auto", help="where the networks run")
    add("--summary", type=Path, metavar="FILE", help="counts, histogram, flagged items with pictures (.pdf or .html)")
    add("--cluster", metavar="ADDRESS", help="work on a Dask cluster that sees the same files (sigverify[cluster])")


def run_batch(arguments: argparse.Namespace) -> int:
    """Check, work, tell; gives the exit code. Raises SigverifyError where a person has to help."""
    _check(arguments)
    value = arguments.threshold
    policy = None if value is None else Policy(one=value, several=value)
    identity = app.card_of(arguments.weights).identity
    plan = Plan(
        out=arguments.out, setting=setting_of(identity, policy), workers=arguments.workers, resume=arguments.resume
    )
    crew = recruiting(
        arguments.weights,
        policy,
        workers=arguments.workers,
        device=arguments.device,
        cluster=arguments.cluster,
        weights_digest=identity.sha256,
    )
    manifest = read_manifest(arguments.input)
    try:
        _tell_problems(manifest, strict=arguments.strict)
        ended = run(plan, manifest, crew, _Telling())
    except KeyboardInterrupt:
        _say(f"\nStopped. What was decided is kept in {partial_of(plan.out)}: go on with --resume.")
        return INTERRUPTED
    finally:
        manifest.close()
    assert ended.end is End.FINISHED, "nobody cancels a batch of the command line"
    return _finish(arguments, ended)


def setting_of(identity: ModelIdentity, policy: Policy | None) -> str:
    """Stands for all that the decisions of a batch rest on besides its pictures."""
    locators = _digest_of(paths.locator()), _digest_of(paths.close_up())
    return hashlib.sha256(repr((identity, policy, *locators)).encode()).hexdigest()


def _digest_of(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""  # cheques will say so; crops do not need it


def recruiting(
    weights: Path | None,
    policy: Policy | None,
    *,
    workers: int,
    device: str = "auto",
    cluster: str | None = None,
    weights_digest: str = "",
) -> Callable[[], Crew]:
    """How a batch comes by its workers: processes here, or those of a cluster."""
    build = partial(build_worker, device, weights)
    if cluster is None:
        return partial(Processes, build, workers=workers, policy=policy, patience=PATIENCE)
    from sigverify.batch.cluster import Cluster  # the extra may be missing, and nobody else needs it

    return partial(Cluster, build, address=cluster, policy=policy, weights=weights_digest)


def build_worker(device: str, weights: Path | None) -> "Verifier":
    """A worker's verifier, which remembers less than a desk's: it sees everything once."""
    verifier = app.build_verifier(device, weights)
    if paths.locator().is_file():  # without it a cheque is told not to have been searched, and a drawn box still works
        verifier.equip_locator(LateLocator())
    verifier.remember(LOOKS_KEPT * verifier.at_once)  # items looked at together are still known when they are decided
    return verifier


class LateLocator:
    """The network that searches cheques, loaded at the first cheque: a batch of crops has no use for it."""

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        self._locator: Locates | None = None

    def see(self, grey: Image) -> "Saw":
        """What it sees on an upright cheque; raises ModelError when it cannot be loaded."""
        return self._loaded().see(grey)

    @property
    def near(self) -> "Sees | None":
        """The network for places seen from near; raises ModelError when it cannot be loaded."""
        return self._loaded().near

    def _loaded(self) -> "Locates":
        if self._locator is None:
            self._locator = app.load_locator()
        return self._locator


def write_summary(results: Path, path: Path, *, title: str) -> None:
    """Write the summary of a finished results file as PDF or HTML by its ending, whole or not at all.

    Raises BatchError. Brings matplotlib and cv2 along: a window has it done by a process of its own.
    """
    from sigverify.report import batch_page

    summary = summarise(finished_lines(results))
    date = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    under = " · ".join((date, *summary.models))
    try:
        with placed(path) as beside:
            if path.suffix.lower() == ".pdf":
                batch_page.write_pdf(summary, _pictures, beside, title=title, under=under)
            else:
                page = batch_page.batch_page(summary, _pictures, title=title, under=under)
                beside.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BatchError(f"The summary {path.name} cannot be written ({why}). Choose another name.") from error


def _check(arguments: argparse.Namespace) -> None:
    """Refuse before hours are spent what would fail after them."""
    if arguments.out.is_dir():
        raise BatchError(f"{arguments.out} is a folder. Give the results a name in it.")
    summary = arguments.summary
    if summary is not None:
        if summary.suffix.lower() not in SUMMARIES:
            raise BatchError(f"A summary is a PDF or a page: give {summary.name} the ending .pdf or .html.")
        if summary.is_dir() or not os.access(summary.absolute().parent, os.W_OK):
            raise BatchError(f"Nothing can be written to {summary}. Choose another --summary.")


def _tell_problems(manifest: Manifest, *, strict: bool) -> None:
    for problem in manifest.problems:
        _say(printable(f"{manifest.path.name}, {problem}"))
    for note in manifest.notes:
        _say(note)
    if manifest.problems and strict:
        count = len(manifest.problems)
        raise BatchError(
            f"Nothing was started: {count:,} of {len(manifest):,} lines name no item that can be verified."
        )


def _finish(arguments: argparse.Namespace, ended: Ended) -> int:
    summary = summarise(finished_lines(ended.out))
    if arguments.json:
        for result in finished_lines(ended.out):
            print(json_line(result))
    stream = sys.stderr if arguments.json else sys.stdout
    print(f"{ended.out}: {_items(summary.items)} in {_span(ended.seconds)}", file=stream)
    for line in summary_lines(summary):
        print(line, file=stream)
    if arguments.summary is not None:
        title = f"Batch of {printable(arguments.input.absolute().name)}"
        write_summary(ended.out, arguments.summary, title=title)
    return ERROR_LINES if summary.counts[Verdict.ERROR] else 0


class _Telling:
    """Progress on stderr: one line that is written over for a person, a line now and then for a log."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._told = time.monotonic()
        self._width = 0

    def __call__(self, event: BatchEvent) -> None:
        if isinstance(event, Checked):
            decided = f", {event.decided:,} of them decided before" if event.decided else ""
            _say(f"{_items(event.items)}{decided}, {len(event.problems):,} with problems.")
        elif isinstance(event, Progress) and (self._live or time.monotonic() - self._told >= TOLD_EVERY):
            self._told = time.monotonic()
            line = progress_line(event)
            self._width = max(self._width, len(line))
            print(f"\r{line:<{self._width}}" if self._live else line, end="" if self._live else "\n", file=sys.stderr)
            sys.stderr.flush()
        elif isinstance(event, Ended) and self._live and self._width:
            print(file=sys.stderr)


def progress_line(event: Progress) -> str:
    """How far a batch has come, in one line."""
    left = "" if event.left is None else f"  {_span(event.left)} left"
    counts = "  ".join(f"{verdict.replace('_', ' ')} {event.counts[verdict]:,}" for verdict in Verdict)
    return f"{event.done:,} of {event.items:,}  {event.rate:.1f}/s{left}  {counts}"


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _pictures(result: Result) -> tuple[Image | None, Image | None]:
    """The questioned signature and the nearest specimen, as far as they can be read any more."""
    nearest = [path for path in result.references if Path(path).name == result.nearest_reference]
    return _picture(result.questioned, result), _picture(nearest[0], None) if nearest else None


def _picture(path: str, questioned: Result | None) -> Image | None:
    from sigverify.domain import Source
    from sigverify.errors import ReadingError
    from sigverify.preprocess import reading

    page = questioned.page if questioned else 0
    box = questioned.box if questioned else None
    try:
        data = reading.read_bytes(Source.of_file(path))
        pixels = reading.decode(data, page=page).pixels
    except (ReadingError, ValueError):
        return None
    if box is not None:
        x0, y0, x1, y1 = box
        pixels = pixels[y0:y1, x0:x1]
    return reading.shrink(pixels, SHOWN_WIDE) if pixels.size else None


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 256):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of workers from 1 to 256")
    return int(text)


def _cores() -> int:
    """Cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
