import numpy as np
import pytest

from sigverify.batch.items import Result, Truth, Verdict
from sigverify.batch.rates import MOST_CLUSTERS, error_rates_of, measured
from sigverify.batch.whatif import WhatIf, in_force
from sigverify.domain import Policy
from tests.batch.made import EMPTY, result


def line(number: int, distance: float, expected: Truth | None = None, **changed: object) -> Result:
    verdict = Verdict.ACCEPT if distance <= 0.4 else Verdict.FLAG
    fields = {"decision": verdict, "distance": distance, "threshold": 0.4, "expected": expected, **changed}
    return result(number, **fields)


def test_a_moved_threshold_tells_which_items_change_side_and_how_many_there_are_then():
    judged = [line(2, 0.1), line(3, 0.4), line(4, 0.5), line(5, 0.5, specimens=1), EMPTY]
    change = WhatIf(judged).at(Policy(one=0.6, several=0.3))
    assert change.to_flag == (1,)
    assert change.to_accept == (3,)
    assert change.counts.total == len(judged)
    assert (change.counts[Verdict.ACCEPT], change.counts[Verdict.FLAG], change.counts[Verdict.ERROR]) == (2, 2, 1)


def test_at_the_threshold_itself_an_item_is_accepted_and_nothing_changes():
    judged = [line(2, 0.4), line(3, 0.4000001), EMPTY]
    change = WhatIf(judged).at(Policy(one=0.4, several=0.4))
    assert change.to_flag == change.to_accept == ()


def test_what_is_to_be_reviewed_stays_so_until_it_would_be_flagged():
    judged = [line(2, 0.2, decision=Verdict.REVIEW)]
    assert WhatIf(judged).at(Policy(one=1, several=1)).counts[Verdict.REVIEW] == 1
    assert WhatIf(judged).at(Policy(one=0.1, several=0.1)).to_flag == (0,)


def test_an_item_without_a_distance_is_never_accepted_whatever_the_threshold():
    judged = [result(2, decision=Verdict.CANNOT_JUDGE, distance=None), EMPTY]
    change = WhatIf(judged).at(Policy(one=2, several=2))
    assert change.to_accept == ()
    assert change.counts[Verdict.ACCEPT] == 0


def known(customers: int = 20) -> list[Result]:
    """Two genuine, a skilled and a random item for each customer; one customer in five is easily imitated."""
    rng = np.random.default_rng(1)
    lines = []
    for customer in range(customers):
        near = 0.3 if customer % 5 == 0 else 0.6
        for kind, distance in (
            (Truth.GENUINE, 0.2),
            (Truth.GENUINE, 0.45 if customer % 10 == 0 else 0.3),
            (Truth.SKILLED, near),
            (Truth.RANDOM, 0.9),
        ):
            at = distance + 0.01 * float(rng.random())
            lines.append(line(2 + len(lines), at, kind, references=(f"{customer}.png",)))
    return lines


def test_where_the_truth_is_known_the_rates_are_told_with_counts_and_skilled_and_random_apart():
    held = measured([*known(), line(500, 0.3), result(501, decision=Verdict.CANNOT_JUDGE, distance=None)])
    assert held is not None
    told = error_rates_of(held)
    assert told.frr is not None
    assert (told.frr.part, told.frr.whole) == (2, 40)
    assert (told.far[Truth.SKILLED].part, told.far[Truth.SKILLED].whole) == (4, 20)
    assert (told.far[Truth.RANDOM].part, told.far[Truth.RANDOM].whole) == (0, 20)
    assert Truth.FORGED not in told.far
    skilled = told.far[Truth.SKILLED].rate
    assert skilled.low is not None
    assert skilled.high is not None
    assert skilled.low < 0.2 < skilled.high
    assert told.eer[Truth.RANDOM].value == pytest.approx(0.0, abs=0.01)
    assert 0.05 < told.eer[Truth.SKILLED].value < 0.3


def test_what_could_not_be_judged_is_counted_and_in_no_rate():
    held = measured([*known(), result(501, decision=Verdict.CANNOT_JUDGE, distance=None, expected=Truth.GENUINE)])
    assert held is not None
    told = error_rates_of(held)
    assert told.unjudged == {Truth.GENUINE: 1}
    assert told.frr is not None
    assert told.frr.whole == 40


def test_rates_move_with_the_threshold():
    asked = WhatIf(known())
    strict, lax = asked.rates(Policy(one=0.25, several=0.25)), asked.rates(Policy(one=1.0, several=1.0))
    assert strict is not None
    assert lax is not None
    assert strict.frr is not None
    assert lax.frr is not None
    assert strict.frr.part == 20
    assert lax.frr.part == 0
    assert lax.far[Truth.RANDOM].part == 20


def test_without_known_truth_there_are_no_rates():
    assert WhatIf([line(2, 0.1), EMPTY]).rates(Policy(one=1, several=1)) is None


def test_few_customers_have_no_interval_and_very_many_have_one_as_well():
    few, many = measured(known(3)), measured(known(MOST_CLUSTERS + 50))
    assert few is not None
    assert many is not None
    assert few.customers == 3
    assert error_rates_of(few).far[Truth.SKILLED].rate.low is None
    rate = error_rates_of(many).far[Truth.SKILLED].rate
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low < 0.2 < rate.high
    assert rate.high - rate.low < 0.08


def test_the_thresholds_in_force_are_read_off_the_results():
    assert in_force([line(2, 0.1), line(3, 0.1, specimens=1, threshold=0.5), EMPTY]) == Policy(one=0.5, several=0.4)
    assert in_force([line(2, 0.1)]) == Policy(one=0.4, several=0.4)
    assert in_force([EMPTY]) is None
    assert in_force([line(2, 0.1), line(3, 0.1, threshold=0.5)]) is None
