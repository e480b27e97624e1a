"""The composition root: which weights, which samples, which thresholds, and the verifier made of them."""

from pathlib import Path
from typing import TYPE_CHECKING

from sigverify import paths
from sigverify.domain import Policy, Seek, Source
from sigverify.errors import SigverifyError
from sigverify.model.card import ModelCard
from sigverify.settings import Settings

if TYPE_CHECKING:  # both bring cv2 and torch along, which a window must not load
    from sigverify.locators import Locates
    from sigverify.verifier import Verifier


def default_weights() -> Path:
    """The weights that come with the program; their card lies beside them."""
    return paths.weights()


def card_of(weights: Path | None = None) -> ModelCard:
    """The card beside these weights (None: the program's own), without loading them; raises ModelError."""
    return ModelCard.load((weights or default_weights()).with_suffix(".json"))


def sample_sources(cheque: bool = False) -> tuple[Source, tuple[Source, ...]]:
    """Samples drawn by the project: a questioned signature, or a cheque with one, and specimens of the same hand."""
    folder = paths.resources() / "samples"
    questioned = folder / ("cheque.jpg" if cheque else "questioned_genuine.png")
    specimens = sorted(folder.glob("specimen_*.png"))
    if not questioned.is_file() or not specimens:
        raise SigverifyError("The sample signatures are missing. Reinstall sigverify, or open signatures of your own.")
    seek = Seek.ALWAYS if cheque else Seek.NEVER
    return Source.of_file(questioned, seek=seek), tuple(Source.of_file(path) for path in specimens)


def build_verifier(device: str = "auto", weights: Path | None = None) -> "Verifier":
    """A verifier in this process, its model loaded, which takes seconds; raises ModelError."""
    from sigverify.model.embedding import Embedder
    from sigverify.preprocess.normalising import fingerprint
    from sigverify.verifier import Verifier

    return Verifier(Embedder.load(weights or default_weights(), device=device, fingerprint=fingerprint()))


def load_locator(weights: Path | None = None) -> "Locates":
    """The network that searches cheques (None: the program's own), which takes seconds; raises ModelError."""
    from sigverify.locators import load_locator

    return load_locator(weights)


def build_searcher(locator: Path | None = None) -> "Verifier":
    """A verifier that finds signatures on cheques and compares nothing; raises ModelError."""
    from sigverify.verifier import Verifier

    return Verifier(locator=load_locator(locator))


def policy_of(settings: Settings, card: ModelCard) -> Policy:
    """The thresholds in force: the supervisor's where there is one, else the model's own."""
    one, several = settings.threshold_one, settings.threshold_several
    return Policy(
        one=card.policy.one if one is None else one,
        several=card.policy.several if several is None else several,
    )
