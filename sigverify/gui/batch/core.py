"""The batch's core as the window uses it: checking, running, summing up."""

from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import cast

from sigverify.app import card_of
from sigverify.batch.events import BatchEvent
from sigverify.batch.manifest import Manifest, read_manifest
from sigverify.batch.results import write_results
from sigverify.batch.rulings import read_with_rulings
from sigverify.batch.running import Batch, Plan
from sigverify.batch_app import recruiting, setting_of, write_summary
from sigverify.errors import BatchError, SigverifyError
from sigverify.gui.batch.work import BatchLike, ManifestLike, Request


class CoreBatches:
    """Runs batches with the program's own weights."""

    def check(self, path: Path) -> ManifestLike:
        """Read and check a manifest or a folder; raises SigverifyError."""
        return read_manifest(path)

    def begin(self, request: Request, manifest: ManifestLike, on_event: Callable[[BatchEvent], None]) -> BatchLike:
        """A batch that is not started yet; raises ModelError where there is no model."""
        card = card_of()
        policy = None if request.policy == card.policy else request.policy  # as the command line says it
        plan = Plan(
            out=request.out,
            setting=setting_of(card.identity, policy),
            workers=request.workers,
            resume=request.resume,
        )
        crew = recruiting(None, policy, workers=request.workers, device=request.device)
        return Batch(plan, cast(Manifest, manifest), crew, on_event)

    def export(self, results: Path, to: Path) -> None:
        """Write results with their rulings as CSV, JSON lines or PDF, by the ending, in a process of its own.

        Raises BatchError.
        """
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_export, args=(results, to, theirs), daemon=True, name="sigverify-export")
        process.start()
        theirs.close()
        try:
            trouble = ours.recv()
        except EOFError:
            trouble = f"{to.name} was not written, for the writer stopped. Try again, and restart sigverify."
        finally:
            process.join()
            ours.close()
        if trouble:
            raise BatchError(trouble)


def _export(results: Path, to: Path, answer) -> None:  # type: ignore[no-untyped-def]
    """The target of the process that writes; answers what went wrong, or nothing."""
    try:
        if to.suffix.lower() == ".pdf":
            write_summary(results, to, title=results.name)
        else:
            write_results(to, read_with_rulings(results))
        answer.send("")
    except SigverifyError as error:
        answer.send(str(error))
