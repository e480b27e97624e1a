"""Going on from weights that verify already, with a bank's own signatures, and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from sigverify import paths
from sigverify.errors import DataError
from sigverify.model.answering import trials_of
from sigverify.model.card import ModelCard
from sigverify.model.choosing import SEVERAL
from sigverify.model.dataset import Corpus, Split
from sigverify.model.embedding import trained
from sigverify.model.evaluation import Trials
from sigverify.model.network import Network
from sigverify.model.protocol import Kind
from sigverify.preprocess.normalising import fingerprint

SHIPPED: Final = "shipped"  # the word for the program's own weights
# A seventh of a training's steps at a seventh of its rate: few writers are soon learnt by heart (docs/adr/0007), and
# what the weights know of all other writers is to stay.
STEPS: Final = 600
RATE: Final = 3e-4
AVERAGING: Final = 0.99  # the mean over a sixth of so short a schedule, not over half of it
FEW: Final = 20  # test writers; with fewer a difference of a few points means little
REPORT: Final = "before-after.json"

Figures = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Start:
    """Weights to go out from."""

    network: Network
    card: ModelCard

    @property
    def name(self) -> str:
        """Which weights these are, for the new card's recipe."""
        return f"{self.card.name} {self.card.sha256}"


def start_from(word: str) -> Start:
    """The weights in a file, or with "shipped" the program's own.

    Raises ModelError where they are missing, damaged, or made for other preprocessing or for comparison only.
    """
    network, card = trained(paths.weights() if word == SHIPPED else Path(word), fingerprint=fingerprint())
    return Start(network=network, card=card)


def check_fits(start: Start, *, backbone: str | None, branches: str, head: bool) -> None:
    """Whether the network asked for is the one that the weights are of; raises DataError."""
    own = start.network.config
    if (backbone or own.backbone, branches, head) != (own.backbone, own.branches, bool(own.head)):
        raise DataError(
            f"The weights of {start.card.name} are a {own.backbone} with {own.branches} branches and no pair head: "
            "leave --backbone, --branches and such a --loss out with --from, or train from nothing."
        )


def before_after(start: Start, network: Network, card: ModelCard, corpus: Corpus) -> dict[str, Any]:
    """What the folder's own writers say of the weights before and after, on the same trials, at each one's thresholds.

    Thresholds and fusion before are those of the card gone out from; after, those chosen on the folder's development
    writers, whose figures flatter the new weights. The test writers decide whether it got better.
    """
    report: dict[str, Any] = {"before": start.name, "after": card.name}
    for split in (Split.TEST, Split.DEVELOPMENT):
        part = corpus.part(split)
        asked = (start.card, trials_of(start.network, part)), (card, trials_of(network, part))
        report[f"{split} writers"] = {
            dataset: {
                f"{count} specimen{'s' if count > 1 else ''}": {
                    when: figures(trials(count)[dataset], of.fusion, of.policy.for_specimens(count))
                    for when, (of, trials) in zip(("before", "after"), asked, strict=True)
                }
                for count in (1, SEVERAL)
            }
            for dataset in asked[0][1](1)
        }
    return {**report, **_verdict(report[f"{Split.TEST} writers"])}


def figures(trials: Trials, fusion: Mapping[str, float], threshold: float) -> Figures:
    """EER and the rates at a threshold, in per cent, with the trials counted."""
    found: Figures = {"specimens": trials.specimens, "writers": trials.writers, "threshold": threshold}
    for kind in Kind:
        count = trials.count(kind)
        if not count:
            continue
        rate = "FRR" if kind is Kind.GENUINE else f"FAR {kind}"
        if kind is not Kind.GENUINE and trials.count(Kind.GENUINE):
            found[f"EER {kind} %"] = _percent(trials.eer(kind, fusion).rate)
        found[f"{rate} %"] = _percent(float(trials.rates(kind, fusion, np.array([threshold]))[0]))
        found[f"{kind} trials"] = count
    return found


def _verdict(test: Mapping[str, Mapping[str, Mapping[str, Figures]]]) -> dict[str, Any]:
    """Whether the mean of the test writers' EERs, over kinds of forgery and numbers of specimens, went down."""
    both = [(f["before"], f["after"]) for by_count in test.values() for f in by_count.values()]
    rates = [(b[name], a[name]) for b, a in both for name in b if name.startswith("EER")]
    before, after = (float(np.mean([pair[side] for pair in rates])) for side in (0, 1))
    word = "better" if after < before else "worse" if after > before else "neither better nor worse"
    writers = int(sum(by_count["1 specimen"]["before"]["writers"] for by_count in test.values()))
    change = f"the mean EER went from {before:.1f} to {after:.1f} %"
    sentence = f"On this folder's test writers ({writers}) it got {word}: {change}."
    if writers < FEW:
        sentence += f" With fewer than {FEW} writers chance alone moves it by several points."
    return {"better": after < before, "verdict": sentence}


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """The report as a table for people to read."""
    lines = []
    for split in (Split.TEST, Split.DEVELOPMENT):
        for dataset, by_count in report[f"{split} writers"].items():
            for count, found in by_count.items():
                lines += [f"{dataset}, {split} writers, {count:24} before     after"]
                names = [name for name in found["before"] if name not in ("specimens", "writers")]
                lines += [f"  {name:40} {found['before'][name]:10} {found['after'][name]:10}" for name in names]
    return [*lines, report["verdict"]]


def write_report(report: Mapping[str, Any], out: Path) -> Path:
    """Keep the report beside the checkpoints; returns its path."""
    path = out / REPORT
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _percent(rate: float) -> float:
    return round(100.0 * rate, 2)
