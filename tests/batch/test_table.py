import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sigverify.batch.items import Counts, Said, Truth, Verdict, worst_first
from sigverify.batch.orders import Order
from sigverify.batch.results import Head, Unfinished, partial_of, read_results, write_results
from sigverify.batch.rulings import Rulings
from sigverify.batch.table import SAID, TRUTHS, ResultTable
from sigverify.errors import BatchError
from tests.batch.made import EMPTY, EVERY_FIELD, result

MIXED = [
    result(2, decision=Verdict.ACCEPT, distance=0.1, amount="9,00", item_id="b"),
    result(3, decision=Verdict.FLAG, distance=0.9, amount="1.200,50", item_id="C"),
    EMPTY.ruled(None).__class__(line=4, item_id="d", decision=Verdict.ERROR, reasons="No file."),
    result(5, decision=Verdict.FLAG, distance=1.2, threshold=0.9, amount="", item_id="a"),
    result(6, decision=Verdict.REVIEW, distance=0.2, amount="300", item_id="e", reasons="The box is in doubt."),
    result(7, decision=Verdict.CANNOT_JUDGE, distance=None, threshold=None, item_id="f", reasons="It is blank."),
]


def table_of(results):
    table = ResultTable()
    table.append(results)
    return table


def lines(table, rows):
    return table.line[rows].tolist()


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl"])
def test_what_was_written_is_read_line_by_line_as_the_careful_reader_reads_it(tmp_path, name):
    results = [replace(EVERY_FIELD, line=1, item_id="=1+1"), *MIXED]
    write_results(tmp_path / name, results)
    table = ResultTable.read(tmp_path / name)
    assert [table.result(row) for row in range(len(table))] == results == read_results(tmp_path / name)
    assert table.item_ids[0] == "=1+1"
    assert TRUTHS[table.truth[0]] is Truth.SKILLED
    assert SAID[table.said[0]] is Said.ACCEPT
    assert np.isnan(table.distance[3])
    assert table.counts == Counts.of(one.decision for one in results)


def test_the_lines_of_a_batch_that_runs_are_read_too(tmp_path):
    unfinished = Unfinished(tmp_path / "r.csv", Head(source="a", setting="b"))
    for one in MIXED:
        unfinished.append(one)
    unfinished.close()
    with partial_of(tmp_path / "r.csv").open("ab") as file:
        file.write(b'{"item_id": "torn')
    table = ResultTable.read(partial_of(tmp_path / "r.csv"))
    assert [table.result(row) for row in range(len(table))] == MIXED


def test_a_file_saved_again_by_another_program_is_read_too(tmp_path):
    write_results(tmp_path / "r.csv", MIXED)
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with (tmp_path / "r.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    table = ResultTable.read(tmp_path / "r.csv")
    assert [table.result(row) for row in range(len(table))] == MIXED


@pytest.mark.parametrize(("old", "new"), [("FLAG", "MAYBE"), ("0.9", ""), ("0.9", "x"), ("c3", '"c3')])
def test_a_damaged_file_is_told_with_its_line(tmp_path, old, new):
    write_results(tmp_path / "r.csv", [result(2, distance=0.1), result(3, distance=0.9)])
    text = (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    first, second, third = text.splitlines(keepends=True)
    (tmp_path / "r.csv").write_text(first + second + third.replace(old, new, 1))
    with pytest.raises(BatchError, match=r"Line [34] of r\.csv"):
        ResultTable.read(tmp_path / "r.csv")
    with pytest.raises(BatchError, match="not there"):
        ResultTable.read(Path(tmp_path / "none.csv"))


def test_the_worst_come_first_as_the_queue_has_them():
    table = table_of(MIXED)
    shown = lines(table, table.in_order(table.chosen(), Order.WORST_FIRST))
    assert shown == [one.line for one in sorted(MIXED, key=worst_first)] == [3, 5, 6, 7, 4, 2]


@pytest.mark.parametrize(
    ("order", "falling", "shown"),
    [
        (Order.LINE, True, [7, 6, 5, 4, 3, 2]),
        (Order.ITEM, False, [5, 2, 3, 4, 6, 7]),
        (Order.DISTANCE, False, [2, 6, 3, 5, 4, 7]),
        (Order.DISTANCE, True, [5, 3, 6, 2, 4, 7]),
        (Order.OVER, True, [3, 5, 6, 2, 4, 7]),
        (Order.AMOUNT, True, [3, 6, 2, 4, 5, 7]),
        (Order.DECISION, False, [3, 5, 6, 7, 4, 2]),
    ],
)
def test_rows_are_sorted_and_what_was_not_measured_comes_last(order, falling, shown):
    table = table_of(MIXED)
    assert lines(table, table.in_order(table.chosen(), order, falling=falling)) == shown


def test_rows_are_chosen_by_verdict_by_ruling_and_by_every_word_looked_for():
    table = table_of(MIXED)
    table.rule(1, EVERY_FIELD.ruling)
    assert lines(table, table.chosen(verdicts=[Verdict.FLAG])) == [3, 5]
    assert lines(table, table.chosen(verdicts=[Verdict.FLAG], unruled=True)) == [5]
    assert lines(table, table.chosen(text="BLANK it")) == [7]
    assert lines(table, table.chosen(text="blank box")) == []
    assert lines(table, table.chosen(text="1.200")) == [3]


def test_rulings_of_the_journal_are_shown(tmp_path):
    write_results(tmp_path / "r.csv", MIXED)
    rulings = Rulings(tmp_path / "r.csv")
    ruled = rulings.rule(MIXED[1], Said.FLAG, by="J. Doe", note="called")
    rulings.close()
    table = ResultTable.read(tmp_path / "r.csv")
    assert table.result(1) == ruled
    table.rule(1, None)
    assert table.result(1) == MIXED[1]


def test_a_line_told_twice_is_there_once():
    table = table_of(MIXED[:3])
    table.append(MIXED)
    assert [table.result(row) for row in range(len(table))] == MIXED
    assert table.row_of(5) == 3
    assert table.row_of(99) is None
