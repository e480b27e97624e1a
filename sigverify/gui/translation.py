"""The window's languages: declared in `resources/translations/languages.json`, all but English with a .qm file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from sigverify.paths import resources

SYSTEM: Final = "system"
SOURCE: Final = "en"  # the language the program is written in; it needs no file


@dataclass(frozen=True, kw_only=True)
class Language:
    """One choice of the language list; `name` is in its own language."""

    key: str
    name: str


def languages() -> tuple[Language, ...]:
    """The languages there are, English first."""
    declared: dict[str, str] = json.loads((_folder() / "languages.json").read_text(encoding="utf-8"))
    return tuple(Language(key=key, name=name) for key, name in declared.items())


def chosen_language(setting: str) -> str:
    """The language to use: the one set, or the system's where there is one; English otherwise."""
    known = [language.key for language in languages()]
    wished = [setting] if setting != SYSTEM else [name.replace("-", "_") for name in QLocale.system().uiLanguages()]
    for name in wished:
        for key in (name, name.split("_")[0]):
            if key in known:
                return key
    return SOURCE


def install(app: QCoreApplication, setting: str) -> str:
    """Translate everything made from now on; returns the language in use."""
    key = chosen_language(setting)
    qt_texts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in ((f"sigverify_{key}", str(_folder())), (f"qtbase_{key}", qt_texts)):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
    return key


def _folder() -> Path:
    return resources() / "translations"
