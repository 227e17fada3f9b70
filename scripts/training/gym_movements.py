"""Exercises of the legs or of the whole body that have no name here, drawn at random; some look like a named one."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import (
    Move,
    Random,
    airborne,
    arm,
    left,
    right,
    row,
    seated,
    standing,
)


def standing_crunch(rng: Random) -> Move:
    """An elbow and the knee of the other side, or of the same, meet."""
    body = standing(rng)
    head = arm(rng.uniform(75, 125), rng.uniform(50, 85), rng.uniform(110, 140), 65.0)
    meet = {
        "hip_flex_l": rng.uniform(75, 115), "knee_l": rng.uniform(75, 125),
        "spine_flex": rng.uniform(10, 40), "root_pitch": body["root_pitch"] - rng.uniform(0, 8),
    }  # fmt: skip
    if rng.random() < 0.7:
        meet |= {"spine_turn": rng.uniform(15, 45)} | right(
            arm(rng.uniform(40, 80), rng.uniform(0, 40), 120.0)
        )
    else:
        meet |= {"hip_out_l": rng.uniform(30, 60), "spine_bend": rng.uniform(15, 35)}
    return Move(row(body, head), row(body, head, meet), (0.6, 2.4), alternate=rng.random() < 0.8)


def toe_touch(rng: Random) -> Move:
    """From arms overhead the trunk rounds and the hands go to the feet; the knees hardly bend."""
    lean = rng.uniform(55, 105)
    flex = rng.uniform(10, 45)
    up = arm(rng.uniform(110, 175), rng.uniform(0, 70), rng.uniform(3, 40))
    down = arm(lean + flex + rng.uniform(-15, 35), rng.uniform(-5, 20), rng.uniform(3, 20))
    low = standing(rng, lean, rng.uniform(0, 25)) | {"spine_flex": flex, "head_flex": rng.uniform(-10, 25)}
    return Move(row(standing(rng), up), row(low, down), (1.5, 6.0))


def heel_raise(rng: Random) -> Move:
    """On the toes and down; the arms hang, hold weights or reach for a wall."""
    body = standing(rng, knee=rng.uniform(2, 10))
    hands = [
        arm(rng.uniform(3, 15), rng.uniform(30, 90), rng.uniform(5, 25)),
        arm(rng.uniform(60, 95), rng.uniform(-5, 20), rng.uniform(3, 60)),
        arm(rng.uniform(28, 45), rng.uniform(85, 120), 100.0, -70.0),
    ][int(rng.integers(3))]
    up = {"ankle": rng.uniform(25, 45), "root_pitch": body["root_pitch"] + rng.uniform(-2, 6)}
    return Move(row(body, hands), row(body, hands, up, airborne(rng.uniform(0.05, 0.11))), (0.7, 3.0))


def hop(rng: Random) -> Move:
    """Hops in place, with a rope, on both legs or one; the feet leave the floor."""
    body = standing(rng, knee=rng.uniform(8, 25))
    hands = arm(rng.uniform(8, 40), rng.uniform(30, 90), rng.uniform(30, 100), rng.uniform(0, 40))
    if rng.random() < 0.3:
        body |= {"hip_flex_l": rng.uniform(10, 60), "knee_l": rng.uniform(50, 110)}
    air = {"ankle": rng.uniform(15, 40), "hip_flex_r": 3.0, "knee_r": rng.uniform(3, 15)}
    air |= airborne(rng.uniform(0.06, 0.25)) | {"arm_lift": hands["arm_lift"] + rng.uniform(-5, 30)}
    load = row(body, hands, standing(rng, rng.uniform(3, 20), rng.uniform(20, 55)))
    return Move(
        row(body, hands), row(body, hands, air), (0.35, 1.2), between=(load,) if rng.random() < 0.5 else ()
    )


def step_up(rng: Random) -> Move:
    """Onto a box: the foot on it stays, the body rises over it."""
    deep = rng.uniform(35, 100)
    lean = rng.uniform(5, 30)
    hands = arm(rng.uniform(5, 40), rng.uniform(0, 80), rng.uniform(5, 100))
    low = {"root_pitch": lean, "hip_flex_l": lean + deep * 0.8, "knee_l": deep,
           "hip_flex_r": lean - rng.uniform(5, 25), "knee_r": rng.uniform(3, 30)}  # fmt: skip
    top = standing(rng, rng.uniform(0, 8), rng.uniform(3, 12))
    if rng.random() < 0.3:
        top |= {"hip_flex_r": rng.uniform(60, 100), "knee_r": rng.uniform(60, 110)}
    start, end = row(low, hands), row(top, hands)
    if rng.random() < 0.5:
        return Move(mirrored(start), mirrored(end), (1.0, 3.0), held=(28,))
    return Move(start, end, (1.0, 3.0), held=(27,))


def skater(rng: Random) -> Move:
    """From leg to leg, the free leg behind and across, the arms swing across."""
    lean, knee = rng.uniform(10, 55), rng.uniform(25, 70)
    body = {
        "root_pitch": lean, "hip_flex_r": lean + knee * 0.5, "knee_r": knee, "hip_out_r": rng.uniform(2, 14),
        "hip_flex_l": lean - rng.uniform(5, 35), "knee_l": rng.uniform(30, 85), "hip_out_l": -rng.uniform(2, 15),
        "spine_turn": rng.uniform(-5, 30), "root_roll": rng.uniform(-5, 10),
    }  # fmt: skip
    arms = left(arm(rng.uniform(30, 80), rng.uniform(-30, 10), rng.uniform(5, 60)))
    arms |= right(arm(rng.uniform(10, 50), rng.uniform(90, 150), rng.uniform(5, 80)))
    turn = row(body, arms)
    middle = row(standing(rng, lean / 2, 20.0), arm(25.0, 50.0, 45.0))
    return Move(mirrored(turn), turn, (0.8, 2.4), between=(middle,))


def pulse(rng: Random) -> Move:
    """Held in a squat, with small movements down and up."""
    lean, knee = rng.uniform(15, 50), rng.uniform(70, 115)
    body = standing(rng, lean, knee) | {"hip_out": rng.uniform(5, 32)}
    deep = rng.uniform(8, 22)
    hands = arm(rng.uniform(20, 100), rng.uniform(0, 30), rng.uniform(5, 120))
    low = {"root_pitch": lean + deep * 0.3, "knee": knee + deep, "hip_flex": body["hip_flex"] + deep * 0.8}
    return Move(row(body, hands), row(body, hands, low), (0.35, 1.2))


def hip_thrust(rng: Random) -> Move:
    """The shoulders on a bench, the hips rise until the trunk is level."""
    knee, low = rng.uniform(75, 100), -rng.uniform(25, 55)
    body = {
        "root_pitch": low,
        "hip_flex": 90.0 + low + rng.uniform(20, 40),
        "knee": knee,
        "hip_out": rng.uniform(3, 20),
    }
    hands = arm(rng.uniform(5, 35), rng.uniform(0, 80), rng.uniform(5, 50))
    up = {"root_pitch": -rng.uniform(78, 95), "hip_flex": rng.uniform(-5, 15)}
    return Move(row(body, hands), row(body, hands, up), (0.9, 3.5))


def combination(rng: Random) -> Move:
    """Hooks and upper-cuts, the trunk turning along, with a bob of the knees or without."""
    body = standing(rng, rng.uniform(0, 15), rng.uniform(10, 35))
    guard = arm(rng.uniform(20, 60), rng.uniform(0, 40), rng.uniform(110, 140))
    if rng.random() < 0.5:
        hit = left(arm(rng.uniform(75, 95), rng.uniform(0, 45), rng.uniform(60, 100), -rng.uniform(60, 90)))
        wide = left(arm(rng.uniform(60, 90), rng.uniform(60, 95), rng.uniform(70, 105), 0.0))
    else:
        hit = left(arm(rng.uniform(55, 100), rng.uniform(-10, 15), rng.uniform(70, 120)))
        wide = left(arm(rng.uniform(-25, 10), 10.0, rng.uniform(80, 110)))
    turn = {"spine_turn": -rng.uniform(10, 40), "root_yaw": -rng.uniform(0, 25)}
    load = standing(rng, rng.uniform(5, 25), rng.uniform(15, 70)) | {"spine_turn": rng.uniform(0, 25)}
    return Move(row(body, guard), row(body, guard, hit, turn), (0.5, 1.6), rng.random() < 0.6,
                between=(row(body, guard, wide, load),), back=())  # fmt: skip


def slam(rng: Random) -> Move:
    """A ball is lifted over the head and thrown to the floor."""
    lean, knee = rng.uniform(40, 80), rng.uniform(30, 95)
    high = arm(rng.uniform(145, 178), rng.uniform(0, 30), rng.uniform(10, 80))
    low = arm(lean + rng.uniform(-35, 15), rng.uniform(0, 20), rng.uniform(5, 35))
    stand = standing(rng, rng.uniform(-8, 4), rng.uniform(3, 12))
    held = row(stand, arm(rng.uniform(10, 45), 10.0, rng.uniform(80, 120)))
    return Move(row(stand, high), row(standing(rng, lean, knee), low), (1.2, 3.5), back=(held,))


def cycling(rng: Random) -> Move:
    """On a bicycle: the knees go up and down by turns, the trunk and the arms stay."""
    lean = rng.uniform(0, 55)
    body = {"root_pitch": lean, "hip_out": rng.uniform(1, 8), "head_flex": -rng.uniform(0, 30)}
    hands = arm(rng.uniform(55, 95), rng.uniform(-5, 20), rng.uniform(3, 50))
    high, low = rng.uniform(60, 85), rng.uniform(15, 40)
    legs = {"hip_flex_l": lean + high, "knee_l": rng.uniform(95, 120),
            "hip_flex_r": lean + low, "knee_r": low + rng.uniform(0, 20)}  # fmt: skip
    turn = row(body, hands, legs)
    return Move(mirrored(turn), turn, (0.6, 1.8))


def leg_machine(rng: Random) -> Move:
    """On a machine: both legs press a plate, straighten the knees, or open and close."""
    kind = int(rng.integers(3))
    body = seated(rng, -rng.uniform(5, 60) if kind == 0 else None)
    hands = arm(rng.uniform(3, 30), rng.uniform(20, 90), rng.uniform(10, 60))
    if kind == 0:
        body |= {"hip_flex": rng.uniform(95, 125), "knee": rng.uniform(85, 115)}
        last = {"hip_flex": rng.uniform(55, 85), "knee": rng.uniform(3, 25)}
    elif kind == 1:
        last = {"knee": rng.uniform(3, 30)}
    else:
        body["hip_out"] = rng.uniform(0, 10)
        last = {"hip_out": rng.uniform(25, 50)}
    return Move(row(body, hands), row(body, hands, last), (0.9, 3.5))


def back_extension(rng: Random) -> Move:
    """The thighs on a pad that leans ahead or lies level; the trunk goes down and up."""
    lean, elbow = rng.uniform(40, 92), rng.uniform(100, 140)
    arms = arm(rng.uniform(20, 45), rng.uniform(0, 20), elbow, -30.0)
    if rng.random() < 0.4:
        arms = arm(rng.uniform(90, 125), rng.uniform(50, 85), elbow, 65.0)
    down = rng.uniform(30, 75)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(-8, 5), "knee": rng.uniform(3, 12)}
    low = {"root_pitch": lean + down, "hip_flex": body["hip_flex"] + down, "spine_flex": rng.uniform(0, 25)}
    return Move(row(body, arms), row(body, arms, low), (1.2, 4.0), held=(27, 28))
