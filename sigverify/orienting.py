"""Which way up a cheque lies: a network looks at it both ways where it is not sure."""

import math
from dataclasses import dataclass
from typing import Final

from sigverify.domain import Image
from sigverify.locators import Probability, Sees
from sigverify.preprocess import locating
from sigverify.preprocess.page import Page

DOUBTED: Final = 0.3  # probability of lying upside down from which on a cheque is looked at the other way up, too
TURNED: Final = 3.0  # log-odds, both looks together, from which on it is turned: of 21 cheques 20 come upright
SUREST: Final = 1e-6  # from certainty; log-odds end there


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """What a network sees on a page taken for upright."""

    page: Page
    probability: Probability
    upside_down: float  # probability

    @property
    def against(self) -> float:
        """Log-odds of its lying upside down."""
        p = min(max(self.upside_down, SUREST), 1.0 - SUREST)
        return math.log(p / (1.0 - p))


def the_right_way_up(pixels: Image, page: Page, locator: Sees) -> Look:
    """The page, turned by half where it lies upside down, and what the network sees on it.

    The two looks have to tell the same. How sure of a signature the network is does not come in: it is as sure of one
    that lies upside down.
    """
    look = _look(pixels, page, locator)
    if look.upside_down < DOUBTED:
        return look
    turned = _look(pixels, page.turned_by(2), locator)
    return turned if look.against - turned.against >= TURNED else look


def _look(pixels: Image, page: Page, locator: Sees) -> Look:
    saw = locator.see(locating.seen(pixels, page))
    probability = _without_padding(saw.probability, page)
    return Look(page=page, probability=probability, upside_down=saw.upside_down)


def _without_padding(probability: Probability, page: Page) -> Probability:
    """The part of the network's answer that is the cheque, without the white it was filled up with."""
    scale = locating.scale_of(page.size) / locating.CELL
    width, height = (max(1, round(side * scale)) for side in page.size)
    return probability[:height, :width]
