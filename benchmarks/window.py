"""What a person waits for: the window, started as a program of its own, on no screen and on a virtual one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.drawn import signatures
from benchmarks.measuring import Figure
from sigverify.preprocess.reading import encode_png

REPEATS = 5
PATIENCE = 120  # seconds for one window
TARGETS = {"first paint": 600.0, "model ready": 4000.0, "longest stall of the window": 100.0}


def figures() -> Iterator[Figure]:
    """The window's figures on every kind of screen that is there."""
    yield from _on("offscreen", {"QT_QPA_PLATFORM": "offscreen"})
    if shutil.which("Xvfb") is None:
        print("      Xvfb is not installed: nothing measured on an X screen")
        return
    with _screen() as display:
        yield from _on("Xvfb", {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display})


def _on(screen: str, environment: Mapping[str, str]) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        pair = [Path(folder) / "questioned.png", Path(folder) / "specimen.png"]
        for file, picture in zip(pair, signatures(2, (1200, 600)), strict=True):
            file.write_bytes(encode_png(picture))
        _open_once({**environment, "SIGVERIFY_HOME": folder}, pair)  # files come into the system's cache
        seen = [_open_once({**environment, "SIGVERIFY_HOME": folder}, pair) for _ in range(REPEATS)]
    for name, target in TARGETS.items():
        times = tuple(one[name] for one in seen)
        yield Figure(name=f"{name}, {screen}", times=times, target=target, worst_counts="stall" in name)


def _open_once(environment: Mapping[str, str], pair: list[Path]) -> dict[str, float]:
    """Open a window, let it load and verify twice; the milliseconds of each figure."""
    started = {"SIGVERIFY_STARTED": repr(time.time())}
    command = [sys.executable, "-m", "benchmarks.watched_window", *map(str, pair)]
    run = subprocess.run(
        command, env={**os.environ, **environment, **started}, stdout=subprocess.PIPE, check=True, timeout=PATIENCE
    )
    seen: dict[str, float] = json.loads(run.stdout)
    return seen


@contextmanager
def _screen() -> Iterator[str]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
