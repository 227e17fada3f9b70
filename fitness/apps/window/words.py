"""Texts of the window: the message line, the summary at the end, and a set as one line for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from fitness.apps.window.look import Look
from fitness.coach import CoachState, SetSummary, Stage
from fitness.drawing.paint import Colour
from fitness.drawing.summary import DoneSet, Summary, summary_of
from fitness.drawing.theme import STOP, WARN, WHITE
from fitness.drawing.training_content import hint_of
from fitness.plural import some
from fitness.recognition.exercises import is_held


def note_of(state: CoachState, look: Look, message: str | None, done: bool) -> tuple[str, Colour] | None:
    """The text of the message line, and its colour; None for no message."""
    notice = look.notice if look.notice is not None and state.t < look.notice_until_s else None
    if message:
        return message, STOP
    if state.paused:
        return "Press space to continue", WHITE
    if notice is not None:
        return notice, WHITE
    if done:
        return None
    if state.stage in (Stage.READY, Stage.WORKING) and state.reason:
        return state.reason, WARN
    if state.cue is not None:
        return state.cue, WARN
    hint = hint_of(state)
    return None if hint is None else (hint, WHITE)


def done_sets(state: CoachState) -> tuple[DoneSet, ...]:
    """The sets of a workout for its summary."""
    sets: Sequence[SetSummary] = (*state.done, *([state.running] if state.running else []))
    return tuple(DoneSet(one.exercise or "rep", one.reps, one.figures) for one in sets)


def summary_of_state(state: CoachState, look: Look, over: bool) -> Summary:
    """The summary at the end of a workout.   over: the stream has ended, so no further set is possible."""
    keys = (
        "s saves this as a picture, q ends"
        if over
        else "do another set to continue, s saves this as a picture, q ends"
    )
    return summary_of(
        done_sets(state), date=look.date, streak_weeks=look.streak_weeks, records=look.records, footer=keys
    )


def set_line(summary: SetSummary) -> str:
    """A finished set in one line, for the terminal."""
    return "; ".join((summary.title, *(f"{name.lower()} {value}" for name, value in summary.rows)))


def total_line(sets: Sequence[SetSummary]) -> str:
    """All sets in one line: "total: 8 reps, 45 s held"."""
    held = [one.reps for one in sets if is_held(one.exercise)]
    reps = sum(one.reps for one in sets) - sum(held)
    parts = [some(reps, "rep")] if reps or not held else []
    return f"total: {', '.join([*parts, *([f'{sum(held)} s held'] if held else [])])}"
