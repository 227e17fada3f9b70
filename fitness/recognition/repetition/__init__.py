"""Landmarks of any repeated motion -> reps, online and without training: what moves, where it turns, which legs repeat."""

from __future__ import annotations

from fitness.recognition.repetition.counter import (
    PeriodicCount,
    PeriodicityCounter,
    PeriodicityOptions,
)
from fitness.recognition.repetition.half_cycles import PeriodicRep
from fitness.recognition.repetition.phase_guide import PhaseGuide

__all__ = ["PeriodicCount", "PeriodicRep", "PeriodicityCounter", "PeriodicityOptions", "PhaseGuide"]
