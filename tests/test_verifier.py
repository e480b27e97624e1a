import json
import logging
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as Pillow

from sigverify.domain import Decision, Policy, QualityReason, Source
from sigverify.errors import ModelError, ReadingError
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.verifier import Verifier
from tests.fakes import CALIBRATION, InkGrid, NotANumber, blank, card, file_of, pasted, signature

OWN, LIKE, OTHER = signature(20), signature(21), signature(33)


@pytest.fixture
def network():
    return InkGrid()


@pytest.fixture
def verifier(network):
    return Verifier(network)


def test_the_same_hand_lies_nearer_than_another(verifier):
    near = verifier.verify(pasted(OWN), [pasted(signature(20, left=62))])
    far = verifier.verify(pasted(OWN), [pasted(OTHER)])
    assert near.distance < far.distance


def test_with_one_specimen_the_distance_is_the_plain_one(verifier):
    verification = verifier.verify(pasted(OWN), [pasted(LIKE)])
    assert verification.distances == (verification.distance,)
    assert verification.threshold == card().one.development_threshold


def test_with_several_specimens_their_own_spread_is_taken_off_and_their_own_threshold_applies(verifier):
    verification = verifier.verify(pasted(OWN), [pasted(LIKE), pasted(OTHER)])
    assert verification.distance < sum(verification.distances) / 2
    assert verification.threshold == card().several.development_threshold


@pytest.mark.parametrize("specimens", [[LIKE], [LIKE, OTHER], [LIKE, blank(), OTHER]])
def test_the_likelihood_ratio_is_read_off_the_combined_distance_and_the_specimens_used(specimens):
    calibrated = Verifier(InkGrid(card(calibration=CALIBRATION)))
    verification = calibrated.verify(pasted(OWN), [pasted(specimen) for specimen in specimens])
    used = sum(quality.good for quality in verification.specimen_qualities)
    assert verification.llr == float(CALIBRATION.at(verification.distance, used))


def test_without_a_calibration_or_a_distance_there_is_no_likelihood_ratio(verifier):
    calibrated = card(calibration=CALIBRATION)
    assert verifier.verify(pasted(OWN), [pasted(LIKE)]).llr is None
    assert Verifier(InkGrid(calibrated)).verify(pasted(blank()), [pasted(LIKE)]).llr is None
    assert Verifier(InkGrid(calibrated)).verify(pasted(OWN), [pasted(blank())]).llr is None
    assert Verifier(NotANumber(calibrated)).verify(pasted(OWN), [pasted(LIKE)]).llr is None


def test_the_decision_turns_at_the_threshold(verifier):
    distance = verifier.verify(pasted(OWN), [pasted(OTHER)]).distance
    at = Policy(one=distance, several=0.0)
    below = Policy(one=math.nextafter(distance, 0.0), several=2.0)
    assert verifier.verify(pasted(OWN), [pasted(OTHER)], at).decision is Decision.ACCEPT
    assert verifier.verify(pasted(OWN), [pasted(OTHER)], below).decision is Decision.FLAG


def test_a_pasted_picture_claims_no_size_on_paper(tmp_path, verifier):
    file = tmp_path / "scan.png"
    Pillow.fromarray(OWN).save(file, dpi=(200, 200))
    assert verifier.view(Source.of_file(file)).dpi == pytest.approx(200, abs=0.1)
    assert Verifier().view(Source.of_bytes(file.read_bytes(), "pasted")).dpi is None


class Crowded(InkGrid):
    """A network whose last digits depend on the size of the batch, as those of a real one do."""

    def embed(self, frames):
        return super().embed(frames) * np.float32(1.0 + 1e-6 * len(frames))


def test_a_distance_does_not_depend_on_what_was_looked_at_before_or_along_with_it():
    alone = Verifier(Crowded()).verify(pasted(OWN), [pasted(OTHER)])
    along = Verifier(Crowded()).verify(pasted(OWN), [pasted(LIKE), pasted(OTHER)])
    later = Verifier(Crowded())
    later.verify(pasted(LIKE), [pasted(OTHER)])
    assert along.distances[1] == alone.distance
    assert later.verify(pasted(OWN), [pasted(OTHER)]).distance == alone.distance


def test_what_was_prefetched_is_embedded_together_once_and_verified_as_ever(tmp_path):
    network = Together()
    sources = [pasted(OWN), pasted(blank()), Source.of_file(tmp_path / "gone.png"), pasted(OTHER), pasted(LIKE)]
    begun: list[int] = []
    ahead = Verifier(network)
    ahead.prefetch(sources, begun.append)
    assert begun == [0, 1, 2, 3, 4]
    assert network.passes == [3]
    assert ahead.verify(pasted(OWN), [pasted(OTHER), pasted(LIKE)]).distance == pytest.approx(
        Verifier(InkGrid()).verify(pasted(OWN), [pasted(OTHER), pasted(LIKE)]).distance, abs=1e-9
    )
    ahead.prefetch(sources, begun.append)
    assert network.passes == [3]
    assert ahead.at_once == 4
    with pytest.raises(ReadingError):
        ahead.verify(sources[2], [pasted(OTHER)])


class Together(InkGrid):
    """A network that likes several frames at a time, and counts those of each pass."""

    at_once = 4

    def __init__(self):
        super().__init__()
        self.passes = []

    def embed(self, frames):
        self.passes.append(len(frames))
        return super().embed(frames)


def test_a_poor_specimen_is_left_out_and_named(verifier):
    alone = verifier.verify(pasted(OWN), [pasted(OTHER)])
    with_poor = verifier.verify(pasted(OWN), [pasted(blank()), pasted(OTHER)])
    assert with_poor.distances == (None, alone.distance)
    assert with_poor.distance == alone.distance
    assert with_poor.threshold == alone.threshold  # that for one, for one was compared
    assert with_poor.specimen_qualities[0].reasons == (QualityReason.BLANK,)


@pytest.mark.parametrize(("questioned", "specimen"), [(blank(), OWN), (OWN, blank()), (blank(), blank())])
def test_a_poor_image_stops_before_the_network(verifier, network, questioned, specimen):
    verification = verifier.verify(pasted(questioned), [pasted(specimen)])
    assert verification.decision is Decision.CANNOT_JUDGE
    assert verification.distance is None
    assert verification.distances == (None,)
    assert network.embedded == 0


def test_a_network_that_breaks_down_accepts_nothing():
    verification = Verifier(NotANumber()).verify(pasted(OWN), [pasted(OWN), pasted(LIKE)], Policy(one=2.0, several=2.0))
    assert verification.decision is Decision.CANNOT_JUDGE
    assert verification.distance is None
    assert verification.distances == (None, None)


def test_the_same_image_on_both_sides_is_noticed_whatever_its_file(verifier, tmp_path):
    import cv2

    other_file = tmp_path / "签名 copy.bmp"
    other_file.write_bytes(cv2.imencode(".bmp", OWN)[1].tobytes())
    specimens = [pasted(LIKE), Source.of_file(other_file), pasted(OWN, "again")]
    assert verifier.verify(pasted(OWN), specimens).same_image == (1, 2)
    assert verifier.verify(pasted(OWN), [pasted(LIKE)]).same_image == ()


def test_an_image_goes_through_the_network_once(verifier, network):
    verifier.verify(pasted(OWN), [pasted(LIKE)])
    assert network.embedded == 2
    verifier.verify(pasted(OWN), [pasted(LIKE)], Policy(one=0.1, several=0.1))
    assert network.embedded == 2
    verifier.verify(pasted(OWN), [pasted(LIKE), pasted(OTHER)])
    assert network.embedded == 3


def test_a_recalled_image_has_the_name_it_is_asked_by(verifier):
    assert verifier.view(pasted(OWN, "first")).name == "first"
    assert verifier.view(pasted(OWN, "second")).name == "second"


def test_a_file_that_was_changed_is_read_anew(verifier, tmp_path):
    source = file_of(tmp_path, "a.png", OWN)
    before = verifier.view(source)
    file_of(tmp_path, "a.png", OTHER)
    after = verifier.view(source)
    assert before.digest != after.digest
    assert (before.frame != after.frame).any()


def test_another_network_does_not_use_the_vectors_of_the_one_before(verifier):
    before = verifier.verify(pasted(OWN), [pasted(OTHER)])
    verifier.equip(NotANumber(card(sha256="cd" * 32)))
    after = verifier.verify(pasted(OWN), [pasted(OTHER)])
    assert before.distance is not None
    assert after.distance is None
    assert after.model.sha256 == "cd" * 32


def test_what_was_seen_long_ago_is_forgotten_before_memory_runs_out(network, monkeypatch):
    monkeypatch.setattr("sigverify.looking._LOOKS_KEPT", 250_000)  # two and a half of these pictures
    verifier = Verifier(network)
    first = verifier.look(pasted(OWN)).view
    for hand in (30, 40):
        verifier.look(pasted(signature(hand)))
    recalled = verifier.look(pasted(OWN)).view
    assert recalled.digest == first.digest
    assert recalled.picture is not first.picture


def test_a_view_tells_the_picture_as_scanned_and_as_the_network_sees_it(verifier):
    view = verifier.view(pasted(OWN))
    assert (view.width, view.height, view.page, view.pages) == (500, 200, 0, 1)
    assert view.picture.shape == OWN.shape
    assert view.frame.shape == (FRAME_HEIGHT, FRAME_WIDTH)
    x0, y0, x1, y1 = view.box
    assert abs(x0 - 60) <= 3
    assert abs(x1 - 440) <= 3
    assert 30 < y0 < y1 < 170


def test_without_a_model_images_are_shown_but_nothing_is_verified():
    verifier = Verifier()
    assert verifier.view(pasted(OWN)).quality.good
    with pytest.raises(ModelError, match="No model"):
        verifier.verify(pasted(OWN), [pasted(OWN)])


def test_a_file_that_cannot_be_read_is_named(verifier, tmp_path):
    (tmp_path / "note.png").write_text("not an image")
    with pytest.raises(ReadingError, match=r"note\.png"):
        verifier.verify(pasted(OWN), [Source.of_file(tmp_path / "note.png")])


def test_nothing_is_verified_against_nothing(verifier):
    with pytest.raises(ValueError, match="at least one specimen"):
        verifier.verify(pasted(OWN), [])


def test_every_stage_can_be_seen(verifier):
    stages = verifier.stages(pasted(OWN))
    assert [name for name, _ in stages][:1] == ["grey"]
    assert [name for name, _ in stages][-1:] == ["frame"]
    assert all(png.startswith(b"\x89PNG") for _, png in stages)


def test_the_log_carries_digests_and_no_names(verifier, caplog, tmp_path):
    caplog.set_level(logging.INFO, "sigverify")
    verification = verifier.verify(file_of(tmp_path, "Jane Doe.png", OWN), [file_of(tmp_path, "Doe.png", OTHER)])
    assert verifier.view(pasted(OWN)).digest[:16] in caplog.text
    assert str(verification.decision) in caplog.text
    assert "Doe" not in caplog.text
    assert str(tmp_path) not in json.dumps(caplog.text)


_sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
_pictures = arrays.arrays(np.uint8, _sizes, elements=st.integers(0, 255))
_quietly = effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_quietly
@given(questioned=_pictures, specimen=_pictures, threshold=st.floats(0.0, 2.0))
def test_any_two_pictures_give_an_answer_that_holds_together(questioned, specimen, threshold):
    policy = Policy(one=threshold, several=threshold)
    found = Verifier(InkGrid()).verify(pasted(questioned), [pasted(specimen), pasted(OWN)], policy)
    judged = found.distance is not None
    assert judged == (found.decision is not Decision.CANNOT_JUDGE) == found.questioned_quality.good
    assert [value is not None for value in found.distances] == [judged and q.good for q in found.specimen_qualities]
    if judged:
        assert (found.decision is Decision.ACCEPT) == (found.distance <= threshold)


@_quietly
@given(place=st.floats(0.0, 1.0, exclude_max=True), value=st.integers(0, 255), kept=st.floats(0.3, 1.0))
def test_a_damaged_file_is_shown_or_told_of(place, value, kept):
    data = bytearray(pasted(OWN).data)
    data[int(place * len(data))] = value
    told = ""
    try:
        told = Verifier().view(Source.of_bytes(bytes(data[: int(kept * len(data))]), "damaged.png")).name
    except ReadingError as error:
        told = str(error)
    assert "damaged.png" in told
