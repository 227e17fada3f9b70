"""Computes the angles, heights and visibilities of a rep's poses, from which its record is measured."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from fitness.metrics.body import angles
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, Side

JOINTS: Final = ("knee", "hip", "elbow", "shoulder")
SIDES: Final[tuple[Side, ...]] = ("left", "right")
CORNERS: Final = {
    "knee": ("hip", "knee", "ankle"),
    "hip": ("shoulder", "hip", "knee"),
    "elbow": ("shoulder", "elbow", "wrist"),
    "shoulder": ("elbow", "shoulder", "hip"),
}
"""Joint -> landmarks (without side) between which its angle is taken, as in `embedding.angles`."""

ANGLES: Final = (
    "left_elbow", "right_elbow", "left_shoulder", "right_shoulder", "left_hip", "right_hip",
    "left_knee", "right_knee", "trunk",
)  # fmt: skip
"""Order of the columns of `Motion.angles`: the first nine of `embedding.ANGLE_NAMES`."""

SEEN: Final = 0.5
"""Minimum visibility of a visible landmark; source: the threshold of MediaPipe's drawing_utils."""

SIDE_POWER: Final = 6
"""Power of visibility by which the two sides are weighted."""

Order: TypeAlias = Literal["lowering", "lifting"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)


@dataclass(frozen=True, slots=True)
class MotionSpec:
    """What is measured for an exercise.

    joint: the joint whose angle defines a rep ("knee", "hip", "elbow", "shoulder").
    first: the phase before the turning point: "lowering" for a squat, "lifting" for a curl.
    travel: (moving, fixed) landmarks without side; their vertical distance is the path of the weight.
    side_joint: the joint that shows which side did the rep, or None for exercises of both sides at once.
    """

    joint: str
    first: Order = "lowering"
    travel: tuple[str, str] = ("hip", "ankle")
    side_joint: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Poses in order of time.

    t: (N,) seconds, increasing.   world: (N, 33, 3) metres, as in Pose.   visibility: (N, 33) 0..1.
    angles: (N, 9) degrees, in the order of `ANGLES`.
    """

    t: DoubleArray
    world: DoubleArray
    visibility: DoubleArray
    angles: DoubleArray

    @classmethod
    def of(cls, t: DoubleArray, world: FloatArray | DoubleArray, visibility: FloatArray) -> Motion:
        """Compute the angles. ValueError if times do not increase or a landmark is not finite."""
        times, points = np.asarray(t, np.float64), np.asarray(world, np.float64)
        if (np.diff(times) <= 0).any():
            raise ValueError("times must increase")
        if not np.isfinite(points).all():
            raise ValueError("the landmarks are not finite")
        return cls(times, points, np.asarray(visibility, np.float64), angles(points)[:, : len(ANGLES)])

    def __len__(self) -> int:
        return len(self.t)

    def between(self, first_s: float, last_s: float) -> Motion:
        """The poses from `first_s` to `last_s`, both included."""
        rows = slice(
            int(np.searchsorted(self.t, first_s)), int(np.searchsorted(self.t, last_s, side="right"))
        )
        return Motion(self.t[rows], self.world[rows], self.visibility[rows], self.angles[rows])

    @property
    def frame_s(self) -> float:
        """The median time between frames, seconds; 0 for fewer than two frames."""
        return float(np.median(np.diff(self.t))) if len(self.t) > 1 else 0.0

    def seen(self, names: tuple[str, ...]) -> bool:
        """Whether landmarks ("left_knee", ...) are visible in most of the frames."""
        if not len(self.t):
            return False
        return self._median_visibility(names) >= SEEN

    def joint_seen(self, side: str, joint: str) -> bool:
        """Whether the landmarks of a joint's angle are visible."""
        return self.seen(tuple(f"{side}_{corner}" for corner in CORNERS[joint]))

    def weight(self, side: str, joint: str) -> float:
        """Weight of a side's angle in the mean of both sides: a limb hidden by the body is a guess of the network."""
        names = tuple(f"{side}_{corner}" for corner in CORNERS[joint])
        return self._median_visibility(names) ** SIDE_POWER if len(self.t) else 0.0

    def _median_visibility(self, names: tuple[str, ...]) -> float:
        """The median over the frames, of which there is one at least, of the least visible landmark's visibility."""
        least = self.visibility[:, Landmark[names[0].upper()]]
        for name in names[1:]:
            least = np.minimum(least, self.visibility[:, Landmark[name.upper()]])
        return float(median(least.tolist()))

    def sides_seen(self, joint: str) -> tuple[str, ...]:
        """The sides on which the landmarks of a joint's angle are visible."""
        return tuple(side for side in SIDES if self.joint_seen(side, joint))

    @property
    def trunk_seen(self) -> bool:
        """Whether shoulder and hip are visible on at least one side."""
        return any(self.seen((f"{side}_shoulder", f"{side}_hip")) for side in SIDES)

    def trunk_length(self) -> float:
        """The median distance from mid-hip to mid-shoulder, metres."""
        middle = [
            (
                self.world[:, Landmark[f"LEFT_{part}"]] + self.world[:, Landmark[f"RIGHT_{part}"]]
            ) / 2
            for part in ("SHOULDER", "HIP")
        ]  # fmt: skip
        return float(np.median(np.linalg.norm(middle[0] - middle[1], axis=1)))

    def rise(self, side: str, travel: tuple[str, str]) -> DoubleArray:
        """(N,) height of the moving landmark above the fixed one, in trunk lengths."""
        moving, fixed = (Landmark[f"{side}_{part}".upper()] for part in travel)
        return np.asarray(
            (self.world[:, fixed, 1] - self.world[:, moving, 1]) / max(self.trunk_length(), 1e-6)
        )
