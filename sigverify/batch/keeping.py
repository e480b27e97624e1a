"""Writing that outlives a crash: lines appended and flushed, files written beside and put in place, and errors told."""

import contextlib
import errno
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NoReturn

from sigverify.errors import BatchError

SYNCED_EVERY: Final = 0.2  # seconds; after a power cut so much is decided once more, after a crash nothing
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Appender:
    """Appends whole lines to a file: each is with the operating system at once, and on the disk when synced."""

    def __init__(self, path: Path) -> None:
        """Open for appending, after cutting off a last line that was never finished.

        Raises BatchError when it cannot be written, or another process is writing it.
        """
        self.path = path
        self._synced = time.monotonic()
        self._unsynced = False
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        try:
            self._prepare()
        except BaseException:
            self._file.close()
            raise

    def _prepare(self) -> None:
        _hold_alone(self._file, self.path)
        with told(self.path):
            self._size = whole_lines(self.path)
            self._file.truncate(self._size)

    def append(self, line: str) -> int:
        """Append one line and give where it begins; a line that does not fit is taken back. Raises BatchError."""
        data = line.encode("utf-8", "surrogateescape") + b"\n"
        begins = self._size
        with told(self.path):
            try:
                written = 0
                while written < len(data):
                    written += self._file.write(data[written:]) or 0
            except OSError:
                with contextlib.suppress(OSError):
                    self._file.truncate(begins)
                raise
            self._size += len(data)
            self._unsynced = True
        return begins

    def sync_when_due(self) -> None:
        """Have the disk keep what was appended, if that was not done a moment ago; raises BatchError."""
        if self._unsynced and time.monotonic() - self._synced >= SYNCED_EVERY:
            self.sync()

    def sync(self) -> None:
        """Have the disk keep what was appended; raises BatchError."""
        if self._unsynced:
            with told(self.path):
                os.fsync(self._file.fileno())
            self._unsynced = False
        self._synced = time.monotonic()

    def close(self) -> None:
        """Have the disk keep everything, and close; may be called twice."""
        if not self._file.closed:
            try:
                self.sync()
            finally:
                self._file.close()


def _hold_alone(file: IO[bytes], path: Path) -> None:
    """Keep other processes from appending, as long as the file is open; the system lets go even after a crash.

    Windows has no lock that leaves others free to read; there, and on network disks without locks, nothing is held.
    """
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BatchError(f"{path.name} is being written by another sigverify. Wait for it, or close it.") from error
    except OSError:
        return


def whole_lines(path: Path) -> int:
    """How many bytes of a file are finished lines; a line cut short by a power cut is not."""
    step = 1 << 16
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            begin = max(0, end - step)
            file.seek(begin)
            found = file.read(end - begin).rfind(b"\n")
            if found >= 0:
                return begin + found + 1
            end = begin
    return 0


def put_in_place(path: Path, lines: Iterable[str], *, bom: bool = False) -> None:
    """Write a file beside and replace the old one with it, which stays whole when this fails; raises BatchError."""
    with (
        told(path),
        placed(path) as beside,
        beside.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file,
    ):
        _write(file, lines, bom)


@contextlib.contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A file beside `path` to be written, which takes its place when nothing went wrong, and else is taken away."""
    # Not by tempfile: its files are for their owner alone, and results lie in folders that people share.
    beside = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)  # noqa: PTH105 (the call that replaces on every system)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _write(file: IO[str], lines: Iterable[str], bom: bool) -> None:
    if bom:
        file.write("\ufeff")
    file.writelines(lines)
    file.flush()
    os.fsync(file.fileno())  # a full disk is sometimes only told here


def _sync_folder(folder: Path) -> None:
    """Have the disk keep the new name; not every system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what a disk refuses into a sentence for the operator."""
    try:
        yield
    except OSError as error:
        _tell(path, error)


@contextlib.contextmanager
def told_reading(path: Path) -> Iterator[None]:
    """Turns what cannot be read into a sentence for the operator."""
    try:
        yield
    except FileNotFoundError as error:
        raise BatchError(f"{path.name} is not there. Check its path.") from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise BatchError(f"{path.name} cannot be read ({why}). Check its rights, or copy it to this disk.") from error


def _tell(path: Path, error: OSError) -> NoReturn:
    if error.errno in _FULL:
        message = f"The disk is full, so {path.name} was not written on. Free some space; nothing decided is lost."
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        message = f"The folder of {path.name} may not be written. Choose another one, or ask for the right to write."
    elif isinstance(error, FileNotFoundError | NotADirectoryError):
        message = f"The folder of {path.name} is not there. Create it or choose another one."
    else:
        message = f"{path.name} cannot be written ({error.strerror or type(error).__name__}). Check the disk."
    raise BatchError(message) from error
