"""Computes what a report shows of a session: joint angles, tempo, depth, speed and balance of each rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np

from fitness.metrics.body import angles
from fitness.metrics.form import Cue
from fitness.metrics.record import ANGLES, JOINTS, SIDES, MotionSpec
from fitness.metrics.record.keeper import recorded_again
from fitness.metrics.record.refining import refined
from fitness.recognition.exercises import EXERCISES, is_held
from fitness.session import LandmarkLog, Session
from fitness.session.store import SetRow, Workout
from fitness.types import DoubleArray, Rep, RepRecord


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """One joint's angle over a session.   left, right: (T,) degrees, 0..180, 180 = straight; NaN where not visible."""

    name: str
    left: DoubleArray
    right: DoubleArray

    @property
    def mean(self) -> DoubleArray:
        """(T,) mean of both sides; if only one side is visible, its angle."""
        both = np.stack([self.left, self.right])
        seen = np.isfinite(both)
        total = np.where(seen, both, 0.0).sum(axis=0)
        count = seen.sum(axis=0)
        return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


@dataclass(frozen=True, slots=True)
class MeasuredRep:
    """One rep of a report; a value is None if it was not measured (no landmarks, joint not visible).

    joint: the joint whose angle is shown, or "" if none was measured.
    """

    rep: Rep
    joint: str = ""

    @property
    def down_s(self) -> float:
        """Seconds of lowering; if that was not measured, seconds from the start to the turning point."""
        return self.rep.lowering_s

    @property
    def up_s(self) -> float:
        """Seconds of lifting; if that was not measured, seconds from the turning point to the count."""
        return self.rep.lifting_s

    @property
    def pause_s(self) -> float | None:
        """Seconds of standing still at the turning point."""
        return self.rep.record.pause_turn_s

    @property
    def bottom_deg(self) -> float | None:
        """Angle of the exercise's joint at the turning point, mean of both sides, degrees."""
        return self.rep.record.depth_deg

    @property
    def range_deg(self) -> float | None:
        """Range of that angle, degrees."""
        return self.rep.record.range_deg

    @property
    def speed_deg_s(self) -> float | None:
        """Mean angular speed of the joint while lifting, degrees per second."""
        return self.rep.record.mean_speed_deg_s

    @property
    def loss(self) -> float | None:
        """0..1, how much slower than the fastest rep of the set so far."""
        return self.rep.record.speed_loss

    @property
    def balance(self) -> float | None:
        """-1..1: difference of the right and the left range, divided by the greater; positive if the right moves more."""
        if not self.joint or self.rep.side in ("left", "right"):
            return None
        left, right = (getattr(self.rep.record, f"{side}_{self.joint}_deg") for side in ("left", "right"))
        if left is None or right is None:
            return None
        greater = max(left, right)
        return float((right - left) / greater) if greater > 0 else None


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """One set of a report.

    set: 1-based number.   reps: with the user's corrections; seconds of an exercise that is held.
    counted: reps as they were counted.   start_s, end_s: seconds, first rep's start and last rep's count.
    said: weight, RPE, kind and note of the user as text, or "".
    """

    exercise: str
    set: int
    reps: int
    counted: int
    start_s: float
    end_s: float
    said: str = ""


_BEFORE_RECORDS: Final = "0.1.0"
"""The last version of this program whose sessions may lack records of reps."""

BESIDE_S: Final = 0.5
"""How long joint angles are shown before and after a set, seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A session, measured.

    title: the user's name for it, or "".   source: name of the recording or camera.
    when: wall-clock time of its first frame, with offset, or None.
    t: (T,) seconds.   phase: (T,) 0 at the start .. 1 at the turning point, NaN where unknown.
    joints: name -> angles; empty without landmarks.   measurable: 0..1, share of the time with a measurable person.
    reps: without the seconds of exercises that are held, which are only in sets and totals.
    partials: reps that did not go far enough.   sides: as in Session.
    """

    title: str
    source: str
    when: datetime | None
    duration_s: float
    measurable: float
    totals: dict[str, int]
    sets: tuple[MeasuredSet, ...]
    reps: tuple[MeasuredRep, ...]
    t: DoubleArray
    phase: DoubleArray
    joints: dict[str, Joint]
    warnings: tuple[str, ...] = ()
    partials: tuple[Rep, ...] = ()
    sides: dict[str, dict[str, int]] = field(default_factory=dict)

    def reps_of(self, one: MeasuredSet) -> tuple[MeasuredRep, ...]:
        """The reps of a set, in their order."""
        return tuple(r for r in self.reps if (r.rep.set, r.rep.exercise) == (one.set, one.exercise))

    def joint_of(self, exercise: str) -> Joint | None:
        """The joint that moves in an exercise: from its description, else the joint that moves most in its reps."""
        if not self.joints:
            return None
        known = EXERCISES.get(exercise)
        if known is not None and known.spec is not None:
            return self.joints[known.spec.joint]
        windows = [_window(self.t, r.rep) for r in self.reps if r.rep.exercise == exercise]
        moved = {
            name: sum(_range(joint.mean[window]) or 0.0 for window in windows)
            for name, joint in self.joints.items()
        }
        return self.joints[max(moved, key=lambda name: moved[name])]


def measure(session: Session, *, title: str = "", when: datetime | None = None) -> Measured:
    """Measure a session.

    Args:
        title: the user's name for it, or "".   when: wall-clock time of its first frame, with its offset.
    """
    duration = session.length_s if len(session.frames) else session.source.duration_s
    bare = Measured(
        title=title,
        source=session.source.name,
        when=when,
        duration_s=duration,
        measurable=1 - min(1.0, session.unmeasurable_s / duration) if duration > 0 else 0.0,
        totals=dict(session.totals),
        sets=tuple(
            MeasuredSet(one.exercise, one.set, one.reps, one.reps, one.start_s, one.end_s)
            for one in session.sets
        ),
        reps=tuple(MeasuredRep(rep) for rep in _with_records(session) if not is_held(rep.exercise)),
        t=session.frames.t,
        phase=session.frames.phase,
        joints=_joints(session),
        warnings=session.warnings,
        partials=session.partials,
        sides=session.sides,
    )
    names = {name: bare.joint_of(name) for name in {one.rep.exercise for one in bare.reps}}
    joints = {name: "" if joint is None else joint.name for name, joint in names.items()}
    joints |= {name: one.spec.joint for name, one in EXERCISES.items() if one.spec is not None}
    return replace(bare, reps=tuple(replace(one, joint=joints[one.rep.exercise]) for one in bare.reps))


def measure_stored(workout: Workout, session: Session) -> Measured:
    """Measure a stored session, with the user's corrections and notes of each set.

    Args:
        workout: row and sets of the session.   session: its frames and landmarks.
    """
    measured = measure(session, title=workout.row.title, when=workout.row.started_at)
    sets = tuple(
        MeasuredSet(one.exercise, one.set, one.reps, one.counted, one.start_s, one.end_s, _notes_text(one))
        for one in workout.sets
    )
    totals: dict[str, int] = {}
    for one in sets:
        totals[one.exercise] = totals.get(one.exercise, 0) + one.reps
    return replace(measured, sets=sets, totals=totals)


def _notes_text(one: SetRow) -> str:
    words = [
        "" if one.weight_kg is None else f"{one.weight_kg:g} kg",
        "" if one.rpe is None else f"RPE {one.rpe:g}",
        _KINDS[one.kind],
        one.note,
    ]
    return ", ".join(filter(None, words))


_KINDS: Final = {"normal": "", "warmup": "warm-up", "dropset": "drop set", "failure": "to failure"}


def joint_angles(log: LandmarkLog, spans: Sequence[tuple[float, float]]) -> dict[str, Joint]:
    """The angles of the main joints in every frame of a log; NaN without a person, and outside the spans, seconds."""
    found = np.full((len(log), len(ANGLES)), np.nan)
    for first_s, last_s in spans:
        rows = slice(*np.searchsorted(log.t, [first_s, last_s]).tolist())
        found[rows] = angles(refined(log.world[rows], log.image[rows]))[:, : len(ANGLES)]
    found[~log.found] = np.nan
    return {
        joint: Joint(joint, *(found[:, ANGLES.index(f"{side}_{joint}")] for side in SIDES))
        for joint in JOINTS
    }


def _joints(session: Session) -> dict[str, Joint]:
    """The joint angles in the sets, of the counted person, also before that person's first rep."""
    log = session.landmarks
    if log is None:
        return {}
    spans = [(one.start_s - BESIDE_S, one.end_s + BESIDE_S) for one in session.sets]
    return joint_angles(log.counted_alone(session.reps[0].t_end) if session.reps else log, spans)


def _with_records(session: Session) -> tuple[Rep, ...]:
    """The reps of a session. Those of old sessions without records are measured now, if there is a landmark log.

    A newer session without records ended before a rep could be measured; its reps stay without, as the screen showed them.
    """
    log = session.landmarks
    if (
        session.settings.get("program", _BEFORE_RECORDS) != _BEFORE_RECORDS
        or log is None
        or any(rep.record != RepRecord() for rep in session.reps)
        or len(log) != len(session.frames)
    ):
        return session.reps
    poses = (log.t[log.found], log.world[log.found], log.image[log.found], log.visibility[log.found])
    return recorded_again(session.reps, poses, _described)


def _described(exercise: str) -> tuple[MotionSpec | None, tuple[Cue, ...]]:
    known = EXERCISES.get(exercise)
    return (None, ()) if known is None else (known.spec, known.cues)


def _window(t: DoubleArray, rep: Rep) -> slice:
    return slice(int(np.searchsorted(t, rep.t_start)), int(np.searchsorted(t, rep.t_end, side="right")))


def _range(angles: DoubleArray) -> float | None:
    seen = angles[np.isfinite(angles)]
    return float(seen.max() - seen.min()) if len(seen) > 1 else None
