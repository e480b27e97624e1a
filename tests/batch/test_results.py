import csv
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigverify.batch.items import Said, Verdict
from sigverify.batch.results import Head, Unfinished, partial_of, read_results, write_results
from sigverify.batch.rows import COLUMNS, as_written, csv_cells, harmless, json_line, of_csv, of_json
from sigverify.batch.rulings import Rulings, finished_lines, journal_of, read_with_rulings
from sigverify.errors import BatchError
from tests.batch.made import EMPTY, EVERY_FIELD, RULING, result

HEAD = Head(source="a" * 64, setting="b" * 64)


@pytest.mark.parametrize("kept", [EVERY_FIELD, EMPTY, result(distance=0.1 + 0.2)])
def test_a_line_comes_back_to_the_last_digit(kept):
    assert of_csv(csv_cells(kept)) == kept
    assert of_json(json_line(kept)) == kept


@pytest.mark.parametrize("name", ["results.csv", "results.jsonl"])
def test_a_results_file_is_read_as_it_was_written(tmp_path, name):
    kept = [EVERY_FIELD, EMPTY]
    write_results(tmp_path / name, kept)
    assert read_results(tmp_path / name) == kept
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_spreadsheet_opens_the_file_as_it_is_and_runs_nothing_in_it(tmp_path):
    evil = replace(EVERY_FIELD, item_id="=cmd|'/C calc'!A0", amount="@SUM(A1)", questioned="-1.png", reasons="+x\ny")
    write_results(tmp_path / "r.csv", [evil])
    data = (tmp_path / "r.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfitem_id,decision,distance,threshold,nearest_reference,reasons,box,")
    assert data.count(b"\r\n") == 2
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        row = list(csv.reader(file))[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert read_results(tmp_path / "r.csv")[0].item_id == evil.item_id


@given(st.text(alphabet=st.characters(blacklist_characters="\r\n"), max_size=8) | st.sampled_from(["'=1", "''@", "'"]))
def test_guarding_a_cell_loses_nothing(text):
    assert as_written(harmless(text)) == text


def test_another_program_may_have_moved_columns_and_separators(tmp_path):
    cells = csv_cells(EVERY_FIELD)
    turned = [list(reversed(COLUMNS)), list(reversed(cells))]
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(turned)
    assert read_results(tmp_path / "r.csv") == [EVERY_FIELD]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "no column item_id"),
        (",".join(COLUMNS) + "\nx\n", "Line 2"),
        ("", "no column"),
        ("{}\n", "Line 1"),
    ],
)
def test_what_is_no_results_file_is_told_with_its_line(tmp_path, text, told):
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(BatchError, match=told):
        read_results(tmp_path / "r.csv")
    with pytest.raises(BatchError, match="not there"):
        read_results(tmp_path / "none.csv")


def test_lines_are_put_into_the_order_of_the_manifest_at_the_end(tmp_path):
    unfinished = Unfinished(tmp_path / "r.csv", HEAD)
    for line in (4, 2, 3):
        unfinished.append(result(line))
    assert [one.line for one in read_results(partial_of(tmp_path / "r.csv"))] == [2, 3, 4]
    unfinished.finish()
    assert [one.line for one in read_results(tmp_path / "r.csv")] == [2, 3, 4]
    assert not partial_of(tmp_path / "r.csv").exists()


@pytest.mark.parametrize("torn", [b"", b'{"item_id": "c9", "deci', b"\0\0\0", b'{"half": 1}\n\0\0\n'])
def test_a_line_cut_short_by_a_power_cut_is_decided_again_and_nothing_else(tmp_path, torn):
    first = Unfinished(tmp_path / "r.csv", HEAD)
    first.append(result(2))
    first.append(result(3))
    first.close()
    with partial_of(tmp_path / "r.csv").open("ab") as file:
        file.write(torn)
    again = Unfinished(tmp_path / "r.csv", HEAD)
    assert [one.line for one in again.decided()] == [2, 3]
    again.append(result(4))
    again.finish()
    assert read_results(tmp_path / "r.csv") == [result(2), result(3), result(4)]


def test_a_power_cut_at_any_byte_leaves_lines_that_can_be_gone_on_with(tmp_path):
    whole = Unfinished(tmp_path / "r.csv", HEAD)
    whole.append(result(2))
    whole.append(result(3))
    whole.close()
    data = partial_of(tmp_path / "r.csv").read_bytes()
    for end in {*range(0, len(data) + 1, 29), *range(len(data) - 3, len(data) + 1)}:
        partial_of(tmp_path / "r.csv").write_bytes(data[:end])
        again = Unfinished(tmp_path / "r.csv", HEAD)
        known = {one.line for one in again.decided()}
        for line in {2, 3} - known:
            again.append(result(line))
        assert list(again.in_order()) == [result(2), result(3)]
        again.close()


def test_an_unfinished_batch_is_gone_on_with_only_by_the_same_manifest_and_model(tmp_path):
    Unfinished(tmp_path / "r.csv", HEAD).close()
    for other in (replace(HEAD, source="c"), replace(HEAD, setting="c")):
        with pytest.raises(BatchError, match="another manifest, threshold or model"):
            Unfinished(tmp_path / "r.csv", other)
    partial_of(tmp_path / "r.csv").write_text("my own notes\n")
    with pytest.raises(BatchError, match="no unfinished batch"):
        Unfinished(tmp_path / "r.csv", HEAD)
    assert partial_of(tmp_path / "r.csv").read_text() == "my own notes\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_two_batches_never_write_the_same_results(tmp_path):
    first = Unfinished(tmp_path / "r.csv", HEAD)
    with pytest.raises(BatchError, match="another sigverify"):
        Unfinished(tmp_path / "r.csv", HEAD)
    first.close()
    Unfinished(tmp_path / "r.csv", HEAD).close()


def test_a_folder_that_may_not_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BatchError, match="folder"):
        write_results(tmp_path / "none" / "r.csv", [EMPTY])
    with pytest.raises(BatchError):
        Unfinished(tmp_path / "file" / "r.csv", HEAD)


def test_a_ruling_is_kept_at_once_and_put_into_the_results_later(tmp_path):
    out = tmp_path / "r.csv"
    write_results(out, [result(2), result(3)])
    rulings = Rulings(out)
    ruled = rulings.rule(result(3), Said.ACCEPT, by="J. Doe", note="=known\ncustomer")
    assert ruled.ruling is not None
    assert read_with_rulings(out) == list(finished_lines(out)) == [result(2), ruled]  # as after a crash
    assert read_results(out) == [result(2), result(3)]
    rulings.merge()
    assert not journal_of(out).exists()
    found = read_results(out)[1].ruling
    assert found == replace(ruled.ruling, note="=known customer")


def test_rulings_are_taken_back_one_by_one(tmp_path):
    out = tmp_path / "r.csv"
    write_results(out, [result(2), result(3, ruling=RULING)])
    rulings = Rulings(out)
    once = rulings.rule(result(2), Said.ACCEPT, by="a")
    rulings.rule(once, Said.FLAG, by="b")
    rulings.rule(result(3, ruling=RULING), Said.FLAG, by="b")
    assert rulings.undo() == (3, RULING)
    assert rulings.undo() == (2, once.ruling)
    assert read_with_rulings(out) == [once, result(3, ruling=RULING)]
    assert rulings.undo() == (2, None)
    assert rulings.undo() is None
    rulings.merge()
    assert read_results(out) == [result(2), result(3, ruling=RULING)]


def test_a_ruling_cut_short_is_none_and_an_old_journal_rules_on_nothing_new(tmp_path):
    out = tmp_path / "r.csv"
    write_results(out, [result(2)])
    rulings = Rulings(out)
    rulings.rule(result(2), Said.ACCEPT, by="a")
    rulings.close()
    whole = journal_of(out).read_bytes()
    journal_of(out).write_bytes(whole[:-3])
    assert read_with_rulings(out) == [result(2)]
    journal_of(out).write_bytes(whole)
    write_results(out, [result(2, item_id="another")])
    assert read_with_rulings(out)[0].ruling is None
    journal_of(out).write_text("nonsense\n")
    with pytest.raises(BatchError, match="damaged"):
        Rulings(out)


def test_a_result_without_a_distance_is_no_decision():
    for verdict in (Verdict.ACCEPT, Verdict.FLAG, Verdict.REVIEW):
        with pytest.raises(ValueError, match="needs a distance"):
            result(decision=verdict, distance=None)
    with pytest.raises(ValueError, match="a number"):
        result(distance=float("nan"))
