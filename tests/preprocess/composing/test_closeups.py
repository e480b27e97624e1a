import numpy as np

from sigverify.preprocess.closeup import CHANNELS, HEIGHT, WIDTH
from sigverify.preprocess.composing.closeups import close_ups
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.making import drawn_near


def many(count=24):
    return [one for seed in range(count // 3) for one in close_ups(3, Hands(), np.random.default_rng(seed))]


def test_a_close_up_has_its_truth_for_every_pixel():
    for one in many(6):
        assert one.picture.shape == (HEIGHT, WIDTH, CHANNELS)
        assert one.picture.dtype == np.uint8
        assert one.truth.shape == (HEIGHT, WIDTH)
        assert one.truth.dtype == np.bool_


def test_what_is_true_is_ink():
    darker = [one.picture[one.truth][:, :3].mean() < one.picture[~one.truth][:, :3].mean() - 40 for one in signed()]
    assert np.mean(darker) > 0.9


def signed():
    return [one for one in many() if one.truth.sum() > 100]


def test_most_are_signed_and_some_are_not():
    samples = many(36)
    share = np.mean([one.truth.any() for one in samples])
    assert 0.5 < share < 1.0


def test_the_place_asked_about_mostly_holds_some_of_the_signature_and_often_not_all():
    share = [(one.truth & (one.picture[..., 3] == 0)).sum() / one.truth.sum() for one in signed()]
    assert np.median(share) > 0.6
    assert np.mean(np.array(share) < 0.9) > 0.15


def test_some_are_in_colour_and_some_are_not():
    coloured = [bool((one.picture[..., 0] != one.picture[..., 2]).any()) for one in many()]
    assert 0.2 < np.mean(coloured) < 0.95


def test_a_batch_is_known_by_its_number():
    one, same, other = (drawn_near(number, 5, Hands()) for number in (3, 3, 4))
    assert np.array_equal(one[0], same[0])
    assert np.array_equal(one[1], same[1])
    assert not np.array_equal(one[0], other[0])
