"""An engine without a process: answers at once or when told to, by the names of the files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from sigverify.domain import (
    Candidate,
    Decision,
    Image,
    Located,
    Milliseconds,
    Policy,
    Problem,
    Quality,
    QualityReason,
    Seek,
    Source,
    Verification,
    View,
    digest_of,
)
from sigverify.messages import Device, Event, Lost, Outcome, Ready, Stage, Unusable, Working
from sigverify.model.calibration import Calibration
from sigverify.model.card import ModelCard, OperatingCurve
from tests.gui.drawing import PLACES, ink_box, to_array, to_png

THRESHOLDS = tuple(np.linspace(0.0, 1.4, 57).tolist())
REASONS = {
    "blank": QualityReason.BLANK,
    "clipped": QualityReason.CLIPPED_RIGHT,
    "faint": QualityReason.TOO_FAINT,
    "cat": QualityReason.NOT_A_SIGNATURE,
}
DEVICES = (
    Device(key="cpu", label="CPU, 2 threads", available=True),
    Device(key="cuda", label="CUDA", available=False, note="no NVIDIA GPU was found"),
    Device(key="mps", label="Apple GPU", available=False, note="only on Apple computers"),
)


def _rising(middle: float, width: float, trials: int) -> tuple[float, ...]:
    """A cumulated share over the thresholds, as counted in so many trials."""
    share = 1 / (1 + np.exp(-(np.array(THRESHOLDS) - middle) / width))
    return tuple((np.round(share * trials) / trials).tolist())


def _curve(specimens: int, threshold: float) -> OperatingCurve:
    return OperatingCurve(
        specimens=specimens,
        development_threshold=threshold,
        thresholds=THRESHOLDS,
        far_random=_rising(threshold + 0.35, 0.06, 4000),
        far_skilled=_rising(threshold + 0.2, 0.06, 1200),
        frr=tuple(1 - share for share in _rising(threshold - 0.2, 0.06, 1100)),
        genuine=1100,
        random=4000,
        skilled=1200,
    )


CALIBRATION = Calibration(
    one_offset=3.4,
    one_slope=-5.0,
    many_offset=3.12,
    many_slope=-6.0,
    datasets=("Drawn writers",),
    genuine=1100,
    forged=1200,
    cllr=0.31,
    cllr_test=0.35,
)


def card() -> ModelCard:
    """A card whose curves cross where its thresholds are."""
    return ModelCard(
        name="thin-resnet-2026.11",
        sha256="5f" * 32,
        preprocessing="0123456789abcdef",
        architecture={"kind": "thin-resnet", "width": 32, "dimensions": 256},
        fusion={"spread": 0.7},
        one=_curve(1, 0.68),
        several=_curve(5, 0.52),
        scale_end=1.4,
        results={
            "Drawn writers, set A": {
                "writers": 40,
                "skilled EER, 1 specimen": 0.067,
                "skilled EER, 5 specimens": 0.031,
            },
            "Drawn writers, set B": {
                "writers": 25,
                "skilled EER, 1 specimen": 0.121,
                "skilled EER, 5 specimens": 0.042,
            },
        },
        recipe={"loss": "double-margin contrastive", "margins": [0.3, 1.1], "epochs": 40},
        data=[{"name": "Drawn writers", "writers": 65, "images": 3120, "source": "pen strokes", "terms": "own work"}],
        terms="For screening inside the bank only.",
        limits="Not tried on signatures made with a finger.",
        calibration=CALIBRATION,
    )


@dataclass
class FakeEngine:
    """Answers by name: `broken` is a problem, `blank` and its like are poor; others are what is in the file."""

    on_event: Callable[[Event], None]
    loads_at_once: bool = True
    answers_at_once: bool = True
    calibrated: bool = True
    searches: bool = True  # whether the network that searches cheques is there
    stages: bool = False  # whether the newest job asked for them
    distances: dict[str, float] = field(default_factory=dict)  # by specimen name; 0.43 for others
    ready: bool = False
    closed: bool = False
    device: str = "auto"
    jobs: list[tuple[Source | None, tuple[Source, ...], Policy | None]] = field(default_factory=list)
    pid: int | None = None

    def start(self) -> None:
        self.pid = 4711
        if self.loads_at_once:
            self.become_ready()

    def become_ready(self) -> None:
        self.ready = True
        self.on_event(Ready(card=card(), device="CPU, 2 threads", devices=DEVICES, seconds=2.9))
        if self.jobs:
            self.answer()

    def become_unusable(self, message: str) -> None:
        self.on_event(Unusable(message=message))

    def lose(self, name: str, message: str) -> None:
        self.ready = False
        self.on_event(Lost(name=name, message=message))

    def submit(
        self, questioned: Source | None, specimens: Sequence[Source], policy: Policy | None, *, stages: bool = False
    ) -> int:
        self.stages = stages
        self.jobs.append((questioned, tuple(specimens), policy))
        if self.answers_at_once:
            self.answer()
        return len(self.jobs)

    def use_device(self, device: str) -> None:
        self.device = device
        self.become_ready()

    def close(self) -> None:
        self.closed = True
        self.pid = None

    def answer(self, token: int | None = None) -> None:
        """Answer a job, the newest unless another is named."""
        token = len(self.jobs) if token is None else token
        questioned, specimens, policy = self.jobs[token - 1]
        for source in (questioned, *specimens):
            if source is not None:
                self.on_event(Working(token=token, name=source.name))
        looked = None if questioned is None else self.view(questioned)
        views = tuple(self.view(source) for source in specimens)
        usable = [view for view in views if isinstance(view, View)]
        verification = None
        if self.ready and isinstance(looked, View) and usable:
            verification = self.verify(looked, usable, policy or card().policy)
        shown: tuple[Stage, ...] = ()
        if self.stages and isinstance(looked, View):
            frames = () if looked.frame is None else (Stage(name="frame", png=to_png(looked.frame)),)
            shown = (Stage(name="page", png=to_png(looked.picture)), *frames)
        outcome = Outcome(token=token, questioned=looked, specimens=views, verification=verification, stages=shown)
        self.on_event(outcome)

    def view(self, source: Source) -> View | Problem:
        data = source.data if source.data is not None else source.path.read_bytes()  # type: ignore[union-attr]
        image = QImage.fromData(data)
        if "broken" in source.name or image.isNull():
            return Problem(name=source.name, message=f"{source.name} is not an image. Choose a PNG, JPEG or TIFF file.")
        pixels = to_array(image)
        if "whole" in source.name and source.seek is not Seek.NEVER:
            return self.cheque(source, image, digest_of(data, source.page, source.seek, source.box))
        box = ink_box(pixels)
        reasons = tuple(reason for word, reason in REASONS.items() if word in source.name)
        return View(
            name=source.name,
            digest=digest_of(data, source.page),
            page=source.page,
            pages=3 if "pages" in source.name else 1,
            width=image.width(),
            height=image.height(),
            dpi=image.dotsPerMeterX() * 0.0254,
            picture=pixels,
            box=box,
            frame=None if box is None else frame_of(image, box),
            quality=Quality(reasons=reasons),
        )

    def cheque(self, source: Source, image: QImage, digest: str) -> View:
        """A whole cheque: `two` has two signatures, `unsigned` none, `several` is on a scan with another."""
        known = PLACES[::-1][: 0 if "unsigned" in source.name else 2 if "two" in source.name else 1]
        automatic = known[0] if known and "several" not in source.name and self.searches else None
        box = source.box or automatic
        reason = QualityReason.SEVERAL_CHEQUES if known else QualityReason.NO_SIGNATURE
        reason = reason if self.searches else QualityReason.NOT_SEARCHED
        pixels, width, height = to_array(image), image.width(), image.height()
        x0, y0, x1, y1 = box or (0, 0, width, height)
        return View(
            name=source.name,
            digest=digest,
            page=source.page,
            pages=2 if "pages" in source.name else 1,
            width=width,
            height=height,
            dpi=200.0,
            picture=pixels,
            box=box,
            frame=None if box is None else frame_of(image, box),
            quality=Quality(reasons=() if box else (reason,)),
            located=Located(
                corners=((0.0, 0.0), (width - 1.0, 0.0), (width - 1.0, height - 1.0), (0.0, height - 1.0)),
                skew=0.0,
                turned=0,
                candidates=tuple(
                    Candidate(box=place, confidence=0.9 - 0.2 * index)
                    for index, place in enumerate(known if self.searches else ())
                ),
                box=box,
                by_hand=source.box is not None,
                doubtful=tuple(
                    Candidate(box=place, confidence=0.97) for place in PLACES if "doubtful" in source.name and not known
                ),
            ),
            signature=None if box is None else pixels[y0:y1, x0:x1].min(axis=2),
        )

    def verify(self, questioned: View, specimens: Sequence[View], policy: Policy) -> Verification:
        good = [view for view in specimens if view.quality.good]
        judged = questioned.quality.good and bool(good)
        distances = tuple(
            self.distances.get(view.name, 0.43) if judged and view.quality.good else None for view in specimens
        )
        known = [distance for distance in distances if distance is not None]
        combined = sum(known) / len(known) if known else None
        threshold = policy.for_specimens(len(good) or len(specimens))
        decision = Decision.CANNOT_JUDGE
        if combined is not None:
            decision = Decision.ACCEPT if combined <= threshold else Decision.FLAG
        return Verification(
            decision=decision,
            distance=combined,
            threshold=threshold,
            distances=distances,
            questioned_quality=questioned.quality,
            specimen_qualities=tuple(view.quality for view in specimens),
            same_image=tuple(i for i, view in enumerate(specimens) if view.digest == questioned.digest),
            model=card().identity,
            device="CPU, 2 threads",
            milliseconds=Milliseconds(read=9.1, normalise=6.2, embed=5.4),
            located=questioned.located,
            llr=None if combined is None or not self.calibrated else float(CALIBRATION.at(combined, len(good))),
        )


def frame_of(image: QImage, box: tuple[int, int, int, int]) -> Image:
    """(160, 320) the ink in the middle, dark on white."""
    x0, y0, x1, y1 = box
    ink = image.copy(x0, y0, x1 - x0, y1 - y0).scaled(
        296, 136, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    grey = to_array(ink).mean(axis=2)
    frame = np.full((160, 320), 255, np.uint8)
    top, left = (160 - grey.shape[0]) // 2, (320 - grey.shape[1]) // 2
    frame[top : top + grey.shape[0], left : left + grey.shape[1]] = np.clip((grey - 60) * 1.4, 0, 255).astype(np.uint8)
    return frame
