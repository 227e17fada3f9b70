"""Turns poses upright before they are counted, and delays them while it is not certain which way is up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from fitness.metrics.camera_roll import CameraRoll, turned
from fitness.types import Pose

_SHOWN_S: Final = 3.0
"""How long the message is shown, seconds."""
TURNED: Final = "Video is turned: counting continues"


class UprightPoses:
    """The people of each frame as an upright camera would show them, in time order.

    notes: when the camera was turned, in words for the user.
    """

    def __init__(self) -> None:
        self._roll = CameraRoll()
        self._waiting: deque[tuple[tuple[Pose, ...], float]] = deque()
        self._t_turned: float | None = None
        self.notes: list[str] = []

    def add(self, people: Sequence[Pose], t: float) -> None:
        """Add the people of the frame at `t` seconds, the tracker's subject first."""
        self._waiting.append((tuple(people), t))
        if self._roll.add(people[0] if people else None, t):
            first = self._waiting[0][1]
            degrees = 90 * self._roll.quarter_turns
            if degrees or self.notes:
                how = f"is turned by {degrees} degrees" if degrees else "is upright again"
                self.notes.append(
                    f"the video {how} from about {first:.1f} s on; counted as if it were upright"
                )
                self._t_turned = t

    def ready(self) -> Iterator[tuple[tuple[Pose, ...], float]]:
        """Frames whose orientation is certain, as (upright poses, seconds); each is returned once."""
        if not self._roll.doubtful:
            yield from self.all()

    def all(self) -> Iterator[tuple[tuple[Pose, ...], float]]:
        """All delayed frames, as `ready` returns them, for live streams and the end of a stream."""
        while self._waiting:
            people, t = self._waiting.popleft()
            yield tuple(upright(pose, self._roll.quarter_turns) for pose in people), t

    def cue(self, t: float) -> str | None:
        """The message at `t` seconds, shown for a while after the camera was turned; else None."""
        return TURNED if self._t_turned is not None and t - self._t_turned < _SHOWN_S else None


def upright(pose: Pose, quarter_turns: int) -> Pose:
    """The pose turned clockwise by `quarter_turns` right angles about the corner of the frame; the same pose for 0."""
    if quarter_turns == 0:
        return pose
    return replace(pose, world=turned(pose.world, quarter_turns), image=turned(pose.image, quarter_turns))
