"""Landmarks of any repeated motion -> reps, online and without training: what moves, where it turns, which legs repeat."""

from __future__ import annotations

from fitness.recognition.periodicity.counter import (
    PeriodicCount,
    PeriodicityCounter,
    PeriodicityOptions,
)
from fitness.recognition.periodicity.guide import PhaseGuide
from fitness.recognition.periodicity.legs import PeriodicRep

__all__ = ["PeriodicCount", "PeriodicRep", "PeriodicityCounter", "PeriodicityOptions", "PhaseGuide"]
