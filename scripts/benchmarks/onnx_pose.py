"""Pose models that users pick instead of BlazePose, run by ONNX Runtime: RTMPose (as in rtmlib) and YOLO-pose.

Their weights are not part of this program; give their file by name. Both find the 17 key points of COCO.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

import cv2
import numpy as np

from fitness.errors import ModelError, OptionError
from fitness.skeleton import LANDMARK_COUNT, Landmark
from fitness.types import FloatArray, ImageArray, JsonDict, Pose

COCO: Final = (
    Landmark.NOSE, Landmark.LEFT_EYE, Landmark.RIGHT_EYE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR,
    Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_ELBOW, Landmark.RIGHT_ELBOW, Landmark.LEFT_WRIST,
    Landmark.RIGHT_WRIST, Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE,
    Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE,
)  # fmt: skip
"""The landmark of each of COCO's key points, in their order."""

_FOUND: Final = 0.3
"""Minimum mean score of the key points, or score of the person, for a person to count as found."""

Outputs = Sequence[FloatArray]


class Peer(Protocol):
    """One pose model."""

    def estimate(self, image: ImageArray) -> Pose | None:
        """The pose of the main person in an image (H, W, 3) uint8 RGB, or None."""

    def follow(self, image: ImageArray) -> Pose | None:
        """The same in the next frame of a stream."""


class RtmPose:
    """RTMPose: one person in a box -> 17 key points.

    The box of a frame is that around the key points of the frame before. For the first frame, and for images, the model
    runs twice: in the whole image, and in the box around what it found. So no detector is measured, which favours it.

    Source: mmpose's `TopdownAffine`, `PoseDataPreprocessor` and `SimCCLabel`.

    Args:
        session: an `onnxruntime.InferenceSession` with outputs simcc_x and simcc_y.
    """

    _MEAN: Final = np.array([123.675, 116.28, 103.53], np.float32)
    _STD: Final = np.array([58.395, 57.12, 57.375], np.float32)
    _PADDING: Final = 1.25

    def __init__(self, session: Any) -> None:
        self._session, self._input = session, session.get_inputs()[0]
        if len(session.get_outputs()) != 2 or not isinstance(self._input.shape[3], int):
            raise ModelError("the model has not the input and the two outputs of RTMPose")
        self._size: tuple[int, int] = (self._input.shape[3], self._input.shape[2])
        self._box: FloatArray | None = None

    def estimate(self, image: ImageArray) -> Pose | None:
        """See `Peer`."""
        whole = np.array([0, 0, image.shape[1], image.shape[0]], np.float32)
        points = self._points(image, whole)
        return _pose(self._points(image, _box_around(points)))

    def follow(self, image: ImageArray) -> Pose | None:
        """See `Peer`."""
        pose = self.estimate(image) if self._box is None else _pose(self._points(image, self._box))
        self._box = None if pose is None else _box_around(pose.image[list(COCO)])
        return pose

    def _points(self, image: ImageArray, box: FloatArray) -> FloatArray:
        """(17, 3) x, y in pixels and score, in the box (4,) x0, y0, x1, y1."""
        width, height = self._size
        centre, side = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) * self._PADDING
        scale = max(
            float(side[0]) / width, float(side[1]) / height, 1e-6
        )  # pixels of the image for one of the input
        corner = centre - np.array([width, height], np.float32) * scale / 2
        matrix = np.array([[scale, 0, corner[0]], [0, scale, corner[1]]], np.float64)
        crop = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        tensor = ((crop - self._MEAN) / self._STD).transpose(2, 0, 1)[None]
        outputs = self._session.run(None, {self._input.name: np.ascontiguousarray(tensor, np.float32)})
        across, down = (np.asarray(output[0], np.float32) for output in outputs)
        if len(across) != len(COCO):
            raise ModelError(f"the model has {len(across)} key points; take one for COCO's {len(COCO)}")
        cells = np.stack(
            [across.argmax(axis=1) * width / across.shape[1], down.argmax(axis=1) * height / down.shape[1]],
            axis=1,
        )
        scores = np.minimum(across.max(axis=1), down.max(axis=1))
        return np.column_stack([cells * scale + corner, scores]).astype(np.float32)


class YoloPose:
    """YOLO-pose (v8 and later): everybody in the image -> boxes with 17 key points; the largest person is taken.

    Source: the output layout of Ultralytics' ONNX export, with and without its non-maximum suppression.

    Args:
        session: an `onnxruntime.InferenceSession` with one output.
    """

    _SIDE: Final = 640
    _GREY: Final = 114

    def __init__(self, session: Any) -> None:
        self._session, self._input = session, session.get_inputs()[0]
        if len(session.get_outputs()) != 1:
            raise ModelError("the model has not the single output of YOLO-pose")
        side = self._input.shape[2]
        self._side: int = side if isinstance(side, int) else self._SIDE

    def estimate(self, image: ImageArray) -> Pose | None:
        """See `Peer`."""
        height, width = image.shape[:2]
        scale = self._side / max(width, height)
        small = cv2.resize(
            image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_LINEAR
        )
        padded = np.full((self._side, self._side, 3), self._GREY, np.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        tensor = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
        rows = _yolo_rows(self._session.run(None, {self._input.name: tensor})[0])
        found = rows[rows[:, 4] >= _FOUND]
        if not len(found):
            return None
        best = found[np.argmax(found[:, 2] * found[:, 3])]
        points = best[5:].reshape(len(COCO), 3).copy()
        points[:, :2] /= scale
        return _pose(points, float(best[4]))

    def follow(self, image: ImageArray) -> Pose | None:
        """See `Peer`."""
        return self.estimate(image)


def _yolo_rows(output: FloatArray) -> FloatArray:
    """(N, 56): centre, width and height, score, key points of each person."""
    numbers = 5 + 3 * len(COCO)
    rows: FloatArray = np.asarray(output[0], np.float32)
    if rows.shape[0] == numbers:
        rows = rows.T
    elif rows.shape[1] == numbers + 1:  # corners, score, class, key points
        corners = rows[:, :4]
        middle, size = (corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]
        rows = np.concatenate([middle, size, rows[:, 4:5], rows[:, 6:]], axis=1)
    if rows.shape[1] != numbers:
        raise ModelError(f"the model's output {output.shape} is not that of YOLO-pose with COCO's key points")
    return rows


@dataclass(frozen=True, slots=True)
class NamedPeer:
    """A model of `PEERS` to compare with.   name: there.   weights: its ONNX file."""

    name: str
    weights: Path


PEERS: Final[Mapping[str, type[RtmPose] | type[YoloPose]]] = MappingProxyType(
    {"rtmpose": RtmPose, "yolo-pose": YoloPose}
)


def load_peer(name: str, weights: Path, threads: int = 1) -> Peer:
    """The pose model `name`, one of `PEERS`.

    Raises:
        OptionError: ONNX Runtime is not installed.   ModelError: the file cannot be used as that model.
    """
    runtime = onnx_runtime(name)
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    try:
        session = runtime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base class
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{weights}: ONNX Runtime cannot load it ({first})") from error
    try:
        return PEERS[name](session)
    except ModelError as error:
        raise ModelError(f"{weights}: {error}") from None


def onnx_runtime(name: str) -> Any:
    """The module `onnxruntime`; OptionError if it is not installed."""
    try:
        return import_module("onnxruntime")
    except ImportError as error:
        raise OptionError(
            f"--peer {name} needs the package onnxruntime; install it: pip install onnxruntime"
        ) from error


def accuracy(
    folder: Path, models: Sequence[str], named: NamedPeer | None, threads: int = 1
) -> list[JsonDict]:
    """PCK@0.2 of this program's landmark models and of another model on the labelled images of `folder`."""
    from fitness.engine.tracking.tracker import PoseTracker
    from scripts.benchmarks.keypoints import keypoint_pictures, score_keypoints

    pictures = keypoint_pictures(folder)
    estimators: dict[str, Callable[[ImageArray], Pose | None]] = {
        model: PoseTracker.load(model).estimate for model in models
    }
    if named is not None:
        estimators[named.name] = load_peer(named.name, named.weights, threads).estimate
    return [{"name": name, **asdict(score_keypoints(pictures, each))} for name, each in estimators.items()]


def _box_around(points: FloatArray) -> FloatArray:
    """(4,) x0, y0, x1, y1 around points (N, 3)."""
    return np.concatenate([points[:, :2].min(axis=0), points[:, :2].max(axis=0)])


def _pose(points: FloatArray, score: float | None = None) -> Pose | None:
    """A pose from COCO's key points (17, 3); None where nobody was found. World landmarks are not known."""
    sure = float(points[:, 2].mean()) if score is None else score
    if sure < _FOUND:
        return None
    image = np.zeros((LANDMARK_COUNT, 3), np.float32)
    seen = np.zeros(LANDMARK_COUNT, np.float32)
    image[list(COCO), :2], seen[list(COCO)] = points[:, :2], points[:, 2].clip(0, 1)
    return Pose(np.zeros((LANDMARK_COUNT, 3), np.float32), image, seen, seen, sure, 0.0)
