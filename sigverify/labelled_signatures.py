"""What lies in a folder of signatures: whose each picture or pen trajectory is, and which split it belongs to."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.domain import Image, Source
from sigverify.errors import DataError, ReadingError
from sigverify.model.dataset import Split
from sigverify.preprocess.reading import decode, grey, read_bytes
from sigverify.preprocess.rendering import render

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"})
MANIFEST: Final = "manifest.csv"
LAYOUTS: Final = "manifest.csv, folders <writer>/genuine and <writer>/forged, or a folder of images for each writer"
PENS: Final = 3  # pictures drawn of each trajectory, each with a pen of its own width
NAMES_IN_CROSSMEDIA: Final = 10  # image n shows name (n - 1) mod 10
HELD_BACK: Final = 0.15  # of a folder's writers for development, and as many for test, where no manifest says
SMALLEST: Final = 6  # writers that can spare two each for development and test
KIND_LIKE: Final = frozenset({"genuine", "forged", "forgery", "forgeries", "original", "real", "fake", "forg", "org"})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One signature before it is read: a file, or a pen trajectory (k, 3) of x, y and pen down."""

    dataset: str
    writer: str
    genuine: bool
    signature: str
    split: str
    text: str = ""
    path: Path | None = None
    points: NDArray[np.float64] | None = None
    variant: int = 0  # which pen draws the trajectory


def has_manifest(data: Path) -> bool:
    """Whether a folder says itself which writers are for training, development and test."""
    return (data / MANIFEST).is_file()


def datasets_of(data: Path, split: Split) -> frozenset[str]:
    """The data sets of pictures that have writers of this split."""
    return frozenset(item.dataset for item in listed(data, online=False) if item.split == split)


def items_of(data: Path, split: Split) -> Iterator[Item]:
    """The signatures of one split, pen trajectories among them, not yet read; raises DataError for another layout."""
    return (item for item in listed(data, online=True) if item.split == split)


def some_writers(items: list[Item], only: Mapping[str, int]) -> list[Item]:
    """Those of the data sets in `only`, and of each of so many writers, whose names' digests come first."""
    writers: dict[str, set[str]] = {name: set() for name in only}
    for item in items:
        if item.dataset in writers:
            writers[item.dataset].add(item.writer)
    kept = {(name, writer) for name, found in writers.items() for writer in sorted(found, key=_rank)[: only[name]]}
    return [item for item in items if (item.dataset, item.writer) in kept]


def _rank(writer: str) -> str:
    """An order of writers that has nothing to do with their names' own."""
    return hashlib.sha256(writer.encode()).hexdigest()


def nothing_of(data: Path, split: Split | None) -> DataError:
    """What to say where there are no signatures, or none of this split."""
    if split is not None and next(listed(data, online=False), None) is not None:
        return DataError(f"{data.name} has no {split} writers. Choose another --split, such as all.")
    return DataError(f"No signatures under {data.name}: expected {LAYOUTS}.")


def listed(data: Path, *, online: bool) -> Iterator[Item]:
    """Every signature under `data`, not yet read, with `online` pen trajectories among them; raises DataError."""
    if not data.is_dir():
        raise DataError(f"{data.name} is not a folder.")
    manifest = data / MANIFEST
    if not manifest.exists():
        yield from _from_folders(data)
        return
    yield from _from_manifest(data, manifest)
    if online:
        yield from _from_svc2004(data / "svc2004_online" / "task2.zip")
        yield from _from_susig(data / "susig_online" / "susig.npz")


def _from_manifest(data: Path, manifest: Path) -> Iterator[Item]:
    with manifest.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = {"dataset", "writer", "kind", "path", "split"} - set(reader.fieldnames or ())
        if missing:
            raise DataError(f"manifest.csv lacks the columns {', '.join(sorted(missing))}.")
        for row in reader:
            path = data / row["path"]
            item = Item(
                dataset=row["dataset"],
                writer=row["writer"],
                genuine=row["kind"] == "genuine",
                signature=row["path"],
                split=row["split"],
                path=path,
            )
            if row["dataset"] == "crossmedia_chinese":
                item = replace(item, text=f"chinese-{(int(path.stem) - 1) % NAMES_IN_CROSSMEDIA}")
            yield item


def _from_folders(data: Path) -> Iterator[Item]:
    """`<writer>/{genuine,forged}/*`; where there is none, folders of images, each a class that stands for a writer."""
    writers = [folder for folder in data.iterdir() if (folder / "genuine").is_dir()]
    if not writers:
        yield from _from_classes(data)
        return
    splits = dealt(folder.name for folder in writers)
    for folder in sorted(writers):
        for kind in ("genuine", "forged"):
            for path in _images(folder / kind):
                yield _item(data, folder.name, path, splits[folder.name], genuine=kind == "genuine")


def _from_classes(data: Path) -> Iterator[Item]:
    """`<class>/*` or, as Omniglot has it, `<alphabet>/<character>/*`: all genuine, random forgeries only."""
    folders = {path.parent for level in ("*/*", "*/*/*") for path in data.glob(level) if _is_image(path)}
    for folder in folders:
        if folder.name.lower() in KIND_LIKE:  # taken for a class it would make forgeries genuine
            raise DataError(
                f"{folder.relative_to(data).as_posix()} looks like a kind of signature, not like a writer. Call the "
                "folders <writer>/genuine and <writer>/forged."
            )
    splits = dealt(folder.relative_to(data).as_posix() for folder in folders)
    for folder in sorted(folders):
        name = folder.relative_to(data).as_posix()
        for path in _images(folder):
            yield _item(data, name, path, splits[name], genuine=True)


def dealt(writers: Iterable[str]) -> dict[str, Split]:
    """The split of each writer, dealt by a digest of the name: 70, 15 and 15 %.

    Of six writers or more at least two are for development and two for test: one alone has no random forgeries.
    """
    ranked = sorted(writers, key=_rank)
    held = max(round(HELD_BACK * len(ranked)), 2 if len(ranked) >= SMALLEST else 1)
    order = [Split.TEST] * held + [Split.DEVELOPMENT] * held + [Split.TRAIN] * len(ranked)
    return dict(zip(reversed(ranked), order, strict=False))


def _images(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if _is_image(path))


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _item(data: Path, writer: str, path: Path, split: Split, *, genuine: bool) -> Item:
    return Item(
        dataset=data.resolve().name,
        writer=writer,
        genuine=genuine,
        signature=path.relative_to(data).as_posix(),
        split=split.value,
        path=path,
    )


def _variants(item: Item) -> Iterator[Item]:
    for variant in range(PENS):
        yield replace(item, variant=variant)


def _from_svc2004(archive: Path) -> Iterator[Item]:
    """SVC2004 task 2: `U<writer>S<sample>.TXT`, samples 1-20 genuine, lines of x y time button and pen angles."""
    if not archive.exists():
        return
    with zipfile.ZipFile(archive) as files:
        for name in sorted(files.namelist()):
            writer, _, sample = Path(name).stem.upper().removeprefix("U").partition("S")
            if not (writer.isdigit() and sample.isdigit()):
                continue
            table = np.loadtxt(io.BytesIO(files.read(name)), skiprows=1, usecols=(0, 1, 3), ndmin=2)
            table[:, 1] *= -1.0  # the tablet counts y upwards
            yield from _variants(
                Item(
                    dataset="svc2004_online",
                    writer=writer,
                    genuine=int(sample) <= 20,
                    signature=f"svc2004_online/{name}",
                    split=Split.TRAIN,
                    points=table,
                )
            )


def _from_susig(archive: Path) -> Iterator[Item]:
    """SUSig trajectories: points (n, 4) of x, y (down), pressure and pen, cut into signatures by offsets."""
    if not archive.exists():
        return
    with np.load(archive, allow_pickle=False) as arrays:
        columns = {name: arrays[name] for name in arrays.files}
    points, offsets = columns["points"][:, [0, 1, 3]].astype(np.float64), columns["offsets"]
    for k in range(len(offsets) - 1):
        dataset, writer, kind = (str(columns[name][k]) for name in ("dataset", "writer", "kind"))
        number = f"{columns['session_or_forger'][k]}-{columns['sample'][k]}"
        yield from _variants(
            Item(
                dataset="susig_online",
                writer=f"{dataset}-{writer}",
                genuine=kind == "genuine",
                signature=f"susig_online/{dataset}/{writer}/{kind}/{number}",
                split=Split.TRAIN,
                points=points[offsets[k] : offsets[k + 1]],
            )
        )


def picture_of(item: Item) -> Image | None:
    """A signature as a grey picture (h, w): read, or drawn where it is a trajectory; None where it cannot be."""
    try:
        if item.points is not None:
            return _drawn(item)
        source = Source.of_file(item.path or "")
        return grey(decode(read_bytes(source), name=source.name).pixels)
    except (ReadingError, ValueError):
        return None


def _drawn(item: Item) -> Image:
    """A trajectory drawn with a pen and at a resolution that depend on its name and variant alone."""
    assert item.points is not None
    seed = hashlib.sha256(f"{item.signature} {item.variant}".encode()).digest()[:8]
    rng = np.random.default_rng(int.from_bytes(seed, "little"))
    longest = rng.uniform(280.0, 900.0)
    pen = longest * np.exp(rng.uniform(np.log(0.004), np.log(0.016)))
    down = item.points[:, 2] > 0
    strokes = np.split(item.points[:, :2], np.flatnonzero(~down) + 1)
    return render([s for s in strokes if len(s) > 1], longest=longest, pen=max(1.0, pen), tone=int(rng.integers(0, 90)))
