from dataclasses import replace

import pytest

from sigverify import wording
from sigverify.domain import (
    Box,
    Candidate,
    Decision,
    Located,
    Milliseconds,
    ModelIdentity,
    Quality,
    QualityReason,
    Verification,
)

GOOD = Quality()
BLANK = Quality(reasons=(QualityReason.BLANK,))
ACCEPTED = Verification(
    decision=Decision.ACCEPT,
    distance=0.412,
    threshold=0.56,
    distances=(0.412,),
    questioned_quality=GOOD,
    specimen_qualities=(GOOD,),
    same_image=(),
    model=ModelIdentity(name="thin-resnet", sha256="ab" * 32, preprocessing="0" * 16),
    device="CPU",
    milliseconds=Milliseconds(read=1.0, normalise=2.0, embed=3.0),
)


def unjudged(**changed):
    return replace(ACCEPTED, decision=Decision.CANNOT_JUDGE, distance=None, distances=(None,), **changed)


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_has_words(decision):
    assert wording.decision_words(decision) == decision.value.replace("_", " ").upper()


@pytest.mark.parametrize("reason", QualityReason)
def test_every_reason_is_told_with_what_to_do(reason):
    sentence = wording.quality_sentence(Quality(reasons=(reason,)), "The questioned signature")
    what, remedy = sentence.split(": ")
    assert what.startswith("The questioned signature ")
    assert remedy.endswith(".")
    assert len(remedy.split()) > 3
    assert wording.reason_words(reason)


def test_a_good_image_needs_no_sentence():
    assert wording.quality_sentence(GOOD, "Specimen 1") == ""


def test_two_edges_are_told_in_one_sentence_with_one_remedy():
    both = Quality(reasons=(QualityReason.CLIPPED_LEFT, QualityReason.CLIPPED_TOP))
    assert wording.quality_sentence(both, "Specimen 2") == (
        "Specimen 2 touches the left edge of its picture and touches the upper edge of its picture: "
        "scan it again with a margin."
    )


def test_the_verdict_names_distance_threshold_and_model():
    assert wording.verdict_sentence(ACCEPTED) == (
        "The distance to the specimen, 0.412, is at or below the threshold 0.560 (model thin-resnet)."
    )
    flagged = replace(ACCEPTED, decision=Decision.FLAG, distance=0.7, specimen_qualities=(GOOD, GOOD, BLANK))
    assert wording.verdict_sentence(flagged) == (
        "The combined distance to 2 specimens, 0.700, is above the threshold 0.560 (model thin-resnet): "
        "a person has to look at it."
    )


@pytest.mark.parametrize(
    ("distance", "threshold", "texts"),
    [
        (0.5, 0.5, ("0.500", "0.500")),
        (0.56004, 0.56, ("0.56004", "0.56000")),
        (0.4123, 0.56, ("0.412", "0.560")),
    ],
)
def test_numbers_that_differ_look_different(distance, threshold, texts):
    assert wording.distance_words(distance, threshold) == texts


def test_what_cannot_be_judged_names_what_to_do():
    clipped = unjudged(questioned_quality=Quality(reasons=(QualityReason.CLIPPED_RIGHT,)))
    assert wording.verdict_sentence(clipped) == (
        "The questioned signature touches the right edge of its picture: scan it again with a margin."
    )
    assert wording.verdict_sentence(unjudged(specimen_qualities=(BLANK,))).startswith("The specimen is blank: choose")
    several = wording.verdict_sentence(unjudged(specimen_qualities=(BLANK, BLANK)))
    assert several.startswith("None of the specimens can be used. Specimen 1 is blank: choose")
    assert "reinstall" in wording.verdict_sentence(unjudged())


def test_a_specimen_left_out_is_named():
    verification = replace(ACCEPTED, specimen_qualities=(GOOD, BLANK))
    assert wording.left_out_sentences(verification) == (
        "Left out: Specimen 2 is blank: choose the picture that has the signature on it.",
    )
    assert wording.left_out_sentences(unjudged(specimen_qualities=(BLANK,))) == ()


@pytest.mark.parametrize(
    ("same", "count", "start"),
    [
        ((), 2, ""),
        ((0,), 1, "Warning: the specimen is the questioned picture itself"),
        ((1,), 3, "Warning: specimen 2 is the questioned picture itself"),
        ((0, 2), 3, "Warning: specimen 1 and specimen 3 are the questioned picture itself"),
    ],
)
def test_the_same_image_on_both_sides_is_told(same, count, start):
    sentence = wording.same_image_sentence(same, count)
    assert sentence.startswith(start)
    assert bool(sentence) == bool(same)


@pytest.mark.parametrize(
    ("llr", "words"),
    [
        (2.0, "speaks fairly strongly for the same writer"),
        (1.99, "speaks moderately for the same writer"),
        (1.0, "speaks moderately for the same writer"),
        (0.99, "speaks slightly for the same writer"),
        (0.31, "speaks slightly for the same writer"),
        (0.3, "leaves open who wrote the questioned signature"),
        (0.0, "leaves open who wrote the questioned signature"),
        (-0.3, "leaves open who wrote the questioned signature"),
        (-0.31, "speaks slightly for another writer"),
        (-1.0, "speaks moderately for another writer"),
        (-2.0, "speaks fairly strongly for another writer"),
    ],
)
def test_a_likelihood_ratio_is_told_in_words_no_stronger_than_it(llr, words):
    assert wording.support_words(llr) == words


FLAGGED = replace(ACCEPTED, decision=Decision.FLAG, distance=0.7)


@pytest.mark.parametrize(
    ("verification", "llr"), [(ACCEPTED, 2.0), (ACCEPTED, 0.2), (ACCEPTED, -0.2), (FLAGGED, -1.2), (FLAGGED, 0.2)]
)
def test_words_and_decision_that_agree_need_no_more_than_a_sentence(verification, llr):
    said = wording.support_sentence(replace(verification, llr=llr), 0.4)
    assert said == f"The comparison {wording.support_words(llr)}."


@pytest.mark.parametrize(("verification", "llr", "done"), [(ACCEPTED, -1.2, "accepted"), (FLAGGED, 0.5, "flagged")])
def test_where_a_threshold_set_far_off_decides_otherwise_the_supervisors_choice_is_named(verification, llr, done):
    said = wording.support_sentence(replace(verification, llr=llr), 0.61)
    assert said.startswith(f"The comparison {wording.support_words(llr)}. ")
    assert f"It is {done} all the same because the threshold 0.560 is the supervisor's choice" in said
    assert said.endswith("the model's own is 0.610.")


@pytest.mark.parametrize("own", [None, 0.56])
def test_the_models_own_threshold_is_not_called_the_supervisors(own):
    said = wording.support_sentence(replace(FLAGGED, llr=0.5), own)
    assert "supervisor" not in said
    assert "It is flagged all the same: the distance decides" in said


@pytest.mark.parametrize(
    "silent",
    [ACCEPTED, replace(unjudged(), llr=1.0), replace(ACCEPTED, llr=2.0, same_image=(0,))],
)
def test_without_calibration_or_comparison_nothing_is_said_of_support(silent):
    assert wording.support_sentence(silent, 0.56) == ""


BOX, OTHER = (10, 10, 60, 30), (100, 10, 160, 30)


def located(*places: Box, box: Box | None, by_hand: bool = False, doubtful: tuple[Box, ...] = ()) -> Located:
    return Located(
        corners=((0.0, 0.0), (200.0, 0.0), (200.0, 90.0), (0.0, 90.0)),
        skew=0.0,
        turned=0,
        candidates=tuple(Candidate(box=place, confidence=0.9) for place in places),
        box=box,
        by_hand=by_hand,
        doubtful=tuple(Candidate(box=place, confidence=0.97) for place in doubtful),
    )


@pytest.mark.parametrize(
    ("where", "reasons", "told"),
    [
        (located(BOX, box=BOX), (), "Signature found"),
        (located(BOX, OTHER, box=BOX), (), "Signature found (1 of 2)"),
        (located(BOX, OTHER, box=OTHER, by_hand=True), (), "Signature chosen by hand (2 of 2)"),
        (located(BOX, box=OTHER, by_hand=True), (), "Box set by hand"),
        (located(box=OTHER, by_hand=True), (QualityReason.BLANK,), "Box set by hand"),
        (located(box=None), (QualityReason.NO_SIGNATURE,), "No signature found: draw a box around it"),
        (located(BOX, box=BOX, doubtful=(OTHER,)), (), "Signature found"),
        (located(box=OTHER, doubtful=(OTHER,)), (), "Found by its likeness only"),
        (
            located(BOX, box=OTHER, doubtful=(OTHER,)),
            (),
            "Found by its likeness only (2 of 2)",
        ),
        (located(box=OTHER, by_hand=True, doubtful=(BOX, OTHER)), (), "Signature chosen by hand (2 of 2)"),
        (
            located(box=None, doubtful=(OTHER,)),
            (QualityReason.NO_SIGNATURE,),
            "No signature found: choose a place or draw a box",
        ),
        (located(BOX, box=None), (QualityReason.SEVERAL_CHEQUES,), "More than one cheque: draw a box"),
        (located(box=None), (QualityReason.NOT_SEARCHED,), "Not searched: draw a box"),
    ],
)
def test_where_on_a_cheque_the_signature_comes_from_is_told(where, reasons, told):
    assert wording.located_sentence(where, Quality(reasons=reasons)).startswith(told)


def test_a_doubtful_place_is_offered_only_where_there_is_need_of_it():
    assert [one.box for one in located(BOX, box=BOX, doubtful=(OTHER,)).offered] == [BOX]
    assert [one.box for one in located(box=None, doubtful=(OTHER,)).offered] == [OTHER]
    assert [one.box for one in located(BOX, box=OTHER, doubtful=(OTHER,)).offered] == [BOX, OTHER]


def test_a_stage_without_words_of_its_own_is_told_by_its_name():
    assert wording.stage_words("frame") == "What the network sees"
    assert wording.stage_words("rules off") == "Rules off"
