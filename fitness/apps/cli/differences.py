"""What a new count of a stored session changes, as text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fitness.session import Session
    from fitness.session.store import Arranged, SetRow, Workout
    from fitness.types import JsonDict

_NEAR_S = 0.5


def difference(workout: Workout, old: Session, new: Arranged) -> JsonDict:
    """Totals and sets of both counts, and the reps of one that have no rep of the other within 0.5 s (turning points).

    Args:
        workout: the stored session with its sets.   old: the same session with its totals as counted.
    """
    names = dict.fromkeys([*old.totals, *new.session.totals])
    names |= dict.fromkeys(one.exercise for one in (*workout.sets, *new.sets))
    return {
        "totals": {
            name: {"old": old.totals.get(name, 0), "new": new.session.totals.get(name, 0)} for name in names
        },
        "sets": {name: {"old": _reps(workout.sets, name), "new": _reps(new.sets, name)} for name in names},
        "corrected": [
            {"set": one.set, "exercise": one.exercise, "reps": one.corrected, "counted": one.counted}
            for one in new.sets
            if one.corrected is not None
        ],
        "gone": _alone(old, new.session),
        "found": _alone(new.session, old),
    }


def print_difference(found: JsonDict) -> None:
    """Print a line for each exercise, corrected set and differing rep."""
    for name, both in found["totals"].items():
        change, sets = both["new"] - both["old"], found["sets"][name]
        words = [f"{change:+d}"] if change else []
        if sets["old"] != sets["new"]:
            words.append(f"sets {_list(sets['old'])} -> {_list(sets['new'])}")
        click.echo(f"{name}: {both['old']} -> {both['new']} ({'; '.join(words) or 'same'})")
    if not found["totals"]:
        click.echo("no reps before or now")
    for one in found["corrected"]:
        click.echo(
            f"  set {one['set']} keeps your correction: {one['exercise']} {one['reps']} (counted {one['counted']})"
        )
    for word in ("gone", "found"):
        for rep in found[word]:
            click.echo(f"  {word}: {rep['exercise']} at {rep['peak_s']:.1f} s")


def _reps(sets: Sequence[SetRow], exercise: str) -> list[int]:
    return [one.counted for one in sets if one.exercise == exercise]


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _alone(one: Session, other: Session) -> list[JsonDict]:
    free = list(other.reps)
    alone = []
    for rep in one.reps:
        near = [r for r in free if r.exercise == rep.exercise and abs(r.t_peak - rep.t_peak) <= _NEAR_S]
        if near:
            free.remove(min(near, key=lambda r: abs(r.t_peak - rep.t_peak)))
        else:
            alone.append({"exercise": rep.exercise, "peak_s": round(rep.t_peak, 3)})
    return alone
