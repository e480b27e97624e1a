"""`sigverify calibrate`: thresholds, fusion and calibration chosen anew for weights that stay as they are."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from sigverify.corpus import collect
from sigverify.errors import DataError
from sigverify.labelled_signatures import datasets_of
from sigverify.model.calibration import Calibration, cost
from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.model.carding import curve_of, groups_of, measured, usable
from sigverify.model.choosing import FUSION_COUNTS, SEVERAL
from sigverify.model.dataset import Corpus, Split
from sigverify.model.devices import AUTOMATIC
from sigverify.model.embedding import Embedder
from sigverify.model.evaluation import TrialsWith, measured_by, trials_with
from sigverify.paths import weights as shipped
from sigverify.preprocess.normalising import fingerprint

BATCH: Final = 128  # frames embedded at once
UNSEEN: Final = (
    "choose by the train writers of this data set, too: these weights were not trained on it; may be repeated"
)
CHOSEN_BESIDE: Final = "chosen beside"  # in a card's recipe
BESIDE: Final = (
    "weights of the same recipe from 'sigverify train --without NAME': data set NAME, train writers and all, chooses "
    "by what they answer, as another bank's would; may be repeated"
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one card does on the test writers: both curves and the cost of its calibration."""

    one: OperatingCurve
    several: OperatingCurve
    cllr: float | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `sigverify calibrate` takes."""
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with manifest.csv or <writer>/genuine, forged")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="which weights; else the program's own")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="a copy of the weights and the new card; else only told"
    )
    parser.add_argument("--name", default="", help="name of the model in the new card; else the old one")
    parser.add_argument(
        "--train-too",
        action="store_true",
        help="choose by the train writers, too: only right where these weights were not trained on DATA",
    )
    parser.add_argument("--unseen", action="append", default=[], metavar="NAME", help=UNSEEN)
    parser.add_argument("--beside", action="append", default=[], type=Path, metavar="FILE", help=BESIDE)
    parser.add_argument("--device", default=AUTOMATIC, choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--workers", type=int, default=2, help="processes that read and normalise images")


def run(arguments: argparse.Namespace) -> int:
    """Choose on development writers, measure on test writers, tell and write both; returns 0.

    Raises DataError when the data do not serve or --out cannot be used, ModelError when the weights cannot.
    """
    weights: Path = arguments.weights or shipped()
    if arguments.out is not None:
        _check_out(arguments.out)
    embedder, *others = (
        Embedder.load(file, device=arguments.device, fingerprint=fingerprint()) for file in (weights, *arguments.beside)
    )
    old, beside = embedder.card, [one.card for one in others]
    left_out = [left_out_by(card, old) for card in beside]
    _check_names(arguments, left_out)
    test = _split(arguments, Split.TEST)
    development, reported = choosing(arguments, embedder, others, left_out), _trials(embedder, test)
    renamed = replace(old, name=arguments.name or old.name, recipe=recipe_beside(old, beside, left_out))
    try:
        new = measured(development, reported).on(renamed)
    except ValueError as error:
        raise DataError(
            f"{arguments.data.name} does not serve for calibrating: its development and its test writers need several "
            "genuine signatures each, and forgeries or one another."
        ) from error
    writers = len(np.unique(test.writer))
    print("\n".join(comparison(old, new, reported, writers)), flush=True)
    if arguments.out is not None:
        print(f"weights and card: {_write(weights, new, arguments.out)}", flush=True)
    return 0


def comparison(old: ModelCard, new: ModelCard, test: TrialsWith, writers: int) -> list[str]:
    """Both cards' thresholds, and what they earn on the same test writers, side by side."""
    before, after = (standing(card, test) for card in (old, new))
    lines = [f"On {writers} test writers, every data set weighing the same:", f"{'':30}{'old card':>9}{'new card':>9}"]
    for title, one, other in (
        ("one specimen", before.one, after.one),
        (f"several ({SEVERAL})", before.several, after.several),
    ):
        lines += [title, *_rows(one, other)]
    assert new.calibration is not None
    lines += ["likelihood ratio, all numbers of specimens", _costs("Cllr, test writers", before.cllr, after.cllr)]
    lines.append(_costs("Cllr, development writers", None, new.calibration.cllr))
    return lines


def standing(card: ModelCard, test: TrialsWith) -> Standing:
    """What a card's fusion, thresholds and calibration earn on these writers."""
    reported = {n: usable(test, n) for n in (1, *FUSION_COUNTS)}
    curves = {
        n: curve_of(reported[n], card.fusion, card.policy.for_specimens(n), card.scale_end, n) for n in (1, SEVERAL)
    }
    calibration: Calibration | None = card.calibration
    bits = None if calibration is None else cost(calibration, groups_of(reported.values()), card.fusion)
    return Standing(one=curves[1], several=curves[SEVERAL], cllr=bits)


def _rows(before: OperatingCurve, after: OperatingCurve) -> Iterator[str]:
    yield f"  {'threshold':28}{before.development_threshold:9.3f}{after.development_threshold:9.3f}"
    rates = [curve.at(curve.development_threshold) for curve in (before, after)]
    for title, trials, shares in (
        ("random forgeries accepted", after.random, [rate.far_random for rate in rates]),
        ("skilled forgeries accepted", after.skilled, [rate.far_skilled for rate in rates]),
        ("genuine ones flagged", after.genuine, [rate.frr for rate in rates]),
    ):
        told = f"{shares[0]:9.2%}{shares[1]:9.2%} of {trials} trials" if trials else "  not measured"
        yield f"  {title:28}{told}"


def _costs(title: str, before: float | None, after: float | None) -> str:
    told = ("-" if bits is None else f"{bits:.3f}" for bits in (before, after))
    return f"  {title:28}" + "".join(f"{text:>9}" for text in told)


def left_out_by(card: ModelCard, own: ModelCard) -> frozenset[str]:
    """The data sets that weights were trained without, which may answer for those whose card is `own`.

    Raises DataError where there are none, and for another network, whose distances mean something else.
    """
    names = frozenset(card.recipe.get("without", ()))
    if not names:
        raise DataError(
            f"{card.name} was not trained without a data set (sigverify train --without): not for --beside."
        )
    if card.architecture != own.architecture:
        raise DataError(f"{card.name} is another network than {own.name}: not for --beside.")
    return names


def recipe_beside(card: ModelCard, others: Sequence[ModelCard], left_out: Sequence[frozenset[str]]) -> dict[str, Any]:
    """A card's recipe with the weights that choose for it what they have not seen."""
    told = [{**asdict(one.identity), "without": sorted(names)} for one, names in zip(others, left_out, strict=True)]
    recipe = {name: value for name, value in card.recipe.items() if name != CHOSEN_BESIDE}
    return {**recipe, CHOSEN_BESIDE: told} if told else recipe


def choosing(
    arguments: argparse.Namespace, embedder: Embedder, others: Sequence[Embedder], left_out: Sequence[frozenset[str]]
) -> TrialsWith:
    """The trials that choose: of development writers, and with them of train writers that some weights have not seen.

    Data sets in `left_out` (one set of names for each of `others`) are answered by the weights that have not seen them.
    """
    development = _split(arguments, Split.DEVELOPMENT)
    unseen = set(arguments.unseen).union(*left_out)
    if arguments.train_too or unseen:
        train = _split(arguments, Split.TRAIN)
        chosen = np.isin(train.dataset, list(unseen)) | arguments.train_too
        development = development.joined(train.where(chosen))
    elsewhere = np.isin(development.dataset, list(frozenset().union(*left_out)))
    parts = [(embedder, ~elsewhere)]
    parts += [(one, np.isin(development.dataset, list(names))) for one, names in zip(others, left_out, strict=True)]
    found = [_trials(one, development.where(members)) for one, members in parts if members.any()]
    return lambda specimens: {name: trials for each in found for name, trials in each(specimens).items()}


def _check_names(arguments: argparse.Namespace, left_out: Sequence[frozenset[str]]) -> None:
    """Whether the data sets spoken of are there, and each is answered by one file; raises DataError."""
    known = datasets_of(arguments.data, Split.TRAIN)
    named = [*arguments.unseen, *(name for names in left_out for name in sorted(names))]
    for name in named:
        if name not in known:
            raise DataError(f"No train writers of a data set {name} in {arguments.data.name}.")
        if named.count(name) > 1:
            raise DataError(f"Data set {name} is named twice, by --unseen or by weights in --beside: once is enough.")


def _split(arguments: argparse.Namespace, split: Split) -> Corpus:
    return collect(arguments.data, workers=arguments.workers, online=False, split=split)


def _trials(embedder: Embedder, corpus: Corpus) -> TrialsWith:
    rows = [embedder.embed(corpus.frames[start : start + BATCH]) for start in range(0, len(corpus), BATCH)]
    return trials_with(corpus, measured_by(np.concatenate(rows), embedder.card.measure))


def _check_out(out: Path) -> None:
    """Make the folder, before minutes are spent; raises DataError where it holds weights or cannot be made."""
    if any(out.glob("*.safetensors")):
        raise DataError(f"{out.name} holds weights already: choose another --out.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(f"Nothing can be written in {out} ({why}). Choose another --out.") from error


def _write(weights: Path, card: ModelCard, out: Path) -> Path:
    """The weights as they are, and the card, which is written last; raises DataError."""
    copy = out / weights.name
    try:
        copy.write_bytes(weights.read_bytes())
        copy.with_suffix(".json").write_text(card.to_json(), encoding="utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(f"Nothing can be written in {out} ({why}). Choose another --out.") from error
    return copy
