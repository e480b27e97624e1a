"""What a person gets who installs sigverify, and what the two front ends may not cost."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_installed() -> None:
    on_disk = {".".join(init.parent.relative_to(ROOT).parts) for init in (ROOT / "sigverify").rglob("__init__.py")}
    listed = set(project()["tool"]["setuptools"]["packages"])
    assert listed - {"sigverify._resources"} == on_disk


def test_the_resources_travel_with_the_package() -> None:
    setuptools = project()["tool"]["setuptools"]
    assert setuptools["package-dir"]["sigverify._resources"] == "resources"
    assert setuptools["package-data"]["sigverify._resources"] == ["**/*"]


@pytest.mark.parametrize(
    "front_end", ["sigverify.cli", "sigverify.gui.main", "sigverify.__main__", "sigverify.batch_app"]
)
def test_a_front_end_opens_without_the_heavy_libraries(front_end: str) -> None:
    heavy = "{'torch', 'torchvision', 'cv2', 'sklearn', 'scipy', 'matplotlib'}"
    asking = f"import sys, {front_end}; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    run = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr


def test_the_command_line_needs_no_window_library() -> None:
    asking = "import sys, sigverify.cli; sys.exit('PySide6' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
