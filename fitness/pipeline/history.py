"""What the program knows of earlier workouts when a new one begins."""

from __future__ import annotations

from fitness.coach import Plan
from fitness.errors import OptionError
from fitness.session.store import Store


def last_plan(store: Store) -> Plan | None:
    """The plan of the last workout with a camera, to do it again; None where there was none with reps.

    It is the plan that was followed then; without one it is made of the sets that were done.
    """
    for row in reversed(store.sessions()):
        if row.kind not in ("live", "page"):
            continue
        text = row.settings.get("plan")
        try:
            followed = Plan.parse(text) if isinstance(text, str) else None
        except OptionError:  # a target for any exercise, or the plan of another version
            followed = None
        sets = [(one.exercise, one.reps, one.weight_kg) for one in store.workout(row.id).sets]
        if (plan := followed or Plan.repeating(sets)) is not None:
            return plan
    return None
