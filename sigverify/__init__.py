"""Offline signature verification for a bank clerk's desk."""

from typing import Final

__version__: Final = "0.1.0"
