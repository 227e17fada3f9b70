"""More ways of pulling: rows, curls and pull-ups, their joint angles drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored, posture
from scripts.training.moves import Move, Random, arm, arms_only, left, right, row, seated, standing, upright


def floor_row(rng: Random) -> Move:
    """Sitting on the floor or on a low seat, legs ahead, from a band or a cable; the trunk may rock."""
    ahead, knee = rng.uniform(-5, 35), rng.uniform(3, 55)
    back = ahead - rng.uniform(0, 45)
    thigh = 90.0 + knee * 0.4
    body = {"root_pitch": ahead, "hip_flex": thigh + ahead, "knee": knee, "hip_out": rng.uniform(2, 14)}
    reach = arm(rng.uniform(65, 105) + ahead * 0.4, rng.uniform(-6, 12), rng.uniform(3, 25))
    pulled = arm(rng.uniform(-15, 50), rng.uniform(0, 60), rng.uniform(70, 125))
    move = arms_only(rng, body, reach, pulled)
    turn = posture(move.turn, root_pitch=back, hip_flex=thigh + back)
    return Move(move.top, turn, (1.2, 3.5), move.alternate)


def wide_row(rng: Random) -> Move:
    """Bent over, the elbows go far out to the sides, the forearms hang."""
    lean = rng.uniform(45, 90)
    hang = arm(lean + rng.normal(0, 6), rng.uniform(5, 30), rng.uniform(3, 25))
    pulled = arm(rng.uniform(50, 90), rng.uniform(70, 105), rng.uniform(70, 115), rng.uniform(-20, 20))
    return arms_only(rng, standing(rng, lean, rng.uniform(8, 45)), hang, pulled)


def supported_row(rng: Random) -> Move:
    """The chest on an inclined bench, the legs straddle it."""
    lean = rng.uniform(30, 72)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(0, 45), "knee": rng.uniform(5, 95), "hip_out": rng.uniform(5, 30),
            "head_flex": -rng.uniform(0, 30)}  # fmt: skip
    hang = arm(lean + rng.normal(0, 6), rng.uniform(-5, 25), rng.uniform(3, 25))
    pulled = arm(rng.uniform(-15, 60), rng.uniform(10, 100), rng.uniform(70, 120))
    return arms_only(rng, body, hang, pulled)


def inverted_row(rng: Random) -> Move:
    """Under a low bar or in straps, the body straight or the knees bent; the hands stay, the heels bear."""
    lean = rng.uniform(40, 88)
    body = {"root_pitch": -lean, "hip_flex": rng.uniform(-5, 15), "knee": rng.uniform(2, 20)}
    if rng.random() < 0.4:
        body |= {"hip_flex": rng.uniform(0, 20), "knee": rng.uniform(50, 95)}
    straight = arm(rng.uniform(75, 105), rng.uniform(-5, 30), rng.uniform(3, 20))
    pulled = arm(rng.uniform(-10, 65), rng.uniform(20, 90), rng.uniform(75, 125))
    pulled["root_pitch"] = -lean + rng.uniform(3, 22)
    return Move(row(body, straight), row(body, straight, pulled), (0.9, 3.0), hanging=True)


def twisting_row(rng: Random) -> Move:
    """One arm, standing with one foot ahead or on one knee, upright; the trunk turns with the pull."""
    lean = rng.uniform(-3, 35)
    body = {"root_pitch": lean, "hip_flex_l": lean - rng.uniform(5, 25), "knee_l": rng.uniform(5, 35),
            "hip_flex_r": lean + rng.uniform(15, 50), "knee_r": rng.uniform(15, 60)}  # fmt: skip
    if rng.random() < 0.3:
        body |= {"hip_flex_l": lean, "knee_l": 90.0, "hip_flex_r": lean + 88.0, "knee_r": 88.0}
    free = right(arm(rng.uniform(10, 60), rng.uniform(20, 90), rng.uniform(20, 110)))
    reach = left(arm(rng.uniform(60, 100), rng.uniform(-10, 12), rng.uniform(3, 25)))
    pulled = left(arm(rng.uniform(-10, 55), rng.uniform(0, 60), rng.uniform(80, 125)))
    top = row(body, reach, free, {"spine_turn": -rng.uniform(0, 30)})
    turn = row(body, pulled, free, {"spine_turn": rng.uniform(5, 40)})
    return Move(mirrored(top), mirrored(turn)) if rng.random() < 0.5 else Move(top, turn)


def swung_row(rng: Random) -> Move:
    """Bent over, the trunk rises with every pull."""
    lean, knee = rng.uniform(50, 85), rng.uniform(10, 40)
    rise = rng.uniform(8, 30)
    hang = arm(lean + rng.normal(0, 6), rng.uniform(-5, 20), rng.uniform(3, 25))
    pulled = arm(rng.uniform(0, 45), rng.uniform(20, 120), rng.uniform(75, 120))
    pulled |= {"root_pitch": lean - rise, "hip_flex": lean - rise + knee / 2}
    return Move(
        row(standing(rng, lean, knee), hang), row(standing(rng, lean, knee), hang, pulled), (0.9, 2.8)
    )


def concentration_curl(rng: Random) -> Move:
    """Seated and leaning, the upper arm against the thigh or hanging; the other hand on the other thigh."""
    lean = rng.uniform(20, 60)
    body = seated(rng, 0.0) | {"root_pitch": lean, "hip_flex": 88.0 + lean - rng.uniform(0, 10)}
    body |= {"hip_out": rng.uniform(12, 35), "spine_flex": rng.uniform(0, 25)}
    upper = lean + rng.uniform(-15, 20)
    plane = rng.uniform(-10, 15)
    rest = right(arm(lean - rng.uniform(-10, 15), rng.uniform(10, 40), rng.uniform(20, 90)))
    low = left(arm(upper, plane, rng.uniform(5, 35), -rng.uniform(0, 30)))
    high = left(arm(upper + rng.uniform(-3, 10), plane, rng.uniform(100, 145), -rng.uniform(0, 40)))
    top, turn = row(body, low, rest), row(body, high, rest)
    return Move(mirrored(top), mirrored(turn)) if rng.random() < 0.5 else Move(top, turn)


def cross_curl(rng: Random) -> Move:
    """Hammer curls, straight up or across to the other shoulder."""
    lift, plane, turn = rng.uniform(0, 15), rng.uniform(0, 50), -rng.uniform(15, 65)
    low = arm(lift, plane, rng.uniform(5, 30), turn * rng.uniform(0, 1))
    return arms_only(
        rng, upright(rng), low, arm(lift + rng.uniform(0, 20), plane, rng.uniform(95, 145), turn)
    )


def swung_curl(rng: Random) -> Move:
    """Too heavy: the trunk swings, the elbows go ahead."""
    plane = rng.uniform(-5, 30)
    low = row(
        standing(rng, rng.uniform(3, 20), rng.uniform(8, 30)),
        arm(rng.uniform(-5, 15), plane, rng.uniform(10, 35)),
    )
    high = arm(rng.uniform(20, 60), plane, rng.uniform(100, 146))
    return Move(low, row(standing(rng, rng.uniform(-14, 2), 8.0), high), (0.9, 2.6))


def raised_curl(rng: Random) -> Move:
    """The upper arms level: aside between two cables, or ahead on a pad or with a band from a door."""
    if rng.random() < 0.5:
        plane, turn = rng.uniform(78, 100), rng.uniform(65, 100)
    else:
        plane, turn = rng.uniform(-5, 25), rng.uniform(-20, 20)
    lift = rng.uniform(65, 100)
    low = arm(lift, plane, rng.uniform(5, 30), turn)
    return arms_only(
        rng, upright(rng), low, arm(lift + rng.uniform(-5, 10), plane, rng.uniform(95, 140), turn)
    )


def partial_curl(rng: Random) -> Move:
    """The lower or the upper half of a curl."""
    low, high = (
        (rng.uniform(5, 25), rng.uniform(70, 95)) if rng.random() < 0.5 else (rng.uniform(45, 80), 140.0)
    )
    lift, plane, turn = rng.uniform(0, 20), rng.uniform(-10, 40), rng.uniform(-20, 25)
    return arms_only(
        rng, upright(rng), arm(lift, plane, low, turn), arm(lift, plane, high, turn), seconds=(0.7, 2.2)
    )


def chin_up(rng: Random) -> Move:
    """A narrow grip, the elbows before the body."""
    body = {"root_pitch": rng.uniform(-8, 6), "hip_flex": rng.uniform(-5, 45), "knee": rng.uniform(3, 100)}
    plane, turn = rng.uniform(-5, 25), rng.uniform(-20, 15)
    high = arm(rng.uniform(155, 178), plane, rng.uniform(3, 30), turn)
    low = arm(rng.uniform(5, 55), plane, rng.uniform(110, 146), turn) | {"root_pitch": -rng.uniform(0, 28)}
    return Move(row(body, high), row(body, high, low), (0.9, 4.0), hanging=True)


def wide_pull_up(rng: Random) -> Move:
    """A wide grip: the elbows stay aside and bend less."""
    body = {"root_pitch": rng.uniform(-8, 6), "hip_flex": rng.uniform(-10, 25), "knee": rng.uniform(3, 100)}
    plane = rng.uniform(78, 100)
    high = arm(rng.uniform(132, 155), plane, rng.uniform(3, 25), rng.uniform(60, 100))
    low = arm(rng.uniform(35, 75), plane, rng.uniform(75, 115), high["arm_turn"]) | {
        "root_pitch": -rng.uniform(0, 22)
    }
    return Move(row(body, high), row(body, high, low), (0.9, 4.0), hanging=True)


def kipping_pull_up(rng: Random) -> Move:
    """The legs swing from behind to before, and the body follows them up."""
    plane = rng.uniform(30, 85)
    hang = arm(rng.uniform(155, 178), plane, rng.uniform(3, 20), rng.uniform(10, 80))
    arch = {"root_pitch": rng.uniform(5, 25), "hip_flex": -rng.uniform(5, 25), "knee": rng.uniform(5, 60)}
    kick = {"root_pitch": -rng.uniform(15, 45), "hip_flex": rng.uniform(35, 90), "knee": rng.uniform(5, 80)}
    pulled = arm(rng.uniform(20, 75), plane, rng.uniform(95, 140), hang["arm_turn"])
    up = {"root_pitch": -rng.uniform(0, 30), "hip_flex": rng.uniform(0, 50), "knee": rng.uniform(10, 90)}
    return Move(
        row(arch, hang), row(up, pulled), (0.8, 2.2), hanging=True, between=(row(kick, hang),), back=()
    )


def helped_pull_up(rng: Random) -> Move:
    """With a band, a chair or a machine: the knees bent, the arms never quite straight, only part of the way."""
    body = {"root_pitch": rng.uniform(-10, 8), "hip_flex": rng.uniform(10, 85), "knee": rng.uniform(30, 110)}
    plane, start = rng.uniform(5, 95), rng.uniform(10, 55)
    high = arm(rng.uniform(125, 170), plane, start, rng.uniform(-10, 20) + plane * 0.8)
    low = arm(rng.uniform(20, 90), plane, start + rng.uniform(50, 90), high["arm_turn"])
    return Move(row(body, high), row(body, high, low), (0.9, 4.0), hanging=True)
