"""`python -m benchmarks.architectures`: every architecture with the same budget and protocol, into docs/models.md.

Each row is trained for the same number of seconds of processor time on the same data, so that a slow network sees fewer
images, and other work on the machine costs none. Rows are appended to a file, one JSON line each; those that are there
already are not trained again. How long an image takes is measured when the table is written, of all rows in turn, so
that what else the machine does falls on all alike.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import torch

from benchmarks.core import REPEATS, WARM_UP
from sigverify.corpus import collect
from sigverify.model.answering import trials_of
from sigverify.model.dataset import Corpus, Split
from sigverify.model.distance import PLAIN
from sigverify.model.embedding import folded
from sigverify.model.evaluation import TrialsWith
from sigverify.model.losses import PairLoss
from sigverify.model.network import (
    SHARED,
    WHITE,
    Network,
    NetworkConfig,
    ink_of,
    one_branch,
    parameters_of,
    shaped,
    specimens_branch,
)
from sigverify.model.protocol import Kind
from sigverify.model.sampling import SamplingConfig
from sigverify.model.training import Training, TrainingConfig
from sigverify.preprocess.framing import FRAME_HEIGHT, FRAME_WIDTH
from sigverify.training_app import usual_rate

BEGIN: Final = "<!-- the table, by benchmarks.architectures -->"
END: Final = "<!-- end of the table -->"
SPECIMENS: Final = (1, 5)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One architecture and how it is trained."""

    backbone: str
    loss: str
    branches: str = "shared"

    @property
    def name(self) -> str:
        return f"{self.backbone} {self.loss} {self.branches}"


ROWS: Final = (
    *(Row(backbone="thin_resnet", loss=loss) for loss in ("double_margin", "contrastive", "triplet", "bce", "metric")),
    Row(backbone="thin_resnet", loss="double_margin", branches="separate"),
    *(Row(backbone=name, loss="double_margin") for name in ("resnet18", "resnet34", "resnet50", "vgg16")),
    *(Row(backbone=name, loss="double_margin") for name in ("matchnet", "signet")),
    Row(backbone="matchnet", loss="metric"),  # as in its paper
)


def main() -> None:
    """Train what is missing, then write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.architectures", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder as for sigverify train, or a corpus that was kept (npz)")
    parser.add_argument("--out", type=Path, default=Path("out/architectures.jsonl"), help="one line a row")
    parser.add_argument("--seconds", type=float, default=600.0, help="of processor time, for each row")
    parser.add_argument("--people", type=int, default=6, help="writers in a batch")
    parser.add_argument("--writers", type=int, default=20, help="test writers of each data set, at most")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--limit", type=int, default=len(ROWS), help="train so many rows, then stop")
    parser.add_argument("--document", type=Path, default=Path("docs/models.md"))
    asked = parser.parse_args()
    corpus = Corpus.load(asked.data) if asked.data.suffix == ".npz" else collect(asked.data, cache=asked.out.parent)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    done = {one["row"] for one in kept(asked.out)}
    for row in [row for row in ROWS if asked.only in row.name and row.name not in done][: asked.limit]:
        result = {"row": row.name, "budget": budget(asked), **measured(row, corpus, asked)}
        with asked.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
        print(json.dumps(result), flush=True)
    results = kept(asked.out)
    written(asked.document, table(results, milliseconds([one["row"] for one in results])))


def budget(asked: argparse.Namespace) -> dict[str, float]:
    return {name: getattr(asked, name) for name in ("seconds", "people", "writers", "threads")}


def kept(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def measured(row: Row, corpus: Corpus, asked: argparse.Namespace) -> dict[str, Any]:
    """Train one row for its seconds, then its figures."""
    config = TrainingConfig(
        steps=10**9,
        minutes=asked.seconds / 60.0,
        learning_rate=usual_rate(row.backbone),
        averaging=0.9,  # a slow network takes few steps, and a long mean would hold its first ones
        threads=asked.threads,
        network=shaped(row.backbone, row.loss, row.branches),
        loss=PairLoss(kind=row.loss, far=1.0 if row.loss == "contrastive" else PairLoss.far),
        sampling=SamplingConfig(people=asked.people),
    )
    with TemporaryDirectory() as folder:
        training = Training(corpus, Path(folder), config)
        images = trained(training)
        network = training.averaged()
    test = some(corpus.part(Split.TEST), asked.writers)
    return {
        "parameters": parameters_of(network),
        "images": images,
        "steps": training.step,
        "images/s": round(images / training.seconds, 1),
        "EER %": rates(trials_of(network, test)),
        **({"EER % by distance": rates(trials_of(specimens_branch(network), test))} if network.config.head else {}),
    }


def trained(training: Training) -> int:
    """Run to the end of the clock; how many images were seen."""
    images = 0
    draw = training.sampler.draw

    def counting() -> Any:
        nonlocal images
        batch = draw()
        images += len(batch.frames)
        return batch

    training.sampler.draw = counting  # type: ignore[method-assign]
    while training.progress < 1.0:
        began = time.process_time()
        training.advance()
        training.seconds += time.process_time() - began
    return images


def some(test: Corpus, writers: int) -> Corpus:
    """So many writers of each data set at most, by name."""
    chosen = [
        w for dataset in np.unique(test.dataset) for w in np.unique(test.writer[test.dataset == dataset])[:writers]
    ]
    return test.where(np.isin(test.writer, chosen))


def rates(trials: TrialsWith) -> dict[str, float]:
    """Mean EER over data sets, in per cent, by kind of forgery and number of specimens."""
    found = {}
    for count in SPECIMENS:
        by_set = trials(count).values()
        for kind in (Kind.SKILLED, Kind.RANDOM):
            each = [one.eer(kind, PLAIN).rate for one in by_set if one.count(kind)]
            if each:
                found[f"{kind} {count}"] = round(100.0 * float(np.mean(each)), 2)
    return found


@torch.inference_mode()
def milliseconds(names: Sequence[str]) -> dict[str, float]:
    """Median for one frame through one branch of each row, on one thread; folded, as ours is in use.

    Rows take turns, and those of one shape are one branch.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    shape = {row.name: replace(shaped(row.backbone, row.loss, row.branches), branches=SHARED, head="") for row in ROWS}
    branches = {config: fresh(config) for config in dict.fromkeys(shape[name] for name in names)}
    frame = torch.full((1, FRAME_HEIGHT, FRAME_WIDTH), int(WHITE), dtype=torch.uint8)
    ink = ink_of(frame).contiguous(memory_format=torch.channels_last)
    times: dict[NetworkConfig, list[float]] = {config: [] for config in branches}
    for _ in range(WARM_UP + REPEATS):
        for config, branch in branches.items():
            began = time.perf_counter()
            branch(ink)
            times[config].append((time.perf_counter() - began) * 1000.0)
    torch.set_num_threads(threads)
    return {name: round(statistics.median(times[shape[name]][WARM_UP:]), 1) for name in names}


def fresh(config: NetworkConfig) -> Network:
    """A branch of this shape made for speed; what its weights are does not change its time."""
    return folded(one_branch(config)).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def table(results: list[dict[str, Any]], times: Mapping[str, float]) -> Iterator[str]:
    """The rows as Markdown."""
    if not results:
        yield "No row has been trained yet."
        return
    spent = results[0]["budget"]
    yield (
        f"{spent['seconds']:g} s of processor time for each row on {spent['threads']} thread(s), {spent['people']} "
        f"writers a batch, at most {spent['writers']} test writers of each data set; EER in per cent, its mean over "
        "the data sets."
    )
    yield ""
    heads = ("backbone", "loss", "branches", "parameters", "ms an image", "images/s", "images seen")
    yield "| " + " | ".join((*heads, *(f"{k} {n}" for n in SPECIMENS for k in ("skilled", "random")))) + " |"
    yield "|---|---|---|" + "---:|" * (len(heads) - 3 + 2 * len(SPECIMENS))
    for one in results:
        counted = f"{one['parameters']:,}", times[one["row"]], one["images/s"], f"{one['images']:,}"
        cells = (*one["row"].split(), *counted)
        yield "| " + " | ".join(map(str, (*cells, *_eers(one["EER %"])))) + " |"
        if "EER % by distance" in one:
            blank = ("", "its embeddings' distance instead of its head", *[""] * (len(heads) - 2))
            yield "| " + " | ".join((*blank, *_eers(one["EER % by distance"]))) + " |"


def _eers(found: dict[str, float]) -> list[str]:
    return [f"{found[key]:.1f}" if key in found else "-" for n in SPECIMENS for key in (f"skilled {n}", f"random {n}")]


def written(document: Path, lines: Iterator[str]) -> None:
    """Put the table between its markers."""
    before, rest = document.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    document.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
