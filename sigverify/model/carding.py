"""From a trained network to its card: what development writers choose, and what it then earns on test writers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import numpy as np

from sigverify.model.answering import trials_of
from sigverify.model.calibration import DIGITS, Calibration, Group, cost, fit
from sigverify.model.card import ModelCard, OperatingCurve
from sigverify.model.choosing import FUSION_COUNTS, SEVERAL, BySet, choose_fusion, forgery_of, threshold_of
from sigverify.model.dataset import Corpus, Split
from sigverify.model.distance import Floats
from sigverify.model.evaluation import Trials, TrialsWith
from sigverify.model.network import Network, parameters_of
from sigverify.model.protocol import Kind
from sigverify.model.publishing import architecture_of
from sigverify.model.sampling import SamplingConfig, drawn_from
from sigverify.model.training import TrainingConfig, recipe_of

GRID: Final = 0.01  # step of the operating curve's thresholds


@dataclass(frozen=True, kw_only=True)
class CardText:
    """What a card says that is not measured."""

    name: str
    preprocessing: str
    frame: tuple[int, int]  # height, width
    data: list[dict[str, Any]] = field(default_factory=list)
    terms: str = "Bound by the terms of the data it was trained on."
    limits: str = "Screening, not a forensic opinion."


@dataclass(frozen=True, kw_only=True)
class Earned:
    """What a card says that is measured; the names are those of `ModelCard`."""

    fusion: dict[str, float]
    one: OperatingCurve
    several: OperatingCurve
    scale_end: float
    calibration: Calibration
    results: dict[str, Any]

    def on(self, card: ModelCard) -> ModelCard:
        """The card with what was measured here in place of what it said before."""
        return replace(card, **{field.name: getattr(self, field.name) for field in fields(self)})


def measured_card(network: Network, corpus: Corpus, config: TrainingConfig, text: CardText) -> ModelCard:
    """The card of a trained network, without the digest of its weights, which are not written yet.

    Development and test writers of `corpus` are used, and with the former train writers that the network was not shown.
    Raises ValueError where they have no forgeries of any kind.
    """
    parts = chosen_by(corpus, config), corpus.part(Split.TEST)
    earned = measured(*(trials_of(network, part) for part in parts))
    return ModelCard(
        name=text.name,
        sha256="",
        preprocessing=text.preprocessing,
        architecture=architecture_of(network, text.frame),
        fusion=earned.fusion,
        one=earned.one,
        several=earned.several,
        scale_end=earned.scale_end,
        calibration=earned.calibration,
        results=earned.results,
        recipe={**recipe_of(config), "parameters": parameters_of(network)},
        data=text.data or counted_data(corpus, config.sampling),
        terms=text.terms,
        limits=text.limits,
    )


def chosen_by(corpus: Corpus, config: TrainingConfig) -> Corpus:
    """Whom fusion, thresholds and calibration are chosen by: development writers, and train writers not trained on.

    Those are of data sets that have no share of the batches. A training that went out from other weights chooses by
    development writers alone, for those may have seen anybody else.
    """
    spared = corpus.split == Split.DEVELOPMENT.value
    if not config.start:
        spared |= (corpus.split == Split.TRAIN.value) & ~config.sampling.draws(corpus.dataset)
    return corpus.where(spared)


def measured(development: TrialsWith, test: TrialsWith) -> Earned:
    """Fusion, thresholds and calibration from development writers; error rates and Cllr from test writers.

    Raises ValueError where either has no genuine trials, or no forgeries of any kind.
    """
    found = {n: usable(development, n) for n in (1, *FUSION_COUNTS)}
    fusion = choose_fusion({n: found[n] for n in FUSION_COUNTS})
    one = threshold_of([found[1]], fusion)
    several = threshold_of([found[n] for n in FUSION_COUNTS], fusion)
    reported = {n: usable(test, n) for n in (1, *FUSION_COUNTS)}
    calibration = calibrated(found, reported, fusion)
    end = _scale_end(reported[1], fusion)
    return Earned(
        fusion=fusion,
        one=curve_of(reported[1], fusion, one, end, 1),
        several=curve_of(reported[SEVERAL], fusion, several, end, SEVERAL),
        scale_end=end,
        calibration=calibration,
        results={
            "test writers": table(reported[1], reported[SEVERAL], fusion, one, several, calibration),
            "writers not trained on, by whom fusion, thresholds and calibration were chosen": table(
                found[1], found[SEVERAL], fusion, one, several, calibration
            ),
        },
    )


def usable(part: TrialsWith, specimens: int) -> dict[str, Trials]:
    """Trials of the data sets that have genuine ones and forgeries of any kind; raises ValueError when none has."""
    found = part(specimens)
    both = {
        dataset: trial
        for dataset, trial in found.items()
        if trial.count(Kind.GENUINE) and (trial.count(Kind.SKILLED) or trial.count(Kind.RANDOM))
    }
    if not both:
        raise ValueError("rates need writers with several genuine signatures, and forgeries or other writers")
    return both


def calibrated(found: Mapping[int, BySet], reported: Mapping[int, BySet], fusion: Mapping[str, float]) -> Calibration:
    """A calibration fitted on development trials `found`, with its Cllr there and on the test trials `reported`."""
    development, test = groups_of(found.values()), groups_of(reported.values())
    calibration = fit(development, fusion)
    return replace(
        calibration,
        cllr=_rounded(cost(calibration, development, fusion)),
        cllr_test=_rounded(cost(calibration, test, fusion)),
    )


def groups_of(found: Iterable[BySet]) -> list[Group]:
    """Trials as a calibration takes them: genuine against skilled, or random where a set has no skilled forgeries."""
    groups = []
    for dataset, trial in (pair for by_set in found for pair in by_set.items()):
        forgery = forgery_of(trial)
        used = (trial.kind == Kind.GENUINE.value) | (trial.kind == forgery.value)
        groups.append(
            Group(
                dataset=dataset,
                distances=trial.distances[used],
                spread=trial.spread[used],
                genuine=trial.kind[used] == Kind.GENUINE.value,
            )
        )
    return groups


def _rounded(cost_: float | None) -> float | None:
    return None if cost_ is None else round(cost_, DIGITS)


def curve_of(found: BySet, fusion: Mapping[str, float], threshold: float, end: float, specimens: int) -> OperatingCurve:
    """Error rates over thresholds 0..end, every data set weighing the same; trials counted over all."""
    thresholds = np.round(np.arange(0.0, end + GRID / 2, GRID), 4)

    def mean(kind: Kind) -> tuple[float, ...]:
        rates = [trial.rates(kind, fusion, thresholds) for trial in found.values() if trial.count(kind)]
        worst: Floats = np.ones_like(thresholds)  # not measured is never good
        return tuple(np.round(np.mean(rates, axis=0) if rates else worst, 5).tolist())

    def count(kind: Kind) -> int:
        return sum(trial.count(kind) for trial in found.values())

    return OperatingCurve(
        specimens=specimens,
        development_threshold=threshold,
        thresholds=tuple(thresholds.tolist()),
        far_random=mean(Kind.RANDOM),
        far_skilled=mean(Kind.SKILLED),
        frr=mean(Kind.GENUINE),
        genuine=count(Kind.GENUINE),
        random=count(Kind.RANDOM),
        skilled=count(Kind.SKILLED),
    )


def table(
    one: BySet,
    several: BySet,
    fusion: Mapping[str, float],
    threshold_one: float,
    threshold_several: float,
    calibration: Calibration,
) -> dict[str, dict[str, float]]:
    """By data set: EER with one and several specimens and the rates at the card's thresholds in per cent, and Cllr."""
    rows: dict[str, dict[str, float]] = {}
    for name, found, threshold in (("one", one, threshold_one), ("several", several, threshold_several)):
        for dataset, trial in found.items():
            row = rows.setdefault(dataset, {"writers": trial.writers})
            row[f"{name}: specimens"] = trial.specimens
            for kind in (Kind.SKILLED, Kind.RANDOM):
                if trial.count(kind):
                    row[f"{name}: EER {kind} %"] = _percent(trial.eer(kind, fusion).rate)
            for kind in Kind:
                if trial.count(kind):
                    rate = "FRR" if kind is Kind.GENUINE else f"FAR {kind}"
                    row[f"{name}: {rate} at threshold %"] = _percent(_at(trial, kind, fusion, threshold))
                    row[f"{name}: {kind} trials"] = trial.count(kind)
            bits = _rounded(cost(calibration, groups_of([{dataset: trial}]), fusion))
            if bits is not None:
                row[f"{name}: Cllr"] = bits
    return rows


def _at(trial: Trials, kind: Kind, fusion: Mapping[str, float], threshold: float) -> float:
    return float(trial.rates(kind, fusion, np.array([threshold]))[0])


def _percent(rate: float) -> float:
    return round(100.0 * rate, 2)


def _scale_end(found: BySet, fusion: Mapping[str, float]) -> float:
    """A round distance that nearly all random forgeries stay below."""
    far_away = np.concatenate([trial.scores(Kind.RANDOM, fusion) for trial in found.values()])
    return float(min(2.0, np.ceil(10.0 * np.quantile(far_away, 0.995)) / 10.0)) if len(far_away) else 1.4


def counted_data(corpus: Corpus, sampling: SamplingConfig) -> list[dict[str, Any]]:
    """What the weights were trained on, counted."""
    train = drawn_from(corpus.part(Split.TRAIN), sampling)
    rows = []
    for dataset in np.unique(train.dataset):
        part = train.where(train.dataset == dataset)
        signatures, first = np.unique(part.signature, return_index=True)
        genuine = int(part.genuine[first].sum())
        rows.append(
            {
                "name": str(dataset),
                "writers": len(np.unique(part.writer)),
                "genuine": genuine,
                "forged": len(signatures) - genuine,
            }
        )
    return rows
