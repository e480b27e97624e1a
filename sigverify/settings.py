"""The operator's preferences: each declared once, kept in a small file of what differs from the defaults."""

import errno
import json
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from sigverify import paths
from sigverify.domain import LARGEST_DISTANCE
from sigverify.errors import SettingsError

DEVICES: Final = ("auto", "cpu", "cuda", "mps")
LANGUAGES: Final = ("system", "en")
RECENT_KEPT: Final = 10  # files

_FILE: Final = "settings.json"


def _threshold(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a threshold is a number, or nothing for the model's own")
    if not (math.isfinite(value) and 0.0 <= value <= LARGEST_DISTANCE):
        raise ValueError(f"a threshold lies between 0 and {LARGEST_DISTANCE:g}")
    return float(value)


def _one_of(choices: Sequence[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return value

    return check


def _recent(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise ValueError("a list of files")
    return tuple(value)[:RECENT_KEPT]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("either true or false")
    return value


def _preference(default: Any, label: str, check: Callable[[Any], Any]) -> Any:
    return field(default=default, metadata={"label": label, "check": check})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every preference with its default, label and check; an invalid value raises ValueError."""

    threshold_one: float | None = _preference(None, "Threshold with one specimen", _threshold)  # None: the model's own
    threshold_several: float | None = _preference(None, "Threshold with several specimens", _threshold)
    device: str = _preference("auto", "Device", _one_of(DEVICES))
    language: str = _preference("system", "Language", _one_of(LANGUAGES))
    ruled_by: str = _preference("", "Name under rulings", _text)  # empty: the user's, as the system has it
    recent_questioned: tuple[str, ...] = _preference((), "Recent questioned signatures", _recent)
    recent_specimens: tuple[str, ...] = _preference((), "Recent specimens", _recent)
    window_geometry: str = _preference("", "Place of the window", _text)
    show_samples_at_start: bool = _preference(True, "Show the sample signatures at the start", _switch)

    def __post_init__(self) -> None:
        for each in PREFERENCES:
            try:
                object.__setattr__(self, each.key, each.check(getattr(self, each.key)))
            except ValueError as error:
                raise ValueError(f"{each.label}: {error}") from None


@dataclass(frozen=True, kw_only=True)
class Preference:
    """What is declared of one preference; `check` gives the value to keep or raises ValueError."""

    key: str
    default: Any
    label: str
    check: Callable[[Any], Any]


PREFERENCES: Final = tuple(
    Preference(key=each.name, default=each.default, label=each.metadata["label"], check=each.metadata["check"])
    for each in fields(Settings)
)


def label_of(key: str) -> str:
    """The words a dialog shows for a preference."""
    return next(each.label for each in PREFERENCES if each.key == key)


def remember(recent: Sequence[str], file: str) -> tuple[str, ...]:
    """A list of recent files with `file` at its head, each file once."""
    return (file, *(other for other in recent if other != file))[:RECENT_KEPT]


def settings_file() -> Path:
    """The file that holds the preferences."""
    return paths.config_dir() / _FILE


def load(path: Path | None = None) -> tuple[Settings, str | None]:
    """The settings kept in the file, and a notice for the operator when something in it had to be left aside.

    A damaged file is set aside under a new name and the defaults are used; of a file with one wrong value the rest is
    kept. Never raises for what is in the file.
    """
    path = path or settings_file()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(kept, dict):
            raise ValueError("not a table of preferences")
    except FileNotFoundError:
        return Settings(), None
    except OSError:
        return Settings(), "The settings could not be read, so the defaults are used. Check the rights of their folder."
    except (ValueError, RecursionError):
        return Settings(), f"The settings were damaged, so the defaults are used. {_set_aside(path)}"
    good, wrong = _sift(kept)
    if not wrong:
        return Settings(**good), None
    return Settings(**good), f"Back at the default, being invalid: {', '.join(wrong)}. {_set_aside(path)}"


def _sift(kept: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    good: dict[str, Any] = {}
    wrong: list[str] = []
    for each in PREFERENCES:  # a key that is not ours belongs to a newer version, and is no damage
        if each.key in kept:
            try:
                good[each.key] = each.check(kept[each.key])
            except ValueError:
                wrong.append(each.label)
    return good, wrong


def _set_aside(path: Path) -> str:
    for number in range(1, 1000):
        aside = path.with_name(f"{path.stem}.corrupt-{number}{path.suffix}")
        if not aside.exists():
            break
    try:
        path.rename(aside)
    except OSError:
        return "The old file could not be set aside."
    return f"The old file was kept as {aside.name}."


def save(settings: Settings, path: Path | None = None) -> None:
    """Keep what differs from the defaults; the old file stays whole when this fails. Raises SettingsError."""
    path = path or settings_file()
    values = {each.key: getattr(settings, each.key) for each in PREFERENCES}
    sparse = {each.key: values[each.key] for each in PREFERENCES if values[each.key] != each.default}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_beside_and_replace(path, json.dumps(sparse, indent=1) + "\n")
    except OSError as error:
        raise SettingsError(_why_not_kept(error)) from error


def _write_beside_and_replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # a full disk is sometimes only told here
        os.replace(beside, path)  # noqa: PTH105 (the call that replaces on every system)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _why_not_kept(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The settings were not kept because the disk is full. Free some space and change them again."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            "The settings were not kept because their folder may not be written. Ask whoever looks after this computer."
        )
    return f"The settings were not kept ({error.strerror or type(error).__name__}). Check the disk and try again."
