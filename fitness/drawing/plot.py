"""Plots world landmarks in three dimensions, with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fitness.drawing.style import DEFAULT_STYLE, PoseStyle, edges
from fitness.errors import OutputError
from fitness.types import Pose

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LINE: Final = "0.35"


def plot_landmarks(
    pose: Pose,
    style: PoseStyle = DEFAULT_STYLE,
    *,
    elevation_deg: float = 10.0,
    azimuth_deg: float = 10.0,
    size_inches: float = 7.0,
) -> Figure:
    """Plot the world landmarks of a pose, in metres, seen from the side: the camera is to the right.

    Args:
        pose: the pose to plot.
        style: colours and visibility limits; white lines and landmarks are drawn grey.
        elevation_deg, azimuth_deg: direction of view.   size_inches: side of the figure.

    Returns a matplotlib figure that belongs to no window: show it in a notebook, or call its `savefig`.
    The axes are those of MediaPipe's `plot_landmarks`: -z, x, -y. Raises OutputError without matplotlib.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise OutputError(
            "plots in three dimensions need matplotlib; install it with: pip install matplotlib"
        ) from error
    figure = Figure(figsize=(size_inches, size_inches))
    axes: Any = figure.add_subplot(projection="3d")
    axes.view_init(elev=elevation_deg, azim=azimuth_deg)
    axes.set_xlabel("-z [m]")
    axes.set_ylabel("x [m]")
    axes.set_zlabel("-y [m]")
    shown = style.shown(pose)
    points = [(-float(z), float(x), -float(y)) for x, y, z in pose.world]
    for first, second in edges(pose):
        if shown[first] and shown[second]:
            axes.plot(*zip(points[first], points[second], strict=True), color=_LINE, linewidth=2)
    for landmark, point in enumerate(points):
        if shown[landmark]:
            red, green, blue = (channel / 255 for channel in style.colour(landmark))
            dark = min(red, green, blue) > 0.85  # white would be invisible on white paper
            axes.scatter(*point, color=_LINE if dark else (red, green, blue), s=30)
    axes.set_aspect("equal")
    return figure
