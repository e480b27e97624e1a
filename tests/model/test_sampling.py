import numpy as np
import pytest

from sigverify.errors import DataError
from sigverify.model.dataset import Corpus
from sigverify.model.sampling import Sampler, SamplingConfig, drawn_from, people_of


def corpus(rows):
    """A corpus of (dataset, writer, text, genuine, signature)."""
    columns = list(zip(*rows, strict=True))
    return Corpus(
        frames=np.zeros((len(rows), 96, 192), np.uint8),
        dataset=np.array(columns[0]),
        writer=np.array([f"{d}/{w}" for d, w in zip(columns[0], columns[1], strict=True)]),
        text=np.array(columns[2]),
        genuine=np.array(columns[3]),
        signature=np.array(columns[4]),
        split=np.array(["train"] * len(rows)),
    )


def writer(dataset, name, genuine=6, forged=6, text="", frames=1):
    kinds = [(True, genuine), (False, forged)]
    return [
        (dataset, name, text, kind, f"{dataset}/{name}/{text}/{kind}/{number}")
        for kind, count in kinds
        for number in range(count)
        for _ in range(frames)
    ]


TWO_SETS = [row for dataset in "ab" for name in range(8) for row in writer(dataset, str(name))]


def test_a_batch_has_as_many_people_and_signatures_as_asked_for():
    batch = Sampler(corpus(TWO_SETS), SamplingConfig(people=6, genuine=3, forged=2), seed=0).draw()
    assert len(batch.frames) == 6 * (3 + 2)
    assert batch.genuine.sum() == 18
    assert len(np.unique(batch.identity)) == 6


def test_a_batch_never_holds_a_signature_twice_not_even_drawn_with_another_pen():
    rows = [row for name in range(6) for row in writer("a", str(name), frames=3)]
    held = corpus(rows)
    sampler = Sampler(held, SamplingConfig(people=4, genuine=4, forged=4), seed=1)
    for _ in range(20):
        batch = sampler.draw()
        assert len(set(held.signature[batch.frames])) == len(batch.frames)


def test_frames_belong_to_the_person_that_the_batch_names():
    held = corpus(TWO_SETS)
    sampler = Sampler(held, SamplingConfig(people=5), seed=2)
    batch = sampler.draw()
    for frame, identity, genuine in zip(batch.frames, batch.identity, batch.genuine, strict=True):
        assert sampler.people[identity].name.startswith(str(held.writer[frame]))
        assert held.genuine[frame] == genuine


def test_shares_of_the_data_sets_are_kept():
    sampler = Sampler(corpus(TWO_SETS), SamplingConfig(people=4, weights={"a": 0.75, "b": 0.25}), seed=3)
    names = [sampler.people[number].dataset for _ in range(200) for number in sampler.draw().identity]
    assert names.count("a") / len(names) == pytest.approx(0.75, abs=0.05)


def test_a_data_set_without_a_share_is_no_part_of_a_training():
    held = corpus(TWO_SETS)
    drawn = drawn_from(held, SamplingConfig(weights={"a": 0.75, "b": 0.0}))
    assert set(drawn.dataset) == {"a"}
    assert len(drawn) == (held.dataset == "a").sum()
    assert len(drawn_from(held, SamplingConfig())) == len(held)
    with pytest.raises(DataError, match="None of the data sets"):
        drawn_from(held, SamplingConfig(weights={"c": 1.0}))


def test_where_all_wrote_the_same_words_another_hand_stands_in_for_the_forger():
    rows = [row for name in range(4) for row in writer("c", str(name), forged=0, text="name-1")]
    batch = Sampler(corpus(rows), SamplingConfig(people=1, genuine=3, forged=3), seed=4).draw()
    assert batch.genuine.all()
    assert len(np.unique(batch.identity)) == 2


def test_one_writer_alone_cannot_be_trained_on():
    with pytest.raises(DataError, match="at least two writers"):
        people_of(corpus(writer("a", "1")))


def test_the_same_seed_draws_the_same_batches():
    first, second = (Sampler(corpus(TWO_SETS), SamplingConfig(), seed=7) for _ in range(2))
    assert first.draw().frames.tolist() == second.draw().frames.tolist()
