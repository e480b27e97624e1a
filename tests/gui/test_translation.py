"""Languages."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from sigverify import settings
from sigverify.gui import translation


def test_every_declared_language_can_be_set() -> None:
    keys = {language.key for language in translation.languages()}
    assert keys | {translation.SYSTEM} == set(settings.LANGUAGES)


@pytest.mark.parametrize(
    ("setting", "system", "used"),
    [
        ("en", ["de-DE"], "en"),
        ("system", ["de-DE", "de"], "de"),
        ("system", ["fr-FR", "fr", "en-US"], "en"),
        ("system", ["fr-FR", "fr"], "en"),
    ],
)
def test_the_language_is_the_one_set_or_the_systems(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, system: list[str], used: str
) -> None:
    (tmp_path / "translations").mkdir()
    names = {"en": "English", "de": "Deutsch"}
    (tmp_path / "translations" / "languages.json").write_text(json.dumps(names), encoding="utf-8")
    monkeypatch.setattr(translation, "resources", lambda: tmp_path)
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _self: system)
    assert translation.chosen_language(setting) == used


def test_english_needs_no_file(app: object) -> None:
    from PySide6.QtCore import QCoreApplication

    running = QCoreApplication.instance()
    assert running is not None
    assert translation.install(running, "en") == "en"
