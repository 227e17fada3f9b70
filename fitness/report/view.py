"""Prepares a measured session for the templates as plain values: tiles, sets, charts, reps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median

import numpy as np

from fitness.metrics.figures import UNKNOWN, clock, degrees, percent, seconds
from fitness.recognition.exercises import EXERCISES, is_held
from fitness.recognition.exercises.names import pretty_name
from fitness.report.charts import Chart, Series, bars, lines, numbers, thinned
from fitness.report.measures import BESIDE_S, Joint, Measured, MeasuredRep, MeasuredSet
from fitness.report.terms import MEANINGS
from fitness.session.latency import CAMERA_TO_COUNT
from fitness.session.store import exercises_text
from fitness.types import DoubleArray, JsonDict, Rep

_PHASE_POINTS = 1400
_SET_POINTS = 40_000
"""Maximum number of points of all range-of-motion plots of a session together, to keep the page small."""

_COLOURS = ("c0", "c1", "c2", "c3", "c4", "c5")


def session_view(one: Measured) -> JsonDict:
    """The values of the template `session.html`, without thumbnails."""
    return {
        "heading": heading(one),
        "when": "" if one.when is None else f"{one.when:%A}, {one.when.day} {one.when:%B %Y, %H:%M}",
        "day": "" if one.when is None else f"{one.when.day} {one.when:%b %Y, %H:%M}",
        "source": one.source,
        "tiles": _tiles(one),
        "warnings": [_capital(text) for text in one.warnings if not text.startswith(CAMERA_TO_COUNT)],
        "latency": [_capital(text) for text in one.warnings if text.startswith(CAMERA_TO_COUNT)],
        "form": _form(one),
        "sets": [_set_row(one, a_set) for a_set in one.sets],
        "charts": _charts(one),
        "motion": _motion(one),
        "reps": [_rep_row(r) for r in _in_order(one)],
        "counted": len(one.reps),
        "partials": len(one.partials),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def heading(one: Measured) -> str:
    """The user's title, else the exercises: "Squat, push-up"."""
    return one.title or exercises_text(one.totals)


def counted_text(exercise: str, number: int) -> str:
    """ "8 squats", "1 squat", "45 s plank"."""
    if is_held(exercise):
        return f"{seconds_of(number)} {pretty_name(exercise, plural=False).lower()}"
    return f"{number} {pretty_name(exercise, plural=number != 1).lower()}"


def seconds_of(number: int) -> str:
    """Whole seconds of a hold."""
    return f"{number}\N{NO-BREAK SPACE}s"


def _tile(value: str, name: str, term: str = "") -> JsonDict:
    return {"value": value, "name": name, "means": MEANINGS.get(term, "")}


def _tiles(one: Measured) -> list[JsonDict]:
    """The figures that matter most."""
    counted: Counter[str] = Counter()
    for a_set in one.sets:
        counted[a_set.exercise] += a_set.counted
    tiles = []
    for name, number in one.totals.items():
        words = pretty_name(name, plural=number != 1 and not is_held(name)).lower()
        changed = counted[name] != number and one.sets
        value = seconds_of(number) if is_held(name) else str(number)
        tiles.append(
            _tile(
                value,
                words + (f" ({counted[name]} counted)" if changed else ""),
                "corrected" if changed else "",
            )
        )
    tiles += [
        _tile(str(len(one.sets)), "set" if len(one.sets) == 1 else "sets"),
        _tile(clock(one.duration_s), "length"),
    ]
    if one.reps:
        tiles.append(_tile(seconds(median(r.rep.duration for r in one.reps)), "a rep, median", "rep"))
    tiles += [
        _tile(f"{sides['left']} · {sides['right']}", f"{pretty_name(name).lower()} left · right")
        for name, sides in one.sides.items()
    ]
    losses = [r.loss for s in one.sets for r in one.reps_of(s)[-1:] if r.loss is not None]
    if losses:
        tiles.append(_tile(percent(fmean(losses)), "speed lost in a set", "speed lost"))
    return [*tiles, _tile(percent(one.measurable), "of the time measurable", "measurable")]


def _form(one: Measured) -> list[str]:
    """The form cues with the number of reps that they apply to, the most frequent first."""
    given = Counter((r.rep.exercise, cue) for r in one.reps for cue in r.rep.cues)
    done = Counter(r.rep.exercise for r in one.reps)
    found = [
        f"{cue_text(name, cue)}: {number} of {counted_text(name, done[name])}"
        for (name, cue), number in given.most_common()
    ]
    partials = Counter(rep.exercise for rep in one.partials)
    return found + [
        f"{counted_text(name, number)} did not go far enough to count" for name, number in partials.items()
    ]


def cue_text(exercise: str, cue: str) -> str:
    """The text of a form cue."""
    known = EXERCISES.get(exercise)
    return cue if known is None else known.cue_text(cue)


def _set_row(one: Measured, a_set: MeasuredSet) -> JsonDict:
    reps = one.reps_of(a_set)
    ranges = [r.range_deg for r in reps if r.range_deg is not None]
    amount = seconds_of(a_set.reps) if is_held(a_set.exercise) else str(a_set.reps)
    return {
        "set": a_set.set,
        "exercise": pretty_name(a_set.exercise, plural=False),
        "reps": amount + (f" ({a_set.counted} counted)" if a_set.counted != a_set.reps else ""),
        "rep": seconds(median(r.rep.duration for r in reps)) if reps else UNKNOWN,
        "down": seconds(median(r.down_s for r in reps)) if reps else UNKNOWN,
        "up": seconds(median(r.up_s for r in reps)) if reps else UNKNOWN,
        "range": degrees(median(ranges) if ranges else None),
        "loss": percent(reps[-1].loss if reps else None),
        "said": a_set.said,
    }


def _rep_row(r: MeasuredRep) -> JsonDict:
    words = [cue_text(r.rep.exercise, cue) for cue in r.rep.cues]
    return {
        "exercise": pretty_name(r.rep.exercise, plural=False),
        "set": r.rep.set,
        "number": r.rep.number,
        "at": clock(r.rep.t_start),
        "rep": seconds(r.rep.duration),
        "down": seconds(r.down_s),
        "pause": seconds(r.pause_s),
        "up": seconds(r.up_s),
        "turn": degrees(r.bottom_deg),
        "range": degrees(r.range_deg),
        "speed": UNKNOWN if r.speed_deg_s is None else f"{r.speed_deg_s:.0f}",
        "loss": percent(r.loss),
        "balance": percent(r.balance),
        "confidence": percent(r.rep.confidence),
        "side": r.rep.side or UNKNOWN,
        "form": "; ".join(["partial", *words] if r.rep.partial else words),
    }


def _in_order(one: Measured) -> list[MeasuredRep]:
    """Counted and partial reps by time."""
    return sorted((*one.reps, *map(MeasuredRep, one.partials)), key=lambda r: r.rep.t_end)


def _charts(one: Measured) -> list[Chart]:
    """The charts of a session, without those that would show a single value."""
    names, breaks = _rep_names(one)
    found = [
        _phase(one),
        _sets(one),
        _seconds(one, names, breaks),
        _range(one, names, breaks),
        _bars("Speed lost since the set's fastest rep", [("", "c2", [_hundred(r.loss) for r in one.reps])],
              names, breaks, unit=" %", low=0, high=40, limits=[20], digits=0, note="Dashed: 20 %."),
        _bars("Balance", [("", "c3", [_hundred(r.balance) for r in one.reps])], names, breaks, unit=" %", digits=0,
              note="Above 0 the right side moves more, below 0 the left."),
    ]  # fmt: skip
    return [chart for chart in found if chart is not None]


def _phase(one: Measured) -> Chart | None:
    if not np.isfinite(one.phase).any():
        return None
    t, (depth,) = thinned(one.t, [100 * one.phase], _PHASE_POINTS)
    spans = [[round(r.rep.t_start, 2), round(r.rep.t_end, 2), str(i)] for i, r in enumerate(one.reps, 1)]
    spec = lines(
        t, [Series(numbers(depth), "c0", "Phase")], digits=0, bands=spans, low=0, high=100, unit=" %"
    )
    return Chart(
        "Movement over time",
        spec,
        "0 % is the start position, 100 % the turning point. Each shaded stretch is a rep.",
        True,
    )


def _sets(one: Measured) -> Chart | None:
    if len(one.sets) < 2:
        return None
    series = [
        Series([s.reps if s.exercise == name else None for s in one.sets], _COLOURS[i % len(_COLOURS)],
               pretty_name(name, plural=False))
        for i, name in enumerate(one.totals)
    ]  # fmt: skip
    spec = bars([str(s.set) for s in one.sets], series, digits=0, low=0, whole=True, x_label="Set")
    return Chart("Reps of each set", spec)


def _seconds(one: Measured, names: Sequence[str], breaks: Sequence[int]) -> Chart | None:
    series = [
        ("down", "c0", [r.down_s for r in one.reps]),
        ("up", "c1", [r.up_s for r in one.reps]),
    ]
    return _bars("Seconds of each rep", series, names, breaks, unit=" s", low=0)


def _range(one: Measured, names: Sequence[str], breaks: Sequence[int]) -> Chart | None:
    series = []
    for i, name in enumerate(one.totals):
        values = [r.range_deg if r.rep.exercise == name else None for r in one.reps]
        series.append((_joint_text(one, name), _COLOURS[i % len(_COLOURS)], values))
    return _bars("Range of motion of each rep", series, names, breaks, unit="°", low=0, digits=0)


def _bars(
    title: str,
    series: Sequence[tuple[str, str, Sequence[float | None]]],
    names: Sequence[str],
    breaks: Sequence[int],
    *,
    note: str = "",
    digits: int = 1,
    **more: object,
) -> Chart | None:
    known = [one for one in series if any(value is not None for value in one[2])]
    values = [round(value, digits) for one in known for value in one[2] if value is not None]
    if len(values) < 2 or not any(values):
        return None
    made = [Series(column, colour, label) for label, colour, column in known]
    spec = bars(names, made, digits=digits, breaks=list(breaks), x_label="Rep", y_label=title, **more)
    return Chart(title, spec, note)


def _joint_text(one: Measured, exercise: str) -> str:
    joint, name = one.joint_of(exercise), pretty_name(exercise, plural=False)
    return name if joint is None else f"{name} ({joint.name})"


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _motion(one: Measured) -> list[Chart]:
    """Joint angles over each set, left and right."""
    points = max(60, min(500, _SET_POINTS // max(1, 2 * len(one.sets))))
    found = []
    for a_set in one.sets:
        joint = one.joint_of(a_set.exercise)
        if joint is not None and len(joint.left) == len(one.t):
            found.append(_motion_of(one, a_set, joint, points))
    return found


def _motion_of(one: Measured, a_set: MeasuredSet, joint: Joint, points: int) -> Chart:
    first, last = np.searchsorted(one.t, [a_set.start_s - BESIDE_S, a_set.end_s + BESIDE_S]).tolist()
    sides: list[DoubleArray] = [joint.left[first:last], joint.right[first:last]]
    t, (left, right) = thinned(one.t[first:last], sides, points)
    series = [Series(numbers(left), "c1", "left"), Series(numbers(right), "c2", "right")]
    marks = [round(r.rep.t_peak, 2) for r in one.reps_of(a_set)]
    spec = lines(t, series, digits=0, unit="°", marks=marks, height=190)
    return Chart(
        f"Set {a_set.set}: {counted_text(a_set.exercise, a_set.reps)}",
        spec,
        f"Angle of the {joint.name}; dotted: the turns.",
    )


def _rep_names(one: Measured) -> tuple[list[str], list[int]]:
    """A name for each rep on an axis, and the places where a new set begins."""
    reps: list[Rep] = [r.rep for r in one.reps]
    several = len({(rep.set, rep.exercise) for rep in reps}) > 1
    breaks = [
        i
        for i in range(1, len(reps))
        if (reps[i].set, reps[i].exercise) != (reps[i - 1].set, reps[i - 1].exercise)
    ]
    return [f"{rep.set}.{rep.number}" if several else str(rep.number) for rep in reps], breaks
