from dataclasses import replace

import numpy as np
import pytest

from sigverify import pasted_trials
from sigverify.cheque_trials import Searched
from sigverify.domain import Candidate
from sigverify.errors import DataError
from sigverify.model.thrice import EVERY
from sigverify.pasted_trials import Ground, pasted_figures
from sigverify.preprocess.reading import grey
from tests.fakes import InkGrid, signature
from tests.model.made_corpus import write_folder

PAPER = 240


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("pasted") / "bank", writers=6, each=5)


def blank() -> Ground:
    """A cheque with one dark bar of print at its left."""
    pixels = np.full((700, 2400), PAPER, np.uint8)
    pixels[100:500, 40:80] = 20
    return Ground(kind="blank", pixels=pixels, centre=(1800, 400))


GROUNDS = {"blank": [blank]}


def box_of(dark: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def knowing(pixels: np.ndarray) -> Searched:
    """Finds whatever is not the cheque's own print, and cuts it out well."""
    dark = grey(pixels) < 190
    dark[:, :100] = False
    x0, y0, x1, y1 = box = box_of(dark)
    signature = np.pad(grey(pixels)[y0:y1, x0:x1], 20, constant_values=PAPER)
    return Searched(candidates=(Candidate(box=box, confidence=0.9),), signature=signature)


def blind(_pixels: np.ndarray) -> Searched:
    return Searched(candidates=())


def misled(pixels: np.ndarray) -> Searched:
    """Takes the print for the signature."""
    box = (40, 100, 80, 500)
    signature = np.pad(grey(pixels)[100:500, 40:80], 60, constant_values=PAPER)
    return Searched(candidates=(Candidate(box=box, confidence=0.9),), signature=signature)


def figures(data, search, most=24):
    network = InkGrid()
    return pasted_figures(data, GROUNDS, search, network.embed, network.card, most=most)


def test_a_good_crop_costs_next_to_nothing(data):
    found = figures(data, knowing)
    assert [(one.dataset, one.specimens) for one in found.deciding] == [("bank", 1), ("bank", 4)]
    for one in found.deciding:
        assert one.failures == 0
        assert one.genuine > 0
        assert one.skilled > 0
        assert abs(one.difference.value) < 0.08
        assert one.cropped_of_found == one.cropped
    assert [(one.kind, one.nothing, one.elsewhere, one.unjudged) for one in found.losses] == [("blank", 0, 0, 0)]
    assert found.losses[0].agreement > 0.8
    assert found.losses[0].strayed[0] < 0.2


def taken_in(pixels: np.ndarray) -> Searched:
    """Takes what somebody else wrote for the signature."""
    return replace(misled(pixels), signature=signature(5))


def second_best(pixels: np.ndarray) -> Searched:
    """The same, and what is the signature for another place."""
    first, other = taken_in(pixels), knowing(pixels)
    return replace(first, candidates=first.candidates + other.candidates, others=(other.signature,))


def test_the_place_most_like_the_specimens_is_compared(data):
    lost, found, sure = (figures(data, search) for search in (taken_in, second_best, knowing))
    for one, other, best in zip(lost.deciding, found.deciding, sure.deciding, strict=True):
        assert other.cropped <= one.cropped
        assert abs(other.cropped - best.cropped) < 0.1
    assert [(one.elsewhere, one.nothing) for one in found.losses] == [(0, 0)]
    assert lost.losses[0].elsewhere == lost.losses[0].pasted
    assert found.losses[0].agreement < 0.1  # of the surest place
    assert found.losses[0].strayed[0] < 0.2


def unsure(pixels: np.ndarray) -> Searched:
    """Finds the signature, but is not sure that it is one."""
    sure = knowing(pixels)
    assert sure.signature is not None
    return replace(sure, candidates=(), signature=None, others=(sure.signature,), doubtful=sure.candidates)


def test_a_doubtful_place_is_scored_by_its_likeness(data):
    sure, found = (figures(data, search) for search in (knowing, unsure))
    for one, other in zip(sure.deciding, found.deciding, strict=True):
        assert other.cropped == one.cropped
        assert other.failures == 0
    assert [(one.nothing, one.doubtful, one.elsewhere) for one in sure.losses] == [(0, 0, 0)]
    assert [(one.nothing, one.doubtful == one.pasted, one.elsewhere) for one in found.losses] == [(0, True, 0)]


def test_what_is_not_found_is_rejected_and_counted(data):
    found = figures(data, blind)
    for one in found.deciding:
        assert one.failures == one.genuine + one.skilled
        assert one.cropped_rates == (0.0, 1.0)
        assert one.cropped > one.clean
        assert one.clean_of_found is None
    assert found.losses[0].nothing == found.losses[0].pasted > 0


def test_who_takes_print_for_the_signature_pays_for_it(data):
    found = figures(data, misled)
    assert found.losses[0].elsewhere == found.losses[0].pasted
    for one in found.deciding:
        assert one.difference.value > 0.1


def test_half_of_the_signatures_lost_cost_as_many_rejections(data):
    turn = iter(range(10**6))
    found = figures(data, lambda pixels: (knowing if next(turn) % 2 else blind)(pixels))
    for one in found.deciding:
        assert 0 < one.failures < one.genuine + one.skilled
        assert one.cropped_of_found is not None
        assert one.cropped_of_found < one.cropped
        assert one.cropped_rates[1] > one.clean_rates[1]


def test_the_same_signatures_are_asked_about_every_time_and_not_more_than_were_wanted(data):
    one, again = figures(data, knowing, most=20), figures(data, knowing, most=20)
    assert one == again
    assert sum(lost.pasted for lost in one.losses) == 20


def test_kinds_of_cheque_take_turns(data):
    network = InkGrid()
    grounds = {"few": [blank], "many": [blank] * 9, "none": []}
    found = pasted_figures(data, grounds, knowing, network.embed, network.card, most=20)
    assert sum(one.pasted for one in found.losses) == 20
    made = []
    grounds = {name: [lambda name=name: made.append(name) or blank()] * 3 for name in ("one", "other")}
    pasted_figures(data, grounds, knowing, network.embed, network.card, most=20)
    assert sorted(made) == ["one"] * 3 + ["other"] * 3


def test_without_forgeries_there_is_no_deciding_figure(tmp_path):
    data = write_folder(tmp_path / "bank", writers=3, each=4)
    for forged in data.glob("*/forged/*.png"):
        forged.unlink()
    with pytest.raises(DataError, match="genuine and forged"):
        figures(data, knowing)


def test_several_data_sets_are_told_apart_and_together(data, tmp_path, monkeypatch):
    manifest = ["dataset,writer,kind,forger,path,split"]
    for name in ("one", "other"):
        write_folder(tmp_path / name, writers=4, each=4)
        for path in sorted((tmp_path / name).glob("*/*/*.png")):
            where = path.relative_to(tmp_path).as_posix()
            manifest.append(f"{name},{path.parent.parent.name},{path.parent.name},,{where},test")
    (tmp_path / "manifest.csv").write_text("\n".join(manifest) + "\n")
    monkeypatch.setattr(pasted_trials, "EACH", 2)
    found = figures(tmp_path, knowing)
    assert [one.dataset for one in found.deciding] == ["one", "other", EVERY] * 2
    pooled = found.deciding[2]
    assert pooled.genuine == sum(one.genuine for one in found.deciding[:2])
    assert pooled.writers == 8
