"""What a trained network's card says that is not measured: name, data with sources and terms, limits."""

from pathlib import Path
from typing import Any, Final

from sigverify.finetuning import Start
from sigverify.model.carding import CardText, counted_data
from sigverify.model.dataset import Corpus
from sigverify.model.sampling import SamplingConfig
from sigverify.model.training import TrainingConfig
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.preprocess.normalising import fingerprint

SOURCES: Final = {  # of the data sets that are trained on: where from, on which terms
    "cedar": ("CEDAR (Kalera, Srihari, Xu 2004)", "no licence stated, research use"),
    "bhsig_bengali": ("BHSig260 (Pal et al. 2016)", "research use"),
    "bhsig_hindi": ("BHSig260 (Pal et al. 2016)", "research use"),
    "crossmedia_chinese": ("Chinese cross-media signatures", "MIT licence"),
    "susig_online": ("SUSig (Kholmatov, Yanikoglu 2009), drawn from pen trajectories", "no terms stated, research use"),
    "svc2004_online": ("SVC2004 task 2, drawn from pen trajectories", "research use"),
    "iam_online": (
        "IAM-OnDB (Liwicki, Bunke 2005), handwriting drawn from pen trajectories",
        "non-commercial research",
    ),
}
RESEARCH_TERMS: Final = (
    "The code is under Apache-2.0; the weights are not. They were trained on the data sets listed here, most of which "
    "are for research use only: check their terms, or train weights on data of your own, before any other use."
)
LIMITS: Final = (
    "Screening, not a forensic opinion. The error rates were measured on the test writers named here; on other "
    "scanners, pens and scripts they are higher. Judge by your own labelled signatures before relying on a threshold."
)


def card_text(
    corpus: Corpus, out: Path, config: TrainingConfig, *, name: str, start: Start | None, pages: Corpus | None
) -> CardText:
    """What the new card says that is not measured; what the weights gone out from have seen and are bound by stays.

    `pages`: the handwriting that the training began with, if any.
    """
    data = described_data(corpus, config.sampling)
    if pages is not None:
        data += described_data(pages, SamplingConfig())
    terms = RESEARCH_TERMS if {row["name"] for row in data} & set(SOURCES) else CardText.terms
    kind = start.card.name if start else config.network.backbone.replace("thin_resnet", "thin-resnet")
    return CardText(
        name=name or f"{kind}-{out.resolve().name}",
        preprocessing=fingerprint(),
        frame=(FRAME_HEIGHT, FRAME_WIDTH),
        data=[*(start.card.data if start else []), *data],
        terms=start.card.terms if start and start.card.terms else terms,
        limits=LIMITS,
    )


def described_data(corpus: Corpus, sampling: SamplingConfig) -> list[dict[str, Any]]:
    """The training data as the card names them: counted, with source and terms where these are known."""
    rows = counted_data(corpus, sampling)
    for row in rows:
        source, terms = SOURCES.get(row["name"], ("a folder given to sigverify train", "the owner's"))
        row |= {"source": source, "terms": terms}
    return rows
