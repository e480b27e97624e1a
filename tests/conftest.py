"""What every test stands on: a home of its own, so that nothing of the user's is read or written."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings and logs, for this test and its child processes."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("SIGVERIFY_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a tiny network that has learnt nothing, their card beside them; not to be changed."""
    from sigverify.model.network import NetworkConfig
    from sigverify.model.untrained import write_untrained
    from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
    from sigverify.preprocess.normalising import fingerprint

    small = NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32)
    folder = tmp_path_factory.mktemp("untrained")
    return write_untrained(folder, fingerprint=fingerprint(), frame=(FRAME_HEIGHT, FRAME_WIDTH), config=small)
