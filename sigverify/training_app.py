"""`sigverify train`: folders of signatures in, weights with a measured card out."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TextIO

import numpy as np

from sigverify.corpus import collect
from sigverify.errors import DataError
from sigverify.finetuning import (
    AVERAGING,
    RATE,
    STEPS,
    Start,
    before_after,
    check_fits,
    report_lines,
    start_from,
    write_report,
)
from sigverify.handwriting import STARTING_ANEW, begun, handwriting
from sigverify.labelled_signatures import SMALLEST
from sigverify.model.backbones import BACKBONES
from sigverify.model.carding import measured_card
from sigverify.model.dataset import Corpus, Split
from sigverify.model.devices import AUTOMATIC, choose
from sigverify.model.heads import HEADS
from sigverify.model.losses import LOSSES, PairLoss
from sigverify.model.network import BRANCHES, SHARED, THIN_RESNET, Network, NetworkConfig, shaped
from sigverify.model.publishing import publish
from sigverify.model.sampling import SamplingConfig, drawn_from
from sigverify.model.training import CHECKPOINT, Training, TrainingConfig
from sigverify.off_cheques import lifted_frames
from sigverify.training_card import card_text

SHARES: Final = {  # of a batch, where the project's own data sets are trained on together; CEDAR's are only measured by
    "bhsig_hindi": 0.31,
    "susig_online": 0.31,
    "bhsig_bengali": 0.24,
    "crossmedia_chinese": 0.07,
    "svc2004_online": 0.07,
}

BEGINNING: Final = "handwriting"  # folder in --out
STANDS_IN: Final = "cedar"  # takes the share of a data set that is left out, for forged writers are few

FROM: Final = "go on from these weights with a bank's own signatures: a file, or 'shipped'; ends with a report"
WITHOUT: Final = "leave a data set out of training and measure on its writers, as on another bank's; may be repeated"
HANDWRITING: Final = "learn first, for so many batches, whose handwriting in DATA/iam_online is whose; 0: none"
LIFTED: Final = "show so many signatures also as they come off drawn cheques, six a second and process; 0: none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `sigverify train` takes."""
    parser.add_argument(
        "data",
        type=Path,
        metavar="DATA",
        help="folder with manifest.csv, <writer>/{genuine,forged}, or a folder of images for each writer",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="checkpoints, log, weights and card")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--from", dest="start", default="", metavar="WEIGHTS", help=FROM)
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help=WITHOUT)
    parser.add_argument("--handwriting", type=int, default=0, metavar="N", help=HANDWRITING)
    parser.add_argument("--lifted", type=int, default=0, metavar="N", help=LIFTED)
    parser.add_argument(
        "--steps", type=int, help=f"length of the schedule; {TrainingConfig.steps} or, with --from, {STEPS}"
    )
    parser.add_argument("--minutes", type=float, default=0.0, help="let the schedule follow the clock instead")
    parser.add_argument("--backbone", choices=(THIN_RESNET, *BACKBONES), help="what sees a frame")
    parser.add_argument("--loss", choices=tuple(LOSSES), default=PairLoss.kind, help="bce and metric train a pair head")
    parser.add_argument("--branches", choices=BRANCHES, default=SHARED, help="weights of the network's two sides")
    parser.add_argument("--rate", type=float, default=0.0, help="learning rate at its height; 0: the backbone's usual")
    parser.add_argument("--people", type=int, default=SamplingConfig.people, help="writers in a batch")
    parser.add_argument("--seed", type=int, default=TrainingConfig.seed)
    parser.add_argument("--device", default=AUTOMATIC, choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0: all cores")
    parser.add_argument("--workers", type=int, default=2, help="processes that read and normalise images")
    parser.add_argument("--name", default="", help="name of the model in its card")


def run(arguments: argparse.Namespace) -> int:
    """Train, measure, and leave weights and card in --out; returns 0. Raises DataError when the data do not serve."""
    _check(arguments)
    start = start_from(arguments.start) if arguments.start else None
    if start:
        head = arguments.loss in HEADS
        check_fits(start, backbone=arguments.backbone, branches=arguments.branches, head=head)
    _prepare(arguments.out)
    pages = None
    if arguments.handwriting:
        pages = handwriting(arguments.data, cache=arguments.out / "cache", workers=arguments.workers)
    corpus = collect(arguments.data, cache=arguments.out / "cache", workers=arguments.workers)
    if arguments.without:
        corpus = corpus.without(arguments.without)
    check_serves(corpus)
    config = configured(arguments, corpus, start)
    if arguments.lifted:
        drawn = drawn_from(corpus.part(Split.TRAIN), config.sampling)
        lifted = lifted_frames(
            drawn,
            arguments.data,
            arguments.lifted,
            seed=arguments.seed,
            cache=arguments.out / "cache",
            workers=arguments.workers,
        )
        corpus = corpus.joined(lifted)
    device = choose(arguments.device).key
    training = Training(corpus, arguments.out, config, device)
    with (arguments.out / "train.log").open("a", encoding="utf-8") as log:

        def say(line: str) -> None:
            print(line, file=Both(log), flush=True)

        if start:
            training.begin_with(start.network.state_dict())
        if not (arguments.resume and training.resume()):
            if pages is not None:
                first = begun(pages, arguments.out / BEGINNING, config, device, say, resume=arguments.resume)
                training.begin_with(first.state_dict())
            elif arguments.resume:
                say(STARTING_ANEW)
        finish(training.run(say), corpus, training.config, arguments, start, pages, say)
    return 0


def check_serves(corpus: Corpus) -> None:
    """Whether there is enough to train on and to measure by; raises DataError that says what is needed."""
    parts = {split: corpus.part(split) for split in Split}
    able = {split: _writers_with_pairs(part) for split, part in parts.items()}
    if len(able[Split.TRAIN]) >= 2 and all(
        _measurable(parts[split], able[split]) for split in (Split.DEVELOPMENT, Split.TEST)
    ):
        return
    counts = ", ".join(f"{len(able[split])} for {split}" for split in Split)
    raise DataError(
        f"Too few writers with two or more genuine signatures ({counts}): give at least {SMALLEST} in a folder, or "
        "four of whom there are skilled forgeries, too; in a manifest two for each of train, development and test."
    )


def _writers_with_pairs(part: Corpus) -> set[str]:
    writers, counts = np.unique(part.writer[part.genuine], return_counts=True)
    return set(writers[counts >= 2].tolist())


def _measurable(part: Corpus, able: set[str]) -> bool:
    """Whether some data set has genuine trials and forgeries: skilled ones, or another writer's signatures."""
    for dataset in np.unique(part.dataset):
        members = part.where(part.dataset == dataset)
        own = able & set(members.writer.tolist())
        forged = own & set(members.writer[~members.genuine].tolist())
        if own and (forged or len(own) >= 2):
            return True
    return False


class Both:
    """Standard output and a file beside the checkpoints, so that a training in the background leaves a trace."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """To both."""
        sys.stdout.write(text)
        self._file.write(text)

    def flush(self) -> None:
        """Both."""
        sys.stdout.flush()
        self._file.flush()


def configured(arguments: argparse.Namespace, corpus: Corpus, start: Start | None = None) -> TrainingConfig:
    """The recipe that the command line asks for, and what it leaves open as fits fresh weights or those of `start`."""
    backbone = arguments.backbone or THIN_RESNET
    config = TrainingConfig(
        steps=arguments.steps or TrainingConfig.steps,
        minutes=arguments.minutes,
        learning_rate=arguments.rate or usual_rate(backbone),
        seed=arguments.seed,
        threads=arguments.threads,
        without=tuple(arguments.without),
        handwriting=arguments.handwriting,
        lifted=arguments.lifted,
        network=shaped(backbone, arguments.loss, arguments.branches),
        loss=PairLoss(kind=arguments.loss, far=1.0 if arguments.loss == "contrastive" else PairLoss.far),
        sampling=SamplingConfig(people=arguments.people, weights=shares(corpus, arguments.without)),
    )
    if start is None:
        return config
    return replace(
        config,
        start=start.name,
        network=with_descriptors(start.network.config),
        held=1,  # what strokes look like is known; it also spares a third of the time
        steps=arguments.steps or STEPS,
        learning_rate=arguments.rate or RATE,
        averaging=AVERAGING,
        identity_weight=0.0,  # a fresh classifier of a few writers would first undo what the weights know of others
    )


def shares(corpus: Corpus, without: Sequence[str] = ()) -> dict[str, float]:
    """The shares of a batch that the project's own data sets have; none for a folder of somebody else's."""
    trained_on = set(corpus.part(Split.TRAIN).dataset.tolist())
    known = {name: share for name, share in SHARES.items() if name in trained_on}
    missing = sum(share for name, share in SHARES.items() if name in without)
    if known and missing and STANDS_IN in trained_on:
        known[STANDS_IN] = missing
    return known


def with_descriptors(config: NetworkConfig) -> NetworkConfig:
    """The shape to go on with: older weights are given local descriptors, and cells that choose one another."""
    if config.backbone != THIN_RESNET:
        return config
    usual = NetworkConfig()
    agreeing, power = (config.agreeing, config.power) if config.agreeing else (usual.agreeing, usual.power)
    return replace(config, tokens=config.tokens or usual.tokens, agreeing=agreeing, power=power)


def usual_rate(backbone: str) -> float:
    """The learning rate that a backbone takes from fresh weights."""
    return BACKBONES[backbone].learning_rate if backbone in BACKBONES else TrainingConfig.learning_rate


def finish(
    network: Network,
    corpus: Corpus,
    config: TrainingConfig,
    arguments: argparse.Namespace,
    start: Start | None,
    pages: Corpus | None,
    say: Callable[[str], None],
) -> None:
    """Measure a trained network, write it with its card, and say what came of it."""
    text = card_text(corpus, arguments.out, config, name=arguments.name, start=start, pages=pages)
    card = measured_card(network, corpus, config, text)
    weights = publish(network, card, arguments.out / "weights")
    say(f"weights and card: {weights} and {weights.with_suffix('.json').name}")
    if not network.config.verifies:
        say("They are for comparing architectures: sigverify verify takes shared branches without a pair head only.")
    if start:
        report = before_after(start, network, card, corpus)
        path = write_report(report, arguments.out)
        for line in report_lines(report):
            say(line)
        say(f"The model in use has not been replaced; the report is in {path}. To use the new one: --weights {weights}")


def _prepare(out: Path) -> None:
    """Make the folder and try to write there, before hours are spent; raises DataError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "train.log").open("a", encoding="utf-8").close()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(f"Nothing can be written in {out} ({why}). Choose another --out.") from error


def _check(arguments: argparse.Namespace) -> None:
    if arguments.without and arguments.start:
        raise DataError("Weights to go out from have seen the data set left out: use --without or --from, not both.")
    if arguments.handwriting and arguments.start:
        raise DataError("Weights to go out from know what strokes look like: use --handwriting or --from, not both.")
    kept = [arguments.out / CHECKPOINT, arguments.out / BEGINNING / CHECKPOINT]
    if any(path.exists() for path in kept) and not arguments.resume:
        raise DataError(f"{arguments.out.name} holds a training already: add --resume, or choose another --out.")
    if (
        (arguments.steps is not None and arguments.steps < 1)
        or arguments.rate < 0
        or arguments.minutes < 0
        or arguments.handwriting < 0
        or arguments.lifted < 0
        or arguments.people < 2
    ):
        raise DataError("A training needs at least one step and two writers a batch, and nothing below 0.")
