"""Leads a workout through sets, targets and rests, from frame results and key presses. It has no clock of its own."""

from fitness.coach.machine import Coach
from fitness.coach.options import CoachOptions
from fitness.coach.plan import Plan, PlanItem
from fitness.coach.plan_file import read_plan
from fitness.coach.records import Correction, Event, EventKind, SetLog, SetSummary, Stage
from fitness.coach.state import CoachState, NextSet

__all__ = [
    "Coach",
    "CoachOptions",
    "CoachState",
    "Correction",
    "Event",
    "EventKind",
    "NextSet",
    "Plan",
    "PlanItem",
    "SetLog",
    "SetSummary",
    "Stage",
    "read_plan",
]
