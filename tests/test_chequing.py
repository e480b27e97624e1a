"""From a whole cheque to the distance, with a stand-in for the network that searches."""

import json
import logging
from dataclasses import replace

import numpy as np
import pytest

from sigverify import chequing
from sigverify.domain import Decision, Policy, QualityReason, Seek, Source
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.preprocess.reading import encode_png
from sigverify.verifier import Verifier
from tests.cheques import LEFT, RIGHT, CloseSearcher, PenSearcher, Searcher, cheque, overlap, written
from tests.fakes import InkGrid, blank, file_of, pasted, signature

OWN = signature(20)


def at(picture, seek=Seek.AUTO, box=None):
    return Source(name="cheque", data=encode_png(picture), seek=seek, box=box)


def verifier_of(*boxes):
    return Verifier(InkGrid(), Searcher(*boxes))


def test_a_cheque_is_compared_by_the_signature_on_it():
    verifier = verifier_of(RIGHT)
    same = verifier.verify(at(cheque(20)), [pasted(OWN)])
    other = verifier.verify(at(cheque(33)), [pasted(OWN)])
    assert same.distance < other.distance
    assert same.questioned_quality.good
    assert overlap(same.located.box, RIGHT) > 0.8
    assert same.located.automatic == same.located.box
    assert not same.located.by_hand


def test_the_view_of_a_cheque_shows_the_whole_page_and_the_signature_cleaned():
    picture = cheque(20, colour=True)
    view = verifier_of(RIGHT).view(at(picture))
    assert view.picture.shape == picture.shape
    assert overlap(view.box, RIGHT) > 0.8
    assert view.signature.ndim == 2
    assert view.signature.shape[0] < picture.shape[0] / 2
    assert view.frame.shape == (FRAME_HEIGHT, FRAME_WIDTH)
    assert view.dpi is None


def test_of_two_signatures_the_one_like_the_specimens_is_compared():
    verifier = verifier_of(LEFT, RIGHT)  # the left one, another hand's, is the surer one
    picture = at(cheque(20, 33))
    verification = verifier.verify(picture, [pasted(OWN)])
    assert overlap(verification.located.box, RIGHT) > 0.8
    assert overlap(verification.located.automatic, LEFT) > 0.8
    assert not verification.located.by_hand
    drawn = verifier.verify(at(cheque(20, 33), box=verification.located.box), [pasted(OWN)])
    assert drawn.distance == verification.distance  # the audit replays it with the box
    assert verifier.verify(picture, [pasted(signature(33))]).located.box == verification.located.automatic


def test_a_box_drawn_by_a_person_is_compared_whatever_else_is_nearer():
    verifier = verifier_of(LEFT, RIGHT)
    verification = verifier.verify(at(cheque(20, 33), box=LEFT), [pasted(OWN)])
    assert overlap(verification.located.box, LEFT) > 0.8
    assert verification.located.by_hand


def test_only_the_surest_places_are_compared(monkeypatch):
    monkeypatch.setattr(chequing, "PLACES_COMPARED", 1)
    verification = verifier_of(LEFT, RIGHT).verify(at(cheque(20, 33)), [pasted(OWN)])
    assert len(verification.located.candidates) == 2
    assert verification.located.box == verification.located.automatic  # though the other one is nearer


def test_no_other_place_is_asked_where_the_surest_or_every_specimen_cannot_be_judged():
    verifier, source = verifier_of(LEFT, RIGHT), at(cheque(20, 33))
    first, own, empty = verifier.look(source), verifier.look(pasted(OWN)), verifier.look(pasted(blank()))
    poor = replace(first, view=replace(first.view, quality=empty.view.quality))
    assert verifier.choose(poor, source, [own]) is poor
    assert verifier.choose(first, source, [empty]) is first
    assert verifier.choose(first, source, [empty, own]) is not first


def test_choosing_among_places_is_part_of_the_time_told():
    verifier, source = verifier_of(LEFT, RIGHT), at(cheque(20, 33))
    first, own = verifier.look(source), verifier.look(pasted(OWN))
    chosen = verifier.choose(first, source, [own])
    assert chosen.choose > 0.0
    assert chosen.locate > first.locate > 0.0
    assert verifier.judge(chosen, [own]).milliseconds.embed > chosen.choose


@pytest.mark.parametrize("picture", [OWN, blank()])
def test_a_signature_alone_is_not_searched(picture):
    searcher = Searcher(RIGHT)
    verifier = Verifier(InkGrid(), searcher)
    plain, sought = verifier.view(pasted(picture)), verifier.view(at(picture))
    assert sought.located is None
    assert sought.quality == plain.quality
    assert sought.box == plain.box
    assert np.array_equal(sought.frame, plain.frame)
    assert searcher.looks == 0


def test_what_is_said_to_be_the_signature_is_not_searched_even_if_it_looks_like_a_cheque():
    searcher = Searcher(RIGHT)
    view = Verifier(InkGrid(), searcher).view(at(cheque(20), Seek.NEVER))
    assert view.located is None
    assert searcher.looks == 0


def test_what_is_said_to_be_a_cheque_is_searched_whatever_it_looks_like():
    assert verifier_of().view(at(OWN, Seek.ALWAYS)).quality.reasons == (QualityReason.NO_SIGNATURE,)


def test_an_unsigned_cheque_cannot_be_judged():
    verification = verifier_of().verify(at(cheque()), [pasted(OWN)])
    assert verification.decision is Decision.CANNOT_JUDGE
    assert verification.questioned_quality.reasons == (QualityReason.NO_SIGNATURE,)
    assert verification.located.box is None
    assert verification.located.candidates == ()


def test_two_signatures_come_back_as_two_and_the_clearer_one_is_compared():
    located = verifier_of(RIGHT, LEFT).view(at(cheque(20, 33))).located
    assert [overlap(one.box, box) > 0.8 for one, box in zip(located.candidates, (RIGHT, LEFT), strict=True)] == [
        True
    ] * 2
    assert located.candidates[0].confidence > located.candidates[1].confidence
    assert located.box == located.candidates[0].box


def test_a_persons_box_wins_over_the_search_and_both_are_kept():
    verifier = verifier_of(RIGHT, LEFT)
    verification = verifier.verify(at(cheque(33, 20), box=LEFT), [pasted(OWN)])
    automatic = Verifier(InkGrid(), Searcher(RIGHT)).verify(at(cheque(33, 20)), [pasted(OWN)])
    assert verification.distance < automatic.distance
    assert (verification.located.box, verification.located.by_hand) == (LEFT, True)
    assert overlap(verification.located.automatic, RIGHT) > 0.8


def test_the_box_of_the_view_is_that_of_the_ink_however_large_the_persons_box():
    x0, y0, x1, y1 = RIGHT
    for picture in (cheque(20), np.ascontiguousarray(cheque(20)[::-1, ::-1])):
        turned = picture[20, 20] > 128
        around = (x0 - 60, y0 - 15, x1 + 40, y1 + 10)
        wanted = (1000 - x1, 460 - y1, 1000 - x0, 460 - y0) if turned else RIGHT
        box = (1000 - around[2], 460 - around[3], 1000 - around[0], 460 - around[1]) if turned else around
        view = verifier_of(RIGHT).view(at(picture, box=box))
        assert overlap(view.box, wanted) > 0.9
        assert view.located.box == box


def test_a_person_completes_a_name_of_which_only_one_word_was_seen():
    both = (LEFT[0], LEFT[1], RIGHT[2], RIGHT[3])
    whole = verifier_of(RIGHT).view(at(cheque(20, 33), box=both))
    unseen = verifier_of().view(at(cheque(20, 33), box=both))
    assert overlap(whole.box, both) > 0.9
    assert np.array_equal(whole.frame, unseen.frame)


def test_a_persons_box_on_an_unsigned_cheque_is_compared():
    verification = verifier_of().verify(at(cheque(20), box=RIGHT), [pasted(OWN)])
    assert verification.decision is not Decision.CANNOT_JUDGE


def test_a_box_beyond_the_page_is_cut_to_it():
    located = verifier_of().view(at(cheque(20), box=(600, 280, 5000, 5000))).located
    assert located.box == (600, 280, 1000, 460)
    assert verifier_of().view(at(cheque(20), box=(4000, 4000, 5000, 5000))).located.box == (999, 459, 1000, 460)


def test_a_box_about_empty_paper_cannot_be_judged():
    view = verifier_of(RIGHT).view(at(cheque(20), box=(420, 310, 600, 390)))
    assert view.quality.reasons == (QualityReason.BLANK,)
    assert view.box is None


def test_a_box_drawn_about_a_crop_is_compared():
    verification = verifier_of().verify(at(OWN, box=(40, 10, 460, 190)), [pasted(OWN)])
    assert verification.located.by_hand
    assert verification.distance < 0.2


def test_a_cheque_that_lies_upside_down_is_turned():
    picture = np.ascontiguousarray(cheque(20)[::-1, ::-1])
    height, width = picture.shape
    view = verifier_of(RIGHT).view(at(picture))
    x0, y0, x1, y1 = RIGHT
    assert view.located.turned == 2
    assert overlap(view.box, (width - x1, height - y1, width - x0, height - y0)) > 0.8
    upright = verifier_of(RIGHT).view(at(cheque(20)))
    assert np.abs(view.frame.astype(int) - upright.frame).mean() < 8


def test_of_two_cheques_on_a_scan_neither_is_taken_but_both_can_be_boxed():
    ground = np.full((1100, 1100), 90, np.uint8)
    ground[40:500, 50:1050] = cheque(20)
    ground[600:1060, 50:1050] = cheque(33)
    verifier = verifier_of(RIGHT)
    verification = verifier.verify(at(ground, Seek.ALWAYS), [pasted(OWN)])
    assert verification.questioned_quality.reasons == (QualityReason.SEVERAL_CHEQUES,)
    assert verification.decision is Decision.CANNOT_JUDGE
    assert verification.located.box is None
    box = (690, 340, 990, 440)  # on the upper one
    assert verifier.verify(at(ground, Seek.ALWAYS, box), [pasted(OWN)]).questioned_quality.good


def test_without_the_network_a_cheque_is_told_and_a_box_still_works():
    verifier = Verifier(InkGrid())
    verification = verifier.verify(at(cheque(20)), [pasted(OWN)])
    assert verification.decision is Decision.CANNOT_JUDGE
    assert verification.questioned_quality.reasons == (QualityReason.NOT_SEARCHED,)
    assert verifier.verify(at(cheque(20), box=RIGHT), [pasted(OWN)]).questioned_quality.good


def test_a_cheque_seen_before_the_network_came_is_searched_when_it_is_there():
    verifier = Verifier(InkGrid())
    assert not verifier.view(at(cheque(20))).quality.good
    assert verifier.view(at(cheque(20), box=LEFT)).located.candidates == ()
    verifier.equip(InkGrid(), Searcher(RIGHT))
    assert verifier.view(at(cheque(20))).quality.good
    assert len(verifier.view(at(cheque(20), box=LEFT)).located.candidates) == 1


def test_a_cheque_is_searched_once_however_often_its_box_is_moved(tmp_path, monkeypatch):
    searcher, decoded = Searcher(RIGHT), []
    verifier = Verifier(InkGrid(), searcher)
    real = "sigverify.preprocess.reading.decode"
    from sigverify.preprocess import reading

    decode = reading.decode
    monkeypatch.setattr(real, lambda *given, **more: decoded.append(1) or decode(*given, **more))
    verifier.view(at(cheque(20)))
    for step in range(5):
        verifier.view(at(cheque(20), box=(600 + step, 290, 950, 420)))
    assert searcher.looks == 1
    assert len(decoded) == 1


def test_every_box_is_another_look():
    views = [
        verifier_of(RIGHT, LEFT).view(source)
        for source in (at(cheque(20, 33)), at(cheque(20, 33), box=LEFT), at(cheque(20, 33), Seek.NEVER))
    ]
    assert len({view.digest for view in views}) == 3


def test_the_time_of_locating_is_told_apart(tmp_path):
    verifier = verifier_of(RIGHT)
    first = verifier.verify(at(cheque(20)), [pasted(OWN)]).milliseconds
    again = verifier.verify(at(cheque(20)), [pasted(OWN)]).milliseconds
    assert first.locate > 0
    assert again.locate == 0
    assert verifier.verify(pasted(OWN), [pasted(OWN)]).milliseconds.locate == 0


def test_every_stage_of_a_cheque_can_be_seen():
    names = [name for name, _ in verifier_of(RIGHT).stages(at(cheque(20)))]
    assert names[:5] == ["page", "upright", "seen", "probability", "places"]
    assert "lifted" in names
    assert names[-1] == "frame"
    assert [name for name, _ in verifier_of().stages(at(cheque()))][-1] == "places"
    assert "seen" not in [name for name, _ in Verifier().stages(at(cheque(20), box=RIGHT))]


def test_stages_can_be_reduced_for_a_screen():
    stages = dict(verifier_of(RIGHT).stages(at(cheque(20)), longest=200))
    import cv2

    shape = cv2.imdecode(np.frombuffer(stages["upright"], np.uint8), cv2.IMREAD_COLOR).shape
    assert max(shape) == 200


def test_the_same_page_is_known_by_its_digest_in_the_log_and_no_name_is(tmp_path, caplog):
    caplog.set_level(logging.INFO, "sigverify")
    file = file_of(tmp_path, "Jane Doe.png", cheque(20)).path
    verifier = verifier_of(RIGHT)
    source = Source.of_file(file, seek=Seek.AUTO, box=LEFT)
    verifier.verify(source, [pasted(OWN)])
    assert verifier.view(source).digest[:16] in caplog.text
    assert "Doe" not in caplog.text
    assert str(tmp_path) not in json.dumps(caplog.text)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 5)])
def test_pictures_of_hardly_a_pixel_get_an_answer(shape):
    view = verifier_of().view(at(np.full(shape, 200, np.uint8), Seek.ALWAYS))
    assert not view.quality.good
    boxed = verifier_of().view(at(np.full(shape, 200, np.uint8), Seek.ALWAYS, (0, 0, shape[1], shape[0])))
    assert not boxed.quality.good


def test_a_search_that_nobody_watches_draws_no_pictures(monkeypatch):
    def drawn(*_):
        raise AssertionError("a clerk would wait for it")

    monkeypatch.setattr(chequing.showing, "outlined", drawn)
    monkeypatch.setattr(chequing.showing, "boxed", drawn)
    assert verifier_of(RIGHT).look(at(cheque(20))).view.located.candidates


def looking_closely(*boxes, blind=False):
    searcher = Searcher(*boxes)
    searcher.near = CloseSearcher(blind=blind)
    return searcher


PART = (654, 311, 760, 389)  # of the signature on the right


def test_of_a_signature_seen_in_part_a_close_look_finds_the_whole():
    far, near = (Verifier(InkGrid(), searcher) for searcher in (Searcher(PART), looking_closely(PART)))
    assert overlap(far.view(at(cheque(20))).located.box, RIGHT) < 0.7
    verification = near.verify(at(cheque(20)), [pasted(OWN)])
    assert overlap(verification.located.box, RIGHT) > 0.85
    assert verification.distance < far.verify(at(cheque(20)), [pasted(OWN)]).distance


def test_two_places_of_one_signature_become_one():
    verifier = Verifier(InkGrid(), looking_closely(PART, (830, 311, 926, 389)))
    (only,) = verifier.view(at(cheque(20))).located.candidates
    assert overlap(only.box, RIGHT) > 0.85


def test_the_box_of_a_close_look_is_replayed_to_the_same_distance():
    verifier = Verifier(InkGrid(), looking_closely(LEFT, RIGHT))
    verification = verifier.verify(at(cheque(20, 33)), [pasted(OWN)])
    assert overlap(verification.located.box, RIGHT) > 0.85
    again = Verifier(InkGrid(), looking_closely(LEFT, RIGHT)).verify(
        at(cheque(20, 33), box=verification.located.box), [pasted(OWN)]
    )
    assert again.distance == verification.distance


def test_where_a_close_look_sees_nothing_the_locators_place_stays():
    with_it, without = (Verifier(InkGrid(), one) for one in (looking_closely(RIGHT, blind=True), Searcher(RIGHT)))
    assert overlap(with_it.view(at(cheque(20))).located.box, without.view(at(cheque(20))).located.box) > 0.8


def test_a_persons_box_is_looked_at_closely_and_nothing_beyond_it_counts():
    searcher = looking_closely(LEFT)
    verifier = Verifier(InkGrid(), searcher)
    view = verifier.view(at(cheque(20, 33), box=PART))
    assert searcher.near.asked
    assert view.located.box == PART
    assert view.box[2] <= PART[2] + 2


def test_a_persons_box_is_lifted_whole_where_the_network_does_not_know_what_they_mean():
    searchers = looking_closely(LEFT, blind=True), Searcher(LEFT)
    one, other = (Verifier(InkGrid(), searcher).view(at(cheque(20, 33), box=RIGHT)) for searcher in searchers)
    assert np.array_equal(one.frame, other.frame)


@pytest.mark.parametrize("blind", [False, True])
def test_the_stages_of_a_persons_box_are_those_of_what_is_used(blind):
    searched = chequing.search(cheque(20), looking_closely(LEFT, blind=blind))
    trace = chequing.Trace()
    chequing.take(cheque(20), searched, RIGHT, trace)
    names = [name for name, _ in trace.stages]
    assert names.count("cutout") == names.count("lifted") == 1
    assert ("told apart" in names) is not blind


def test_what_was_seen_closely_counts_as_memory():
    searcher = looking_closely(RIGHT)
    searched = chequing.search(cheque(20), searcher)
    assert searched.nbytes > searched.probability.nbytes


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 5)])
def test_pictures_of_hardly_a_pixel_are_looked_at_closely_without_harm(shape):
    verifier = Verifier(InkGrid(), looking_closely())
    for box in ((0, 0, shape[1], shape[0]), (0, 0, 1, 1), (shape[1] - 1, shape[0] - 1, shape[1] + 50, shape[0] + 50)):
        assert not verifier.view(at(np.full(shape, 200, np.uint8), Seek.ALWAYS, box)).quality.good


def sweeping(*boxes):
    """A verifier whose locator sees these boxes, and whose other network sees what the pen has written."""
    searcher = Searcher(*boxes)
    searcher.near = PenSearcher()
    return Verifier(InkGrid(), searcher)


def test_a_signature_that_the_locator_missed_counts_where_it_is_like_the_specimens():
    verifier, picture = sweeping(), at(written(cheque(20), RIGHT))
    alone = verifier.view(picture)
    assert alone.quality.reasons == (QualityReason.NO_SIGNATURE,)
    assert alone.located.box is None
    assert alone.located.candidates == ()
    assert [overlap(one.box, RIGHT) > 0.8 for one in alone.located.doubtful] == [True]
    verification = verifier.verify(picture, [pasted(OWN)])
    assert verification.decision is Decision.ACCEPT
    assert verification.located.box == alone.located.doubtful[0].box
    assert verification.located.by_likeness
    assert not verification.located.by_hand


def test_its_decision_is_replayed_with_its_box():
    picture = written(cheque(20), RIGHT)
    verification = sweeping().verify(at(picture), [pasted(OWN)])
    again = sweeping().verify(at(picture, box=verification.located.box), [pasted(OWN)])
    assert again.distance == verification.distance
    assert not again.located.by_likeness


def test_what_is_not_like_the_specimens_is_no_signature():
    verification = sweeping().verify(at(written(cheque(33), RIGHT)), [pasted(OWN)])
    assert verification.decision is Decision.CANNOT_JUDGE
    assert verification.distance is None
    assert verification.located.box is None
    assert len(verification.located.doubtful) == 1


def test_the_threshold_in_force_says_what_is_like_the_specimens():
    verifier, picture = sweeping(), at(written(cheque(20), RIGHT))
    distance = verifier.verify(picture, [pasted(OWN)]).distance
    assert distance > 0.0
    below, at_it = (Policy(one=value, several=value) for value in (distance / 2, distance))
    assert verifier.verify(picture, [pasted(OWN)], below).decision is Decision.CANNOT_JUDGE
    assert verifier.verify(picture, [pasted(OWN)], at_it).decision is Decision.ACCEPT


def test_a_doubtful_place_is_compared_beside_one_that_is_not_clear(monkeypatch):
    monkeypatch.setattr(chequing, "CLEAR", (0.96, 0.0))  # the stand-in is sure by 0.95
    verification = sweeping(LEFT).verify(at(written(cheque(20, 33), RIGHT, LEFT)), [pasted(OWN)])
    assert overlap(verification.located.automatic, LEFT) > 0.8
    assert overlap(verification.located.box, RIGHT) > 0.8
    assert verification.located.by_likeness
    other = sweeping(LEFT).verify(at(written(cheque(20, 33), RIGHT, LEFT)), [pasted(signature(33))])
    assert overlap(other.located.box, LEFT) > 0.8
    assert not other.located.by_likeness


def test_one_place_is_not_told_twice():
    located = sweeping(PART).view(at(written(cheque(20), RIGHT))).located
    assert overlap(located.box, RIGHT) > 0.8
    assert (len(located.candidates), located.doubtful) == (1, ())


def test_what_is_faintly_seen_is_not_even_doubtful(monkeypatch):
    monkeypatch.setattr(chequing, "STRONG", 0.98)  # the stand-in is sure by 0.97
    assert sweeping().view(at(written(cheque(20), RIGHT))).located.doubtful == ()


def test_the_doubtful_places_are_among_the_stages():
    stages = dict(sweeping().stages(at(written(cheque(20), RIGHT))))
    assert "doubtful places" in stages
    assert "doubtful places" not in dict(verifier_of(RIGHT).stages(at(cheque(20))))


def test_where_the_best_place_is_clear_the_cheque_is_not_swept(monkeypatch):
    picture = at(written(cheque(20, 33), RIGHT, LEFT))
    swept = {}
    for bar in ((0.9, 0.96), (0.9, 0.98), (0.96, 0.9)):  # the stand-ins are sure by 0.95 and 0.97
        monkeypatch.setattr(chequing, "CLEAR", bar)
        swept[bar] = len(sweeping(LEFT).view(picture).located.doubtful)
    assert list(swept.values()) == [0, 1, 1]
