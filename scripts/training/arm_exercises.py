"""Exercises of the arms, their joint angles drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, arms_only, row, seated, standing, upright


def bent_row(rng: Random) -> Move:
    lean = rng.uniform(30, 85)
    hang = arm(lean + rng.normal(0, 6), rng.uniform(-5, 25), rng.uniform(3, 25))
    pulled = arm(rng.uniform(5, 45), rng.uniform(40, 130), rng.uniform(70, 125))
    return arms_only(rng, standing(rng, lean, rng.uniform(8, 40)), hang, pulled)


def cable_row(rng: Random) -> Move:
    lean = rng.uniform(-15, 20)
    body = seated(rng, lean) if rng.random() < 0.7 else standing(rng, lean)
    body["knee"] = rng.uniform(15, 80)
    ahead = arm(rng.uniform(60, 105), rng.uniform(-5, 15), rng.uniform(3, 25))
    pulled = arm(rng.uniform(10, 55), rng.uniform(30, 130), rng.uniform(75, 125))
    pulled["root_pitch"] = lean - rng.uniform(0, 15)
    return arms_only(rng, body, ahead, pulled)


def press(rng: Random) -> Move:
    plane = rng.uniform(15, 90)
    low = arm(rng.uniform(20, 75), plane + rng.normal(0, 8), rng.uniform(95, 145), rng.uniform(40, 95))
    if rng.random() < 0.25:  # from before the chest, turning outwards
        low["arm_plane"], low["arm_turn"] = rng.uniform(-5, 20), rng.uniform(-20, 20)
    high = arm(rng.uniform(148, 178), plane, rng.uniform(3, 30), low["arm_turn"])
    return arms_only(rng, upright(rng), low, high)


def lateral(rng: Random) -> Move:
    if rng.random() < 0.25:  # bent over
        lean = rng.uniform(45, 85)
        hang = arm(lean, rng.uniform(0, 20), rng.uniform(5, 40))
        return arms_only(rng, standing(rng, lean, 20.0), hang, arm(rng.uniform(75, 100), 85.0, hang["elbow"]))
    plane, elbow = rng.uniform(65, 100), rng.uniform(3, 50)
    low = arm(rng.uniform(3, 20), plane, elbow)
    return arms_only(rng, upright(rng), low, arm(rng.uniform(60, 110), plane, elbow + rng.normal(0, 6)))


def front(rng: Random) -> Move:
    plane, elbow = rng.uniform(-10, 22), rng.uniform(0, 30)
    low = arm(rng.uniform(2, 25), plane, elbow)
    return arms_only(rng, upright(rng), low, arm(rng.uniform(70, 125), plane, elbow + rng.normal(0, 4)))


def curl(rng: Random) -> Move:
    kind = rng.random()
    body, lift = upright(rng), rng.uniform(0, 15)
    if kind < 0.12:  # upper arms on a pad
        body, lift = seated(rng, rng.uniform(0, 20)), rng.uniform(35, 65)
    elif kind < 0.22:  # chest on a bench
        lean = rng.uniform(35, 65)
        body, lift = standing(rng, lean, 30.0), lean
    elif kind < 0.32:  # on an inclined bench
        body, lift = seated(rng, -rng.uniform(25, 50)), 3.0
    plane = rng.uniform(-10, 40)
    low = arm(lift, plane, rng.uniform(5, 35), rng.uniform(-10, 20))
    return arms_only(
        rng, body, low, arm(lift + rng.uniform(-3, 25), plane, rng.uniform(95, 148), low["arm_turn"])
    )


def bench(rng: Random) -> Move:
    pitch = -float(rng.choice([rng.uniform(82, 96), rng.uniform(25, 75)], p=[0.55, 0.45]))
    bent = rng.uniform(-5, 30)
    body = {"root_pitch": pitch, "hip_flex": max(88 + pitch, 0) + 30 + bent, "knee": rng.uniform(50, 100),
            "hip_out": rng.uniform(5, 25)}  # fmt: skip
    high = arm(rng.uniform(76, 115), rng.uniform(-5, 25), rng.uniform(3, 30), -30.0)
    low = arm(rng.uniform(30, 85), rng.uniform(40, 100), rng.uniform(70, 125), rng.uniform(-60, 20))
    return arms_only(rng, body, high, low)


def push_up(rng: Random) -> Move:
    lean, knees = rng.uniform(50, 92), rng.random() < 0.25
    body = {
        "root_pitch": lean,
        "hip_flex": rng.uniform(-2, 25),
        "knee": rng.uniform(60, 100) if knees else 5.0,
    }
    high = arm(rng.uniform(72, 100), rng.uniform(0, 30), rng.uniform(3, 25))
    low = arm(rng.uniform(15, 75), rng.uniform(10, 90), rng.uniform(70, 125)) | {
        "root_pitch": lean + rng.uniform(2, 12)
    }
    return Move(row(body, high), row(body, high, low), (0.6, 3.5))


def pull_up(rng: Random) -> Move:
    bend = rng.choice([5.0, rng.uniform(20, 100)])
    body = {"root_pitch": rng.uniform(-8, 8), "hip_flex": rng.uniform(-5, 35), "knee": bend}
    plane = rng.uniform(20, 95)
    high = arm(rng.uniform(150, 178), plane, rng.uniform(3, 25), rng.uniform(-20, 90))
    low = arm(rng.uniform(15, 75), plane, rng.uniform(100, 145), high["arm_turn"]) | {
        "root_pitch": rng.uniform(-25, 8)
    }
    return Move(row(body, high), row(body, high, low), (0.9, 4.0), hanging=True)


def bench_row(rng: Random) -> Move:
    """With one arm; the other hand, and often a knee, rest on a bench."""
    lean = rng.uniform(50, 92)
    hang = arm(lean + rng.normal(0, 6), rng.uniform(-5, 20), rng.uniform(3, 25))
    rest = {
        "arm_lift_l": lean + rng.uniform(-15, 15),
        "arm_plane_l": rng.uniform(0, 25),
        "elbow_l": rng.uniform(3, 45),
    }
    pulled = arm(rng.uniform(2, 45), rng.uniform(40, 150), rng.uniform(70, 125))
    body = standing(rng, lean, rng.uniform(8, 40))
    if rng.random() < 0.6:
        body |= {"hip_flex_l": rng.uniform(70, 100), "knee_l": rng.uniform(75, 105)}
        body |= {"hip_flex_r": lean - rng.uniform(0, 25), "knee_r": rng.uniform(5, 35)}
    elif rng.random() < 0.6:  # one foot ahead, the forearm on the thigh
        body |= {
            "hip_flex_l": lean + rng.uniform(0, 40),
            "knee_l": rng.uniform(20, 70),
            "hip_flex_r": lean - 20.0,
        }
    up = row(body, hang, pulled, rest, {"spine_turn": rng.uniform(0, 20)})
    top = row(body, hang, rest)
    return Move(top, up) if rng.random() < 0.5 else Move(mirrored(top), mirrored(up))


def leaning_row(rng: Random) -> Move:
    """Leaning back from a handle, a door frame or a low bar; the body rises as it is pulled."""
    lean = rng.uniform(8, 75)
    body = {"root_pitch": -lean, "hip_flex": rng.uniform(-5, 25), "knee": rng.uniform(3, 70)}
    ahead = arm(rng.uniform(60, 100), rng.uniform(-10, 25), rng.uniform(3, 30))
    pulled = arm(rng.uniform(5, 60), rng.uniform(20, 130), rng.uniform(75, 130))
    pulled["root_pitch"] = -lean + rng.uniform(3, 25)
    return arms_only(rng, body, ahead, pulled)
