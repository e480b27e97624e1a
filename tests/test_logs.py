import logging
import sys
import threading

import pytest

from sigverify import logs


@pytest.fixture
def log(home):
    """The text of the log after the set-up, which is undone afterwards."""
    logger, hooks = logging.getLogger("sigverify"), (sys.excepthook, threading.excepthook)
    before = logger.handlers[:], logger.level, logger.propagate
    logs.configure("desk")
    yield lambda: (home / "logs" / "desk.log").read_text(encoding="utf-8")
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:], logger.level, logger.propagate = before
    sys.excepthook, threading.excepthook = hooks


def test_what_is_told_is_written(log):
    logging.getLogger("sigverify.verifier").info("abcd1234 accept")
    assert "sigverify.verifier abcd1234 accept" in log()


def test_an_exceptions_words_are_not_written_for_they_name_files(log):
    try:
        try:
            open("/home/clerk/Jane Doe.png")  # noqa: PTH123, SIM115
        except OSError as cause:
            raise ValueError("Jane Doe.png is broken") from cause
    except ValueError:
        logging.getLogger("sigverify.engine").exception("a listener failed")
    assert "ValueError\n" in log()
    assert "FileNotFoundError\n" in log()
    assert "test_an_exceptions_words" in log()
    assert "Jane" not in log()


def test_an_unhandled_exception_is_logged_and_told_on_stderr(log, capsys):
    error = RuntimeError("Jane Doe")
    sys.excepthook(RuntimeError, error, None)
    assert "unhandled exception\nRuntimeError" in log()
    assert "Jane" not in log()
    assert "RuntimeError: Jane Doe" in capsys.readouterr().err


def test_an_unhandled_exception_of_a_thread_is_logged_and_told_on_stderr(log, capsys):
    thread = threading.Thread(target=lambda: [].pop())
    thread.start()
    thread.join()
    assert "unhandled exception\nIndexError" in log()
    assert "IndexError" in capsys.readouterr().err


def test_a_log_file_does_not_grow_without_end(log, home, monkeypatch):
    monkeypatch.setattr(logging.getLogger("sigverify").handlers[0], "maxBytes", 1000)
    for _ in range(100):
        logging.getLogger("sigverify").info("x" * 100)
    files = sorted(path.name for path in (home / "logs").iterdir())
    assert files == ["desk.log", "desk.log.1", "desk.log.2", "desk.log.3"]


def test_a_folder_that_cannot_be_written_stops_nothing(log, home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("SIGVERIFY_HOME", str(home / "file"))
    logs.configure()
    logging.getLogger("sigverify").info("nobody hears this")
    assert "nobody" not in log()
