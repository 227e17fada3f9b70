"""Drawing of poses: landmarks on an image or alone, a blurred or replaced background, a plot in three dimensions.

Every function here returns a new image and leaves its input unchanged. Colours are RGB.
"""

from __future__ import annotations

from fitness.drawing.background import blur_background, hide_background
from fitness.drawing.landmarks import draw_landmarks, skeleton_only
from fitness.drawing.plot import plot_landmarks
from fitness.drawing.style import DEFAULT_STYLE, PoseStyle

__all__ = [
    "DEFAULT_STYLE", "PoseStyle", "blur_background", "draw_landmarks", "hide_background", "plot_landmarks",
    "skeleton_only",
]  # fmt: skip
