"""Checks of arguments that `solutions` and Tasks have in common."""

from __future__ import annotations

import math
import numbers

from fitness.mediapipe_api.failures import OptionsError


def checked_confidence(name: str, value: object) -> float:
    """A number in 0..1. TypeError for something else, OptionsError (a ValueError) for another number."""
    if not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be real number, not {type(value).__name__}")
    number = float(value)
    if math.isnan(number) or not 0 <= number <= 1:
        raise OptionsError(f"Invalid `{name}` option: value must be in the range [0.0, 1.0], got {value}")
    return number


def checked_whole(name: str, value: object) -> int:
    """A whole number. TypeError for something else."""
    if not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    return int(value)


def checked_switch(name: str, value: object) -> bool:
    """True or false, or the numbers 1 and 0. TypeError for something else."""
    if isinstance(value, numbers.Integral) and int(value) in (0, 1):
        return bool(value)
    if type(value).__name__ in ("bool_", "bool"):  # NumPy's, which is no Integral
        return bool(value)
    raise TypeError(f"{name} must be True or False, got {value!r}")
