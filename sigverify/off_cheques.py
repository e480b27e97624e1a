"""Training signatures as they come off cheques: written on drawn ones, lifted off again, and made frames of.

Lifting leaves a little print on some signatures and takes strokes of others. A network that was shown both pictures of
a signature as one learns what of it was the cheque's doing.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from sigverify import paths
from sigverify.boxes import iou
from sigverify.domain import Box, Image
from sigverify.errors import DataError
from sigverify.grounds import pixels_on, signable
from sigverify.labelled_signatures import Item, items_of, picture_of
from sigverify.model.dataset import Corpus, Split
from sigverify.model.locator import Locator
from sigverify.model.overlap import centre
from sigverify.pasted_trials import GIVEN_DPI, PENS
from sigverify.preprocess import closeup
from sigverify.preprocess.closelook import Near, look_closely
from sigverify.preprocess.composing.closeups import crossed
from sigverify.preprocess.lifting import lift_seen
from sigverify.preprocess.normalising import fingerprint, normalise
from sigverify.preprocess.page import Page
from sigverify.preprocess.pasting import compressed, cover_of, fitted, pasted
from sigverify.preprocess.reading import grey
from sigverify.preprocess.rescanning import CHEQUE_INCHES

log = logging.getLogger(__name__)

A_SHEET: Final = 14  # signatures written on one drawn cheque, one after another
CROSSED: Final = 0.6  # share of cheques with more print, rules and stamps than usual where they are signed
SIZES: Final = (0.6, 1.1)  # of a signature on the cheque, times the size it was given in
STRAY: Final = (0.03, 0.007)  # standard deviation of the place signed, in shares of the cheque's width
GREY: Final = 0.35  # share of scans in grey
QUALITY: Final = (70, 95)  # of their JPEG
EDGES: Final = 0.05  # standard deviation of each edge of the box asked about, in shares of its size
AGREEMENT: Final = 0.6  # of the ink found with the place signed; with less half a name is missing, or it is another's


def lifted_frames(
    training: Corpus, data: Path, count: int, *, seed: int = 0, cache: Path | None = None, workers: int = 1
) -> Corpus:
    """Further frames of up to `count` signatures of train writers, which are found under `data`.

    A further frame bears its signature's name, as another pen's of a trajectory does. With `cache` they are kept there,
    to go on from. Raises DataError where none could be lifted.
    """
    rows = dict(zip(training.signature.tolist(), range(len(training)), strict=True))
    items = [item for item in items_of(data, Split.TRAIN) if item.variant == 0 and item.signature in rows]
    chosen = np.random.default_rng([seed, 6]).permutation(len(items))[:count].tolist()
    asked = [items[k] for k in chosen]
    kept = cache / f"lifted-{_digest(asked, seed)}.npz" if cache else None
    if kept is not None and kept.exists():
        return Corpus.load(kept)
    lifted = list(_lifted(asked, seed, workers))
    if not lifted:
        raise DataError("No signature could be lifted off a drawn cheque.")
    log.info("lifted %d of %d signatures off drawn cheques", len(lifted), len(asked))
    own = training.where(np.array([rows[item.signature] for item, _ in lifted]))
    further = replace(own, frames=np.stack([frame for _, frame in lifted]))
    if kept is not None:
        further.save(kept)
    return further


def _digest(items: Sequence[Item], seed: int) -> str:
    """What the frames depend on: which signatures, chance, how cheques are looked at and frames made."""
    names = [item.signature for item in items]
    text = "\n".join([fingerprint(), closeup.fingerprint(), str(seed), *names])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lifted(items: Sequence[Item], seed: int, workers: int) -> Iterator[tuple[Item, Image]]:
    sheets = [items[start : start + A_SHEET] for start in range(0, len(items), A_SHEET)]
    if workers <= 1:
        for number, part in enumerate(sheets):
            yield from _sheet(part, seed, number)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for found in pool.map(_sheet, sheets, [seed] * len(sheets), range(len(sheets))):
            yield from found


@lru_cache
def _near() -> Near:
    network = Locator.load(paths.close_up(), fingerprint=closeup.fingerprint())
    return lambda picture: network.see(picture).probability


def _sheet(items: Sequence[Item], seed: int, number: int) -> list[tuple[Item, Image]]:
    return list(lifted_off(items, _near(), np.random.default_rng([seed, 7, number])))


def lifted_off(items: Sequence[Item], near: Near, rng: np.random.Generator) -> Iterator[tuple[Item, Image]]:
    """The frames of signatures written on one drawn cheque and lifted off; those are left out that were not seen well.

    `near` is the close-up network, which is asked about the place signed.
    """
    sheet = signable(rng)
    place = sheet.signatures[0]
    if rng.random() < CROSSED:
        crossed(sheet, place, rng)
    ground = pixels_on(sheet)
    for item in items:
        frame = _frame(item, ground, place, near, rng)
        if frame is not None:
            yield item, frame


def _frame(item: Item, ground: Image, place: Box, near: Near, rng: np.random.Generator) -> Image | None:
    picture = picture_of(item)
    cover = None if picture is None else cover_of(picture)
    if cover is None:
        return None
    width = ground.shape[1]
    cover = fitted(cover, ground, width / CHEQUE_INCHES / GIVEN_DPI * float(rng.uniform(*SIZES)))
    x, y = np.array(centre(place)) + rng.normal(0.0, STRAY) * width
    signed, box = pasted(ground, cover, (float(x), float(y)), PENS[int(rng.integers(len(PENS)))])
    scan = compressed(grey(signed) if rng.random() < GREY else signed, int(rng.integers(*QUALITY)))
    page = Page.whole(scan)
    look = look_closely(near, scan, page, _about(box, rng))
    if look is None or iou(look.box, box) < AGREEMENT:
        return None
    found = normalise(lift_seen(scan, page, look).signature)
    return found.frame if found.quality.good else None


def _about(box: Box, rng: np.random.Generator) -> Box:
    """The box as somebody would have drawn it who does not measure."""
    wide, high = box[2] - box[0], box[3] - box[1]
    x0, y0, x1, y1 = (np.array(box) + rng.normal(0.0, EDGES, 4) * (wide, high, wide, high)).round().astype(int).tolist()
    return max(0, x0), max(0, y0), max(x0, 0) + max(1, x1 - x0), max(y0, 0) + max(1, y1 - y0)
