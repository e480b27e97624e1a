import errno
import json
import os
from dataclasses import replace

import pytest

from sigverify import settings
from sigverify.errors import SettingsError
from sigverify.settings import PREFERENCES, Settings

CHANGED = Settings(
    threshold_one=0.6,
    threshold_several=0.3,
    device="cpu",
    language="en",
    recent_questioned=("/签名/a b.png",),
    recent_specimens=("b.png", "c.png"),
    window_geometry="AdnQ",
    show_samples_at_start=False,
)
WRONG = [
    ("threshold_one", 2.1),
    ("threshold_one", -0.1),
    ("threshold_one", float("nan")),
    ("threshold_several", "0.5"),
    ("threshold_several", True),
    ("device", "gpu"),
    ("device", ["cpu"]),
    ("language", "xx"),
    ("recent_questioned", "a.png"),
    ("recent_specimens", [1]),
    ("window_geometry", 3),
    ("show_samples_at_start", 1),
]


def test_at_the_first_start_there_are_defaults_and_nothing_to_tell(home):
    assert settings.load() == (Settings(), None)
    assert list(home.iterdir()) == []


def test_what_was_kept_is_there_at_the_next_start(home):
    settings.save(CHANGED)
    assert settings.load() == (CHANGED, None)
    assert [path.name for path in home.iterdir()] == ["settings.json"]


def test_only_what_differs_from_the_defaults_is_kept(home):
    settings.save(Settings(device="cpu"))
    assert json.loads((home / "settings.json").read_text()) == {"device": "cpu"}


def test_every_preference_is_declared_with_a_label_and_a_valid_default():
    assert len({each.label for each in PREFERENCES}) == len(PREFERENCES)
    assert all(each.check(each.default) == each.default for each in PREFERENCES)
    assert settings.label_of("device") == "Device"


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_an_invalid_preference_cannot_be_made(key, value):
    with pytest.raises(ValueError, match=settings.label_of(key)):
        Settings(**{key: value})


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_one_invalid_preference_does_not_cost_the_others(home, key, value):
    kept = {"show_samples_at_start": False, "window_geometry": "AdnQ"} | {key: value}
    (home / "settings.json").write_text(json.dumps(kept))
    loaded, notice = settings.load()
    defaults = Settings()
    for other in kept:
        expected = getattr(defaults, other) if other == key else kept[other]
        assert getattr(loaded, other) == expected
    assert settings.label_of(key) in notice
    assert json.loads((home / "settings.corrupt-1.json").read_text()).keys() == kept.keys()


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe\x00", b"null", b"[" * 100_000, b'{"device": "cp'])
def test_a_damaged_file_is_set_aside_and_told_of(home, damage):
    (home / "settings.json").write_bytes(damage)
    loaded, notice = settings.load()
    assert loaded == Settings()
    assert "settings.corrupt-1.json" in notice
    assert (home / "settings.corrupt-1.json").read_bytes() == damage
    assert settings.load() == (Settings(), None)


def test_an_older_damaged_file_is_not_overwritten(home):
    (home / "settings.corrupt-1.json").write_text("older")
    (home / "settings.json").write_text("damaged")
    _, notice = settings.load()
    assert "settings.corrupt-2.json" in notice
    assert (home / "settings.corrupt-1.json").read_text() == "older"
    assert (home / "settings.corrupt-2.json").read_text() == "damaged"


def test_a_preference_of_a_newer_version_is_no_damage(home):
    (home / "settings.json").write_text('{"colour": "mauve", "device": "cpu"}')
    assert settings.load() == (Settings(device="cpu"), None)


def test_a_file_that_cannot_be_read_does_not_stop_the_start(home):
    (home / "settings.json").mkdir()
    loaded, notice = settings.load()
    assert loaded == Settings()
    assert "could not be read" in notice


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_settings_whole(home, monkeypatch, failing):
    settings.save(CHANGED)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(SettingsError, match="disk is full"):
        settings.save(replace(CHANGED, device="auto"))
    monkeypatch.undo()
    assert settings.load(home / "settings.json") == (CHANGED, None)
    assert [path.name for path in home.iterdir()] == ["settings.json"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
def test_a_disk_that_fills_up_while_writing_is_told_of(home, monkeypatch):
    settings.save(CHANGED)
    monkeypatch.setattr(
        settings.tempfile, "mkstemp", lambda **_: (os.open("/dev/full", os.O_WRONLY), str(home / "new"))
    )
    with pytest.raises(SettingsError, match="disk is full"):
        settings.save(Settings())
    monkeypatch.undo()
    assert settings.load(home / "settings.json") == (CHANGED, None)


def test_a_folder_that_may_not_be_written_is_told_of(home, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(settings.tempfile, "mkstemp", refused)
    with pytest.raises(SettingsError, match="may not be written"):
        settings.save(CHANGED)


def test_a_file_in_the_way_of_the_folder_is_told_of(home):
    (home / "folder").write_text("")
    with pytest.raises(SettingsError, match="were not kept"):
        settings.save(CHANGED, home / "folder" / "settings.json")


def test_a_file_name_that_is_not_unicode_can_be_remembered(home):
    odd = Settings(recent_questioned=(os.fsdecode(b"scan-\xff.png"),))
    settings.save(odd)
    assert settings.load() == (odd, None)


def test_a_recent_file_is_listed_once_and_first():
    assert settings.remember(("a", "b", "c"), "b") == ("b", "a", "c")
    assert len(settings.remember([str(number) for number in range(10)], "new")) == 10
