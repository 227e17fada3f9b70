"""Error text for parts of MediaPipe that this facade does not have."""

from __future__ import annotations

from typing import Final

SOLUTIONS: Final = "pose, drawing_utils, drawing_styles, pose_connections and download_utils"
TASKS: Final = "PoseLandmarker with its options and results, drawing_utils and drawing_styles"


def not_here(owner: str, name: str, there: str) -> str:
    """One line that names the available parts."""
    return f"{owner} has no {name!r}: this program does poses only ({there}); use MediaPipe for the rest"
