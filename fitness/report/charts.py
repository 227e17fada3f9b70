"""Numbers -> inline SVG charts; colours are classes that the page's style sheet sets for light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

import numpy as np

from fitness.types import DoubleArray

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 26
"""Room around the plot for the labels, in units of the view box."""

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_NARROW: Final = 2.5
"""Bars of places narrower than this, in units of the view box, would hide each other."""

_GAP: Final = 8.0
"""Lines between sets that would on average lie closer than this are left out."""

_CLOCK_STEPS: Final = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One curve.   t, values: (T,), NaN breaks the line.   style: CSS class.   label: for the legend."""

    t: DoubleArray
    values: DoubleArray
    style: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """One value for each place on the axis, None for no bar.   style: CSS class.   label: for the legend."""

    values: Sequence[float | None]
    style: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a chart: width and height in units of the view box, lowest and highest value, unit, what it shows."""

    title: str
    width: int = 960
    height: int = 220
    low: float | None = None
    high: float | None = None
    unit: str = ""
    limits: tuple[float, ...] = field(default=())


def thinned(t: DoubleArray, values: DoubleArray, points: int) -> tuple[DoubleArray, DoubleArray]:
    """At most about `points` points of a curve that keep its least and greatest value in every stretch of time.

    NaN stays between stretches that are NaN throughout.
    """
    if len(t) <= points:
        return t, values
    edges = np.unique(np.linspace(0, len(t), max(2, points // 2) + 1).astype(int))
    keep: list[int] = []
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = values[start:stop]
        seen = np.flatnonzero(np.isfinite(part))
        if len(seen) == 0:
            keep.append(start)
        else:
            low, high = seen[np.argmin(part[seen])], seen[np.argmax(part[seen])]
            keep.extend(sorted({start + int(low), start + int(high)}))
    return t[keep], values[keep]


def line_chart(shape: Shape, lines: Sequence[Line], marks: Sequence[tuple[float, str]] = ()) -> str:
    """Curves over time.

    Args:
        shape: size and limits.   lines: the curves, already thinned.
        marks: (time in seconds, text) of reps, drawn as upright lines that show their text.
    """
    times = [line.t for line in lines if len(line.t)]
    if not times:
        return ""
    start, end = min(float(t[0]) for t in times), max(float(t[-1]) for t in times)
    end = end if end > start else start + 1
    low, high = _limits(shape, [line.values for line in lines])
    plot = _Plot(shape, start, end, low, high)
    parts = [plot.grid(), *_clock_axis(plot)]
    parts += [
        f'<line class="mark" x1="{plot.x(at):.1f}" x2="{plot.x(at):.1f}" y1="{plot.top}" y2="{plot.bottom}">'
        f"<title>{escape(text)}</title></line>"
        for at, text in marks
    ]
    parts += [f'<path class="line {line.style}" d="{_path(plot, line)}"/>' for line in lines]
    return _figure(shape, parts, [(line.label, line.style) for line in lines])


def bar_chart(shape: Shape, places: Sequence[str], series: Sequence[Bars], gaps: Sequence[int] = ()) -> str:
    """Bars side by side at every place; those above zero grow up, those below down. Too many for bars become stairs.

    Args:
        places: names along the axis; as many are written as there is room for.
        series: values for the places.   gaps: places before which a new set begins.
    """
    if not places:
        return ""
    values = [np.array([v for v in one.values if v is not None], np.float64) for one in series]
    low, high = _limits(shape, [*values, np.zeros(1)])
    plot = _Plot(shape, 0, len(places), low, high)
    step = plot.x(1) - plot.x(0)
    crowd = max(
        sum(value is not None for value in column)
        for column in zip(*(one.values for one in series), strict=True)
    )
    beside = (
        len(series) if crowd > 1 else 1
    )  # bars that never share a place need not make room for each other
    parts = [plot.grid()]
    if step * len(places) >= _GAP * len(gaps):
        parts += [
            f'<line class="gap" x1="{plot.x(i):.1f}" x2="{plot.x(i):.1f}" y1="{plot.top}" y2="{plot.bottom}"/>'
            for i in gaps
        ]
    if step < _NARROW:
        parts += [f'<path class="line {one.style}" d="{_stairs(plot, one.values)}"/>' for one in series]
    else:
        for number, one in enumerate(series):
            parts += _bars(plot, places, one, (number % beside - beside / 2), beside)
    parts.append(plot.zero())
    every = max(1, math.ceil((max(len(p) for p in places) * 6.5 + 6) / step))
    parts += [
        f'<text class="tick" x="{plot.x(i + 0.5):.1f}" y="{plot.bottom + 16}" text-anchor="middle">'
        f"{escape(places[i])}</text>"
        for i in range(0, len(places), every)
    ]
    return _figure(shape, parts, [(one.label, one.style) for one in series])


def _bars(plot: _Plot, places: Sequence[str], one: Bars, shift: float, beside: int) -> list[str]:
    """The bars of a series, `shift` widths right of the middle of their places."""
    width = min(34.0, (plot.x(1) - plot.x(0)) * 0.74 / beside)
    parts = []
    for place, value in enumerate(one.values):
        if value is None:
            continue
        x = plot.x(place + 0.5) + shift * width
        top, bottom = sorted((plot.y(value), plot.y(0)))
        label = " ".join(filter(None, (places[place], one.label)))
        parts.append(
            f'<rect class="bar {one.style}" x="{x + 0.5:.1f}" y="{top:.1f}" width="{max(0.6, width - 1):.1f}"'
            f' height="{max(0.5, bottom - top):.1f}" rx="{min(2.0, width / 4):.1f}">'
            f"<title>{escape(label)}: {_number(value)}{escape(plot.shape.unit)}</title></rect>"
        )
    return parts


def _stairs(plot: _Plot, values: Sequence[float | None]) -> str:
    """A level for every place, joined to its neighbours."""
    parts, pen = [], "M"
    for place, value in enumerate(values):
        if value is not None:
            parts.append(f"{pen}{plot.x(place):.1f} {plot.y(value):.1f}H{plot.x(place + 1):.1f}")
        pen = "M" if value is None else "L"
    return "".join(parts)


def clock(seconds: float) -> str:
    """75 -> 1:15, 3675 -> 1:01:15."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


class _Plot:
    """Maps values to places in the view box, and draws the lines behind them."""

    def __init__(self, shape: Shape, start: float, end: float, low: float, high: float) -> None:
        self.shape, self.start, self.end, self.low, self.high = shape, start, end, low, high
        self.top, self.bottom = _TOP, shape.height - _BOTTOM

    def x(self, value: float) -> float:
        return _LEFT + (value - self.start) / (self.end - self.start) * (self.shape.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def grid(self) -> str:
        step = _nice((self.high - self.low) / 4)
        ticks = np.arange(math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9) + 1) * step
        lines = [
            f'<line class="grid" x1="{_LEFT}" x2="{self.shape.width - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{_number(tick)}{escape(self.shape.unit)}</text>"
            for tick in ticks.tolist()
            for y in [self.y(tick)]
        ]
        lines += [
            f'<line class="limit" x1="{_LEFT}" x2="{self.shape.width - _RIGHT}" y1="{self.y(v):.1f}"'
            f' y2="{self.y(v):.1f}"/>'
            for v in self.shape.limits
            if self.low <= v <= self.high
        ]
        return "".join(lines)

    def zero(self) -> str:
        y = self.y(max(self.low, min(0.0, self.high)))
        return f'<line class="axis" x1="{_LEFT}" x2="{self.shape.width - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _limits(shape: Shape, values: Sequence[DoubleArray]) -> tuple[float, float]:
    every = np.concatenate([v.ravel() for v in values])
    every = every[np.isfinite(every)]
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    low = low if shape.low is None else min(shape.low, low) if len(every) else shape.low
    high = high if shape.high is None else max(shape.high, high)
    if high <= low:
        high = low + 1
    step = _nice((high - low) / 4)
    low = math.floor(low / step + 1e-9) * step if shape.low is None else low
    return low, high if shape.high is not None else math.ceil(high / step - 1e-9) * step


def _nice(step: float) -> float:
    size = 10.0 ** math.floor(math.log10(step))
    return next(size * one for one in _STEPS if size * one >= step * (1 - 1e-9))


def _number(value: float) -> str:
    return f"{value + 0.0:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _clock_axis(plot: _Plot) -> list[str]:
    wanted = (plot.end - plot.start) / max(2, plot.shape.width / 110)
    step = next((s for s in _CLOCK_STEPS if s >= max(1.0, wanted)), _CLOCK_STEPS[-1])
    ticks = np.arange(math.ceil(plot.start / step), math.floor(plot.end / step) + 1) * step
    return [
        f'<text class="tick" x="{plot.x(t):.1f}" y="{plot.bottom + 16}" text-anchor="middle">{clock(t)}</text>'
        for t in ticks.tolist()
    ]


def _path(plot: _Plot, line: Line) -> str:
    parts: list[str] = []
    pen_down = False
    for t, value in zip(line.t.tolist(), line.values.tolist(), strict=True):
        if not math.isfinite(value):
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{plot.x(t):.1f} {plot.y(value):.1f}")
        pen_down = True
    return "".join(parts)


def _figure(shape: Shape, parts: Sequence[str], legend: Sequence[tuple[str, str]]) -> str:
    keys = "".join(
        f'<span class="key"><i class="{style}"></i>{escape(label)}</span>' for label, style in legend if label
    )
    return (
        f'<figure class="{"wide" if shape.width > 600 else "half"}"><figcaption>{escape(shape.title)}'
        f'<span class="legend">{keys}</span></figcaption>'
        f'<svg viewBox="0 0 {shape.width} {shape.height}" role="img" aria-label="{escape(shape.title)}">'
        f"{''.join(parts)}</svg></figure>"
    )
