"""Cheques drawn for the tests: print, rules, boxes, handwriting and a signature on paper of 1200 x 540 pixels."""

import cv2
import numpy as np

from sigverify.domain import Image
from sigverify.preprocess.penstrokes import Signer

WIDTH, HEIGHT = 1200, 540
PAPER = 238


def cheque(seed: int = 1, *, signed: bool = True, paper: int = PAPER) -> Image:
    """A filled-in cheque (540, 1200), grey."""
    page = np.full((HEIGHT, WIDTH), paper, np.uint8)

    def write(text: str, at: tuple[int, int], size: float = 0.5, thick: int = 1) -> None:
        cv2.putText(page, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, 40, thick, cv2.LINE_AA)

    write("BANK OF EXAMPLES", (40, 60), 1.0, 2)
    write("12 High Street, Sampleton. Branch code 00-00-00", (40, 90), 0.4)
    write("Date  0 4 0 7 2 0 1 9", (880, 60), 0.6)
    write("Pay to the order of", (40, 160))
    write("Miss Charlotte Anne Robertson", (240, 155), 0.8)
    write("the sum of", (40, 220))
    write("Four hundred and twelve pounds only", (240, 215), 0.8)
    for y in (165, 225, 285):
        cv2.line(page, (235, y), (840, y), 90, 2)
    cv2.rectangle(page, (900, 180), (1150, 240), 60, 2)
    write("412.00", (930, 222), 1.0, 2)
    write("Account number 0000 1111 2222", (40, 340))
    write("Authorised signatory", (880, 450), 0.45)
    write("Payable at all branches", (40, 400), 0.4)
    cv2.line(page, (820, 430), (1140, 430), 90, 2)
    write("|: 000123 |: 0000-1111 : 2222 ||", (260, 510), 0.9, 2)
    if signed:
        ink = cv2.cvtColor(Signer.of_seed(seed).genuine(1), cv2.COLOR_RGB2GRAY)
        scale = min(280 / ink.shape[1], 150 / ink.shape[0])
        ink = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        there = page[290 : 290 + ink.shape[0], 840 : 840 + ink.shape[1]]
        there[:] = np.minimum(there, (ink.astype(float) / ink.max() * paper).astype(np.uint8))
    return page


def corners_of(picture: Image) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The outer corners (4, 2) of a picture, in coordinates of pixel centres, from the upper left clockwise."""
    height, width = picture.shape[:2]
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5


def laid(picture: Image, ground: Image, quad: list[tuple[float, float]]) -> Image:
    """The picture laid upon the ground (h, w), its corners at `quad` (edges of pixels, its upper left first)."""
    way = cv2.getPerspectiveTransform(corners_of(picture), np.array(quad, np.float32) - 0.5)
    size = ground.shape[1::-1]
    cover = cv2.warpPerspective(np.ones_like(picture, np.float32), way, size)
    there = cv2.warpPerspective(picture, way, size)
    return np.asarray(ground * (1.0 - cover) + there * cover, np.uint8)


def desk(height: int, width: int, shade: int = 90, seed: int = 0) -> Image:
    """A desk with some grain and light from one side, grey (h, w)."""
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0.0, 14.0, (height, width)), (0, 0), 1.5)
    light = np.linspace(-12.0, 12.0, width)[None, :]
    return np.clip(shade + grain + light, 0, 255).astype(np.uint8)


def skewed(picture: Image, degrees: float, fill: int | None = None) -> Image:
    """The picture turned clockwise about its middle, within its own bounds, on paper of shade `fill`."""
    height, width = picture.shape[:2]
    way = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    paper = int(picture[2, 2]) if fill is None else fill
    return np.asarray(cv2.warpAffine(picture, way, (width, height), borderValue=paper), np.uint8)
