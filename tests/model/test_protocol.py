import math

import numpy as np
import pytest

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus
from sigverify.model.evaluation import held, measured_by
from sigverify.model.protocol import COLUMNS, DRAWS, Kind, Protocol, TrialList, protocol_of


def corpus_of(rows: list[tuple[str, str, bool, str]]) -> Corpus:
    """A corpus of empty frames: data set, writer, genuine, name."""
    return Corpus(
        frames=np.zeros((len(rows), 2, 2), np.uint8),
        dataset=np.array([row[0] for row in rows]),
        writer=np.array([row[1] for row in rows]),
        text=np.array([""] * len(rows)),
        genuine=np.array([row[2] for row in rows]),
        signature=np.array([row[3] for row in rows]),
        split=np.array(["test"] * len(rows)),
    )


def bank(writers: int = 4, genuine: int = 7, forged: int = 3, dataset: str = "bank") -> Corpus:
    rows = [(dataset, f"{dataset}/{w}", True, f"{w}/genuine/{n}") for w in range(writers) for n in range(genuine)]
    rows += [(dataset, f"{dataset}/{w}", False, f"{w}/forged/{n}") for w in range(writers) for n in range(forged)]
    return corpus_of(rows)


def of_kind(protocol: Protocol, kind: Kind, group: int) -> list[TrialList]:
    return [one for one in protocol.lists if one.kind is kind and one.group == group]


def test_the_same_seed_gives_the_same_protocol_in_whatever_order_the_files_come():
    corpus = bank()
    shuffled = np.random.default_rng(3).permutation(len(corpus))
    other = corpus_of(
        [
            (str(corpus.dataset[k]), str(corpus.writer[k]), bool(corpus.genuine[k]), str(corpus.signature[k]))
            for k in shuffled
        ]
    )
    assert protocol_of(corpus) == protocol_of(other)
    assert protocol_of(corpus).digest == protocol_of(other).digest
    assert protocol_of(corpus).digest != protocol_of(corpus, seed=1).digest


def test_one_writer_more_changes_nobody_elses_specimens():
    few, more = (of_kind(protocol_of(bank(writers)), Kind.GENUINE, 1) for writers in (4, 5))
    assert {(one.writer, one.specimens) for one in few} < {(one.writer, one.specimens) for one in more}


def test_each_writer_is_asked_all_that_remain_all_forgeries_and_every_other_writer_once():
    protocol = protocol_of(bank())
    for group in (1, 5):
        assert len(of_kind(protocol, Kind.GENUINE, group)) == 4 * min(DRAWS, math.comb(7, group))
        for one in of_kind(protocol, Kind.GENUINE, group):
            assert len(one.questioned) == 7 - group
            assert all(name.startswith(f"{one.writer.split('/')[1]}/genuine") for name in one.specimens)
        assert all(len(one.questioned) == 3 for one in of_kind(protocol, Kind.SKILLED, group))
        for one in of_kind(protocol, Kind.RANDOM, group):
            strangers = {name.split("/")[0] for name in one.questioned}
            assert len(strangers) == len(one.questioned) == 3
            assert one.writer.split("/")[1] not in strangers
            assert all("genuine" in name for name in one.questioned)


def test_specimens_are_drawn_differently_each_time_while_there_are_different_ones():
    lists = of_kind(protocol_of(bank(genuine=5)), Kind.GENUINE, 5)
    assert all(len(one.specimens) == 4 for one in lists)  # one has to be left to be asked about
    assert len({(one.writer, one.specimens) for one in lists}) == len(lists) == 4 * 5
    two = of_kind(protocol_of(bank(genuine=2)), Kind.GENUINE, 1)
    assert len(two) == 4 * 2


def test_a_writer_with_a_single_signature_is_left_out_but_may_be_a_stranger_to_others():
    corpus = bank(3)
    alone = corpus_of([("bank", "bank/alone", True, "alone/genuine/0")])
    both = Corpus(
        **{name: np.concatenate([getattr(corpus, name), getattr(alone, name)]) for name in Corpus.__dataclass_fields__}
    )
    protocol = protocol_of(both)
    assert "bank/alone" not in {one.writer for one in protocol.lists}
    assert any("alone/genuine/0" in one.questioned for one in protocol.lists)


def test_without_forgeries_only_other_peoples_signatures_are_tried():
    assert {one.kind for one in protocol_of(bank(forged=0)).lists} == {Kind.GENUINE, Kind.RANDOM}


def test_where_nobody_has_two_signatures_there_are_no_trials():
    assert protocol_of(bank(genuine=1)).lists == ()


def test_a_protocol_is_read_as_it_was_written_whatever_the_files_are_called(tmp_path):
    odd = TrialList(
        dataset="银行",
        writer="a, b",
        group=5,
        kind=Kind.SKILLED,
        specimens=("50%;x.png", "50%3B.png"),
        questioned=('say "no".png',),
    )
    protocol = Protocol(lists=(odd, *protocol_of(bank()).lists))
    protocol.write(tmp_path / "p.csv")
    assert Protocol.read(tmp_path / "p.csv") == protocol
    with pytest.raises(DataError, match="another --protocol"):
        protocol.write(tmp_path / "nowhere" / "p.csv")


GOOD = "d,w,5,genuine,a;b,c"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("d,w,5,forged,a;b,c", "none of genuine"),
        ("d,w,many,genuine,a;b,c", "not a number"),
        ("d,w,5,genuine,a;b,", "at least one questioned"),
        ("d,w,5,genuine,,c", "at least one specimen"),
        ("d,w,1,genuine,a;b,c", "as many as its group"),
        ("d,w,5,genuine,a;b,a", "held against itself"),
        ("d,w,5,genuine,a;a,c", "twice"),
        ("d,w,5,genuine,a,c", "has 2 specimens"),
        ("d,,5,genuine,a;b,c", "named"),
        ("d", "named"),
        ('d,w,5,genuine,"a;b,c', "unexpected end"),
    ],
)
def test_a_line_that_is_no_trial_is_named_with_what_to_do(tmp_path, line, why):
    path = tmp_path / "p.csv"
    path.write_text("\n".join([",".join(COLUMNS), GOOD, line]))
    with pytest.raises(DataError, match=rf"Line 3 of the protocol p\.csv.*{why}.*delete the file"):
        Protocol.read(path)


@pytest.mark.parametrize("text", ["", "\n", "dataset,writer\n1,2\n", ",".join(COLUMNS) + "\n"])
def test_a_file_without_trials_is_no_protocol(tmp_path, text):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(DataError, match=r"p\.csv"):
        Protocol.read(tmp_path / "p.csv")


def test_bytes_that_are_no_text_are_no_protocol(tmp_path):
    (tmp_path / "p.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        Protocol.read(tmp_path / "p.csv")


def test_a_protocol_made_for_other_files_is_refused_with_the_line_that_names_one():
    corpus = bank()
    embeddings = np.eye(len(corpus), 8, dtype=np.float32)
    protocol = protocol_of(bank(genuine=8))
    with pytest.raises(DataError, match=r"Line \d+ of the protocol names ./genuine/7"):
        held(protocol, corpus, measured_by(embeddings))


def test_what_could_not_be_read_takes_its_trials_with_it_and_no_others():
    corpus = bank()
    embeddings = np.random.default_rng(0).normal(size=(len(corpus), 8)).astype(np.float32)
    protocol = protocol_of(corpus, groups=(1,))
    lost = "0/genuine/0"
    remaining = corpus.where(corpus.signature != lost)
    found = held(protocol, remaining, measured_by(embeddings[corpus.signature != lost]), lost={lost})[1]["bank"]
    expected = sum(
        len([name for name in one.questioned if name != lost]) for one in protocol.lists if lost not in one.specimens
    )
    assert len(found.kind) == expected < sum(len(one.questioned) for one in protocol.lists)


def test_a_trial_is_the_distance_of_the_questioned_to_each_specimen():
    corpus = bank()
    embeddings = np.random.default_rng(0).normal(size=(len(corpus), 8)).astype(np.float32)
    number = {name: k for k, name in enumerate(corpus.signature.tolist())}
    protocol = protocol_of(corpus)
    found = held(protocol, corpus, measured_by(embeddings))[5]["bank"]
    first = next(one for one in protocol.lists if one.group == 5)
    gaps = [np.linalg.norm(embeddings[number[first.questioned[0]]] - embeddings[number[s]]) for s in first.specimens]
    assert found.distances[0] == pytest.approx(gaps, rel=1e-5)
    assert found.questioned[0] == number[first.questioned[0]]
    assert found.writers == 4
