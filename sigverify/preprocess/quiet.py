"""Keeps C libraries that print to the terminal by themselves from doing so."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

STDERR: Final = 2  # the file descriptor; sys.stderr does not see what a C library writes

_one_at_a_time = threading.RLock()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Sends what is written to the process's standard error to nowhere meanwhile; without one, does nothing."""
    with _one_at_a_time:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a windowed program on Windows has none
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STDERR)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
