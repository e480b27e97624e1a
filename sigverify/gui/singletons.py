"""Keeps None, True and False alive under a PySide6 that miscounts them."""

import ctypes
import sys
from importlib import metadata
from typing import Final

COUNTS_FROM: Final = (3, 12)  # from this Python on the three are immortal and need no counting (PEP 683)
MISCOUNTING: Final = "6.12.0"  # loses a reference to None at every call that returns nothing, on older Pythons
PLENTY: Final = 1 << 40  # references; more than can be lost in a year


def protect() -> None:
    """Give the three a count that cannot run out, where it would; otherwise Python aborts after some thousand calls."""
    if sys.version_info < COUNTS_FROM and metadata.version("PySide6-Essentials") == MISCOUNTING:
        for value in (None, True, False):
            ctypes.c_ssize_t.from_address(id(value)).value += PLENTY
