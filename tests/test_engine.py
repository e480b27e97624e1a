import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sigverify.domain import Decision, Policy, Problem, QualityReason, Seek, Source, View
from sigverify.engine import Engine
from sigverify.messages import Lost, Outcome, Ready, Unusable, Working
from tests import engine_children as children
from tests.cheques import LEFT, RIGHT, cheque, overlap
from tests.fakes import blank, file_of, pasted, signature

ENOUGH = 60.0  # seconds until a test is given up; it is never used up when all is well
OWN, LIKE, OTHER = pasted(signature(20), "own"), pasted(signature(21), "like"), pasted(signature(33), "other")


class Listener:
    """Keeps the events in order, and waits for the next one of a kind."""

    def __init__(self):
        self.events = []
        self._seen = 0
        self._changed = threading.Condition()

    def __call__(self, event):
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def next(self, kind, **fields):
        """The next event of this kind with these fields; those before it are passed over."""
        found = []

        def search():
            while self._seen < len(self.events) and not found:
                event = self.events[self._seen]
                self._seen += 1
                if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                    found.append(event)
            return found

        with self._changed:
            assert self._changed.wait_for(search, ENOUGH), f"no {kind.__name__}, only {self.names()}"
        return found[0]

    def verified(self, token):
        """The outcome of a job that has a verification."""
        while (outcome := self.next(Outcome, token=token)).verification is None:
            pass
        return outcome

    def names(self):
        return [type(event).__name__ for event in self.events]

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def heard():
    return Listener()


@pytest.fixture
def engine_of(heard):
    """Makes started engines, which are closed after the test."""
    made = []

    def make(child=children.quick, **more):
        engine = Engine(heard, child=child, **more)
        made.append(engine)
        engine.start()
        return engine

    yield make
    for engine in made:
        engine.close()


def wait_until(what):
    deadline = time.monotonic() + ENOUGH
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def gone(pid):
    """Whether a process has ended; one that only waits to be reaped has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_pair_is_shown_and_verified(engine_of, heard):
    token = engine_of().submit(OWN, [LIKE, OTHER], Policy(one=0.0, several=2.0))
    outcome = heard.verified(token)
    assert [outcome.questioned.name, *(view.name for view in outcome.specimens)] == ["own", "like", "other"]
    assert outcome.verification.decision is Decision.ACCEPT
    assert outcome.verification.threshold == 2.0
    assert len(outcome.verification.distances) == 2
    assert {event.name for event in heard.of(Working)} == {"own", "like", "other", ""}


def test_ready_tells_the_model_and_the_devices_found(engine_of, heard):
    engine_of()
    ready = heard.next(Ready)
    assert ready.card.name == "ink-grid"
    assert ready.device == "paper"
    assert [device.key for device in ready.devices] == ["cpu"]
    assert ready.seconds > 0


@pytest.mark.parametrize(("questioned", "specimens"), [(OWN, []), (None, [LIKE]), (None, [])])
def test_a_side_that_is_missing_leaves_the_other_shown(engine_of, heard, questioned, specimens):
    engine = engine_of()
    heard.next(Ready)
    outcome = heard.next(Outcome, token=engine.submit(questioned, specimens, None))
    assert isinstance(outcome.questioned, View) == (questioned is not None)
    assert [isinstance(view, View) for view in outcome.specimens] == [True] * len(specimens)
    assert outcome.verification is None


def test_files_that_arrive_while_the_model_is_loading_are_shown_at_once_and_verified_later(engine_of, heard, home):
    token = engine_of(children.late).submit(OWN, [LIKE], None)
    assert isinstance(heard.next(Outcome, token=token).questioned, View)
    assert heard.of(Ready) == []
    (home / "loaded").touch()
    heard.next(Ready)
    assert heard.next(Outcome, token=token).verification is not None


def test_of_jobs_during_loading_only_the_newest_is_verified(engine_of, heard, home):
    engine = engine_of(children.late)
    heard.next(Outcome, token=engine.submit(OWN, [LIKE], None))
    newest = engine.submit(OWN, [OTHER], None)
    heard.next(Outcome, token=newest)
    (home / "loaded").touch()
    heard.verified(newest)
    assert [outcome.token for outcome in heard.of(Outcome) if outcome.verification] == [newest]


def test_a_newer_job_replaces_an_older_one(engine_of, heard):
    engine = engine_of()
    tokens = [engine.submit(OWN, [LIKE] * 3, None) for _ in range(20)]
    heard.verified(tokens[-1])
    told = [event.token for event in heard.events if isinstance(event, Working | Outcome)]
    assert tokens == sorted(set(tokens))
    assert told == sorted(told)  # nothing of an older job after a newer one
    engine.close()
    assert {outcome.token for outcome in heard.of(Outcome)} == {tokens[-1]}


def test_a_file_that_cannot_be_read_is_a_problem_of_its_own(engine_of, heard, tmp_path):
    (tmp_path / "note.png").write_text("not an image")
    broken, missing = Source.of_file(tmp_path / "note.png"), Source.of_file(tmp_path / "missing.png")
    outcome = heard.verified(engine_of().submit(OWN, [broken, LIKE, missing], None))
    assert [type(shown) for shown in outcome.specimens] == [Problem, View, Problem]
    assert "note.png" in outcome.specimens[0].message
    assert len(outcome.verification.distances) == 1  # one for each specimen that is a view


def test_an_unreadable_questioned_signature_is_not_verified(engine_of, heard, tmp_path):
    engine = engine_of()
    heard.next(Ready)
    outcome = heard.next(Outcome, token=engine.submit(Source.of_file(tmp_path), [LIKE], None))
    assert isinstance(outcome.questioned, Problem)
    assert isinstance(outcome.specimens[0], View)
    assert outcome.verification is None


def test_a_blank_page_cannot_be_judged(engine_of, heard):
    outcome = heard.verified(engine_of().submit(pasted(blank()), [LIKE], None))
    assert outcome.verification.decision is Decision.CANNOT_JUDGE


def test_a_file_that_crashes_the_reader_by_chance_is_read_the_second_time(engine_of, heard, tmp_path):
    trips = file_of(tmp_path, "trips.png", signature(22))
    token = engine_of().submit(trips, [LIKE], None)
    assert heard.next(Lost).name == "trips.png"
    assert isinstance(heard.verified(token).questioned, View)
    assert len(heard.of(Lost)) == 1


def test_a_file_that_always_crashes_the_reader_is_named_and_the_rest_goes_on(engine_of, heard, tmp_path):
    crashes = file_of(tmp_path, "crashes.tif", signature(22))
    token = engine_of().submit(OWN, [crashes, LIKE], None)
    outcome = heard.verified(token)
    assert [lost.name for lost in heard.of(Lost)] == ["crashes.tif", "crashes.tif"]
    assert isinstance(outcome.specimens[0], Problem)
    assert "closed the reader" in outcome.specimens[0].message
    assert isinstance(outcome.specimens[1], View)
    assert len(outcome.verification.distances) == 1


def test_a_file_that_shows_a_bug_is_named_and_the_bug_is_logged_without_its_name(engine_of, heard, home, tmp_path):
    puzzles = file_of(tmp_path, "puzzles.tif", signature(22))
    outcome = heard.verified(engine_of().submit(OWN, [puzzles, LIKE], None))
    assert isinstance(outcome.specimens[0], Problem)
    log = (home / "logs" / "engine.log").read_text()
    assert "KeyError\n" in log
    assert "puzzles" not in log


def test_a_refused_file_stays_refused_as_long_as_it_is_there_and_is_tried_anew_when_it_is_brought_again(
    engine_of, heard, tmp_path
):
    crashes = file_of(tmp_path, "crashes.tif", signature(22))
    engine = engine_of()
    heard.verified(engine.submit(OWN, [crashes, LIKE], None))
    heard.verified(engine.submit(OWN, [LIKE, crashes, OTHER], None))
    assert len(heard.of(Lost)) == 2
    heard.verified(engine.submit(OWN, [LIKE], None))
    heard.verified(engine.submit(OWN, [crashes, LIKE], None))
    assert len(heard.of(Lost)) == 4


def test_a_file_that_hangs_the_reader_is_given_up_at_once_and_the_rest_goes_on(engine_of, heard, tmp_path):
    hangs = file_of(tmp_path, "hangs.tif", signature(22))
    token = engine_of(patience=2.0).submit(OWN, [hangs, LIKE], None)
    outcome = heard.verified(token)
    assert [lost.name for lost in heard.of(Lost)] == ["hangs.tif"]
    assert "took too long" in outcome.specimens[0].message
    assert outcome.verification.distances[0] > 0.0


@pytest.mark.skipif(sys.platform == "win32", reason="the trick that holds the interpreter is one of POSIX")
def test_a_decoder_that_lets_no_other_thread_run_is_given_up_too(engine_of, heard, tmp_path):
    seizes = file_of(tmp_path, "seizes.tif", signature(22))
    engine = engine_of(patience=2.0)
    token = engine.submit(seizes, [LIKE], None)
    heard.next(Working, name="seizes.tif")
    for _ in range(3):  # letters to a child that reads none
        token = engine.submit(seizes, [pasted(signature(25, size=(2000, 3000))), LIKE], None)
    heard.next(Lost, name="seizes.tif")
    assert isinstance(heard.next(Outcome, token=token).questioned, Problem)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_a_child_killed_in_the_middle_of_a_scoring_is_replaced_and_the_pair_is_scored(engine_of, heard, home):
    engine = engine_of(children.stuck_in_scoring)
    token = engine.submit(OWN, [LIKE], None)
    wait_until((home / "stuck").exists)
    killed = engine.pid
    os.kill(killed, signal.SIGKILL)
    assert heard.next(Lost).name == ""
    assert heard.verified(token).verification.distance > 0.0
    assert engine.pid != killed
    assert gone(killed)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_a_child_killed_while_it_waits_is_replaced(engine_of, heard):
    engine = engine_of()
    first = heard.verified(engine.submit(OWN, [LIKE], None))
    os.kill(engine.pid, signal.SIGKILL)
    heard.next(Lost)
    again = heard.verified(first.token)
    assert again.verification.distance == pytest.approx(first.verification.distance)


def test_a_scoring_that_hangs_is_given_up_and_done_again(engine_of, heard):
    token = engine_of(children.stuck_in_scoring, patience=2.0).submit(OWN, [LIKE], None)
    assert heard.next(Lost).name == ""
    assert heard.verified(token).verification is not None


def test_a_model_that_brings_the_child_down_is_not_loaded_for_ever_and_images_are_still_shown(engine_of, heard):
    engine = engine_of(children.model_kills)
    assert "Choose the CPU" in heard.next(Unusable).message
    outcome = heard.next(Outcome, token=engine.submit(OWN, [LIKE], None))
    assert isinstance(outcome.questioned, View)
    assert outcome.verification is None
    engine.use_device("cpu")
    heard.next(Ready)
    assert heard.verified(outcome.token).verification is not None


def test_weights_that_are_refused_leave_the_images_shown(engine_of, heard):
    token = engine_of(children.refuses).submit(OWN, [LIKE], None)
    assert "not those that their card describes" in heard.next(Unusable).message
    heard.next(Outcome, token=engine_of(children.refuses).submit(OWN, [LIKE], None))
    assert all(outcome.verification is None for outcome in heard.of(Outcome))
    assert token == 1


def test_an_unforeseen_failure_of_loading_is_told_and_logged_without_names(engine_of, heard, home):
    engine_of(children.broken_driver)
    assert "RuntimeError" in heard.next(Unusable).message
    log = (home / "logs" / "engine.log").read_text()
    assert "RuntimeError" in log
    assert "Jane" not in log


def test_an_engine_that_never_starts_still_answers(engine_of, heard):
    engine = engine_of(children.never_starts)
    heard.next(Unusable)
    while "cannot be started" not in heard.next(Unusable).message:
        pass
    outcome = heard.next(Outcome, token=engine.submit(OWN, [LIKE], None))
    assert "Restart sigverify" in outcome.questioned.message
    assert isinstance(outcome.specimens[0], Problem)


def test_another_device_is_used_from_then_on(engine_of, heard):
    engine = engine_of()
    token = engine.submit(OWN, [LIKE], None)
    heard.verified(token)
    before = engine.pid
    engine.use_device("cpu")
    heard.next(Ready)
    heard.verified(token)
    assert engine.pid != before
    assert heard.of(Lost) == []


def test_closing_leaves_no_process_behind(engine_of, heard):
    engine = engine_of()
    heard.next(Ready)
    pid = engine.pid
    engine.close()
    assert gone(pid)
    assert engine.pid is None
    engine.close()
    assert engine.submit(OWN, [LIKE], None) > 0  # too late, and no harm


def test_closing_in_the_middle_of_a_file_leaves_no_process_behind(engine_of, heard, home, tmp_path):
    engine = engine_of()
    engine.submit(file_of(tmp_path, "seizes.png", signature()), [], None)
    wait_until((home / "seized").exists)
    pid = engine.pid
    engine.close()
    assert gone(pid)
    assert heard.of(Lost) == []


def test_closing_before_anything_was_started_is_no_harm(heard):
    Engine(heard, child=children.quick).close()
    assert heard.events == []


def test_a_listener_that_fails_does_not_end_the_engine(tmp_path):
    heard = Listener()

    def fail_first(event):
        heard(event)
        if isinstance(event, Ready):
            raise RuntimeError("the window is gone")

    engine = Engine(fail_first, child=children.quick)
    engine.start()
    try:
        heard.next(Ready)
        assert heard.verified(engine.submit(OWN, [LIKE], None)).verification is not None
    finally:
        engine.close()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
@pytest.mark.parametrize("name", ["hangs.png", "seizes.png"])
def test_the_child_ends_when_its_parent_is_killed_while_it_decodes(home, tmp_path, name):
    path = file_of(tmp_path, name, signature()).path
    root = Path(__file__).parent.parent
    command = [sys.executable, "-m", "tests.engine_children", str(path), "1.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        child = int(parent.stdout.readline())
        wait_until((home / "seized").exists)
        assert not gone(child)
        parent.kill()
        parent.wait()
        wait_until(lambda: gone(child))


def test_the_real_model_is_loaded_in_the_child_and_not_here(heard, untrained):
    code = """
import sys
from pathlib import Path
from sigverify.engine import Engine
engine = Engine(print, weights=Path(sys.argv[1]))
engine.start()
engine.close()
print(sorted({"torch", "torchvision", "cv2", "PySide6"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code, str(untrained)], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    engine = Engine(heard, weights=untrained, device="cpu")
    engine.start()
    try:
        token = engine.submit(OWN, [OTHER], None)
        assert isinstance(heard.next(Outcome, token=token).questioned, View)
        assert heard.next(Ready).card.name == "untrained"
        assert heard.verified(token).verification.model.name == "untrained"
    finally:
        engine.close()


@pytest.mark.parametrize("harm", ["missing", "truncated", "swapped", "no card"])
def test_weights_that_do_not_serve_are_told_with_a_remedy_and_images_are_still_shown(heard, untrained, tmp_path, harm):
    weights, card = tmp_path / untrained.name, tmp_path / untrained.with_suffix(".json").name
    data = untrained.read_bytes()
    card.write_text(untrained.with_suffix(".json").read_text())
    if harm == "truncated":
        weights.write_bytes(data[:-100])
    elif harm == "swapped":
        weights.write_bytes(data[:-4] + b"\0\0\0\1")
    elif harm == "no card":
        weights.write_bytes(data)
        card.unlink()
    engine = Engine(heard, weights=weights, device="cpu")
    engine.start()
    try:
        outcome = heard.next(Outcome, token=engine.submit(OWN, [LIKE], None))
        assert "Reinstall sigverify" in heard.next(Unusable).message
        assert isinstance(outcome.questioned, View)
        assert outcome.verification is None
    finally:
        engine.close()


WHOLE = replace(pasted(cheque(20, 33), "whole"), seek=Seek.AUTO)


def test_a_cheque_that_comes_before_the_networks_is_shown_and_searched_when_they_are_there(engine_of, heard, home):
    engine = engine_of(children.searches)
    token = engine.submit(WHOLE, [OWN], None)
    shown = heard.next(Outcome, token=token)
    assert shown.verification is None
    assert shown.questioned.quality.reasons == (QualityReason.NOT_SEARCHED,)
    (home / "loaded").touch()
    heard.next(Ready)
    outcome = heard.verified(token)
    assert overlap(outcome.questioned.box, RIGHT) > 0.8
    assert outcome.verification.located == outcome.questioned.located


def test_another_box_on_a_cheque_is_another_verdict(engine_of, heard, home):
    (home / "loaded").touch()
    engine = engine_of(children.searches)
    heard.next(Ready)
    first = heard.verified(engine.submit(WHOLE, [OWN], None))
    second = heard.verified(engine.submit(replace(WHOLE, box=LEFT), [OWN], None))
    assert first.verification.distance < second.verification.distance
    assert second.verification.located.box == LEFT
    assert second.verification.located.automatic == first.verification.located.box


def test_the_stages_come_with_the_outcome_only_where_they_were_asked_for(engine_of, heard, home):
    (home / "loaded").touch()
    engine = engine_of(children.searches)
    heard.next(Ready)
    outcome = heard.verified(engine.submit(WHOLE, [OWN], None, stages=True))
    assert [stage.name for stage in outcome.stages][:2] == ["page", "upright"]
    assert all(stage.png.startswith(b"\x89PNG") for stage in outcome.stages)
    assert heard.verified(engine.submit(WHOLE, [OWN], None)).stages == ()


def test_a_file_that_cannot_be_read_has_no_stages(engine_of, heard):
    engine = engine_of()
    outcome = heard.next(Outcome, token=engine.submit(Source.of_bytes(b"no image", "note"), [], None, stages=True))
    assert isinstance(outcome.questioned, Problem)
    assert outcome.stages == ()
