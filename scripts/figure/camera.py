"""The camera: where it stands around the figures and how it maps metres to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from fitness.errors import OptionError
from fitness.types import DoubleArray


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera that looks at `target_m` from a circle around it.

    yaw_deg: 0 stands in front of a figure of heading 0, 90 at its left side, 180 behind it.
    pitch_deg: above the target and looking down on it, -89 to 89 (negative: from below, as from a phone on the
    floor).   distance_m: to the target.   target_m: x, y, z in the room (y up, floor at 0).
    roll_deg: the camera turned clockwise, so the frame turns the other way.
    fov_deg: field of view along the longer side of the frame, 10 to 120.
    """

    yaw_deg: float = 0.0
    pitch_deg: float = 4.0
    distance_m: float = 3.4
    target_m: tuple[float, float, float] = (0.0, 0.9, 0.0)
    roll_deg: float = 0.0
    fov_deg: float = 60.0

    def __post_init__(self) -> None:
        if not -89.0 <= self.pitch_deg <= 89.0:
            raise OptionError(f"option pitch_deg must be -89 to 89, got {self.pitch_deg}")
        if not self.distance_m > 0.0:
            raise OptionError(f"option distance_m must be above 0, got {self.distance_m}")
        if not 10.0 <= self.fov_deg <= 120.0:
            raise OptionError(f"option fov_deg must be 10 to 120, got {self.fov_deg}")

    @property
    def height_m(self) -> float:
        """The camera's height above the floor, metres."""
        return self.target_m[1] + self.distance_m * math.sin(math.radians(self.pitch_deg))

    @property
    def axes(self) -> DoubleArray:
        """(3, 3): rows are the image's right, down and the viewing direction, in room axes."""
        yaw, pitch, roll = (math.radians(v) for v in (self.yaw_deg, self.pitch_deg, self.roll_deg))
        forward = np.array(
            (-math.sin(yaw) * math.cos(pitch), -math.sin(pitch), -math.cos(yaw) * math.cos(pitch))
        )
        right = np.array((math.cos(yaw), 0.0, -math.sin(yaw)))
        down = np.cross(forward, right)
        return np.stack(
            (
                math.cos(roll) * right + math.sin(roll) * down,
                math.cos(roll) * down - math.sin(roll) * right,
                forward,
            )
        )

    @property
    def position(self) -> DoubleArray:
        """(3,) metres in the room."""
        return np.asarray(np.array(self.target_m) - self.distance_m * self.axes[2])

    def focal_px(self, width: int, height: int) -> float:
        """Focal length in pixels of a (height, width) image."""
        return max(width, height) / 2 / math.tan(math.radians(self.fov_deg) / 2)

    def view(self, points: DoubleArray) -> DoubleArray:
        """Room points (..., 3) -> camera axes (..., 3): x right, y down, z away from the camera, metres."""
        return np.asarray((points - self.position) @ self.axes.T)

    def project(self, points: DoubleArray, width: int, height: int) -> DoubleArray:
        """Room points (..., 3) -> (..., 3): x, y in pixels and the depth in metres. Depth must be above 0."""
        seen = self.view(points)
        depth = seen[..., 2:]
        with np.errstate(divide="ignore", invalid="ignore"):
            flat = seen[..., :2] / depth * self.focal_px(width, height)
        return np.concatenate((flat + np.array((width / 2, height / 2)), depth), axis=-1)

    def framing(
        self, points: DoubleArray, width: int, height: int, margin: float = 0.08, nearest_m: float = 1.4
    ) -> Camera:
        """This camera aimed and moved so that all room points (N, 3) lie within the frame.

        margin: share of each side that stays free.   nearest_m: least distance to the nearest point.
        Direction, roll and field of view are kept.
        """
        if not 0.0 <= margin < 0.5:
            raise OptionError(f"option margin must be 0 to 0.5, got {margin}")
        axes, focal = self.axes, self.focal_px(width, height)
        limit = np.array((width, height)) * (0.5 - margin) / focal
        seen = points @ axes.T
        centre = (seen.min(axis=0) + seen.max(axis=0)) / 2
        distance = 1.0
        for _ in range(12):
            near = np.maximum(seen[:, 2:] - centre[2] + distance, 0.05)
            flat = (seen[:, :2] - centre[:2]) / near
            low, high = flat.min(axis=0), flat.max(axis=0)
            centre[:2] += (low + high) / 2 * distance
            distance = float(np.max((np.abs(seen[:, :2] - centre[:2]) / limit) - (seen[:, 2:] - centre[2])))
            distance = max(distance, nearest_m - float((seen[:, 2] - centre[2]).min()))
        target = centre @ axes
        return replace(
            self, distance_m=distance, target_m=(float(target[0]), float(target[1]), float(target[2]))
        )
