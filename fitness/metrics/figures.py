"""Defines and formats the figures of reps and sets.

Screens, the report, the page and tables all use these functions, so they cannot contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from fitness.types import Rep

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
"""The character between a number and its unit; lines are not broken there."""

UNKNOWN: Final = "\N{EN DASH}"
"""Shown for a figure that was not measured, never for 0."""


@dataclass(frozen=True, slots=True)
class SetFigures:
    """The figures of one set; None if no rep was measured.

    tempo_s, fastest_s, slowest_s: seconds; median, minimum and maximum duration of its reps (`Rep.duration`).
    down_s, up_s: seconds; medians of the lowering and of the lifting.
    range_deg, range_least_deg, range_most_deg: degrees; median, minimum and maximum range of the exercise's joint.
    depth_least, depth_most: 0..1; minimum and maximum of `RepRecord.depth`.
    speed_loss: 0..1; how much slower the last rep was lifted than the fastest of the set.
    left, right: reps of one side alone.
    """

    tempo_s: float | None = None
    fastest_s: float | None = None
    slowest_s: float | None = None
    down_s: float | None = None
    up_s: float | None = None
    range_deg: float | None = None
    range_least_deg: float | None = None
    range_most_deg: float | None = None
    depth_least: float | None = None
    depth_most: float | None = None
    speed_loss: float | None = None
    left: int = 0
    right: int = 0


def set_figures(reps: Sequence[Rep]) -> SetFigures:
    """The figures of the counted reps of one set, in the order they were counted."""
    durations = [rep.duration for rep in reps]
    records = [rep.record for rep in reps]
    ranges, depths = _known(r.range_deg for r in records), _known(r.depth for r in records)
    return SetFigures(
        tempo_s=_median(durations),
        fastest_s=min(durations, default=None),
        slowest_s=max(durations, default=None),
        down_s=_median([rep.lowering_s for rep in reps]),
        up_s=_median([rep.lifting_s for rep in reps]),
        range_deg=_median(ranges),
        range_least_deg=min(ranges, default=None),
        range_most_deg=max(ranges, default=None),
        depth_least=min(depths, default=None),
        depth_most=max(depths, default=None),
        speed_loss=records[-1].speed_loss if records else None,
        left=sum(rep.side == "left" for rep in reps),
        right=sum(rep.side == "right" for rep in reps),
    )


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _median(values: Sequence[float]) -> float | None:
    return float(median(values)) if values else None


def seconds(value: float | None) -> str:
    """ "2.1 s"; a dash if unknown."""
    return UNKNOWN if value is None else f"{value + 0.0:.1f}{NO_BREAK}s"


def percent(share: float | None) -> str:
    """ "84 %" for 0.84; a dash if unknown."""
    return UNKNOWN if share is None else f"{100 * share + 0.0:.0f}{NO_BREAK}%"


def degrees(value: float | None) -> str:
    """ "98°"; a dash if unknown."""
    return UNKNOWN if value is None else f"{value + 0.0:.0f}°"


def clock(total_s: float) -> str:
    """Minutes and seconds, "0:42", with hours if there are any, "1:02:03"; rounded down."""
    minutes, rest = divmod(max(0, int(total_s)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def between(least: str, most: str, joint: str = " to ") -> str:
    """ "88° to 101°", or one of them if both are equal as text."""
    return least if least == most else f"{least}{joint}{most}"


def _range(figures: SetFigures) -> str:
    """ "95° (88° to 101°)", or "95°" if all reps are equal."""
    middle, least, most = map(degrees, (figures.range_deg, figures.range_least_deg, figures.range_most_deg))
    return middle if least == most else f"{middle} ({between(least, most)})"


def rows(figures: SetFigures) -> tuple[tuple[str, str], ...]:
    """Name and value of the known figures, the most important first."""
    found = []
    if figures.tempo_s is not None:
        found.append(("Tempo", f"{seconds(figures.tempo_s)} a rep"))
        found.append(("Fastest, slowest", f"{seconds(figures.fastest_s)}, {seconds(figures.slowest_s)}"))
    if figures.down_s is not None or figures.up_s is not None:
        found.append(("Way down, way up", f"{seconds(figures.down_s)}, {seconds(figures.up_s)}"))
    if figures.range_deg is not None:
        found.append(("Range", _range(figures)))
    if figures.speed_loss is not None:
        found.append(("Speed lost", percent(figures.speed_loss)))
    if figures.left or figures.right:
        found.append(("Left, right", f"{figures.left}, {figures.right}"))
    return tuple(found)
