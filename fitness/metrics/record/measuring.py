"""Measures the record of one rep from its poses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from fitness.metrics.record.curve import Curve, half_width_s, smooth
from fitness.metrics.record.motion import ANGLES, JOINTS, SIDES, Motion, MotionSpec
from fitness.metrics.record.phases import MIN_RANGE_DEG, Phases, find_phases
from fitness.types import DoubleArray, RepRecord, Side

MAX_GAP_S: Final = 0.4
"""Longest time without a pose inside a rep; with a longer gap its times and extremes are unknown."""

LEAD_S: Final = 2.0
"""Time before `t_start` from which poses are used, because slow reps leave the start slowly."""

ONE_SIDED: Final = 0.35
"""A rep is one-sided if the ranges of both sides differ by more than this fraction of the greater one."""

_MEAN_SPEED: Final = (0.1, 0.9)
"""Part of the way over which the mean speed is taken: near its ends the speed is about zero, whatever the effort."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The measures of one rep.   record: `depth` and `speed_loss` need earlier reps and are None.

    side: the side that did the rep, for one-sided exercises, otherwise None.
    leave_s, arrive_s, depart_s, back_s: times in seconds when the joint leaves the start, reaches the turning point,
    leaves it, and is back at the start; None if unknown.
    """

    record: RepRecord
    side: Side | None = None
    leave_s: float | None = None
    arrive_s: float | None = None
    depart_s: float | None = None
    back_s: float | None = None


def measure(
    motion: Motion, t_start: float, t_peak: float, t_end: float, spec: MotionSpec, *, side: Side | None = None
) -> Measured:
    """The record of the rep from `t_start` (leaving the start) over `t_peak` (the turn) to `t_end` (counted), seconds.

    Args:
        motion: poses from `LEAD_S` before `t_start` to at least `t_end`; those after it complete the way back.
        side: the side that did the rep, if known.

    A joint is not measured if the visibility of one of its landmarks is below 0.5 in most of the rep.
    """
    span = motion.between(t_start, t_end)
    known = RepRecord(time_error_s=span.frame_s or None)
    motion = motion.between(t_start - LEAD_S, motion.t[-1] if len(motion) else t_end)
    motion = _unbroken(motion, t_peak)
    if (
        len(motion) < 4
        or len(span) < 4
        or not motion.t[0] <= t_peak <= motion.t[-1]
        or _gap(span) > MAX_GAP_S
    ):
        return Measured(known)
    sides = span.sides_seen(spec.joint)
    width = half_width_s(span.frame_s, t_end - t_start)
    columns = [motion.angles]
    moved = [side for side in SIDES if span.seen(tuple(f"{side}_{part}" for part in spec.travel))]
    if moved:
        columns.append(np.mean([motion.rise(side, spec.travel) for side in moved], axis=0)[:, None])
    curve = smooth(motion.t, np.concatenate(columns, axis=1), width)
    if not sides:
        first, last = _indices(curve, t_start, t_end)
        side = side or _side(curve, span, spec, first, last)
        return Measured(_with_ranges(known, curve, span, first, last), side)
    return _measured(curve, span, spec, sides, known, (t_start, t_peak, t_end), side)


def _measured(
    curve: Curve,
    span: Motion,
    spec: MotionSpec,
    sides: tuple[str, ...],
    known: RepRecord,
    times: tuple[float, float, float],
    side: Side | None,
) -> Measured:
    """The record of a rep in which the exercise's joint was visible."""
    t_start, t_peak, t_end = times
    first, last = _indices(curve, t_start, t_end)
    side = side or _side(curve, span, spec, first, last)
    used = (side,) if side in sides else sides
    own = [ANGLES.index(f"{one}_{spec.joint}") for one in used]
    weights = [max(span.weight(one, spec.joint), 1e-6) for one in used]
    angle, slope = (np.average(each[:, own], axis=1, weights=weights) for each in (curve.value, curve.slope))
    at = min(max(int(np.searchsorted(curve.t, t_peak)), 0), len(curve.t) - 1)
    falls = bool(angle[at] <= max(angle[first], angle[last]))
    phases = find_phases(angle, slope, first, last, falls=falls)
    if phases is None:
        return Measured(_with_ranges(known, curve, span, first, last), side)
    begin = first if phases.leave is None else phases.leave
    end = last if phases.back is None else phases.back
    error = float(np.sqrt(curve.leverage) * np.linalg.norm(curve.noise[own]) / len(own))
    numbers = _with_ranges(known, curve, span, begin, end)
    values = {
        **{name: getattr(numbers, name) for name in numbers.__dataclass_fields__},
        **_times(curve, phases, spec),
        **_speeds(curve, angle, slope, phases, spec),
        **_asymmetry(curve, spec, sides, begin, end, falls=falls),
        "depth_deg": float(angle[phases.turn]),
        "range_deg": float(np.ptp(angle[begin : end + 1])),
        "angle_error_deg": error,
    }
    return Measured(
        RepRecord(**values),
        side,
        *(None if i is None else float(curve.t[i]) for i in (phases.leave, phases.arrive, phases.depart, phases.back)),
    )  # fmt: skip


def _indices(curve: Curve, t_start: float, t_end: float) -> tuple[int, int]:
    first, last = np.searchsorted(curve.t, [t_start, t_end]).tolist()
    return min(first, len(curve.t) - 1), min(last, len(curve.t) - 1)


def _gap(span: Motion) -> float:
    return float(np.diff(span.t).max()) if len(span) > 1 else np.inf


def _unbroken(motion: Motion, t_peak: float) -> Motion:
    """The poses around `t_peak` up to the nearest gaps longer than `MAX_GAP_S`."""
    cuts = np.flatnonzero(np.diff(motion.t) > MAX_GAP_S)
    if not len(cuts):
        return motion
    edges = [0, *(cuts + 1).tolist(), len(motion)]
    parts = [(a, b) for a, b in pairwise(edges) if motion.t[a] <= t_peak <= motion.t[b - 1]]
    a, b = parts[0] if parts else (0, 0)
    return Motion(motion.t[a:b], motion.world[a:b], motion.visibility[a:b], motion.angles[a:b])


def _with_ranges(known: RepRecord, curve: Curve, span: Motion, first: int, last: int) -> RepRecord:
    """Add the ranges of motion of all visible joints."""
    ranges = np.ptp(curve.value[first : last + 1, : len(ANGLES)], axis=0)
    found: dict[str, float] = {}
    for joint in JOINTS:
        for side in span.sides_seen(joint):
            name = f"{side}_{joint}"
            found[f"{name}_deg"] = float(ranges[ANGLES.index(name)])
    if span.trunk_seen:
        found["trunk_deg"] = float(ranges[ANGLES.index("trunk")])
    return RepRecord(time_error_s=known.time_error_s, **found)


def _times(curve: Curve, phases: Phases, spec: MotionSpec) -> dict[str, float | None]:
    t = curve.t
    there = None if phases.leave is None else float(t[phases.arrive] - t[phases.leave])
    again = None if phases.back is None else float(t[phases.back] - t[phases.depart])
    lowering, lifting = (there, again) if spec.first == "lowering" else (again, there)
    return {
        "eccentric_s": lowering,
        "concentric_s": lifting,
        "pause_turn_s": None if phases.leave is None or (phases.back is None and phases.depart == phases.turn)
        else float(t[phases.depart] - t[phases.arrive]),
    }  # fmt: skip


def _speeds(
    curve: Curve, angle: DoubleArray, slope: DoubleArray, phases: Phases, spec: MotionSpec
) -> dict[str, float | None]:
    """Speeds of lifting, if it was seen from beginning to end."""
    ends = (phases.leave, phases.arrive) if spec.first == "lifting" else (phases.depart, phases.back)
    if ends[0] is None or ends[1] is None or ends[1] <= ends[0]:
        return {}
    part = slice(ends[0], ends[1] + 1)
    found: dict[str, float | None] = {
        "mean_speed_deg_s": mean_speed(curve.t[part], angle[part], MIN_RANGE_DEG),
        "peak_speed_deg_s": float(np.abs(slope[part]).max()),
    }
    if curve.value.shape[1] > len(ANGLES):
        rise, speed = curve.value[part, len(ANGLES)], curve.slope[part, len(ANGLES)]
        found["mean_speed_trunks_s"] = mean_speed(curve.t[part], rise, 0.0)
        found["peak_speed_trunks_s"] = float(np.abs(speed).max())
    return found


def mean_speed(t: DoubleArray, value: DoubleArray, least: float) -> float | None:
    """Speed between a tenth and nine tenths of the way from the first value to the last; None below `least`."""
    way = np.abs(value - value[0])
    whole = float(way[-1])
    if whole <= least or whole <= 0:
        return None
    climbed = np.maximum.accumulate(way)
    low, high = (int(np.argmax(climbed >= share * whole)) for share in _MEAN_SPEED)
    return float((climbed[high] - climbed[low]) / (t[high] - t[low])) if high > low else None


def _asymmetry(
    curve: Curve, spec: MotionSpec, sides: tuple[str, ...], first: int, last: int, *, falls: bool
) -> dict[str, float | None]:
    """Right minus left, if both sides were visible."""
    if len(sides) < 2 or spec.side_joint is not None:
        return {}
    ranges, middles = [], []
    for side in SIDES:
        angle = curve.value[first : last + 1, ANGLES.index(f"{side}_{spec.joint}")]
        ranges.append(float(np.ptp(angle)))
        low = angle <= (angle.min() + angle.max()) / 2 if falls else angle >= (angle.min() + angle.max()) / 2
        middles.append(float(curve.t[first : last + 1][low].mean()))
    return {
        "asymmetry_deg": ranges[1] - ranges[0],
        "asymmetry_s": middles[1] - middles[0] if min(ranges) >= MIN_RANGE_DEG else None,
    }


def _side(curve: Curve, span: Motion, spec: MotionSpec, first: int, last: int) -> Side | None:
    """The side that did a rep of a one-sided exercise; None if it cannot be determined."""
    if spec.side_joint is None or not all(span.joint_seen(side, spec.side_joint) for side in SIDES):
        return None
    left, right = (
        float(np.ptp(curve.value[first : last + 1, ANGLES.index(f"{side}_{spec.side_joint}")]))
        for side in SIDES
    )
    if abs(left - right) < ONE_SIDED * max(left, right):
        return "both"
    return "left" if left > right else "right"
