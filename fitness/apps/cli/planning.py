"""Options --target, --plan and --again -> the plan of a workout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fitness.errors import OptionError

if TYPE_CHECKING:
    from fitness.coach import Plan


def plan_from(
    target: str | None,
    plan: str | None,
    store: Path | None,
    *,
    again: bool,
    rest_s: float | None = None,
    taught: Sequence[str] = (),
) -> Plan | None:
    """The plan from --target, --plan (text or a TOML file) or --again (the last stored workout); None if none is given.

    Args:
        rest_s: seconds of rest that the user chose for --again; None: those of the last workout.
        taught: names of the user's taught exercises, which a plan may have beside the built-in ones.

    Raises:
        OptionError: more than one is given, one is wrong, or there is no last workout.   SourceError: the file has no plan.
    """
    from fitness.coach import Plan, read_plan
    from fitness.recognition.exercises import EXERCISES
    from fitness.recognition.exercises.names import known_name

    if sum((target is not None, plan is not None, again)) > 1:
        raise OptionError("give only one of --target, --plan and --again")

    def named(text: str) -> str:
        return known_name(text, (*EXERCISES, *taught))

    if plan is not None:
        is_file = plan.lower().endswith(".toml") or Path(plan).is_file()
        return read_plan(plan, named) if is_file else Plan.parse(plan, named)
    if again:
        return _last_plan(store, rest_s)
    return None if target is None else Plan.target(target)


def _last_plan(store: Path | None, rest_s: float | None) -> Plan:
    from fitness.pipeline.history import last_plan
    from fitness.session.store import Store

    with Store.open(store, readonly=True) as opened:
        found = last_plan(opened, rest_s)
    if found is None:
        raise OptionError("no stored workout has reps that could be repeated")
    return found
