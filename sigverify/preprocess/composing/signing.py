"""Where and how somebody signs a drawn cheque: the place, what is printed there, and the signature itself."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sigverify.preprocess.composing.canvas import Area, Canvas
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.composing.lettering import words
from sigverify.preprocess.composing.printing import block, ink, rule, text
from sigverify.preprocess.composing.writing import Pencase

UNSIGNED: Final = 0.2
JOINT: Final = 0.12  # share of signed cheques with a second signature
WIDTHS: Final = (0.065, 0.30)  # of a signature, in shares of the cheque's width; few are wider
WIDE: Final = 0.08  # share that is
NAME: Final = 2.0  # times its height; a wider mark may be a name of several words, and is mostly written large
NAME_WIDTHS: Final = (0.2, 0.34)  # of such a one
LARGE: Final = 0.6  # share of them that is so large
BARE: Final = 0.25  # share of places to sign with nothing printed
WHITE_PLACE: Final = 0.2  # share of places that are left white on coloured paper
AT_THE_EDGE: Final = 0.15  # share of signatures that end at the right edge
HIGHEST: Final = 0.2  # of a signature, in shares of the cheque's width
SAYS: Final = (
    "Please sign above", "Authorised signatory", "Signature", "Signature(s)", "Authorised Signature", "Sign here",
    "Signature du client", "Account holder", "For and on behalf of", "Unterschrift", "AUTHORIZED SIGNATURE", "Firma",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Zone:
    """The part of a cheque that is to be signed."""

    area: Area
    rule: float | None  # where the line to sign on is, if there is one
    above: bool  # whether what is printed stands above


def print_zone(canvas: Canvas, area: Area, rng: np.random.Generator) -> Zone:
    """Print a line, a box, a row of words, several of them or nothing where somebody is to sign."""
    x0, y0, x1, y1 = area
    if rng.random() < WHITE_PLACE:
        shade = float(rng.uniform(240.0, 255.0))
        canvas.fill((x0 - 0.02, y0 - 0.01, x1 + 0.02, y1), (shade,) * 3, float(rng.uniform(0.6, 1.0)))
    if rng.random() < BARE:
        return Zone(area=area, rule=None, above=False)
    above = bool(rng.random() < 0.2)
    ruled = y1 - float(rng.uniform(0.1, 0.35)) * (y1 - y0) if rng.random() < 0.42 else None
    if ruled is not None:
        rule(canvas, x0, x1, ruled, rng)
    if rng.random() < 0.14:
        canvas.frame((x0, y0, x1, y1), ink(rng), float(rng.uniform(0.0008, 0.002)))
    if rng.random() < 0.8:
        says = str(rng.choice(SAYS)) if rng.random() < 0.85 else words(rng, 2)
        high = float(rng.uniform(0.008, 0.021))
        y = y0 + 0.002 if above else (ruled or y1 - high * 1.4) + 0.003
        text(canvas, says, x0 + float(rng.uniform(-0.02, 0.5)) * (x1 - x0), y, high, rng, ink(rng))
        for row in range(int(rng.choice([0, 1, 2], p=(0.45, 0.45, 0.1)))):  # who it is that signs
            name = words(rng, 2).upper() if rng.random() < 0.7 else words(rng, 2)
            across = x0 + float(rng.uniform(-0.02, 0.35)) * (x1 - x0)
            text(canvas, name[:26], across, y - (row + 1) * high * float(rng.uniform(1.25, 1.7)), high, rng)
    if rng.random() < 0.12:
        block(canvas, x0 + float(rng.uniform(-0.02, 0.2)), y0 + float(rng.uniform(0.0, 0.03)), rng, 2, 0.011)
    return Zone(area=area, rule=ruled, above=above)


def sign(canvas: Canvas, zone: Zone, hands: Hands, pen: Pencase, rng: np.random.Generator) -> None:
    """Put a signature about a zone: over its line, touching its print, beside it, now and then far off."""
    mark = hands.signature(rng)
    own_width, own_height = mark.size
    flat = float(rng.uniform(0.85, 1.2))
    low, high = WIDTHS if rng.random() > WIDE else (0.3, 0.45)
    if own_width > NAME * own_height and rng.random() < LARGE:
        low, high = NAME_WIDTHS
    wide = float(rng.uniform(low, high))
    wide = min(wide, HIGHEST * float(rng.uniform(0.45, 1.0)) * own_width / (own_height * flat))
    cover = mark.cover(max(8.0, canvas.at(wide)), max(0.8, canvas.at(pen.wide)), rng, flat=flat)
    x0, y0, x1, y1 = (canvas.at(edge) for edge in zone.area)
    x = (x0 + x1 - cover.shape[1]) / 2 + float(rng.normal(0.0, 0.25)) * max(8.0, x1 - x0 - cover.shape[1])
    if zone.rule is not None:
        y = canvas.at(zone.rule) - float(rng.uniform(0.45, 1.1)) * cover.shape[0]
    else:
        y = (y0 + y1 - cover.shape[0]) / 2 + float(rng.normal(0.03, 0.2)) * (y1 - y0)
    if rng.random() < AT_THE_EDGE:
        x = float(rng.uniform(0.96, 1.0)) * canvas.width - cover.shape[1]
    x = float(np.clip(x, -0.01 * canvas.width, canvas.width * 1.01 - cover.shape[1]))
    y = float(np.clip(y, 0.0, canvas.height - cover.shape[0]))
    canvas.sign(cover, x, y, pen.colour, pen.strength)
