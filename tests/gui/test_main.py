"""Starting the window as a program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sigverify.gui import main, picture
from tests.gui.drawing import save_signature

HEAVY = ("torch", "torchvision", "cv2", "safetensors", "PIL", "sklearn", "scipy", "matplotlib")


def python(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    here = Path(__file__).parents[2]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(here)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )


def test_the_window_is_there_before_anything_heavy_is_imported() -> None:
    ran = python(f"import sigverify.gui.main, sys; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert ran.stdout.strip() == "[]", ran.stderr


def test_the_arguments_of_the_window() -> None:
    asked = main._parser().parse_args(["--samples", "--picture", "out.png", "a.png", "b.png"])
    assert asked.samples
    assert asked.picture == Path("out.png")
    assert asked.files == [Path("a.png"), Path("b.png")]


def test_a_picture_that_cannot_be_made_is_told_on_stderr_and_by_the_exit_status(tmp_path: Path) -> None:
    code = (
        "import sys; from sigverify import paths\n"
        "from pathlib import Path\n"
        "if __name__ == '__main__':\n"
        "    from sigverify import engine\n"
        "    engine.paths.weights = lambda: Path('nothing-here.safetensors')\n"
        "    from sigverify.gui.main import run\n"
        "    sys.exit(run(sys.argv[1:]))\n"
    )
    signatures = [str(save_signature(tmp_path / f"{number}.png", number)) for number in (1, 2)]
    ran = python(code, "--picture", str(tmp_path / "picture.png"), *signatures)
    assert ran.returncode == picture.FAILED, ran.stderr
    assert "Reinstall" in ran.stderr
    assert not (tmp_path / "picture.png").exists()


@pytest.mark.parametrize(
    ("environment", "there"), [({"DISPLAY": ":1"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({}, False)]
)
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a display")
def test_whether_there_is_a_display(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], there: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main._has_display() is there


def test_a_picture_of_files_that_cannot_be_read_is_refused_at_once(tmp_path: Path) -> None:
    code = "import sys\nfrom sigverify.gui.main import run\nif __name__ == '__main__':\n    sys.exit(run(sys.argv[1:]))"
    ran = python(code, "--picture", str(tmp_path / "picture.png"), str(tmp_path / "a.png"), str(tmp_path / "b.png"))
    assert ran.returncode == picture.FAILED, ran.stderr
    assert ran.stderr.startswith("sigverify: ")
    assert "Traceback" not in ran.stderr
