"""Which images brought the engine's child down, and are not to be tried again as long as they are asked for."""

from collections.abc import Mapping
from typing import Final

from sigverify.domain import Source

_TRIES: Final = 2  # deaths at one image before it is refused; the first may have been chance
_CRASHED: Final = "{name} closed the reader, so it was left out: export it again as PNG or TIFF and drop that."
_HUNG: Final = "{name} took too long to read, so it was left out: export it again as PNG or TIFF and drop that."


class Suspects:
    """The images that brought the child down; forgotten as soon as they are no longer asked for."""

    def __init__(self) -> None:
        """Nothing is suspected yet."""
        self._deaths: dict[Source, int] = {}
        self._hung: set[Source] = set()

    def blame(self, source: Source, *, hung: bool) -> None:
        """The child died, or hung, at this image."""
        self._deaths[source] = self._deaths.get(source, 0) + 1
        if hung:
            self._hung.add(source)

    def keep(self, sources: Mapping[int, Source]) -> None:
        """Only these are asked for now; taking an image away and bringing it again tries it anew."""
        present = set(sources.values())
        self._deaths = {source: count for source, count in self._deaths.items() if source in present}
        self._hung &= present

    def refused(self, sources: Mapping[int, Source]) -> dict[int, str]:
        """Which of these are not to be tried again, by position, and what to tell the operator."""
        found: dict[int, str] = {}
        for position, source in sources.items():
            if source in self._hung:
                found[position] = _HUNG.format(name=source.name)
            elif self._deaths.get(source, 0) >= _TRIES:
                found[position] = _CRASHED.format(name=source.name)
        return found
