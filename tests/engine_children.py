"""Children for the engine's tests: the real one, with a quick network and files that bring a decoder down.

A file is dangerous by its name. Marks that must outlive a child are files in the home of the test.
"""

import ctypes
import os
import sys
import time
from pathlib import Path
from typing import Any

from sigverify import engine_child
from sigverify.domain import Source
from sigverify.errors import ModelError
from sigverify.messages import Device
from sigverify.preprocess import reading
from tests.cheques import LEFT, RIGHT, Searcher
from tests.fakes import InkGrid

LONG = 1000.0  # seconds; nothing here is ever waited for
_read_bytes = reading.read_bytes


def home() -> Path:
    return Path(os.environ["SIGVERIFY_HOME"])


def first(mark: str) -> bool:
    """Whether this is asked for the first time, by whichever child."""
    try:
        (home() / mark).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def dangerous(source: Source) -> bytes:
    if source.name.startswith("crashes"):
        os._exit(11)
    if source.name.startswith("trips") and first("tripped"):
        os._exit(11)
    if source.name.startswith("puzzles"):
        raise KeyError(source.name)  # a bug of ours
    if source.name.startswith("hangs"):
        (home() / "seized").touch()
        time.sleep(LONG)
    if source.name.startswith("seizes"):  # hangs without letting any other thread of Python run
        (home() / "seized").touch()
        ctypes.PyDLL(None).sleep(int(LONG))
    return _read_bytes(source)


def loaded(_: engine_child.Plan) -> Any:
    return engine_child._Loaded(embedder=InkGrid(), devices=(Device(key="cpu", label="paper", available=True),))  # type: ignore[arg-type]


def searching(_: engine_child.Plan) -> Any:
    devices = (Device(key="cpu", label="paper", available=True),)
    return engine_child._Loaded(embedder=InkGrid(), locator=Searcher(RIGHT, LEFT), devices=devices)  # type: ignore[arg-type]


def searches(pipe: Any, plan: engine_child.Plan) -> None:
    """A network at once, and one that searches cheques as soon as the file "loaded" is there."""

    def wait_for_it(plan: engine_child.Plan) -> Any:
        while not (home() / "loaded").exists():
            time.sleep(0.01)
        return searching(plan)

    engine_child._loaded = wait_for_it
    engine_child.serve(pipe, plan)


def quick(pipe: Any, plan: engine_child.Plan) -> None:
    """A network at once, and dangerous files."""
    reading.read_bytes = dangerous
    engine_child._GRACE = 1.0  # type: ignore[misc]
    engine_child._loaded = loaded
    engine_child.serve(pipe, plan)


def late(pipe: Any, plan: engine_child.Plan) -> None:
    """The model is loaded as soon as the file "loaded" is there."""

    def wait_for_it(plan: engine_child.Plan) -> Any:
        while not (home() / "loaded").exists():
            time.sleep(0.01)
        return loaded(plan)

    engine_child._loaded = wait_for_it
    engine_child.serve(pipe, plan)


def stuck_in_scoring(pipe: Any, plan: engine_child.Plan) -> None:
    """The first scoring never ends."""

    def load(plan: engine_child.Plan) -> Any:
        def stick() -> None:
            if first("stuck"):
                time.sleep(LONG)

        return engine_child._Loaded(embedder=InkGrid(before=stick), devices=())  # type: ignore[arg-type]

    engine_child._loaded = load
    engine_child.serve(pipe, plan)


def model_kills(pipe: Any, plan: engine_child.Plan) -> None:
    """Loading the model brings the child down, unless it is loaded on the CPU."""

    def load(plan: engine_child.Plan) -> Any:
        if plan.device != "cpu":
            os._exit(11)
        return loaded(plan)

    engine_child._loaded = load
    engine_child.serve(pipe, plan)


def refuses(pipe: Any, plan: engine_child.Plan) -> None:
    """The weights are not what they should be."""

    def load(_: engine_child.Plan) -> Any:
        raise ModelError("The weights are not those that their card describes.")

    engine_child._loaded = load
    engine_child.serve(pipe, plan)


def broken_driver(pipe: Any, plan: engine_child.Plan) -> None:
    """Loading the model fails in a way that no one foresaw."""

    def load(_: engine_child.Plan) -> Any:
        raise RuntimeError("driver/library version mismatch of Jane Doe")

    engine_child._loaded = load
    engine_child.serve(pipe, plan)


def never_starts(pipe: Any, plan: engine_child.Plan) -> None:
    os._exit(11)


def parent() -> None:
    """A process with an engine at work on a file, to be killed by the test; says its child's id when it is at it."""
    from sigverify.engine import Engine
    from sigverify.messages import Working

    path, patience = sys.argv[1], float(sys.argv[2])

    def say(event: object) -> None:
        if isinstance(event, Working):
            print(engine.pid, flush=True)

    engine = Engine(say, child=quick, patience=patience)
    engine.start()
    engine.submit(Source.of_file(path), [], None)
    time.sleep(LONG)


if __name__ == "__main__":
    parent()
