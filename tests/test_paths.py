import sys
from pathlib import Path

from sigverify import paths


def test_a_checkout_has_its_resources_beside_the_package():
    assert paths.resources() == Path(paths.__file__).parent.parent / "resources"
    assert paths.weights().parent == paths.resources() / "weights"
    assert paths.locator().parent == paths.close_up().parent == paths.resources() / "locator"


def test_an_installed_wheel_has_them_inside_the_package(tmp_path, monkeypatch):
    (tmp_path / "_resources").mkdir()
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "paths.py"))
    assert paths.resources() == tmp_path / "_resources"


def test_a_frozen_program_has_them_where_it_was_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources() == tmp_path / "resources"


def test_one_folder_can_be_named_for_everything_of_the_users(home):
    assert paths.config_dir() == home
    assert paths.log_dir().parent == home


def test_else_the_users_own_folders_are_used(monkeypatch):
    monkeypatch.delenv("SIGVERIFY_HOME")
    assert paths.config_dir().name == "sigverify"
    assert "sigverify" in paths.log_dir().parts
