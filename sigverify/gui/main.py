"""Opens the window, or renders it to a picture."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from sigverify import settings
from sigverify.app import policy_of, sample_sources
from sigverify.domain import Source
from sigverify.engine import Engine
from sigverify.gui import theme, translation
from sigverify.gui.background import Background
from sigverify.gui.icons import app_icon
from sigverify.gui.picture import take_picture
from sigverify.gui.window import MainWindow

TURNS: Final = 0.0005  # seconds; a thread that reads a batch gives way to the window's so often, and it does not stall


def run(argv: Sequence[str]) -> int:
    """Show the window until it is closed; returns the exit status."""
    asked = _parser().parse_args(argv)
    if asked.picture is not None and not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in a terminal ends it at once; the engine's child follows
    sys.setswitchinterval(TURNS)
    application = QApplication.instance() or QApplication(["sigverify"])
    assert isinstance(application, QApplication)
    window = _window(application, asked)
    if asked.picture is not None:
        return take_picture(application, window, asked.picture)
    window.show()
    return application.exec()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sigverify window", description="Open the window.")
    parser.add_argument("files", nargs="*", type=Path, help="the questioned signature, then those on file")
    parser.add_argument("--samples", action="store_true", help="show the sample signatures")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="save a picture of the window and leave")
    return parser


def _has_display() -> bool:
    """Whether there is a screen to draw on; only X11 and Wayland can tell."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _window(application: QApplication, asked: argparse.Namespace) -> MainWindow:
    application.setApplicationName("sigverify")
    application.setDesktopFileName("sigverify")
    kept, notice = settings.load()
    background = Background(lambda on_event: Engine(on_event, device=kept.device))
    background.start()  # first of all: the model is read while the window is built
    translation.install(application, kept.language)
    theme.install(application)
    application.setWindowIcon(app_icon())
    window = MainWindow(background, kept, save=settings.save, policy_of=policy_of, samples=sample_sources)
    application.aboutToQuit.connect(background.close)
    window.notices.say(notice or "")
    if asked.files:
        window.page.take([Source.of_file(file) for file in asked.files], None)
    elif asked.samples or asked.picture is not None or kept.show_samples_at_start:
        window.show_samples()
    return window
