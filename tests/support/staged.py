"""A simulation for the tracker of several people: coloured figures at known places, and a mock estimator that finds them.

The detector reports a figure only if its colour is visible in the image, and of two that overlap only the nearer one.
The landmark model finds the figure closest to the middle of the ROI, nearer figures first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from fitness.engine.blazepose.detector import Detection
from fitness.engine.blazepose.landmark_model import RoiLandmarks
from fitness.engine.blazepose.roi import roi_from_detection
from fitness.engine.options import TrackerOptions
from fitness.engine.tracking.multi_person import MultiPersonTracker
from fitness.engine.tracking.result import FrameContext, TrackedFrame
from fitness.types import ImageArray, Roi
from tests.support.strategies import locked, stick_figure

WIDTH, HEIGHT = 640, 360
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 170, 40), (30, 40, 200), (110, 110, 110)
CERTAINTY = 0.77
"""That of the landmarks in right ROIs: the median of filmed clips."""
Path = Callable[[float], float | None]


@dataclass(frozen=True)
class Figure:
    """x: seconds -> x of the hips, pixels; None while the figure is away.   depth: smaller is nearer, and larger in the
    image.
    """

    x: Path
    colour: tuple[int, int, int]
    depth: float = 1.0

    @property
    def size(self) -> float:
        """Half a body's height, pixels."""
        return 80.0 / self.depth

    def landmarks(self, t: float) -> np.ndarray | None:
        """(33, 3) pixels; hips at the height of the frame's middle."""
        x = self.x(t)
        if x is None:
            return None
        return stick_figure().astype(np.float64) * self.size / 0.85 + [x, HEIGHT / 2, 0.0]


def walking(start: float, speed: float) -> Path:
    """Pixels at t seconds."""
    return lambda t: start + speed * t


def standing(x: float) -> Path:
    return lambda t: x


def there_from_to(x: float, *spans: tuple[float, float]) -> Path:
    """A figure at `x` during these spans of seconds, else away."""
    return lambda t: x if any(a <= t < b for a, b in spans) else None


@dataclass
class StagedEstimator:
    """A mock of `PoseEstimator`."""

    options: TrackerOptions
    figures: Sequence[Figure]
    t: float = 0.0
    detections: int = 0
    looks: int = 0
    tiles: int = 0
    rotations: list[int] = field(default_factory=list)
    low_light: None = None

    def picture(self) -> ImageArray:
        image = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
        for figure in sorted(self.figures, key=lambda each: -each.depth):
            points = figure.landmarks(self.t)
            if points is None:
                continue
            x0, y0 = (points[:, :2].min(axis=0) - 0.02 * figure.size).astype(int).clip(0)
            x1, y1 = (points[:, :2].max(axis=0) + 0.02 * figure.size).astype(int).clip(0)
            image[y0:y1, x0:x1] = figure.colour
        return locked(image)

    def _seen(self, image: ImageArray) -> list[tuple[Figure, np.ndarray]]:
        """The figures of which most of the trunk shows its colour, nearer ones first."""
        seen = []
        for figure in sorted(self.figures, key=lambda each: each.depth):
            points = figure.landmarks(self.t)
            if points is None:
                continue
            trunk = points[[11, 12, 23, 24], :2].mean(axis=0) + np.array(
                [[0, 0], [0, 9], [0, -9], [6, 0], [-6, 0]]
            )
            cells = trunk.astype(int)
            inside = ((cells >= 0) & (cells < (WIDTH, HEIGHT))).all(axis=1)
            if not inside.all():
                continue
            if (
                np.abs(image[cells[:, 1], cells[:, 0]].astype(int) - figure.colour).max(axis=1) < 20
            ).mean() > 0.5:
                seen.append((figure, points))
        return seen

    def detect(
        self, image: ImageArray, rotation_deg: int = 0, *, faint: bool = False, region: Roi | None = None
    ) -> list[Detection]:
        if region is not None:  # all figures are found in the whole frame
            self.tiles += 1
            return []
        self.detections += 1
        self.rotations.append(rotation_deg)
        found: list[Detection] = []
        for figure, points in self._seen(image):
            hips = points[[23, 24], :2].mean(axis=0)
            if any(np.hypot(*(each.keypoints[0] - hips)) < 0.8 * figure.size for each in found):
                continue  # as the detector's suppression does
            top = hips - (0, figure.size)
            found.append(Detection(np.zeros(4), np.stack([hips, top, hips, top]), 0.9))
        return found

    def roi_of(self, detection: Detection) -> Roi | None:
        return roi_from_detection(detection)

    def landmarks_in(
        self, image: ImageArray, roi: Roi | None, *, with_certainty: bool = False
    ) -> RoiLandmarks | None:
        if roi is None:
            return None
        self.looks += 1
        best = None
        for figure, points in self._seen(image):
            hips = points[[23, 24], :2].mean(axis=0)
            far = np.hypot(*(hips - (roi.x, roi.y))) / figure.size
            if far < 0.9 and (best is None or far + 0.3 < best[0]):
                best = far, figure, points, hips
        if best is None:
            return None
        _, figure, points, hips = best
        auxiliary = np.array([[*hips, 0.0], [hips[0], hips[1] - figure.size, 0.0]])
        ones = np.ones(33, np.float32)
        return RoiLandmarks(
            points,
            auxiliary,
            stick_figure().astype(np.float64),
            ones,
            ones,
            0.95,
            roi,
            certainty=CERTAINTY if with_certainty else 0.0,
        )

    refined_landmarks_in = landmarks_in


class Stage:
    """Runs the tracker on figures.

    figures: the figures.   rate_hz: fps.   options: changes to the default options.
    """

    def __init__(self, *figures: Figure, rate_hz: float = 15.0, **options: object) -> None:
        self.estimator = StagedEstimator(TrackerOptions(**options), figures)  # type: ignore[arg-type]
        self.loop = MultiPersonTracker(self.estimator)  # type: ignore[arg-type]
        self.rate_hz = rate_hz
        self.frames = 0

    def step(self) -> TrackedFrame:
        t = self.frames / self.rate_hz
        self.frames += 1
        self.estimator.t = t
        return self.loop.step(FrameContext(self.estimator.picture(), t, t))

    def run(self, seconds: float) -> list[TrackedFrame]:
        return [self.step() for _ in range(round(seconds * self.rate_hz))]

    def who(self, found: TrackedFrame) -> dict[int, int]:
        """Figure -> id of the pose at its place."""
        out = {}
        for pose in found.poses:
            far = {}
            for k, figure in enumerate(self.estimator.figures):
                points = figure.landmarks(pose.t)
                if points is not None:
                    far[k] = np.abs(pose.image[:, :2] - points[:, :2]).mean() / figure.size
            nearest = min(far, key=lambda k: far[k])
            if far[nearest] < 0.25:
                out[nearest] = pose.id
        return out
