"""More ways of raising the arms: lateral raises, front raises and jumping jacks, their joint angles drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import (
    Move,
    Random,
    airborne,
    arm,
    arms_only,
    left,
    right,
    row,
    seated,
    standing,
    upright,
)


def bent_elbow_lateral(rng: Random) -> Move:
    """The elbows stay bent at about a right angle, the forearms point ahead."""
    plane, elbow, turn = rng.uniform(75, 100), rng.uniform(50, 105), rng.uniform(-25, 20)
    low = arm(rng.uniform(2, 20), plane, elbow, turn)
    return arms_only(rng, upright(rng), low, arm(rng.uniform(65, 105), plane, elbow, turn))


def partial_lateral(rng: Random) -> Move:
    """Only the lower or the upper part of the way."""
    plane, elbow = rng.uniform(68, 98), rng.uniform(3, 40)
    low, high = (
        (rng.uniform(3, 15), rng.uniform(45, 70)) if rng.random() < 0.6 else (30.0, rng.uniform(80, 125))
    )
    return arms_only(rng, upright(rng), arm(low, plane, elbow), arm(high, plane, elbow), seconds=(0.7, 2.5))


def seated_bent_lateral(rng: Random) -> Move:
    """On a bench with the chest towards the thighs, or with the chest on an inclined bench."""
    lean = rng.uniform(35, 80)
    body = seated(rng, 0.0) | {"root_pitch": lean}
    if rng.random() < 0.6:
        body["hip_flex"] = 88.0 + lean - rng.uniform(0, 15)
    else:
        body |= {"hip_flex": rng.uniform(5, 40), "knee": rng.uniform(10, 90)}
    elbow = rng.uniform(5, 45)
    hang = arm(lean + rng.uniform(-10, 10), rng.uniform(-5, 15), elbow)
    return arms_only(
        rng, body, hang, arm(rng.uniform(70, 105), rng.uniform(70, 100), elbow + rng.uniform(-5, 15))
    )


def leaning_lateral(rng: Random) -> Move:
    """One hand holds on to something, the body leans away from it, the other arm rises."""
    roll = rng.uniform(-5, 28)
    body = standing(rng) | {"root_roll": roll, "hip_out": rng.uniform(0, 5)}
    hold = right(arm(rng.uniform(5, 120), rng.uniform(30, 95), rng.uniform(3, 110)))
    plane, elbow = rng.uniform(65, 100), rng.uniform(3, 35)
    low, high = left(arm(rng.uniform(0, 15), plane, elbow)), left(arm(rng.uniform(65, 110), plane, elbow))
    top, turn = row(body, low, hold), row(body, high, hold)
    return Move(mirrored(top), mirrored(turn)) if rng.random() < 0.5 else Move(top, turn)


def swung_lateral(rng: Random) -> Move:
    """Too heavy: knees and trunk help; the hands start before the thighs."""
    body = standing(rng, rng.uniform(8, 25), rng.uniform(10, 35))
    elbow = rng.uniform(10, 60)
    low = arm(rng.uniform(5, 25), rng.uniform(10, 60), elbow)
    high = arm(rng.uniform(60, 105), rng.uniform(70, 95), elbow + rng.uniform(-5, 15))
    return Move(row(body, low), row(standing(rng, rng.uniform(-8, 3), rng.uniform(3, 12)), high), (0.8, 2.5))


def plate_raise(rng: Random) -> Move:
    """Both hands on one weight, to the eyes or over the head."""
    elbow, turn = rng.uniform(3, 45), -rng.uniform(5, 30)
    plane = rng.uniform(-10, 4)
    low = arm(rng.uniform(3, 25), plane, elbow, turn)
    high = arm(rng.uniform(75, 115), plane, elbow + rng.uniform(-3, 10), turn)
    body = upright(rng)
    return Move(row(body, low), row(body, high), (1.0, 3.5))


def bench_front_raise(rng: Random) -> Move:
    """On an inclined bench, on the back or on the chest."""
    plane, elbow = rng.uniform(-8, 20), rng.uniform(3, 25)
    if rng.random() < 0.5:
        lean = rng.uniform(20, 60)
        body = seated(rng, -lean)
        low, high = arm(-rng.uniform(0, lean * 0.7), plane, elbow), arm(rng.uniform(70, 110), plane, elbow)
    else:
        lean = rng.uniform(30, 65)
        body = {
            "root_pitch": lean,
            "hip_flex": rng.uniform(5, 40),
            "knee": rng.uniform(10, 90),
            "hip_out": 12.0,
        }
        low, high = arm(lean, plane, elbow), arm(lean + rng.uniform(60, 95), plane, elbow)
    return arms_only(rng, body, low, high)


def swung_front_raise(rng: Random) -> Move:
    """Too heavy: the trunk leans ahead, then back."""
    plane, elbow = rng.uniform(-8, 20), rng.uniform(5, 50)
    low = row(standing(rng, rng.uniform(5, 22), rng.uniform(8, 30)), arm(rng.uniform(-8, 20), plane, elbow))
    high = row(standing(rng, rng.uniform(-12, 2), 8.0), arm(rng.uniform(70, 125), plane, elbow))
    return Move(low, high, (0.9, 2.6))


def step_jack(rng: Random) -> Move:
    """One foot steps aside, then the other; nothing leaves the floor."""
    body = standing(rng) | {"hip_out": rng.uniform(0, 6)}
    plane = rng.uniform(70, 100)
    low = arm(rng.uniform(4, 25), plane, rng.uniform(3, 35))
    high = arm(rng.uniform(85, 172), plane, rng.uniform(5, 50), rng.uniform(0, 60))
    step = {"hip_out_l": rng.uniform(15, 38), "root_roll": -rng.uniform(0, 5), "knee_r": body["knee"] + rng.uniform(0, 20),
            "hip_flex_r": body["hip_flex"] + 5.0}  # fmt: skip
    return Move(row(body, low), row(body, high, step), (0.8, 2.2), alternate=rng.random() < 0.85)


def half_jack(rng: Random) -> Move:
    """The arms only to about shoulder height, or up before the body."""
    body = standing(rng) | {"hip_out": rng.uniform(0, 6)}
    plane = float(rng.choice([rng.uniform(70, 100), rng.uniform(0, 35)], p=[0.75, 0.25]))
    low = arm(rng.uniform(4, 20), plane, rng.uniform(3, 35))
    high = arm(rng.uniform(75, 115) if plane > 50 else rng.uniform(85, 170), plane, rng.uniform(3, 60))
    return Move(row(body, low), row(body, high, {"hip_out": rng.uniform(12, 32)}), (0.5, 1.8))


def jumped_jack(rng: Random) -> Move:
    """Fast or slow, with both feet in the air on the way, the knees soft on landing."""
    body = standing(rng) | {"hip_out": rng.uniform(0, 6)}
    plane, wide = rng.uniform(72, 100), rng.uniform(14, 34)
    low = arm(rng.uniform(4, 25), plane, rng.uniform(3, 40))
    high = arm(rng.uniform(110, 174), plane, rng.uniform(5, 60), rng.uniform(0, 70))
    soft = rng.uniform(0, 60) if rng.random() < 0.4 else rng.uniform(0, 12)
    land = {"hip_out": wide, "knee": body["knee"] + soft, "hip_flex": body["hip_flex"] + soft * 0.6,
            "root_pitch": body["root_pitch"] + soft * 0.1}  # fmt: skip
    share = rng.uniform(0.4, 0.6)
    middle = arm((low["arm_lift"] + high["arm_lift"]) * share, plane, low["elbow"])
    air = row(body, middle, {"hip_out": wide * 0.5}, airborne(rng.uniform(0.03, 0.12)))
    return Move(row(body, low), row(body, high, land), (0.45, 1.3), between=(air,))
