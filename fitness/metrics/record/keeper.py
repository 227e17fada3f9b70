"""A stream of poses and reps -> each rep with its record, and again once its way back was seen whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from fitness.metrics.camera_pitch import levelled, pitches_deg
from fitness.metrics.form import Cue, judge
from fitness.metrics.record.measuring import LEAD_S, measure
from fitness.metrics.record.motion import ANGLES, JOINTS, SIDES, Motion, MotionSpec
from fitness.metrics.record.refining import refined
from fitness.types import DoubleArray, FloatArray, Pose, Rep, RepRecord, Side

_MEMORY_S: Final = 40.0
"""How long poses are kept: the longest rep that the counter knows, and what is looked at before and after it."""

_SETTLE_S: Final = 3.0
"""A way back that has not ended so long after the count is taken as it is."""

_EVERY_S: Final = 0.2
"""How often an open rep is looked at again."""

_OWN_REPS: Final = 10
"""Reps of which the greatest range is the person's own."""


class _Book:
    """What the reps before were like: the person's own range, and the fastest of each set."""

    def __init__(self) -> None:
        self._ranges: dict[str, deque[float]] = {}
        self._fastest: dict[tuple[str, int], float] = {}
        self._back: dict[tuple[str, int], float] = {}

    def compared(self, rep: Rep, record: RepRecord, leave_s: float | None) -> RepRecord:
        """With the numbers that need the reps before; `leave_s`: when this one left the start, or None."""
        back_s = self._back.get((rep.exercise, rep.set))
        if leave_s is not None and back_s is not None:
            record = replace(record, pause_start_s=max(0.0, leave_s - back_s))
        depth = loss = None
        if record.range_deg is not None:
            own = max([*self._ranges.get(rep.exercise, ()), record.range_deg])
            depth = record.range_deg / own if own > 0 else None
        speed = record.mean_speed_deg_s
        if speed is not None:
            fastest = max(self._fastest.get((rep.exercise, rep.set), 0.0), speed)
            loss = 1 - speed / fastest if fastest > 0 else None
        return replace(record, depth=depth, speed_loss=loss)

    def learn(self, rep: Rep, back_s: float | None) -> None:
        """This rep, which was back at the start at `back_s`, is one of those before now."""
        if back_s is not None:
            self._back[(rep.exercise, rep.set)] = back_s
        else:
            self._back.pop((rep.exercise, rep.set), None)
        if rep.record.range_deg is not None:
            self._ranges.setdefault(rep.exercise, deque(maxlen=_OWN_REPS)).append(rep.record.range_deg)
        if rep.record.mean_speed_deg_s is not None and not rep.partial:
            key = (rep.exercise, rep.set)
            self._fastest[key] = max(self._fastest.get(key, 0.0), rep.record.mean_speed_deg_s)


def with_record(
    rep: Rep, motion: Motion, spec: MotionSpec | None, cues: Sequence[Cue], book: _Book
) -> tuple[Rep, float | None]:
    """The rep with its record, and when it was back at the start: None where something of it is still to come.

    Args:
        motion: poses from `LEAD_S` before it to after it.   spec: None for an exercise that nobody described.
    """
    if len(motion) < 2:
        return rep, None
    spec = spec or _widest(motion.between(rep.t_start, rep.t_end))
    found = measure(motion, rep.t_start, rep.t_peak, rep.t_end, spec, side=rep.side)
    found = replace(found, record=book.compared(rep, found.record, found.leave_s))
    verdicts = judge(cues, motion, found, (rep.t_start, rep.t_peak, rep.t_end), spec)
    wrong = tuple(verdict.cue.id for verdict in verdicts if verdict.wrong)
    changed = replace(rep, record=found.record, cues=wrong, side=rep.side or found.side)
    return changed, found.back_s


def recorded_again(
    reps: Sequence[Rep],
    poses: tuple[DoubleArray, FloatArray, FloatArray, FloatArray],
    described: Callable[[str], tuple[MotionSpec | None, Sequence[Cue]]],
) -> tuple[Rep, ...]:
    """Reps of a session that was counted before there were records, with theirs.

    Args:
        poses: (T,) seconds, (T, 33, 3) metres and pixels, and (T, 33) visibilities of the frames with a person.
        described: exercise -> what is measured of it, and its cues.
    """
    book, found = _Book(), []
    t, world, image, visibility = poses
    pitches = pitches_deg(t, world, visibility)
    for rep in reps:
        first, last = np.searchsorted(t, [rep.t_start - LEAD_S, rep.t_end + _SETTLE_S]).tolist()
        points = levelled(refined(world[first:last], image[first:last]), pitches[first:last])
        motion = Motion.of(t[first:last], points, visibility[first:last])
        complete, back_s = with_record(rep, motion, *described(rep.exercise), book)
        book.learn(complete, back_s)
        found.append(complete)
    return tuple(found)


class RecordKeeper:
    """Remembers the poses of the last seconds, and the reps of the person.

    A rep is counted while the joint is still on its way back. So its record is given twice: with the count, with what
    is known by then, and once more when the joint is back at the start or the next rep was counted.
    """

    def __init__(self) -> None:
        self._poses: deque[Pose] = deque()
        self._pitches: deque[float] = deque()
        self._open: list[tuple[Rep, MotionSpec | None, Sequence[Cue]]] = []
        self._look_t = -np.inf
        self._book = _Book()

    def see(self, pose: Pose, pitch_deg: float = 0.0) -> None:
        """Take in the next pose; pitch_deg: how far the camera looks down."""
        if (self._poses and pose.t <= self._poses[-1].t) or not np.isfinite(pose.world).all():
            return
        self._poses.append(pose)
        self._pitches.append(pitch_deg)
        while self._poses[0].t < pose.t - _MEMORY_S:
            self._poses.popleft()
            self._pitches.popleft()

    def recorded(self, rep: Rep, spec: MotionSpec | None, cues: Sequence[Cue]) -> Rep:
        """The rep with its record as far as it is known; it stays open until `settled` gives the rest."""
        self._open.append((rep, spec, cues))
        self._look_t = rep.t_end + _EVERY_S
        return self._measured(rep, spec, cues)[0]

    def amend_side(self, rep: Rep, side: Side) -> None:
        """It was found out later which side did an open rep; `settled` will say so."""
        self._open = [
            (replace(one, side=side) if one.same(rep) else one, spec, cues) for one, spec, cues in self._open
        ]

    def foreseen(self, rep: Rep) -> Rep:
        """A rep that is not sure yet with its record, as far as it is known; it is not remembered."""
        return self._measured(rep, None, ())[0]

    def settled(self, t: float) -> Rep | None:
        """At `t` seconds: an open rep whose record is complete now, or None."""
        if not self._open or (t < self._look_t and len(self._open) == 1):
            return None
        self._look_t = t + _EVERY_S
        rep, spec, cues = self._open[0]
        complete, back_s = self._measured(rep, spec, cues)
        if not (back_s is not None or len(self._open) > 1 or t - rep.t_end > _SETTLE_S):
            return None
        del self._open[0]
        self._book.learn(complete, back_s)
        return complete

    def _measured(self, rep: Rep, spec: MotionSpec | None, cues: Sequence[Cue]) -> tuple[Rep, float | None]:
        motion = self.between(rep.t_start - LEAD_S, np.inf)
        return with_record(rep, motion, spec, cues, self._book)

    def between(self, first_s: float, last_s: float) -> Motion:
        """The remembered poses from one time to another, both included."""
        chosen = [
            (pose, pitch)
            for pose, pitch in zip(self._poses, self._pitches, strict=True)
            if first_s <= pose.t <= last_s
        ]
        poses = [pose for pose, _ in chosen]
        world, image = (
            np.array([getattr(pose, name) for pose in poses]).reshape(-1, 33, 3)
            for name in ("world", "image")
        )
        return Motion.of(
            np.array([pose.t for pose in poses], np.float64),
            levelled(refined(world, image), np.array([pitch for _, pitch in chosen], np.float64)),
            np.array([pose.visibility for pose in poses], np.float32).reshape(-1, 33),
        )


def _widest(span: Motion) -> MotionSpec:
    """For an exercise that nobody described: the joint that moves most."""
    if not len(span):
        return MotionSpec("knee")
    moved = dict(zip(ANGLES, np.ptp(span.angles, axis=0).tolist(), strict=True))
    return MotionSpec(max(JOINTS, key=lambda joint: sum(moved[f"{side}_{joint}"] for side in SIDES)))
