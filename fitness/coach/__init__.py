"""FrameResults and key presses -> what a trainer would say: set, target, rest, cue, corrections. No clock of its own."""

from fitness.coach.machine import Coach
from fitness.coach.plan import CoachOptions, Target
from fitness.coach.records import CoachState, Correction, Event, EventKind, SetLog, SetSummary, Stage

__all__ = [
    "Coach",
    "CoachOptions",
    "CoachState",
    "Correction",
    "Event",
    "EventKind",
    "SetLog",
    "SetSummary",
    "Stage",
    "Target",
]
