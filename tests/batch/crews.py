"""Verifiers for the workers of tests: quick, and dangerous by the name of the questioned file.

Marks that must outlive a worker are files in the home of the test. Imports neither torch nor cv2, so that a worker
starts at once.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sigverify.domain import Decision, Milliseconds, ModelIdentity, Policy, Quality, QualityReason, Source, Verification
from sigverify.errors import ModelError, ReadingError

LONG = 1000.0  # seconds; nothing here is ever waited for
MODEL = ModelIdentity(name="letters", sha256="cd" * 32, preprocessing="0" * 16)
THRESHOLD = 0.5


def home() -> Path:
    return Path(os.environ["SIGVERIFY_HOME"])


class Letters:
    """Takes the share of a file's bytes that differ from the specimen's for a distance."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def verify(self, questioned: Source, specimens: Sequence[Source], policy: Policy | None = None) -> Verification:
        assert questioned.path is not None
        name = questioned.path.name
        with (home() / "asked").open("a") as file:
            file.write(f"{name}\n")
        time.sleep(self.seconds)
        if name.startswith("crashes"):
            os._exit(11)
        if name.startswith("trips") and first("tripped"):
            os._exit(11)
        if name.startswith("hangs"):
            time.sleep(LONG)
        if name.startswith("puzzles"):
            raise KeyError(name)
        if name.startswith("changes"):
            questioned.path.write_text("changed")
        return _verification(questioned.path, [source.path for source in specimens if source.path], policy)


class Ahead(Letters):
    """Looks at several items before it decides the first; some it does not survive looking at."""

    at_once = 4

    def prefetch(self, sources: Sequence[Source], begin: Callable[[int], None]) -> None:
        for place, source in enumerate(sources):
            begin(place)
            assert source.path is not None
            with (home() / "prefetched").open("a") as file:
                file.write(f"{source.path.name}\n")
            if source.path.name.startswith("bursts"):
                os._exit(11)
            if source.path.name.startswith("stalls"):
                time.sleep(LONG)

    def verify(self, questioned: Source, specimens: Sequence[Source], policy: Policy | None = None) -> Verification:
        assert questioned.path is not None
        if questioned.path.name.startswith("bursts"):
            os._exit(11)
        if questioned.path.name.startswith("stalls"):  # an item that came by itself is not looked at ahead
            time.sleep(LONG)
        return super().verify(questioned, specimens, policy)


def first(mark: str) -> bool:
    """Whether this is asked for the first time, by whichever worker."""
    try:
        (home() / mark).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _verification(questioned: Path, specimens: list[Path], policy: Policy | None) -> Verification:
    try:
        own, known = questioned.read_text(), [path.read_text() for path in specimens]
    except FileNotFoundError as error:
        raise ReadingError("It is no longer there.") from error
    distances = tuple(sum(a != b for a, b in zip(own, one, strict=False)) / max(1, len(own)) for one in known)
    together = sum(distances) / len(distances) / 3  # a third: not every digit is a short one
    threshold = policy.for_specimens(len(known)) if policy else THRESHOLD
    quality = Quality() if own else Quality(reasons=(QualityReason.BLANK,))
    decision = Decision.CANNOT_JUDGE if not own else Decision.ACCEPT if together <= threshold else Decision.FLAG
    return Verification(
        decision=decision,
        distance=together if own else None,
        threshold=threshold,
        distances=distances if own else (None,) * len(known),
        questioned_quality=quality,
        specimen_qualities=(Quality(),) * len(known),
        same_image=tuple(index for index, path in enumerate(specimens) if path == questioned),
        model=MODEL,
        device="paper",
        milliseconds=Milliseconds(read=1.0, normalise=1.0, embed=1.0),
    )


def quick() -> Letters:
    return Letters()


def slow() -> Letters:
    return Letters(0.02)


def ahead() -> Letters:
    return Ahead()


def unable() -> Any:
    raise ModelError("The weights are not those that their card describes.")


def dies() -> Any:
    os._exit(11)


def write_manifest(folder: Path, names: Sequence[str], *, specimens: int = 3) -> Path:
    """A manifest of one item for each name: a text file for a picture, three to a specimen."""
    rows = ["item_id,questioned,references"]
    for number in range(specimens):
        (folder / f"s{number}.png").write_text("abcdefgh")
    for number, name in enumerate(names):
        if not (folder / name).exists() and not name.startswith("missing"):
            (folder / name).write_text("abcdefgh"[: 8 - number % 8].ljust(8, "x"))
        rows.append(f"c{number},{name},s{number % specimens}.png;s0.png")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder / "manifest.csv"
