"""A corpus small enough to train on in a test: each writer is a figure, a forger draws it with a limp."""

from pathlib import Path

import cv2
import numpy as np

from sigverify.model.dataset import Corpus


def figure(writer: int, number: int, genuine: bool) -> np.ndarray:
    shape = np.random.default_rng(writer)
    points = shape.uniform([20, 15], [172, 81], (7, 2))
    hand = np.random.default_rng([writer, number, int(genuine)])
    points = points + hand.normal(0, 1.5 if genuine else 9.0, points.shape)
    frame = np.full((96, 192), 255, np.uint8)
    cv2.polylines(frame, [points.astype(np.int32)], False, 0, 2, cv2.LINE_AA)
    return frame


def write_folder(data: Path, writers: int = 8, each: int = 4) -> Path:
    """A bank's own folder: <writer>/{genuine,forged}/*.png, with paper round the ink."""
    for writer in range(writers):
        for kind in ("genuine", "forged"):
            folder = data / f"customer {writer}" / kind
            folder.mkdir(parents=True)
            for number in range(each):
                cv2.imwrite(str(folder / f"{number}.png"), figure(writer, number, kind == "genuine"))
    return data


def made_corpus(writers: int = 12, each: int = 6) -> Corpus:
    rows = [(w, n, kind) for w in range(writers) for kind in (True, False) for n in range(each)]
    splits = {0: "development", 1: "test"}
    return Corpus(
        frames=np.stack([figure(w, n, kind) for w, n, kind in rows]),
        dataset=np.array(["made"] * len(rows)),
        writer=np.array([f"made/{w:02}" for w, _, _ in rows]),
        text=np.array([""] * len(rows)),
        genuine=np.array([kind for _, _, kind in rows]),
        signature=np.array([f"{w}/{kind}/{n}" for w, n, kind in rows]),
        split=np.array([splits.get(w % 4, "train") for w, _, _ in rows]),
    )


def separated(corpus: Corpus, noise: float) -> np.ndarray:
    """Embeddings as a good network would give them: a direction a writer, forgeries a little off it."""
    rng = np.random.default_rng(0)
    directions = {name: rng.normal(size=16) for name in np.unique(corpus.writer)}
    rows = np.stack([directions[name] for name in corpus.writer])
    rows = rows + rng.normal(size=rows.shape) * np.where(corpus.genuine, noise, 6 * noise)[:, None]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
