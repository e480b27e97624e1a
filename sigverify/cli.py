"""The command line: the same verifier as behind the window, in this process and without Qt.

Exit codes: 0 accept, 1 flag, 2 error (one line on stderr), 3 cannot judge; those of `batch` are in `batch_app`.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from sigverify import __version__, app, cheque_verb, wording
from sigverify.card_text import card_lines
from sigverify.domain import LARGEST_DISTANCE, Decision, Policy, Quality, Source, Verification
from sigverify.errors import SigverifyError
from sigverify.settings import DEVICES

ERROR: Final = 2
INTERRUPTED: Final = 130  # as shells tell of Ctrl+C
EXIT_CODES: Final = {Decision.ACCEPT: 0, Decision.FLAG: 1, Decision.CANNOT_JUDGE: 3}

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; gives the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    _print_any_name()
    try:
        arguments = _parser(words).parse_args(words)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as left:  # argparse: --help, --version, or misuse, which it has told of
        return left.code if isinstance(left.code, int) else ERROR
    except SigverifyError as error:
        print(f"sigverify: {error}", file=sys.stderr)
        return ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has had enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERROR
    except Exception as error:  # a bug; but 1, Python's own exit code, would be read as FLAG
        sys.excepthook(type(error), error, error.__traceback__)
        return ERROR


def _print_any_name() -> None:
    """A file's name may not fit the terminal's encoding; it is printed escaped then, rather than not at all."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Misuse in one line, as every other error."""
        self.exit(ERROR, f"{self.prog}: {message}. Try '{self.prog} --help'.\n")


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="sigverify",
        description="Holds a questioned signature against specimens of the same person. Without a verb: the window.",
        epilog=wording.SCREENING,
    )
    parser.add_argument("--version", action="version", version=f"sigverify {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_verify(verbs)
    _add_batch(verbs, words)
    _add_locate(verbs)
    _add_model(verbs)
    _add_train(verbs, words)
    _add_train_locator(verbs, words)
    _add_calibrate(verbs, words)
    _add_evaluate(verbs, words)
    verbs.add_parser("window", help="open the window: [--samples] [--picture FILE] [FILE ...]")
    return parser


def _add_verify(verbs: Any) -> None:
    verb = verbs.add_parser(
        "verify",
        help="verify a signature against specimens",
        description="Exit codes: 0 accept, 1 flag, 2 error, 3 cannot judge.",
        epilog=wording.SCREENING,
    )
    verb.set_defaults(run=_verify)
    verb.add_argument("questioned", metavar="QUESTIONED", help="picture of the signature to verify")
    verb.add_argument("specimens", metavar="SPECIMEN", nargs="+", help="picture of a signature known to be genuine")
    verb.add_argument(
        "--threshold", type=_threshold, metavar="T", help="accept at or below this distance; else the model's own"
    )
    cheque_verb.add_page(verb, "QUESTIONED")
    cheque_verb.add_cheque(verb)
    verb.add_argument("--device", choices=DEVICES, default="auto", help="where the network runs")
    verb.add_argument("--json", action="store_true", help="print the verification for a program to read")
    verb.add_argument("--save-stages", type=Path, metavar="DIR", help="save a picture of every stage of normalising")
    _add_weights(verb)


def _add_batch(verbs: Any, words: Sequence[str]) -> None:
    verb = verbs.add_parser(
        "batch",
        help="verify a manifest or a folder of signatures, and go on after a stop",
        description="Exit codes: 0 every item has its line, 2 error, 4 some lines are ERROR, 130 stopped.",
        epilog=wording.SCREENING,
    )
    if words[:1] == ["batch"]:
        from sigverify import batch_app

        batch_app.add_arguments(verb, _threshold)
        verb.set_defaults(run=batch_app.run_batch)


def _add_locate(verbs: Any) -> None:
    verb = verbs.add_parser(
        "locate",
        help="find the signature on a whole cheque",
        description="Exit codes: 0 found, 2 error, 3 none found.",
    )
    verb.set_defaults(run=cheque_verb.run)
    cheque_verb.add_arguments(verb)


def _add_model(verbs: Any) -> None:
    verb = verbs.add_parser("model", help="tell which model judges, and its measured error rates")
    verb.set_defaults(run=_model)
    verb.add_argument("--json", action="store_true", help="print the card as it is")
    _add_weights(verb)


def _add_weights(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--weights", type=Path, metavar="FILE", help="other weights than the program's own (safetensors)")


def _add_train(verbs: Any, words: Sequence[str]) -> None:
    verb = verbs.add_parser("train", help="train a model on folders of signatures")
    if words[:1] == ["train"]:  # imports torch, which no other verb has to wait for
        from sigverify import training_app

        training_app.add_arguments(verb)
        verb.set_defaults(run=training_app.run)


def _add_train_locator(verbs: Any, words: Sequence[str]) -> None:
    verb = verbs.add_parser("train-locator", help="train the network that finds signatures on cheques, on drawn ones")
    if words[:1] == ["train-locator"]:  # imports torch
        from sigverify import locator_app

        locator_app.add_arguments(verb)
        verb.set_defaults(run=locator_app.run)


def _add_calibrate(verbs: Any, words: Sequence[str]) -> None:
    verb = verbs.add_parser("calibrate", help="choose thresholds and calibration anew, on signatures of your own")
    if words[:1] == ["calibrate"]:  # imports torch
        from sigverify import calibration_app

        calibration_app.add_arguments(verb)
        verb.set_defaults(run=calibration_app.run)


def _add_evaluate(verbs: Any, words: Sequence[str]) -> None:
    verb = verbs.add_parser(
        "evaluate", help="measure a model on labelled folders of signatures", epilog=wording.SCREENING
    )
    if words[:1] == ["evaluate"]:  # imports torch, which no other verb has to wait for
        from sigverify import evaluate_app

        evaluate_app.add_arguments(verb)
        verb.set_defaults(run=evaluate_app.run)


def _threshold(text: str) -> float:
    try:
        return Policy(one=float(text), several=float(text)).one
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to {LARGEST_DISTANCE:g}") from None


def _verify(arguments: argparse.Namespace) -> int:
    questioned = cheque_verb.questioned(arguments)
    specimens = [Source.of_file(path) for path in arguments.specimens]
    threshold = arguments.threshold
    policy = None if threshold is None else Policy(one=threshold, several=threshold)
    verifier = app.build_verifier(arguments.device, arguments.weights)
    cheque_verb.equip(verifier, questioned, arguments.locator)
    verification = verifier.verify(questioned, specimens, policy)
    if arguments.save_stages is not None:
        named = [("questioned", questioned), *((f"specimen-{number}", one) for number, one in enumerate(specimens, 1))]
        cheque_verb.save_stages(verifier, named, arguments.save_stages)
    if arguments.json:
        print(json.dumps(as_json(verification), indent=1, allow_nan=False))
    else:
        print("\n".join(_verification_lines(verification, specimens, verifier.card.policy)))
    return EXIT_CODES[verification.decision]


def as_json(verification: Verification) -> dict[str, Any]:
    """A verification for programs to read: `llr` to base 10, `same_image` lists specimens counted from 0."""
    spent = verification.milliseconds
    return {
        "decision": verification.decision.value,
        "distance": verification.distance,
        "threshold": verification.threshold,
        "llr": verification.llr,
        "distances": list(verification.distances),
        "quality": {
            "questioned": _reasons(verification.questioned_quality),
            "specimens": [_reasons(quality) for quality in verification.specimen_qualities],
        },
        "same_image": list(verification.same_image),
        "located": cheque_verb.located_json(verification.located),
        "model": {
            "name": verification.model.name,
            "sha256": verification.model.sha256,
            "preprocessing": verification.model.preprocessing,
        },
        "device": verification.device,
        "milliseconds": {
            "read": round(spent.read, 3),
            "locate": round(spent.locate, 3),
            "normalise": round(spent.normalise, 3),
            "embed": round(spent.embed, 3),
        },
    }


def _reasons(quality: Quality) -> list[str]:
    return [reason.value for reason in quality.reasons]


def _verification_lines(verification: Verification, specimens: Sequence[Source], own: Policy) -> list[str]:
    lines = [wording.decision_words(verification.decision), wording.verdict_sentence(verification)]
    if verification.located is not None:
        where = wording.located_sentence(verification.located, verification.questioned_quality)
        lines.append(f"{where}.")
    used = sum(quality.good for quality in verification.specimen_qualities)
    support = wording.support_sentence(verification, own.for_specimens(used))
    lines += [support] if support else []
    for index, (value, source) in enumerate(zip(verification.distances, specimens, strict=True)):
        shown = "    -" if value is None else f"{value:.3f}"
        lines.append(f"  specimen {index + 1}  {shown}  {_printable(source.name)}")
    lines += wording.left_out_sentences(verification)
    if verification.same_image:
        lines.append(wording.same_image_sentence(verification.same_image, len(specimens)))
    lines.append(f"{verification.device}, {verification.milliseconds.total:.0f} ms. {wording.SCREENING}")
    return lines


def _printable(name: str) -> str:
    """A file's name without what would steer the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def _model(arguments: argparse.Namespace) -> int:
    card = app.card_of(arguments.weights)
    print(card.to_json() if arguments.json else "\n".join(card_lines(card)), end="" if arguments.json else "\n")
    return 0
