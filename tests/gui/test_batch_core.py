"""The window's way to the real core: a folder checked, results written elsewhere by a process of its own."""

from pathlib import Path

import pytest

from sigverify.batch.items import Said
from sigverify.batch.results import read_results, write_results
from sigverify.batch.rulings import Rulings
from sigverify.errors import BatchError
from sigverify.gui.batch.arriving import Kind, kind_of
from sigverify.gui.batch.core import CoreBatches
from tests.gui.drawing import save_signature
from tests.gui.fake_batches import lines


def test_a_folder_is_checked_and_its_problems_are_told(tmp_path: Path) -> None:
    for name in ("questioned/a.png", "questioned/b.png", "references/a_1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        save_signature(tmp_path / name, 1)
    manifest = CoreBatches().check(tmp_path)
    assert len(manifest) == 2
    assert [problem.item_id for problem in manifest.problems] == ["b"]
    manifest.close()
    with pytest.raises(BatchError):
        CoreBatches().check(tmp_path / "nothing")


def test_an_export_holds_every_ruling_and_a_full_folder_is_told(tmp_path: Path) -> None:
    picture = save_signature(tmp_path / "q.png", 1)
    made = lines([picture], [picture], "FA")
    write_results(tmp_path / "r.csv", made)
    rulings = Rulings(tmp_path / "r.csv")
    rulings.rule(made[0], Said.ACCEPT, by="J. Doe")
    rulings.close()
    CoreBatches().export(tmp_path / "r.csv", tmp_path / "out.jsonl")
    ruling = read_results(tmp_path / "out.jsonl")[0].ruling
    assert ruling is not None
    assert ruling.by == "J. Doe"
    with pytest.raises(BatchError, match="folder"):
        CoreBatches().export(tmp_path / "r.csv", tmp_path / "none" / "out.csv")


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("m.csv", "item_id,questioned,references\n", Kind.WORK),
        ("r.csv", "\ufeffitem_id;decision;distance;threshold\n", Kind.RESULTS),
        ("r.jsonl", "", Kind.RESULTS),
        ("r.csv.partial", "", Kind.RESULTS),
        ("empty.csv", "", Kind.WORK),
    ],
)
def test_a_table_is_known_by_its_head(tmp_path: Path, name: str, text: str, kind: Kind) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert kind_of(tmp_path / name) is kind
    assert kind_of(tmp_path) is Kind.WORK
    assert kind_of(tmp_path / "gone.csv") is Kind.WORK
