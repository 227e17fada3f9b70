"""Mock networks with scripted results, and a tracker that uses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from fitness.engine.blazepose.detector import anchor_centres
from fitness.engine.blazepose.geometry import to_image
from fitness.engine.tracking.tracker import PoseTracker, TrackerOptions
from fitness.types import Frame, Pose, Roi
from tests.support.strategies import locked

_SIDE = 200
_HIPS, _SCALE_POINT = (100.0, 120.0), (100.0, 60.0)
IMAGE = locked(np.zeros((_SIDE, _SIDE, 3), np.uint8))


@dataclass(frozen=True)
class Seen:
    """Result of the landmark network for one crop. points: (35, 3) in the crop's 256 px, auxiliary points last."""

    points: np.ndarray
    world: np.ndarray
    visibility: np.ndarray
    presence: np.ndarray
    flag: float = 0.9

    @property
    def rows(self) -> np.ndarray:
        rows = np.zeros((39, 5), np.float32)
        rows[:35, :3] = self.points
        rows[:33, 3], rows[:33, 4] = self.visibility, self.presence
        return rows


def seen(seed: int, flag: float = 0.9) -> Seen:
    """A person near the middle of the crop; another seed moves every point a little."""
    rng = np.random.default_rng(seed)
    points = np.random.default_rng(99).uniform(60, 200, (35, 3)) + rng.normal(0, 3, (35, 3))
    points[33:] = np.array([[128, 128, 0], [128, 25.6, 0]]) + rng.normal(0, 2, (2, 3))
    return Seen(points, rng.normal(0, 0.3, (33, 3)), rng.normal(0, 2, 33), rng.normal(0, 2, 33), flag)


class Networks:
    """Both networks; they record every run in `calls` ("D", "L") and return scripted results."""

    def __init__(self, answers: Sequence[Seen], detectable: bool = True) -> None:
        self.calls = ""
        self.answers = list(answers)
        self.detectable = detectable
        self.detector = _Network(self._detect)
        self.landmarks = _Network(self._mark)
        self._anchors = anchor_centres()

    def _detect(self) -> tuple[np.ndarray, ...]:
        self.calls += "D"
        raw, logits = np.zeros((1, 2254, 12), np.float32), np.full((1, 2254, 1), -100, np.float32)
        if self.detectable:
            places = np.array([_HIPS, (0, 0), _HIPS, _SCALE_POINT, _HIPS, _HIPS]) / _SIDE - self._anchors[700]
            places[1] = 0.2
            raw[0, 700], logits[0, 700] = places.ravel() * 224, 3
        return locked(raw), locked(logits)

    def _mark(self) -> tuple[np.ndarray, ...]:
        self.calls += "L"
        answer = self.answers.pop(0)
        world = np.zeros((39, 3), np.float32)
        world[:33] = answer.world
        return (
            locked(answer.rows.reshape(1, -1)),
            np.array([[answer.flag]], np.float32),
            np.zeros((1, 256, 256, 1), np.float32),
            np.full((1, 64, 64, 39), -1e3, np.float32),
            locked(world.reshape(1, -1)),
        )


class _Network:
    """One network whose answer does not depend on its input."""

    input_shape: tuple[int, ...] = ()
    output_shapes: tuple[tuple[int, ...], ...] = ()

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def run(self, tensor: np.ndarray) -> tuple[np.ndarray, ...]:
        return self._answer()  # type: ignore[operator, no-any-return]


def track_all(
    answers: Sequence[Seen],
    options: TrackerOptions,
    times: Sequence[float] | None = None,
    *,
    frames: int | None = None,
) -> tuple[str, list[Pose | None]]:
    """The calls of each frame, separated by spaces, and what was found."""
    networks = Networks(answers)
    tracker = PoseTracker(networks.detector, networks.landmarks, options)
    found = []
    for k in range(frames or len(answers)):
        found.append(tracker.step(Frame(IMAGE, k / 30 if times is None else times[k], k)))
        networks.calls += " "
    return networks.calls.strip(), found


def raw_landmarks(answer: Seen, roi: Roi) -> tuple[np.ndarray, np.ndarray]:
    """Unfiltered body and auxiliary landmarks in pixels."""
    places = to_image(answer.points.astype(np.float32).astype(np.float64) / 256, roi)
    return places[:33], places[33:]


def landmark_numbers(roi: Roi) -> object:
    """Centre, side and rotation, to be compared within 1/1000 pixel or radian."""
    return pytest.approx((roi.x, roi.y, roi.size, roi.rotation), abs=1e-3)
