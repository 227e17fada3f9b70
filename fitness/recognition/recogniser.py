"""Joins the stages: pose -> embedding -> k-NN -> smoothing, and one counter for every exercise that is looked for."""

# long: all stages that a frame of one person goes through, in order

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from fitness.metrics.camera_pitch import CameraPitch, standing_lean_deg
from fitness.metrics.record.motion import SEEN, SIDES
from fitness.recognition.arbitration import Arbitration
from fitness.recognition.burpees import PushUpsInBurpees
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.embedding import angles_of, embed
from fitness.recognition.exercise_counter import ExerciseCounter, TaughtExerciseCounter
from fitness.recognition.exercises import ANY, AUTO, EXERCISES, PUSH_UP, exercises_named
from fitness.recognition.holding import HoldTimer
from fitness.recognition.hysteresis_counter import RepCandidate
from fitness.recognition.kinematics import TRUNK_TILT
from fitness.recognition.recogniser_options import RecogniserOptions
from fitness.recognition.rep_builder import Claim, RepBuilder
from fitness.recognition.repetition import PeriodicRep
from fitness.recognition.score_smoothing import ScoreSmoother
from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.trajectory import TrajectoryModel, load_model
from fitness.recognition.trajectory.gate import TrajectoryGate
from fitness.recognition.uncounted import UncountedMovement
from fitness.recognition.unknown_exercise import UNKNOWN, UnknownExerciseCounter
from fitness.recognition.whole_reps import WholeReps
from fitness.resources import resource_path
from fitness.types import (
    Classification,
    Count,
    DoubleArray,
    Event,
    PartialRep,
    Pose,
    RepCounted,
    RepRejected,
    Side,
)

__all__ = ["MODEL", "Recogniser", "RecogniserOptions"]

MODEL: Final = resource_path("models", "trajectories.npz")
"""The model of reps that comes with the program; `scripts/train_recogniser.py` makes it."""


class Recogniser:
    """Feeds on poses in order of time; says what is being done and how often it was done.

    Args:
        classifier: a fitted pose classifier that knows the classes of the exercises.
        options: see `RecogniserOptions`.
        taught: the taught exercises that may be looked for.
        ids: gives each rep its id; shared by everybody who is counted in the same stream. None: 1, 2, 3 ...
        trajectories: names whole swings in "auto"; None: the model that comes with the program.
    """

    def __init__(
        self,
        classifier: KnnPoseClassifier,
        options: RecogniserOptions | None = None,
        taught: Sequence[TaughtExercise] = (),
        ids: Iterator[int] | None = None,
        trajectories: TrajectoryModel | None = None,
    ) -> None:
        self.options = options or RecogniserOptions()
        self._ids = count(1) if ids is None else ids
        self._classifier = classifier
        self._taught = taught
        self._model = trajectories
        self.reset()

    def reset(self) -> None:
        """Forget everything, counts too: the recogniser is as new."""
        o = self.options
        names = self._classifier.classes_
        named = () if o.exercise in o.taught else exercises_named(o.exercise, o.taught)
        if o.exercise != AUTO:  # with the exercise named, squats to a box count, too
            named = tuple(replace(one, balanced=False) for one in named)
        self._counters = [
            ExerciseCounter(e, names, o.counter, o.active_smoothing_s, sides)
            for e in named
            if not e.hold
            for sides in ((SIDES,) if e.sides == "both" else ((side,) for side in SIDES))
        ]
        self._counters += [
            TaughtExerciseCounter(one, o.active_smoothing_s)
            for one in self._taught
            if o.exercise in (AUTO, one.name)
        ]
        self._burpees = PushUpsInBurpees()
        self._uncounted = UncountedMovement(o.exercise)
        self._leveller = CameraPitch()
        self._scores = ScoreSmoother(o.score_smoothing_s)
        self._taker = RepBuilder(o.rest_s, count_partials=o.count_partials, ids=self._ids)
        self._numbers = SetNumbers()
        self._room = Arbitration()
        self.whole: WholeReps | None = None
        if o.whole_reps and (o.exercise == AUTO or (named and not named[0].hold)):
            counted = [lane.exercise.name for lane in self._counters if lane.known]
            self.whole = WholeReps(o.exercise, self._model or load_model(MODEL), counted)
        self._unseen: UnknownExerciseCounter | None = None
        if o.exercise == ANY or (o.exercise == AUTO and o.unseen is not None):
            self._unseen = UnknownExerciseCounter(None if o.exercise == ANY else o.unseen)
        self._names = None if self.whole is None else self.whole.names
        self._hold = HoldTimer(named[0], self._taker) if named and named[0].hold else None
        self._active: str | None = None
        self._active_t = -math.inf

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]:
        """As `recognise`, for a stream of one person: with the numbers of sets and reps, and the totals."""
        classification, result = self.recognise(pose, t)
        return classification, self._numbers.count(result)

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        """The next frame of one person -> what the pose looks like, and what is known of the exercise.

        Args:
            pose: None where the person was not found.   t: seconds.
        """
        if t - self._active_t > self.options.idle_s:
            self._active = None
        if pose is None:
            return None, self._missed(t, "nobody found: step into view, or come closer")
        try:
            embedding = embed(pose.world[None])
        except ValueError:
            return None, self._missed(t, "the body cannot be made out")
        angles_deg = angles_of(embedding[0])
        level, levelled, level_deg = self._levelled(pose, embedding, angles_deg)
        self._taker.see(pose, self._leveller.pitch_deg)
        shares, distances = self._classifier.query(levelled)
        distance = float(distances[0])
        claims = []
        for lane in self._counters:
            if isinstance(lane, TaughtExerciseCounter):
                seen = lane.observe_embedded(pose, angles_deg, embedding[0])
            else:
                seen = lane.observe(level, level_deg, shares[0], distance)
            swing = lane.counter.step(seen)
            if swing is not None:
                claims.append(Claim(lane.exercise, swing, self._side(lane), lane.known))
        if self.whole is not None:
            self.whole.note(claims)
        smooth = self._scores.step(shares[0], t)
        scores = dict(zip(self._classifier.classes_, (float(s) for s in smooth), strict=True))
        if self._hold is not None:
            return Classification(scores, distance), self._held(self._hold, level, t)
        self._burpees.see(float(level_deg[TRUNK_TILT]), t)
        found = self._followed(pose, t, embedding[0])
        events = self._with_burpees((*self._rejected(claims), *self._decided(claims, t), *found), t)
        running = self._running(t, events)
        events = self._with_unknown(events, pose, angles_deg, t)
        result = self._result(running, events, self._problem(), t)
        return Classification(scores, distance), self._explained(result, pose, t)

    def _explained(self, result: PersonResult, pose: Pose, t: float) -> PersonResult:
        """With the reason why nothing is counted of somebody who repeats a movement."""
        if self.whole is None:
            return result
        counted = bool(result.pending) or any(
            isinstance(one, RepCounted | PartialRep) for one in result.events
        )
        hint = next((one.hint for one in result.events if isinstance(one, RepRejected) and one.hint), "")
        reason = self._uncounted.step(pose, self.whole.counter.swings, t, counted=counted, hint=hint)
        return (
            result if result.message or reason is None else replace(result, message=reason, uncounted=reason)
        )

    def _rejected(self, claims: Sequence[Claim]) -> Iterator[RepRejected]:
        """The swings that no counter accepted, not even as partial reps."""
        for one in claims:
            swing = one.swing
            if not (swing.accepted or swing.partial):
                times = swing.t_start, swing.t_turn, swing.t_end
                yield RepRejected(one.exercise.name, swing.reason, *times, self._taker.hint(one))

    def _levelled(
        self, pose: Pose, embedding: DoubleArray, angles_deg: DoubleArray
    ) -> tuple[Pose, DoubleArray, DoubleArray]:
        """The pose before a camera that looks straight ahead, with its embedding (1, D) and angles.

        What was taught is not levelled: its pictures were not.
        """
        lean = standing_lean_deg(pose.world[None], pose.visibility[None], angles_deg[None])
        self._leveller.see(pose.t, float(lean[0]))
        world = self._leveller.level(pose.world)
        if world is pose.world:
            return pose, embedding, angles_deg
        level = embed(world[None])
        return replace(pose, world=world), level, angles_of(level[0])

    def _followed(
        self, pose: Pose | None, t: float, embedding: DoubleArray | None = None
    ) -> tuple[Event, ...]:
        """The reps that the trajectory model finds and that no counter counted."""
        if self.whole is None:
            return ()
        events: list[Event] = []
        for rep in self.whole.step(pose, t, embedding):
            exercise = EXERCISES[rep.exercise]
            if self.options.exercise != AUTO and not self._taker.sees(exercise, rep.t_start, rep.t_end):
                continue
            side: Side | None = rep.side if exercise.sides != "both" and rep.side != "both" else None
            event = self._taker.described(exercise, (rep.t_start, rep.t_turn, rep.t_end), rep.share, side)
            if event is not None:
                events.append(event)
        return tuple(events)

    def _named_ahead(self) -> list[tuple[str, float, float, float, float]]:
        """The reps that the trajectory model would find if nothing else came."""
        if self.whole is None:
            return []
        auto = self.options.exercise == AUTO
        return [
            (rep.exercise, rep.t_start, rep.t_turn, rep.t_end, rep.share)
            for rep in self.whole.pending
            if auto or self._taker.sees(EXERCISES[rep.exercise], rep.t_start, rep.t_end)
        ]

    def _missed(self, t: float, message: str) -> PersonResult:
        """The result of a frame in which nothing can be measured."""
        if self._hold is not None:
            return self._held(self._hold, None, t)
        events = (*self._followed(None, t), *self._decided((), t))
        return self._result(None, self._with_unknown(events, None, None, t), message, t)

    def _decided(self, claims: Sequence[Claim], t: float) -> tuple[Event, ...]:
        """What these claims and those that wait bring now."""
        known = [lane.counter for lane in self._counters if lane.known]
        waiting: tuple[RepCandidate, ...] = ()
        dropped: Sequence[Claim] = ()
        gate = self._gate
        if gate is not None:
            claims, dropped = gate.step(claims, t)
            waiting = gate.waiting
        ready = self._room.step(
            claims, t, lambda: (*waiting, *filter(None, (one.under_way for one in known)))
        )
        last = self._taker.running.last
        if self.options.exercise == AUTO and last is not None and last.exercise == "burpee":
            ready = [
                replace(one, exercise=EXERCISES["burpee"])
                if one.exercise is PUSH_UP and self._burpees.came_down(one.swing.t_start)
                else one
                for one in ready
            ]
        return (*_turned_down(dropped), *self._taker.step(ready, t))

    def _with_burpees(self, events: tuple[Event, ...], t: float) -> tuple[Event, ...]:
        """With the correction of a push-up that was part of a burpee."""
        if self.options.exercise != AUTO:
            return events
        for event in events:
            if isinstance(event, RepCounted):
                self._burpees.take(event)
        part = self._burpees.part_of_burpee(t)
        return events if part is None else (*events, self._taker.renamed((part,), "burpee"))

    @property
    def _gate(self) -> TrajectoryGate | None:
        return None if self.whole is None else self.whole.gate

    def _held(self, hold: HoldTimer, pose: Pose | None, t: float) -> PersonResult:
        """The result where an exercise is held."""
        events, message = hold.step(pose, t)
        if hold.running:
            self._active, self._active_t = self.options.exercise, t
        return self._result(None, events, message, t)

    def _with_unknown(
        self, events: tuple[Event, ...], pose: Pose | None, angles_deg: DoubleArray | None, t: float
    ) -> tuple[Event, ...]:
        """With the rep of an unknown exercise that is decided now; none while a known exercise is done."""
        if self._unseen is None:
            return events
        if self._active not in (None, UNKNOWN) or self._room.groups:
            self._unseen.known(t)
        found = self._unseen.step(pose, angles_deg, t)
        if self._unseen.pending or found is not None:
            self._active, self._active_t = UNKNOWN, t
        if found is None or any(isinstance(event, RepCounted) for event in events):
            return events
        return (*events, *self._repeated(found))

    def _repeated(self, found: PeriodicRep) -> Iterator[Event]:
        """A repetition that no counter named, under the name that its set has."""
        times = (found.t_start, found.t_peak, found.t_end)
        name = "" if self._names is None else self._names.take(found)
        if name and self._names is not None:
            if earlier := self._names.late():
                yield self._taker.renamed(earlier, name)
            event = self._taker.described(EXERCISES[name], times, found.quality, None)
            if event is not None:
                yield event
            self._active = name
            return
        counted = self._taker.unnamed(UNKNOWN, *times, found.quality)
        if self._names is not None:
            self._names.remember(counted)
        yield counted

    def _running(self, t: float, events: Sequence[Event]) -> ExerciseCounter | None:
        """The exercise that is being done: of those clearly recognised the one counted last, else a known one."""
        for event in events:
            if isinstance(event, RepCounted):
                self._active, self._active_t = event.rep.exercise, t
        o, last = self.options, self._taker.running.last
        clear = [
            (
                last is not None and lane.exercise.name == last.exercise,
                lane.known,
                lane.share,
                lane.exercise.name,
            )
            for lane in self._counters
            if lane.share > o.active_share
            and (lane.bottom_share > o.active_bottom or lane.exercise.name == self._active)
        ]
        if clear:
            self._active, self._active_t = max(clear)[-1], t
        return next((lane for lane in self._counters if lane.exercise.name == self._active), None)

    def _problem(self) -> str | None:
        """Why nothing can be measured although somebody is there."""
        if not self._counters or any(lane.visibility >= self.options.seen_share for lane in self._counters):
            return None
        unseen = max(self._counters, key=lambda lane: lane.share).exercise
        return f"step back: {unseen.limb} not visible"

    def _side(self, lane: ExerciseCounter) -> Side | None:
        """Which side's joint a lane looks at, where it looks at one and the other is seen too."""
        if lane.side is None:
            return None
        pair = [one for one in self._counters if one.exercise is lane.exercise]
        return lane.side if all(one.visibility >= SEEN for one in pair) else None

    def _result(
        self, lane: ExerciseCounter | None, events: tuple[Event, ...], message: str | None, t: float
    ) -> PersonResult:
        return PersonResult(
            exercise=self._active if lane is None else lane.exercise.name,
            phase=None if lane is None else lane.counter.phase,
            message=message,
            cue=self._taker.cues.shown(t),
            pending=self._pending(),
            events=events,
        )

    def _pending(self) -> tuple[RepCounted, ...]:
        gated = () if self._gate is None else self._gate.groups
        groups, named = (*gated, *self._room.groups), self._named_ahead()
        if groups or named:
            return self._taker.awaited(groups, named)
        if self._unseen is None or not self._unseen.pending:
            return ()
        name = self._names.ahead(self._unseen.pending) if self._names is not None else ""
        return self._taker.foreseen(
            (name or UNKNOWN, one.t_start, one.t_peak, one.t_end, one.quality) for one in self._unseen.pending
        )


def _turned_down(claims: Sequence[Claim]) -> tuple[RepRejected, ...]:
    """The swings whose trajectory does not look like their exercise."""
    return tuple(
        RepRejected(one.exercise.name, "trajectory", one.swing.t_start, one.swing.t_turn, one.swing.t_end)
        for one in claims
    )
