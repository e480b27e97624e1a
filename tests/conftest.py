"""What every test stands on: a home of its own, so that nothing of the user's is read or written."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings and logs, for this test and its child processes."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SIGVERIFY_HOME", str(folder))
    return folder
