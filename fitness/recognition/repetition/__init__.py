"""Counts the reps of any repeated motion from landmarks, online and without training (class-agnostic).

landmarks -> samples at 15 Hz -> per channel: turning points -> half cycles -> reps -> the reps of the best channel
"""

from __future__ import annotations

from fitness.recognition.repetition.counter import (
    PeriodicCount,
    PeriodicityCounter,
    PeriodicityOptions,
)
from fitness.recognition.repetition.half_cycles import PeriodicRep
from fitness.recognition.repetition.phase_guide import PhaseGuide

__all__ = ["PeriodicCount", "PeriodicRep", "PeriodicityCounter", "PeriodicityOptions", "PhaseGuide"]
