"""Orders of rows, worked out once and carried on as rows are added, so that a hundred thousand sort without a stall."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]  # (n,) numbers of rows, in the order in which they are shown
Keys = NDArray[np.float64]  # (n,) what rows are sorted by, rising; NaN comes last

_NONE: Final = np.empty(0, np.intp)


class Order(Enum):
    """What rows can be sorted by."""

    WORST_FIRST = "worst first"
    LINE = "line"
    ITEM = "item"
    DECISION = "decision"
    DISTANCE = "distance"
    OVER = "over"  # how far the distance lies above its threshold
    NEAREST = "nearest"
    REASONS = "reasons"
    AMOUNT = "amount"
    RULING = "ruling"


class Orders:
    """Keeps every order that was asked for; equal rows stand as in the manifest, those that came later behind."""

    def __init__(self, count_of: Callable[[], int], keys_of: Callable[[Order], Keys]) -> None:
        """`count_of` tells how many rows there are, `keys_of` gives the keys of all of them."""
        self._count_of, self._keys_of = count_of, keys_of
        self._kept: dict[tuple[Order, bool], Rows] = {}

    def of(self, order: Order, *, falling: bool = False) -> Rows:
        """All rows in this order."""
        known = self._kept.get((order, falling), _NONE)
        if len(known) < self._count_of():
            known = self._carried_on(known, self._keys_of(order), falling)
            self._kept[order, falling] = known
        return known

    def _carried_on(self, before: Rows, keys: Keys, falling: bool) -> Rows:
        """The order with the rows that came since; what is sorted already costs a stable sort next to nothing."""
        fresh = np.arange(len(before), len(keys))
        fresh = fresh[np.argsort(self._keys_of(Order.LINE)[fresh], kind="stable")]
        rows = np.concatenate((before, fresh))
        held = keys[rows]
        sorted_: Rows = rows[np.argsort(-held if falling else held, kind="stable")]
        return sorted_

    def forget(self, order: Order) -> None:
        """Its keys changed."""
        for falling in (False, True):
            self._kept.pop((order, falling), None)

    def among(self, rows: Rows, order: Order, *, falling: bool = False) -> Rows:
        """Some rows in this order."""
        every = self.of(order, falling=falling)
        if len(rows) == len(every):
            return every
        wanted = np.zeros(len(every), bool)
        wanted[rows] = True
        return every[wanted[every]]


class Texts:
    """Words to sort rows by, as numbers: their rank among all of them."""

    def __init__(self) -> None:
        self._folded: list[str] = []
        self._sorted: list[int] = []

    def extend(self, texts: Sequence[str]) -> None:
        """More of them."""
        self._folded += [text.casefold() for text in texts]

    def ranks(self) -> Keys:
        """(n,) the place of each among all; equal ones have the same."""
        folded = self._folded
        if len(self._sorted) < len(folded):
            self._sorted += range(len(self._sorted), len(folded))
            self._sorted.sort(key=folded.__getitem__)  # what is sorted already costs little
        ranks = np.empty(len(folded))
        order = np.array(self._sorted, np.intp)
        ranks[order] = np.arange(len(folded))
        return ranks


class SharedTexts:
    """Words of which many rows have the same: each is ranked once."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._of = np.empty(0, np.int64)

    def extend(self, texts: Sequence[str]) -> None:
        """More of them."""
        number = self._number
        fresh = np.array([number.setdefault(text, len(number)) for text in texts], np.int64)
        self._of = np.concatenate((self._of, fresh))

    def ranks(self) -> Keys:
        """(n,) the rank of each among the different ones; an empty text comes last."""
        names = sorted(self._number, key=lambda text: (not text, text.casefold()))
        ranks = np.empty(len(names))
        ranks[[self._number[name] for name in names]] = np.arange(len(names))
        return ranks[self._of] if len(self._of) else np.empty(0)
