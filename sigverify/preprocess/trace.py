"""A record of the stages a picture goes through, for whoever wants to see the work."""

from dataclasses import dataclass, field

from sigverify.domain import Image


@dataclass
class Trace:
    """Stages by name in the order they were reached; passed in, never global."""

    stages: list[tuple[str, Image]] = field(default_factory=list)

    def add(self, name: str, picture: Image) -> None:
        """Keep a copy of a stage, so that later work on the same array does not change it."""
        self.stages.append((name, picture.copy()))
