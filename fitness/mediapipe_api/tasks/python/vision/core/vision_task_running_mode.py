"""How images reach a task."""

from __future__ import annotations

from enum import Enum


class VisionTaskRunningMode(Enum):
    """IMAGE: images on their own.   VIDEO: frames in order, each answered.   LIVE_STREAM: frames as they come, answered
    by a callback, some left out under load.
    """

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    LIVE_STREAM = "LIVE_STREAM"
