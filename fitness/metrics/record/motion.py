"""Poses of a rep -> the angles, heights and visibilities that a record is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

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
"""Visibility from which on a landmark counts as seen: the least at which MediaPipe's drawing_utils draws one."""

SIDE_POWER: Final = 6
"""Power of visibility by which the two sides are weighted."""

Order: TypeAlias = Literal["lowering", "lifting"]


@dataclass(frozen=True, slots=True)
class MotionSpec:
    """What of an exercise is measured.

    joint: the joint whose angle makes a rep ("knee", "hip", "elbow", "shoulder").
    first: what the way to the turning point is: "lowering" for a squat, "lifting" for a curl.
    travel: (moving, fixed) landmarks without side, whose vertical distance is the way of the weight.
    side_joint: the joint that tells which side did it, or None for exercises of both sides at once.
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
        """ValueError where times do not increase or a landmark is not finite."""
        times, points = np.asarray(t, np.float64), np.asarray(world, np.float64)
        if (np.diff(times) <= 0).any():
            raise ValueError("times must increase")
        if not np.isfinite(points).all():
            raise ValueError("the landmarks are not finite")
        return cls(times, points, np.asarray(visibility, np.float64), angles(points)[:, : len(ANGLES)])

    def __len__(self) -> int:
        return len(self.t)

    def between(self, first_s: float, last_s: float) -> Motion:
        """The poses from one time to another, both included."""
        rows = slice(
            int(np.searchsorted(self.t, first_s)), int(np.searchsorted(self.t, last_s, side="right"))
        )
        return Motion(self.t[rows], self.world[rows], self.visibility[rows], self.angles[rows])

    @property
    def frame_s(self) -> float:
        """The usual distance of two pictures, seconds; 0 for fewer than two."""
        return float(np.median(np.diff(self.t))) if len(self.t) > 1 else 0.0

    def seen(self, names: tuple[str, ...]) -> bool:
        """Whether landmarks ("left_knee", ...) were seen in most of the pictures."""
        if not len(self.t):
            return False
        columns = [Landmark[name.upper()] for name in names]
        return bool(np.median(self.visibility[:, columns].min(axis=1)) >= SEEN)

    def joint_seen(self, side: str, joint: str) -> bool:
        """Whether the landmarks of a joint's angle were seen."""
        return self.seen(tuple(f"{side}_{corner}" for corner in CORNERS[joint]))

    def weight(self, side: str, joint: str) -> float:
        """How much a side's angle counts in a mean of both: a limb behind the body is a guess, however sure."""
        columns = [Landmark[f"{side}_{corner}".upper()] for corner in CORNERS[joint]]
        return float(np.median(self.visibility[:, columns].min(axis=1))) ** SIDE_POWER if len(self.t) else 0.0

    def sides_seen(self, joint: str) -> tuple[str, ...]:
        """The sides on which a joint's angle was seen."""
        return tuple(side for side in SIDES if self.joint_seen(side, joint))

    @property
    def trunk_seen(self) -> bool:
        """Whether a shoulder and a hip were seen on one side at least."""
        return any(self.seen((f"{side}_shoulder", f"{side}_hip")) for side in SIDES)

    def trunk_length(self) -> float:
        """Metres from mid-hip to mid-shoulder, the usual one."""
        middle = [
            (
                self.world[:, Landmark[f"LEFT_{part}"]] + self.world[:, Landmark[f"RIGHT_{part}"]]
            ) / 2
            for part in ("SHOULDER", "HIP")
        ]  # fmt: skip
        return float(np.median(np.linalg.norm(middle[0] - middle[1], axis=1)))

    def rise(self, side: str, travel: tuple[str, str]) -> DoubleArray:
        """(N,) height of the moving landmark over the fixed one, in trunk lengths, up positive."""
        moving, fixed = (Landmark[f"{side}_{part}".upper()] for part in travel)
        return np.asarray(
            (self.world[:, fixed, 1] - self.world[:, moving, 1]) / max(self.trunk_length(), 1e-6)
        )
