"""One of the people in the frame: recogniser, size, and the reps by which the person may be selected."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol

import numpy as np

from fitness.recognition.hidden_reps import HiddenReps
from fitness.recognition.overlap_filter import OverlapFilter
from fitness.recognition.part_views import Views
from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.skeleton import Landmark
from fitness.types import Classification, Event, FloatArray, Pose, RepAmended, RepCounted

_RECENT: Final = 16
"""Number of recent reps that are remembered."""

_LIKELY: Final = 0.5
"""Minimum confidence of a rep that helps to select a person."""

_MOMENT_S: Final = 0.5
_SAME_PLACE: Final = 0.1
_SAME_SIZE: Final = 1.3
"""A pose under another id is of the same person under three conditions: the person was seen so few seconds ago, the
middle of the landmarks moved by less than this share of their spread (`_spread`), and the spread changed by less than this
factor."""

_SIZE_S: Final = 0.5
"""Time constant of the size, seconds."""

_JUMP_PER_S: Final = 2.5
"""Median speed of the landmarks above which the pose is of another person than before, extents of the body per second. In
recordings of one person 0.15 % of the frames are above it."""

_CROSSING_S: Final = 4.0
"""Maximum duration of a crossing, seconds: a slow walk past the whole body."""
_APART_S: Final = 0.5
"""Time without overlap after which the next overlap is another crossing, seconds."""

_SPEED_S: Final = 1.5
"""Time constant of the speed, seconds: about a rep."""
_JOINTS: Final = np.array(
    [
        *range(Landmark.LEFT_ELBOW, Landmark.RIGHT_WRIST + 1),
        *range(Landmark.LEFT_KNEE, Landmark.RIGHT_ANKLE + 1),
    ]
)
"""The joints whose mean speed is the speed of a person."""


class OnePerson(Protocol):
    """Recognises the exercise of one person; `recogniser.Recogniser` does."""

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]: ...


class SelectablePerson:
    """One person with a recogniser.

    person: the newest id.   t_found, t_seen: seconds, the first and the last time that the person was seen.
    size: smoothed size in the frame, see `_size`.   speed: smoothed mean speed of elbows, wrists, knees and ankles
    relative to the hips, metres per second.   reps: (seconds, exercise) of recent counted reps.
    held: events that are held until a person is selected.
    numbers: numbers the reps that this person did while another was counted.
    overlaps: removes false reps that appear while another person overlaps this one.
    hidden: adds a rep that another person hid.   pose: the last pose, or None.
    """

    def __init__(
        self, recogniser: OnePerson, person: int, ids: Iterator[int], views: Views | None = None
    ) -> None:
        self.recogniser = recogniser
        self.person = person
        self.t_found = math.inf
        self.t_seen = -math.inf
        self.size = 0.0
        self.speed = 0.0
        self._speed_weight = 0.0
        self._t_overlap = self._overlap_since = -math.inf
        self.reps: deque[tuple[float, str]] = deque(maxlen=_RECENT)
        self.held: list[Event] = []
        self.numbers = SetNumbers()
        self.overlaps = OverlapFilter()
        self.hidden = HiddenReps(ids, views)
        self.pose: Pose | None = None

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        """The recogniser's answer to the person's pose at `t` seconds, without false and with hidden reps."""
        classification, result = self.recogniser.recognise(pose, t)
        return classification, self.hidden.completed(self.overlaps.filtered(result))

    def add_pose(self, pose: Pose, t: float) -> None:
        """Add the person's pose at `t` seconds."""
        size = _size(pose)
        if self.size == 0.0:
            self.size = size
        else:
            self.size += (1 - math.exp(-max(0.0, t - self.t_seen) / _SIZE_S)) * (size - self.size)
        self._add_speed(pose, t)
        self.hidden.add_pose(pose, t)
        self.t_found, self.t_seen, self.pose = min(self.t_found, t), t, pose

    def _add_speed(self, pose: Pose, t: float) -> None:
        """Update the speed, unless the person was out of view for long."""
        gap_s = t - self.t_seen
        if self.pose is None or not 0 < gap_s < _MOMENT_S:
            return
        moved = pose.world.take(_JOINTS, axis=0) - self.pose.world.take(_JOINTS, axis=0)
        ways = np.sqrt(np.add.reduce(np.square(moved, dtype=np.float64), axis=1))
        speed = float(np.add.reduce(ways)) / len(ways) / gap_s
        share = 1 - math.exp(-gap_s / _SPEED_S)
        self._speed_weight += share * (1 - self._speed_weight)  # the first speeds count in full
        self.speed += share / self._speed_weight * (speed - self.speed)

    def is_at(self, pose: Pose, t: float) -> bool:
        """Whether a pose at `t` seconds is where this person was a moment ago, and as large."""
        if self.pose is None or t - self.t_seen > _MOMENT_S:
            return False
        spread, before = _spread(pose.image), _spread(self.pose.image)
        if not (before and before / _SAME_SIZE < spread < before * _SAME_SIZE):
            return False
        way = (pose.image - self.pose.image)[:, :2].mean(axis=0, dtype=np.float64)
        return math.hypot(*way) < _SAME_PLACE * before

    def add_doubt(self, t: float) -> None:
        """Note that a bystander may have hidden this person or disturbed the landmarks at `t` seconds."""
        self.overlaps.add_overlap(t, crossing=True)
        self.hidden.add_hidden(t)

    def add_overlap(self, t: float) -> None:
        """Note that another person overlaps this one at `t` seconds: a crossing, unless it has lasted for long."""
        if self.pose is not None and self._t_overlap < self.t_seen and t - self._t_overlap > _APART_S:
            self._overlap_since = t
        self._t_overlap = t
        if t - self._overlap_since <= _CROSSING_S:
            self.add_doubt(t)
        else:
            self.overlaps.add_overlap(t)

    def jumps_to(self, pose: Pose, t: float) -> bool:
        """Whether this pose at `t` seconds is farther from the last one than a person moves in that time."""
        gap_s = t - self.t_seen
        if self.pose is None or not 0 < gap_s <= _MOMENT_S:
            return False
        before, now = self.pose.image[:, :2], pose.image[:, :2]
        extent = max(float(np.ptp(points, axis=0).max()) for points in (before, now))
        step = float(np.median(np.hypot(*(now - before).T)))
        return step > _JUMP_PER_S * gap_s * extent

    def add_reps(self, reps: Sequence[RepCounted], t: float) -> None:
        """Remember reps that began while the person was in view and whose confidence is high enough."""
        self.reps.extend(
            (t, one.rep.exercise)
            for one in reps
            if one.rep.t_start > self.t_found and one.rep.confidence >= _LIKELY
        )

    def consistent(self, since: float) -> int:
        """The number of reps since `since` seconds, of the exercise with most of them."""
        names = Counter(exercise for t, exercise in self.reps if t >= since)
        return max(names.values(), default=0)

    @property
    def held_reps(self) -> tuple[RepCounted, ...]:
        """The reps that are held, as last measured."""
        better = {event.rep.id: event.rep for event in self.held if isinstance(event, RepAmended)}
        return tuple(
            replace(event, rep=better.get(event.rep.id, event.rep)) for event in counted_reps(self.held)
        )

    def release(self, result: PersonResult) -> PersonResult:
        """The person's result with the held events, which are no longer held."""
        held, self.held = self.held, []
        return replace(result, events=(*held, *result.events)) if held else result


def counted_reps(events: Sequence[Event]) -> tuple[RepCounted, ...]:
    """The reps that were counted among the events."""
    return tuple(event for event in events if isinstance(event, RepCounted))


def _size(pose: Pose) -> float:
    """Size in the frame, pixels per metre, independent of posture; 0 if the pose has no extent."""
    metres, pixels = _spread(pose.world), _spread(pose.image)
    size = pixels / metres if metres else 0.0
    return size if math.isfinite(size) else 0.0


def _spread(points: FloatArray) -> float:
    """(N, 3) -> root of the sum of squared distances of (x, y) from their mean, in the unit of the points."""
    flat = points[:, :2].astype(np.float64)
    apart = (flat - np.add.reduce(flat, axis=0) / len(flat)).ravel()
    return math.sqrt(apart.dot(apart))
