"""A cache that forgets what was used longest ago."""

from collections import OrderedDict
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """What was used last, by digest; the oldest goes when `limit` bytes are passed, the newest is always kept."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: OrderedDict[str, tuple[_Value, int]] = OrderedDict()

    def get(self, key: str) -> _Value | None:
        """What is kept under a digest, used just now."""
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][0]

    def put(self, key: str, value: _Value, size: int) -> None:
        """Keep a value of so many bytes."""
        self._held[key] = value, size
        self._held.move_to_end(key)
        while len(self._held) > 1 and sum(size for _, size in self._held.values()) > self.limit:
            self._held.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
