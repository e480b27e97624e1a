"""Cheques that the program draws, through the whole of it with the networks it is shipped with."""

import json

import numpy as np
import pytest

from sigverify import cli, paths
from sigverify.app import build_searcher
from sigverify.domain import QualityReason, Seek, Source
from sigverify.preprocess.composing.cheques import cheque
from sigverify.preprocess.composing.hands import Hands
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.preprocess.reading import encode_png
from tests.cheques import overlap

pytestmark = pytest.mark.skipif(not paths.locator().exists(), reason="this checkout has no locator")

DRAWN = 12
WIDE = 1400  # pixels; a cheque at some 200 dpi


@pytest.fixture(scope="module")
def drawn():
    """Cheques of layouts and hands that no other seed has, with the boxes of the signatures on them."""
    hands, rng = Hands(), np.random.default_rng(20_261_125)
    canvases = [cheque(WIDE, hands, rng) for _ in range(DRAWN)]
    return [(np.clip(canvas.pixels, 0, 255).astype(np.uint8), canvas.signatures) for canvas in canvases]


@pytest.fixture(scope="module")
def found(drawn):
    verifier = build_searcher()
    sources = [Source(name="drawn", data=encode_png(picture), seek=Seek.AUTO) for picture, _ in drawn]
    return [verifier.view(source) for source in sources]


def test_a_drawn_cheque_is_not_taken_for_a_signature(found):
    assert sum(view.located is not None for view in found) >= DRAWN - 1


def test_most_signatures_on_drawn_cheques_are_found_where_they_are(drawn, found):
    best = [
        max(overlap(view.box, box) for box in boxes) for view, (_, boxes) in zip(found, drawn, strict=True) if boxes
    ]
    assert len(best) >= DRAWN // 2
    # Drawn cheques are harder than real ones: stamps, names like signatures, and black and white lie in wait.
    assert np.mean(np.array(best) > 0.4) >= 0.6


def test_drawn_cheques_that_nobody_signed_are_told_as_such_for_all_their_stamps_and_names(drawn, found):
    unsigned = [view for view, (_, boxes) in zip(found, drawn, strict=True) if not boxes]
    said = [QualityReason.NO_SIGNATURE in view.quality.reasons for view in unsigned]
    assert unsigned
    assert np.mean(said) >= 0.6


def test_what_was_found_is_ink_on_white_that_the_network_can_judge(found):
    signed = [view for view in found if view.located is not None and view.located.box is not None]
    assert np.mean([view.quality.good for view in signed]) >= 0.7
    for view in signed:
        assert (view.signature[0] == 255).all()
        assert view.frame is None or view.frame.shape == (FRAME_HEIGHT, FRAME_WIDTH)


def test_the_command_line_says_the_same(drawn, found, tmp_path, capsys):
    (picture, _), view = next(
        (one, view) for one, view in zip(drawn, found, strict=True) if view.located is not None and view.located.box
    )
    (tmp_path / "cheque.png").write_bytes(encode_png(picture))
    assert cli.main(["locate", str(tmp_path / "cheque.png"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert tuple(told["candidates"][0]["box"]) == view.located.automatic
