"""Who is held against whom, as data: seeded lists of trials, the same for every model. Imports no torch."""

import csv
import hashlib
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus

GROUPS: Final = (1, 5)  # specimens that a questioned signature is held against
# Times that specimens are drawn anew for each writer, where so many different sets can be had. With 5 the EER of ten
# writers against one specimen changes by 2 points (a standard deviation) from seed to seed, with 20 by 0.2.
DRAWS: Final = 20
OTHERS: Final = 20  # other writers whose genuine signature is tried as a random forgery
COLUMNS: Final = ("dataset", "writer", "group", "kind", "specimens", "questioned")

ByWriter = Mapping[str, Sequence[str]]


class Kind(StrEnum):
    """The three kinds of trial; their rates are never averaged together."""

    GENUINE = "genuine"
    SKILLED = "skilled"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class TrialList:
    """Questioned signatures of one kind, each held against the same specimens of one writer: one trial each."""

    dataset: str
    writer: str
    group: int  # how many specimens were asked for; a data set whose writers cannot spare so many has fewer
    kind: Kind
    specimens: tuple[str, ...]  # names of signatures
    questioned: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.specimens) <= self.group:
            raise ValueError("it needs at least one specimen, and at most as many as its group")
        if not self.questioned:
            raise ValueError("it needs at least one questioned signature")
        if len(set(self.specimens)) < len(self.specimens) or set(self.specimens) & set(self.questioned):
            raise ValueError("no signature may stand twice among the specimens, or be held against itself")


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """All trials of an evaluation."""

    lists: tuple[TrialList, ...]

    def to_csv(self) -> str:
        """One line a list of trials; several names in a cell are parted by semicolons."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in self.lists:
            cells = (_joined(one.specimens), _joined(one.questioned))
            writer.writerow((one.dataset, one.writer, one.group, one.kind.value, *cells))
        return text.getvalue()

    @property
    def digest(self) -> str:
        """16 hexadecimal digits; two models can be compared where theirs are the same."""
        return hashlib.sha256(self.to_csv().encode()).hexdigest()[:16]

    def write(self, path: Path) -> None:
        """Keep the protocol; raises DataError where nothing can be written."""
        try:
            path.write_text(self.to_csv(), encoding="utf-8", newline="")
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise DataError(f"The protocol cannot be written to {path} ({why}). Choose another --protocol.") from error

    @classmethod
    def read(cls, path: Path) -> "Protocol":
        """A protocol that was kept; raises DataError that names the line which is none."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"The protocol {path.name} cannot be read. Choose another --protocol.") from error
        return cls(lists=tuple(_parsed(text, path.name)))


def protocol_of(corpus: Corpus, *, groups: Sequence[int] = GROUPS, seed: int = 0) -> Protocol:
    """Trials for every data set of a corpus; the same for the same signatures, in whatever order they come.

    Specimens are drawn `DRAWS` times a writer. Asked are all that remain of the writer, all skilled forgeries, and a
    genuine signature each of up to `OTHERS` other writers. Where a data set's writers cannot spare as many specimens
    as a group asks for, they are held against as many as leave one to be asked about; a writer with fewer is left out.
    """
    lists: list[TrialList] = []
    for dataset in sorted(set(corpus.dataset.tolist())):
        genuine, forged = _by_writer(corpus, dataset)
        counts = [len(names) for names in genuine.values() if names]
        most = int(np.median(counts)) - 1 if counts else 0
        if most >= 1:
            for group in groups:
                lists += _drawn(dataset, group, min(group, most), genuine, forged, seed)
    return Protocol(lists=tuple(lists))


def _by_writer(corpus: Corpus, dataset: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Names of the genuine signatures and of the skilled forgeries of every writer, in order of their names."""
    found: tuple[dict[str, set[str]], dict[str, set[str]]] = {}, {}
    chosen = np.flatnonzero(corpus.dataset == dataset)
    columns = (corpus.writer[chosen], corpus.genuine[chosen], corpus.signature[chosen])
    for writer, genuine, signature in zip(*(column.tolist() for column in columns), strict=True):
        for by_writer in found:
            by_writer.setdefault(writer, set())
        found[0 if genuine else 1][writer].add(signature)
    genuine_names, forged_names = ({writer: sorted(one[writer]) for writer in sorted(one)} for one in found)
    return genuine_names, forged_names


def _drawn(dataset: str, group: int, count: int, genuine: ByWriter, forged: ByWriter, seed: int) -> Iterator[TrialList]:
    for writer, own in genuine.items():
        if len(own) <= count:
            continue
        rng = _generator(seed, group, writer)
        others = [other for other in genuine if other != writer and genuine[other]]
        for specimens in _specimen_sets(own, count, rng):
            strangers = [others[k] for k in rng.permutation(len(others))[:OTHERS]]
            asked = {
                Kind.GENUINE: [name for name in own if name not in specimens],
                Kind.SKILLED: forged[writer],
                Kind.RANDOM: [genuine[other][int(rng.integers(len(genuine[other])))] for other in strangers],
            }
            for kind, names in asked.items():
                if names:
                    yield TrialList(
                        dataset=dataset,
                        writer=writer,
                        group=group,
                        kind=kind,
                        specimens=specimens,
                        questioned=tuple(names),
                    )


def _specimen_sets(own: Sequence[str], count: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """`DRAWS` different sets of a writer's own signatures, or as many as there are."""
    found: dict[tuple[str, ...], None] = {}
    while len(found) < min(DRAWS, math.comb(len(own), count)):
        found[tuple(own[k] for k in sorted(rng.permutation(len(own))[:count]))] = None
    return list(found)


def _generator(seed: int, group: int, writer: str) -> np.random.Generator:
    """Chance that depends on these alone, so that one writer more changes nobody else's specimens."""
    digest = hashlib.sha256(f"{seed} {group} {writer}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def _parsed(text: str, name: str) -> Iterator[TrialList]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    counts: dict[tuple[str, int], int] = {}
    try:
        if set(COLUMNS) - set(reader.fieldnames or ()):
            raise ValueError(f"its columns have to be {', '.join(COLUMNS)}")
        for row in reader:
            one = _list_of(row)
            count = counts.setdefault((one.dataset, one.group), len(one.specimens))
            if count != len(one.specimens):
                raise ValueError(f"{one.dataset} has {count} specimens in group {one.group} further up")
            yield one
    except (ValueError, csv.Error) as error:
        raise DataError(
            f"Line {max(1, reader.reader.line_num)} of the protocol {name} is not usable: {error}. "
            "Mend it, or delete the file and have it made anew."
        ) from error
    if not counts:
        raise DataError(f"The protocol {name} holds no trials. Delete it and have it made anew.")


def _list_of(row: Mapping[str, str | None]) -> TrialList:
    dataset, writer, group, kind, specimens, questioned = (row[column] or "" for column in COLUMNS)
    if not dataset or not writer:
        raise ValueError("data set and writer have to be named")
    if not (group.isascii() and group.isdigit()):
        raise ValueError(f"the group '{group}' is not a number of specimens")
    if kind not in set(Kind):
        raise ValueError(f"the kind '{kind}' is none of {', '.join(Kind)}")
    return TrialList(
        dataset=dataset,
        writer=writer,
        group=int(group),
        kind=Kind(kind),
        specimens=_parted(specimens),
        questioned=_parted(questioned),
    )


def _joined(names: Sequence[str]) -> str:
    return ";".join(name.replace("%", "%25").replace(";", "%3B") for name in names)


def _parted(cell: str) -> tuple[str, ...]:
    return tuple(name.replace("%3B", ";").replace("%25", "%") for name in cell.split(";") if name)
