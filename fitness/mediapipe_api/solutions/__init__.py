"""`mp.solutions`: pose, and the drawing that goes with it. Other solutions are not there."""

from __future__ import annotations

from typing import NoReturn

from fitness.mediapipe_api.solutions import drawing_styles, drawing_utils, pose, pose_connections

__all__ = ["drawing_styles", "drawing_utils", "pose", "pose_connections"]


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(
        f"mp.solutions has no {name!r}: this program does poses only, use MediaPipe for the rest"
    )
