"""What the benchmarks of batches share: pictures and manifests, the rate of a run, its lines, ratios with a target."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image as Pillow

from benchmarks.drawn import signatures
from sigverify.batch.events import BatchEvent, Decided
from sigverify.batch.items import Result
from sigverify.batch.manifest import read_manifest
from sigverify.batch.results import lines_of
from sigverify.batch.running import Plan, Recruit, run

SIZE: Final = (709, 354)  # pixels: 60 by 30 mm at 300 dpi
SPECIMENS: Final = 50  # of a manifest that costs nothing, among all its items
QUESTIONED: Final = 200  # likewise


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A figure without a unit, and what it should be."""

    name: str
    value: float
    target: float
    told: str
    at_least: bool = True

    @property
    def kept(self) -> bool:
        """Whether the target was kept."""
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        verdict = "ok  " if self.kept else "MISS"
        return f"{verdict}  {self.name:52} {self.value:7.2f}  target {self.target:5.2f}   {self.told}"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How quick a run was, in items a second of each clock that was read."""

    warm: tuple[float, ...]  # between the first lines and the last
    whole: tuple[float, ...]  # from the very beginning, starting up included


def paced(
    path: Path,
    out: Path,
    recruit: Recruit,
    *,
    workers: int,
    clocks: Sequence[Callable[[], float]] = (time.perf_counter,),
) -> Pace:
    """Work a manifest through and note when its lines came, by any clocks that count seconds."""
    seen: list[tuple[int, list[float]]] = []

    def listen(event: BatchEvent) -> None:
        if isinstance(event, Decided):
            seen.append((len(event.results), [clock() for clock in clocks]))

    manifest = read_manifest(path)
    began = [clock() for clock in clocks]
    run(Plan(out=out, setting="speed", workers=workers), manifest, recruit, listen)
    manifest.close()
    done = sum(count for count, _ in seen)
    first, last = seen[0], seen[-1]
    if first is last:
        raise ValueError(f"all {done} items came at once: give it more of them")
    return Pace(
        warm=tuple((done - first[0]) / (end - since) for since, end in zip(first[1], last[1], strict=True)),
        whole=tuple(done / (end - since) for since, end in zip(began, last[1], strict=True)),
    )


def write_pairs(folder: Path, pairs: int, size: tuple[int, int] = SIZE) -> Path:
    """Draw so many pairs of signatures, each different, as grey files at 300 dpi; gives their manifest."""
    folder.mkdir(exist_ok=True)
    rows = ["item_id,questioned,references"]
    for number, picture in enumerate(signatures(2 * pairs, size)):
        Pillow.fromarray(picture).save(folder / f"{number}.png", dpi=(300, 300))
        if number % 2:
            rows.append(f"{number},{number - 1}.png,{number}.png")
    (folder / "pairs.csv").write_text("\n".join(rows) + "\n")
    return folder / "pairs.csv"


def write_manifest(path: Path, lines: int, *, rubbish: int = 0, specimens: int = SPECIMENS) -> Path:
    """A manifest of so many items on a few files; every so-manieth line is wrong, in one of several ways."""
    for number in range(specimens):
        (path.parent / f"s{number}.png").touch()
    for number in range(QUESTIONED):
        (path.parent / f"q{number}.png").touch()
    wrong = (
        ",q1.png,s1.png",
        "w{0},gone.png,s1.png",
        "w{0},q1.png,",
        'w{0},"q1.png,s1.png',
        "i0,q1.png,s1.png",
        "\x01",
    )
    with path.open("w", encoding="utf-8") as file:
        file.write("item_id,questioned,references\n")
        for number in range(lines):
            good = f"i{number},q{number % QUESTIONED}.png,s{number % specimens}.png"
            bad = rubbish and number % rubbish == rubbish - 1
            file.write((wrong[number // rubbish % len(wrong)].format(number) if bad else good) + "\n")
    return path


def lines_without_times(path: Path) -> list[Result]:
    """Every line of a results file but for how long it took: what two runs of the same items have to agree in."""
    return [replace(result, milliseconds=0.0) for result in lines_of(path)]
