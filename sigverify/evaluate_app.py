"""`sigverify evaluate`: labelled folders of signatures in, the figures a model earns on them out."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify import locator_evaluation, paths
from sigverify.corpus import Acquired, acquire
from sigverify.errors import DataError, ModelError
from sigverify.evaluation_facts import EVERY, acquisitions, origin_of, warnings_of
from sigverify.invariance import genuine_pairs, steadiness
from sigverify.labelled_signatures import datasets_of, has_manifest
from sigverify.model import comparing
from sigverify.model.comparing import Base
from sigverify.model.dataset import Split
from sigverify.model.devices import AUTOMATIC
from sigverify.model.embedding import Embedder
from sigverify.model.evaluation import held, measured_by
from sigverify.model.figures import figures_of
from sigverify.model.probe import ProbeResult, Seen, probe
from sigverify.model.protocol import Kind, Protocol, protocol_of
from sigverify.model.scored import scored
from sigverify.preprocess.normalising import fingerprint
from sigverify.report.evaluation import Evaluation
from sigverify.report.text import evaluation_lines

AT_ONCE: Final = 128  # frames a forward pass
PROBE_WRITERS: Final = 40  # of a data set that the probe learns from

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `sigverify evaluate` takes."""
    add = parser.add_argument
    add("data", type=Path, nargs="?", metavar="DATA", help="folder with manifest.csv or <writer>/genuine, forged")
    add("--weights", type=Path, metavar="FILE", help="other weights than the program's own (safetensors)")
    add(
        "--protocol", type=Path, metavar="P", help="trials to hold, a CSV file; made and written there if it is missing"
    )
    add("--seed", type=int, default=0, help="of a protocol that is made")
    add("--split", choices=(*(s.value for s in Split), EVERY), help="writers to score; test, without a manifest all")
    add("--report", type=Path, metavar="FILE", help="one page with plots (.html), or everything for a program (.json)")
    add("--save", type=Path, metavar="FILE", help="keep the figures as a base to compare other models with")
    add("--compare", type=Path, metavar="FILE", help="show a kept base side by side")
    add("--probe", action="store_true", help="also tell what the questioned picture gives away by itself")
    add("--invariance", action="store_true", help="also tell how paper, ink, JPEG, resolution and pen move distances")
    add("--json", action="store_true", help="print the figures for a program to read")
    add("--device", default=AUTOMATIC, choices=("auto", "cpu", "cuda", "mps"))
    add("--workers", type=int, default=2, help="processes that read and normalise pictures")
    locator_evaluation.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure, tell and write what was asked for; returns 0. Raises DataError or ModelError where that cannot be."""
    _check(arguments)
    if arguments.locator is not None:
        return _run_locator(arguments)
    base = Base.load(arguments.compare) if arguments.compare else None
    weights = arguments.weights or paths.weights()
    embedder = Embedder.load(weights, device=arguments.device, fingerprint=fingerprint())
    evaluation, protocol = evaluate(arguments, embedder, base)
    if arguments.save:
        _write(arguments.save, json.dumps(_base(evaluation, protocol).to_json()) + "\n", "--save")
    if arguments.report:
        _say("writing the report")
        _write(arguments.report, _report(evaluation, arguments.report), "--report")
    print(evaluation.to_json() if arguments.json else "\n".join(evaluation_lines(evaluation)), flush=True)
    return 0


def _run_locator(arguments: argparse.Namespace) -> int:
    """The same for cheques: find and lift, not verify."""
    report = locator_evaluation.measure(arguments, _say)
    if arguments.report:
        _write(arguments.report, locator_evaluation.filed(report, arguments.report), "--report")
    print(locator_evaluation.told(report, as_json=arguments.json), flush=True)
    return 0


def evaluate(
    arguments: argparse.Namespace, embedder: Embedder, base: Base | None = None
) -> tuple[Evaluation, Protocol]:
    """An evaluation as the command line asks for it, and the protocol it was held by."""
    split = split_of(arguments)
    _say("reading the pictures")
    acquired = acquire(arguments.data, workers=arguments.workers, split=split)
    kept = arguments.protocol is not None and arguments.protocol.exists()
    protocol = _protocol(arguments, acquired)
    _say(f"embedding {len(acquired.corpus)} signatures")
    material = Material(acquired=acquired, embeddings=embedded(embedder, acquired.corpus.frames))
    _say("holding the trials")
    card = embedder.card
    lost = {name for _, name in acquired.lost}
    trials = held(protocol, acquired.corpus, measured_by(material.embeddings, card.measure), lost=lost)
    judged = tuple(
        scored(dataset, group, found, card)
        for group, by_set in sorted(trials.items())
        for dataset, found in by_set.items()
        if (found.kind == Kind.GENUINE.value).any()
    )
    if not judged:
        raise DataError("No trial can be held: every writer needs two readable genuine signatures at least.")
    evaluation = Evaluation(
        origin=origin_of(
            card,
            protocol,
            data=arguments.data.resolve().name,
            split=split,
            device=embedder.device,
            trials_from=f"the file {arguments.protocol.name}" if kept else f"seed {arguments.seed}",
        ),
        acquisition=acquisitions(acquired, trials, card),
        scored=judged,
        figures=tuple(figures_of(one) for one in judged),
        warnings=warnings_of(card, split, {one.dataset for one in judged}),
    )
    if base is not None:
        found_changes = tuple(comparing.changes(base, judged, protocol.digest))
        evaluation = replace(evaluation, changes=found_changes, base=f"{base.model}, weights {base.sha256[:16]}")
    if arguments.probe:
        evaluation = replace(evaluation, probes=_probes(arguments, embedder, material, split))
    if arguments.invariance:
        _say("disturbing genuine pairs")
        pairs = genuine_pairs(protocol, frozenset(acquired.corpus.signature.tolist()))
        moved = steadiness(arguments.data, pairs, acquired.corpus, material.embeddings, embedder.embed, card)
        evaluation = replace(evaluation, invariance=tuple(moved))
    return evaluation, protocol


@dataclass(frozen=True, kw_only=True)
class Material:
    """Signatures that were read, and what the network makes of them, (n, d)."""

    acquired: Acquired
    embeddings: NDArray[np.float32]

    def seen(self, dataset: str, dimensions: int | None) -> Seen:
        """One data set as a probe sees it, without the local descriptors behind the first `dimensions` of a row."""
        corpus = self.acquired.corpus
        chosen = corpus.dataset == dataset
        return Seen(
            frames=corpus.frames[chosen],
            embeddings=self.embeddings[chosen, :dimensions],
            genuine=corpus.genuine[chosen],
            writer=corpus.writer[chosen],
        )


def split_of(arguments: argparse.Namespace) -> Split | None:
    """Whose signatures are scored; None: everybody's, as in a folder that does not say who is for what."""
    asked = arguments.split or (Split.TEST.value if has_manifest(arguments.data) else EVERY)
    return None if asked == EVERY else Split(asked)


def embedded(embedder: Embedder, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unit rows (n, d) for frames (n, h, w); raises ModelError where the network gives no numbers."""
    parts = [embedder.embed(frames[start : start + AT_ONCE]) for start in range(0, len(frames), AT_ONCE)]
    rows = np.concatenate(parts)
    bad = int((~np.isfinite(rows).all(axis=1)).sum())
    if bad:
        raise ModelError(f"The model gave no usable numbers for {bad} of {len(rows)} signatures. Use other weights.")
    return rows


def _protocol(arguments: argparse.Namespace, acquired: Acquired) -> Protocol:
    if arguments.protocol is not None and arguments.protocol.exists():
        return Protocol.read(arguments.protocol)
    protocol = protocol_of(acquired.corpus, seed=arguments.seed)
    if not protocol.lists:
        raise DataError("No trial can be made: no data set has writers with two genuine signatures each.")
    if arguments.protocol is not None:
        protocol.write(arguments.protocol)
    return protocol


def _probes(
    arguments: argparse.Namespace, embedder: Embedder, material: Material, split: Split | None
) -> tuple[ProbeResult, ...]:
    """Every data set's probe, which learns from train writers where there are any that are not scored."""
    _say("probing what the pictures give away")
    scored_sets = sorted(set(material.acquired.corpus.dataset.tolist()))
    others = datasets_of(arguments.data, Split.TRAIN) if split not in (None, Split.TRAIN) else frozenset()
    wanted = {name: PROBE_WRITERS for name in scored_sets if name in others}
    known = None
    if wanted:
        learnt = acquire(arguments.data, workers=arguments.workers, split=Split.TRAIN, only=wanted)
        known = Material(acquired=learnt, embeddings=embedded(embedder, learnt.corpus.frames))
    found: list[ProbeResult] = []
    dimensions = embedder.card.measure.dimensions
    for name in scored_sets:
        train = known.seen(name, dimensions) if known is not None and name in wanted else None
        found += probe(name, material.seen(name, dimensions), train)
    return tuple(found)


def _base(evaluation: Evaluation, protocol: Protocol) -> Base:
    model = evaluation.origin.model
    return Base(
        model=model.name,
        sha256=model.sha256,
        protocol=protocol.digest,
        split=evaluation.origin.split,
        scored=evaluation.scored,
        figures=evaluation.as_json(),
    )


def _report(evaluation: Evaluation, path: Path) -> str:
    if path.suffix.lower() == ".json":
        return evaluation.to_json()
    from sigverify.report.page import page  # brings matplotlib along

    return page(evaluation)


def _check(arguments: argparse.Namespace) -> None:
    """Refuse before minutes are spent what would fail after them."""
    locator_evaluation.refuse_alone(arguments)
    if arguments.workers < 1:
        raise DataError("Pictures need at least one process to read them: --workers 1 or more.")
    if arguments.report and arguments.report.suffix.lower() not in (".html", ".json"):
        raise DataError(f"A report is a page or data: give {arguments.report.name} the ending .html or .json.")
    for option in ("report", "save", "protocol"):
        path: Path | None = getattr(arguments, option)
        if path is not None and (path.is_dir() or not os.access(path.resolve().parent, os.W_OK)):
            raise DataError(f"Nothing can be written to {path}. Choose another --{option}.")


def _write(path: Path, text: str, option: str) -> None:
    """Beside, then in place: a report is there whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError(f"Nothing can be written to {path} ({why}). Choose another {option}.") from error


def _say(what: str) -> None:
    """Tell a person at a terminal what takes so long; a program is told nothing."""
    if sys.stderr.isatty():
        print(f"… {what}", file=sys.stderr, flush=True)
