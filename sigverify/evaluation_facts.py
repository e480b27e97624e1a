"""What is told of an evaluation beside its figures: the pictures, what was used, what speaks against it."""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from sigverify import __version__
from sigverify.corpus import Acquired
from sigverify.model import bootstrap
from sigverify.model.card import ModelCard
from sigverify.model.dataset import Split
from sigverify.model.evaluation import Trials
from sigverify.model.protocol import Kind, Protocol
from sigverify.report.evaluation import Acquisition, Origin

EVERY: Final = "all"
TOLD_VERSIONS: Final = ("matplotlib", "numpy", "opencv-python", "pillow", "scikit-learn", "scipy", "torch")

ByGroup = Mapping[int, Mapping[str, Trials]]


def acquisitions(acquired: Acquired, trials: ByGroup, card: ModelCard) -> tuple[Acquisition, ...]:
    """What came of the pictures of every data set."""
    corpus = acquired.corpus
    lost = [dataset for dataset, _ in acquired.lost]
    found = []
    for dataset in sorted({*corpus.dataset.tolist(), *lost}):
        of_set = corpus.dataset == dataset
        writers = set(corpus.writer[of_set].tolist())
        held = {group: by_set[dataset] for group, by_set in trials.items() if dataset in by_set}
        found.append(
            Acquisition(
                dataset=dataset,
                writers=len(writers),
                tried=len(writers & {writer for one in held.values() for writer in one.writer.tolist()}),
                genuine=int((of_set & corpus.genuine).sum()),
                forged=int((of_set & ~corpus.genuine).sum()),
                lost=lost.count(dataset),
                poor_genuine=int((of_set & acquired.poor & corpus.genuine).sum()),
                poor_forged=int((of_set & acquired.poor & ~corpus.genuine).sum()),
                eer_without_poor=_without_poor(held, acquired, card),
            )
        )
    return tuple(found)


def _without_poor(held: Mapping[int, Trials], acquired: Acquired, card: ModelCard) -> dict[int, float]:
    """EER of skilled forgeries by group, nothing poor being asked about; specimens stay as they are."""
    rates = {}
    for group, trials in held.items():
        good = trials.where(~acquired.poor[trials.questioned])
        if good.count(Kind.GENUINE) and good.count(Kind.SKILLED):
            rates[group] = good.eer(Kind.SKILLED, card.fusion).rate
    return rates


def warnings_of(card: ModelCard, split: Split | None, scored: set[str]) -> tuple[str, ...]:
    """What stands against taking the figures for those of unseen writers."""
    learnt = sorted(scored & {str(row.get("name")) for row in card.data})
    if split is Split.TEST or not learnt:
        return ()
    names = ", ".join(learnt)
    if split is Split.DEVELOPMENT:
        return (f"Thresholds and fusion were chosen on development writers of {names}: figures of theirs are hopeful.",)
    return (f"The weights were trained on writers of {names}: figures of theirs say nothing of unseen writers.",)


def origin_of(
    card: ModelCard, protocol: Protocol, *, data: str, split: Split | None, device: str, trials_from: str
) -> Origin:
    """What has to be known to make the figures again."""
    return Origin(
        model=card.identity,
        calibrated=getattr(card, "calibration", None) is not None,
        data=data,
        split=EVERY if split is None else split.value,
        protocol=protocol.digest,
        seed=f"trials from {trials_from}, writers drawn {bootstrap.DRAWS} times from seed {bootstrap.SEED}",
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        versions={
            "sigverify": __version__,
            "Python": platform.python_version(),
            **{name: version(name) for name in TOLD_VERSIONS},
        },
        device=device,
    )
