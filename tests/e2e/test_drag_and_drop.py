"""The whole of it, as a clerk uses it: the real window on a screen, files dragged from another program's window."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sigverify.domain import Decision, Seek, digest_of
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import encode_png
from tests.e2e.desk import ROOT, WINDOW, Desk, Point, descendants, desk, is_running, wait_until

pytestmark = pytest.mark.xvfb

QUESTIONED: Point = (WINDOW[0] // 4, WINDOW[1] // 3)  # in the middle of the left pane
ON_FILE: Point = (3 * WINDOW[0] // 4, WINDOW[1] // 3)
PICTURES = ROOT / "out" / "e2e"  # kept for people to look at; not part of the repository


@pytest.fixture
def window(home: Path) -> Iterator[Desk]:
    with desk(home) as here:
        yield here


@pytest.fixture
def pair(tmp_path: Path) -> list[Path]:
    """A questioned signature and a specimen, in a folder with a name that trips careless programs."""
    folder = tmp_path / "签名 files"
    folder.mkdir()
    files = [folder / "问 1.png", folder / "on file #2.png"]
    for number, file in enumerate(files):
        file.write_bytes(encode_png(Signer.of_seed(7).genuine(number)))
    return files


def verdicts(window: Desk, files: list[Path]) -> list[Decision]:
    """What was decided of these files, the first against the others, as the log tells by their digests."""
    first = digest_of(files[0].read_bytes(), 0, Seek.AUTO)[:16]  # it might be a whole cheque
    others = [digest_of(file.read_bytes(), 0)[:16] for file in files[1:]]
    line = re.compile(rf" (accept|flag|cannot_judge) at .*: {first} against \[{', '.join(map(repr, others))}\]")
    return [Decision(found) for found in line.findall(window.log())]


def wait_for_verdict(window: Desk, files: list[Path]) -> Decision:
    wait_until("a verdict on the dropped files", lambda: verdicts(window, files))
    return verdicts(window, files)[-1]


def wait_until_shown(window: Desk, decision: Decision, picture: Path) -> None:
    wait_until(f"{decision} on the screen", lambda: window.shown_in(picture) == decision, patience=10)


def leave_without_a_trace(window: Desk) -> None:
    """Quit by the keyboard; every process that belonged to the window has to be gone a moment later."""
    family = [window.window.pid, *descendants(window.window.pid)]
    window.xdotool("windowfocus", window.find("sigverify"), "key", "ctrl+q")
    assert window.window.wait(timeout=30) == 0
    wait_until("the end of every process", lambda: not any(map(is_running, family)), patience=5)


def test_two_signatures_dragged_from_another_window_are_compared(window: Desk, pair: list[Path]) -> None:
    questioned, on_file = pair
    window.drag([questioned], QUESTIONED, arrived=lambda: questioned.name in window.title())
    window.drag([on_file], ON_FILE, arrived=lambda: verdicts(window, pair))
    wait_until_shown(window, wait_for_verdict(window, pair), PICTURES / "dropped.png")
    leave_without_a_trace(window)


def test_files_dropped_together_are_scored_though_the_engine_is_killed_meanwhile(
    window: Desk, pair: list[Path]
) -> None:
    wait_until("the engine", window.engines)
    (engine,) = window.engines()
    os.kill(engine, signal.SIGSTOP)  # it takes the job, and gets nowhere with it
    window.drag(pair, QUESTIONED, arrived=lambda: pair[0].name in window.title())
    os.kill(engine, signal.SIGKILL)
    wait_until_shown(window, wait_for_verdict(window, pair), PICTURES / "recovered.png")
    assert window.engines() != [engine]
    leave_without_a_trace(window)


def test_nothing_that_names_a_file_is_written_to_the_log(window: Desk, pair: list[Path]) -> None:
    window.drag(pair, ON_FILE, arrived=lambda: pair[0].name in window.title())
    wait_for_verdict(window, pair)
    assert not [file.name for file in pair if file.name in window.log() or file.stem in window.log()]
    leave_without_a_trace(window)
