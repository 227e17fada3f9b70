"""One measured session -> the parts of its page, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

import numpy as np

from fitness.recognition.exercises import EXERCISES, is_held
from fitness.report.charts import Bars, Line, Shape, bar_chart, clock, line_chart, thinned
from fitness.report.measures import BESIDE_S, Joint, Measured, MeasuredRep
from fitness.session import SetRecord
from fitness.types import Rep

_PHASE_POINTS = 1400
_SET_POINTS = 40_000
"""Points of all range-of-motion plots of a session together: keeps the page small."""


def summary_tiles(one: Measured) -> str:
    """The figures that matter most, large."""
    tiles = [
        (
            f"{count}{' s' * is_held(name)}",
            f"{name} reps" if len(one.totals) > 1 and not is_held(name) else name,
        )
        for name, count in one.totals.items()
    ]
    tiles += [(str(len(one.sets)), "sets"), (clock(one.duration_s), "length")]
    up = [r.rep.duration for r in one.reps]
    if up:
        tiles.append((f"{np.median(up):.1f} s", "median rep"))
    tiles += [
        (f"{sides['left']} · {sides['right']}", f"{name} left · right") for name, sides in one.sides.items()
    ]
    losses = [r.loss for s in one.sets for r in one.reps_of(s)[-1:] if r.loss is not None]
    if losses:
        tiles.append((f"{100 * float(np.mean(losses)):.0f} %", "velocity loss at the end of a set"))
    tiles.append((f"{100 * one.measurable:.0f} %", "of the time measurable"))
    cells = "".join(f"<div class=tile><b>{escape(a)}</b><span>{escape(b)}</span></div>" for a, b in tiles)
    warnings = "".join(f"<p class=warning>{escape(text)}</p>" for text in one.warnings)
    return f"<div class=tiles>{cells}</div>{warnings}"


def charts(one: Measured, *, narrow: bool = False) -> str:
    """Every chart of a session; `narrow` where two sessions stand side by side."""
    wide = 560 if narrow else 960
    parts = [_phase_chart(one, wide), _sets_chart(one)]
    names, gaps = _rep_names(one)
    if names:
        parts += [_tempo(one.reps, names, gaps), _depth(one, names, gaps)]
        parts += [_loss(one.reps, names, gaps), _balance(one.reps, names, gaps)]
    return f"<div class=charts>{''.join(parts)}</div>{_motion(one)}"


def rep_table(one: Measured) -> str:
    """All reps in numbers, folded away."""
    if not one.reps and not one.partials:
        return "<p class=note>No rep was counted.</p>"
    rows = "".join(
        f"<tr><td>{escape(r.rep.exercise)}<td>{r.rep.set}<td>{r.rep.number}<td>{clock(r.rep.t_start)}"
        f"<td>{r.down_s:.2f}<td>{_seconds(r.pause_s)}<td>{r.up_s:.2f}<td>{_or_dash(r.bottom_deg)}<td>{_or_dash(r.range_deg)}"
        f"<td>{_or_dash(r.speed_deg_s)}<td>{_percent(r.loss)}<td>{_percent(r.balance)}<td>{r.rep.confidence:.2f}"
        f"<td>{r.rep.side or '–'}<td>{escape(_said(r.rep))}"
        for r in _in_order(one)
    )
    titles = (
        "exercise", "set", "rep", "at", "down, s", "pause, s", "up, s", "turn, °", "range, °", "speed, °/s", "velocity loss",
        "balance", "confidence", "side", "form",
    )  # fmt: skip
    head = "".join(f"<th>{title}" for title in titles)
    return (
        f"<details><summary>All {len(one.reps)} reps{_and_partials(one)} in numbers</summary><div class=scroll><table>"
        f"<thead><tr>{head}<tbody>{rows}</table></div></details>"
    )


def form(one: Measured) -> str:
    """What to work on: each form cue with the number of reps that gave reason for it, the most frequent first."""
    given = Counter((r.rep.exercise, cue) for r in one.reps for cue in r.rep.cues)
    rows = "".join(
        f"<li>{escape(pretty(name, cue))}: {number} of {one.totals.get(name, number)} {escape(name)} reps"
        for (name, cue), number in given.most_common()
    )
    partials = Counter(rep.exercise for rep in one.partials)
    rows += "".join(
        f"<li>{number} {escape(name)} {'rep' if number == 1 else 'reps'} did not go far enough to count"
        for name, number in partials.items()
    )
    return f"<h3>Form</h3><ul>{rows}</ul>" if rows else ""


def pretty(exercise: str, cue: str) -> str:
    """The words of a form cue."""
    known = EXERCISES.get(exercise)
    return cue if known is None else known.cue_text(cue)


def _said(rep: Rep) -> str:
    words = [pretty(rep.exercise, cue) for cue in rep.cues]
    return "; ".join(["partial", *words] if rep.partial else words)


def _in_order(one: Measured) -> list[MeasuredRep]:
    """Counted and partial reps by time."""
    return sorted((*one.reps, *map(MeasuredRep, one.partials)), key=lambda r: r.rep.t_end)


def _and_partials(one: Measured) -> str:
    return f" and {len(one.partials)} partial" if one.partials else ""


def progress(sessions: Sequence[Measured]) -> str:
    """Reps of each exercise a week, Monday to Sunday; "" where fewer than two sessions have a date."""
    dated = [(one.when.date(), one) for one in sessions if one.when is not None]
    if len(dated) < 2:
        return ""
    weeks: dict[date, Counter[str]] = {}
    for day, one in dated:
        weeks.setdefault(day - timedelta(days=day.weekday()), Counter()).update(one.totals)
    first, last = min(weeks), max(weeks)
    mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    names = list(dict.fromkeys(name for _, one in dated for name in one.totals))
    series = [
        Bars([weeks.get(m, Counter())[name] or None for m in mondays], f"c{i % 4}", name)
        for i, name in enumerate(names)
    ]
    chart = bar_chart(Shape("Reps a week, by its Monday", low=0), [f"{m:%d %b}" for m in mondays], series)
    return f"<section><h2>Progress</h2><div class=charts>{chart}</div></section>"


def comparison(one: Measured, other: Measured) -> str:
    """Two sessions' figures side by side, with the difference."""
    rows = [(f"{name} reps", one.totals.get(name, 0), other.totals.get(name, 0), "") for name in
            dict.fromkeys([*one.totals, *other.totals])]  # fmt: skip
    figures: list[tuple[str, float | None, float | None, str]] = [*rows]
    figures.append(("sets", len(one.sets), len(other.sets), ""))
    figures.append(("length", one.duration_s, other.duration_s, " s"))
    for exercise in dict.fromkeys([*one.totals, *other.totals]):
        for title, attribute, unit in (
            ("way down", "down_s", " s"), ("way up", "up_s", " s"), ("range", "range_deg", "°"),
            ("angle at the turn", "bottom_deg", "°"), ("speed of the way up", "speed_deg_s", " °/s"),
        ):  # fmt: skip
            before, after = (_median(s, exercise, attribute) for s in (one, other))
            figures.append((f"{exercise}: median {title}", before, after, unit))
    body = "".join(
        f"<tr><td>{escape(title)}<td>{_figure(a, unit)}<td>{_figure(b, unit)}<td>{_difference(a, b, unit)}"
        for title, a, b, unit in figures
    )
    head = f"<th><th>{escape(one.name)}<th>{escape(other.name)}<th>difference"
    return f"<section><h2>Side by side</h2><div class=scroll><table><thead><tr>{head}<tbody>{body}</table></div></section>"


def _median(one: Measured, exercise: str, attribute: str) -> float | None:
    values = [getattr(r, attribute) for r in one.reps if r.rep.exercise == exercise]
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _sets_chart(one: Measured) -> str:
    shape = Shape("Reps per set", width=460, low=0)
    names = list(one.totals)
    series = [
        Bars([s.reps if s.exercise == name else None for s in one.sets], f"c{i % 4}", name)
        for i, name in enumerate(names)
    ]
    return bar_chart(shape, [f"{number}" for number in range(1, len(one.sets) + 1)], series)


def _phase_chart(one: Measured, width: int) -> str:
    if not np.isfinite(one.phase).any():
        return ""
    t, depth = thinned(one.t, 100 * one.phase, _PHASE_POINTS)
    marks = [(r.rep.t_end, _rep_text(r)) for r in one.reps]
    shape = Shape("Phase (0 % top, 100 % bottom) and counted reps", width, 200, 0, 100, "%")
    return line_chart(shape, [Line(t, depth, "c0")], marks)


def _tempo(reps: Sequence[MeasuredRep], names: Sequence[str], gaps: Sequence[int]) -> str:
    shape = Shape("Tempo of each rep", width=460, low=0, unit=" s")
    down, up = [r.down_s for r in reps], [r.up_s for r in reps]
    return bar_chart(shape, names, [Bars(down, "c0", "down"), Bars(up, "c1", "up")], gaps)


def _depth(one: Measured, names: Sequence[str], gaps: Sequence[int]) -> str:
    if all(r.range_deg is None for r in one.reps):
        return ""
    shape = Shape("Range of motion of each rep", width=460, low=0, unit="°")
    series = [
        Bars(
            [r.range_deg if r.rep.exercise == name else None for r in one.reps],
            f"c{i % 4}",
            _joint_text(one, name),
        )
        for i, name in enumerate(one.totals)
    ]
    return bar_chart(shape, names, series, gaps)


def _joint_text(one: Measured, exercise: str) -> str:
    joint = one.joint_of(exercise)
    return exercise if joint is None else f"{exercise} ({joint.name})"


def _loss(reps: Sequence[MeasuredRep], names: Sequence[str], gaps: Sequence[int]) -> str:
    if all(r.loss is None for r in reps):
        return ""
    shape = Shape("Velocity loss in the set; dashed: 20 %", width=460, low=0, high=40, unit="%", limits=(20,))
    return bar_chart(
        shape, names, [Bars([None if r.loss is None else 100 * r.loss for r in reps], "c2")], gaps
    )


def _balance(reps: Sequence[MeasuredRep], names: Sequence[str], gaps: Sequence[int]) -> str:
    known = [100 * r.balance for r in reps if r.balance is not None]
    if not known:
        return ""
    reach = max(20.0, 10 * np.ceil(max(map(abs, known)) / 10))
    shape = Shape("Balance: above, the right side moves more; below, the left", 460, 220, -reach, reach, "%")
    values = [None if r.balance is None else 100 * r.balance for r in reps]
    return bar_chart(shape, names, [Bars(values, "c3")], gaps)


def _motion(one: Measured) -> str:
    """Joint angles over each set, left and right."""
    points = max(60, min(500, _SET_POINTS // max(1, 2 * len(one.sets))))
    plots = []
    for number, a_set in enumerate(one.sets, 1):
        joint = one.joint_of(a_set.exercise)
        if joint is not None and len(joint.left) == len(one.t):
            plots.append(_motion_of(one, a_set, number, joint, points))
    if not plots:
        return ""
    return f"<h3>Range of motion</h3><div class=charts>{''.join(plots)}</div>"


def _motion_of(one: Measured, a_set: SetRecord, number: int, joint: Joint, points: int) -> str:
    first, last = np.searchsorted(one.t, [a_set.start_s - BESIDE_S, a_set.end_s + BESIDE_S]).tolist()
    lines = [
        Line(*thinned(one.t[first:last], side[first:last], points), style, label)
        for side, style, label in ((joint.left, "c0", "left"), (joint.right, "c1", "right"))
    ]
    marks = [(r.rep.t_peak, _rep_text(r)) for r in one.reps_of(a_set)]
    title = f"Set {number}: {a_set.reps} x {a_set.exercise}, {joint.name} angle"
    return line_chart(Shape(title, 460, 200, unit="°"), lines, marks)


def _rep_names(one: Measured) -> tuple[list[str], list[int]]:
    """A name for each rep on an axis, and the places where a new set begins."""
    reps = [r.rep for r in one.reps]
    gaps = [
        i
        for i in range(1, len(reps))
        if (reps[i].set, reps[i].exercise) != (reps[i - 1].set, reps[i - 1].exercise)
    ]
    return [f"{rep.set}.{rep.number}" for rep in reps], gaps


def _rep_text(r: MeasuredRep) -> str:
    return f"{r.rep.exercise}, set {r.rep.set}, rep {r.rep.number}, at {clock(r.rep.t_start)}"


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value + 0.0:.0f} %"


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value}{unit}" if isinstance(value, int) else f"{value:.1f}{unit}"


def _difference(a: float | None, b: float | None, unit: str) -> str:
    if a is None or b is None:
        return "–"
    change = b - a
    return f"{change:+d}{unit}" if isinstance(change, int) else f"{change:+.1f}{unit}"
