"""A network with one hidden layer, fitted so that it cannot learn single people by heart.

scikit-learn's `MLPClassifier` has neither noise on its input nor a learning rate that falls to zero. With both, the loss on
people whom the model has not seen is lower (docs/research/trajectories.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.types import DoubleArray, FloatArray

BATCH: Final = 200
STEPS: Final = 2160
NOISE: Final = 0.3
"""Standard deviation of the noise on each number, in units of the input."""
_RATE: Final = 3e-3
_WARM_UP: Final = 0.1
"""Share of the steps in which the learning rate rises; then it falls to zero along a cosine."""
_PENALTY: Final = 1 / 36_000
"""Weight of half the squared weights in the loss; `alpha` = 1 of scikit-learn's network with 36,000 rows, as before."""
_MOMENTUM, _SECOND_MOMENT, _EPSILON = 0.9, 0.999, 1e-8
"""Constants of Adam (Kingma and Ba, 2015)."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """hidden: (D, H), hidden_bias: (H,), output: (H, K), output_bias: (K,): a layer of rectified units, and a softmax."""

    hidden: FloatArray
    hidden_bias: FloatArray
    output: FloatArray
    output_bias: FloatArray


class _Adam:
    """Changes arrays in place by their gradients."""

    def __init__(self, arrays: list[FloatArray]) -> None:
        self._arrays = arrays
        self._first = [np.zeros_like(one) for one in arrays]
        self._second = [np.zeros_like(one) for one in arrays]
        self._steps = 0

    def step(self, gradients: list[FloatArray], rate: float) -> None:
        self._steps += 1
        first_share = 1 - _MOMENTUM**self._steps
        second_share = 1 - _SECOND_MOMENT**self._steps
        for array, gradient, first, second in zip(
            self._arrays, gradients, self._first, self._second, strict=True
        ):
            first += np.float32(1 - _MOMENTUM) * (gradient - first)
            second += np.float32(1 - _SECOND_MOMENT) * (gradient * gradient - second)
            size = np.sqrt(second / np.float32(second_share)) + np.float32(_EPSILON)
            array -= np.float32(rate / first_share) * first / size


def fit_network(
    x: FloatArray, y: np.ndarray, weights: DoubleArray, classes: int, units: int, seed: int
) -> Network:
    """Fit a network; each step sees other rows, drawn by their weights, with other noise.

    Args:
        x: (N, D) numbers.   y: (N,) class of each row, 0 to `classes` - 1.   weights: (N,).   units: H.
    """
    rng = np.random.default_rng(seed)
    ends = np.cumsum(weights)
    sizes = (x.shape[1], units), (units,), (units, classes), (classes,)
    hidden, hidden_bias, output, output_bias = arrays = [_begin(size, rng) for size in sizes]
    adam, every = _Adam(arrays), np.arange(BATCH)
    for step in range(STEPS):
        rows = np.minimum(np.searchsorted(ends, rng.random(BATCH) * ends[-1]), len(x) - 1)
        noisy = x[rows] + np.float32(NOISE) * rng.standard_normal((BATCH, x.shape[1]), np.float32)
        found = np.maximum(noisy @ hidden + hidden_bias, 0)
        logits = found @ output + output_bias
        error = np.exp(logits - logits.max(axis=1, keepdims=True))
        error /= error.sum(axis=1, keepdims=True)
        error[every, y[rows]] -= 1
        error /= np.float32(BATCH)
        back = (error @ output.T) * (found > 0)
        penalty = np.float32(_PENALTY)
        adam.step(
            [
                noisy.T @ back + penalty * hidden,
                back.sum(axis=0),
                found.T @ error + penalty * output,
                error.sum(axis=0),
            ],
            _rate(step),
        )
    return Network(hidden, hidden_bias, output, output_bias)


def _begin(size: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """Weights before the first step (Glorot and Bengio, 2010); biases are zero."""
    if len(size) == 1:
        return np.zeros(size, np.float32)
    bound = np.sqrt(6 / sum(size))
    return rng.uniform(-bound, bound, size).astype(np.float32)


def _rate(step: int) -> float:
    """The learning rate of a step: it rises from a 25th to its maximum, and falls to zero, both along a cosine."""
    peak = _WARM_UP * STEPS
    if step < peak:
        rise = (1 - np.cos(np.pi * step / peak)) / 2
        return float(_RATE * (1 / 25 + (1 - 1 / 25) * rise))
    return float(_RATE * (1 + np.cos(np.pi * (step - peak) / (STEPS - peak))) / 2)
