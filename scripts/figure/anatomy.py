"""The resting skeleton of a Body: where joints, contact points and landmarks sit when it stands straight.

Rest posture: arms and legs hanging straight, palms to the thighs. Axes x to the figure's left, y up, z forward;
metres; origin midway between the hip joints. Lengths are fractions of the height after Winter (Biomechanics and
Motor Control of Human Movement, fig. 4.1); face measures after the anthropometric head of Farkas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.skeleton import LANDMARK_COUNT, Landmark
from fitness.types import DoubleArray
from scripts.figure.body import Body

_CENTRE: Final = ("pelvis", "lumbar", "thorax", "neck", "head")
_SIDED: Final = (
    "shoulder", "upper_arm", "elbow", "forearm", "twist", "hand",
    "hip", "thigh", "knee", "shank", "foot", "toes",
)  # fmt: skip
BONES: Final = _CENTRE + tuple(f"{name}_{side}" for side in "lr" for name in _SIDED)
"""Every bone that moves skin. shoulder, elbow, hip, knee are helpers that turn half as far as the joint."""
BONE: Final = {name: index for index, name in enumerate(BONES)}
SIDES: Final = (("l", 1.0), ("r", -1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """Measures of one body at rest.

    rest: (B, 3) metres, the joint each bone turns about, in BONES order.
    landmarks: (33, 3) metres, BlazePose landmarks at rest.   landmark_bone: (33,) the bone that carries each.
    upper_arm, forearm, thigh, shank: bone lengths, metres.   ankle_height: ankle joint above the sole.
    ball: (3,) from the ankle to the sole under the ball of the foot.   scale: height against 1.75 m.
    """

    rest: DoubleArray
    landmarks: DoubleArray
    landmark_bone: tuple[int, ...]
    upper_arm: float
    forearm: float
    thigh: float
    shank: float
    ankle_height: float
    ball: DoubleArray
    scale: float
    hip_half: float
    shoulder_half: float

    @property
    def hip_height(self) -> float:
        """Hip joints above the floor when standing straight, metres."""
        return self.thigh + self.shank + self.ankle_height

    @classmethod
    def of(cls, body: Body) -> Anatomy:
        """The skeleton of `body`."""
        height = body.height_m
        trunk = height * (1.0 - 0.53 * body.legs) / 0.47
        upper_arm, forearm = 0.178 * height * body.limbs, 0.150 * height * body.limbs
        thigh, shank, ankle = 0.245 * height * body.legs, 0.246 * height * body.legs, 0.039 * height
        hip_half = 0.058 * height * (0.6 + 0.4 * body.hips)
        shoulder_half = 0.100 * height * body.shoulders
        at: dict[str, tuple[float, float, float]] = {
            "pelvis": (0.0, 0.0, 0.0),
            "lumbar": (0.0, 0.055 * trunk, -0.012 * trunk),
            "thorax": (0.0, 0.140 * trunk, -0.015 * trunk),
            "neck": (0.0, 0.308 * trunk, -0.018 * trunk),
            "head": (0.0, 0.362 * trunk, -0.006 * trunk),
        }
        for side, sign in SIDES:
            shoulder = (sign * shoulder_half, 0.283 * trunk, -0.006 * trunk)
            hip = (sign * hip_half, 0.0, 0.0)
            elbow = (shoulder[0], shoulder[1] - upper_arm, shoulder[2])
            wrist = (shoulder[0], elbow[1] - forearm, shoulder[2])
            knee = (hip[0], -thigh, 0.0)
            foot = (hip[0], -thigh - shank, 0.0)
            for name, place in (
                ("shoulder", shoulder), ("upper_arm", shoulder), ("elbow", elbow), ("forearm", elbow),
                ("twist", wrist), ("hand", wrist), ("hip", hip), ("thigh", hip), ("knee", knee),
                ("shank", knee), ("foot", foot), ("toes", (foot[0], foot[1] - ankle, 0.075 * height)),
            ):  # fmt: skip
                at[f"{name}_{side}"] = place
        rest = np.array([at[name] for name in BONES])
        marks, carriers = _landmarks(at, height, trunk, ankle)
        ball = np.array([0.0, -ankle, 0.075 * height])
        for array in (rest, marks, ball):
            array.setflags(write=False)
        return cls(
            rest, marks, carriers, upper_arm, forearm, thigh, shank, ankle, ball,
            height / 1.75, hip_half, shoulder_half,
        )  # fmt: skip


def _landmarks(
    at: dict[str, tuple[float, float, float]], height: float, trunk: float, ankle: float
) -> tuple[DoubleArray, tuple[int, ...]]:
    marks = np.zeros((LANDMARK_COUNT, 3))
    carriers = [0] * LANDMARK_COUNT

    def put(landmark: str, bone: str, offset: tuple[float, float, float], sign: float = 1.0) -> None:
        index = Landmark[landmark]
        marks[index] = np.array(at[bone]) + np.array(offset) * (sign, 1.0, 1.0) * height
        carriers[index] = BONE[bone]

    put("NOSE", "head", (0.0, 0.030, 0.064))
    for side, sign in SIDES:
        name = "LEFT" if side == "l" else "RIGHT"
        put(f"{name}_EYE_INNER", "head", (0.0115, 0.0515, 0.051), sign)
        put(f"{name}_EYE", "head", (0.0185, 0.0515, 0.050), sign)
        put(f"{name}_EYE_OUTER", "head", (0.0262, 0.0515, 0.046), sign)
        put(f"{name}_EAR", "head", (0.0440, 0.0400, -0.002), sign)
        put(f"MOUTH_{name}", "head", (0.0150, 0.0050, 0.049), sign)
        put(f"{name}_SHOULDER", f"upper_arm_{side}", (0.0, 0.0, 0.0))
        put(f"{name}_ELBOW", f"forearm_{side}", (0.0, 0.0, 0.0))
        put(f"{name}_WRIST", f"hand_{side}", (0.0, 0.0, 0.0))
        put(f"{name}_PINKY", f"hand_{side}", (0.0, -0.050, -0.022), sign)
        put(f"{name}_INDEX", f"hand_{side}", (0.0, -0.056, 0.016), sign)
        put(f"{name}_THUMB", f"hand_{side}", (-0.006, -0.032, 0.030), sign)
        put(f"{name}_HIP", f"thigh_{side}", (0.0, 0.0, 0.0))
        put(f"{name}_KNEE", f"shank_{side}", (0.0, 0.0, 0.0))
        put(f"{name}_ANKLE", f"foot_{side}", (0.0, 0.0, 0.0))
        put(f"{name}_HEEL", f"foot_{side}", (0.0, -0.8 * ankle / height, -0.034), sign)
        toes = (0.0, 0.25 * ankle / height, 0.117 - 0.075)
        put(f"{name}_FOOT_INDEX", f"toes_{side}", toes, sign)
    return marks, tuple(carriers)
