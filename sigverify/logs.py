"""One logging set-up; ids and digests only, never the names of files or people, never images."""

import logging
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from types import TracebackType
from typing import Final

from sigverify import paths

_SIZE: Final = 1_000_000  # bytes a file
_KEPT: Final = 3  # older files

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class NamelessFormatter(logging.Formatter):
    """Writes where an exception happened and its type, not its message: messages name the clerk's files."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (the name is logging's)
        """The exception and its causes, outermost first, without their messages."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(type(error).__qualname__)
            lines += [f"  {frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def configure(name: str = "sigverify", level: int = logging.INFO) -> None:
    """Log to a rotating file `<name>.log` of the log folder; a process each has its own name.

    Unhandled exceptions of any thread are logged and still told on stderr. A log folder that cannot be written
    stops nothing.
    """
    handler = _handler(name)
    handler.setFormatter(NamelessFormatter("%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("sigverify")
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    root.propagate = False
    sys.excepthook = _log_unhandled
    threading.excepthook = _log_unhandled_in_thread


def _handler(name: str) -> logging.Handler:
    try:
        folder = paths.log_dir()
        folder.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(folder / f"{name}.log", maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        return logging.NullHandler()


def _log_unhandled(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger(__name__).critical("unhandled exception", exc_info=(kind, error, trace))
    if sys.stderr is not None:  # a windowed program has none on some systems
        sys.__excepthook__(kind, error, trace)


def _log_unhandled_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _log_unhandled(args.exc_type, args.exc_value, args.exc_traceback)
