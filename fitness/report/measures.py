"""Session -> what a report shows: joint angles, tempo, depth, speed and balance of every rep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from fitness.recognition.exercises import EXERCISES
from fitness.session import LandmarkLog, Session, SetRecord
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray, Rep

JOINTS: Final = {
    "knee": ("HIP", "KNEE", "ANKLE"),
    "hip": ("SHOULDER", "HIP", "KNEE"),
    "elbow": ("SHOULDER", "ELBOW", "WRIST"),
    "shoulder": ("HIP", "SHOULDER", "ELBOW"),
}
"""Joint -> landmarks (without side) of the angle: its middle one is where the angle is taken."""

_RISE: Final = (0.1, 0.9)
"""Part of the way up over which speed is taken: the turns, where speed is about zero, say nothing of effort."""

_MIN_RISE_DEG: Final = 10.0
"""A rise below this is within the noise of the angle; no speed is given for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """One joint's angle over a session.   left, right: (T,) degrees, 0..180, 180 = straight; NaN where unseen."""

    name: str
    left: DoubleArray
    right: DoubleArray

    @property
    def mean(self) -> DoubleArray:
        """(T,) mean of both sides, the one that is seen where the other is not."""
        both = np.stack([self.left, self.right])
        seen = np.isfinite(both)
        total = np.where(seen, both, 0.0).sum(axis=0)
        count = seen.sum(axis=0)
        return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))


@dataclass(frozen=True, slots=True)
class MeasuredRep:
    """One rep in numbers; None where it was not measured (no landmarks, joint not seen).

    down_s, up_s: seconds to the turning point, and from it to the count.
    bottom_deg: least angle of the exercise's joint, both sides averaged.   range_deg: greatest less least.
    left_deg, right_deg: the range of each side.
    speed_deg_s: mean angular speed of the way up, between a tenth and nine tenths of it.
    loss: 0..1, how much slower than the fastest rep of the set so far.
    """

    rep: Rep
    down_s: float
    up_s: float
    bottom_deg: float | None = None
    range_deg: float | None = None
    left_deg: float | None = None
    right_deg: float | None = None
    speed_deg_s: float | None = None
    loss: float | None = None

    @property
    def balance(self) -> float | None:
        """-1..1: the right side's range less the left's, over the greater; positive where the right moves more."""
        if self.left_deg is None or self.right_deg is None:
            return None
        greater = max(self.left_deg, self.right_deg)
        return (self.right_deg - self.left_deg) / greater if greater > 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A session, measured.

    name: for people.   when: wall-clock time of its first frame, with offset, or None.
    t, phase: (T,) seconds, and 0 top .. 1 bottom with NaN where unknown.   joints: name -> angles; empty without
    landmarks.   measurable: 0..1, share of its time in which somebody could be measured.
    """

    name: str
    when: datetime | None
    duration_s: float
    measurable: float
    totals: dict[str, int]
    sets: tuple[SetRecord, ...]
    reps: tuple[MeasuredRep, ...]
    t: DoubleArray
    phase: DoubleArray
    joints: dict[str, Joint]
    warnings: tuple[str, ...] = ()

    def reps_of(self, one: SetRecord) -> tuple[MeasuredRep, ...]:
        """The reps of a set, in their order."""
        return tuple(r for r in self.reps if (r.rep.set, r.rep.exercise) == (one.set, one.exercise))

    def joint_of(self, exercise: str) -> Joint | None:
        """The joint that swings in an exercise: the known one, else the one that moves most in its reps."""
        if not self.joints:
            return None
        known = EXERCISES.get(exercise)
        if known is not None and known.joint in self.joints:
            return self.joints[known.joint]
        windows = [_window(self.t, r.rep) for r in self.reps if r.rep.exercise == exercise]
        moved = {
            name: sum(_range(joint.mean[window]) or 0.0 for window in windows)
            for name, joint in self.joints.items()
        }
        return self.joints[max(moved, key=lambda name: moved[name])]


def measure(session: Session, *, name: str = "", when: datetime | None = None) -> Measured:
    """Everything a report shows of a session; `name` stands for the source's own name."""
    duration = float(session.frames.t[-1] - session.frames.t[0]) if len(session.frames) else 0.0
    duration = max(duration, session.source.duration_s if not len(session.frames) else duration)
    bare = Measured(
        name=name or session.source.name,
        when=when,
        duration_s=duration,
        measurable=1 - min(1.0, session.unmeasurable_s / duration) if duration > 0 else 0.0,
        totals=dict(session.totals),
        sets=session.sets,
        reps=tuple(_timed(rep) for rep in session.reps),
        t=session.frames.t,
        phase=session.frames.phase,
        joints={} if session.landmarks is None else joint_angles(session.landmarks),
        warnings=session.warnings,
    )
    measured = [_with_angles(one, bare) for one in bare.reps]
    return replace(bare, reps=_with_loss(measured))


def joint_angles(log: LandmarkLog) -> dict[str, Joint]:
    """The angles of `JOINTS` in every frame of a log, from its world landmarks."""
    return {
        name: Joint(name, _angle(log, "LEFT", corners), _angle(log, "RIGHT", corners))
        for name, corners in JOINTS.items()
    }


def _angle(log: LandmarkLog, side: str, corners: tuple[str, str, str]) -> DoubleArray:
    """(T,) degrees at the middle corner; NaN in frames without a person."""
    a, b, c = (log.world[:, Landmark[f"{side}_{corner}"]] for corner in corners)
    one: FloatArray = a - b
    other: FloatArray = c - b
    dot = np.einsum("ij,ij->i", one, other, dtype=np.float64)
    cross = np.linalg.norm(np.cross(one, other), axis=1)
    angle = np.degrees(np.arctan2(cross, dot))
    return np.asarray(np.where(log.found, angle, np.nan), np.float64)


def _timed(rep: Rep) -> MeasuredRep:
    return MeasuredRep(rep, max(0.0, rep.t_peak - rep.t_start), max(0.0, rep.t_end - rep.t_peak))


def _window(t: DoubleArray, rep: Rep) -> slice:
    return slice(int(np.searchsorted(t, rep.t_start)), int(np.searchsorted(t, rep.t_end, side="right")))


def _range(angles: DoubleArray) -> float | None:
    seen = angles[np.isfinite(angles)]
    return float(seen.max() - seen.min()) if len(seen) > 1 else None


def _with_angles(one: MeasuredRep, session: Measured) -> MeasuredRep:
    joint = session.joint_of(one.rep.exercise)
    if joint is None or len(joint.left) != len(session.t):
        return one
    window = _window(session.t, one.rep)
    left, right = joint.left[window], joint.right[window]
    mean = Joint(joint.name, left, right).mean
    span = _range(mean)
    if span is None:
        return one
    return replace(
        one,
        bottom_deg=float(np.nanmin(mean)),
        range_deg=span,
        left_deg=_range(left),
        right_deg=_range(right),
        speed_deg_s=_speed(session.t[window], mean),
    )


def _speed(t: DoubleArray, angle: DoubleArray) -> float | None:
    """Mean angular speed of the way up, degrees a second; None where it is too short to be measured."""
    seen = np.isfinite(angle)
    t, angle = t[seen], angle[seen]
    bottom = int(np.argmin(angle))
    t, rise = t[bottom:], np.maximum.accumulate(angle[bottom:])
    whole = float(rise[-1] - rise[0])
    if whole < _MIN_RISE_DEG:
        return None
    low, high = (rise[0] + share * whole for share in _RISE)
    t_low, t_high = (float(np.interp(level, rise, t)) for level in (low, high))
    return float((high - low) / (t_high - t_low)) if t_high > t_low else None


def _with_loss(reps: Sequence[MeasuredRep]) -> tuple[MeasuredRep, ...]:
    """Velocity loss against the fastest rep of the set so far, as it is used to end a set."""
    fastest: dict[tuple[int, str], float] = {}
    result = []
    for one in reps:
        key = (one.rep.set, one.rep.exercise)
        if one.speed_deg_s is not None:
            fastest[key] = max(fastest.get(key, 0.0), one.speed_deg_s)
            one = replace(one, loss=1 - one.speed_deg_s / fastest[key])
        result.append(one)
    return tuple(result)
