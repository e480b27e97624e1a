"""The one service: holds a questioned signature against specimens of the same person."""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sigverify import chequing
from sigverify.decision import decide
from sigverify.domain import (
    Box,
    Image,
    Milliseconds,
    Policy,
    QualityReason,
    Source,
    Verification,
    View,
)
from sigverify.errors import ModelError, ReadingError
from sigverify.locators import Locates
from sigverify.looking import Look, Looker, since
from sigverify.model import distance
from sigverify.recent import Recent

if TYPE_CHECKING:
    from sigverify.model.card import ModelCard

_EMBEDDINGS_KEPT: Final = 24 * 2**20  # bytes

_log = logging.getLogger(__name__)
Vector = NDArray[np.float32]  # (d,) an embedding


class Embeds(Protocol):
    """What the verifier needs of a network; `model.embedding.Embedder` is the real one."""

    @property
    def card(self) -> "ModelCard":
        """What the weights are and earned."""

    @property
    def device(self) -> str:
        """Label of the device it runs on."""

    @property
    def at_once(self) -> int:
        """How many frames it embeds in about the time of one, each as it would be by itself."""

    def embed(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(n, h, w) frames to (n, d) unit rows."""


class Verifier:
    """Verifies with one network; without one it still shows images. Not safe for several threads at once."""

    def __init__(self, embedder: Embeds | None = None, locator: Locates | None = None) -> None:
        """Judge with this network and search cheques with that one; None until they are loaded."""
        self._embedder = embedder
        self._looker = Looker(locator)
        self._embeddings: Recent[Vector] = Recent(_EMBEDDINGS_KEPT)

    @property
    def card(self) -> "ModelCard":
        """The card of the model in use; raises ModelError while there is none."""
        return self._network().card

    @property
    def device(self) -> str:
        """Label of the device in use; raises ModelError while no model is loaded."""
        return self._network().device

    @property
    def at_once(self) -> int:
        """How many images are best embedded together; raises ModelError while no model is loaded."""
        return self._network().at_once

    def equip(self, embedder: Embeds, locator: Locates | None = None) -> None:
        """Judge with this network from now on, and search cheques with that one; images seen before are still known."""
        self._embedder = embedder
        self._embeddings.clear()  # another network's vectors mean nothing to this one
        if locator is not None:
            self.equip_locator(locator)

    def equip_locator(self, locator: Locates) -> None:
        """Search cheques with this network from now on."""
        self._looker.equip(locator)

    def remember(self, looks: int) -> None:
        """Keep at most so many bytes of pictures of each kind; many workers at a time cannot each keep a desk's."""
        self._looker.remember(looks)

    def look(self, source: Source) -> Look:
        """Read an image, find the signature where it is a cheque, and normalise; or recall it; raises ReadingError."""
        return self._looker.look(source)

    def view(self, source: Source) -> View:
        """What to show of an image; raises ReadingError."""
        return self.look(source).view

    def stages(self, source: Source, longest: int | None = None) -> list[tuple[str, bytes]]:
        """Every stage of an image on its way to the network, as `Looker.stages` gives them; raises ReadingError."""
        return self._looker.stages(source, longest)

    def verify(self, questioned: Source, specimens: Sequence[Source], policy: Policy | None = None) -> Verification:
        """Hold one signature against specimens of the same person; raises ReadingError and ModelError."""
        self._network()  # without one there is no use in reading
        first = self.look(questioned)
        known = [self.look(specimen) for specimen in specimens]
        return self.judge(self.choose(first, questioned, known, policy), known, policy)

    def choose(self, first: Look, questioned: Source, specimens: Sequence[Look], policy: Policy | None = None) -> Look:
        """Of several places on a cheque that may be signed, the one most like the specimens; raises ReadingError.

        `first` is the look at `questioned`, at the surest place. It stays where a person drew a box, where it cannot be
        judged, and where no specimen can. On the cheque of a joint account this is the signature that is asked about.
        Where no signature was found, a doubtful place is one if the specimens accept it.
        """
        good = [index for index, look in enumerate(specimens) if look.view.quality.good]
        located, quality = first.view.located, first.view.quality
        if located is None or located.by_hand or not good:
            return first
        if not (quality.good or quality.reasons == (QualityReason.NO_SIGNATURE,)):
            return first
        start = time.perf_counter()
        places = [one.box for one in located.places[: chequing.PLACES_COMPARED] if one.box != located.box]
        if not places:
            return first
        looks = [first, *(self._at(place, questioned) for place in places)]
        apart = [self._measure(look, specimens, good)[1] for look in looks]
        nearest = min(range(len(looks)), key=lambda index: _or_far(apart[index]))
        threshold = (policy or self.card.policy).for_specimens(len(good))
        if not quality.good and _or_far(apart[nearest]) > threshold:
            nearest = 0
        spent = [
            sum(times) for times in zip(*((look.read, look.locate, look.normalise) for look in looks), strict=True)
        ]
        choosing = max(0.0, since(start) - sum(look.read + look.locate + look.normalise for look in looks[1:]))
        read, locate, normalise = spent
        return replace(looks[nearest], read=read, locate=locate, normalise=normalise, choose=choosing)

    def _at(self, place: Box, questioned: Source) -> Look:
        """A look at another of the places that were found."""
        look = self.look(replace(questioned, box=place))
        assert look.view.located is not None, "there is a box"
        return replace(look, view=replace(look.view, located=replace(look.view.located, by_hand=False)))

    def prefetch(self, sources: Sequence[Source], begin: Callable[[int], None]) -> None:
        """Look at images and embed them together, so that verifying them finds the work done; raises ModelError.

        `begin` is told the place of each before it is looked at. What cannot be read is passed over: it is told when it
        is verified.
        """
        frames: dict[str, Image] = {}
        for place, source in enumerate(sources):
            begin(place)
            try:
                view = self.look(source).view
            except ReadingError:
                continue
            if view.quality.good and view.frame is not None and self._embeddings.get(view.digest) is None:
                frames[view.digest] = view.frame
        if frames:
            vectors = self._network().embed(np.stack(list(frames.values())))
            for digest, vector in zip(frames, vectors, strict=True):
                self._embeddings.put(digest, vector, vector.nbytes)

    def judge(self, questioned: Look, specimens: Sequence[Look], policy: Policy | None = None) -> Verification:
        """Compare images already looked at, poor specimens left out; without a policy at the model's own thresholds."""
        if not specimens:
            raise ValueError("a signature is verified against at least one specimen")
        network = self._network()
        good = [index for index, look in enumerate(specimens) if look.view.quality.good]
        threshold = (policy or network.card.policy).for_specimens(len(good) or len(specimens))
        start = time.perf_counter()
        distances, together = self._measure(questioned, specimens, good)
        embed = since(start)
        qualities = tuple(look.view.quality for look in specimens)
        every = (questioned, *specimens)
        verification = Verification(
            decision=decide(together, questioned.view.quality, qualities, threshold),
            distance=together,
            threshold=threshold,
            distances=distances,
            questioned_quality=questioned.view.quality,
            specimen_qualities=qualities,
            same_image=tuple(index for index, look in enumerate(specimens) if look.pixels == questioned.pixels),
            model=network.card.identity,
            device=network.device,
            milliseconds=Milliseconds(
                read=sum(look.read for look in every),
                locate=sum(look.locate for look in every),
                normalise=sum(look.normalise for look in every),
                embed=embed + questioned.choose,
            ),
            located=questioned.view.located,
            llr=self._llr(together, len(good)),
        )
        _note(verification, [look.view.digest for look in every])
        return verification

    def _network(self) -> Embeds:
        if self._embedder is None:
            raise ModelError(
                "No model is loaded, so nothing can be verified. Wait until it is, or reinstall sigverify."
            )
        return self._embedder

    def _measure(
        self, questioned: Look, specimens: Sequence[Look], good: Sequence[int]
    ) -> tuple[tuple[float | None, ...], float | None]:
        """Each specimen's distance and the combined one; None for those not among the `good`, and for no number."""
        each: list[float | None] = [None] * len(specimens)
        if not questioned.view.quality.good or not good:
            return tuple(each), None
        own = self._vector(questioned)
        known = np.stack([self._vector(specimens[index]) for index in good])  # (n, d)
        card = self._network().card
        between, spread = distance.measured(own, known, card.measure)
        for index, value in zip(good, between, strict=True):
            each[index] = _measured(value)
        return tuple(each), _measured(float(distance.fused(between, spread, card.fusion)))

    def _llr(self, together: float | None, specimens: int) -> float | None:
        """log10 likelihood ratio of a combined distance; None without one, or without a calibration."""
        calibration = self._network().card.calibration
        return None if together is None or calibration is None else float(calibration.at(together, specimens))

    def _vector(self, look: Look) -> Vector:
        """One image's unit vector, by itself: on a CPU its last digits would depend on its neighbours in a batch."""
        digest, frame = look.view.digest, look.view.frame
        known = self._embeddings.get(digest)
        if known is not None:
            return known
        assert frame is not None, "a good image has a frame"
        vector: Vector = self._network().embed(frame[np.newaxis])[0]
        self._embeddings.put(digest, vector, vector.nbytes)
        return vector


def _note(verification: Verification, digests: Sequence[str]) -> None:
    """Log a verification; the questioned image's digest comes first."""
    questioned, *specimens = (digest[:16] for digest in digests)
    model, decision, threshold = verification.model.sha256[:16], verification.decision, verification.threshold
    told = "%s %s at %s, threshold %s: %s against %s"
    _log.info(told, model, decision, verification.distance, threshold, questioned, specimens)


def _measured(value: float) -> float | None:
    """A distance that is a number; None for one that is not, which no one may read as near or far."""
    return float(value) if math.isfinite(value) else None


def _or_far(together: float | None) -> float:
    """A combined distance to choose by; one that was not measured is farther than any."""
    return math.inf if together is None else together
