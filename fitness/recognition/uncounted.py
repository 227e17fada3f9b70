"""Explains why a repeated movement is not counted: one line for the screen, the table and the files.

A person who moves for ten seconds without a count gets a message. A person who rests, talks or walks gets none. So a message
needs three similar, evenly spaced swings of one joint, and knees that do not alternate as in walking. The first reason that
applies is given: reps of the named exercise could not be judged, the person is too small, the camera is straight above, arms
or legs are hidden, visibility is poor, the movement may be an exercise but not clearly, or it resembles none.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import Final

import numpy as np

from fitness.recognition.exercises import AUTO
from fitness.recognition.exercises.names import pretty_name
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.samples import SIGNALS
from fitness.types import Event, PartialRep, Pose, RepCounted, RepRejected

QUIET_S: Final = 10.0
"""Seconds without a count before a reason is given."""

_MEMORY_S: Final = 15.0
"""How long swings and hints are kept, seconds."""
_LEAST_SWINGS: Final = 3
"""Minimum number of similar swings in a repeated movement."""
_LEAST_FALL_DEG: Final = 30.0
"""Minimum range of a swing, mean of both sides, degrees. It is less in walking, where the sides cancel each other."""
_LEAST_SPAN_S: Final = 6.0
"""Minimum time from the start of the first similar swing to the end of the last, seconds."""
_RECENT_S: Final = 5.0
"""Maximum time since the last swing, seconds: a person who stopped moving gets no message."""
_SAME_TURN_S: Final = 0.35
"""Swings of one joint whose turning points are closer than this, in seconds, are the same swing."""
_ALIKE: Final = 2.0
"""Ranges of similar swings are between their median divided by this factor and multiplied by it."""
_EVEN: Final = 2.5
"""Maximum ratio of the longest to the shortest interval between turning points of evenly spaced swings."""
_STEP_DEG: Final = 25.0
_STEPS: Final = 2
_STEP_S: Final = 0.2
"""Walking: each knee swings by `_STEP_DEG` at least `_STEPS` times, in turn, at least `_STEP_S` seconds apart."""

_SEEN: Final = 0.5
"""Visibility or score below which a part of the body counts as hidden."""
_CARRYING: Final = 0.9
"""Minimum share of frames with low hands from which the hands carry the body, as in push-ups."""
_VIEW_S: Final = 0.2
"""The view of the body is sampled at this interval, seconds."""
_SMALL_PX: Final = 45.0
"""Minimum size of the person, pixels per metre: a body of 1.7 m then has 77 pixels. The landmark network takes 256. Squats
in recordings of 160 pixels, where a person has about 100, are counted as well as in large ones."""
_ABOVE: Final = 0.8
"""Minimum share of the body's length along the camera axis for a camera straight above, within 37 degrees."""
_ARMS: Final = ([13, 15], [14, 16])
_LEGS: Final = ([25, 27], [26, 28])
_SHOULDERS: Final = [11, 12]
_WRISTS: Final = [15, 16]
_ANKLES: Final = [27, 28]

UNKNOWN_MOVE: Final = "repeated movement not recognised: name it with --exercise, or teach it"
ARMS_HIDDEN: Final = "arms hidden behind the body: turn a little"
LEGS_HIDDEN: Final = "step back: legs not visible"
FROM_ABOVE: Final = "camera straight above: place it lower, in front or at the side"
TOO_SMALL: Final = "too small in the frame: come closer"
POORLY_VISIBLE: Final = "poorly visible: more light, and nothing in front of you"


@dataclass(frozen=True, slots=True)
class _BodyView:
    """How the camera sees the body in one frame.

    score: pose score 0..1.   arms, legs: visibility 0..1 on the better side.   size: pixels per metre.
    along: 0..1, the part of the line from ankles to shoulders that is along the camera axis.
    low_hands: the hands are at least a third of a metre below the shoulders in the image, as in push-ups.
    """

    score: float
    arms: float
    legs: float
    size: float
    along: float
    low_hands: bool


class _Sight:
    """A pose and how the camera sees it, which is computed when it is asked for: in most sets it never is."""

    def __init__(self, pose: Pose) -> None:
        self.pose = pose

    @cached_property
    def view(self) -> _BodyView:
        """How the camera sees the body."""
        return _view_of(self.pose)


class UncountedMovement:
    """Takes the poses and swings of one person in time order.

    Args:
        exercise: the exercise that is counted, or "auto".
    """

    def __init__(self, exercise: str) -> None:
        self._unlike = (
            UNKNOWN_MOVE
            if exercise == AUTO
            else f"repeated movement, but unlike {pretty_name(exercise).lower()}: name another exercise, or teach it"
        )
        self._auto = exercise == AUTO
        self._swings: deque[Proposal] = deque()
        self._views: deque[_Sight] = deque()
        self._since: float | None = None
        self._hint = ("", -math.inf)

    def reason(
        self,
        pose: Pose,
        swings: Sequence[Proposal],
        t: float,
        events: Iterable[Event],
        pending: Sequence[RepCounted],
        like: str = "",
    ) -> str | None:
        """As `step`, with what happened in the frame as events.   pending: reps that are not certain yet."""
        counted, hint = bool(pending), ""
        for event in events:
            counted = counted or isinstance(event, RepCounted | PartialRep)
            if isinstance(event, RepRejected):
                hint = hint or event.hint
        return self.step(pose, swings, t, counted=counted, hint=hint, like=like)

    def step(
        self,
        pose: Pose | None,
        swings: Sequence[Proposal],
        t: float,
        *,
        counted: bool,
        hint: str = "",
        like: str = "",
    ) -> str | None:
        """Add the frame at `t` seconds; return why nothing is counted, or None.

        Args:
            swings: those that the frame completed.   counted: it has a counted or a pending rep.
            hint: why a rep that the frame completed could not be judged, in words for the user; or "".
            like: the exercise that the movement may be, although not clearly enough to count; or "".
        """
        if hint:
            self._hint = hint, t
        if counted or self._since is None:
            self._since = t
            self._swings.clear()
            return None
        self._swings.extend(swings)
        while self._swings and self._swings[0].t_end < t - _MEMORY_S:
            self._swings.popleft()
        if pose is not None and (not self._views or t - self._views[-1].pose.t >= _VIEW_S):
            self._views.append(_Sight(pose))
        while self._views and self._views[0].pose.t < t - QUIET_S:
            self._views.popleft()
        if t - self._since < QUIET_S or not self._views or not self._repeats(t):
            return None
        hint, t_hint = self._hint
        recent = not self._auto and t - t_hint <= _MEMORY_S
        return hint.removeprefix("Not counted: ") if recent else self._reason(like)

    def _repeats(self, t: float) -> bool:
        """Whether some joint swings repeatedly and the person does not walk."""
        signals = [number for number, (_, side) in enumerate(SIGNALS) if side == "both"]
        return any(self._even(number, t) for number in signals) and not self._walks()

    def _turns(self, signal: int, least_deg: float) -> list[Proposal]:
        """The swings of one signal in time order; of swings with the same turning point, the largest."""
        found: list[Proposal] = []
        own = (one for one in self._swings if one.signal == signal and one.fall_deg >= least_deg)
        for one in sorted(own, key=lambda swing: swing.t_turn):
            if found and one.t_turn - found[-1].t_turn < _SAME_TURN_S:
                found[-1] = max(found[-1], one, key=lambda swing: swing.fall_deg)
            else:
                found.append(one)
        return found

    def _even(self, signal: int, t: float) -> bool:
        """Whether one signal has enough similar, evenly spaced swings up to `t` seconds."""
        turns = self._turns(signal, _LEAST_FALL_DEG)
        if len(turns) < _LEAST_SWINGS:
            return False
        usual = median(one.fall_deg for one in turns)
        alike = [one for one in turns if usual / _ALIKE <= one.fall_deg <= usual * _ALIKE]
        if len(alike) < _LEAST_SWINGS or t - alike[-1].t_end > _RECENT_S:
            return False
        steps = [later.t_turn - earlier.t_turn for earlier, later in pairwise(alike)]
        return max(steps) <= _EVEN * min(steps) and alike[-1].t_end - alike[0].t_start >= _LEAST_SPAN_S

    def _walks(self) -> bool:
        """Whether the knees alternate."""
        turns = sorted(
            (one.t_turn, side)
            for side in ("left", "right")
            for one in self._turns(SIGNALS.index(("knee", side)), _STEP_DEG)
        )
        sides = [side for _, side in turns]
        changes = sum(
            first != second and later - earlier >= _STEP_S
            for (earlier, first), (later, second) in pairwise(turns)
        )
        return min(sides.count("left"), sides.count("right")) >= _STEPS and changes >= 0.75 * (len(sides) - 1)

    def _reason(self, like: str) -> str:
        """The first reason that applies to the recent views of the body."""
        views = [one.view for one in self._views]
        if median(one.size for one in views) < _SMALL_PX:
            return TOO_SMALL
        if median(one.along for one in views) > _ABOVE and fmean(one.low_hands for one in views) < _CARRYING:
            return FROM_ABOVE
        if median(one.arms for one in views) < _SEEN:
            return ARMS_HIDDEN
        if self._auto and median(one.legs for one in views) < _SEEN:
            return LEGS_HIDDEN
        if median(one.score for one in views) < _SEEN:
            return POORLY_VISIBLE
        if self._auto and like:
            return f"perhaps {pretty_name(like).lower()}, not certain: name it with --exercise {like}, or teach it"
        return self._unlike


def _view_of(pose: Pose) -> _BodyView:
    world = np.asarray(pose.world, np.float64)
    body = world[_SHOULDERS].mean(axis=0) - world[_ANKLES].mean(axis=0)
    length = float(np.linalg.norm(body))
    hands = float(world[_WRISTS, 1].mean() - world[_SHOULDERS, 1].mean())
    image = np.asarray(pose.image[:, :2], np.float64)
    image, flat = image - image.mean(axis=0), world[:, :2] - world[:, :2].mean(axis=0)
    metres = float(np.linalg.norm(flat))
    size = float(np.linalg.norm(image)) / metres if metres else math.inf
    return _BodyView(
        score=pose.score,
        arms=max(float(pose.visibility[side].mean()) for side in _ARMS),
        legs=max(float(pose.visibility[side].mean()) for side in _LEGS),
        size=size,
        along=abs(float(body[2])) / length if length else 0.0,
        low_hands=hands > 0.33,
    )
