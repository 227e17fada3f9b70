"""Recognises and counts the exercises of one person: the stages that each frame goes through, in order.

A pose becomes an embedding, the k-NN classifier votes on it, and each exercise's counter follows its joint angle. In "auto"
the trajectory model counts, and the counters find partial reps; a named exercise is counted by both. Candidates wait for the
model and for each other (`arbitration`) before `rep_builder` makes reps of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from fitness.metrics.camera_pitch import CameraPitch, standing_lean_deg
from fitness.recognition.arbitration import Arbitration
from fitness.recognition.claim import Claim
from fitness.recognition.classifier import KnnPoseClassifier
from fitness.recognition.current_exercise import CurrentExercise
from fitness.recognition.exercise_counter import ExerciseCounter, FrameFeatures, PoseFeatures, new_counters
from fitness.recognition.exercises import ANY, AUTO, EXERCISES, exercises_named
from fitness.recognition.holding import HoldTimer
from fitness.recognition.recogniser_options import RecogniserOptions
from fitness.recognition.rep_builder import RepBuilder
from fitness.recognition.rep_candidate import RepCandidate
from fitness.recognition.score_smoothing import ScoreSmoother
from fitness.recognition.sets import PersonResult, SetNumbers
from fitness.recognition.taught import TaughtExercise
from fitness.recognition.trajectory import SwingName, TrajectoryModel, load_model
from fitness.recognition.trajectory.gate import TrajectoryGate, holds, may_count, turns_within
from fitness.recognition.uncounted import UncountedMovement
from fitness.recognition.unknown_exercise import UnknownExerciseCounter
from fitness.recognition.unknown_reps import UnknownReps
from fitness.recognition.whole_reps import WholeReps
from fitness.resources import resource_path
from fitness.types import (
    Classification,
    Count,
    Event,
    Pose,
    RepCounted,
    RepRejected,
    Side,
)

__all__ = ["MODEL", "Recogniser", "RecogniserOptions"]

MODEL: Final = resource_path("models", "trajectories.npz")
"""The trajectory model that comes with the program; `scripts/train_recogniser.py` makes it."""


class Recogniser:
    """Recognises what one person does, and counts it. Takes poses in time order.

    Args:
        classifier: a fitted pose classifier that knows the classes of the exercises.
        options: see `RecogniserOptions`.
        taught: the taught exercises that may be counted.
        ids: gives each rep its id; shared by all persons of one stream. None: 1, 2, 3 ...
        trajectories: recognises exercises by whole movements; None: the model that comes with the program.
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
        """Start again as a new recogniser does; counts are forgotten, too."""
        o = self.options
        named = () if o.exercise in o.taught else exercises_named(o.exercise, o.taught)
        taught = [one for one in self._taught if o.exercise in (AUTO, one.name)]
        self._counters = new_counters(
            named, taught, self._classifier.classes_, o.counter, o.active_smoothing_s
        )
        self._uncounted = UncountedMovement(o.exercise)
        self._camera = CameraPitch()
        self._scores = ScoreSmoother(o.score_smoothing_s)
        self._builder = RepBuilder(o.rest_s, count_partials=o.count_partials, ids=self._ids)
        self._numbers = SetNumbers()
        self._arbitration = Arbitration()
        self._current = CurrentExercise(self._counters, o)
        self._hold = HoldTimer(named[0], self._builder) if named and named[0].hold else None
        self.whole: WholeReps | None = None
        if o.whole_reps and (o.exercise == AUTO or (named and not named[0].hold)):
            self.whole = WholeReps(o.exercise, self._model or load_model(MODEL))
        self._unknown: UnknownReps | None = None
        if o.exercise == ANY or (o.exercise == AUTO and o.unseen is not None):
            self._unknown = UnknownReps(
                UnknownExerciseCounter(None if o.exercise == ANY else o.unseen),
                None if self.whole is None else self.whole.names,
                self._builder,
                self._current,
            )

    def step(self, pose: Pose | None, t: float) -> tuple[Classification | None, Count]:
        """As `recognise`, for a stream of one person: with numbers of sets and reps, and totals."""
        classification, result = self.recognise(pose, t)
        return classification, self._numbers.count(result)

    def recognise(self, pose: Pose | None, t: float) -> tuple[Classification | None, PersonResult]:
        """Take in the next frame; return its pose classes (None without a pose) and what the person does.

        Args:
            pose: None where the person was not found.   t: seconds.
        """
        self._current.expire(t)
        if pose is None:
            return None, self._without_pose(t, "nobody found: step into view, or come closer")
        try:
            camera = PoseFeatures.of(pose)
        except ValueError:
            return None, self._without_pose(t, "the body is not clearly visible")
        level = self._levelled(camera)
        self._builder.add_pose(pose, self._camera.pitch_deg)
        frame = FrameFeatures(camera, level, *self._classifier.query_one(level.embedding))
        claims = [
            Claim(one.exercise, swing, self._current.side_of(one), one.built_in)
            for one in self._counters
            if (swing := one.step(frame)) is not None
        ]
        if self.whole is not None:
            self.whole.note(claims)
        smooth = self._scores.step(frame.shares, t)
        scores = dict(zip(self._classifier.classes_, smooth.tolist(), strict=True))
        if self._hold is not None:
            return Classification(scores, frame.distance), self._held(self._hold, level.pose, t)
        whole = () if self.whole is None else self.whole.step(level.pose, t, level.embedding)
        refused = claims if self._gate is None else [one for one in claims if not holds(one)]
        decided = self._decided(claims, t)  # before the model's reps, as a partial rep does not count
        found = self._by_trajectory(whole)
        events = (*self._rejected(refused), *decided, *found)
        counter_now = self._current.update(events, self._builder.running.last, t)
        events = self._with_unknown(events, pose, camera.angles_deg, t)
        result = self._result(counter_now, events, self._current.problem(), t)
        return Classification(scores, frame.distance), self._with_reason(result, pose, t)

    def _with_reason(self, result: PersonResult, pose: Pose, t: float) -> PersonResult:
        """The result with the reason why a repeated movement is not counted, if there is one."""
        if self.whole is None:
            return result
        counter = self.whole.counter
        like = counter.doubtful(t)
        reason = self._uncounted.reason(pose, counter.swings, t, result.events, result.pending, like)
        if result.message or reason is None:
            return result
        return replace(result, message=reason, uncounted=reason)

    def _rejected(self, claims: Sequence[Claim]) -> Iterator[RepRejected]:
        """Events for the candidates that are neither reps nor partial reps."""
        for one in claims:
            swing = one.swing
            if not may_count(one):
                times = swing.t_start, swing.t_turn, swing.t_end
                yield RepRejected(one.exercise.name, swing.reason, *times, self._builder.hint(one))

    def _levelled(self, camera: PoseFeatures) -> PoseFeatures:
        """The pose as a level camera sees it."""
        pose = camera.pose
        self._camera.add(pose.t, standing_lean_deg(pose.world, pose.visibility, camera.angles_deg))
        world = self._camera.level(pose.world)
        return camera if world is pose.world else PoseFeatures.of(replace(pose, world=world))

    def _by_trajectory(self, reps: Iterable[SwingName]) -> tuple[Event, ...]:
        """Events for the reps that the trajectory model decided and that are not counted yet."""
        corrections = () if self.whole is None else self.whole.counter.corrections
        events: list[Event] = [*filter(None, map(self._builder.corrected, corrections))]
        for rep in reps:
            exercise = EXERCISES[rep.exercise]
            if self.options.exercise != AUTO and not self._builder.visible(exercise, rep.t_start, rep.t_end):
                continue
            side: Side | None = rep.side if exercise.sides != "both" and rep.side != "both" else None
            event = self._builder.described(exercise, (rep.t_start, rep.t_turn, rep.t_end), rep.share, side)
            if event is not None:
                events.append(event)
        return tuple(events)

    def _without_pose(self, t: float, message: str) -> PersonResult:
        """The result of a frame in which nothing can be measured."""
        if self._hold is not None:
            return self._held(self._hold, None, t)
        whole = () if self.whole is None else self.whole.step(None, t)
        events = (*self._decided((), t), *self._by_trajectory(whole))
        return self._result(None, self._with_unknown(events, None, None, t), message, t)

    def _decided(self, claims: Sequence[Claim], t: float) -> tuple[Event, ...]:
        """Events of the candidates, new or waiting, that are decided in the frame at `t` seconds."""
        built_in = [one.counter for one in self._counters if one.built_in]
        waiting: tuple[RepCandidate, ...] = ()
        dropped: Sequence[Claim] = ()
        gate = self._gate
        if gate is not None:
            passed, dropped = gate.step(claims, t)
            claims = [*passed, *(one for one in dropped if not may_count(one))]
            waiting = gate.waiting
        ready = self._arbitration.step(
            claims, t, lambda: (*waiting, *filter(None, (one.in_progress for one in built_in)))
        )
        if gate is not None and any(_is_rep(one) for one in ready):
            ready = [one for one in ready if not may_count(one)]  # the model counts this movement
        refused = (*_refused_by_trajectory(dropped), *self._rejected(dropped))
        return (*refused, *self._builder.step(ready, t))

    def _with_unknown(
        self, events: tuple[Event, ...], pose: Pose | None, angles_deg: Sequence[float] | None, t: float
    ) -> tuple[Event, ...]:
        """The events with those of unknown exercises."""
        if self._unknown is None:
            return events
        waiting = bool(self._arbitration.groups)
        counted = any(isinstance(event, RepCounted) for event in events)
        return (*events, *self._unknown.step(pose, angles_deg, t, waiting=waiting, counted=counted))

    @property
    def _gate(self) -> TrajectoryGate | None:
        return None if self.whole is None else self.whole.gate

    def _held(self, hold: HoldTimer, pose: Pose | None, t: float) -> PersonResult:
        """The result for an exercise that is held."""
        events, message = hold.step(pose, t)
        if hold.running:
            self._current.recognised(self.options.exercise, t)
        return self._result(None, events, message, t)

    def _result(
        self, counter: ExerciseCounter | None, events: tuple[Event, ...], message: str | None, t: float
    ) -> PersonResult:
        return PersonResult(
            exercise=self._current.name if counter is None else counter.exercise.name,
            phase=None if counter is None else counter.counter.phase,
            first=None if counter is None or counter.exercise.spec is None else counter.exercise.spec.first,
            message=message,
            cue=self._builder.cues.shown(t),
            pending=self._pending(),
            events=events,
        )

    def _pending(self) -> tuple[RepCounted, ...]:
        """The reps that would be counted if no further frame came."""
        groups, named = self._arbitration.groups, self._pending_by_trajectory()
        if self._gate is not None:
            groups = tuple(group for group in groups if not any(map(_is_rep, group)))
        if groups or named:
            return self._builder.pending_of(groups, named)
        return () if self._unknown is None else self._unknown.pending

    def _pending_by_trajectory(self) -> list[tuple[str, float, float, float, float]]:
        """The reps that the trajectory model would find if no further frame came."""
        if self.whole is None:
            return []
        auto = self.options.exercise == AUTO
        held = () if self._gate is None else self._gate.partials
        return [
            (rep.exercise, rep.t_start, rep.t_turn, rep.t_end, rep.share)
            for rep in self.whole.pending
            if not any(turns_within(one, rep.exercise, rep.t_turn) for one in held)
            if not self._builder.was_partial(rep.exercise, rep.t_turn)
            if auto or self._builder.visible(EXERCISES[rep.exercise], rep.t_start, rep.t_end)
        ]


def _refused_by_trajectory(claims: Sequence[Claim]) -> tuple[RepRejected, ...]:
    """Events for the candidates whose trajectory is not that of their exercise."""
    return tuple(
        RepRejected(one.exercise.name, "trajectory", one.swing.t_start, one.swing.t_turn, one.swing.t_end)
        for one in claims
        if may_count(one)
    )


def _is_rep(claim: Claim) -> bool:
    """Whether a candidate is a rep of a built-in exercise, by its counter."""
    return claim.priority and claim.swing.accepted
