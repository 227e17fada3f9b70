"""Varies swings as if seen by other cameras or models, or done by other people."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from fitness.recognition.trajectory.swing_data import SwingData

_ROLL_DEG: Final = 7.0
_PITCH_DEG: Final = (-14.0, 18.0)
_DEPTH: Final = 0.2
"""Spread of the logarithm of a factor on depth: the landmark model guesses it."""
_JITTER_M: Final = 0.008
_BIAS_M: Final = 0.012
_TEMPO: Final = 0.15
_HIDDEN_SHARE: Final = 0.3
_FORGOTTEN_SHARE: Final = 0.1
_UNFOLLOWED_SHARE: Final = 0.2
"""Share of the copies whose pose after the swing is unknown: every swing is judged without it first."""
_UNPLACED_SHARE: Final = 0.2
"""Share of the copies whose travel in the image is unknown, so that the model does not depend on it."""
_HIDDEN: Final = (
    (25, 26, 27, 28),
    (27, 28),
    (13, 15),
    (14, 16),
    (15, 16),
    (0,),
)
"""Landmarks that are hidden together: legs, feet, an arm, hands, the face."""


def varied(swings: SwingData, rng: np.random.Generator) -> SwingData:
    """Rotate about the camera's axis, change the camera height, add jitter, change depth and tempo, and hide parts."""
    count = len(swings.world)
    turned = np.einsum("nij,nkpj->nkpi", _views(count, rng), swings.world)
    turned = turned + rng.normal(0, _JITTER_M, turned.shape) + rng.normal(0, _BIAS_M, (count, 1, 33, 3))
    numbers = swings.numbers.copy()
    numbers[:, 3:6] *= np.exp(rng.normal(0, _TEMPO, (count, 1)))
    seen = swings.visibility.copy()
    for at in np.flatnonzero(rng.random(count) < _HIDDEN_SHARE):
        seen[at, list(_HIDDEN[rng.integers(len(_HIDDEN))])] *= rng.uniform(0.05, 0.4)
    placed = (rng.random(count) > _UNPLACED_SHARE).astype(np.float32)
    known = swings.known * (rng.random((count, 1)) > _FORGOTTEN_SHARE)
    known[:, -1] *= rng.random(count) > _UNFOLLOWED_SHARE
    return replace(
        swings,
        world=turned.astype(np.float32),
        image=swings.image * placed[:, None, None, None],
        numbers=numbers,
        visibility=seen.astype(np.float32),
        known=known.astype(np.float32),
    )


def _views(count: int, rng: np.random.Generator) -> np.ndarray:
    pitch, roll = np.radians(rng.uniform(*_PITCH_DEG, count)), np.radians(rng.normal(0, _ROLL_DEG, count))
    zero, one = np.zeros(count), np.ones(count)
    depth = np.exp(rng.normal(0, _DEPTH, count))
    about_x = np.array(
        [[one, zero, zero], [zero, np.cos(pitch), -np.sin(pitch)], [zero, np.sin(pitch), np.cos(pitch)]]
    )
    about_z = np.array(
        [[np.cos(roll), -np.sin(roll), zero], [np.sin(roll), np.cos(roll), zero], [zero, zero, one]]
    )
    scale = np.array([[one, zero, zero], [zero, one, zero], [zero, zero, depth]])
    views: np.ndarray = np.einsum("ijn,jkn,kln->nil", about_x, about_z, scale)
    return views
