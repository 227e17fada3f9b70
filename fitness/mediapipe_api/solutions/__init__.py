"""`mp.solutions`: pose and its drawing functions. Other solutions are not available."""

from __future__ import annotations

from typing import NoReturn

from fitness.mediapipe_api.missing import SOLUTIONS, not_here
from fitness.mediapipe_api.solutions import (
    download_utils,
    drawing_styles,
    drawing_utils,
    pose,
    pose_connections,
)

__all__ = ["download_utils", "drawing_styles", "drawing_utils", "pose", "pose_connections"]


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(not_here("mp.solutions", name, SOLUTIONS))
