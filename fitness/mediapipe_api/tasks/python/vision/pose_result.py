"""The result of a pose landmarker, and the lines between its landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fitness.engine.tracking.result import TrackedFrame
from fitness.mediapipe_api.image import Image, ImageFormat
from fitness.mediapipe_api.landmarks import Landmark, NormalizedLandmark
from fitness.mediapipe_api.pose_landmarks import normalised_landmarks, world_landmarks


@dataclass
class PoseLandmarkerResult:
    """Everyone in one image; the lists are in the same order and empty when nobody was found.

    pose_landmarks: 33 for each person: x, y as a fraction of the image's size, z in the scale of x.
    pose_world_landmarks: 33 for each person, metres.
    segmentation_masks: VEC32F1 images, 0..1 that a pixel belongs to the person; None if not requested or nobody
        was found.
    """

    pose_landmarks: list[list[NormalizedLandmark]]
    pose_world_landmarks: list[list[Landmark]]
    segmentation_masks: list[Image] | None = None


class PoseLandmarksConnections:
    """The lines between landmarks."""

    @dataclass
    class Connection:
        """start, end: indices of landmarks."""

        start: int
        end: int

    # The order is that of MediaPipe.
    POSE_LANDMARKS: ClassVar[list[Connection]] = [
        Connection(0, 1), Connection(1, 2), Connection(2, 3), Connection(3, 7), Connection(0, 4),
        Connection(4, 5), Connection(5, 6), Connection(6, 8), Connection(9, 10),
        Connection(11, 12), Connection(11, 13), Connection(13, 15), Connection(15, 17), Connection(15, 19),
        Connection(15, 21), Connection(17, 19), Connection(12, 14), Connection(14, 16),
        Connection(16, 18), Connection(16, 20), Connection(16, 22), Connection(18, 20),
        Connection(11, 23), Connection(12, 24), Connection(23, 24), Connection(23, 25),
        Connection(24, 26), Connection(25, 27), Connection(26, 28), Connection(27, 29),
        Connection(28, 30), Connection(29, 31), Connection(30, 32), Connection(27, 31), Connection(28, 32),
    ]  # fmt: skip


def result_of(found: TrackedFrame, width: int, height: int) -> PoseLandmarkerResult:
    """The result for an image of `width` x `height` pixels."""
    masks = [Image(ImageFormat.VEC32F1, pose.mask) for pose in found.poses if pose.mask is not None]
    return PoseLandmarkerResult(
        [normalised_landmarks(pose, width, height) for pose in found.poses],
        [world_landmarks(pose) for pose in found.poses],
        masks or None,
    )
