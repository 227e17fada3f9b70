"""Amounts of an exercise: reps, or seconds of an exercise that is held (plank, wall sit)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fitness.recognition.exercises import is_held
from fitness.types import Rep

SAME_HOLD_S: Final = 0.5
"""Longest gap between two counted seconds of one hold, seconds."""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One row of a table of reps.   rep: a rep, or a whole hold.   held_s: length of the hold, seconds; None for a rep."""

    rep: Rep
    held_s: int | None = None


def amount_text(exercise: str, amount: int) -> str:
    """ "12 squat" for reps, "plank 35 s" for a held exercise."""
    return f"{exercise} {amount} s" if is_held(exercise) else f"{amount} {exercise}"


def totals_text(totals: Mapping[str, int]) -> str:
    """ "12 squat, plank 35 s"; "none" if nothing was counted.

    Args:
        totals: exercise -> reps, or seconds of a held one.
    """
    return ", ".join(amount_text(name, amount) for name, amount in totals.items()) or "none"


def counted_rows(reps: Iterable[Rep]) -> list[CountedRow]:
    """One row for each rep and one for each hold. (Counting gives one `Rep` for each second of a hold.)

    A hold's row covers its first second to its last, with the mean confidence and every cue. Holds are numbered
    from 1 in their set. Rows are in the order of their first count.
    """
    rows: list[list[Rep]] = []
    running: dict[tuple[str, int], int] = {}
    for rep in reps:
        key = (rep.exercise, rep.set)
        at = running.get(key)
        if is_held(rep.exercise) and at is not None and rep.t_start - rows[at][-1].t_end <= SAME_HOLD_S:
            rows[at].append(rep)
            continue
        running[key] = len(rows)
        rows.append([rep])
    holds: dict[tuple[str, int], int] = {}
    found = []
    for group in rows:
        if not is_held(group[0].exercise):
            found.append(CountedRow(group[0]))
            continue
        key = (group[0].exercise, group[0].set)
        holds[key] = holds.get(key, 0) + 1
        found.append(CountedRow(_hold(group, holds[key]), len(group)))
    return found


def counted_reps(row: CountedRow) -> list[Rep]:
    """The reps that `counted_rows` made this row of: a rep itself, or one rep for each second of a hold."""
    if row.held_s is None:
        return [row.rep]
    hold, length = row.rep, (row.rep.t_end - row.rep.t_start) / max(1, row.held_s)
    starts = [hold.t_start + i * length for i in range(row.held_s)]
    return [
        replace(hold, number=i, t_start=start, t_peak=start + length / 2, t_end=start + length)
        for i, start in enumerate(starts, start=1)
    ]


def _hold(seconds: Sequence[Rep], number: int) -> Rep:
    return replace(
        seconds[0],
        number=number,
        t_end=seconds[-1].t_end,
        t_peak=(seconds[0].t_start + seconds[-1].t_end) / 2,
        confidence=sum(one.confidence for one in seconds) / len(seconds),
        cues=tuple(dict.fromkeys(cue for one in seconds for cue in one.cues)),
    )
