"""Adds the record of measures to each rep: first when it is counted, and again when its way back is complete."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

import numpy as np

from fitness.metrics.camera_pitch import levelled, pitches_deg
from fitness.metrics.form import Cue, Verdict, judge
from fitness.metrics.record.measuring import LEAD_S, measure
from fitness.metrics.record.motion import ANGLES, JOINTS, SIDES, Motion, MotionSpec
from fitness.metrics.record.refining import refined
from fitness.types import DoubleArray, FloatArray, Pose, Rep, RepRecord, Side

_MEMORY_S: Final = 40.0
"""Time for which poses are kept: the longest rep of the counter, and the time before and after it."""

_SETTLE_S: Final = 3.0
"""Seconds after the count at which a way back that has not ended is taken as it is."""

_EVERY_S: Final = 0.2
"""Seconds between measurements of a rep whose record is not complete."""

_OWN_REPS: Final = 10
"""Number of recent reps whose maximum range is the person's own range."""


_TEMPO: Final = "record.eccentric_s"
_TEMPO_REPS: Final = 2
"""A cue about the tempo uses the median of a rep and this many before it. The time of one rep is only as exact as the frame
rate: of six even reps that take 0.4 to 0.57 s, one would get the cue "slower"."""


class History:
    """Remembers the person's own range of motion, and the fastest rep and the last tempos of each set."""

    def __init__(self) -> None:
        self._ranges: dict[str, deque[float]] = {}
        self._fastest: dict[tuple[str, int], float] = {}
        self._back: dict[tuple[str, int], float] = {}
        self._tempos: dict[tuple[str, int], deque[float]] = {}

    def is_wrong(self, verdict: Verdict, rep: Rep, group: int) -> bool:
        """Whether a cue is given for a rep; one about the tempo, by the median of this rep and the last ones of its set."""
        cue, earlier = verdict.cue, self._tempos.get((rep.exercise, group), ())
        if not verdict.wrong or cue.measure != _TEMPO or verdict.value is None:
            return verdict.wrong
        usual = float(median([*earlier, verdict.value]))
        return usual < cue.threshold if cue.op == "<" else usual > cue.threshold

    def compared(self, rep: Rep, group: int, record: RepRecord, leave_s: float | None) -> RepRecord:
        """Add the measures that need earlier reps to the record.

        Args:
            group: number of the rep's set.   leave_s: when the rep left the start position, or None.
        """
        back_s = self._back.get((rep.exercise, group))
        if leave_s is not None and back_s is not None:
            record = replace(record, pause_start_s=max(0.0, leave_s - back_s))
        depth = loss = None
        if record.range_deg is not None:
            own = max([*self._ranges.get(rep.exercise, ()), record.range_deg])
            depth = record.range_deg / own if own > 0 else None
        speed = record.mean_speed_deg_s
        if speed is not None:
            fastest = max(self._fastest.get((rep.exercise, group), 0.0), speed)
            loss = 1 - speed / fastest if fastest > 0 else None
        return replace(record, depth=depth, speed_loss=loss)

    def learn(self, rep: Rep, group: int, back_s: float | None) -> None:
        """Learn from a complete rep of set `group` that returned to the start position at `back_s` seconds."""
        key = (rep.exercise, group)
        if back_s is not None:
            self._back[key] = back_s
        else:
            self._back.pop(key, None)
        if rep.record.eccentric_s is not None:
            self._tempos.setdefault(key, deque(maxlen=_TEMPO_REPS)).append(rep.record.eccentric_s)
        if rep.record.range_deg is not None:
            self._ranges.setdefault(rep.exercise, deque(maxlen=_OWN_REPS)).append(rep.record.range_deg)
        if rep.record.mean_speed_deg_s is not None and not rep.partial:
            self._fastest[key] = max(self._fastest.get(key, 0.0), rep.record.mean_speed_deg_s)


@dataclass(frozen=True, slots=True)
class _Open:
    """A rep whose record is not complete yet.

    group: number of its set.   spec: what is measured; None for an exercise without a description.
    """

    rep: Rep
    group: int
    spec: MotionSpec | None = None
    cues: Sequence[Cue] = ()


def with_record(found: _Open, motion: Motion, history: History) -> tuple[Rep, float | None]:
    """The rep with its record, and the time when it returned to the start position, or None if it has not yet.

    Args:
        motion: poses from `LEAD_S` before the rep to some time after it.
    """
    rep, spec = found.rep, found.spec
    if len(motion) < 2:
        return rep, None
    spec = spec or _widest(motion.between(rep.t_start, rep.t_end))
    measured = measure(motion, rep.t_start, rep.t_peak, rep.t_end, spec, side=rep.side)
    record = history.compared(rep, found.group, measured.record, measured.leave_s)
    measured = replace(measured, record=record)
    verdicts = judge(found.cues, motion, measured, (rep.t_start, rep.t_peak, rep.t_end), spec)
    wrong = tuple(one.cue.id for one in verdicts if history.is_wrong(one, rep, found.group))
    changed = replace(rep, record=record, cues=wrong, side=rep.side or measured.side)
    return changed, measured.back_s


def recorded_again(
    reps: Sequence[Rep],
    poses: tuple[DoubleArray, FloatArray, FloatArray, FloatArray],
    described: Callable[[str], tuple[MotionSpec | None, Sequence[Cue]]],
) -> tuple[Rep, ...]:
    """Measure the reps of a session from an older version of the program, which did not measure them.

    Args:
        poses: (T,) seconds, (T, 33, 3) metres and pixels, and (T, 33) visibilities of the frames with a person.
        described: exercise -> what is measured, and its form cues.
    """
    history, found = History(), []
    t, world, image, visibility = poses
    pitches = pitches_deg(t, world, visibility)
    for rep in reps:
        first, last = np.searchsorted(t, [rep.t_start - LEAD_S, rep.t_end + _SETTLE_S]).tolist()
        points = levelled(refined(world[first:last], image[first:last]), pitches[first:last])
        motion = Motion.of(t[first:last], points, visibility[first:last])
        spec, cues = described(rep.exercise)
        complete, back_s = with_record(_Open(rep, rep.set, spec, cues), motion, history)
        history.learn(complete, rep.set, back_s)
        found.append(complete)
    return tuple(found)


class RecordKeeper:
    """Measures the reps of one person; it keeps the poses of the last seconds.

    A rep is counted while the joint is still on its way back. So its record is given twice: at the count, with the
    measures known by then, and again when the joint is back at the start position or the next rep is counted.
    """

    def __init__(self) -> None:
        self._poses: deque[Pose] = deque()
        self._pitches: deque[float] = deque()
        self._open: list[_Open] = []
        self._next_t = -np.inf
        self._history = History()

    def add(self, pose: Pose, pitch_deg: float = 0.0) -> None:
        """Add the next pose.   pitch_deg: camera pitch, positive downwards, degrees."""
        if (self._poses and pose.t <= self._poses[-1].t) or not np.isfinite(pose.world).all():
            return
        self._poses.append(pose)
        self._pitches.append(pitch_deg)
        while self._poses[0].t < pose.t - _MEMORY_S:
            self._poses.popleft()
            self._pitches.popleft()

    def recorded(self, rep: Rep, group: int, spec: MotionSpec | None, cues: Sequence[Cue]) -> Rep:
        """The rep with its record as known so far; `settled` gives the complete record later.

        Args:
            group: number of its set for this person.   spec: None for an exercise without a description.
        """
        self._open.append(_Open(rep, group, spec, cues))
        self._next_t = rep.t_end + _EVERY_S
        return self._measured(self._open[-1])[0]

    def amend_side(self, rep_id: int, side: Side) -> None:
        """Correct the side of a rep whose record is not complete yet; `settled` will return the correction."""
        self._open = [
            replace(one, rep=replace(one.rep, side=side)) if one.rep.id == rep_id else one
            for one in self._open
        ]

    def rename(self, rep_id: int, exercise: str) -> None:
        """Rename a rep whose record is not complete yet; it is measured as before."""
        self._open = [
            replace(one, rep=replace(one.rep, exercise=exercise)) if one.rep.id == rep_id else one
            for one in self._open
        ]

    def measure_again(self, rep: Rep, group: int, spec: MotionSpec | None, cues: Sequence[Cue]) -> None:
        """Measure a rep as one of another exercise; `settled` will return it, unless its poses are no longer kept.

        Args:
            rep: with its new name.   group: number of its set.   spec: None for an exercise without a description.
        """
        ids = [one.rep.id for one in self._open]
        if rep.id in ids:
            self._open[ids.index(rep.id)] = _Open(rep, group, spec, cues)
        elif self._poses and self._poses[0].t <= rep.t_start:
            self._open.insert(0, _Open(rep, group, spec, cues))

    def pending(self, rep: Rep, group: int, spec: MotionSpec | None) -> Rep:
        """As `recorded`, for a pending rep without cues; the keeper's state does not change."""
        return self._measured(_Open(rep, group, spec))[0]

    def settled(self, t: float) -> Rep | None:
        """The rep whose record is complete at `t` seconds, or None."""
        if not self._open or (t < self._next_t and len(self._open) == 1):
            return None
        self._next_t = t + _EVERY_S
        first = self._open[0]
        complete, back_s = self._measured(first)
        if not (back_s is not None or len(self._open) > 1 or t - first.rep.t_end > _SETTLE_S):
            return None
        del self._open[0]
        self._history.learn(complete, first.group, back_s)
        return complete

    def _measured(self, found: _Open) -> tuple[Rep, float | None]:
        return with_record(found, self.between(found.rep.t_start - LEAD_S, np.inf), self._history)

    def between(self, first_s: float, last_s: float) -> Motion:
        """The kept poses from `first_s` to `last_s`, both included."""
        chosen: list[tuple[Pose, float]] = []
        for pose, pitch in zip(reversed(self._poses), reversed(self._pitches), strict=True):
            if pose.t < first_s:
                break
            if pose.t <= last_s:
                chosen.append((pose, pitch))
        chosen.reverse()
        poses = [pose for pose, _ in chosen]
        if not poses:
            return Motion.of(np.empty(0), np.empty((0, 33, 3)), np.empty((0, 33), np.float32))
        world, image = np.array([pose.world for pose in poses]), np.array([pose.image for pose in poses])
        return Motion.of(
            np.array([pose.t for pose in poses], np.float64),
            levelled(refined(world, image), np.array([pitch for _, pitch in chosen], np.float64)),
            np.array([pose.visibility for pose in poses]),
        )


def _widest(span: Motion) -> MotionSpec:
    """For an exercise without a description: measure the joint that moves most."""
    if not len(span):
        return MotionSpec("knee")
    moved = dict(zip(ANGLES, np.ptp(span.angles, axis=0).tolist(), strict=True))
    return MotionSpec(max(JOINTS, key=lambda joint: sum(moved[f"{side}_{joint}"] for side in SIDES)))
