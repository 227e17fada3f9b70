"""Smoothing filters for landmarks over time: One-Euro and a simple low-pass, for many values at once.

The One-Euro filter (Casiez, Roussel, Vogel, CHI 2012) reduces jitter at rest and lag during movement.
The arithmetic, float32 state included, is that of MediaPipe's `one_euro_filter.cc` and `low_pass_filter.cc`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fitness.errors import OptionError
from fitness.options import bounded, check_options
from fitness.types import DoubleArray, FloatArray

FIRST_RATE_HZ = 30.0
MIN_OBJECT_SCALE = 1e-6
_LEAD_SPEED = 0.15
"""Scaled speed (body sizes or metres per second) at which half of the lead is added; above that of a resting body."""
_MAX_LEAD_S = 0.08


@dataclass(frozen=True, slots=True)
class OneEuroOptions:
    """Settings of a `OneEuroFilter`.

    min_cutoff_hz: cut-off of a value at rest.   beta: increase of the cut-off with speed.
    derivative_cutoff_hz: cut-off of the speed itself.
    joint: values are (N, 3) points, and each point has one cut-off, from its speed in x and y. Otherwise each value has
        its own cut-off, as in MediaPipe.
    lead: fraction of the filter's lag that is compensated by extrapolating with the speed, 0..1; 0 in MediaPipe. At rest
        nothing is added.
    """

    min_cutoff_hz: float = bounded(above=0)
    beta: float = bounded(low=0)
    derivative_cutoff_hz: float = bounded(1.0, above=0)
    joint: bool = False
    lead: float = bounded(0.0, low=0, high=1)

    def __post_init__(self) -> None:
        check_options(self)


class OneEuroFilter:
    """One-Euro filter of an array of constant shape.

    Args:
        options: cut-offs and beta.
        zero_is_unset: treat a previous time of 0 s as "no previous time", as MediaPipe does. The second sample of a
            stream that starts at 0 is then filtered as if it came 1/30 s later. Only the MediaPipe profiles use this.
    """

    def __init__(self, options: OneEuroOptions, *, zero_is_unset: bool = False) -> None:
        self._options = options
        # MediaPipe's settings are 32-bit floats.
        self._min_cutoff_hz, self._beta = (
            float(np.float32(options.min_cutoff_hz)),
            float(np.float32(options.beta)),
        )
        self._zero_is_unset = zero_is_unset
        self.reset()

    def reset(self) -> None:
        """Reset the filter to its initial state."""
        self._t_ns: int | None = None
        self._rate = FIRST_RATE_HZ
        self._raw: FloatArray | None = None
        self._value: FloatArray | None = None
        self._speed: FloatArray | None = None

    def rescale(self, factors: DoubleArray) -> None:
        """Change units: multiply the filter state by `factors`, which broadcast to its shape."""
        if self._raw is not None and self._value is not None:
            self._raw = (self._raw * factors).astype(np.float32)
            self._value = (self._value * factors).astype(np.float32)

    def apply(self, values: DoubleArray, t: float, scale: float = 1.0) -> DoubleArray:
        """Filtered values at time `t` seconds; `scale` converts them to the units of the speed.

        The first sample passes unchanged. If the time, in whole nanoseconds, does not increase, the values are returned
        unchanged and the filter state stays as it was.
        """
        t_ns = round(t * 1e9)
        if self._t_ns is not None and t_ns <= self._t_ns:
            return values
        if self._t_ns is not None and not (self._zero_is_unset and self._t_ns == 0):
            self._rate = 1.0 / ((t_ns - self._t_ns) * 1e-9)
        self._t_ns = t_ns
        raw = values.astype(np.float32)
        if self._raw is None or self._value is None or self._speed is None:
            self._speed = np.zeros(values.shape, dtype=np.float32)
            self._value = raw
        else:
            speed = ((raw.astype(np.float64) - self._raw) * scale * self._rate).astype(np.float32)
            self._speed = _blend(speed, self._speed, self._alpha(self._options.derivative_cutoff_hz))
            judged = np.abs(self._speed.astype(np.float64))
            if self._options.joint:
                judged = np.linalg.norm(self._speed[:, :2].astype(np.float64), axis=1, keepdims=True)
            alpha = self._alpha(self._min_cutoff_hz + self._beta * judged)
            self._value = _blend(raw, self._value, alpha)
            if self._options.lead:
                self._raw = raw
                return self._value + self._ahead(judged, alpha) / scale
        self._raw = raw
        return self._value.astype(np.float64)

    def _ahead(self, judged: DoubleArray, alpha: FloatArray) -> DoubleArray:
        """The compensation of the filter's lag, in scaled units."""
        assert self._speed is not None
        lag_s = np.minimum((1 - alpha.astype(np.float64)) / (alpha * self._rate), _MAX_LEAD_S)
        moving = judged**2 / (judged**2 + _LEAD_SPEED**2)
        return np.asarray(self._options.lead * moving * lag_s * self._speed)

    def _alpha(self, cutoff_hz: float | DoubleArray) -> FloatArray:
        between, constant = 1.0 / self._rate, 1.0 / (2 * math.pi * cutoff_hz)
        return np.asarray(1.0 / (1.0 + constant / between), dtype=np.float32)


class LowPassFilter:
    """Low-pass filter: y = alpha x + (1 - alpha) y_previous; the first sample passes unchanged.

    Args:
        alpha: weight of the new value in (0, 1] for steps of `period_s`.
        period_s: the step that alpha was tuned for; other steps get the alpha of the same time constant. None uses
            alpha at each step, whatever the time between them, as MediaPipe does.
    """

    def __init__(self, alpha: float, period_s: float | None = None) -> None:
        if not 0 < alpha <= 1:
            raise OptionError(f"alpha must be in (0, 1], got {alpha}")
        self._alpha = alpha
        self._period_s = period_s
        self.reset()

    def reset(self) -> None:
        """Reset the filter to its initial state."""
        self._t: float | None = None
        self._value: FloatArray | None = None

    def apply(self, values: FloatArray, t: float) -> FloatArray:
        """Filtered values at time `t` seconds."""
        if self._value is None or self._t is None:
            self._value = values.astype(np.float32)
        else:
            alpha = self._alpha
            if self._period_s is not None and alpha < 1:
                alpha = 1 - (1 - alpha) ** (max(t - self._t, 0.0) / self._period_s)
            self._value = _blend(values.astype(np.float32), self._value, np.float32(alpha))
        self._t = t
        return np.array(self._value)


def _blend(new: FloatArray, old: FloatArray, alpha: FloatArray | np.float32) -> FloatArray:
    """alpha new + (1 - alpha) old; 1 - alpha is computed in double, as in MediaPipe."""
    return (new * alpha + old * (1.0 - np.asarray(alpha, dtype=np.float64))).astype(np.float32)
