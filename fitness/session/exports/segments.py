"""A workout as device formats store it: sets and rests in turn, without gaps."""

from __future__ import annotations

from dataclasses import dataclass

from fitness.session.store import SetRow, Workout


@dataclass(frozen=True, slots=True)
class Segment:
    """start_s, end_s: seconds, as in Frame.   set: the set, or None for a rest."""

    start_s: float
    end_s: float
    set: SetRow | None


def segments(workout: Workout) -> list[Segment]:
    """Segments from stream time 0 to the end of the last frame; rests fill the time between sets. At least one segment.

    A set that begins before the previous set has ended (two exercises mixed) begins at that set's end.
    """
    found: list[Segment] = []
    at = 0.0
    for one in sorted(workout.sets, key=lambda one: one.start_s):
        if one.start_s > at:
            found.append(Segment(at, one.start_s, None))
        start = max(at, one.start_s)
        found.append(Segment(start, max(start, one.end_s), one))
        at = found[-1].end_s
    if workout.row.end_s > at or not found:
        found.append(Segment(at, max(at, workout.row.end_s), None))
    return found
