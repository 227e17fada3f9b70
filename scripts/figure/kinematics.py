"""Postures -> joints: forward kinematics; the body is placed on planted hands and feet, and limbs bend to reach them.

Works on whole batches of postures at once; the order is trunk, legs, where the body is, leg reach, arms.
"""

# long: the steps of one computation, in order

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitness.types import DoubleArray
from scripts.figure.anatomy import BONE, BONES, SIDES, Anatomy
from scripts.figure.posture import SLOT
from scripts.figure.rotation import (
    about_x,
    about_y,
    about_z,
    apply,
    between,
    cross,
    frame,
    swing,
    unit,
)

_TOE_BEND_DEG = 65.0
"""How far the toes stay on the ground while the heel rises; about the range of the toe joints."""
_ARM_REACH, _LEG_REACH, _LOOSE_REACH = 0.997, 0.999, 0.996
"""Share of its length that a limb may span on the way between postures; beyond it the body yields, because a joint
that snaps straight jerks."""
_SOFT_M = 0.008
"""The body begins to yield this much earlier, metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """Where every bone is, for N postures, in the figure's own frame (x left, y up, z forward, floor at y = 0).

    rotations: (N, B, 3, 3), positions: (N, B, 3) metres: a rest point p of bone b is at
    rotations[b] @ (p - rest[b]) + positions[b].   landmarks: (N, 33, 3) metres.
    """

    rotations: DoubleArray
    positions: DoubleArray
    landmarks: DoubleArray


class _Batch:
    """Reads slots of a batch and collects bones; lives for one call of `solve`."""

    def __init__(self, anatomy: Anatomy, rows: DoubleArray) -> None:
        self.anatomy, self.rows = anatomy, rows
        count = len(rows)
        self.rotations = np.zeros((count, len(BONES), 3, 3))
        self.positions = np.zeros((count, len(BONES), 3))

    def value(self, name: str) -> DoubleArray:
        return self.rows[:, SLOT[name]]

    def angle(self, name: str) -> DoubleArray:
        return np.asarray(np.radians(self.value(name)))

    def place(self, stem: str, side: str = "") -> DoubleArray:
        return np.stack([self.value(f"{stem}_{axis}{side}") for axis in "xyz"], axis=-1)

    def offset(self, bone: str, parent: str) -> DoubleArray:
        rest = self.anatomy.rest
        return np.asarray(rest[BONE[bone]] - rest[BONE[parent]])

    def put(self, bone: str, rotation: DoubleArray, position: DoubleArray) -> None:
        self.rotations[:, BONE[bone]] = rotation
        self.positions[:, BONE[bone]] = position

    def at(self, bone: str) -> tuple[DoubleArray, DoubleArray]:
        return self.rotations[:, BONE[bone]], self.positions[:, BONE[bone]]

    def child(self, bone: str, parent: str, rotation: DoubleArray) -> None:
        turned, position = self.at(parent)
        self.put(bone, rotation, position + apply(turned, self.offset(bone, parent)))


def solve(anatomy: Anatomy, rows: DoubleArray) -> Solved:
    """(N, D) postures -> where the bones and landmarks are."""
    batch = _Batch(anatomy, np.asarray(rows, dtype=np.float64))
    _trunk(batch)
    for side, sign in SIDES:
        _leg_forward(batch, side, sign)
        _arm_forward(batch, side, sign)
    batch.positions += _shift(batch)[:, None]
    batch.positions += _towards_hands(batch)[:, None]
    batch.positions[..., 1] -= _drop(batch)[:, None]
    for side, sign in SIDES:
        _leg_reach(batch, side)
        _arm_reach(batch, side, sign)
    carriers = list(anatomy.landmark_bone)
    local = anatomy.landmarks - anatomy.rest[carriers]
    landmarks = apply(batch.rotations[:, carriers], local) + batch.positions[:, carriers]
    return Solved(batch.rotations, batch.positions, landmarks)


def _trunk(batch: _Batch) -> None:
    def bent(stem: str, share: float) -> DoubleArray:
        return np.asarray(
            about_y(share * batch.angle(f"{stem}_turn"))
            @ about_x(share * batch.angle(f"{stem}_flex"))
            @ about_z(-share * batch.angle(f"{stem}_bend"))
        )

    pelvis = (
        about_y(batch.angle("root_yaw"))
        @ about_x(batch.angle("root_pitch"))
        @ about_z(-batch.angle("root_roll"))
    )
    batch.put("pelvis", pelvis, batch.place("root"))
    batch.child("lumbar", "pelvis", pelvis @ bent("spine", 0.5))
    thorax = pelvis @ bent("spine", 1.0)
    batch.child("thorax", "lumbar", thorax)
    batch.child("neck", "thorax", thorax @ bent("head", 0.5))
    batch.child("head", "neck", thorax @ bent("head", 1.0))


def _leg_forward(batch: _Batch, side: str, sign: float) -> None:
    s = f"_{side}"
    pelvis, _ = batch.at("pelvis")
    thigh = (
        pelvis
        @ about_x(-batch.angle("hip_flex" + s))
        @ about_z(sign * batch.angle("hip_out" + s))
        @ about_y(sign * batch.angle("hip_turn" + s))
    )
    shank = thigh @ about_x(batch.angle("knee" + s))
    free = shank @ about_x(batch.angle("ankle" + s))
    plant = batch.value("foot_plant" + s)
    pitch = batch.angle("foot_pitch" + s)
    foot = between(free, about_y(batch.angle("foot_yaw" + s)) @ about_x(pitch), plant)
    batch.child("thigh" + s, "pelvis", thigh)
    batch.child("shank" + s, "thigh" + s, shank)
    batch.child("foot" + s, "shank" + s, foot)
    bend = np.clip(pitch, 0.0, np.radians(_TOE_BEND_DEG)) * plant
    batch.child("toes" + s, "foot" + s, foot @ about_x(-bend))


def _arm_forward(batch: _Batch, side: str, sign: float) -> None:
    s = f"_{side}"
    thorax, _ = batch.at("thorax")
    lift, plane = batch.angle("arm_lift" + s), sign * batch.angle("arm_plane" + s)
    upper = thorax @ swing(lift, plane) @ about_y(sign * batch.angle("arm_turn" + s))
    forearm = upper @ about_x(-batch.angle("elbow" + s))
    hand = forearm @ about_y(sign * batch.angle("supinate" + s)) @ about_z(-sign * batch.angle("wrist" + s))
    rise = shoulder_rise(lift, plane, sign) * batch.anatomy.scale
    turned, position = batch.at("thorax")
    at_rest = batch.offset("upper_arm" + s, "thorax")
    batch.put("upper_arm" + s, upper, position + apply(turned, at_rest + rise))
    batch.child("forearm" + s, "upper_arm" + s, forearm)
    batch.child("hand" + s, "forearm" + s, hand)


def shoulder_rise(lift: DoubleArray, plane: DoubleArray, sign: float) -> DoubleArray:
    """How far the shoulder blade carries the shoulder joint when the arm is lifted: (N, 3) metres at 1.75 m.

    From 30 degrees on, a third of the lift comes from the shoulder blade (Inman's rhythm), here as an arc.
    """
    extra = np.maximum(lift - np.radians(30.0), 0.0)
    amount = extra * extra / (extra + 0.3)
    forward = np.cos(plane) * np.sin(np.minimum(lift, np.pi))
    return np.stack(
        (-sign * 0.010 * amount, 0.022 * amount, 0.03 * np.maximum(forward, 0.0) * np.sin(lift)), axis=-1
    )


def _shift(batch: _Batch) -> DoubleArray:
    """(N, 3) metres that bring the held points to their places in the weighted mean."""
    pulls = [(batch.value("root_hold"), np.zeros((len(batch.rows), 3)))]
    for side, _ in SIDES:
        rotation, ankle = batch.at(f"foot_{side}")
        sole = ankle + apply(rotation, batch.anatomy.ball)
        pulls.append((batch.value(f"foot_hold_{side}"), batch.place("foot", f"_{side}") - sole))
        pulls.append(
            (batch.value(f"hand_hold_{side}"), batch.place("hand", f"_{side}") - batch.at(f"hand_{side}")[1])
        )
    total = sum(weight for weight, _ in pulls)
    moved = sum(weight[:, None] * move for weight, move in pulls)
    return np.asarray(moved / np.maximum(total, 1e-9)[:, None])


def _within_reach(
    batch: _Batch, start: DoubleArray, goal: DoubleArray, length: float, plant: DoubleArray
) -> DoubleArray:
    """The goal (N, 3), nearer where a limb of `length` would have to be straight for it.

    A goal that is planted (weight 1) in a posture that does not give way is kept as it is.
    """
    firm = plant**6 * (1.0 - batch.value("give"))
    way = goal - start
    distance = np.sqrt(np.sum(way * way, axis=-1))
    shorter = distance - _beyond(distance - _LOOSE_REACH * length)
    share = firm + (1.0 - firm) * shorter / np.maximum(distance, 1e-9)
    return np.asarray(start + share[:, None] * way)


def _hand_goal(batch: _Batch, side: str) -> DoubleArray:
    wrist = batch.at(f"hand_{side}")[1]
    return np.asarray(
        wrist + batch.value(f"hand_plant_{side}")[:, None] * (batch.place("hand", f"_{side}") - wrist)
    )


def _foot_goal(batch: _Batch, side: str) -> DoubleArray:
    """Where the ankle is wanted."""
    foot, ankle = batch.at(f"foot_{side}")
    planted = batch.place("foot", f"_{side}") - apply(foot, batch.anatomy.ball)
    return np.asarray(ankle + batch.value(f"foot_plant_{side}")[:, None] * (planted - ankle))


def _beyond(excess: DoubleArray) -> DoubleArray:
    """How much to give way: 0 well below 0, `excess` well above it, a parabola within _SOFT_M between."""
    near = np.clip(excess + _SOFT_M, 0.0, 2.0 * _SOFT_M)
    return np.asarray(near * near / (4.0 * _SOFT_M) + np.maximum(excess - _SOFT_M, 0.0))


def _towards_hands(batch: _Batch) -> DoubleArray:
    """(N, 3) metres towards planted hands that are out of reach, so that arms need not stretch."""
    limit = _ARM_REACH * (batch.anatomy.upper_arm + batch.anatomy.forearm) - _SOFT_M
    moves, weights = np.zeros((len(batch.rows), 3)), np.full((len(batch.rows), 1), 1e-9)
    for side, _ in SIDES:
        way = _hand_goal(batch, side) - batch.at(f"upper_arm_{side}")[1]
        far = _beyond(np.sqrt(np.sum(way * way, axis=-1, keepdims=True)) - limit)
        far = far * batch.value(f"hand_plant_{side}")[:, None]
        moves += far * far * unit(way)
        weights += far
    return np.asarray(batch.value("give")[:, None] * moves / weights)


def _drop(batch: _Batch) -> DoubleArray:
    """(N,) metres down, so that standing legs need not stretch to planted feet."""
    limit = _LEG_REACH * (batch.anatomy.thigh + batch.anatomy.shank) - _SOFT_M
    drops = []
    for side, _ in SIDES:
        way = batch.at(f"thigh_{side}")[1] - _foot_goal(batch, side)
        flat = way[:, 0] ** 2 + way[:, 2] ** 2
        upright = np.clip((way[:, 1] / limit - 0.4) / 0.3, 0.0, 1.0) * batch.value(f"foot_plant_{side}")
        drops.append(upright * _beyond(way[:, 1] - np.sqrt(np.maximum(limit**2 - flat, 0.01))))
    first, second = drops
    return np.asarray(batch.value("give") * (second + _beyond(first - second)))


def _bend(
    start: DoubleArray, goal: DoubleArray, pole: DoubleArray, first: float, second: float
) -> tuple[DoubleArray, DoubleArray, DoubleArray, DoubleArray]:
    """Two bones from `start` towards `goal`, the joint pushed out to `pole`: joint, end, hinge-side axes.

    Returns joint (N, 3), end (N, 3), outward (N, 3) unit, line (N, 3) unit from start to end.
    """
    way = goal - start
    distance = np.clip(
        np.sqrt(np.sum(way * way, axis=-1)), abs(first - second) + 1e-6, (first + second) * 0.99999
    )
    line = unit(way)
    outward = unit(pole - np.sum(pole * line, axis=-1, keepdims=True) * line)
    along = (first**2 - second**2 + distance**2) / (2 * distance)
    aside = np.sqrt(np.maximum(first**2 - along**2, 0.0))
    joint = start + along[:, None] * line + aside[:, None] * outward
    return joint, start + distance[:, None] * line, outward, line


def _leg_reach(batch: _Batch, side: str) -> None:
    s = f"_{side}"
    anatomy = batch.anatomy
    thigh, hip = batch.at("thigh" + s)
    foot, _ = batch.at("foot" + s)
    plant = batch.value("foot_plant" + s)
    goal = _within_reach(batch, hip, _foot_goal(batch, side), anatomy.thigh + anatomy.shank, plant)
    pole = thigh[..., 2] + 0.0
    knee, ankle, outward, line = _bend(hip, goal, pole, anatomy.thigh, anatomy.shank)
    hinge = cross(outward, line)
    thigh, shank = frame(hinge, hip - knee), frame(hinge, knee - ankle)
    pelvis, _ = batch.at("pelvis")
    batch.put("thigh" + s, thigh, hip)
    batch.put("hip" + s, between(pelvis, thigh, 0.5), hip)
    batch.put("shank" + s, shank, knee)
    batch.put("knee" + s, between(thigh, shank, 0.5), knee)
    toes, _ = batch.at("toes" + s)
    batch.put("foot" + s, foot.copy(), ankle)
    batch.child("toes" + s, "foot" + s, toes.copy())


def _arm_reach(batch: _Batch, side: str, sign: float) -> None:
    s = f"_{side}"
    anatomy = batch.anatomy
    upper, shoulder = (array.copy() for array in batch.at("upper_arm" + s))
    forearm, _ = (array.copy() for array in batch.at("forearm" + s))
    hand = batch.at("hand" + s)[0].copy()
    plant = batch.value("hand_plant" + s)
    length = anatomy.upper_arm + anatomy.forearm
    goal = _within_reach(batch, shoulder, _hand_goal(batch, side), length, plant)
    elbow, reached, outward, line = _bend(shoulder, goal, -upper[..., 2], anatomy.upper_arm, anatomy.forearm)
    hinge = cross(line, outward)
    moved_upper, moved_fore = frame(hinge, shoulder - elbow), frame(hinge, elbow - reached)
    hand = moved_fore @ np.swapaxes(forearm, -1, -2) @ hand
    yaw = batch.angle("hand_yaw" + s)
    fingers = np.stack((np.sin(yaw), np.zeros_like(yaw), np.cos(yaw)), axis=-1)
    up = np.zeros_like(fingers)
    up[:, 1] = sign
    hand = between(hand, frame(up, -fingers), batch.value("hand_flat" + s))
    thorax, _ = batch.at("thorax")
    batch.put("upper_arm" + s, moved_upper, shoulder)
    batch.put("shoulder" + s, between(thorax, moved_upper, 0.5), shoulder)
    batch.put("forearm" + s, moved_fore, elbow)
    batch.put("elbow" + s, between(moved_upper, moved_fore, 0.5), elbow)
    batch.put("hand" + s, hand, reached)
    batch.put("twist" + s, between(moved_fore, hand, 0.5), reached)
