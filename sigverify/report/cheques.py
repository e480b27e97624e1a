"""What a locator earned on labelled cheques, with everything that is told of it; plain values and their tables."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sigverify.cheque_figures import AGREES, QUANTILES, WHOLE, ChequeFigures, Places, Share, Signed
from sigverify.model.thrice import Deciding
from sigverify.pasted_trials import PastedFigures
from sigverify.report.tables import Table
from sigverify.report.text import table_lines
from sigverify.report.words import NONE, difference_words, percent
from sigverify.wording import SCREENING

PLAIN: Final = "as given"  # the scan of which single banks are told


@dataclass(frozen=True, kw_only=True)
class ChequeReport:
    """One locator on one folder of cheques; `pasted` is None where it was not asked for."""

    locator: str
    sha256: str  # of its weights
    model: str  # that verifies, with its weights' digest; "" where nothing was verified
    data: str  # name of the folder
    date: str
    versions: Mapping[str, str]
    figures: ChequeFigures
    pasted: PastedFigures | None = None

    def as_json(self) -> dict[str, Any]:
        """Everything, for a program to read; rates are shares (0..1), counts stand beside them."""
        fields = asdict(self)
        fields["figures"]["unlabelled"] = [
            {"folder": folder, "scan": scan, "found": asdict(share)} for folder, scan, share in self.figures.unlabelled
        ]
        return fields

    def to_json(self) -> str:
        """`as_json` as text."""
        return json.dumps(self.as_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def cheque_lines(report: ChequeReport) -> list[str]:
    """Everything that is told, for a terminal."""
    lines = [
        f"Locator   {report.locator}, weights {report.sha256[:16]}",
        f"Data      {report.data}, {report.figures.cheques} cheques, {report.figures.unreadable} of them not readable",
    ]
    lines += [f"Model     {report.model}"] if report.model else []
    for table in cheque_tables(report):
        lines += ["", *table_lines(table)]
    return [*lines, "", SCREENING]


def cheque_tables(report: ChequeReport) -> list[Table]:
    """Every table with something in it, in the order in which they are told."""
    figures = report.figures
    found = [places_table(figures), banks_table(figures), worst_table(figures), signed_table(figures)]
    found += [unlabelled_table(figures), strokes_table(figures), times_table(figures)]
    if report.pasted is not None:
        found = [deciding_table(report.pasted), losses_table(report.pasted), *found]
    return [table for table in found if table.rows]


def counted(share: Share) -> str:
    """A share in per cent with its counts."""
    return NONE if share.rate is None else f"{percent(share.rate)} ({share.part}/{share.whole})"


def places_table(figures: ChequeFigures) -> Table:
    """Agreement with the boxes, by collection and scan."""
    return Table(
        title="Where the signature is",
        columns=("Collection", "Scan", *_PLACE_COLUMNS),
        rows=tuple((one.folder, one.scan, *_place_cells(one)) for one in figures.by_folder),
        notes=(
            f"Of the best candidate's box, per cent with counts; what was not found counts as IoU 0. Agrees: IoU of at "
            f"least {AGREES:g}. Whole: at least {100 * WHOLE:g} % of the true box lies in it, with and without the "
            "surround that lifting looks at. Hit: the middle of the true box lies in it, or in any candidate's.",
        ),
        words=2,
    )


def banks_table(figures: ChequeFigures) -> Table:
    """The same by bank or layout, of the pictures as given."""
    rows = [one for one in figures.by_bank if one.scan == PLAIN]
    return Table(
        title="By bank or layout, as given",
        columns=("Collection", "Bank", *_PLACE_COLUMNS),
        rows=tuple((one.folder, one.bank, *_place_cells(one)) for one in rows),
        words=2,
    )


def worst_table(figures: ChequeFigures) -> Table:
    """The bank or layout hit least in every collection with several and scan."""
    rows = []
    for one in figures.by_folder:
        banks = {bank.bank for bank in figures.by_bank if bank.folder == one.folder}
        worst = figures.worst_bank(one.folder, one.scan)
        if len(banks) > 1 and worst is not None:
            rows.append((one.folder, one.scan, worst.bank, *_place_cells(worst)))
    return Table(
        title="The bank or layout hit least",
        columns=("Collection", "Scan", "Bank", *_PLACE_COLUMNS),
        rows=tuple(rows),
        words=3,
    )


_PLACE_COLUMNS: Final = (
    "Cheques", "Agrees", "Mean IoU", "Whole with surround", "Whole", "Hit", "Hit by any", "Agrees, any", "Nothing found"
)  # fmt: skip


def _place_cells(one: Places) -> tuple[str, ...]:
    shares = (one.whole, one.whole_without_margin, one.hit, one.hit_by_any, one.agreed_by_any, one.nothing)
    return str(one.agreed.whole), counted(one.agreed), f"{one.mean_iou:.3f}", *map(counted, shares)


def signed_table(figures: ChequeFigures) -> Table:
    """Whether somebody signed at all."""
    return Table(
        title="Signed or not",
        columns=(
            "Collection",
            "Scan",
            "Signed, nothing found",
            "Not signed, flagged as signed",
            "AUC",
            "Confidence where signed",
            "where not signed",
        ),
        rows=tuple(_signed_cells(one) for one in figures.signed if not one.folder or one.scan == PLAIN),
        notes=(
            "AUC: how often a signed cheque's best confidence is larger than one's that nobody signed. Confidence "
            f"at {', '.join(f'{100 * share:g}' for share in QUANTILES)} % of the cheques, 0 where nothing was found.",
            f"Whole cheques taken for a crop of a signature: {counted(figures.crops)}; for several cheques on one "
            f"scan: {counted(figures.several)}.",
        ),
        words=2,
    )


def _signed_cells(one: Signed) -> tuple[str, ...]:
    sure = (
        " ".join(f"{value:.2f}" for value in values) or NONE
        for values in (one.confidence_signed, one.confidence_unsigned)
    )
    area = NONE if one.auc is None else f"{one.auc:.3f}"
    return one.folder or "all", one.scan, counted(one.missed), counted(one.flagged), area, *sure


def unlabelled_table(figures: ChequeFigures) -> Table:
    """Cheques of which nobody has said whether they are signed."""
    return Table(
        title="Not labelled",
        columns=("Collection", "Scan", "Something found"),
        rows=tuple((folder, scan, counted(share)) for folder, scan, share in figures.unlabelled),
        words=2,
    )


def strokes_table(figures: ChequeFigures) -> Table:
    """What was lifted against masks of strokes."""
    return Table(
        title="Strokes",
        columns=("Collection", "Scan", "Cheques", "Dice, mean", "Dice, median", "Mean where the box agrees"),
        rows=tuple(
            (
                one.folder,
                one.scan,
                str(one.cheques),
                f"{one.mean:.3f}",
                f"{one.median:.3f}",
                NONE if one.mean_where_found is None else f"{one.mean_where_found:.3f}",
            )
            for one in figures.strokes
        ),
        notes=("Dice of what was lifted and the mask, ink within 2 pixels of ink counting as the same.",),
        words=2,
    )


def times_table(figures: ChequeFigures) -> Table:
    """Milliseconds a cheque."""
    return Table(
        title="Milliseconds a cheque, one thread",
        columns=("Scan", "Stage", "Cheques", "Median", "Worst"),
        rows=tuple(
            (one.scan, one.stage, str(one.cheques), f"{one.median:.0f}", f"{one.worst:.0f}") for one in figures.stages
        ),
        notes=("Of this program's own time on the processor: others beside it do not count.",),
        words=2,
    )


def deciding_table(pasted: PastedFigures) -> Table:
    """What finding and lifting cost the verification."""
    return Table(
        title="The deciding figure: signatures written on cheques",
        columns=(
            "Data set",
            "Specimens",
            "Writers",
            "Trials",
            "EER, clean",
            "alone on white",
            "automatic crop",
            "Points above",
            "Cannot judge",
            "Without these: clean",
            "automatic crop",
            "FAR/FRR, clean",
            "automatic crop",
        ),
        rows=tuple(_deciding_cells(one) for one in pasted.deciding),
        notes=(
            "EER of skilled forgeries, per cent, over the same trials. Clean: the questioned signature as given. Alone "
            "on white: its ink in the size it has on the cheque. Automatic crop: as found, lifted and normalised from "
            "the cheque; where that ends in CANNOT JUDGE the signature counts as rejected, genuine or not. Specimens "
            "are clean throughout. Points above: automatic crop less clean, with the interval of other writers. "
            "FAR/FRR: at the card's threshold. Signatures that could not be judged as given are not asked about.",
        ),
    )


def _deciding_cells(one: Deciding) -> tuple[str, ...]:
    trials = one.genuine + one.skilled
    without = (NONE if rate is None else percent(rate) for rate in (one.clean_of_found, one.cropped_of_found))
    rates = (f"{percent(accepted)}/{percent(flagged)}" for accepted, flagged in (one.clean_rates, one.cropped_rates))
    return (
        one.dataset,
        str(one.specimens),
        str(one.writers),
        str(trials),
        percent(one.clean),
        percent(one.white),
        percent(one.cropped),
        difference_words("EER", one.difference),
        counted(Share(part=one.failures, whole=trials)),
        *without,
        *rates,
    )


def losses_table(pasted: PastedFigures) -> Table:
    """What was lost on which kind of cheque."""
    return Table(
        title="Signatures written on cheques, and lost",
        columns=(
            "Cheques",
            "Signatures",
            "Nothing found",
            "Only doubtful",
            "Found elsewhere",
            "Found, cannot be judged",
            "Mean IoU",
            "Strayed",
        ),
        rows=tuple(
            (
                one.kind,
                str(one.pasted),
                *(
                    counted(Share(part=lost, whole=one.pasted))
                    for lost in (one.nothing, one.doubtful, one.elsewhere, one.unjudged)
                ),
                f"{one.agreement:.3f}",
                "{:.3f} / {:.3f}".format(*one.strayed),
            )
            for one in pasted.losses
        ),
        notes=(
            "Only doubtful: no place is sure, and one counts where the specimens accept it. Found elsewhere: none of "
            "the places compared is the signature; it is scored as found. Strayed: how far the signature as lifted "
            "lies from the same one as given, median and 90th percentile.",
        ),
    )


def origin_rows(report: ChequeReport) -> Iterator[tuple[str, str]]:
    """What has to be known to make the figures again, by name."""
    yield "Locator", report.locator
    yield "Weights, SHA-256", report.sha256
    if report.model:
        yield "Verified by", report.model
    yield "Data", f"{report.data}, {report.figures.cheques} cheques"
    if report.pasted is not None:
        yield "Chance", f"signatures, pens and cheques from seed {report.pasted.seed}"
    yield "Date", report.date
    yield "Software", ", ".join(f"{name} {number}" for name, number in report.versions.items())
