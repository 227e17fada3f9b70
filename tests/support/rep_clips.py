"""Counts clips of the figure from its exact landmarks, without rendering frames."""

from __future__ import annotations

from functools import cache

import numpy as np

from fitness.media.info import SourceInfo
from fitness.pipeline.settings import Settings, classifier
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.session import Session, SessionRecorder
from fitness.types import Pose
from scripts.figure import Camera, Clip, Motion
from tests.support.clips import true_poses


@cache
def fitted() -> KnnPoseClassifier:
    return classifier(Settings())


def clip_of(*parts: object, yaw_deg: float = 40.0) -> Clip:
    return Clip(Motion(*parts), None, Camera(yaw_deg=yaw_deg, pitch_deg=5))  # type: ignore[arg-type]


def poses(clip: Clip, rate_hz: float = 20.0, visibility: np.ndarray | None = None) -> list[Pose]:
    """The true joints of a clip's figure."""
    return true_poses(clip, np.arange(int(clip.duration_s * rate_hz)) / rate_hz, visibility)


def counted(exercise: str, stream: list[Pose], **options: object) -> Session:
    """What a session holds after the stream."""
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise=exercise, **options))  # type: ignore[arg-type]
    recorder = SessionRecorder()
    for pose in stream:
        recorder.add_counted(pose.t, pose, *recogniser.step(pose, pose.t))
    return recorder.session(SourceInfo("figure", stream[-1].t, 20.0, 640, 480, len(stream)))
