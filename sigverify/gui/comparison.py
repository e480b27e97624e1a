"""Which files stand on which side, and what a drop, a swap or a removal makes of them. Knows no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sigverify.domain import Box, Role, Seek, Source


def sought(source: Source) -> Source:
    """The same picture on the questioned side, where it may be a whole cheque."""
    return replace(source, seek=Seek.AUTO) if source.seek is Seek.NEVER else source


def plain(source: Source) -> Source:
    """The same picture, wherever in it the signature is: what makes it one file."""
    return replace(source, seek=Seek.NEVER, box=None)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A questioned signature and the specimens on file it is held against; either side may still be empty."""

    questioned: Source | None = None
    specimens: tuple[Source, ...] = ()
    samples: bool = False  # the project's own drawings: they give way to the first file of the clerk's own

    @property
    def complete(self) -> bool:
        """Whether there is something on both sides."""
        return self.questioned is not None and bool(self.specimens)

    @property
    def empty(self) -> bool:
        """Whether there is nothing on either side."""
        return self.questioned is None and not self.specimens

    @property
    def sources(self) -> tuple[Source, ...]:
        """Everything shown, the questioned signature first."""
        return (*(() if self.questioned is None else (self.questioned,)), *self.specimens)

    def cleared(self) -> "Comparison":
        """Nothing on either side."""
        return Comparison()

    def _own(self) -> "Comparison":
        return Comparison() if self.samples else self

    def with_questioned(self, source: Source) -> "Comparison":
        """The same specimens, another questioned signature; the sample pair gives way."""
        return replace(self._own(), questioned=sought(source))

    def boxed(self, box: Box | None) -> "Comparison":
        """The questioned signature is in this box of its picture, as a person says; None: where it is found."""
        return self if self.questioned is None else replace(self, questioned=replace(self.questioned, box=box))

    def seeking(self, seek: Seek) -> "Comparison":
        """The questioned picture is a whole cheque, is a signature alone, or is recognised by itself."""
        if self.questioned is None:
            return self
        return replace(self, questioned=replace(self.questioned, seek=seek, box=None))

    def with_specimens(self, sources: Sequence[Source]) -> "Comparison":
        """More specimens on file, each file once; the sample pair gives way."""
        own = self._own()
        return replace(own, specimens=_each_once((*own.specimens, *sources)))

    def without_questioned(self) -> "Comparison":
        """The questioned side emptied."""
        return replace(self, questioned=None)

    def without_specimen(self, index: int) -> "Comparison":
        """One specimen less."""
        return replace(self, specimens=self.specimens[:index] + self.specimens[index + 1 :])

    def swapped(self, index: int = 0) -> "Comparison":
        """The questioned signature changes places with the specimen at `index`, the chosen one."""
        chosen = self.specimens[index : index + 1]
        given = () if self.questioned is None else (self.questioned,)
        specimens = self.specimens[:index] + given + self.specimens[index + 1 :]
        return replace(self, questioned=sought(chosen[0]) if chosen else None, specimens=specimens)

    def turned(self, role: Role, index: int, page: int) -> "Comparison":
        """Another page of a file of several pages."""
        if role is Role.QUESTIONED:
            if self.questioned is None:
                return self
            return replace(self, questioned=replace(self.questioned, page=page, box=None))
        pages = list(self.specimens)
        pages[index] = replace(pages[index], page=page, box=None)
        return replace(self, specimens=tuple(pages))

    def filled(self, sources: Sequence[Source], where: Role | None) -> "Comparison":
        """What files that arrive together make of this: `where` is the side they came to, None is neither.

        One file goes where it was dropped, or to the empty side. Two at once fill both sides, the questioned
        one first, wherever they land; of three and more the first is questioned and the rest are on file. Only
        where the clerk has a questioned signature of their own do several files dropped on file all go there.
        """
        own = self._own()
        if not sources:
            return self
        if len(sources) == 1:
            side = where or (Role.SPECIMEN if own.questioned and not own.specimens else Role.QUESTIONED)
            return self.with_questioned(sources[0]) if side is Role.QUESTIONED else self.with_specimens(sources)
        if where is Role.SPECIMEN and (own.questioned or len(sources) > 2):
            return self.with_specimens(sources)
        return Comparison(questioned=sought(sources[0]), specimens=_each_once(sources[1:]))


def _each_once(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Every picture the first time it comes."""
    kept: dict[Source, Source] = {}
    for source in sources:
        kept.setdefault(plain(source), source)
    return tuple(kept.values())
