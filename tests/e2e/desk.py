"""A clerk's desk for the end-to-end tests: a screen of its own, the real window on it, and a hand on the mouse."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor, ImageGrab

from sigverify.domain import Decision
from sigverify.gui import theme

ROOT = Path(__file__).resolve().parents[2]
SCREEN = (1600, 800)
WINDOW = (1280, 720)  # the smallest size the window has to look well at
PATIENCE = 60.0  # seconds; a machine with two busy cores loads the model in ten
ACCENTS = {Decision.ACCEPT: theme.LIGHT.accept, Decision.FLAG: theme.LIGHT.flag}
LARGE_WORD = 1000  # pixels that the word and its symbol cover at least
EVENLY = 0.05  # seconds between two movements of the mouse

Point = tuple[int, int]


def wait_until(what: str, true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Look again and again; fails with `what` was waited for."""
    until = time.monotonic() + patience
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"waited {patience:.0f} s in vain: {what}")
        time.sleep(0.1)


@contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody sees; its name is what DISPLAY has to be."""
    reading, writing = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The window of sigverify, started as a person starts it, and what can be seen of it from outside."""

    display: str
    home: Path
    window: subprocess.Popen[bytes]

    def environment(self) -> dict[str, str]:
        """What a program on this desk is started with."""
        return _environment(self.display, self.home)

    def log(self) -> str:
        """Everything the window and its engine have written down."""
        return "".join(file.read_text(encoding="utf-8") for file in sorted((self.home / "logs").glob("*.log")))

    def engines(self) -> list[int]:
        """The child processes that read and score."""
        return [pid for pid in descendants(self.window.pid) if b"spawn_main" in _command_line(pid)]

    def title(self) -> str:
        """What the window's title bar would say."""
        return self.xdotool("getwindowname", self.find("sigverify"))

    def shown_in(self, picture: Path) -> Decision:
        """Takes a picture of the window; tells the decision by the colour of the large word in it."""
        picture.parent.mkdir(parents=True, exist_ok=True)
        screen = ImageGrab.grab(xdisplay=self.display).convert("RGB").crop((0, 0, *WINDOW))
        screen.save(picture)
        verdict = np.asarray(screen.crop((0, WINDOW[1] * 2 // 3, WINDOW[0] // 2, WINDOW[1])), np.int16)
        area = {decision: _pixels_like(verdict, colour) for decision, colour in ACCENTS.items()}
        most = max(area, key=lambda decision: area[decision])
        return most if area[most] >= LARGE_WORD else Decision.CANNOT_JUDGE

    def xdotool(self, *arguments: object) -> str:
        """Move the mouse, press keys, find windows."""
        command = ["xdotool", *map(str, arguments)]
        run = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=True, timeout=30)
        return run.stdout.strip()

    def find(self, title: str) -> str:
        """The X window with this title, once it is there."""
        found: list[str] = []

        def look() -> bool:
            command = ["xdotool", "search", "--onlyvisible", "--name", title]
            run = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
            found[:] = run.stdout.split()
            return bool(found)

        wait_until(f"a window titled {title}", look)
        return found[0]

    def drag(self, files: Sequence[Path], end: Point, *, arrived: Callable[[], object]) -> None:
        """Drag files from a second program's window to a point of this one; fails when they are not taken there.

        The other program stays open until they have `arrived`: on X11 files are handed over after the mouse is let go.
        """
        script = Path(__file__).with_name("drag_source.py")
        command = [sys.executable, str(script), *map(str, files)]
        program = subprocess.Popen(command, env=self.environment(), stdout=subprocess.PIPE, text=True)
        try:
            x, y = WINDOW[0] + 60, 100
            self.xdotool("windowmove", self.find("^files to drag$"), x, y, "sleep", 10 * EVENLY)
            self._carry(program, (x + 80, y + 80), end)
            assert _line_of(program) == "taken"
            wait_until("the arrival of what was dropped", arrived)
        finally:
            program.kill()
            program.communicate()

    def _carry(self, program: "subprocess.Popen[str]", start: Point, end: Point) -> None:
        """Press, move in small steps as a hand does, linger over the place, and let go."""
        first = [_between(start, end, part / 40) for part in (1, 2, 3)]
        self.xdotool("mousemove", *start, "sleep", EVENLY, "mousedown", 1, "sleep", EVENLY, *_through(first))
        assert _line_of(program) == "dragging"
        self.xdotool(*_through([_between(start, end, part / 8) for part in range(1, 9)]))
        linger = [(end[0] + aside, end[1]) for aside in (6, 0, 6, 0)]  # each step asks the window whether it would take
        self.xdotool(*_through(linger), "sleep", 10 * EVENLY, "mouseup", 1)


@contextmanager
def desk(home: Path, *arguments: str) -> Iterator[Desk]:
    """A screen with the window in its upper left corner; whatever happens, nothing of it is left afterwards."""
    with screen() as display:
        command = [sys.executable, "-m", "sigverify", "window", *arguments]
        window = subprocess.Popen(command, env=_environment(display, home), cwd=home)
        here = Desk(display=display, home=home, window=window)
        family: list[int] = []
        try:
            found = here.find("sigverify")
            here.xdotool("windowmove", found, 0, 0)
            here.xdotool("windowsize", found, *WINDOW, "sleep", 10 * EVENLY)
            yield here
        finally:
            family = [window.pid, *descendants(window.pid)]
            for pid in family if window.poll() is None else []:
                _kill(pid)
            window.wait()


def descendants(pid: int) -> list[int]:
    """The children of a process and theirs."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parents.setdefault(_parent(entry), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def is_running(pid: int) -> bool:
    """Whether a process is there and not merely unburied."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _pixels_like(picture: NDArray[np.int16], colour: str) -> int:
    distance = np.abs(picture - np.array(ImageColor.getrgb(colour)[:3], np.int16)).max(axis=2)
    return int((distance < 16).sum())


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1])
    except OSError:  # it ended while we looked
        return 0


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)


def _through(points: Sequence[Point]) -> list[object]:
    """Mouse movements for xdotool, one after the other."""
    return [word for point in points for word in ("mousemove", *point, "sleep", EVENLY)]


def _line_of(program: "subprocess.Popen[str]") -> str:
    """What the program says next; fails when it keeps silent."""
    assert program.stdout is not None
    ready, _, _ = select.select([program.stdout], [], [], PATIENCE)
    assert ready, "the other program said nothing"
    return program.stdout.readline().strip()


def _between(start: Point, end: Point, part: float) -> Point:
    return round(start[0] + (end[0] - start[0]) * part), round(start[1] + (end[1] - start[1]) * part)


def _environment(display: str, home: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "WAYLAND_"))}
    return inherited | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "SIGVERIFY_HOME": str(home),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }
