"""`sigverify` opens the window; `sigverify <verb>` is the command line."""

import multiprocessing
import sys
from collections.abc import Sequence

from sigverify import logs


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (None: those of the process); gives the exit code."""
    multiprocessing.freeze_support()  # first of all: in a frozen program the engine's child starts here too
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] in ([], ["window"]) and not {"-h", "--help"} & set(words):
        logs.configure()
        from sigverify.gui.main import run

        return run(words[1:])
    logs.configure("cli")
    from sigverify import cli

    return cli.main(words)


if __name__ == "__main__":
    sys.exit(main())
