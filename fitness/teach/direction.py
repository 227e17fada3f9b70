"""Whether the reps of a clip begin with lowering or lifting, from where the parts of the body are in the image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from fitness.metrics.record import Order
from fitness.recognition.taught_motion import BODY_SHARE
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, Pose

_BODY: Final = ("SHOULDER", "HIP")
_LIMBS: Final = ("WRIST", "KNEE", "ANKLE")


def first_order(poses: Sequence[Pose], up_s: Sequence[float], down_s: Sequence[float]) -> Order:
    """What the body does first in a rep or, if it rests, the limb that moves most. The camera must stand still.

    Args:
        poses: in order of time, at least one.   up_s, down_s: seconds of the start and the end positions, one at least.
    """
    times = np.array([pose.t for pose in poses])
    start, end = (
        np.median([poses[int(np.abs(times - at).argmin())].image[:, 1] for at in each], axis=0)
        for each in (up_s, down_s)
    )
    rise = {name: _height(end, name) - _height(start, name) for name in (*_BODY, *_LIMBS)}
    limb = max((rise[name] for name in _LIMBS), key=abs)
    body = sum(rise[name] for name in _BODY) / len(_BODY)
    return "lifting" if (body if abs(body) >= BODY_SHARE * abs(limb) else limb) > 0 else "lowering"


def _height(y: DoubleArray, name: str) -> float:
    """Height in the image, mean of both sides, from the pixels that the landmarks are below its top."""
    return -float(y[[Landmark[f"LEFT_{name}"], Landmark[f"RIGHT_{name}"]]].mean())
