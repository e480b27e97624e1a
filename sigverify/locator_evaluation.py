"""`sigverify evaluate --locator`: labelled cheques in, the figures out that finding and lifting signatures earn."""

import argparse
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sigverify import __version__, paths
from sigverify.cheque_figures import figures_of_cheques
from sigverify.cheque_trials import Search, trials
from sigverify.errors import DataError
from sigverify.grounds import drawn_cheques, unsigned_cheques
from sigverify.labelled_cheques import Labelled, labelled, spread_over
from sigverify.locators import Locators
from sigverify.model.embedding import Embedder
from sigverify.model.locator import Locator
from sigverify.pasted_trials import MOST, PastedFigures, pasted_figures
from sigverify.preprocess import closeup, locating
from sigverify.preprocess.normalising import fingerprint
from sigverify.preprocess.rescanning import RESCANS
from sigverify.report.cheques import ChequeReport, cheque_lines
from sigverify.timed_search import search_with, surround

DRAWN: Final = 40  # cheques drawn to be signed
OF_SIGNATURES: Final = ("protocol", "split", "save", "compare", "probe", "invariance")  # options that say nothing here
TOLD_VERSIONS: Final = ("numpy", "opencv-python", "pillow", "scikit-learn", "scipy", "torch")

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what belongs to cheques alone."""
    add = parser.add_argument
    add(
        "--locator", type=Path, metavar="CHEQUES", help="measure finding and lifting on a folder with boxes.csv instead"
    )
    add("--limit", type=_count, metavar="N", help="with --locator: so many cheques only, each bank in turn")
    add("--paste", type=Path, metavar="DATA", help="with --locator: write DATA's test signatures on cheques and verify")
    add("--pastes", type=_count, default=MOST, metavar="N", help=f"with --paste: signatures to write, else {MOST}")
    add("--locator-weights", type=Path, metavar="FILE", help="another locator than the program's own (safetensors)")


def measure(arguments: argparse.Namespace, say: Say) -> ChequeReport:
    """What the command line asks for; raises DataError, ModelError or ReadingError where that cannot be."""
    cheques = labelled(arguments.locator)
    if arguments.limit is not None:
        cheques = spread_over(cheques, arguments.limit)
    locator = Locator.load(arguments.locator_weights or paths.locator(), fingerprint=locating.fingerprint())
    near = Locator.load(paths.close_up(), fingerprint=closeup.fingerprint())
    search = search_with(Locators(whole=locator, near=near))
    say(f"searching {len(cheques)} cheques")
    figures = figures_of_cheques(list(trials(cheques, search, margin=surround, scans=RESCANS)), len(cheques))
    pasted, model = None, ""
    if arguments.paste is not None:
        say("writing signatures on cheques")
        weights = arguments.weights or paths.weights()
        embedder = Embedder.load(weights, device=arguments.device, fingerprint=fingerprint())
        pasted = _pasted(arguments, cheques, search, embedder)
        model = f"{embedder.card.name}, weights {embedder.card.sha256[:16]}"
    return ChequeReport(
        locator=f"{locator.card.name} with {near.card.name}",
        sha256=locator.card.sha256,
        model=model,
        data=arguments.locator.resolve().name,
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        versions=_versions(),
        figures=figures,
        pasted=pasted,
    )


def told(report: ChequeReport, *, as_json: bool) -> str:
    """The figures for a terminal, or for a program."""
    return report.to_json() if as_json else "\n".join(cheque_lines(report))


def filed(report: ChequeReport, path: Path) -> str:
    """The figures as a page or, for a file that ends in .json, as data."""
    if path.suffix.lower() == ".json":
        return report.to_json()
    from sigverify.report.cheque_page import cheque_page  # brings matplotlib along

    return cheque_page(report)


def _pasted(
    arguments: argparse.Namespace, cheques: list[Labelled], search: Search, embedder: Embedder
) -> PastedFigures:
    grounds = {
        "unsigned": unsigned_cheques(cheques, seed=arguments.seed),
        "drawn": drawn_cheques(DRAWN, seed=arguments.seed),
    }
    return pasted_figures(
        arguments.paste,
        grounds,
        search,
        embedder.embed,
        embedder.card,
        most=arguments.pastes,
        seed=arguments.seed,
        workers=arguments.workers,
    )


def _versions() -> Mapping[str, str]:
    numbers = {name: version(name) for name in TOLD_VERSIONS}
    return {"sigverify": __version__, "Python": platform.python_version(), **numbers}


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 on")
    return int(text)


def refuse_alone(arguments: argparse.Namespace) -> None:
    """Raises DataError for options that need --locator, and for data that does not go with it."""
    if arguments.locator is not None:
        if arguments.data is not None:
            raise DataError("Cheques and signatures are measured apart: give DATA or --locator CHEQUES.")
        for option in OF_SIGNATURES:
            if getattr(arguments, option):
                raise DataError(f"--{option} goes with DATA, not with --locator.")
    elif arguments.data is None:
        raise DataError("There is nothing to measure: give DATA, or --locator CHEQUES.")
    elif arguments.limit or arguments.paste or arguments.locator_weights:
        raise DataError("--limit, --paste and --locator-weights go with --locator CHEQUES.")
