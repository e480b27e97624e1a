"""One protocol asked about three pictures of every questioned signature: given, alone on white, cropped from a cheque.

Imports no torch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sigverify.domain import LARGEST_DISTANCE
from sigverify.model.bootstrap import Estimate, Side, drawn, error_rates, estimate
from sigverify.model.evaluation import Fusion, Trials
from sigverify.model.metrics import Floats, eer, far, frr
from sigverify.model.protocol import Kind

EVERY: Final = "all together"
WAYS: Final = ("clean", "white", "cropped")


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """EER of skilled forgeries for one data set and number of specimens, four times over the same trials."""

    dataset: str
    specimens: int
    writers: int
    genuine: int  # trials
    skilled: int
    signatures: int  # different ones asked about
    clean: float  # signatures as given
    white: float  # the same ink in the size it has on the cheque, alone on white
    cropped: float  # as found and lifted; CANNOT JUDGE counts as rejected
    difference: Estimate  # cropped less clean, with the interval over writers drawn for both
    failures: int  # trials that ended in CANNOT JUDGE
    clean_of_found: float | None  # without those trials; None: nothing is left
    cropped_of_found: float | None
    clean_rates: tuple[float, float]  # FAR of skilled forgeries and FRR at the card's threshold
    cropped_rates: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Combined distances of the same trials, three ways, (n,) each."""

    dataset: str
    specimens: int
    genuine: NDArray[np.bool_]  # the others are skilled forgeries
    writer: NDArray[np.str_]
    questioned: NDArray[np.str_]
    failed: NDArray[np.bool_]
    score: Mapping[str, Floats]

    @property
    def complete(self) -> bool:
        """Whether there are trials of both kinds."""
        return bool(self.genuine.any() and (~self.genuine).any())

    def rate(self, way: str, *, of_found: bool = False) -> float | None:
        """EER; None where it needs trials that are not there."""
        kept = ~self.failed if of_found else np.ones_like(self.failed)
        genuine, forged = kept & self.genuine, kept & ~self.genuine
        if not (genuine.any() and forged.any()):
            return None
        return eer(self.score[way][genuine], self.score[way][forged]).rate

    def rates_at(self, way: str, threshold: float) -> tuple[float, float]:
        """FAR and FRR at a threshold."""
        at = np.array([threshold])
        score = self.score[way]
        return float(far(score[~self.genuine], at)[0]), float(frr(score[self.genuine], at)[0])

    def rates_drawn(self, way: str) -> Floats:
        """EER over draws of writers, (draws,), the same draws for every way."""
        names, number = np.unique(self.writer, return_inverse=True)
        genuine, forged = (
            Side(score=self.score[way][kept], writer=number[kept]) for kept in (self.genuine, ~self.genuine)
        )
        return error_rates(genuine, forged, drawn(len(names)), ())[0]


def scores_of(dataset: str, sides: Mapping[str, Trials], failed: NDArray[np.bool_], fusion: Fusion) -> Scores:
    """The scores of one data set's trials, by way; `failed` says of each frame whether its crop could not be judged."""
    known = sides["clean"]
    score = {way: trials.combined(fusion) for way, trials in sides.items()}
    lost = failed[known.questioned]
    score["cropped"][lost] = LARGEST_DISTANCE
    return Scores(
        dataset=dataset,
        specimens=known.specimens,
        genuine=known.of(Kind.GENUINE),
        writer=known.writer,
        questioned=known.questioned.astype(np.str_),
        failed=lost,
        score=score,
    )


def together(parts: Sequence[Scores]) -> Scores:
    """The trials of all data sets, held against one threshold."""
    return Scores(
        dataset=EVERY,
        specimens=max(one.specimens for one in parts),
        genuine=np.concatenate([one.genuine for one in parts]),
        writer=np.concatenate([one.writer for one in parts]),
        questioned=np.concatenate([one.questioned for one in parts]),
        failed=np.concatenate([one.failed for one in parts]),
        score={way: np.concatenate([one.score[way] for one in parts]) for way in WAYS},
    )


def deciding_of(scores: Scores, threshold: float) -> Deciding:
    """What the scores say; `threshold` is the card's."""
    clean, white, cropped = (scores.rate(way) for way in WAYS)
    if clean is None or white is None or cropped is None:
        raise ValueError("it takes trials of both kinds")
    writers = len(np.unique(scores.writer))
    apart = scores.rates_drawn("cropped") - scores.rates_drawn("clean")
    return Deciding(
        dataset=scores.dataset,
        specimens=scores.specimens,
        writers=writers,
        genuine=int(scores.genuine.sum()),
        skilled=int((~scores.genuine).sum()),
        signatures=len(np.unique(scores.questioned)),
        clean=clean,
        white=white,
        cropped=cropped,
        difference=estimate(cropped - clean, apart, writers),
        failures=int(scores.failed.sum()),
        clean_of_found=scores.rate("clean", of_found=True),
        cropped_of_found=scores.rate("cropped", of_found=True),
        clean_rates=scores.rates_at("clean", threshold),
        cropped_rates=scores.rates_at("cropped", threshold),
    )
