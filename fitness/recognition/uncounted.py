"""Explains why a repeated movement is not counted: one line for the screen, the table and the files.

A person who moves for ten seconds without a count gets a message. A person who rests, talks or walks gets none. So a message
needs three similar, evenly spaced swings of one joint, and knees that do not alternate as in walking. The first reason that
applies is given: reps of the named exercise could not be judged, the person is too small, the camera is straight above, arms
or legs are hidden, visibility is poor, or the movement resembles no exercise that is looked for.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
"""Swings and hints are kept for so many seconds."""
_LEAST_SWINGS: Final = 3
"""So many similar swings are a repeated movement."""
_LEAST_FALL_DEG: Final = 30.0
"""Of the mean of both sides: in walking, the sides cancel each other to less."""
_LEAST_SPAN_S: Final = 6.0
"""Seconds from the start of the first similar swing to the end of the last, at least."""
_RECENT_S: Final = 5.0
"""The last swing ended at most so many seconds ago: a person who stopped moving gets no message."""
_SAME_TURN_S: Final = 0.35
_ALIKE: Final = 2.0
"""Similar swings have ranges between their median divided by this factor and multiplied by it."""
_EVEN: Final = 2.5
"""Evenly spaced: the longest interval between turning points is at most so many times the shortest."""
_STEP_DEG: Final = 25.0
_STEPS: Final = 2
_STEP_S: Final = 0.2
"""Steps: the left and the right knee swing in turn by so many degrees, so many times each, so many seconds apart."""

_MOST_NOTES: Final = 5
_SEEN: Final = 0.5
"""Visibility or score below which a part of the body counts as hidden."""
_CARRYING: Final = 0.9
"""From this share of low hands on, the hands carry the body, as in push-ups."""
_VIEW_S: Final = 0.2
"""The view of the body is sampled at this interval, seconds."""
_SMALL_PX: Final = 45.0
"""Pixels per metre below which a body of 1.7 m is smaller than 77 pixels. The landmark network looks at 256; recordings of
squats at 160 pixels, where a person has about 100, are counted as well as large ones."""
_ABOVE: Final = 0.8
"""Share of the way from the ankles to the shoulders that points at a camera straight above (37 degrees at most from it)."""
_ARMS: Final = ([13, 15], [14, 16])
_LEGS: Final = ([25, 27], [26, 28])
_SHOULDERS: Final = [11, 12]
_WRISTS: Final = [15, 16]
_ANKLES: Final = [27, 28]

UNKNOWN_MOVE: Final = "looks repeated, like nothing I know: name it with --exercise, or teach it"
ARMS_HIDDEN: Final = "arms hidden behind the body: turn a little"
LEGS_HIDDEN: Final = "step back: legs not visible"
FROM_ABOVE: Final = "camera straight above: place it lower, in front or at the side"
TOO_SMALL: Final = "too small in the frame: come closer"
SEEN_BADLY: Final = "seen badly: more light, and nothing in front of you"


class UncountedNotes:
    """Notes of a stream: repeated movements that were not counted, with their times, and reps that could not be judged."""

    def __init__(self) -> None:
        self._spans: list[tuple[str, float, float]] = []
        self._hints: Counter[str] = Counter()

    def take(self, events: Iterable[Event]) -> None:
        """Take in the events of a frame: reps that could not be judged have a hint."""
        self._hints.update(event.hint for event in events if isinstance(event, RepRejected) and event.hint)

    def see(self, reason: str | None, t: float) -> None:
        """The reason in the frame at `t` seconds; None where there is none."""
        if reason is None:
            return
        if self._spans:
            last, start, end = self._spans[-1]
            if last == reason and t - end <= QUIET_S:
                self._spans[-1] = (reason, start, t)
                return
        if len(self._spans) < _MOST_NOTES:
            self._spans.append((reason, max(0.0, t - QUIET_S), t))

    @property
    def texts(self) -> tuple[str, ...]:
        """One line for each such time, and for each hint with the number of its reps."""
        spans = (
            f"not counted from {start:.0f} to {end:.0f} s: {reason}" for reason, start, end in self._spans
        )
        return (*spans, *(f"{hint} ({number} x)" for hint, number in self._hints.most_common(_MOST_NOTES)))


@dataclass(frozen=True, slots=True)
class _BodyView:
    """How the camera sees the body at one time.

    t: seconds.   score, arms, legs: 0..1, how well they are seen, on the better side.   size: pixels per metre.
    along: 0..1, how much of the way from the ankles to the shoulders is along the camera's axis.
    low_hands: the hands are at least a third of a metre below the shoulders in the image, as in push-ups.
    """

    t: float
    score: float
    arms: float
    legs: float
    size: float
    along: float
    low_hands: bool


class UncountedMovement:
    """Feeds on one person's poses and swings in order of time.

    Args:
        exercise: the exercise that is looked for, or "auto".
    """

    def __init__(self, exercise: str) -> None:
        self._unlike = (
            UNKNOWN_MOVE
            if exercise == AUTO
            else f"looks repeated, but not like {pretty_name(exercise).lower()}: name another exercise, or teach it"
        )
        self._auto = exercise == AUTO
        self._swings: deque[Proposal] = deque()
        self._views: deque[_BodyView] = deque()
        self._since: float | None = None
        self._hint = ("", -math.inf)

    def reason(
        self,
        pose: Pose,
        swings: Sequence[Proposal],
        t: float,
        events: Iterable[Event],
        pending: Sequence[RepCounted],
    ) -> str | None:
        """As `step`, with what happened in the frame as events.   pending: reps that are not certain yet."""
        counted, hint = bool(pending), ""
        for event in events:
            counted = counted or isinstance(event, RepCounted | PartialRep)
            if isinstance(event, RepRejected):
                hint = hint or event.hint
        return self.step(pose, swings, t, counted=counted, hint=hint)

    def step(
        self, pose: Pose | None, swings: Sequence[Proposal], t: float, *, counted: bool, hint: str = ""
    ) -> str | None:
        """The next frame, at `t` seconds -> why nothing is counted, or None.

        Args:
            swings: those that the frame completed.   counted: a rep was counted in it, or one is pending.
            hint: why a rep that the frame completed could not be judged, in words for the user.
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
        if pose is not None and (not self._views or t - self._views[-1].t >= _VIEW_S):
            self._views.append(_view_of(pose))
        while self._views and self._views[0].t < t - QUIET_S:
            self._views.popleft()
        if t - self._since < QUIET_S or not self._views or not self._repeats(t):
            return None
        hint, t_hint = self._hint
        recent = not self._auto and t - t_hint <= _MEMORY_S
        return hint.removeprefix("Not counted: ") if recent else self._reason()

    def _repeats(self, t: float) -> bool:
        """Whether some joint swings repeatedly, and the person does not walk."""
        signals = [number for number, (_, side) in enumerate(SIGNALS) if side == "both"]
        return any(self._even(number, t) for number in signals) and not self._walks()

    def _turns(self, signal: int, least_deg: float) -> list[Proposal]:
        """The swings of one signal, the largest about each turning point, in order of time."""
        found: list[Proposal] = []
        own = (one for one in self._swings if one.signal == signal and one.fall_deg >= least_deg)
        for one in sorted(own, key=lambda swing: swing.t_turn):
            if found and one.t_turn - found[-1].t_turn < _SAME_TURN_S:
                found[-1] = max(found[-1], one, key=lambda swing: swing.fall_deg)
            else:
                found.append(one)
        return found

    def _even(self, signal: int, t: float) -> bool:
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
        """Whether the knees take turns."""
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

    def _reason(self) -> str:
        views = self._views
        if median(one.size for one in views) < _SMALL_PX:
            return TOO_SMALL
        if median(one.along for one in views) > _ABOVE and fmean(one.low_hands for one in views) < _CARRYING:
            return FROM_ABOVE
        if median(one.arms for one in views) < _SEEN:
            return ARMS_HIDDEN
        if self._auto and median(one.legs for one in views) < _SEEN:
            return LEGS_HIDDEN
        if median(one.score for one in views) < _SEEN:
            return SEEN_BADLY
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
        t=pose.t,
        score=pose.score,
        arms=max(float(pose.visibility[side].mean()) for side in _ARMS),
        legs=max(float(pose.visibility[side].mean()) for side in _LEGS),
        size=size,
        along=abs(float(body[2])) / length if length else 0.0,
        low_hands=hands > 0.33,
    )
