import csv
import io
import zipfile

import cv2
import numpy as np
import pytest

from sigverify import corpus as corpus_module
from sigverify.corpus import collect
from sigverify.errors import DataError
from sigverify.labelled_signatures import PENS, dealt
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH


def draw(path, seed):
    """A signature of a sort: a wandering line on paper."""
    rng = np.random.default_rng(seed)
    points = np.cumsum(rng.normal(0, 12, (40, 2)), axis=0)
    points = (points - points.min(0)) / np.ptp(points, axis=0) * [260, 90] + [20, 20]
    paper = np.full((130, 300), 240, np.uint8)
    cv2.polylines(paper, [points.astype(np.int32)], False, 40, 3, cv2.LINE_AA)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, paper)[1].tobytes())


@pytest.fixture
def folders(tmp_path):
    data = tmp_path / "银行 data"
    for writer in range(10):
        for kind in ("genuine", "forged"):
            for number in range(2):
                draw(data / f"w{writer}" / kind / f"{number}.png", writer * 10 + number)
    return data


def test_folders_by_writer_are_read_and_writers_dealt_to_disjoint_splits(folders):
    found = collect(folders, workers=1)
    assert len(found) == 40
    assert found.frames.shape[1:] == (FRAME_HEIGHT, FRAME_WIDTH)
    parts = {split: set(found.writer[found.split == split]) for split in ("train", "development", "test")}
    assert sum(len(part) for part in parts.values()) == 10
    assert all(parts.values())
    assert found.genuine.sum() == 20


@pytest.mark.parametrize("nested", [False, True])
def test_a_folder_for_each_class_is_read_as_writers_whom_nobody_forges(tmp_path, nested):
    for number in range(8):
        for image in range(2):
            folder = f"script {number // 4}/character {number}" if nested else f"character {number}"
            draw(tmp_path / "omniglot" / folder / f"{image}.png", number * 10 + image)
    found = collect(tmp_path / "omniglot", workers=1)
    assert found.genuine.all()
    assert len(found) == 16
    name = "omniglot/script 0/character 3" if nested else "omniglot/character 3"
    assert (found.writer == name).sum() == 2
    parts = {split: set(found.writer[found.split == split]) for split in ("train", "development", "test")}
    assert [len(part) for part in parts.values()] == [4, 2, 2]
    assert len(set.union(*parts.values())) == 8


@pytest.mark.parametrize("names", [("real", "forged"), ("Original", "Forgeries")])
def test_forgeries_in_folders_of_another_name_are_not_taken_for_a_writers_own(tmp_path, names):
    for name in names:
        draw(tmp_path / "w1" / name / "0.png", 1)
    with pytest.raises(DataError, match="<writer>/genuine and <writer>/forged"):
        collect(tmp_path, workers=1)


@pytest.mark.parametrize(("writers", "parts"), [(3, (1, 1, 1)), (5, (3, 1, 1)), (6, (2, 2, 2)), (40, (28, 6, 6))])
def test_a_small_folder_still_has_writers_to_measure_on(writers, parts):
    splits = list(dealt(f"w{number}" for number in range(writers)).values())
    assert tuple(splits.count(split) for split in ("train", "development", "test")) == parts


def test_a_file_that_is_no_image_is_left_out_and_the_rest_is_kept(folders):
    (folders / "w1" / "genuine" / "0.png").write_text("not an image")
    (folders / "w2" / "genuine" / "notes.txt").write_text("not even meant to be one")
    assert len(collect(folders, workers=1)) == 39


def test_a_file_that_the_manifest_names_but_that_is_gone_is_left_out(folders, tmp_path):
    rows = [f"d,1,genuine,w1/genuine/{name}.png,train" for name in ("0", "1", "gone")]
    (folders / "manifest.csv").write_text("\n".join(["dataset,writer,kind,path,split", *rows]), encoding="utf-8")
    assert len(collect(folders, cache=tmp_path / "cache", workers=1)) == 2


def test_the_cache_is_used_and_made_anew_when_a_file_changes(folders, tmp_path, monkeypatch):
    cache = tmp_path / "cache"
    first = collect(folders, cache=cache, workers=1)
    monkeypatch.setattr(corpus_module, "_acquired", lambda *_: pytest.fail("the cache was not used"))
    assert np.array_equal(collect(folders, cache=cache, workers=1).frames, first.frames)
    draw(folders / "w1" / "genuine" / "9.png", 99)
    monkeypatch.undo()
    assert len(collect(folders, cache=cache, workers=1)) == 41


def test_a_manifest_says_who_wrote_what_and_where_it_belongs(folders):
    rows = [("cheques", "w1", "genuine", "", "w1/genuine/0.png", "train")]
    rows += [("cheques", "w2", "forged", "w1", "w2/forged/1.png", "test")]
    rows += [("crossmedia_chinese", "w3", "genuine", "", "w3/genuine/1.png", "train")]
    with (folders / "manifest.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("dataset", "writer", "kind", "forger", "path", "split"), *rows])
    found = collect(folders, workers=1)
    assert found.writer.tolist() == ["cheques/w1", "cheques/w2", "crossmedia_chinese/w3"]
    assert found.genuine.tolist() == [True, False, True]
    assert found.text.tolist() == ["", "", "chinese-0"]
    assert found.split.tolist() == ["train", "test", "train"]


def test_pen_trajectories_beside_a_manifest_are_drawn_with_several_pens(folders):
    (folders / "manifest.csv").write_text("dataset,writer,kind,forger,path,split\n")
    wave = [(int(20 * i), int(3000 + 400 * np.sin(i / 9)), i, 1, 0, 0, 5) for i in range(120)]
    text = "120\r\n" + "\r\n".join(" ".join(map(str, point)) for point in wave)
    (folders / "svc2004_online").mkdir()
    with zipfile.ZipFile(folders / "svc2004_online" / "task2.zip", "w") as archive:
        archive.writestr("U3S1.TXT", text)
        archive.writestr("U3S21.TXT", text)
    found = collect(folders, workers=1)
    assert len(found) == 2 * PENS
    assert found.genuine.sum() == PENS
    assert len(set(found.signature)) == 2
    assert (found.frames.reshape(len(found), -1).min(axis=1) < 100).all()


@pytest.mark.parametrize("manifest", ["", "writer,path\n1,2\n"])
def test_a_manifest_without_its_columns_is_refused(folders, manifest):
    (folders / "manifest.csv").write_text(manifest)
    with pytest.raises(DataError, match=r"lacks the columns dataset"):
        collect(folders, workers=1)


def test_a_folder_without_signatures_says_what_was_expected(tmp_path):
    with pytest.raises(DataError, match="<writer>/genuine"):
        collect(tmp_path, workers=1)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere is not a folder"):
        collect(tmp_path / "nowhere", workers=1)


def test_two_processes_give_the_same_frames_as_one(folders):
    assert np.array_equal(collect(folders, workers=2).frames, collect(folders, workers=1).frames)


def test_a_cache_that_is_none_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "corpus-x.npz"
    path.write_bytes(io.BytesIO(b"rubbish").read())
    with pytest.raises(DataError, match="Delete it"):
        corpus_module.Corpus.load(path)
