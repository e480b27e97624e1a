"""Where most trials of each kind lie, read off a model card."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from sigverify.gui.axis import quantile
from sigverify.gui.reading import Band
from sigverify.model.card import OperatingCurve

MOST: Final = 0.05, 0.95  # the band on the bar holds nine of ten trials


def bands_of(curve: OperatingCurve, end: float) -> tuple[Band, ...]:
    """Where nine of ten genuine signatures, and of those of other writers, lie by the card's measurements."""
    kinds = (
        (
            QCoreApplication.translate("VerifyPage", "same writer, 9 of 10"),
            [1.0 - rate for rate in curve.frr],
            curve.genuine,
        ),
        (QCoreApplication.translate("VerifyPage", "other writers, 9 of 10"), list(curve.far_random), curve.random),
    )
    bands = []
    for label, shares, trials in kinds:
        low, high = (quantile(shares, curve.thresholds, share) for share in MOST)
        if trials and low is not None and low < end:
            bands.append(Band(label=label, low=low, high=end if high is None else min(high, end)))
    return tuple(bands)
