import numpy as np
import pytest

from sigverify.model.embedding import Embedder
from sigverify.model.microbatches import PAPER, in_passes, independent
from sigverify.model.network import NetworkConfig
from sigverify.model.untrained import write_untrained

SHAPE = (6, 8)
FRAMES = np.random.default_rng(1).integers(0, 256, (11, *SHAPE), dtype=np.uint8)


def plain(frames):
    return frames.reshape(len(frames), -1).astype(np.float32) / 255.0


def crowded(frames):
    return plain(frames) + np.float32(1e-6) * frames.mean()


def uneven(frames):
    rows = plain(frames)
    rows[len(rows) // 2 :] += np.float32(1e-6)
    return rows


@pytest.mark.parametrize("count", [0, 1, 4, 5, 8, 11])
def test_every_pass_is_as_large_and_the_rows_are_those_of_the_frames(count):
    sizes = []

    def forward(frames):
        sizes.append(len(frames))
        return plain(frames)

    rows = in_passes(forward, FRAMES[:count], 4)
    assert set(sizes) <= {4}
    assert len(sizes) == -(-count // 4)
    assert len(rows) == count
    assert count == 0 or np.array_equal(rows, plain(FRAMES[:count]))


def test_places_that_stay_empty_show_paper():
    shown = []
    in_passes(lambda frames: (shown.append(frames), plain(frames))[1], FRAMES[:1], 4)
    assert np.array_equal(shown[0][0], FRAMES[0])
    assert (shown[0][1:] == PAPER).all()


def test_a_device_is_trusted_with_several_frames_only_where_neighbours_and_places_do_not_matter():
    assert independent(plain, SHAPE, 4)
    assert not independent(crowded, SHAPE, 4)
    assert not independent(uneven, SHAPE, 4)


def test_on_a_cpu_frames_are_embedded_one_by_one(tmp_path):
    small = NetworkConfig(stem=8, widths=(8, 16), strides=(2, 2), blocks=(1, 1), dimensions=32)
    weights = write_untrained(tmp_path, fingerprint="0123456789abcdef", frame=(96, 192), config=small)
    embedder = Embedder.load(weights, device="cpu", fingerprint="0123456789abcdef")
    assert embedder.at_once == 1
    embedder.at_once = 4  # as on a GPU
    frames = np.random.default_rng(0).integers(0, 256, (5, 96, 192), dtype=np.uint8)
    together = embedder.embed(frames)
    assert together == pytest.approx(np.concatenate([embedder.embed(frame[None]) for frame in frames]), abs=1e-5)
