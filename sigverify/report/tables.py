"""The tables of an evaluation, as text in cells; the terminal and the page show the same ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sigverify.invariance import ALLOWED
from sigverify.model.figures import TARGETS, Against, AtFar, Figures
from sigverify.model.protocol import Kind
from sigverify.report.evaluation import Evaluation
from sigverify.report.words import (
    NONE,
    before_after,
    cost_words,
    difference_words,
    interval_words,
    percent,
    share_words,
    specimens_words,
)

NOT_CALIBRATED = "not calibrated"
FEW = "†"  # too few trials to tell of so small a rate


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells of text, with what has to be known to read them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    words: int = 1  # leading columns that are words; the rest are figures


def tables(evaluation: Evaluation) -> list[Table]:
    """Every table, in the order in which they are told."""
    found: list[Table] = []
    for group in evaluation.groups:
        found += [apart_table(evaluation, group), threshold_table(evaluation, group)]
    found += [counts_table(evaluation), acquisition_table(evaluation)]
    if evaluation.probes is not None:
        found.append(probe_table(evaluation))
    if evaluation.invariance is not None:
        found.append(invariance_table(evaluation))
    if evaluation.changes is not None:
        found.append(changes_table(evaluation))
    return found


def apart_table(evaluation: Evaluation, group: int) -> Table:
    """How well genuine signatures are told from each kind of forgery, whatever the threshold."""
    rows = []
    for one, kind, against in _by_kind(evaluation.of_group(group)):
        probe = evaluation.probe_auc(one.dataset) if kind is Kind.SKILLED else None
        at = [_at_far(point) for point in against.at_far]
        eer = interval_words(against.eer, against.signatures)
        rows.append((*_heads(one, kind), eer, *at, f"{against.auc:.3f}", NONE if probe is None else f"{probe:.3f}"))
    notes = [
        "Per cent, with the interval that 95 of 100 choices of writers give. EER, and FRR at a FAR, lie at thresholds "
        "found on these very writers: they say how well the kinds can be parted, not what a threshold in use will do."
    ]
    if any(FEW in cell for row in rows for cell in row):
        notes.append(
            f"{FEW} Too few different forgeries to tell of so small a FAR: three errors would have to be expected."
        )
    if evaluation.probes is None:
        notes.append("The probe was not run (--probe): how much the pictures give away by themselves is not known.")
    return Table(
        title=f"Telling genuine from forged, {specimens_words(group)}",
        columns=(
            "Data set",
            "Forgeries",
            "Specimens",
            "EER",
            *(f"FRR at FAR {100 * target:g} %" for target in TARGETS),
            "AUC",
            "Probe AUC",
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        words=2,
    )


def threshold_table(evaluation: Evaluation, group: int) -> Table:
    """What the card's threshold does here, and what its likelihood ratios are worth."""
    rows = []
    for one, kind, against in _by_kind(evaluation.of_group(group)):
        carried = ("yes" if against.carried else "no") if kind is Kind.SKILLED else NONE
        cost = NOT_CALIBRATED if against.cllr is None else cost_words(against.cllr)
        rates = interval_words(against.far, against.signatures), interval_words(one.frr, one.signatures)
        rows.append((*_heads(one, kind), f"{one.threshold:.3f}", *rates, carried, cost, f"{against.cllr_min:.3f}"))
    for one in evaluation.of_group(group):
        if not one.against:
            rates_alone = NONE, interval_words(one.frr, one.signatures)
            rows.append((one.dataset, NONE, str(one.specimens), f"{one.threshold:.3f}", *rates_alone, NONE, NONE, NONE))
    notes = (
        "Per cent. The threshold is the model card's, chosen on held-out writers; no scored writer had part in it. "
        "It carries over where FAR and FRR keep within 1.5 times the EER plus 2 points.",
        "Cllr in bits: 0 is perfect, 1 says nothing. Cllr_min is what a calibration on these very trials would leave.",
    )
    return Table(
        title=f"At the threshold in the card, {specimens_words(group)}",
        columns=("Data set", "Forgeries", "Specimens", "Threshold", "FAR", "FRR", "Carries over", "Cllr", "Cllr_min"),
        rows=tuple(rows),
        notes=notes,
        words=2,
    )


def counts_table(evaluation: Evaluation) -> Table:
    """What the figures rest on."""
    rows = []
    for one in evaluation.figures:
        kinds = [one.against.get(kind) for kind in (Kind.SKILLED, Kind.RANDOM)]
        cells = [NONE if kind is None else f"{kind.trials} ({kind.signatures})" for kind in kinds]
        least = [NONE if kind is None else f"{100 * kind.bound:.2f}" for kind in kinds]
        genuine = f"{one.trials} ({one.signatures})"
        rows.append((one.dataset, str(one.specimens), str(one.writers), genuine, *cells, *least))
    return Table(
        title="What the figures rest on",
        columns=(
            "Data set",
            "Specimens",
            "Writers",
            "Genuine trials",
            "Skilled trials",
            "Random trials",
            "No skilled error: FAR below",
            "No random error: FAR below",
        ),
        rows=tuple(rows),
        notes=(
            "In brackets: different signatures; trials repeat them against specimens drawn anew. No error in N "
            "different signatures bounds a rate only at about 3 / N, given here in per cent; trials of one writer are "
            "not independent, so even that is hopeful.",
        ),
    )


def acquisition_table(evaluation: Evaluation) -> Table:
    """Failures to acquire, and what the skilled figures would be without the poor pictures."""
    groups = evaluation.groups
    rows = tuple(
        (
            one.dataset,
            str(one.writers),
            str(one.writers - one.tried),
            str(one.pictures),
            f"{one.lost} ({share_words(one.lost, one.pictures)})",
            f"{one.poor_genuine} ({share_words(one.poor_genuine, one.genuine)})",
            f"{one.poor_forged} ({share_words(one.poor_forged, one.forged)})",
            *(percent(one.eer_without_poor[g]) if g in one.eer_without_poor else NONE for g in groups),
        )
        for one in evaluation.acquisition
    )
    return Table(
        title="Failures to acquire",
        columns=(
            "Data set",
            "Writers",
            "Too few specimens",
            "Pictures",
            "Unreadable or blank",
            "Poor, genuine",
            "Poor, forged",
            *(f"EER without poor, {specimens_words(group)}" for group in groups),
        ),
        rows=rows,
        notes=(
            "Unreadable and blank pictures are not scored. Poor ones (clipped, faint, too small …) are: all other "
            "figures keep them, though in use the answer to them would be CANNOT JUDGE. The last columns are the "
            "skilled EER in per cent where no poor picture is asked about. Where the kinds differ in how many are "
            "poor, being poor gives the kind away.",
        ),
    )


def probe_table(evaluation: Evaluation) -> Table:
    """What can be told without any specimen."""
    probes = evaluation.probes or ()
    rows = tuple(
        (one.dataset, one.probe, f"{one.auc:.3f}", percent(one.eer), str(one.genuine), str(one.forged), one.trained_on)
        for one in probes
    )
    note = (
        "A classifier that sees the questioned picture alone, as the network does, and learnt from other writers. At "
        "0.5 the picture gives nothing away. The nearer to 1, the more of a data set's figures may be the forger's "
        "slowness or the scanner of that day, and the less they promise for another bank."
    )
    none = () if rows else ("No data set has genuine and forged pictures of enough writers for it.",)
    return Table(
        title="Probe: the questioned picture alone",
        columns=("Data set", "What it looks at", "AUC", "EER", "Genuine", "Forged", "Learnt from"),
        rows=rows,
        notes=(note, *none),
        words=2,
    )


def invariance_table(evaluation: Evaluation) -> Table:
    """What should not matter, and whether it does."""
    found = evaluation.invariance or ()
    names = list(dict.fromkeys(name for one in found for name in one.moved))
    rows = tuple(
        (
            one.disturbance,
            *(f"{one.moved[name]:.3f}" if name in one.moved else NONE for name in names),
            f"{one.overall:.3f}" if one.lost < one.pairs else NONE,
            str(one.lost),
            "yes" if one.holds else "no",
        )
        for one in found
    )
    pairs = max((one.pairs for one in found), default=0)
    return Table(
        title="What should not matter",
        columns=("Done to the questioned picture", *names, "All", "Lost", f"Below {ALLOWED:g}"),
        rows=rows,
        notes=(
            f"Median change of the distance of {pairs} genuine pairs, as a share of the threshold for one specimen. "
            "Lost: no signature was to be seen any more. The last column is judged by the data set that moved most. Of "
            "pictures in black and white alone, changes of paper and ink leave nothing to be seen.",
        ),
    )


def changes_table(evaluation: Evaluation) -> Table:
    """This model beside the one that was kept."""
    rows = tuple(
        (
            one.dataset,
            one.what,
            str(one.specimens),
            *before_after(one.what, one.before, one.after),
            difference_words(one.what, one.difference),
            ("better" if one.after < one.before else "worse") if one.beyond_chance else "within chance",
        )
        for one in evaluation.changes or ()
    )
    return Table(
        title=f"Compared with {evaluation.base}",
        columns=("Data set", "Figure", "Specimens", "Before", "Now", "Difference", "Says"),
        rows=rows,
        notes=(
            "The same trials for both. The interval is of the difference, with the same writers drawn for both; where "
            "it leaves out 0 the change is more than the choice of writers explains. Of so many figures, one in twenty "
            "is beyond chance by chance.",
        ),
        words=2,
    )


def _at_far(point: AtFar) -> str:
    return interval_words(point.frr) + ("" if point.resolved else f" {FEW}")


def _by_kind(found: Sequence[Figures]) -> Iterator[tuple[Figures, Kind, Against]]:
    for one in found:
        for kind, against in one.against.items():
            yield one, kind, against


def _heads(one: Figures, kind: Kind) -> tuple[str, str, str]:
    return one.dataset, kind.value, str(one.specimens)
