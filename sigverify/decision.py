"""The judgement itself: distance, quality and threshold in, decision out. Pure."""

import math
from collections.abc import Sequence

from sigverify.domain import Decision, Quality


def decide(
    distance: float | None, questioned_quality: Quality, specimen_qualities: Sequence[Quality], threshold: float
) -> Decision:
    """ACCEPT at or below the threshold, FLAG above it; what could not be measured is never accepted nor flagged."""
    if not questioned_quality.good or not any(quality.good for quality in specimen_qualities):
        return Decision.CANNOT_JUDGE
    if distance is None or not math.isfinite(distance) or not math.isfinite(threshold):
        return Decision.CANNOT_JUDGE
    return Decision.ACCEPT if distance <= threshold else Decision.FLAG
