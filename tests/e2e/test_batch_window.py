"""A folder of cheques on a real desk: dropped, verified by worker processes, ruled on by keys, kept."""

import shutil
from pathlib import Path

import pytest

from sigverify.batch.items import Said
from sigverify.batch.results import read_results
from sigverify.paths import resources
from tests.e2e.desk import WINDOW, descendants, desk, is_running, wait_until

LONG = 240.0  # seconds; each worker loads the model, on a machine that may be busy


@pytest.mark.xvfb
@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool")
def test_a_folder_that_is_dropped_is_verified_and_ruled_on_by_keys_alone(tmp_path: Path) -> None:
    shutil.copytree(resources() / "samples" / "batch", tmp_path / "monday")
    results = tmp_path / "monday-results.csv"
    with desk(tmp_path) as here:
        middle = WINDOW[0] // 2, WINDOW[1] // 2
        here.drag([tmp_path / "monday"], middle, arrived=lambda: here.title() == "monday — sigverify")
        here.xdotool("windowfocus", here.find("sigverify"), "sleep", 2, "key", "Return")
        wait_until("the results", results.exists, LONG)
        items = read_results(results)
        worst = max(items, key=lambda item: item.over if item.over is not None else -9.0)
        wait_until("the title", lambda: here.title() == "monday-results.csv — sigverify")
        here.xdotool("sleep", 1, "key", "Return")
        shown = f"{Path(worst.questioned).name} — sigverify"
        wait_until("the worst pair on the Verify page", lambda: here.title() == shown)
        here.xdotool("key", "f", "sleep", 1)
        wait_until("the next pair", lambda: here.title() not in (shown, "sigverify"))
        here.xdotool("key", "Escape", "sleep", 1)
        assert here.title() == "monday-results.csv — sigverify"
        family = descendants(here.window.pid)
        here.xdotool("key", "ctrl+q")
        wait_until("the end of the window", lambda: here.window.poll() is not None)
        wait_until("the end of its processes", lambda: not any(is_running(pid) for pid in family))
    ruled = {item.item_id: item.ruling.said for item in read_results(results) if item.ruling}
    assert ruled == {worst.item_id: Said.FLAG}
    assert len(items) == len(list((tmp_path / "monday" / "questioned").iterdir()))
