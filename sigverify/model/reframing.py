"""Frames that begin or end elsewhere: where something beside a signature was taken for its ink, or an end was lost.

A frame is cropped to its ink, so that one stray stroke moves and shrinks all others, as happens on cheques.
"""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

INKED: Final = 0.3  # of a pixel that is ink
LEAST: Final = 8  # rows and columns of ink, or there is nothing to crop
MARGIN: Final = 8.0  # pixels of paper in a frame, both sides together
ALONG: Final = 0.75  # share that is changed along the writing; the others above or below it
LOST: Final = 0.35  # share that loses an end; the others gain a stray stroke
LEAST_CHANGE: Final = 0.04  # of the signature's length
MOST_GAINED: Final = 0.26  # beyond that
MOST_LOST: Final = (0.2, 0.1)  # along and across
STRAY: Final = (0.12, 0.2)  # how far a stray stroke reaches in and to either side, in shares of the signature's sides
LARGEST: Final = 1.35  # times that what is left is enlarged at most
STRAY_INK: Final = 0.9  # of a stray stroke
BROAD: Final = (1.0, 1.5)  # half of its width in pixels
CHANCES: Final = 8  # numbers that `reframed` takes


def reframed(frame: Tensor, dice: list[float]) -> Tensor:
    """A frame (h, w), ink 1 on paper 0, as it would be with a stray stroke beside it or without an end.

    `dice` are `CHANCES` numbers in 0..1.
    """
    there = frame > INKED
    rows, columns = there.any(1).nonzero().flatten().tolist(), there.any(0).nonzero().flatten().tolist()
    if len(rows) < LEAST or len(columns) < LEAST:
        return frame
    edges = [float(columns[0]), float(rows[0]), columns[-1] + 1.0, rows[-1] + 1.0]  # left, top, right, bottom
    axis, last = int(dice[0] >= ALONG), dice[1] < 0.5
    side, outwards = axis + 2 * int(last), 1.0 if last else -1.0
    long, across = edges[axis + 2] - edges[axis], edges[3 - axis] - edges[1 - axis]
    stroke = None
    if dice[2] < LOST:
        edges[side] -= outwards * long * (LEAST_CHANGE + MOST_LOST[axis] * dice[3])
    else:
        edges[side] += outwards * long * (LEAST_CHANGE + MOST_GAINED * dice[3])
        at = edges[1 - axis] + across * dice[4]
        begins, ends = edges[side] - outwards, edges[side] - outwards * long * STRAY[0] * dice[5]
        aside = at + across * STRAY[1] * (2.0 * dice[6] - 1.0)
        stroke = [(begins, at), (ends, aside)] if axis == 0 else [(at, begins), (aside, ends)]
    return _cropped(frame, edges, stroke, dice[7])


def _cropped(frame: Tensor, edges: list[float], stroke: list[tuple[float, float]] | None, broad: float) -> Tensor:
    """What lies between the edges, made a frame of, with a stroke (two points of the frame before)."""
    height, width = frame.shape
    x0, y0, x1, y1 = edges
    scale = min((width - MARGIN) / (x1 - x0), (height - MARGIN) / (y1 - y0), LARGEST)
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    kept = torch.zeros_like(frame)
    inside = slice(max(0, round(y0)), round(y1)), slice(max(0, round(x0)), round(x1))
    kept[inside] = frame[inside]
    rows = [[1.0 / scale, 0.0, 2.0 * middle[0] / width - 1.0], [0.0, 1.0 / scale, 2.0 * middle[1] / height - 1.0]]
    grid = F.affine_grid(torch.tensor([rows]), [1, 1, height, width], align_corners=False)
    moved = F.grid_sample(kept[None, None], grid, mode="bilinear", align_corners=False)[0, 0]
    if stroke is None:
        return moved
    points = [((x - middle[0]) * scale + width / 2, (y - middle[1]) * scale + height / 2) for x, y in stroke]
    drawn = STRAY_INK * _line((height, width), points[0], points[1], BROAD[0] + (BROAD[1] - BROAD[0]) * broad)
    return torch.maximum(moved, drawn)


def _line(shape: tuple[int, int], one: tuple[float, float], other: tuple[float, float], half: float) -> Tensor:
    """How much of each pixel (h, w) a line between two points covers, which is so many pixels wide either side."""
    y, x = torch.meshgrid(torch.arange(shape[0]) + 0.5, torch.arange(shape[1]) + 0.5, indexing="ij")
    dx, dy = other[0] - one[0], other[1] - one[1]
    share = ((x - one[0]) * dx + (y - one[1]) * dy) / max(dx * dx + dy * dy, 1e-6)
    share = share.clamp(0.0, 1.0)
    off = torch.hypot(x - one[0] - share * dx, y - one[1] - share * dy)
    return (half + 0.5 - off).clamp(0.0, 1.0)
