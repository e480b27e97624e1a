"""Signatures of people who do not exist: a plan of movements, varied a little by its owner and more by a forger.

A person keeps the plan and its rhythm; a forger has seen the trace only, follows it with movements of their own, more
slowly, and less steadily for it.
"""

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.inking import Pen, on_paper
from sigverify.preprocess.letterforms import CAPITAL, ENTRY, FLOURISHES, SMALL, Letter, Pulse
from sigverify.preprocess.motion import Hand, Run, Trace, trace
from sigverify.preprocess.reading import encode_png

X_HEIGHT: Final = 30.0  # pixels at 300 dpi of a small letter, 2.5 mm
SYLLABLES: Final = (
    "an", "el", "or", "in", "us", "en", "ri", "la", "do", "ve", "mi", "te", "gy", "sha", "lo", "hu", "ce"
)  # fmt: skip
VOWELS: Final = "aeiou"
SAMPLE_SEED: Final = 8  # whose signatures are in resources/samples
FORGER_SEED: Final = 1


@dataclass(frozen=True, kw_only=True)
class Variation:
    """How far one writing of a plan strays from it, as standard deviations."""

    target: float  # of a pulse's size, as a share of it
    bend: float  # radians
    pause: float  # as a share
    slant: float
    climb: float
    size: float  # as a share


GENUINE: Final = Variation(target=0.035, bend=0.05, pause=0.05, slant=0.02, climb=0.012, size=0.03)
FORGED: Final = Variation(target=0.13, bend=0.22, pause=0.25, slant=0.09, climb=0.035, size=0.05)
FORGERS_RHYTHM: Final = 1.55  # times the signer's: drawing, not writing
FORGERS_TREMOR: Final = 0.55  # pixels
FORGERS_LIFT: Final = 4.0  # pixels a second; the pen is set down and lifted standing still
FORGERS_WIDTHS: Final = (0.86, 1.16)  # times the signer's; proportions are the hardest to copy


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A person who does not exist: a plan for one signature, and the hand that carries it out."""

    name: str
    seed: int
    runs: tuple[Run, ...]
    hand: Hand

    @classmethod
    def of_seed(cls, seed: int) -> "Signer":
        """The same person for the same seed."""
        rng = np.random.default_rng([seed, 1])
        first, last = _name(rng), _name(rng)
        hand = Hand(
            slant=float(rng.uniform(0.1, 0.55)),
            climb=float(rng.uniform(-0.02, 0.1)),
            size=X_HEIGHT * float(rng.uniform(0.85, 1.1)),
            wide=float(rng.uniform(0.95, 1.35)),
            rhythm=float(rng.uniform(0.085, 0.12)),
            pen=Pen.of_seed(seed),
        )
        plan = _plan([first[0], last] if rng.random() < 0.6 else [first[:4], last], rng)
        return cls(name=f"{first} {last}", seed=seed, runs=plan, hand=hand)

    def strokes(self, variation_seed: int | None = None) -> tuple[Trace, ...]:
        """The pen's traces, one a run; without a seed, exactly as planned."""
        if variation_seed is None:
            return _traces(self.runs, self.hand, np.random.default_rng(self.seed))
        rng = np.random.default_rng([self.seed, 2, variation_seed])
        return _traces(_varied(self.runs, GENUINE, rng), _varied_hand(self.hand, GENUINE, rng), rng)

    def genuine(self, variation_seed: int) -> Image:
        """One signature by the person's own hand, as a scan at 300 dpi, (h, w, 3) RGB."""
        rng = np.random.default_rng([self.seed, 3, variation_seed])
        pen = self.hand.pen.varied(rng)
        return on_paper(self.strokes(variation_seed), pen, rng)

    def forged_strokes(self, forger_seed: int) -> tuple[Trace, ...]:
        """The traces of another hand that imitates this signature, one a run."""
        rng = np.random.default_rng([self.seed, 4, forger_seed])
        runs = _varied(_misread(self.runs, rng), FORGED, rng)
        hand = replace(
            _varied_hand(self.hand, FORGED, rng),
            rhythm=self.hand.rhythm * FORGERS_RHYTHM,
            lift=FORGERS_LIFT,
            tremor=FORGERS_TREMOR * float(rng.uniform(0.7, 1.3)),
            wide=self.hand.wide * float(rng.choice(FORGERS_WIDTHS)),
        )
        return _traces(runs, hand, rng)

    def forged(self, forger_seed: int) -> Image:
        """The person's signature by another hand, as a scan at 300 dpi, (h, w, 3) RGB."""
        rng = np.random.default_rng([self.seed, 5, forger_seed])
        pen = Pen.of_seed(1000 + forger_seed).pressed_evenly()
        return on_paper(self.forged_strokes(forger_seed), pen, rng)


def _name(rng: np.random.Generator) -> str:
    """A name made of syllables, a capital and a vowel first."""
    capital = str(rng.choice(sorted(CAPITAL)))
    openers = [syllable for syllable in SYLLABLES if (syllable[0] in VOWELS) != (capital in VOWELS.upper())]
    rest = [str(rng.choice(openers)), *(str(rng.choice(SYLLABLES)) for _ in range(int(rng.integers(1, 3))))]
    return capital + "".join(rest)


def _plan(words: list[str], rng: np.random.Generator) -> tuple[Run, ...]:
    """The runs of a signature: every letter in the person's own shape, the end of a word hurried, then a flourish."""
    shapes = {letter: own_shape(form, rng) for letter, form in {**SMALL, **CAPITAL}.items()}
    runs: list[Run] = []
    x = 0.0
    for number, word in enumerate(words):
        written = joined(word, shapes, x, rng)
        runs.extend(written)
        x += sum(pulse.dx for pulse in written[0].pulses) + 0.5
        if number == len(words) - 1:
            flourish = FLOURISHES[int(rng.integers(len(FLOURISHES)))]
            runs[-len(written)] = _with_flourish(written[0], flourish, x)
    return tuple(runs)


def own_shape(form: Letter, rng: np.random.Generator) -> Letter:
    """A letter as one person writes it."""
    wide, high = rng.uniform(0.85, 1.25), rng.uniform(0.88, 1.15)
    pulses = tuple(
        replace(
            pulse.scaled(wide * rng.normal(1.0, 0.1), high),
            bend=pulse.bend + rng.normal(0.0, 0.14),
            pause=float(rng.uniform(0.85, 1.2)),
        )
        for pulse in form.pulses
    )
    return replace(form, pulses=pulses)


def joined(word: str, shapes: dict[str, Letter], x: float, rng: np.random.Generator) -> list[Run]:
    """The word's line first, then its dots and bars."""
    y = ENTRY.get(word[0], 0.0)
    pulses: list[Pulse] = []
    later: list[Run] = []
    across, up = x, y
    hurry = float(rng.uniform(0.0, 0.6))
    for place, letter in enumerate(word):
        high = 1.0 - hurry * place / max(3, len(word)) if place else 1.0
        form = shapes[letter]
        later += [Run(x=across + dx * 1.0, y=up + dy * high, pulses=extra) for dx, dy, extra in form.later]
        drawn = [pulse.scaled(1.0 + hurry * 0.4 * (place > 1), high) for pulse in form.pulses]
        pulses += drawn
        across += sum(pulse.dx for pulse in drawn)
        up += sum(pulse.dy for pulse in drawn)
        settle = -0.6 * up  # the hand comes back to the line
        pulses[-1] = replace(pulses[-1], dy=pulses[-1].dy + settle)
        up += settle
    return [Run(x=x, y=y, pulses=tuple(pulses)), *later]


def _with_flourish(run: Run, flourish: tuple[Pulse, ...], width: float) -> Run:
    return replace(run, pulses=run.pulses + tuple(pulse.scaled(width, 1.0) for pulse in flourish))


def _varied(runs: tuple[Run, ...], by: Variation, rng: np.random.Generator) -> tuple[Run, ...]:
    """The same plan carried out once more."""
    return tuple(
        replace(
            run,
            x=run.x + rng.normal(0.0, by.target * 1.5),
            y=run.y + rng.normal(0.0, by.target * 1.5),
            pulses=tuple(
                replace(
                    pulse,
                    dx=pulse.dx * rng.normal(1.0, by.target) + rng.normal(0.0, 0.2 * by.target),
                    dy=pulse.dy * rng.normal(1.0, by.target) + rng.normal(0.0, 0.2 * by.target),
                    bend=pulse.bend + rng.normal(0.0, by.bend),
                    pause=pulse.pause * math.exp(rng.normal(0.0, by.pause)),
                )
                for pulse in run.pulses
            ),
        )
        for run in runs
    )


def _varied_hand(hand: Hand, by: Variation, rng: np.random.Generator) -> Hand:
    return replace(
        hand,
        slant=hand.slant + rng.normal(0.0, by.slant),
        climb=hand.climb + rng.normal(0.0, by.climb),
        size=hand.size * rng.normal(1.0, by.size),
        wide=hand.wide * rng.normal(1.0, by.size),
    )


def _misread(runs: tuple[Run, ...], rng: np.random.Generator) -> tuple[Run, ...]:
    """What a forger makes of the trace: loops opened or closed, heights evened out."""
    evened = float(rng.uniform(0.06, 0.2))
    rounder = float(rng.choice([0.72, 1.22]))

    def seen(pulse: Pulse) -> Pulse:
        high = abs(pulse.dy)
        shrunk = pulse.dy * (1.0 - evened) if high > 1.5 else pulse.dy * (1.0 + 0.5 * evened)
        return replace(pulse, dy=shrunk, bend=pulse.bend * rounder)

    return tuple(replace(run, pulses=tuple(seen(pulse) for pulse in run.pulses)) for run in runs)


def _traces(runs: tuple[Run, ...], hand: Hand, rng: np.random.Generator) -> tuple[Trace, ...]:
    return tuple(trace(run, hand, rng) for run in runs)


def samples(seed: int = SAMPLE_SEED, forger_seed: int = FORGER_SEED) -> dict[str, Image]:
    """The pictures in `resources/samples` by file name: one person's specimens, a signature of theirs and a forgery."""
    signer = Signer.of_seed(seed)
    return {
        "questioned_genuine.png": signer.genuine(1),
        "questioned_forged.png": signer.forged(forger_seed),
        **{f"specimen_{number}.png": signer.genuine(1 + number) for number in (1, 2, 3)},
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the sample signatures into a folder."""
    parser = argparse.ArgumentParser(prog="python -m sigverify.preprocess.penstrokes", description=main.__doc__)
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED, help="which person who does not exist")
    parser.add_argument("--forger", type=int, default=FORGER_SEED, help="which other hand forges")
    chosen = parser.parse_args(argv)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, picture in samples(chosen.seed, chosen.forger).items():
        (chosen.out / name).write_bytes(encode_png(picture))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
