"""What is said to the operator about a result, in plain English sentences; used by the window and the command line."""

from collections.abc import Sequence
from typing import Final

from sigverify.domain import Decision, Located, Quality, QualityReason, Verification

_DECISIONS: Final = {
    Decision.ACCEPT: "ACCEPT",
    Decision.FLAG: "FLAG",
    Decision.CANNOT_JUDGE: "CANNOT JUDGE",
}

# What stands against judging an image, and what to do; read after "The questioned signature" or "Specimen 2".
_REASONS: Final = {
    QualityReason.BLANK: ("is blank", "choose the picture that has the signature on it"),
    QualityReason.TOO_LITTLE_INK: ("has too little ink", "scan the whole signature again"),
    QualityReason.TOO_SMALL: ("is too small", "scan it again at 200 dpi or more"),
    QualityReason.TOO_FAINT: ("is too faint", "scan it again darker or with more contrast"),
    QualityReason.CLIPPED_LEFT: ("touches the left edge of its picture", "scan it again with a margin"),
    QualityReason.CLIPPED_RIGHT: ("touches the right edge of its picture", "scan it again with a margin"),
    QualityReason.CLIPPED_TOP: ("touches the upper edge of its picture", "scan it again with a margin"),
    QualityReason.CLIPPED_BOTTOM: ("touches the lower edge of its picture", "scan it again with a margin"),
    QualityReason.NOT_A_SIGNATURE: ("holds more than a signature", "cut the picture down to the signature alone"),
    QualityReason.NO_SIGNATURE: ("was not found on the cheque", "draw a box around it if it is there"),
    QualityReason.SEVERAL_CHEQUES: ("is on a scan of more than one cheque", "scan one at a time, or draw a box"),
    QualityReason.NOT_SEARCHED: (
        "is on a whole cheque, and the network that searches one is not there",
        "draw a box around it, or reinstall sigverify",
    ),
}

_SHORT: Final = {
    QualityReason.BLANK: "blank",
    QualityReason.TOO_LITTLE_INK: "too little ink",
    QualityReason.TOO_SMALL: "too small",
    QualityReason.TOO_FAINT: "too faint",
    QualityReason.CLIPPED_LEFT: "touches the left edge",
    QualityReason.CLIPPED_RIGHT: "touches the right edge",
    QualityReason.CLIPPED_TOP: "touches the upper edge",
    QualityReason.CLIPPED_BOTTOM: "touches the lower edge",
    QualityReason.NOT_A_SIGNATURE: "more than a signature",
    QualityReason.NO_SIGNATURE: "no signature found",
    QualityReason.SEVERAL_CHEQUES: "more than one cheque",
    QualityReason.NOT_SEARCHED: "not searched",
}

# The stages that `--save-stages` and the window's trace show, by the names they are kept under.
_STAGES: Final = {
    "page": "The cheque found",
    "upright": "The cheque upright",
    "seen": "What the locator sees",
    "probability": "Where it sees a signature",
    "places": "The places found",
    "doubtful places": "Places that count if the specimens accept them",
    "cutout": "Cut out",
    "paper off": "Paper off",
    "told apart": "The signature told from print",
    "one pen": "The ink of one pen",
    "lifted": "The signature lifted",
    "grey": "Grey",
    "ink": "Ink, told from paper",
    "cleaned": "Specks and the scanner's edge off",
    "frame": "What the network sees",
}

# From which log10 likelihood ratio on a comparison speaks how strongly; below the last it leaves the matter open. The
# bounds are ENFSI's (2, 10 and 100 to 1), the words no stronger than its own: docs/adr/0008-calibration.md.
SUPPORT: Final = ((2.0, "fairly strongly"), (1.0, "moderately"), (0.30103, "slightly"))
UNDECIDED: Final = "leaves open who wrote the questioned signature"

SCREENING: Final = "This is screening, not a forensic opinion."


def decision_words(decision: Decision) -> str:
    """The decision as it stands in large letters: ACCEPT, FLAG or CANNOT JUDGE."""
    return _DECISIONS[decision]


def reason_words(reason: QualityReason) -> str:
    """One reason in two or three words, as for a caption under a thumbnail."""
    return _SHORT[reason]


def quality_sentence(quality: Quality, whose: str) -> str:
    """Why an image cannot be judged and what to do, `whose` being its subject; empty for a good one."""
    if quality.good:
        return ""
    faults = [_REASONS[reason][0] for reason in quality.reasons]
    remedies = list(dict.fromkeys(_REASONS[reason][1] for reason in quality.reasons))
    return f"{whose} {_listed(faults)}: {_listed(remedies)}."


def located_sentence(located: Located, quality: Quality) -> str:
    """Where on a cheque the signature that is compared comes from, or what to do where none is; without a full stop."""
    places = [candidate.box for candidate in located.offered]
    which = f" ({places.index(located.box) + 1} of {len(places)})" if located.box in places and len(places) > 1 else ""
    if located.by_hand:
        return f"Signature chosen by hand{which}" if which else "Box set by hand"
    if QualityReason.SEVERAL_CHEQUES in quality.reasons:
        return "More than one cheque: draw a box around the signature that is meant"
    if QualityReason.NOT_SEARCHED in quality.reasons:
        return "Not searched: draw a box around the signature"
    if located.by_likeness:
        return f"Found by its likeness only{which}"
    if located.box is not None:
        return f"Signature found{which}"
    return f"No signature found: {'choose a place or draw a box' if places else 'draw a box around it'}"


def stage_words(name: str) -> str:
    """What a stage shows, as a caption; the stage's own name where nothing better is known."""
    plain = name.replace("_", " ")
    return _STAGES.get(name, plain[:1].upper() + plain[1:])


def specimen_subject(index: int, count: int) -> str:
    """How a specimen is called at the head of a sentence; `index` is counted from 0."""
    return "The specimen" if count == 1 else f"Specimen {index + 1}"


def distance_words(distance: float, threshold: float) -> tuple[str, str]:
    """Distance and threshold in as few digits (three or more) as make different numbers look different."""
    for digits in range(3, 10):
        texts = f"{distance:.{digits}f}", f"{threshold:.{digits}f}"
        if distance == threshold or texts[0] != texts[1]:
            break
    return texts


def verdict_sentence(verification: Verification) -> str:
    """One plain sentence: why, at which threshold, by which model; where it cannot be judged, what to do."""
    if verification.decision is Decision.CANNOT_JUDGE or verification.distance is None:
        return _cannot_judge(verification)
    distance, threshold = distance_words(verification.distance, verification.threshold)
    used = sum(quality.good for quality in verification.specimen_qualities)
    what = "The distance to the specimen" if used == 1 else f"The combined distance to {used} specimens"
    at = f"the threshold {threshold} (model {verification.model.name})"
    if verification.decision is Decision.ACCEPT:
        return f"{what}, {distance}, is at or below {at}."
    return f"{what}, {distance}, is above {at}: a person has to look at it."


def support_words(llr: float) -> str:
    """What a log10 likelihood ratio says, read after "The comparison"; never more than it supports."""
    for bound, strength in SUPPORT:
        if abs(llr) >= bound:
            return f"speaks {strength} for {'the same' if llr > 0 else 'another'} writer"
    return UNDECIDED


def support_sentence(verification: Verification, own_threshold: float | None) -> str:
    """For whom the comparison speaks, and why the decision is another one where it is.

    `own_threshold` is the model's own. Empty where nothing can be said: no calibration, no distance, the same picture.
    """
    if verification.llr is None or verification.decision is Decision.CANNOT_JUDGE or verification.same_image:
        return ""
    sentence = f"The comparison {support_words(verification.llr)}."
    if not _against(verification.decision, verification.llr):
        return sentence
    done = "accepted" if verification.decision is Decision.ACCEPT else "flagged"
    if own_threshold is None or own_threshold == verification.threshold:
        return f"{sentence} It is {done} all the same: the distance decides, and how it lies to the threshold."
    own, here = distance_words(own_threshold, verification.threshold)
    why = f"the threshold {here} is the supervisor's choice; the model's own is {own}"
    return f"{sentence} It is {done} all the same because {why}."


def _against(decision: Decision, llr: float) -> bool:
    """Whether the words speak for one thing and the decision for the other."""
    if support_words(llr) == UNDECIDED:
        return False
    return (llr > 0) != (decision is Decision.ACCEPT)


def _cannot_judge(verification: Verification) -> str:
    if not verification.questioned_quality.good:
        return quality_sentence(verification.questioned_quality, "The questioned signature")
    qualities = verification.specimen_qualities
    if not any(quality.good for quality in qualities):
        sentence = quality_sentence(qualities[0], specimen_subject(0, len(qualities)))
        return sentence if len(qualities) == 1 else f"None of the specimens can be used. {sentence}"
    model = verification.model.name
    return f"The model {model} gave no usable distance: try again, and reinstall sigverify if it stays so."


def left_out_sentences(verification: Verification) -> tuple[str, ...]:
    """A sentence for each poor specimen that was left out of a comparison which went on without it."""
    qualities = verification.specimen_qualities
    if not any(quality.good for quality in qualities):
        return ()
    return tuple(
        "Left out: " + quality_sentence(quality, specimen_subject(index, len(qualities)))
        for index, quality in enumerate(qualities)
        if not quality.good
    )


def same_image_sentence(same_image: Sequence[int], count: int) -> str:
    """A warning that the questioned picture is on file itself, `count` specimens being there; empty when it is not."""
    if not same_image:
        return ""
    which = "the specimen" if count == 1 else _listed([f"specimen {index + 1}" for index in same_image])
    are = "is" if len(same_image) == 1 else "are"
    return f"Warning: {which} {are} the questioned picture itself, so the comparison says nothing. Check the files."


def _listed(parts: Sequence[str]) -> str:
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
