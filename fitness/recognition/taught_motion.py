"""What is measured in the reps of a taught exercise: the joint, the order of lowering and lifting, the path of the weight.

If the exercise moves like a built-in one, that one's description is used. Otherwise the poses at both turning points show
it.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np

from fitness.metrics.body import ANGLE_NAMES, angles
from fitness.metrics.record import JOINTS, SIDES, MotionSpec, Order
from fitness.recognition.exercises import EXERCISES
from fitness.skeleton import Landmark
from fitness.types import DoubleArray, FloatArray

_Moving: TypeAlias = Literal["body", "arms", "legs"]

BODY_SHARE: Final = 0.4
"""The body moves, not arms or legs alone, if it rises or falls by this share of what the hands or feet do."""
_RIGID: Final = 0.4
"""If legs rise from a lying body, shoulders and hips have the same way, up to this share of it."""
_LYING: Final = 0.6
"""Maximum height of the shoulders above the hips in a lying body, as a share of the length of the trunk."""
_OVERHEAD: Final = 0.5
"""Hands are overhead from this height above the shoulders on, as a share of the length of the trunk."""
_BENT_DEG: Final = 110.0
_BENDS_DEG: Final = 30.0
"""In a pull-up the elbows bend by at least `_BENDS_DEG`, to at most `_BENT_DEG`."""


def motion_of(up: FloatArray, down: FloatArray, kind: str = "", first: Order | None = None) -> MotionSpec:
    """What is measured in a taught exercise.

    Args:
        up, down: (N, 33, 3) and (M, 33, 3) metres: the samples of the start and of the end position.
        kind: the built-in exercise that it moves like, "" if there is none.
        first: whether it begins with lowering or lifting, if a clip showed it; None to derive it from the samples.
    """
    known = EXERCISES[kind].spec if kind in EXERCISES else None
    if known is not None:
        return known
    start, end = (np.median(one.astype(np.float64), axis=0) for one in (up, down))
    before, after = (np.median(angles(one), axis=0) for one in (up, down))
    change = dict(zip(ANGLE_NAMES, np.abs(after - before).tolist(), strict=True))
    joint = max(JOINTS, key=lambda joint: sum(change[f"{side}_{joint}"] for side in SIDES))
    moving, derived = _moving(start, end)
    if moving == "body" and joint in ("elbow", "shoulder"):
        path = "shoulder", "wrist"
    elif moving == "body":
        path = "hip" if joint == "knee" else "shoulder", "ankle"
    else:
        path = "wrist" if moving == "arms" else "knee", "hip"
    return MotionSpec(joint, first or derived, path)


def _moving(start: DoubleArray, end: DoubleArray) -> tuple[_Moving, Order]:
    """What moves up or down, and which of the two it does first. The feet are taken to rest, but for two cases.

    Landmarks in metres have their origin at the hips, so they do not show what rests. A pull-up is recognised by hands that
    come down from overhead to bent elbows; legs that rise, by a lying body that seems to fall as a whole.

    Args:
        start, end: (33, 3) metres.
    """
    rise = {
        name: _height(end, name, "ankle") - _height(start, name, "ankle")
        for name in ("shoulder", "hip", "wrist")
    }
    body, arms = (rise["shoulder"] + rise["hip"]) / 2, rise["wrist"]
    if _pulls_up(start, end) and abs(body) < abs(arms) / 2:
        return "body", "lifting"
    lies = all(abs(_height(one, "shoulder", "hip")) < _LYING * _trunk(one) for one in (start, end))
    rigid = max(abs(rise["shoulder"] - rise["hip"]), abs(arms - body)) < _RIGID * abs(body)
    if lies and rigid:
        return "legs", "lifting" if body < 0 else "lowering"
    if abs(body) >= BODY_SHARE * abs(arms):
        return "body", "lifting" if body > 0 else "lowering"
    return "arms", "lifting" if arms > 0 else "lowering"


def _pulls_up(start: DoubleArray, end: DoubleArray) -> bool:
    """Whether hands come down from overhead while the elbows bend and come below the shoulders."""
    before, after = (
        float(np.mean([one[ANGLE_NAMES.index(f"{side}_elbow")] for side in SIDES]))
        for one in angles(np.stack([start, end]))
    )
    return (
        _height(start, "wrist", "shoulder") > _OVERHEAD * _trunk(start)
        and after < min(_BENT_DEG, before - _BENDS_DEG)
        and _height(end, "elbow", "shoulder") < 0
    )


def _trunk(pose: DoubleArray) -> float:
    return float(np.linalg.norm(_middle(pose, "shoulder") - _middle(pose, "hip")))


def _height(pose: DoubleArray, name: str, above: str) -> float:
    """Height of a landmark above another one, mean of both sides, metres; y points down."""
    return float(_middle(pose, above)[1] - _middle(pose, name)[1])


def _middle(pose: DoubleArray, name: str) -> DoubleArray:
    middle: DoubleArray = pose[[Landmark[f"{side}_{name}".upper()] for side in SIDES]].mean(axis=0)
    return middle
