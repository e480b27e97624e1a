"""Signatures in memory, ready to be sampled: frames with who wrote them, what they are and where they belong."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sigverify.errors import DataError


class Split(StrEnum):
    """Writer-disjoint parts: weights are fitted on train, thresholds on development, figures come from test."""

    TRAIN = "train"
    DEVELOPMENT = "development"
    TEST = "test"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Frames (n, h, w) uint8 and, for each of the n, what is known of it.

    One signature may have several frames (a pen trajectory drawn with several pens); they share `signature`.
    """

    frames: NDArray[np.uint8]  # (n, h, w) black ink on white
    dataset: NDArray[np.str_]  # (n,)
    writer: NDArray[np.str_]  # (n,) unique over all data sets: "cedar/010"
    text: NDArray[np.str_]  # (n,) what was written, where several writers wrote the same; else ""
    genuine: NDArray[np.bool_]  # (n,) false: a skilled forgery of `writer`
    signature: NDArray[np.str_]  # (n,) one name a signature
    split: NDArray[np.str_]  # (n,)

    def __post_init__(self) -> None:
        columns = (self.dataset, self.writer, self.text, self.genuine, self.signature, self.split)
        if any(len(column) != len(self.frames) for column in columns):
            raise ValueError("every column of a corpus has one value a frame")

    def __len__(self) -> int:
        return len(self.frames)

    def where(self, chosen: NDArray[np.bool_]) -> "Corpus":
        """The frames for which `chosen` (n,) is true."""
        return Corpus(
            frames=self.frames[chosen],
            dataset=self.dataset[chosen],
            writer=self.writer[chosen],
            text=self.text[chosen],
            genuine=self.genuine[chosen],
            signature=self.signature[chosen],
            split=self.split[chosen],
        )

    def joined(self, other: "Corpus") -> "Corpus":
        """Both one after another."""
        return Corpus(
            **{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__dataclass_fields__}
        )

    def part(self, split: Split) -> "Corpus":
        """Only this split."""
        return self.where(self.split == split.value)

    def without(self, names: Collection[str]) -> "Corpus":
        """Data sets of these names left out of training, as if another bank's: their writers become test writers.

        Their own test writers are dropped: whoever chooses a recipe by data sets left out has not seen them then.
        Raises DataError for a name that is not among the data sets, and when nothing is left to train on.
        """
        known = set(self.dataset.tolist())
        for name in names:
            if name not in known:
                raise DataError(f"There is no data set {name} to leave out; there are {', '.join(sorted(known))}.")
        left_out = np.isin(self.dataset, list(names))
        if not (~left_out & (self.split == Split.TRAIN.value)).any():
            raise DataError("With all that is left out nothing remains to train on.")
        split = np.where(left_out, Split.TEST.value, self.split)
        return replace(self, split=split).where(~left_out | (self.split != Split.TEST.value))

    def save(self, path: Path) -> None:
        """Write the corpus as one compressed file of plain arrays, beside its place first; makes the folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(partial, **{name: getattr(self, name) for name in self.__dataclass_fields__})
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Corpus":
        """Read a corpus; raises DataError when the file is not one."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(**{name: arrays[name] for name in cls.__dataclass_fields__})
        except (OSError, KeyError, ValueError) as error:
            raise DataError(f"{path.name} is not a corpus of this version. Delete it; it will be made anew.") from error
