"""Prepares several measured sessions for the templates: progress over weeks, and a comparison of two sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from statistics import median

from fitness.metrics.figures import UNKNOWN, clock, degrees, seconds
from fitness.recognition.exercises.names import pretty_name
from fitness.report.charts import Chart, Series, dated
from fitness.report.measures import Measured, MeasuredRep
from fitness.types import JsonDict

_COLOURS = ("c0", "c1", "c2", "c3", "c4", "c5")
_DAY_S = 86_400


def progress(sessions: Sequence[Measured]) -> Chart | None:
    """Reps of each exercise per week (Monday to Sunday), or per day if all sessions are in one week.

    None if there are sessions on fewer than two days.
    """
    days = [(one.when.date(), one) for one in sessions if one.when is not None]
    by_week = _added(days, lambda day: day - timedelta(days=day.weekday()))
    by_day = _added(days, lambda day: day)
    places, unit = (by_week, "week") if len(by_week) > 1 else (by_day, "day")
    if len(places) < 2:
        return None
    at = sorted(places)
    names = list(dict.fromkeys(name for _, one in days for name in one.totals))
    series = [
        Series([places[day][name] or None for day in at], _COLOURS[i % len(_COLOURS)], pretty_name(name))
        for i, name in enumerate(names)
    ]
    x = [datetime.combine(day, time(), timezone.utc).timestamp() for day in at]
    label = [f"Week of {day.day} {day:%b %Y}" if unit == "week" else f"{day.day} {day:%b %Y}" for day in at]
    width = 7 * _DAY_S if unit == "week" else _DAY_S
    spec = dated(x, label, series, low=0, whole=True, width_x=width, x_label=unit.capitalize())
    return Chart(f"Reps a {unit}", spec, "Weeks begin on Monday." if unit == "week" else "", wide=True)


def _added(days: Sequence[tuple[date, Measured]], place: Callable[[date], date]) -> dict[date, Counter[str]]:
    found: dict[date, Counter[str]] = {}
    for day, one in days:
        found.setdefault(place(day), Counter()).update(one.totals)
    return found


def _tenths(value: float) -> float:
    return round(value, 1)


_Figure = tuple[
    str, Callable[[MeasuredRep], "float | None"], Callable[["float | None"], str], Callable[[float], float]
]

_FIGURES: Sequence[_Figure] = (
    ("a rep", lambda r: r.rep.duration, seconds, _tenths),
    ("way down", lambda r: r.down_s, seconds, _tenths),
    ("way up", lambda r: r.up_s, seconds, _tenths),
    ("range", lambda r: r.range_deg, degrees, round),
    ("angle at the turn", lambda r: r.bottom_deg, degrees, round),
    (
        "speed of the way up",
        lambda r: r.speed_deg_s,
        lambda v: UNKNOWN if v is None else f"{v:.0f} °/s",
        round,
    ),
)
"""Name, value of a rep, the text of a value, and the value rounded as in that text."""


def comparison(one: Measured, other: Measured) -> list[JsonDict]:
    """The figures of two sessions, and their difference: second minus first."""
    names = list(dict.fromkeys([*one.totals, *other.totals]))
    rows = [
        _whole(f"{pretty_name(name)}", one.totals.get(name, 0), other.totals.get(name, 0)) for name in names
    ]
    rows.append(_whole("Sets", len(one.sets), len(other.sets)))
    rows.append(
        _row("Length", one.duration_s, other.duration_s, lambda v: UNKNOWN if v is None else clock(v), int)
    )
    for name in names:
        for title, value, text, rounded in _FIGURES:
            known = [
                [v for r in s.reps if r.rep.exercise == name and (v := value(r)) is not None]
                for s in (one, other)
            ]
            a, b = (median(values) if values else None for values in known)
            if a is not None or b is not None:
                rows.append(_row(f"{pretty_name(name, plural=False)}: {title}, median", a, b, text, rounded))
    return rows


def _whole(title: str, a: int, b: int) -> JsonDict:
    return {"title": title, "one": str(a), "other": str(b), "difference": _signed(b - a, str)}


def _row(
    title: str,
    a: float | None,
    b: float | None,
    text: Callable[[float | None], str],
    rounded: Callable[[float], float],
) -> JsonDict:
    """The difference is that of the two values as they are shown, so that it agrees with the reader's own subtraction."""
    difference = UNKNOWN if a is None or b is None else _signed(rounded(b) - rounded(a), text)
    return {"title": title, "one": text(a), "other": text(b), "difference": difference}


def _signed(change: float, text: Callable[[float], str]) -> str:
    return ("+" if change > 0 else "−" if change < 0 else "") + text(abs(change))
