"""`sigverify` opens the window; `sigverify <verb>` is the command line."""

import multiprocessing
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (None: those of the process); gives the exit code."""
    multiprocessing.freeze_support()  # first of all: in a frozen program the engine's child starts here too
    words = list(sys.argv[1:] if argv is None else argv)
    from sigverify import logs

    if not words or words[0] == "window":
        logs.configure("window")
        from sigverify.gui.main import run

        return run(words[1:])
    from sigverify import cli

    logs.configure("cli")
    return cli.main(words)


if __name__ == "__main__":
    sys.exit(main())
