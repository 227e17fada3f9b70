"""Form cues as data, and the decision which of them apply to a rep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import numpy as np

from fitness.errors import OptionError
from fitness.metrics.form.measures import MEASURES, View, view_of
from fitness.metrics.record.measuring import Measured
from fitness.metrics.record.motion import SIDES, Motion, MotionSpec
from fitness.types import RECORD_FIELDS, RepRecord

PHASES: Final = ("start", "lowering", "turn", "lifting", "rep")
_ABOUT_S: Final = 0.1
"""Half of the time window around a turning point over which the posture is taken, seconds."""
_STRONG: Final = (10, 90)
"""Percentiles used as minimum and maximum of a phase, so that single frames do not decide."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One form cue: a fault of a rep and how it is detected.

    id: lower case with hyphens.   text: the short text shown to the user.
    measure: a name of `form.measures.MEASURES`, or `record.NAME` with a field of RepRecord.
    op: "<" or ">": the cue is given if the measure is below or above `threshold`.
    phase: where the measure is taken: at the "start" or the "turn", or the maximum (for ">") or minimum (for "<") over
    "lowering", "lifting" or the whole "rep".   relative: subtract the value at the start.
    min_visibility: mean visibility of the body's landmarks below which the cue is not judged.
    views: camera views in which it can be judged.   source: where the threshold comes from.
    """

    id: str
    text: str
    measure: str
    op: str
    threshold: float
    phase: str = "turn"
    relative: bool = False
    min_visibility: float = 0.5
    views: tuple[View, ...] = get_args(View)
    source: str = ""

    def __post_init__(self) -> None:
        if self.op not in ("<", ">"):
            raise OptionError(f"cue {self.id}: op must be < or >, got '{self.op}'")
        if self.phase not in PHASES:
            raise OptionError(f"cue {self.id}: phase must be one of {', '.join(PHASES)}, got '{self.phase}'")
        known = self.measure.removeprefix("record.") in (
            RECORD_FIELDS if self.measure.startswith("record.") else MEASURES
        )
        if not known:
            raise OptionError(f"cue {self.id}: there is no measure '{self.measure}'")
        if wrong := set(self.views) - set(get_args(View)):
            raise OptionError(f"cue {self.id}: views must be front, oblique or side, got {sorted(wrong)}")

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Cue:
        """Read a `[[cue]]` table of an exercise's file. OptionError for an invalid table."""
        try:
            values = {**table, "threshold": float(table["threshold"])}
            if "views" in table:
                values["views"] = tuple(table["views"])
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise OptionError(f"cue {table.get('id', '?')}: {error}") from error


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of one cue for one rep.   value: the measured value, or None if not judged.   wrong: the cue is given."""

    cue: Cue
    value: float | None
    wrong: bool


def judge(
    cues: Sequence[Cue],
    motion: Motion,
    measured: Measured,
    times: tuple[float, float, float],
    spec: MotionSpec,
) -> tuple[Verdict, ...]:
    """Judge all cues of a rep; the result has the order of `cues`, most important first.

    Args:
        motion: poses from a little before the rep to a little after it.   measured: the rep's record.
        times: when the rep left the start, turned and was counted, seconds.
    """
    span = motion.between(times[0], times[2])
    if not len(span):
        return tuple(Verdict(cue, None, False) for cue in cues)
    view = view_of(span)
    visibility = float(span.visibility[:, 11:].mean())
    sides = (measured.side,) if measured.side in SIDES else SIDES
    verdicts = []
    for cue in cues:
        value = None
        if view in cue.views and visibility >= cue.min_visibility:
            value = _value(cue, motion, measured, times, spec, sides)
        wrong = value is not None and (value < cue.threshold if cue.op == "<" else value > cue.threshold)
        verdicts.append(Verdict(cue, value, wrong))
    return tuple(verdicts)


def judge_hold(cues: Sequence[Cue], motion: Motion) -> tuple[Verdict, ...]:
    """Judge the cues of a hold: `motion` is its last second, and each cue's phase is all of it."""
    if not len(motion):
        return tuple(Verdict(cue, None, False) for cue in cues)
    view, visibility = view_of(motion), float(motion.visibility[:, 11:].mean())
    verdicts = []
    for cue in cues:
        value = None
        if view in cue.views and visibility >= cue.min_visibility and cue.measure in MEASURES:
            value = _finite(float(np.median(MEASURES[cue.measure](motion, SIDES))))
        wrong = value is not None and (value < cue.threshold if cue.op == "<" else value > cue.threshold)
        verdicts.append(Verdict(cue, value, wrong))
    return tuple(verdicts)


def _value(
    cue: Cue,
    motion: Motion,
    measured: Measured,
    times: tuple[float, float, float],
    spec: MotionSpec,
    sides: tuple[str, ...],
) -> float | None:
    if cue.measure.startswith("record."):
        return _record_number(measured.record, cue.measure)
    if (cue.phase == "start" or cue.relative) and measured.leave_s is None:
        return None
    first, last = _phase_times(cue.phase, measured, times, spec)
    value = _taken(cue, motion.between(first, last), sides, settled=cue.phase in ("start", "turn"))
    if value is None or not cue.relative:
        return value
    before = motion.between(*_phase_times("start", measured, times, spec))
    start = _taken(cue, before, sides, settled=True)
    return None if start is None else value - start


def _record_number(record: RepRecord, measure: str) -> float | None:
    number: float | None = getattr(record, measure.removeprefix("record."))
    return number


def _phase_times(
    phase: str, measured: Measured, times: tuple[float, float, float], spec: MotionSpec
) -> tuple[float, float]:
    """Start and end of a phase, seconds."""
    t_start, t_turn, t_end = times
    leave = t_start if measured.leave_s is None else measured.leave_s
    arrive = t_turn if measured.arrive_s is None else measured.arrive_s
    depart = t_turn if measured.depart_s is None else measured.depart_s
    back = t_end if measured.back_s is None else measured.back_s
    there, again = (leave, arrive), (depart, back)
    return {
        "start": (leave - 2 * _ABOUT_S, leave),
        "turn": (t_turn - _ABOUT_S, t_turn + _ABOUT_S),
        "lowering": there if spec.first == "lowering" else again,
        "lifting": again if spec.first == "lowering" else there,
        "rep": (leave, back),
    }[phase]


def _taken(cue: Cue, part: Motion, sides: tuple[str, ...], *, settled: bool) -> float | None:
    if not len(part):
        return None
    values = MEASURES[cue.measure](part, sides)
    if settled:
        return _finite(float(np.median(values)))
    return _finite(float(np.percentile(values, _STRONG[cue.op == ">"])))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
