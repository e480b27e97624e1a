"""A cheque as other scanners would have given it: grey and coarse, in black and white, askew, upside down."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from sigverify.domain import Image
from sigverify.preprocess.reading import decode, grey

CHEQUE_INCHES: Final = 8.0  # across; bank cheques are 6 to 8.3 inches wide, and few files tell their resolution rightly
COARSE_DPI: Final = 100
BANK_DPI: Final = 200  # at which banks exchange cheques in black and white (ANSI X9.37)
JPEG_QUALITY: Final = 60
SKEW: Final = 3.0  # degrees clockwise
WINDOW: Final = 0.06  # of an inch to either side over which a scanner with a moving threshold looks
CONTRAST: Final = 16  # grey levels by which ink has to be darker than what lies round it
SURROUND: Final = 255  # grey level of the lid behind a cheque that lies askew
ON: Final = 128  # of a mask's grey levels: ink from here on

Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Rescan:
    """A picture made of another one, and where its pixels come from."""

    pixels: Image  # (h, w) or (h, w, 3)
    matrix: NDArray[np.float64]  # (2, 3) from pixels of the picture as given to pixels of this one

    def mask(self, given: Mask) -> Mask | None:
        """Strokes (h, w) on the picture as given, on this one; None where it is coarser, so that they would change."""
        scale = float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))
        if scale < 0.999:
            return None
        height, width = self.pixels.shape[:2]
        warped = cv2.warpAffine(given.astype(np.uint8) * 255, self.matrix, (width, height))
        return np.asarray(warped >= ON)


def as_given(pixels: Image) -> Rescan:
    """The very picture."""
    return Rescan(pixels=pixels, matrix=np.eye(2, 3))


def coarse_jpeg(pixels: Image) -> Rescan:
    """Grey, at 100 dpi where it was finer, through JPEG at quality 60."""
    picture, matrix = _at(grey(pixels), COARSE_DPI)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError("the picture cannot be compressed")
    return Rescan(pixels=decode(data.tobytes()).pixels, matrix=matrix)


def bitonal(pixels: Image, threshold: Callable[[Image], Image]) -> Rescan:
    """In black and white at 200 dpi where it was finer, through a TIFF with Group 4 compression."""
    picture, matrix = _at(grey(pixels), BANK_DPI)
    file = io.BytesIO()
    black_and_white = Pillow.fromarray(threshold(picture)).convert("1")
    black_and_white.save(file, "TIFF", compression="group4", dpi=(BANK_DPI, BANK_DPI))
    return Rescan(pixels=decode(file.getvalue()).pixels, matrix=matrix)


def one_threshold(picture: Image) -> Image:
    """Black where grey (h, w) is below Otsu's threshold: patterns of the paper come out black with much ink."""
    return cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]  # type: ignore[return-value]


def moving_threshold(picture: Image) -> Image:
    """Black where grey (h, w) is darker than its neighbourhood, as bank scanners do it; soft paper comes out white."""
    side = 2 * max(1, round(WINDOW * picture.shape[1] / CHEQUE_INCHES)) + 1
    mean = cv2.ADAPTIVE_THRESH_MEAN_C
    return cv2.adaptiveThreshold(  # type: ignore[return-value]
        cv2.GaussianBlur(picture, (3, 3), 0), 255, mean, cv2.THRESH_BINARY, side, CONTRAST
    )


def skewed(pixels: Image, degrees: float = SKEW) -> Rescan:
    """Turned clockwise by some degrees about its middle, on a larger white picture that holds all of it."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    across, up = np.abs(matrix[0, 0]), np.abs(matrix[0, 1])
    size = int(np.ceil(width * across + height * up)), int(np.ceil(width * up + height * across))
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    lid = (SURROUND,) * 3
    turned = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=lid)
    return Rescan(pixels=np.asarray(turned, dtype=np.uint8), matrix=np.asarray(matrix, dtype=np.float64))


def upside_down(pixels: Image) -> Rescan:
    """Turned by half a turn."""
    height, width = pixels.shape[:2]
    matrix = np.array([[-1.0, 0.0, width], [0.0, -1.0, height]])
    return Rescan(pixels=np.ascontiguousarray(pixels[::-1, ::-1]), matrix=matrix)


RESCANS: Final[Mapping[str, Callable[[Image], Rescan]]] = {
    "as given": as_given,
    f"grey {COARSE_DPI} dpi JPEG": coarse_jpeg,
    f"bitonal {BANK_DPI} dpi G4": partial(bitonal, threshold=moving_threshold),
    f"bitonal {BANK_DPI} dpi, Otsu": partial(bitonal, threshold=one_threshold),
    f"skewed {SKEW:g} degrees": skewed,
    "upside down": upside_down,
}


def resized(pixels: Image, width: int) -> Image:
    """The picture so many pixels wide, its proportions kept."""
    height = max(1, round(pixels.shape[0] * width / pixels.shape[1]))
    how = cv2.INTER_AREA if width < pixels.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), dtype=np.uint8)


def _at(picture: Image, dpi: int) -> tuple[Image, NDArray[np.float64]]:
    """The picture at this resolution, if the cheque on it fills its width and it is finer; and the way there."""
    width = min(picture.shape[1], round(CHEQUE_INCHES * dpi))
    if width == picture.shape[1]:
        return picture, np.eye(2, 3)
    smaller = resized(picture, width)
    across, down = width / picture.shape[1], smaller.shape[0] / picture.shape[0]
    return smaller, np.array([[across, 0.0, 0.0], [0.0, down, 0.0]])
