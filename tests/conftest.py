"""What holds for every test: nobody's own settings are touched, and no window opens on a screen."""

import os
import shutil
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings and logs, in place of the one of whoever runs the tests."""
    folder = tmp_path / "sigverify-home"
    folder.mkdir()
    monkeypatch.setenv("SIGVERIFY_HOME", str(folder))
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
    for item in items:
        if item.get_closest_marker("realdata") and not REAL_DATA.is_dir():
            item.add_marker(pytest.mark.skip(reason="the real signatures are not beside this checkout"))
        if item.get_closest_marker("xvfb") and absent:
            item.add_marker(pytest.mark.skip(reason=f"{' and '.join(absent)} not installed"))
