"""Which way up a cheque lies, by what a network says of it both ways."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from sigverify.orienting import the_right_way_up
from sigverify.preprocess.locating import candidates
from sigverify.preprocess.page import Page
from tests.cheques import Saw

UPPER, LOWER = 0, 1  # half of the picture that a signature is seen in
SURE = np.array([0.97, 0.91], np.float32)  # how sure the network is of it there


@dataclass
class Opinion:
    """A network that says of a cheque how likely it lies upside down, as given and turned by half."""

    given: float
    turned: float
    near: None = None
    looks: list[int] = field(default_factory=list)

    def see(self, grey):
        lower, upper = grey[grey.shape[0] // 2 :].mean(), grey[: grey.shape[0] // 2].mean()
        self.looks.append(UPPER if upper < lower else LOWER)
        probability = np.zeros((grey.shape[0] // 2, grey.shape[1] // 2), np.float32)
        probability[40:60, 200:260] = SURE[self.looks[-1]]
        return Saw(probability, self.given if self.looks[-1] == UPPER else self.turned)


def cheque():
    """Light grey, with ink in its upper half."""
    pixels = np.full((256, 640), 240, np.uint8)
    pixels[30:60, 40:600:7] = 0
    pixels[80:110, 410:510] = 20
    return pixels


def looked_at(given, turned):
    pixels, network = cheque(), Opinion(given, turned)
    return the_right_way_up(pixels, Page.whole(pixels), network), network


@pytest.mark.parametrize(
    ("given", "turned", "is_turned"),
    [
        (0.99, 0.01, True),
        (0.6, 0.05, True),
        (0.4, 0.02, True),  # more likely upright by itself, but turned it is so much more likely
        (0.8, 0.2, False),  # as one cheque that was the right way up
        (0.9, 0.9, False),
        (0.9, 0.99, False),
        (1.0, 1.0, False),
        (1.0, 0.0, True),
        (float("nan"), 0.1, False),
    ],
)
def test_a_cheque_is_turned_where_both_looks_say_so(given, turned, is_turned):
    look, network = looked_at(given, turned)
    assert network.looks == [UPPER, LOWER]
    assert look.page.turned == (2 if is_turned else 0)
    assert look.upside_down == pytest.approx(turned if is_turned else given, nan_ok=True)
    assert look.probability.max() == SURE[LOWER if is_turned else UPPER]


def test_a_cheque_that_is_surely_the_right_way_up_is_looked_at_once():
    look, network = looked_at(0.2, 0.0)
    assert network.looks == [UPPER]
    assert look.page.turned == 0


def test_what_was_seen_belongs_to_the_page_as_it_was_turned():
    pixels, height, width = cheque(), *cheque().shape
    looks = [looked_at(0.1, 0.9)[0], looked_at(0.9, 0.1)[0]]
    (one,), (other,) = (candidates(look.probability, look.page, pixels) for look in looks)
    x0, y0, x1, y1 = one.box
    assert np.abs(np.subtract(other.box, (width - x1, height - y1, width - x0, height - y0))).max() < 60


def test_what_was_seen_is_of_the_cheque_alone_without_the_white_about_it():
    pixels = np.full((250, 600), 240, np.uint8)
    look = the_right_way_up(pixels, Page.whole(pixels), Opinion(0.1, 0.9))
    height, width = look.probability.shape
    assert width == 320
    assert height == round(250 * 640 / 600 / 2)
