"""The model card: what weights need, where they come from and what they earned. Imports no torch."""

import bisect
import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from sigverify.domain import LARGEST_DISTANCE, ModelIdentity, Policy
from sigverify.errors import ModelError
from sigverify.model.calibration import Calibration
from sigverify.model.distance import EUCLIDEAN, Measure
from sigverify.model.matching import Tokens

CARD_FORMAT: Final = 1  # raised when a reader of the old form would misunderstand the new one


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Error rates at one threshold, each a share of its own kind of trial (0..1)."""

    threshold: float
    far_random: float  # random forgeries accepted
    far_skilled: float  # skilled forgeries accepted
    frr: float  # genuine signatures flagged


@dataclass(frozen=True, kw_only=True)
class OperatingCurve:
    """Error rates over a rising list of thresholds, measured on test writers, with the trials counted."""

    specimens: int  # how many specimens each questioned signature was held against
    development_threshold: float  # the EER point on the writers that chose it
    thresholds: tuple[float, ...]
    far_random: tuple[float, ...]
    far_skilled: tuple[float, ...]
    frr: tuple[float, ...]
    genuine: int  # trials
    random: int
    skilled: int

    def __post_init__(self) -> None:
        size = len(self.thresholds)
        if size < 2 or any(len(rates) != size for rates in (self.far_random, self.far_skilled, self.frr)):
            raise ValueError("an operating curve needs as many rates of each kind as thresholds, and at least two")
        if list(self.thresholds) != sorted(self.thresholds):
            raise ValueError("the thresholds of an operating curve rise")
        if not 0.0 <= self.development_threshold <= LARGEST_DISTANCE:  # not a number fails here, too
            raise ValueError(f"the threshold of an operating curve lies between 0 and {LARGEST_DISTANCE:g}")
        if min(self.specimens, self.genuine, self.random, self.skilled) < 0:
            raise ValueError("an operating curve counts specimens and trials from 0")
        every = (*self.far_random, *self.far_skilled, *self.frr)
        if not all(math.isfinite(rate) and 0.0 <= rate <= 1.0 for rate in every):
            raise ValueError("a rate lies between 0 and 1")

    def at(self, threshold: float) -> Rates:
        """Rates at a threshold, interpolated between the measured ones."""
        return Rates(
            threshold=threshold,
            far_random=self._between(self.far_random, threshold),
            far_skilled=self._between(self.far_skilled, threshold),
            frr=self._between(self.frr, threshold),
        )

    def _between(self, rates: tuple[float, ...], threshold: float) -> float:
        right = bisect.bisect_left(self.thresholds, threshold)
        if right == 0:
            return rates[0]
        if right == len(self.thresholds):
            return rates[-1]
        low, high = self.thresholds[right - 1], self.thresholds[right]
        share = (threshold - low) / (high - low)
        return rates[right - 1] + share * (rates[right] - rates[right - 1])


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Everything that has to be known before weights may judge."""

    name: str  # "thin-resnet-2026.11"
    sha256: str  # of the weights' file
    preprocessing: str  # fingerprint
    architecture: dict[str, Any]  # what `network.build` needs
    fusion: dict[str, float]  # what `distance.fused` needs
    one: OperatingCurve
    several: OperatingCurve
    scale_end: float  # right end of the distance bar
    calibration: Calibration | None = None  # None: nothing is said of how far a comparison speaks for whom
    results: dict[str, Any] = field(default_factory=dict)  # a table for each data set, for reading
    recipe: dict[str, Any] = field(default_factory=dict)
    data: list[dict[str, Any]] = field(default_factory=list)  # name, writers, images, source, terms
    terms: str = ""
    limits: str = ""

    def __post_init__(self) -> None:
        if not 0.0 < self.scale_end <= LARGEST_DISTANCE:
            raise ValueError("the distance bar ends between 0 and 2")

    @property
    def identity(self) -> ModelIdentity:
        """What a verification records of its model."""
        return ModelIdentity(name=self.name, sha256=self.sha256, preprocessing=self.preprocessing)

    @property
    def measure(self) -> Measure:
        """How embeddings are held against each other; cards of before local descriptors say nothing of it.

        Raises ValueError, KeyError or TypeError where the card is damaged there.
        """
        told = self.architecture.get("measure")
        if told is None:
            return EUCLIDEAN
        tokens = told["tokens"]
        if tokens is not None:
            tokens = Tokens(**{**tokens, "reach": tuple(tokens["reach"])})
        return Measure(**{**told, "tokens": tokens})

    @property
    def policy(self) -> Policy:
        """The model's own thresholds: the EER points on the writers that chose them."""
        return Policy(one=self.one.development_threshold, several=self.several.development_threshold)

    def curve(self, specimens: int) -> OperatingCurve:
        """The curve that applies to a comparison with so many specimens."""
        return self.one if specimens == 1 else self.several

    def to_json(self) -> str:
        """The card as it stands beside the weights."""
        return json.dumps({"format": CARD_FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "ModelCard":
        """Read a card; raises ModelError when it is not one."""
        try:
            fields = json.loads(text)
            if fields.pop("format") != CARD_FORMAT:
                raise ModelError("This model card was written by another version of sigverify. Reinstall sigverify.")
            one, several = _curve(fields.pop("one")), _curve(fields.pop("several"))
            told = fields.pop("calibration", None)  # older cards have none
            calibration = None if told is None else Calibration.from_json(told)
            return cls(one=one, several=several, calibration=calibration, **fields)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                "The model card is damaged. Reinstall sigverify or restore the weights' folder."
            ) from error

    @classmethod
    def load(cls, path: Path) -> "ModelCard":
        """The card in a file; raises ModelError when it is missing or damaged."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"The model card {path.name} cannot be read. Reinstall sigverify or restore the weights' folder."
            raise ModelError(message) from error
        return cls.from_json(text)


def _curve(fields: dict[str, Any]) -> OperatingCurve:
    lists: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}
    return OperatingCurve(**lists)
