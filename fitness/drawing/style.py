"""The style of a drawn pose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fitness.drawing.paint import Colour
from fitness.drawing.skeleton import LEFT_COLOUR, RIGHT_COLOUR, WHITE
from fitness.options import bounded, check_options, matching
from fitness.skeleton import LEFT, POSE_CONNECTIONS, RIGHT, UPPER_BODY_CONNECTIONS
from fitness.types import Pose


def _is_colour(value: Any) -> bool:
    return len(value) == 3 and all(0 <= channel <= 255 for channel in value)


@dataclass(frozen=True, slots=True)
class PoseStyle:
    """Colours (RGB, 0..255), sizes and visibility limits.

    left, right, middle: colours of landmarks on the person's left and right, and of the nose.   line: of the edges.
    border: colour of the ring around each landmark, or None for no ring.
    thickness, radius: of edges and landmarks, pixels, 1 or more; None for a size that suits the image.
    min_visibility, min_presence: landmarks with lower values and their edges are not drawn, 0..1 (0.5 in MediaPipe).
    """

    left: Colour = matching(LEFT_COLOUR, "three numbers from 0 to 255", _is_colour)
    right: Colour = matching(RIGHT_COLOUR, "three numbers from 0 to 255", _is_colour)
    middle: Colour = matching(WHITE, "three numbers from 0 to 255", _is_colour)
    line: Colour = matching(WHITE, "three numbers from 0 to 255", _is_colour)
    border: Colour | None = matching(WHITE, "three numbers from 0 to 255", _is_colour, optional=True)
    thickness: int | None = bounded(None, low=1, optional=True)
    radius: int | None = bounded(None, low=1, optional=True)
    min_visibility: float = bounded(0.5, low=0, high=1)
    min_presence: float = bounded(0.5, low=0, high=1)

    def __post_init__(self) -> None:
        check_options(self)

    def colour(self, landmark: int) -> Colour:
        """The colour of the landmark with this index, 0..32."""
        return self.left if landmark in _LEFT else self.right if landmark in _RIGHT else self.middle

    def shown(self, pose: Pose) -> list[bool]:
        """Whether each landmark is drawn."""
        sure = (pose.visibility >= self.min_visibility) & (pose.presence >= self.min_presence)
        return [bool(each) for each in sure]


_LEFT: Final = frozenset(LEFT)
_RIGHT: Final = frozenset(RIGHT)

DEFAULT_STYLE: Final = PoseStyle()
"""Left orange, right turquoise, edges white, as in MediaPipe's drawing styles."""


def edges(pose: Pose) -> list[tuple[int, int]]:
    """The edges of a pose, 35 of a whole body and 25 of an upper body, in a fixed order."""
    return sorted(UPPER_BODY_CONNECTIONS if pose.upper_body else POSE_CONNECTIONS)
