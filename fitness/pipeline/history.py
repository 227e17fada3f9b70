"""Compares a workout with earlier ones: streak, records, and the plan to repeat."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from fitness.coach import Plan
from fitness.drawing.summary import DoneSet, Summary, summary_of
from fitness.errors import OptionError
from fitness.metrics.figures import set_figures
from fitness.recognition.exercises.names import pretty_name
from fitness.session.progress import new_records, streak
from fitness.session.store import PLAN, REST_S, Store, date_text
from fitness.types import Rep


@dataclass(frozen=True, slots=True)
class Highlights:
    """Summary of earlier workouts, shown at the end of a workout.

    streak_weeks: weeks in a row with training.   records: new ones, in words ("Squat: 12 reps in a set").
    """

    streak_weeks: int | None = None
    records: tuple[str, ...] = ()


def highlights(store: Store, session: int, today: date) -> Highlights:
    """The streak, and the records that workout number `session` set."""
    found = new_records((store.workout(row.id) for row in store.sessions()), session)
    texts = tuple(f"{pretty_name(one.exercise, plural=False)}: {one.text}" for one in found)
    return Highlights(streak(store.sessions(), today).weeks, texts)


def stored_summary(store: Store, session: int) -> Summary:
    """The data of a stored workout for the image to share. SourceError if there is none with that number."""
    workout = store.workout(session)
    day = workout.row.started_at.date()
    reps: dict[tuple[int, str], list[Rep]] = defaultdict(list)
    for rep in workout.reps:
        reps[rep.set, rep.exercise].append(rep)
    found = highlights(store, session, day)
    return summary_of(
        [DoneSet(one.exercise, one.reps, set_figures(reps[one.set, one.exercise])) for one in workout.sets],
        title=workout.row.title or "Workout done",
        date=date_text(day),
        streak_weeks=found.streak_weeks,
        records=found.records,
    )


def last_plan(store: Store, rest_s: float | None = None) -> Plan | None:
    """The plan of the last workout with a camera, to repeat it; None if there was none with reps.

    It is the plan that was followed, or one made from the completed sets, with that workout's rests.

    Args:
        rest_s: seconds of rest for items of the plan that state none; None: those of that workout, if they are known.
    """
    for row in reversed(store.sessions()):
        if row.kind not in ("live", "page"):
            continue
        text = row.settings.get(PLAN)
        try:
            followed = Plan.parse(text) if isinstance(text, str) else None
        except OptionError:  # a target for any exercise, or the plan of another version
            followed = None
        sets = [(one.exercise, one.reps, one.weight_kg) for one in store.workout(row.id).sets]
        if (plan := followed or Plan.repeating(sets)) is not None:
            rest_s = row.settings.get(REST_S) if rest_s is None else rest_s
            return plan if rest_s is None else plan.with_rest(rest_s)
    return None
