"""Describes charts as plain values. `static/charts.js` draws them with uPlot, on the page and in the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from fitness.types import DoubleArray, JsonDict

MOST_BARS: Final = 120
"""Maximum number of places with bars; more would be too thin to see, so a line is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve or one row of bars.   values: one for each x, None where unknown.   colour: "c0" .. "c5" of theme.css."""

    values: Sequence[float | None]
    colour: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its caption.   spec: as charts.js reads it.   note: a second, smaller line.   wide: takes a whole row."""

    title: str
    spec: JsonDict = field(hash=False)
    note: str = ""
    wide: bool = False


def thinned(
    t: DoubleArray, columns: Sequence[DoubleArray], points: int
) -> tuple[DoubleArray, list[DoubleArray]]:
    """Reduce curves to about `points` rows, which keep minimum and maximum of each curve in each interval of time.

    Args:
        t: (T,) seconds.   columns: each (T,), NaN where unknown; intervals with nothing but NaN stay NaN.
    """
    if len(t) <= points:
        return t, list(columns)
    edges = np.unique(np.linspace(0, len(t), max(2, points // (2 * len(columns))) + 1).astype(int))
    keep: set[int] = set()
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        for values in columns:
            seen = np.flatnonzero(np.isfinite(values[start:stop]))
            part = values[start:stop][seen]
            found = [seen[np.argmin(part)], seen[np.argmax(part)]] if len(seen) else [0]
            keep |= {start + int(one) for one in found}
    rows = sorted(keep)
    return t[rows], [values[rows] for values in columns]


def lines(t: DoubleArray, series: Sequence[Series], *, digits: int = 1, **more: Any) -> JsonDict:
    """Curves over time in seconds.   digits: of the values.   more: further fields of charts.js, such as unit or bands."""
    return {
        "kind": "lines",
        "axis": "clock",
        "x": [round(float(one), 2) for one in t],
        "x_label": "Time",
        "series": [_series(one, digits) for one in series],
        **more,
    }


def bars(names: Sequence[str], series: Sequence[Series], *, digits: int = 1, **more: Any) -> JsonDict:
    """Bars of all series side by side, at a place for each name; curves with dots if there are more than `MOST_BARS`."""
    dots = len(names) > MOST_BARS
    return {
        "kind": "lines" if dots else "bars",
        "axis": "names",
        "x": list(range(len(names))),
        "names": list(names),
        "series": [{**_series(one, digits), "dots": dots} for one in series],
        **more,
    }


def dated(days: Sequence[float], names: Sequence[str], series: Sequence[Series], **more: Any) -> JsonDict:
    """Bars on a true time axis.   days: seconds since 1970 of each place.   names: the label of each."""
    return {
        "kind": "bars",
        "axis": "date",
        "x": list(days),
        "names": list(names),
        "series": [_series(one, 1) for one in series],
        **more,
    }


def numbers(values: DoubleArray) -> list[float | None]:
    """Plain numbers, None for NaN."""
    return [float(one) if np.isfinite(one) else None for one in values]


def _series(one: Series, digits: int) -> JsonDict:
    values = [None if v is None else round(v, digits) if digits else round(v) for v in one.values]
    return {"label": one.label, "colour": one.colour, "values": values}
