"""The shipped weights on real signatures of writers they have not seen; the floor is that of the Main-job issue."""

from pathlib import Path

import numpy as np
import pytest

from sigverify import paths
from sigverify.corpus import collect
from sigverify.model.dataset import Split
from sigverify.model.embedding import Embedder
from sigverify.model.evaluation import Kind, trials_by_dataset
from sigverify.preprocess.normalising import fingerprint

DATA = Path(__file__).parents[2] / "shared" / "data"

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not (DATA / "manifest.csv").exists(), reason="the real signatures are not on this machine"),
]

FLOOR = {  # EER % of skilled forgeries with 1 and with 5 specimens
    ("bhsig_hindi", 1): 6.9,
    ("bhsig_hindi", 5): 3.3,
    ("bhsig_bengali", 1): 14.0,
    ("bhsig_bengali", 5): 4.1,
    ("cedar", 1): 21.0,
    ("cedar", 5): 10.5,
}
RANDOM_FLOOR = 1.5  # EER % with 5 specimens, where the issue asks for about 1


@pytest.fixture(scope="module")
def measured():
    """Trials of the test writers by number of specimens, and the card that the figures are held against."""
    corpus = collect(DATA, workers=2, online=False, split=Split.TEST)
    embedder = Embedder.load(paths.weights(), device="cpu", fingerprint=fingerprint())
    embeddings = np.concatenate([embedder.embed(corpus.frames[i : i + 128]) for i in range(0, len(corpus), 128)])
    return {n: trials_by_dataset(corpus, embeddings, specimens=n) for n in (1, 5)}, embedder.card


@pytest.mark.parametrize(("dataset", "specimens"), FLOOR)
def test_skilled_forgeries_are_told_at_least_as_well_as_by_the_prototype(measured, dataset, specimens):
    found, card = measured
    assert 100 * found[specimens][dataset].eer(Kind.SKILLED, card.fusion).rate <= FLOOR[dataset, specimens]


@pytest.mark.parametrize("dataset", ["bhsig_hindi", "bhsig_bengali", "cedar"])
def test_people_are_told_apart(measured, dataset):
    found, card = measured
    assert 100 * found[5][dataset].eer(Kind.RANDOM, card.fusion).rate <= RANDOM_FLOOR


def test_the_card_tells_what_is_measured(measured):
    found, card = measured
    told = card.results["test writers"]
    for dataset, trial in found[1].items():
        rate = 100 * trial.eer(Kind.SKILLED, card.fusion).rate
        assert told[dataset]["one: EER skilled %"] == pytest.approx(rate, abs=0.3)
