"""`sigverify train-locator`: cheques drawn by the program in, a network that finds signatures on them out."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from sigverify.errors import DataError
from sigverify.handwriting import FOLDER, has_pages, pages_of
from sigverify.labelled_signatures import items_of
from sigverify.model.dataset import Split
from sigverify.model.locator import LocatorConfig, publish, trained
from sigverify.model.locator_card import LocatorCard
from sigverify.model.locator_training import CHECKPOINT, Batch, LocatorTraining, LocatorTrainingConfig
from sigverify.preprocess import closeup, locating
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.making import Maker, drawn, drawn_near
from sigverify.preprocess.composing.marks import Stroke
from sigverify.training_app import Both
from sigverify.training_card import RESEARCH_TERMS, SOURCES

A_PAGE: Final = 8  # strokes; of fewer nothing is copied onto a form
NAMES: Final = ("cedar", "bhsig_bengali", "bhsig_hindi")  # data sets of pictures, of names mostly written out
INVENTED: Final = {
    "name": "drawn cheques and invented hands",
    "used_for": "everything",
    "source": "sigverify.preprocess.composing",
    "terms": "Apache-2.0",
}
LIMITS: Final = (
    "Says where, not who. It was trained on drawn cheques alone: on layouts and scanners unlike them it may miss a "
    "signature or take other handwriting for one, so a person looks at the box it draws."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `sigverify train-locator` takes."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="checkpoint, log, weights and card")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="real signatures to sign with besides invented ones; train writers only",
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--steps", type=int, default=LocatorTrainingConfig.steps, help="length of the schedule")
    parser.add_argument("--minutes", type=float, default=0.0, help="let the schedule follow the clock instead")
    parser.add_argument("--learning-rate", type=float, default=LocatorTrainingConfig.learning_rate)
    parser.add_argument("--from", type=Path, dest="begin", metavar="FILE", help="weights to begin with")
    parser.add_argument("--seed", type=int, default=LocatorTrainingConfig.seed)
    parser.add_argument("--name", default="", help="name of the model, and of its files")
    parser.add_argument(
        "--close-ups", action="store_true", help="train the network that tells strokes from print at a place found"
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, and leave weights and card in --out; returns 0. Raises DataError when it cannot begin."""
    _check(arguments)
    hands, data = hands_of(arguments.data) if arguments.data else (Hands(), [])
    config = LocatorTrainingConfig(
        steps=arguments.steps,
        minutes=arguments.minutes,
        learning_rate=arguments.learning_rate,
        seed=arguments.seed,
        network=LocatorConfig(inputs=closeup.CHANNELS, fine=True) if arguments.close_ups else LocatorConfig(),
    )
    training, began_with = _beginning(arguments.begin, arguments.out, config)
    if arguments.resume and not training.resume():
        print("no checkpoint to go on from: starting anew", flush=True)
    with (arguments.out / "train.log").open("a", encoding="utf-8") as log:

        def say(line: str) -> None:
            print(line, file=Both(log), flush=True)

        draw = drawn_near if arguments.close_ups else drawn
        with Maker(hands, config.seed, training.step, draw) as maker:
            network = training.run(lambda step: _batch(maker), say)
        kind = "closeup" if arguments.close_ups else "locator"
        card = card_of(training, arguments.name or f"{kind}-{arguments.out.resolve().name}", data)
        card = replace(card, recipe={**card.recipe, **began_with})
        weights = publish(network, card, arguments.out / "weights")
        say(f"weights and card: {weights} and {weights.with_suffix('.json').name}")
    return 0


def _beginning(
    weights: Path | None, out: Path, config: LocatorTrainingConfig
) -> tuple[LocatorTraining, dict[str, Any]]:
    """A training from nothing, or from weights whose form it takes; and how the card names them."""
    if weights is None:
        return LocatorTraining(out, config), {}
    network, card = trained(weights, fingerprint=fingerprint_of(config.network))
    training = LocatorTraining(out, replace(config, network=network.config))
    training.begin(network)
    return training, {"began_with": {"name": card.name, "sha256": card.sha256, "recipe": card.recipe}}


def fingerprint_of(network: LocatorConfig) -> str:
    """Of what a network of this form is shown: a place seen from near, or the whole cheque."""
    return closeup.fingerprint() if network.fine else locating.fingerprint()


def card_of(training: LocatorTraining, name: str, data: list[dict[str, Any]]) -> LocatorCard:
    """What is known of weights before they have been measured."""
    return LocatorCard(
        name=name,
        sha256="",
        preprocessing=fingerprint_of(training.config.network),
        architecture=training.config.network.to_json(),
        recipe=training.recipe,
        data=[INVENTED, *data],
        terms=RESEARCH_TERMS if data else "Apache-2.0",
        limits=LIMITS,
    )


def hands_of(data: Path) -> tuple[Hands, list[dict[str, Any]]]:
    """The writers for training under `data`, laid out as for `sigverify train`, and how the card names them.

    Raises DataError when there are none.
    """
    pictures: list[Path] = []
    names: list[Path] = []
    trajectories: list[tuple[Stroke, ...]] = []
    counts: dict[str, int] = {}
    for item in items_of(data, Split.TRAIN):
        if item.path is not None:
            (names if item.dataset in NAMES else pictures).append(item.path)
        elif item.points is not None and item.variant == 0:
            trajectories.append(_strokes(item.points))
        else:
            continue
        counts[item.dataset] = counts.get(item.dataset, 0) + 1
    if not counts:
        raise DataError(f"No signatures of train writers under {data.name}.")
    described = [
        _described(name, count, *SOURCES.get(name, ("a folder", "the owner's"))) for name, count in counts.items()
    ]
    found = pages_of(data).values() if has_pages(data) else ()
    pages = [tuple(page) for page in found if len(page) > A_PAGE]
    if pages:
        described.append(_described(FOLDER, len(pages), *SOURCES[FOLDER]))
    whole = [one for one in trajectories if one]
    return Hands(pictures=pictures, names=names, trajectories=whole, pages=pages), described


def _described(name: str, count: int, source: str, terms: str) -> dict[str, Any]:
    used = "handwriting on the forms" if name == FOLDER else "signatures of train writers"
    return {"name": name, "used_for": used, "images": count, "source": source, "terms": terms}


def _strokes(points: Any) -> tuple[Stroke, ...]:
    """A trajectory (n, 3) of x, y and pen cut where the pen was lifted."""
    pieces = np.split(points[:, :2].astype(np.float64), np.flatnonzero(points[:, 2] <= 0) + 1)
    return tuple(piece for piece in pieces if len(piece) > 1)


def _batch(maker: Maker) -> Batch:
    grey, truth, upside_down = maker.batch()
    return Batch(grey=grey, truth=truth, upside_down=upside_down)


def _check(arguments: argparse.Namespace) -> None:
    """Make the folder and try to write there, before hours are spent; raises DataError."""
    if arguments.steps < 1 or arguments.minutes < 0 or arguments.learning_rate <= 0:
        raise DataError("A training needs at least one step, and a learning rate above 0.")
    if (arguments.out / CHECKPOINT).exists() and not arguments.resume:
        raise DataError(f"{arguments.out.name} holds a training already: add --resume, or choose another --out.")
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "train.log").open("a", encoding="utf-8").close()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(f"Nothing can be written in {arguments.out} ({why}). Choose another --out.") from error
