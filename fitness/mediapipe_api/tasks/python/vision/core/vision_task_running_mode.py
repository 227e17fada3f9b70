"""How images reach a task."""

from __future__ import annotations

from enum import Enum


class VisionTaskRunningMode(Enum):
    """IMAGE: single images.   VIDEO: frames in order, each with a result.   LIVE_STREAM: frames of a camera; results go to a
    callback, and frames may be dropped under load.
    """

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    LIVE_STREAM = "LIVE_STREAM"
