"""The one service: looks at images and holds a questioned signature against specimens of the same person."""

import hashlib
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sigverify.decision import decide
from sigverify.domain import Image, Milliseconds, Policy, Source, Verification, View, digest_of
from sigverify.errors import ModelError
from sigverify.model import distance
from sigverify.preprocess import normalising, reading
from sigverify.preprocess.trace import Trace

if TYPE_CHECKING:
    from sigverify.model.card import ModelCard

PICTURE_LONGEST: Final = 2400  # pixels; what a window shows of a scan
_LOOKS_KEPT: Final = 256 * 2**20  # bytes of pictures; a desk's work of an hour
_EMBEDDINGS_KEPT: Final = 16 * 2**20  # bytes

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")
Vector = NDArray[np.float32]  # (d,) an embedding


class Embeds(Protocol):
    """What the verifier needs of a network; `model.embedding.Embedder` is the real one."""

    @property
    def card(self) -> "ModelCard":
        """What the weights are and earned."""

    @property
    def device(self) -> str:
        """Label of the device it runs on."""

    def embed(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(n, h, w) frames to (n, d) unit rows."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One image, read and normalised: what is shown of it, and what is needed to compare it."""

    view: View
    pixels: str  # digest of the decoded grey pixels: alike for the same picture in another file
    read: float  # milliseconds this look took
    normalise: float  # milliseconds; 0 when it had been seen before


class Verifier:
    """Verifies with one network; without one it still shows images. Not safe for several threads at once."""

    def __init__(self, embedder: Embeds | None = None) -> None:
        """Judge with this network; None until it is loaded."""
        self._embedder = embedder
        self._looks: _Recent[Look] = _Recent(_LOOKS_KEPT)
        self._embeddings: _Recent[Vector] = _Recent(_EMBEDDINGS_KEPT)

    @property
    def card(self) -> "ModelCard":
        """The card of the model in use; raises ModelError while there is none."""
        return self._network().card

    @property
    def device(self) -> str:
        """Label of the device in use; raises ModelError while no model is loaded."""
        return self._network().device

    def equip(self, embedder: Embeds) -> None:
        """Judge with this network from now on; images seen before are still known."""
        self._embedder = embedder
        self._embeddings = _Recent(_EMBEDDINGS_KEPT)  # another network's vectors mean nothing to this one

    def remember(self, looks: int) -> None:
        """Keep at most so many bytes of pictures from now on; many workers at a time cannot each keep a desk's."""
        self._looks.limit = looks

    def look(self, source: Source) -> Look:
        """Read and normalise an image, or recall it by its content; raises ReadingError."""
        start = time.perf_counter()
        data = reading.read_bytes(source)
        digest = digest_of(data, source.page)
        known = self._looks.get(digest)
        if known is not None:
            return replace(known, view=replace(known.view, name=source.name), read=_since(start), normalise=0.0)
        scan = reading.decode(data, page=source.page, name=source.name)
        grey = reading.grey(scan.pixels)
        picture = reading.shrink(scan.pixels, PICTURE_LONGEST)
        read, start = _since(start), time.perf_counter()
        found = normalising.normalise(grey)
        view = View(
            name=source.name,
            digest=digest,
            page=scan.page,
            pages=scan.pages,
            width=grey.shape[1],
            height=grey.shape[0],
            dpi=None if source.path is None else scan.dpi,  # the clipboard tells the screen's
            picture=picture,
            box=found.box,
            frame=found.frame,
            quality=found.quality,
        )
        look = Look(view=view, pixels=_digest_of_pixels(grey), read=read, normalise=_since(start))
        self._looks.put(digest, look, picture.nbytes)
        return look

    def view(self, source: Source) -> View:
        """What to show of an image; raises ReadingError."""
        return self.look(source).view

    def verify(self, questioned: Source, specimens: Sequence[Source], policy: Policy | None = None) -> Verification:
        """Hold one signature against specimens of the same person; raises ReadingError and ModelError."""
        self._network()  # without one there is no use in reading
        return self.judge(self.look(questioned), [self.look(specimen) for specimen in specimens], policy)

    def judge(self, questioned: Look, specimens: Sequence[Look], policy: Policy | None = None) -> Verification:
        """Compare images already looked at, poor specimens left out; without a policy at the model's own thresholds."""
        if not specimens:
            raise ValueError("a signature is verified against at least one specimen")
        network = self._network()
        good = [index for index, look in enumerate(specimens) if look.view.quality.good]
        threshold = (policy or network.card.policy).for_specimens(len(good) or len(specimens))
        start = time.perf_counter()
        distances, together = self._measure(questioned, specimens, good)
        embed = _since(start)
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
                read=sum(look.read for look in every), normalise=sum(look.normalise for look in every), embed=embed
            ),
            llr=self._llr(together, len(good)),
        )
        _note(verification, [look.view.digest for look in every])
        return verification

    def stages(self, source: Source) -> list[tuple[str, bytes]]:
        """Every stage of normalising an image, by name and in order, each as a PNG; raises ReadingError."""
        scan = reading.decode(reading.read_bytes(source), page=source.page, name=source.name)
        trace = Trace()
        normalising.normalise(reading.grey(scan.pixels), trace=trace)
        return [(name, reading.encode_png(stage)) for name, stage in trace.stages]

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
        between = distance.distances(own, known, card.measure)
        for index, value in zip(good, between, strict=True):
            each[index] = _measured(value)
        spread = distance.spread(known, card.measure)
        return tuple(each), _measured(float(distance.fused(between, spread, card.fusion)))

    def _llr(self, together: float | None, specimens: int) -> float | None:
        """log10 likelihood ratio of a combined distance; None without one, or without a calibration."""
        calibration = self._network().card.calibration
        return None if together is None or calibration is None else float(calibration.at(together, specimens))

    def _vector(self, look: Look) -> Vector:
        """One image's unit vector, by itself: in a batch its last digits would depend on its neighbours."""
        digest, frame = look.view.digest, look.view.frame
        known = self._embeddings.get(digest)
        if known is not None:
            return known
        assert frame is not None, "a good image has a frame"
        vector: Vector = self._network().embed(frame[np.newaxis])[0]
        self._embeddings.put(digest, vector, vector.nbytes)
        return vector


class _Recent(Generic[_Value]):
    """What was used last, by digest; the oldest goes when `limit` bytes are passed."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: OrderedDict[str, tuple[_Value, int]] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return key in self._held

    def __getitem__(self, key: str) -> _Value:
        self._held.move_to_end(key)
        return self._held[key][0]

    def get(self, key: str) -> _Value | None:
        return self[key] if key in self._held else None

    def put(self, key: str, value: _Value, size: int) -> None:
        self._held[key] = value, size
        self._held.move_to_end(key)
        while len(self._held) > 1 and sum(size for _, size in self._held.values()) > self.limit:
            self._held.popitem(last=False)


def _note(verification: Verification, digests: Sequence[str]) -> None:
    """Log a verification; the questioned image's digest comes first."""
    questioned, *specimens = (digest[:16] for digest in digests)
    model, decision, threshold = verification.model.sha256[:16], verification.decision, verification.threshold
    told = "%s %s at %s, threshold %s: %s against %s"
    _log.info(told, model, decision, verification.distance, threshold, questioned, specimens)


def _digest_of_pixels(grey: Image) -> str:
    return hashlib.sha256(repr(grey.shape).encode() + np.ascontiguousarray(grey).tobytes()).hexdigest()


def _measured(value: float) -> float | None:
    """A distance that is a number; None for one that is not, which no one may read as near or far."""
    return float(value) if math.isfinite(value) else None


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000.0
