"""A whole cheque on the clerk's desk: dropped from another program, its box drawn, moved and given up by keys alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sigverify.domain import Seek, digest_of
from sigverify.preprocess.penstrokes import Signer
from sigverify.preprocess.reading import encode_png
from tests.cheques import cheque
from tests.e2e.desk import ROOT, WINDOW, Desk, Point, desk, wait_until

pytestmark = pytest.mark.xvfb

QUESTIONED: Point = (WINDOW[0] // 4, WINDOW[1] // 3)  # in the middle of the left pane
PICTURES = ROOT / "out" / "e2e"  # kept for people to look at; not part of the repository


@pytest.fixture
def window(home: Path) -> Iterator[Desk]:
    with desk(home) as here:
        yield here


def questioned(window: Desk) -> list[str]:
    """The digests of what was questioned, in the order it was judged."""
    return re.findall(r", threshold \S+: (\w+) against", window.log())


def test_the_box_on_a_cheque_is_drawn_moved_and_given_up_by_keys_alone(window: Desk, tmp_path: Path) -> None:
    files = [tmp_path / "whole cheque.png", tmp_path / "on file.png"]
    files[0].write_bytes(encode_png(cheque(20)))
    files[1].write_bytes(encode_png(Signer.of_seed(7).genuine(1)))
    window.drag(files, QUESTIONED, arrived=lambda: files[0].name in window.title())
    found = digest_of(files[0].read_bytes(), 0, Seek.AUTO)[:16]
    wait_until("a verdict on the cheque", lambda: questioned(window)[-1:] == [found])
    before = len(questioned(window))  # the sample pair's is among them where it was quick
    window.xdotool("windowfocus", window.find("sigverify"))

    window.xdotool("key", "b", "sleep", 0.2, "key", "Return")
    wait_until("a verdict on a box put down by the keyboard", lambda: len(questioned(window)) > before)
    drawn = questioned(window)[-1]
    window.xdotool("key", "Left", "sleep", 0.5, "key", "shift+Down")
    wait_until("verdicts on the box moved and resized", lambda: len(set(questioned(window)) - {found, drawn}) >= 1)
    window.shown_in(PICTURES / "box by keys.png")
    window.xdotool("sleep", 1.0, "key", "Escape")
    wait_until("the verdict on what was found", lambda: questioned(window)[-1] == found)
    assert "whole cheque" not in window.log()
