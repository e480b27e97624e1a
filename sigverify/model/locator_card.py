"""The locator's card: what its weights were trained to be shown, from what, and what they earned. Imports no torch."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from sigverify.errors import ModelError

CARD_FORMAT: Final = 1  # raised when a reader of the old form would misunderstand the new one
RESTORE: Final = "Reinstall sigverify or restore the locator's folder."


@dataclass(frozen=True, kw_only=True)
class LocatorCard:
    """Everything that has to be known before weights may say where somebody signed."""

    name: str  # "locator-2026.11"
    sha256: str  # of the weights' file
    preprocessing: str  # fingerprint of what the network is shown
    architecture: dict[str, Any]  # what `LocatorNet` needs
    results: dict[str, Any] = field(default_factory=dict)  # measured on cheques that were not trained on
    recipe: dict[str, Any] = field(default_factory=dict)
    data: list[dict[str, Any]] = field(default_factory=list)  # name, what it was used for, source, terms
    terms: str = ""
    limits: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a model has a name")

    def to_json(self) -> str:
        """The card as it stands beside the weights."""
        return json.dumps({"format": CARD_FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "LocatorCard":
        """Read a card; raises ModelError when it is not one."""
        try:
            fields = json.loads(text)
            if fields.pop("format") != CARD_FORMAT:
                raise ModelError(
                    "This locator's card was written by another version of sigverify. Reinstall sigverify."
                )
            return cls(**fields)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"The locator's card is damaged. {RESTORE}") from error

    @classmethod
    def load(cls, path: Path) -> "LocatorCard":
        """The card in a file; raises ModelError when it is missing or damaged."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"The locator's card {path.name} cannot be read. {RESTORE}") from error
        return cls.from_json(text)
