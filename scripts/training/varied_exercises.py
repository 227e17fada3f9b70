"""Exercises whose joint angles are drawn at random: what makes the exercise stays, everything else varies.

The rendered exercises of `scripts.figure` show one careful way of each exercise. People row bent over, seated or with one
arm, press on chairs and lunge with their feet apart. Here each way is a pair of postures with wide ranges, in degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, arms_only, lying, row, seated, standing, upright


def _bent_row(rng: Random) -> Move:
    lean = rng.uniform(30, 85)
    hang = arm(lean + rng.normal(0, 6), rng.uniform(-5, 25), rng.uniform(3, 25))
    pulled = arm(rng.uniform(5, 45), rng.uniform(40, 130), rng.uniform(70, 125))
    return arms_only(rng, standing(rng, lean, rng.uniform(8, 40)), hang, pulled)


def _cable_row(rng: Random) -> Move:
    lean = rng.uniform(-15, 20)
    body = seated(rng, lean) if rng.random() < 0.7 else standing(rng, lean)
    body["knee"] = rng.uniform(15, 80)
    ahead = arm(rng.uniform(60, 105), rng.uniform(-5, 15), rng.uniform(3, 25))
    pulled = arm(rng.uniform(10, 55), rng.uniform(30, 130), rng.uniform(75, 125))
    pulled["root_pitch"] = lean - rng.uniform(0, 15)
    return arms_only(rng, body, ahead, pulled)


def _high_knees(rng: Random) -> Move:
    body = standing(rng)
    arms = arm(rng.uniform(5, 40), rng.uniform(0, 60), rng.uniform(10, 105))
    up = {"hip_flex_l": rng.uniform(75, 120), "knee_l": rng.uniform(70, 125)}
    swing = {"arm_lift_r": arms["arm_lift"] + rng.uniform(0, 50), "root_pitch": body["root_pitch"] - 4.0}
    return Move(row(body, arms), row(body, arms, swing, up), (0.28, 1.1), alternate=True)


def _swing(rng: Random) -> Move:
    lean, knee = rng.uniform(40, 80), rng.uniform(15, 55)
    arms = arm(rng.uniform(55, 115), rng.uniform(-8, 6), rng.uniform(3, 25))
    low = arm(lean * rng.uniform(0.2, 0.7), rng.uniform(-8, 6), rng.uniform(3, 15))
    return Move(row(standing(rng, 0.0, 5.0), arms), row(standing(rng, lean, knee), low), (1.1, 2.0))


def _leg_raise(rng: Random) -> Move:
    bend = float(rng.choice([rng.uniform(0, 25), rng.uniform(60, 115)], p=[0.7, 0.3]))
    up = {"hip_flex": rng.uniform(60, 105), "knee": bend}
    if rng.random() < 0.5:
        body = {"root_pitch": -88.0, "hip_flex": rng.uniform(0, 20), "knee": min(bend, 20.0), "hip_out": 3.0}
        arms = arm(float(rng.choice([8.0, 30.0, 150.0])), rng.uniform(20, 90), rng.uniform(5, 110))
        return Move(row(body, arms), row(body, arms, up))
    body = {"root_pitch": 2.0, "hip_flex": rng.uniform(0, 15), "knee": rng.uniform(3, 25)}
    arms = arm(rng.uniform(158, 178), rng.uniform(50, 90), rng.uniform(3, 25))
    if rng.random() < 0.3:  # on the forearms
        arms = arm(rng.uniform(0, 25), 20.0, 90.0)
    up["root_pitch"] = -rng.uniform(0, 30)
    return Move(row(body, arms), row(body, arms, up), hanging=True)


def _crunch(rng: Random) -> Move:
    body = lying(rng)
    head = arm(rng.uniform(90, 130), rng.uniform(30, 80), rng.uniform(100, 140), 60.0)
    arms = head if rng.random() < 0.6 else arm(rng.uniform(10, 100), 15.0, rng.uniform(5, 100))
    up = {"spine_flex": rng.uniform(18, 50), "head_flex": 20.0}
    rise = float(rng.choice([rng.uniform(0, 12), rng.uniform(30, 65)]))
    up |= {"root_pitch": -88.0 + rise, "hip_flex": body["hip_flex"] + rise}
    return Move(row(body, arms), row(body, arms, up), (1.0, 3.0))


def _v_up(rng: Random) -> Move:
    body = {"root_pitch": -88.0, "hip_flex": rng.uniform(0, 12), "knee": rng.uniform(0, 15)}
    arms = arm(rng.uniform(120, 172), rng.uniform(0, 40), 10.0)
    rise = rng.uniform(25, 50)
    up = {"root_pitch": -88.0 + rise, "hip_flex": rise + rng.uniform(30, 60), "spine_flex": 25.0}
    return Move(row(body, arms), row(body, arms, up, arm(rng.uniform(70, 110), 5.0, 8.0)), (1.0, 2.5))


def _press(rng: Random) -> Move:
    plane = rng.uniform(15, 90)
    low = arm(rng.uniform(20, 75), plane + rng.normal(0, 8), rng.uniform(95, 145), rng.uniform(40, 95))
    if rng.random() < 0.25:  # from before the chest, turning outwards
        low["arm_plane"], low["arm_turn"] = rng.uniform(-5, 20), rng.uniform(-20, 20)
    high = arm(rng.uniform(148, 178), plane, rng.uniform(3, 30), low["arm_turn"])
    return arms_only(rng, upright(rng), low, high)


def _lateral(rng: Random) -> Move:
    if rng.random() < 0.25:  # bent over
        lean = rng.uniform(45, 85)
        hang = arm(lean, rng.uniform(0, 20), rng.uniform(5, 40))
        return arms_only(rng, standing(rng, lean, 20.0), hang, arm(rng.uniform(75, 100), 85.0, hang["elbow"]))
    plane, elbow = rng.uniform(65, 100), rng.uniform(3, 50)
    low = arm(rng.uniform(3, 20), plane, elbow)
    return arms_only(rng, upright(rng), low, arm(rng.uniform(60, 110), plane, elbow + rng.normal(0, 6)))


def _front(rng: Random) -> Move:
    plane, elbow = rng.uniform(-10, 22), rng.uniform(0, 30)
    low = arm(rng.uniform(2, 25), plane, elbow)
    return arms_only(rng, upright(rng), low, arm(rng.uniform(70, 125), plane, elbow + rng.normal(0, 4)))


def _curl(rng: Random) -> Move:
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


def _bench(rng: Random) -> Move:
    pitch = -float(rng.choice([rng.uniform(82, 96), rng.uniform(25, 75)], p=[0.55, 0.45]))
    bent = rng.uniform(-5, 30)
    body = {"root_pitch": pitch, "hip_flex": max(88 + pitch, 0) + 30 + bent, "knee": rng.uniform(50, 100),
            "hip_out": rng.uniform(5, 25)}  # fmt: skip
    high = arm(rng.uniform(76, 115), rng.uniform(-5, 25), rng.uniform(3, 30), -30.0)
    low = arm(rng.uniform(30, 85), rng.uniform(40, 100), rng.uniform(70, 125), rng.uniform(-60, 20))
    return arms_only(rng, body, high, low)


def _climber(rng: Random) -> Move:
    lean = rng.uniform(68, 96)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(0, 20), "knee": rng.uniform(3, 15)}
    arms = arm(rng.uniform(75, 98), rng.uniform(0, 15), rng.uniform(3, 15))
    drive = {"hip_flex_l": rng.uniform(65, 120), "knee_l": rng.uniform(70, 130)}
    return Move(row(body, arms), row(body, arms, drive), (0.3, 1.3), alternate=rng.random() < 0.85)


def _deadlift(rng: Random) -> Move:
    lean, knee = rng.uniform(50, 92), rng.uniform(5, 70)
    hang = arm(rng.uniform(2, 12), rng.uniform(0, 40), rng.uniform(2, 15))
    low = arm(lean + rng.normal(0, 5), rng.uniform(-5, 15), hang["elbow"])
    wide = {"hip_out": rng.uniform(2, 30)}
    return Move(row(standing(rng, 2.0, 6.0), hang, wide), row(standing(rng, lean, knee), low, wide))


def _lunge(rng: Random) -> Move:
    lean, arms = rng.uniform(0, 20), arm(rng.uniform(3, 40), rng.uniform(20, 80), rng.uniform(5, 110))
    low = {"root_pitch": lean, "hip_flex_l": lean + rng.uniform(65, 100), "knee_l": rng.uniform(70, 105),
           "hip_flex_r": lean - rng.uniform(0, 30), "knee_r": rng.uniform(60, 110)}  # fmt: skip
    if rng.random() < 0.5:  # the feet stay apart
        top = row(
            {
                "root_pitch": lean / 2,
                "hip_flex_l": lean / 2 + 25,
                "knee_l": 12.0,
                "hip_flex_r": lean / 2 - 22,
                "knee_r": 18.0,
            },
            arms,
        )
        side = rng.random() < 0.5
        turn = row(low, arms)
        return Move(mirrored(top), mirrored(turn)) if side else Move(top, turn)
    return Move(row(standing(rng), arms), row(low, arms), alternate=rng.random() < 0.6)


def _jack(rng: Random) -> Move:
    body = standing(rng) | {"hip_out": rng.uniform(0, 6)}
    low = arm(rng.uniform(5, 20), rng.uniform(75, 100), rng.uniform(3, 35))
    high = arm(rng.uniform(115, 172), low["arm_plane"], rng.uniform(5, 50))
    return Move(row(body, low), row(body, high, {"hip_out": rng.uniform(12, 32)}), (0.6, 1.8))


def _burpee(rng: Random) -> Move:
    body, s = standing(rng), rng.uniform(0, 1)
    crouch = row({"root_pitch": 45 + 35 * s, "hip_flex": 115 + 30 * s, "knee": rng.uniform(95, 135), "spine_flex": 15.0},
                  arm(rng.uniform(75, 110), 8.0, 12.0))  # fmt: skip
    plank = row({"root_pitch": rng.uniform(72, 95), "hip_flex": rng.uniform(0, 25), "knee": 6.0},
                 arm(rng.uniform(78, 98), 8.0, float(rng.choice([6.0, rng.uniform(40, 100)]))))  # fmt: skip
    return Move(row(body, arm(8, 60, 15)), plank, (2.0, 5.5), between=(crouch,))


def _squat(rng: Random) -> Move:
    hands = [
        arm(rng.uniform(2, 40), rng.uniform(0, 60), rng.uniform(5, 40)),
        arm(rng.uniform(60, 110), rng.uniform(-15, 10), rng.uniform(5, 60)),
        arm(rng.uniform(20, 75), rng.uniform(40, 90), rng.uniform(100, 145), 60.0),
        arm(rng.uniform(10, 50), 175.0, rng.uniform(5, 80)),
        arm(rng.uniform(5, 45), rng.uniform(0, 20), rng.uniform(90, 140)),
    ][int(rng.integers(5))]
    lean, knee = rng.uniform(8, 55), rng.uniform(75, 135)
    wide = {"hip_out": rng.uniform(3, 32)}
    body = standing(rng, rng.uniform(0, 8), rng.uniform(2, 15))
    lift = {"arm_lift": rng.uniform(40, 110)} if rng.random() < 0.3 else {}
    return Move(row(body, hands, wide), row(standing(rng, lean, knee), hands, wide, lift), (0.9, 3.5))


def _push_up(rng: Random) -> Move:
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


def _pull_up(rng: Random) -> Move:
    bend = rng.choice([5.0, rng.uniform(20, 100)])
    body = {"root_pitch": rng.uniform(-8, 8), "hip_flex": rng.uniform(-5, 35), "knee": bend}
    plane = rng.uniform(20, 95)
    high = arm(rng.uniform(150, 178), plane, rng.uniform(3, 25), rng.uniform(-20, 90))
    low = arm(rng.uniform(15, 75), plane, rng.uniform(100, 145), high["arm_turn"]) | {
        "root_pitch": rng.uniform(-25, 8)
    }
    return Move(row(body, high), row(body, high, low), (0.9, 4.0), hanging=True)


EXERCISES: Final[dict[str, tuple[Callable[[Random], Move], ...]]] = {
    "row": (_bent_row, _cable_row), "high-knees": (_high_knees,), "kettlebell-swing": (_swing,),
    "leg-raise": (_leg_raise,), "sit-up": (_crunch, _crunch, _v_up), "overhead-press": (_press,),
    "lateral-raise": (_lateral,), "front-raise": (_front,), "biceps-curl": (_curl,), "bench-press": (_bench,),
    "mountain-climber": (_climber,), "deadlift": (_deadlift,), "lunge": (_lunge,), "jumping-jack": (_jack,),
    "burpee": (_burpee,), "squat": (_squat,), "push-up": (_push_up,), "pull-up": (_pull_up,),
}  # fmt: skip
"""Exercise -> the ways in which it is done."""
