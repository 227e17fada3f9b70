"""Brings the visibilities of the landmark models to one scale.

The models disagree about hidden joints. For the same knees, the heavy model says .07 where the full one says .40 (lower
quartiles of 19,258 frames), so the limits of the recogniser, which were measured with the full model, refused reps. The lite
model agrees with the full one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from fitness.types import FloatArray, Pose

_LOGITS: Final = {"heavy": (1.30, 0.76)}
"""Model -> (a, b); the full model's logit is about a + b times that of the model. From the quantiles of the visibility in
the same frames (`python scripts/measure_visibility.py`)."""
_LIKE: Final = "full"
_MOST: Final = 1 - 1e-6


def comparable(pose: Pose) -> Pose:
    """The pose with visibilities as the full model would report them. Only poses of the heavy model change."""
    if pose.model not in _LOGITS:
        return pose
    return replace(pose, visibility=as_full(pose.visibility, pose.model), model=_LIKE)


def as_full(visibility: FloatArray, model: str) -> FloatArray:
    """Visibilities (0..1, any shape) of a landmark model on the scale of the full one; 0 stays 0."""
    if model not in _LOGITS:
        return visibility
    shift, slope = _LOGITS[model]
    seen = np.minimum(visibility, _MOST)
    odds = math.exp(shift) * (seen / (1 - seen)) ** slope
    scaled: FloatArray = (odds / (1 + odds)).astype(np.float32)
    return scaled
