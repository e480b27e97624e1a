import os
from pathlib import Path

import pytest

from sigverify.batch import lines
from sigverify.batch.folders import owner
from sigverify.batch.items import Item, LineProblem, Truth
from sigverify.batch.manifest import Manifest, read_manifest
from sigverify.errors import BatchError


@pytest.fixture
def desk(tmp_path):
    """A folder with pictures (empty files: only their names are looked at) to write a manifest in."""
    for name in ("q.png", "q2.png", "a.png", "b;c.png", "Müller 签名.png"):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def manifest(folder: Path, text: str | bytes) -> Manifest:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "m.csv").write_bytes(data)
    return read_manifest(folder / "m.csv")


def entries(of: Manifest) -> list[Item | LineProblem]:
    found = [of.entry(place) for place in range(len(of))]
    of.close()
    return found


def problems(folder: Path, *rows: str, head: str = "item_id,questioned,references,page,box,expected") -> list[str]:
    found = manifest(folder, "\n".join((head, *rows)))
    found.close()
    return [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    "text",
    [
        'item_id,questioned,references,amount\nc1,q.png,a.png;a.png,"1,000.00"\n',
        '\ufeffitem_id,questioned,references,amount\r\nc1,q.png,a.png;a.png,"1,000.00"\r\n',
        'item_id;questioned;references;amount\nc1;q.png;"a.png;a.png";1,000.00\n',
        "amount\tITEM_ID\tquestioned \treferences\tcustomer\n1,000.00\tc1\tq.png\ta.png; a.png\tJ. Doe",
    ],
)
def test_a_manifest_comes_with_comma_semicolon_or_tab_and_with_or_without_a_mark(desk, text):
    (item,) = entries(manifest(desk, text))
    assert item == Item(
        line=2,
        item_id="c1",
        questioned=desk / "q.png",
        references=(desk / "a.png", desk / "a.png"),
        amount="1,000.00",
    )


def test_page_box_and_truth_are_read_as_people_write_them(desk):
    head = "item_id,questioned,references,page,box,expected\n"
    rows = f'c1,Müller 签名.png,{desk / "a.png"},2,"1,2,30,40",Forged\n\n,,,,,\nc2,q.png,a.png,,1 2 30 40,skilled\n'
    first, second = entries(manifest(desk, head + rows))
    assert (first.page, first.box, first.expected, first.line) == (1, (1, 2, 30, 40), Truth.FORGED, 2)
    assert (second.page, second.box, second.expected, second.line) == (0, (1, 2, 30, 40), Truth.SKILLED, 5)
    assert first.questioned_source.box == (1, 2, 30, 40)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",q.png,a.png", "line 2, (line 2): There is no item_id"),
        ("c1,,a.png", "line 2, c1: There is no questioned picture"),
        ("c1,no.png,a.png", "questioned picture no.png is not there"),
        ("c1,q.png,a.png;no.png", "reference no.png is not there"),
        ("c1,.,a.png", "questioned picture . is not there"),
        ("c1,q.png,", "no references"),
        ("c1,q.png,;", "no references"),
        ("c1", "no questioned picture"),
        ("c1,q.png,a.png,0", "page is no number"),
        ("c1,q.png,a.png,1.5", "page is no number"),
        ("c1,q.png,a.png,,1 2 3", "box is not"),
        ("c1,q.png,a.png,,5 2 3 9", "box is not"),
        ("c1,q.png,a.png,,,maybe", "Expected is one of genuine, forged, skilled, random"),
        ("c1,q.png,a.png,,,,more", "more cells"),
        ('c1,"q.png,a.png', "quotation mark"),
        ('c1,"q".png,a.png', "quotation mark"),
        ("c\x001,q.png,a.png", "cannot be shown"),
        ("c" * 201 + ",q.png,a.png", "cannot be shown, or more"),
        ("c1," + "q" * 70_000 + ",a.png", "too long"),
    ],
)
def test_every_problem_is_told_with_its_line_and_stops_no_other(desk, row, told):
    (problem,) = problems(desk, row, "c9,q.png,a.png")
    assert told in problem


def test_a_line_that_is_not_utf8_is_a_problem_of_that_line(desk):
    found = manifest(desk, b"item_id,questioned,references\nM\xfcller,q.png,a.png\nc2,q.png,a.png\n")
    assert ["not UTF-8" in problem.message for problem in found.problems] == [True]
    found.close()


def test_the_same_id_twice_is_a_problem_of_every_line_but_the_first(desk):
    told = problems(desk, "c1,q.png,a.png", "c2,q.png,a.png", "c1,q2.png,a.png", "c1,q.png,a.png")
    assert [problem.split(":")[0] for problem in told] == ["line 4, c1", "line 5, c1"]
    assert "line 2 already" in told[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("item_id,questioned\nc1,q.png\n", "line 1: there is no column references"),
        ("item_id,questioned,references,box,box\n", "box stands there twice"),
        ("item_id,questioned,references\n", "names no items"),
        ("", "no column item_id"),
        ("\ufeffitem_id".encode("utf-16"), "not UTF-8"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_in_a_sentence(desk, text, told):
    with pytest.raises(BatchError, match=told):
        manifest(desk, text)
    with pytest.raises(BatchError, match="not there"):
        read_manifest(desk / "none.csv")


def test_items_with_the_same_specimens_are_worked_on_together(desk):
    found = manifest(
        desk, "item_id,questioned,references\n1,q.png,a.png\n2,q.png,q2.png\n3,q.png,a.png\n4,q.png,q2.png\n"
    )
    assert [found.entry(place).item_id for place in found.in_groups()] == ["1", "3", "2", "4"]
    found.close()


def test_a_manifest_that_is_changed_while_it_is_worked_through_stops_the_work(desk):
    found = manifest(desk, "item_id,questioned,references\n1,q.png,a.png\n2,q.png,a.png\n")
    os.truncate(desk / "m.csv", 40)
    with pytest.raises(BatchError, match="was changed"):
        found.entry(1)
    found.close()


def test_a_folder_is_listed_once_however_many_of_its_files_are_asked_for(desk, monkeypatch):
    listed = []
    monkeypatch.setattr(lines, "_listing", lambda folder, real=lines._listing: listed.append(folder) or real(folder))
    assert problems(desk, *(f"c{number},q.png,a.png" for number in range(200))) == []
    assert listed == [str(desk)]


def pictures(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def below(folder: Path, of: Manifest) -> dict[str, list[str]]:
    items = [one for one in entries(of) if isinstance(one, Item)]
    paths = {item.item_id: [item.questioned, *item.references] for item in items}
    return {item_id: [path.relative_to(folder).as_posix() for path in found] for item_id, found in paths.items()}


def test_a_folder_by_convention_needs_no_manifest(tmp_path):
    pictures(tmp_path, "questioned/12.png", "questioned/1.tif", "questioned/.DS_Store", "questioned/Thumbs.db")
    pictures(tmp_path, "references/1.png", "references/1_b.png", "references/12a.png", "references/123.png")
    pictures(tmp_path, "references/12/x.jpg", "references/77/y.png")
    found = read_manifest(tmp_path)
    assert found.notes == ("2 specimens belong to no questioned picture and will not be used.",)
    assert below(tmp_path, found) == {
        "1": ["questioned/1.tif", "references/1.png", "references/1_b.png"],
        "12": ["questioned/12.png", "references/12/x.jpg", "references/12a.png"],
    }


def test_a_flat_folder_is_read_by_its_names(tmp_path):
    pictures(tmp_path, "c1_questioned.png", "c1_reference.png", "c1_reference_2.PNG", "notes.txt", "x_reference.png")
    found = read_manifest(tmp_path)
    assert below(tmp_path, found) == {"c1": ["c1_questioned.png", "c1_reference.png", "c1_reference_2.PNG"]}
    assert len(found.notes) == 1


def test_what_is_wrong_in_a_folder_is_told_by_id(tmp_path):
    pictures(tmp_path, "questioned/a.png", "questioned/b.png", "questioned/b.tif", "questioned/c.png")
    pictures(tmp_path, "references/b.png", "references/c/1;2.png")
    told = [str(problem) for problem in read_manifest(tmp_path).problems]
    assert "a: There are no specimens" in told[0]
    assert "b: There is more than one questioned" in told[1]
    assert "parts paths" in told[2]


def test_a_manifest_in_a_folder_goes_before_the_names(desk):
    (desk / "manifest.csv").write_text("item_id,questioned,references\nc1,q.png,a.png\n")
    pictures(desk, "x_questioned.png")
    assert below(desk, read_manifest(desk)) == {"c1": ["q.png", "a.png"]}


def test_a_folder_of_another_layout_is_told_what_to_do(tmp_path):
    with pytest.raises(BatchError, match="<id>_questioned"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("stem", "whose"),
    [("12_a", "12"), ("12", "12"), ("123", None), ("12a", "12"), ("smith2", "smith"), ("smithson", None), ("x", None)],
)
def test_a_specimen_belongs_to_the_id_its_name_begins_with_and_to_no_longer_one(stem, whose):
    assert owner(stem, ["1", "12", "smith"]) == whose
