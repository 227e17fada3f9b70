"""Counts taught exercises beside the built-in ones, without changing these.

In "auto" the built-in exercises are recognised as if nothing had been taught. A taught rep counts if no built-in exercise
was counted for the same movement. If one is counted later, or an unknown rep gets a name, the taught rep is renamed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.exercise_counter import PoseFeatures, TaughtExerciseCounter
from fitness.recognition.exercises import AUTO
from fitness.recognition.recogniser import MODEL, Recogniser, RecogniserOptions
from fitness.recognition.rep_builder import RepBuilder
from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.taught_phases import PositionTrack, Times
from fitness.recognition.taught_swings import IN_AUTO, NAMED, TaughtSwingCounter
from fitness.recognition.trajectory import SwingName, load_model
from fitness.recognition.trajectory.swing_name import same_movement
from fitness.recognition.uncounted import QUIET_S
from fitness.recognition.unknown_exercise import UNKNOWN
from fitness.types import (
    Classification,
    Count,
    Event,
    Pose,
    Renamed,
    Rep,
    RepAmended,
    RepCounted,
)

_WAIT_S: Final = 1.0
"""How long a rep found by turning points waits after its end, seconds, for a built-in exercise to count the movement."""
_MOST_WAIT_S: Final = 2.5
"""Maximum wait for a built-in rep that is pending, seconds."""
_RECENT: Final = 30
"""Number of reps that are remembered."""
_IDLE_S: Final = 4.0
"""A taught exercise is shown for this time after its last rep, seconds."""


class TaughtRecogniser:
    """Recognises built-in and taught exercises of one person. Takes poses in time order, as `Recogniser` does.

    Args:
        base: recognises the built-in exercises; if a taught one is named, only its pose classes are used.
        taught: the taught exercises.   rest_s: a pause of this length ends a set.
        ids: gives each rep its id; must be the iterator of `base`.   named: only the taught exercise counts.
        sure: a named exercise needs as much evidence as in "auto".
    """

    def __init__(
        self,
        base: Recogniser,
        taught: Sequence[TaughtExercise],
        rest_s: float,
        ids: Iterator[int] | None = None,
        *,
        named: bool = False,
        sure: bool = False,
    ) -> None:
        self._base = base
        self._named = named
        self._counters = [TaughtExerciseCounter(one, 0.5) for one in taught if one.swings is None]
        self._tracks = {
            one.name: (one, PositionTrack())
            for one in taught
            if one.swings is not None and one.swings.by_cycles
        }
        swings = {one.name: one.swings for one in taught if one.swings is not None}
        self._swings = TaughtSwingCounter(swings, load_model(MODEL), NAMED if named and not sure else IN_AUTO)
        self._specs = {one.name: one.exercise.spec for one in taught}
        self._builder = RepBuilder(
            rest_s, ids=count(1) if ids is None else ids, described=[one.exercise for one in taught]
        )
        self._numbers = SetNumbers()
        self._waiting: list[SwingName] = []
        self._own: deque[Rep] = deque(maxlen=_RECENT)
        self._others: deque[Rep] = deque(maxlen=_RECENT)
        self._alias: dict[int, int] = {}
        self._last: str | None = None
        self._counted_t = -math.inf

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]:
        """As `recognise`, for a stream of one person: with numbers of sets and reps, and totals."""
        classification, result = self.recognise(pose, t)
        return classification, self._numbers.count(result)

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        """Add the frame at `t` seconds; return its pose classes (None without a pose) and what the person does."""
        classification, result = self._base.recognise(pose, t)
        pose = pose if classification is not None else None
        features = None if pose is None else PoseFeatures.of(pose)
        if features is not None:
            self._builder.add_pose(features.pose)
            self._watch(features)
        for rep in self._swings.step(pose, t, None if features is None else features.embedding):
            self._waiting.append(rep)
        given = () if self._named else result.events
        events = [new for event in given for new in self._passed(event)]
        busy = () if self._named else tuple(one.rep for one in result.pending if one.rep.exercise != UNKNOWN)
        events += self._released(t, busy)
        events += [event for event in self._builder.step((), t) if isinstance(event, RepAmended)]
        return classification, self._shown(result, tuple(self._in_sets(events)), t)

    def _watch(self, camera: PoseFeatures) -> None:
        """Update the positions in the taught exercises, and the counters of those counted by their turning points."""
        for exercise, track in self._tracks.values():
            track.add(camera.pose.t, exercise.progress(camera.embedding))
        for one in self._counters:
            swing = one.step_pose(camera)
            if swing is not None and swing.accepted:
                self._waiting.append(
                    SwingName(
                        one.exercise.name, swing.t_start, swing.t_turn, swing.t_end, swing.confidence, "both"
                    )
                )

    def _passed(self, event: Event) -> Iterator[Event]:
        """The events that an event of the built-in exercises becomes: its rep may have been counted as a taught one."""
        if isinstance(event, RepCounted):
            rep = event.rep
            taught = next((one for one in self._own if _same(one, rep.t_start, rep.t_end)), None)
            if taught is None:
                self._others.append(rep)
                yield event
                return
            self._alias[rep.id] = taught.id
            if rep.exercise != UNKNOWN:
                self._forget(taught.id, rep.exercise)
                yield Renamed((taught.id,), rep.exercise)
        elif isinstance(event, Renamed):
            ids = tuple(dict.fromkeys(self._alias.get(one, one) for one in event.ids))
            for one in ids:
                self._forget(one, event.exercise)
            yield replace(event, ids=ids)
        elif isinstance(event, RepAmended) and event.id in self._alias:
            if event.rep.exercise != UNKNOWN:
                yield RepAmended(replace(event.rep, id=self._alias[event.id]))
        else:
            yield event

    def _forget(self, rep_id: int, exercise: str) -> None:
        """Note that a rep is one of another exercise now."""
        for one in [one for one in self._own if one.id == rep_id]:
            self._own.remove(one)
            self._others.append(replace(one, exercise=exercise))
        for at, other in enumerate(self._others):
            if other.id == rep_id:
                self._others[at] = replace(other, exercise=exercise)

    def _released(self, t: float, busy: Sequence[Rep]) -> Iterator[Event]:
        """Events of the taught reps that count at `t` seconds. Those whose movement was counted already are dropped."""
        waiting, self._waiting = sorted(self._waiting, key=lambda one: one.t_end), []
        for found in waiting:
            age = t - found.t_end
            held = any(_same(rep, found.t_start, found.t_end) for rep in busy)
            if not self._named and (age < _WAIT_S or (held and age < _MOST_WAIT_S)):
                self._waiting.append(found)
            elif not any(_same(rep, found.t_start, found.t_end) for rep in self._own):
                yield from self._counted(found, t)

    def _counted(self, found: SwingName, t: float) -> Iterator[Event]:
        """The event of a taught rep: an unknown rep of the same movement is renamed, a built-in one stays."""
        other = next((rep for rep in self._others if _same(rep, found.t_start, found.t_end)), None)
        if other is not None and other.exercise != UNKNOWN:
            return
        self._counted_t = t
        times = found.t_start, found.t_turn, found.t_end
        if found.exercise in self._tracks:
            times = self._tracks[found.exercise][1].take(found)
        if other is not None:
            self._others.remove(other)
            self._own.append(replace(other, exercise=found.exercise))
            yield Renamed((other.id,), found.exercise)
            return
        event = self._builder.unnamed(found.exercise, *times, found.share)
        self._own.append(replace(event.rep, t_start=found.t_start, t_end=found.t_end))
        yield event

    def _placed(self, ahead: Sequence[SwingName]) -> list[tuple[SwingName, Times]]:
        """The pending taught reps with their times, in the order of their ends."""
        placed = [
            (one, (one.t_start, one.t_turn, one.t_end)) for one in ahead if one.exercise not in self._tracks
        ]
        for name, (_, track) in self._tracks.items():
            own = [one for one in ahead if one.exercise == name]
            placed += zip(own, track.foreseen(own), strict=True)
        return sorted(placed, key=lambda one: one[1][2])

    def _in_sets(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events, with a new set wherever the exercise changes between built-in and taught reps."""
        for event in events:
            if isinstance(event, RepCounted):
                changed = self._last is not None and event.rep.exercise != self._last
                self._last = event.rep.exercise
                yield replace(event, opens_set=event.opens_set or changed)
            else:
                yield event

    def _shown(self, result: PersonResult, events: tuple[Event, ...], t: float) -> PersonResult:
        """The result with pending taught reps and the name of the current exercise."""
        base = () if self._named else result.pending
        pending = [
            one
            for one in base
            if one.rep.exercise != UNKNOWN
            or not any(_same(rep, one.rep.t_start, one.rep.t_end) for rep in self._own)
        ]
        counted = (*self._own, *self._others, *(one.rep for one in pending))
        ahead = [
            one
            for one in sorted((*self._swings.pending, *self._waiting), key=lambda one: one.t_end)
            if not any(_same(rep, one.t_start, one.t_end) for rep in counted)
        ]
        pending += self._builder.pending(
            (one.exercise, *times, one.share) for one, times in self._placed(ahead)
        )
        exercise = result.exercise
        if exercise in (None, UNKNOWN) and t - self._counted_t <= _IDLE_S and self._own:
            exercise = self._own[-1].exercise
        if result.uncounted and (ahead or t - self._counted_t < QUIET_S):
            result = replace(result, message=None, uncounted=None)
        spec = self._specs.get(exercise or "")
        first = result.first if spec is None else spec.first
        return replace(result, exercise=exercise, pending=tuple(pending), events=events, first=first)


def _same(rep: Rep, start: float, end: float) -> bool:
    """Whether a rep and the time from `start` to `end` seconds are one movement."""
    return same_movement(rep.t_start, rep.t_end, start, end)


def recogniser_with(
    classifier: KnnPoseClassifier,
    options: RecogniserOptions,
    taught: Sequence[TaughtExercise],
    ids: Iterator[int] | None = None,
    *,
    sure: bool = False,
) -> Recogniser | TaughtRecogniser:
    """Make a recogniser for one person that counts taught exercises, too.

    Args:
        classifier: knows the poses of the built-in exercises.   options: `exercise` is "auto" or one of the taught ones.
        ids: gives reps their ids; None: 1, 2, 3 ...   sure: a named exercise needs as much evidence as in "auto".
    """
    ids = count(1) if ids is None else ids
    if not taught:
        return Recogniser(classifier, options, (), ids)
    if options.exercise == AUTO:
        return TaughtRecogniser(Recogniser(classifier, options, (), ids), taught, options.rest_s, ids)
    base = Recogniser(classifier, options, taught, ids)
    if all(one.swings is None for one in taught):
        return base
    return TaughtRecogniser(base, taught, options.rest_s, ids, named=True, sure=sure)
