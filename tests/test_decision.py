import math

import pytest

from sigverify.decision import decide
from sigverify.domain import Decision, Quality, QualityReason

GOOD = Quality()
POOR = Quality(reasons=(QualityReason.TOO_FAINT,))


@pytest.mark.parametrize(
    ("distance", "decision"),
    [
        (0.0, Decision.ACCEPT),
        (0.5, Decision.ACCEPT),  # at the threshold
        (math.nextafter(0.5, 1.0), Decision.FLAG),
        (2.0, Decision.FLAG),
    ],
)
def test_a_signature_is_accepted_at_or_below_the_threshold(distance, decision):
    assert decide(distance, GOOD, [GOOD], 0.5) is decision


@pytest.mark.parametrize("distance", [None, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("threshold", [0.0, 0.5, 2.0])
def test_in_doubt_a_signature_is_not_accepted(distance, threshold):
    assert decide(distance, GOOD, [GOOD], threshold) is Decision.CANNOT_JUDGE


@pytest.mark.parametrize("threshold", [math.nan, math.inf, -math.inf])
def test_without_a_threshold_nothing_is_judged(threshold):
    assert decide(0.1, GOOD, [GOOD], threshold) is Decision.CANNOT_JUDGE


@pytest.mark.parametrize(
    ("questioned", "specimens"), [(POOR, [GOOD]), (GOOD, [POOR]), (GOOD, [POOR, POOR]), (GOOD, [])]
)
def test_a_poor_image_is_never_flagged_nor_accepted(questioned, specimens):
    assert decide(0.1, questioned, specimens, 0.5) is Decision.CANNOT_JUDGE
    assert decide(1.9, questioned, specimens, 0.5) is Decision.CANNOT_JUDGE


def test_one_good_specimen_among_poor_ones_is_enough():
    assert decide(0.1, GOOD, [POOR, GOOD], 0.5) is Decision.ACCEPT
