"""The person detector: image -> detections with the key points that define a ROI.

Network: 224x224 RGB in [-1, 1] -> 2254 anchors x (box, 4 key points) and scores. Constants from MediaPipe's
`pose_detection_cpu.pbtxt` and `pose_detector_graph.cc`. Arithmetic is in float32 and in MediaPipe's order, so that
the key points equal MediaPipe's bit for bit. This matters because landmarks can move by millimetres when one pixel of
the landmark model's input differs by one grey level.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fitness.engine.blazepose.crop import Border, Cropper
from fitness.engine.blazepose.geometry import box_iou, to_image
from fitness.engine.blazepose.low_light import LowLight
from fitness.engine.runtime.model import Model, in_place
from fitness.types import DoubleArray, FloatArray, ImageArray, Roi, frozen_array

INPUT_SIZE = 224
_GRIDS = ((28, 2), (14, 2), (7, 6))
_MAX_LOGIT = np.float32(100)
KEYPOINTS = 4
_LEVELS = (np.arange(256) * np.float64(np.float32(2) / np.float32(255)) - 1).astype(np.float32)
"""0..255 -> -1..1, with one rounding for multiply and add, as the fused instruction used by MediaPipe does."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One person found in an image.

    box: (4,) x0, y0, x1, y1 in pixels. It is always about a fifth of the image: it gives the position, not the extent.
    keypoints: (4, 2) pixels: mid-hip, full-body scale point, mid-shoulder, upper-body scale point.
    score: 0..1.
    """

    box: FloatArray
    keypoints: FloatArray
    score: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "box", frozen_array(self.box, (4,), "box"))
        object.__setattr__(self, "keypoints", frozen_array(self.keypoints, (KEYPOINTS, 2), "keypoints"))


def anchor_centres() -> FloatArray:
    """(2254, 2) anchor centres in units of the input square; grid by grid, each row by row."""
    parts = []
    for cells, per_cell in _GRIDS:
        line = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(line, line, indexing="ij")
        parts.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_cell, axis=0))
    return np.concatenate(parts).astype(np.float32)


def decode(
    raw: FloatArray, logits: FloatArray, anchors: FloatArray, min_score: float
) -> tuple[FloatArray, FloatArray]:
    """Network outputs (N, 12) and (N,) -> boxes with key points (K, 6, 2) and scores (K,).

    Anchors with a score of at least `min_score` and a valid box are kept. Rows 0 and 1 of each are the corners
    (x0, y0), (x1, y1), rows 2..5 the key points, in units of the input square.
    """
    logits = np.clip(logits, -_MAX_LOGIT, _MAX_LOGIT).astype(np.float64)
    with np.errstate(over="ignore"):  # overflow gives a score of 0
        scores = 1 / (1 + np.exp(-logits).astype(np.float32))
    kept = np.flatnonzero(scores >= min_score)
    values = raw[kept].reshape(-1, 6, 2) / np.float32(INPUT_SIZE)
    size = values[:, 1].copy()
    points = values + anchors[kept][:, None, :]
    centre = points[:, 0].copy()
    points[:, 0], points[:, 1] = centre - size / 2, centre + size / 2
    good = np.isfinite(points).all(axis=(1, 2)) & (size >= 0).all(axis=1)
    return points[good], scores[kept][good]


def weighted_nms(
    points: FloatArray, scores: FloatArray, max_overlap: float
) -> list[tuple[FloatArray, float]]:
    """Merge detections that overlap: each result is the score-weighted mean of a group, with the group's best score.

    points: (K, 6, 2) as from `decode`. A detection joins a group if its IoU with the group's best one exceeds
    `max_overlap`. The results are sorted, best first.
    """
    order = np.argsort(-scores, kind="stable")
    merged = []
    while len(order):
        top = order[0]
        boxes = points[order][:, :2].reshape(-1, 4)
        joins = box_iou(boxes, points[top, :2].ravel()) > max_overlap
        if not joins.any():  # a box without area overlaps nothing, not even itself
            break
        total, weight = np.zeros_like(points[top]), np.float32(0)
        for one in order[joins]:  # one by one: the order of float32 sums decides their last bit
            total, weight = total + points[one] * scores[one], weight + scores[one]
        if not weight:  # a score of 0; the scores after it are 0, too
            break
        merged.append((total / weight, float(scores[top])))
        order = order[~joins]
    return merged


class PoseDetector:
    """Finds people in an image; not thread-safe.

    Args:
        model: the detector network.
        min_score: minimum score of a detection, 0..1.
        max_overlap: IoU above which two detections are one person (0.3 in MediaPipe's legacy graph, 0.5 in Tasks).
        low_light: brightens dark images; None: they stay as they are.
    """

    def __init__(
        self,
        model: Model,
        min_score: float = 0.5,
        max_overlap: float = 0.3,
        low_light: LowLight | None = None,
    ) -> None:
        self._model = in_place(model, (1, INPUT_SIZE, INPUT_SIZE, 3))
        self._crops = Cropper(INPUT_SIZE, Border.BLACK, low_light=low_light)
        self._min_score = min_score
        self._max_overlap = max_overlap
        self._anchors = anchor_centres()

    def detect(self, image: ImageArray, region: Roi | None = None) -> list[Detection]:
        """All people in `image` (H, W, 3) uint8 RGB, best first; key points in pixels of the image.

        region: search only this square, rotated upright; pixels outside the image are black.
        """
        height, width = image.shape[:2]
        if region is None:
            whole = Roi(width / 2, height / 2, max(width, height), 0.0)
            return [_whole(points, score, width, height) for points, score in self._run(image, whole)]
        return [_turned(points, score, region) for points, score in self._run(image, region)]

    def _run(self, image: ImageArray, region: Roi) -> list[tuple[FloatArray, float]]:
        """Detections (6, 2) in units of the square region, with scores, best first."""
        self._fill(self._model.input_view()[0], self._crops.crop(image, region))
        raw, logits = self._model.run_in_place()
        points, scores = decode(raw[0], logits[0, :, 0], self._anchors, self._min_score)
        return weighted_nms(points, scores, self._max_overlap)

    @staticmethod
    def _fill(tensor: FloatArray, pixels: ImageArray) -> None:
        """Pixels 0..255 -> -1..1."""
        cv2.LUT(pixels, _LEVELS, dst=tensor)


def _whole(points: FloatArray, score: float, width: int, height: int) -> Detection:
    """(6, 2) in units of the square around the whole image -> pixels.

    The points are first normalised to the image in float32, as in MediaPipe.
    """
    extent = np.array([width, height], dtype=np.float32)
    aspect = extent[1] / extent[0]
    shares = np.array([1 / aspect, aspect], dtype=np.float32)
    padding = np.maximum((1 - shares) / 2, np.float32(0))
    return _detection((points - padding) / (1 - 2 * padding) * extent, score)


def _turned(points: FloatArray, score: float, region: Roi) -> Detection:
    """(6, 2) in units of a region that may be rotated -> pixels; the box encloses the rotated box."""
    corners = points[[0, 0, 1, 1]] * (1, 0) + points[[0, 1, 0, 1]] * (0, 1)
    flat = np.concatenate([corners, points[2:]]).astype(np.float64)
    pixels = to_image(np.concatenate([flat, np.zeros((8, 1))], axis=1), region)[:, :2]
    box = np.stack([pixels[:4].min(axis=0), pixels[:4].max(axis=0)])
    return _detection(np.concatenate([box, pixels[4:]]), score)


def _detection(pixels: DoubleArray | FloatArray, score: float) -> Detection:
    """A detection from (6, 2) pixels: two corners and four key points."""
    values = pixels.astype(np.float32)
    return Detection(values[:2].ravel(), values[2:], score)
