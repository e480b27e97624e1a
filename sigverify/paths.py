"""Where things lie: resources in a checkout, in an installed wheel and when frozen; the user's own folders."""

import os
import sys
from pathlib import Path
from typing import Final

import platformdirs

_APP: Final = "sigverify"
_HOME: Final = "SIGVERIFY_HOME"  # one folder for everything of the user's: portable installs and tests


def resources() -> Path:
    """The folder of weights, icons, translations and sample signatures."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def weights() -> Path:
    """The weights that come with the program; their card lies beside them with the ending .json."""
    return resources() / "weights" / "sigverify.safetensors"


def locator() -> Path:
    """The locator network that comes with the program; its card lies beside it with the ending .json."""
    return resources() / "locator" / "locator-2026.11.safetensors"


def close_up() -> Path:
    """The network for places seen from near that comes with the program; its card lies beside it."""
    return resources() / "locator" / "closeup-2026.11b.safetensors"


def config_dir() -> Path:
    """The user's folder for settings; it need not exist yet."""
    home = os.environ.get(_HOME)
    return Path(home) if home else Path(platformdirs.user_config_dir(_APP, appauthor=False))


def log_dir() -> Path:
    """The user's folder for logs; it need not exist yet."""
    home = os.environ.get(_HOME)
    return Path(home) / "logs" if home else Path(platformdirs.user_log_dir(_APP, appauthor=False))
