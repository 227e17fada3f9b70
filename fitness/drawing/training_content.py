"""Chooses the text and numbers of the training screen from the coach's state."""

from __future__ import annotations

import math
from typing import Final

from fitness.coach.records import Stage
from fitness.coach.state import CoachState
from fitness.drawing.theme import GO, MOVE, REST, SOFT, WARN, WHITE
from fitness.drawing.training import Column, Ring
from fitness.metrics.figures import NO_BREAK, clock
from fitness.plural import some
from fitness.recognition.exercises.names import pretty_name

GOAL: Final = 0.8
"""Place of the ring's tick, as a share of the usual range of motion: deep enough."""

MOVING: Final = 0.25
"""Phase above which a rep is in progress; nothing may cover the person then."""

_LEFT_START: Final = 0.1
"""Phase from which "Down" or "Up" is shown; below it, the person is at the start position."""

_WORDS: Final = {"down": "Down", "up": "Up", "hold": "Hold"}


def is_moving(state: CoachState) -> bool:
    """Whether the person is in the middle of a rep."""
    return state.phase is not None and math.isfinite(state.phase) and state.phase > MOVING and not state.held


def column_of(state: CoachState) -> tuple[Column, Ring]:
    """Text of the column, and state of its ring."""
    if state.paused:
        return Column(_name(state), "Paused", lines=_set_line(state), dots=state.dots), Ring(0, SOFT)
    if state.stage is Stage.RESTING and state.rest_left_s is not None:
        return _resting(state, state.rest_left_s)
    if state.stage is Stage.READY and state.countdown is not None:
        return _getting_ready(state, state.countdown)
    return _counting(state)


def _name(state: CoachState) -> str:
    if state.exercise is None:
        return "Ready"
    return pretty_name(state.exercise, plural=False)


def _set_line(state: CoachState) -> tuple[str, ...]:
    if state.sets is not None:
        return (f"Set {state.set} of {state.sets}",)
    return (f"Set {state.set}",)


def _resting(state: CoachState, left_s: float) -> tuple[Column, Ring]:
    seconds = math.ceil(left_s)
    last_seconds = seconds <= 3
    lines = () if state.next is None else (state.next.text,)
    if state.last is not None and state.last.extra:
        lines = (*lines, f"{state.last.target} + {state.last.extra} extra")
    column = Column(
        "Rest",
        clock(seconds),
        dots=state.dots,
        lines=lines,
        tone=GO if last_seconds else WHITE,
        title_tone=REST,
    )
    share = left_s / state.rest_s if state.rest_s else 0.0
    return column, Ring(share, GO if last_seconds else REST)


def _getting_ready(state: CoachState, countdown: int) -> tuple[Column, Ring]:
    go = countdown == 0
    goal = (
        ""
        if state.target is None
        else f"{state.target}{NO_BREAK}s"
        if state.held
        else some(state.target, "rep")
    )
    column = Column(
        _name(state),
        "Go" if go else str(countdown),
        under="" if go else "Get ready",
        dots=state.dots,
        lines=(*_set_line(state), *([goal] if goal else [])),
        tone=GO if go else WHITE,
    )
    return column, Ring(1.0 if go else countdown / 3, GO if go else MOVE)


def _counting(state: CoachState) -> tuple[Column, Ring]:
    reps = str(state.reps + (state.pending if state.last is None else 0))
    unit = "s" if state.held else ""
    under, tone = "", SOFT
    if state.extra:
        under, tone = f"{state.target} + {state.extra} extra", WARN
    elif state.target is not None:
        under = f"of {state.target}{NO_BREAK + unit if unit else ''}"
    elif unit:
        under = "seconds"
    lines = list(_set_line(state))
    if state.pending:
        lines.append(f"{state.pending} not sure yet")
    elif state.total != state.reps and not state.held:
        lines.append(f"{state.total} in all")
    shown = state.running or state.last
    if shown is not None and (shown.figures.left or shown.figures.right):
        lines.append(f"left {shown.figures.left} · right {shown.figures.right}")
    column = Column(
        _name(state),
        reps,
        under=under,
        word=_WORDS.get(state.direction or "", "")
        if state.held or (state.phase or 0.0) > _LEFT_START
        else "",
        dots=state.dots,
        lines=tuple(lines[:2]),
        under_tone=tone,
        word_tone=MOVE,
    )
    return column, _phase_ring(state)


def _phase_ring(state: CoachState) -> Ring:
    """The ring's state: filled by depth; in a hold, by the share of its target time."""
    if state.held:
        share = state.reps / state.target if state.target else 0.0
        return Ring(min(1.0, share), GO if share >= 1 else MOVE)
    if state.phase is None or not math.isfinite(state.phase):
        return Ring(0.0, MOVE, GOAL)
    return Ring(state.phase, GO if state.phase >= GOAL else MOVE, GOAL)


def hint_of(state: CoachState) -> str | None:
    """What the person should do before the first rep, or None."""
    if state.stage is not Stage.READY or state.paused or state.reason is not None:
        return None
    if not state.in_view:
        return "Step into the outline"
    return "Hold still" if state.countdown is not None and state.countdown > 0 else None
