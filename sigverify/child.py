"""A child process seen from its parent: letters go in, messages come out, and it can always be ended."""

import threading
from collections.abc import Callable
from multiprocessing import get_context
from queue import SimpleQueue
from typing import Any, Final

_TERM: Final = 0.5  # seconds a child is given to end before it is killed


class Child:
    """A child process with its pipe, and a thread that posts to it: a hung child reads no mail, and no one may wait."""

    def __init__(self, target: Callable[..., None], orders: object, *, name: str) -> None:
        """Start `target(pipe, orders)` in a process of this name; raises OSError when there is no room for another."""
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        try:
            self._process = context.Process(target=target, args=(theirs, orders), daemon=True, name=name)
            self._process.start()
        finally:
            theirs.close()  # so that the end of the child is the end of the pipe
        self.sentinel = self._process.sentinel
        self.pid = self._process.pid or 0
        self._letters: SimpleQueue[Any] = SimpleQueue()
        self._postman = threading.Thread(target=self._post, daemon=True, name=f"{name}-post")
        self._postman.start()

    def send(self, letter: object) -> None:
        """Have something posted, which may be anything but None; returns at once."""
        self._letters.put(letter)

    def ask_to_end(self) -> None:
        """Tell the process to end, without waiting."""
        self._process.terminate()

    def end(self) -> None:
        """End the process and wait until it is gone."""
        self._letters.put(None)
        self._process.terminate()
        self._process.join(_TERM)
        self._process.kill()
        self._process.join()
        self._process.close()
        self._postman.join()
        self.pipe.close()

    def _post(self) -> None:
        while (letter := self._letters.get()) is not None:
            try:
                self.pipe.send(letter)
            except OSError:  # the child is gone, which the parent hears of from its pipe
                return
