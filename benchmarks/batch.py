"""`python -m benchmarks.batch`: how quick a batch is, as ratios within one run, and what memory it takes.

Wants two cores with nothing else on them. Exit code 1 when a target is not kept.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import batch_fakes
from benchmarks.batch_measuring import SIZE, Ratio, paced, write_manifest, write_pairs
from benchmarks.drawn import signatures
from sigverify import batch_app
from sigverify.batch.crew import Processes
from sigverify.batch.items import Result, Verdict
from sigverify.batch.manifest import read_manifest
from sigverify.batch.results import read_results, write_results
from sigverify.batch.running import Plan, run
from sigverify.domain import Source
from sigverify.preprocess.reading import decode, encode_png, grey, read_bytes

CORES: Final = 2
# HOG needs pictures of one size. These files have one; others would be brought to one first, which makes it cheaper.
HOG_SHAPES: Final[dict[str, tuple[int, int] | None]] = {"as they are": None, "at 256 x 128": (128, 256)}


def main() -> int:
    """Measure and print, one line a figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    add = parser.add_argument
    add("--pairs", type=int, default=2000)
    add("--items", type=int, nargs=2, default=(1000, 100_000), metavar=("FEW", "MANY"), help="for the memory")
    add("--lines", type=int, default=100_000, help="of a results file that is opened")
    add("--only", choices=("speed", "memory", "opening"))
    add("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        return _memory_child(Path(asked.child[0]), Path(asked.child[1]))
    kept = True
    for ratio in _ratios(asked):
        print(ratio, flush=True)
        kept = kept and ratio.kept
    return 0 if kept else 1


def _ratios(asked: argparse.Namespace) -> Iterator[Ratio]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if asked.only in (None, "opening"):
            yield opening(folder, asked.lines)
        if asked.only in (None, "memory"):
            yield memory(folder, *asked.items)
        if asked.only in (None, "speed"):
            yield from speed(folder, asked.pairs)


def speed(folder: Path, pairs: int) -> Iterator[Ratio]:
    """Two workers against one, against the parts timed apart, and against HOG with the cosine."""
    print(f"      drawing {2 * pairs} signatures of {SIZE[0]} x {SIZE[1]} pixels", flush=True)
    manifest = write_pairs(folder, pairs)
    build = partial(batch_app.build_worker, "cpu", None)
    single, double = (
        paced(manifest, folder / f"{workers}.csv", partial(Processes, build, workers=workers), workers=workers)
        for workers in (1, CORES)
    )
    one, two = single.warm[0], double.warm[0]
    told = f"{two:.1f}/s against {one:.1f}/s; with starting up {double.whole[0]:.1f}/s against {single.whole[0]:.1f}/s"
    yield Ratio(name=f"{CORES} workers, times the rate of one", value=two / one, target=1.8, told=told)
    parts = _parts(manifest, min(pairs, 300))
    allowed = CORES * 1000.0 / sum(parts.values())
    shares = ", ".join(f"{name} {spent:.1f} ms" for name, spent in parts.items())
    yield Ratio(name="share of what the parts allow", value=two / allowed, target=0.6, told=f"a pair: {shares}")
    for words, shape in HOG_SHAPES.items():
        hog = _hog_rate(manifest, min(pairs, 300), shape)
        if hog is None:
            print("      HOG was not measured: pip install scikit-image")
            return
        name = f"times the rate of HOG and cosine, pictures {words}"
        yield Ratio(name=name, value=one / hog, target=1.0, told=f"one process each: {one:.1f}/s against {hog:.1f}/s")


def memory(folder: Path, few: int, many: int) -> Ratio:
    """Peak memory of all processes together, over a few pictures again and again, with a network that costs nothing."""
    folder = folder / "memory"
    folder.mkdir()
    for number, picture in enumerate(signatures(250, (300, 150))):
        name = f"s{number}.png" if number < 50 else f"q{number - 50}.png"
        (folder / name).write_bytes(encode_png(picture))
    peaks = []
    for items in (few, many):
        manifest = write_manifest(folder / f"{items}.csv", items)
        command = [sys.executable, "-m", "benchmarks.batch", "--child", str(manifest), str(folder / f"{items}-r.csv")]
        peaks.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    told = f"{peaks[1]:.0f} MiB at {many:,} items, {peaks[0]:.0f} MiB at {few:,}, parent and {CORES} workers together"
    return Ratio(
        name="peak memory, many items to few", value=peaks[1] / peaks[0], target=1.3, told=told, at_least=False
    )


def opening(folder: Path, lines: int) -> Ratio:
    """Seconds to read a results file."""
    path = folder / "results.csv"
    write_results(path, (_line(number) for number in range(2, lines + 2)))
    began = time.perf_counter()
    read = len(read_results(path))
    seconds = time.perf_counter() - began
    return Ratio(name=f"seconds to open {read:,} lines", value=seconds, target=2.0, told="", at_least=False)


def _parts(path: Path, pairs: int) -> dict[str, float]:
    """Milliseconds a pair for each part, in this process on one thread, nothing being remembered."""
    from sigverify.app import default_weights
    from sigverify.model import distance
    from sigverify.model.embedding import Embedder
    from sigverify.preprocess.normalising import fingerprint, normalise

    embedder = Embedder.load(default_weights(), device="cpu", fingerprint=fingerprint())
    spent = dict.fromkeys(("decode", "normalise", "forward", "distance"), 0.0)
    judged = 0
    for sources in _sources(path, pairs):
        began = time.perf_counter()
        pictures = [grey(decode(read_bytes(source)).pixels) for source in sources]
        began = _add(spent, "decode", began)
        frames = [normalise(picture).frame for picture in pictures]
        began = _add(spent, "normalise", began)
        rows = [embedder.embed(frame[np.newaxis]) for frame in frames if frame is not None]
        began = _add(spent, "forward", began)
        if len(rows) == 2:
            distance.measured(rows[0][0], rows[1], embedder.card.measure)
        _add(spent, "distance", began)
        judged += 1
    return {name: value / judged for name, value in spent.items()}


def _add(spent: dict[str, float], name: str, began: float) -> float:
    now = time.perf_counter()
    spent[name] += (now - began) * 1000.0
    return now


def _hog_rate(path: Path, pairs: int, shape: tuple[int, int] | None) -> float | None:
    """Pairs a second with scikit-image's HOG and the cosine in one process; None where it is not installed."""
    try:
        from skimage import feature, io, transform  # type: ignore[import-not-found]
    except ImportError:
        return None

    def described(source: Source) -> Any:
        picture = io.imread(source.path, as_gray=True)
        return feature.hog(picture if shape is None else transform.resize(picture, shape))

    began = time.perf_counter()
    for sources in _sources(path, pairs):
        one, other = (described(source) for source in sources)
        float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
    return pairs / (time.perf_counter() - began)


def _sources(path: Path, pairs: int) -> Iterator[list[Source]]:
    for number in range(pairs):
        yield [Source.of_file(path.parent / f"{2 * number + side}.png") for side in (0, 1)]


def _memory_child(path: Path, out: Path) -> int:
    """Work a manifest through and print the peak memory of this process and its workers, in MiB."""
    crews: list[Processes] = []
    manifest = read_manifest(path)
    watch = _Watch(crews)

    def recruit() -> Processes:
        crews.append(Processes(batch_fakes.without_network, workers=CORES))
        return crews[0]

    run(Plan(out=out, setting="memory", workers=CORES), manifest, recruit, lambda event: None)
    manifest.close()
    print(watch.peak())
    return 0


class _Watch:
    """Looks at the resident memory of a process and its workers a few times a second."""

    def __init__(self, crews: list[Processes]) -> None:
        self._crews = crews
        self._peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            pids: list[int | str] = ["self", *(pid for crew in self._crews for pid in crew.pids)]
            self._peak = max(self._peak, sum(map(_resident, pids)))

    def peak(self) -> float:
        self._over.set()
        self._thread.join()
        return self._peak


def _resident(pid: int | str) -> float:
    """MiB of memory of a process, 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _line(number: int) -> Result:
    return Result(
        line=number,
        item_id=f"cheque {number}",
        decision=Verdict.FLAG if number % 7 == 0 else Verdict.ACCEPT,
        distance=number % 1000 / 999,
        threshold=0.643,
        nearest_reference="specimen 2.png",
        milliseconds=41.5,
        model="thin-resnet 0123456789abcdef",
        specimens=2,
        questioned=f"/srv/cheques/2026-11-25/questioned/{number}.png",
        references=(f"/srv/cheques/specimens/{number}/1.png", f"/srv/cheques/specimens/{number}/2.png"),
    )


if __name__ == "__main__":
    sys.exit(main())
