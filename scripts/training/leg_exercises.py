"""Exercises of legs and trunk, their joint angles drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, lying, row, standing


def high_knees(rng: Random) -> Move:
    body = standing(rng)
    arms = arm(rng.uniform(5, 40), rng.uniform(0, 60), rng.uniform(10, 105))
    up = {"hip_flex_l": rng.uniform(75, 120), "knee_l": rng.uniform(70, 125)}
    swing = {"arm_lift_r": arms["arm_lift"] + rng.uniform(0, 50), "root_pitch": body["root_pitch"] - 4.0}
    return Move(row(body, arms), row(body, arms, swing, up), (0.28, 1.1), alternate=True)


def swing(rng: Random) -> Move:
    lean, knee = rng.uniform(40, 80), rng.uniform(15, 55)
    arms = arm(rng.uniform(55, 115), rng.uniform(-8, 6), rng.uniform(3, 25))
    low = arm(lean * rng.uniform(0.2, 0.7), rng.uniform(-8, 6), rng.uniform(3, 15))
    return Move(row(standing(rng, 0.0, 5.0), arms), row(standing(rng, lean, knee), low), (1.1, 2.0))


def leg_raise(rng: Random) -> Move:
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


def crunch(rng: Random) -> Move:
    body = lying(rng)
    head = arm(rng.uniform(90, 130), rng.uniform(30, 80), rng.uniform(100, 140), 60.0)
    arms = head if rng.random() < 0.6 else arm(rng.uniform(10, 100), 15.0, rng.uniform(5, 100))
    up = {"spine_flex": rng.uniform(18, 50), "head_flex": 20.0}
    rise = float(rng.choice([rng.uniform(0, 12), rng.uniform(30, 65)]))
    up |= {"root_pitch": -88.0 + rise, "hip_flex": body["hip_flex"] + rise}
    return Move(row(body, arms), row(body, arms, up), (1.0, 3.0))


def v_up(rng: Random) -> Move:
    body = {"root_pitch": -88.0, "hip_flex": rng.uniform(0, 12), "knee": rng.uniform(0, 15)}
    arms = arm(rng.uniform(120, 172), rng.uniform(0, 40), 10.0)
    rise = rng.uniform(25, 50)
    up = {"root_pitch": -88.0 + rise, "hip_flex": rise + rng.uniform(30, 60), "spine_flex": 25.0}
    return Move(row(body, arms), row(body, arms, up, arm(rng.uniform(70, 110), 5.0, 8.0)), (1.0, 2.5))


def climber(rng: Random) -> Move:
    lean = rng.uniform(68, 96)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(0, 20), "knee": rng.uniform(3, 15)}
    arms = arm(rng.uniform(75, 98), rng.uniform(0, 15), rng.uniform(3, 15))
    drive = {"hip_flex_l": rng.uniform(65, 120), "knee_l": rng.uniform(70, 130)}
    return Move(row(body, arms), row(body, arms, drive), (0.3, 1.3), alternate=rng.random() < 0.85)


def deadlift(rng: Random) -> Move:
    lean, knee = rng.uniform(50, 92), rng.uniform(5, 70)
    hang = arm(rng.uniform(2, 12), rng.uniform(0, 40), rng.uniform(2, 15))
    low = arm(lean + rng.normal(0, 5), rng.uniform(-5, 15), hang["elbow"])
    wide = {"hip_out": rng.uniform(2, 30)}
    return Move(row(standing(rng, 2.0, 6.0), hang, wide), row(standing(rng, lean, knee), low, wide))


def lunge(rng: Random) -> Move:
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


def jack(rng: Random) -> Move:
    body = standing(rng) | {"hip_out": rng.uniform(0, 6)}
    low = arm(rng.uniform(5, 20), rng.uniform(75, 100), rng.uniform(3, 35))
    high = arm(rng.uniform(115, 172), low["arm_plane"], rng.uniform(5, 50))
    return Move(row(body, low), row(body, high, {"hip_out": rng.uniform(12, 32)}), (0.6, 1.8))


def burpee(rng: Random) -> Move:
    body, s = standing(rng), rng.uniform(0, 1)
    crouch = row({"root_pitch": 45 + 35 * s, "hip_flex": 115 + 30 * s, "knee": rng.uniform(95, 135), "spine_flex": 15.0},
                  arm(rng.uniform(75, 110), 8.0, 12.0))  # fmt: skip
    plank = row({"root_pitch": rng.uniform(72, 95), "hip_flex": rng.uniform(0, 25), "knee": 6.0},
                 arm(rng.uniform(78, 98), 8.0, float(rng.choice([6.0, rng.uniform(40, 100)]))))  # fmt: skip
    return Move(row(body, arm(8, 60, 15)), plank, (2.0, 5.5), between=(crouch,))


def squat(rng: Random) -> Move:
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


def whole_sit_up(rng: Random) -> Move:
    """From lying to sitting; legs bent, straight or apart; arms crossed, at the head, or reaching for the feet."""
    bent = float(rng.choice([rng.uniform(0, 15), rng.uniform(30, 75)], p=[0.3, 0.7]))
    body = {
        "root_pitch": -88.0,
        "hip_flex": bent,
        "knee": bent + rng.uniform(-5, 60),
        "hip_out": rng.uniform(3, 45),
    }
    arms = [
        arm(rng.uniform(20, 45), rng.uniform(0, 30), rng.uniform(100, 145)),
        arm(rng.uniform(90, 130), rng.uniform(30, 80), rng.uniform(100, 140), 60.0),
        arm(rng.uniform(5, 175), rng.uniform(0, 40), rng.uniform(3, 40)),
    ][int(rng.integers(3))]
    rise = rng.uniform(45, 100)
    up = {"root_pitch": -88.0 + rise, "hip_flex": bent + rise, "spine_flex": rng.uniform(0, 40)}
    last = arm(rng.uniform(40, 100), rng.uniform(0, 20), rng.uniform(3, 30)) if arms["elbow"] < 60 else {}
    return Move(row(body, arms), row(body, arms, up, last), (1.2, 4.0))


def raised_crunch(rng: Random) -> Move:
    """A crunch with the legs up, on a chair, or in the air: the trunk curls, the legs stay."""
    body = {
        "root_pitch": -88.0,
        "hip_flex": rng.uniform(55, 110),
        "knee": rng.uniform(20, 110),
        "hip_out": 5.0,
    }
    head = arm(rng.uniform(90, 130), rng.uniform(30, 80), rng.uniform(100, 140), 60.0)
    arms = head if rng.random() < 0.5 else arm(rng.uniform(10, 110), rng.uniform(0, 40), rng.uniform(3, 120))
    rise = rng.uniform(0, 20)
    up = {"spine_flex": rng.uniform(18, 50), "head_flex": rng.uniform(0, 30), "root_pitch": -88.0 + rise}
    up["hip_flex"] = body["hip_flex"] + rise
    return Move(row(body, arms), row(body, arms, up), (0.8, 3.0))


def half_burpee(rng: Random) -> Move:
    """Stands with raised arms or jumps, puts the hands down, one leg or both go back, perhaps down to the floor."""
    fold = rng.uniform(0, 1)
    crouch_arms = arm(rng.uniform(60, 120), rng.uniform(0, 20), rng.uniform(3, 40))
    crouch = {
        "root_pitch": 40 + 55 * fold,
        "hip_flex": rng.uniform(100, 145),
        "knee": rng.uniform(40, 140) - 30 * fold,
    }
    plank = {"root_pitch": rng.uniform(68, 98), "hip_flex": rng.uniform(-8, 35), "knee": rng.uniform(0, 40)}
    hands = arm(rng.uniform(70, 100), rng.uniform(0, 30), rng.uniform(3, 30))
    between = [row(crouch, crouch_arms)]
    if rng.random() < 0.35:
        step = plank | {"hip_flex_l": rng.uniform(60, 120), "knee_l": rng.uniform(60, 120)}
        between.append(row(step, hands))
    if rng.random() < 0.4:
        hands = arm(rng.uniform(20, 60), rng.uniform(30, 90), rng.uniform(80, 125))
    top = arm(rng.uniform(5, 175), rng.uniform(0, 90), rng.uniform(3, 60))
    body = standing(rng, rng.uniform(-5, 12), rng.uniform(0, 25))
    return Move(row(body, top), row(plank, hands), (1.6, 7.0), between=tuple(between))


def high_swing(rng: Random) -> Move:
    """A kettlebell that swings to the chest or over the head, from between the knees, with one arm or both."""
    lean, knee = rng.uniform(30, 85), rng.uniform(10, 75)
    high = arm(
        float(rng.choice([rng.uniform(50, 110), rng.uniform(140, 175)])),
        rng.uniform(-10, 12),
        rng.uniform(3, 40),
    )
    low = arm(lean * rng.uniform(0.0, 0.8), rng.uniform(-12, 8), rng.uniform(3, 25))
    stand = standing(rng, rng.uniform(-8, 6), rng.uniform(2, 14)) | {"hip_out": rng.uniform(8, 30)}
    bend = standing(rng, lean, knee) | {"hip_out": stand["hip_out"]}
    top, turn = row(stand, high), row(bend, low)
    if rng.random() < 0.25:  # the free arm swings aside
        free = arm(rng.uniform(5, 70), rng.uniform(60, 150), rng.uniform(5, 60))
        free = {f"{name}_l": value for name, value in free.items()}
        top, turn = row(stand, high, free), row(bend, low, free)
    return Move(top, turn, (0.9, 2.4))


def one_leg_deadlift(rng: Random) -> Move:
    lean = rng.uniform(50, 95)
    hang = arm(rng.uniform(2, 15), rng.uniform(0, 40), rng.uniform(2, 20))
    low = arm(lean + rng.normal(0, 8), rng.uniform(-5, 20), hang["elbow"])
    behind = {"hip_flex_r": rng.uniform(-20, 25), "knee_r": rng.uniform(5, 60)}
    bend = standing(rng, lean, rng.uniform(8, 35)) | behind
    return Move(row(standing(rng), hang), row(bend, low), (1.5, 4.0), alternate=rng.random() < 0.3)


def running_knees(rng: Random) -> Move:
    """High knees at a run: leaning a little, with arms that pump or hands held as targets."""
    body = standing(rng, rng.uniform(-10, 12), rng.uniform(2, 25))
    held = rng.random() < 0.35
    arms = arm(rng.uniform(0, 20), rng.uniform(0, 30), rng.uniform(70, 110))
    reach = rng.uniform(20, 60)
    up = {
        "hip_flex_l": rng.uniform(65, 125),
        "knee_l": rng.uniform(70, 135),
        "root_pitch": body["root_pitch"] - 3.0,
    }
    swing = (
        {}
        if held
        else {"arm_lift_r": reach, "arm_plane_r": 0.0, "arm_lift_l": reach * 0.7, "arm_plane_l": 175.0}
    )
    return Move(row(body, arms), row(body, arms, swing, up), (0.25, 0.8), alternate=True)
