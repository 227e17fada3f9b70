"""Exercises without a name on a mat, drawn at random; some look like a sit-up or a leg raise."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, left, lying, right, row


def russian_twist(rng: Random) -> Move:
    """Sitting, leaning back, the hands go from side to side: low beside the hips or high over the shoulders."""
    lean, turn = rng.uniform(10, 65), rng.uniform(15, 55)
    body = {"root_pitch": -lean, "hip_flex": rng.uniform(55, 110), "knee": rng.uniform(20, 115),
            "hip_out": rng.uniform(2, 15), "spine_flex": rng.uniform(0, 35)}  # fmt: skip
    elbow, lift = rng.uniform(10, 100), rng.uniform(20, 75)
    near = left(arm(lift + rng.uniform(-10, 60), rng.uniform(10, 60), elbow))
    far = right(arm(lift + rng.uniform(-5, 40), -rng.uniform(5, 45), elbow))
    legs = {"hip_flex": body["hip_flex"] + rng.uniform(-8, 8), "root_pitch": -lean + rng.uniform(-6, 6)}
    side = row(body, near, far, {"spine_turn": turn, "root_yaw": turn * rng.uniform(-0.2, 0.4)}, legs)
    middle = row(body, arm(lift, 0.0, elbow))
    return Move(mirrored(side), side, (0.7, 3.0), between=(middle,) if rng.random() < 0.6 else ())


def flutter(rng: Random) -> Move:
    """On the back, nearly straight legs low over the floor: up and down by turns, or across each other."""
    bend, low = rng.uniform(3, 25), rng.uniform(8, 35)
    up = {"root_pitch": -88.0 + rng.uniform(0, 25), "spine_flex": rng.uniform(0, 30)}
    up |= arm(rng.uniform(5, 40), rng.uniform(20, 80), rng.uniform(5, 60))
    body = up | {"hip_flex": low + 88.0 + up["root_pitch"], "knee": bend, "hip_out": 3.0}
    if rng.random() < 0.6:
        legs = {"hip_flex_l": body["hip_flex"] + rng.uniform(10, 30), "knee_l": bend + rng.uniform(-3, 20)}
        turn = row(body, legs)
        return Move(mirrored(turn), turn, (0.3, 1.0))
    across = {"hip_out": -rng.uniform(2, 10), "hip_flex_l": body["hip_flex"] + rng.uniform(2, 12)}
    return Move(row(body, {"hip_out": rng.uniform(12, 35)}), row(body, across), (0.4, 1.4), alternate=True)


def swimmer(rng: Random) -> Move:
    """Face down, an arm and the leg of the other side rise by turns."""
    arms = arm(rng.uniform(150, 178), rng.uniform(20, 80), rng.uniform(3, 40))
    body = {"root_pitch": 90.0, "hip_flex": rng.uniform(-10, 3), "knee": rng.uniform(2, 20)}
    body["spine_flex"] = -rng.uniform(3, 22)
    up = {"hip_flex_l": -rng.uniform(12, 32), "arm_lift_r": arms["arm_lift"] + rng.uniform(8, 25),
          "spine_turn": -rng.uniform(0, 8)}  # fmt: skip
    turn = row(body, arms, up)
    return Move(mirrored(turn), turn, (0.4, 2.5))


def leg_curl(rng: Random) -> Move:
    """Face down, the heels come to the back."""
    arms = arm(rng.uniform(60, 150), rng.uniform(20, 80), rng.uniform(60, 130))
    body = {
        "root_pitch": 90.0,
        "hip_flex": rng.uniform(-3, 12),
        "knee": rng.uniform(3, 20),
        "hip_out": rng.uniform(1, 12),
    }
    bent = {"knee": rng.uniform(70, 125)}
    return Move(row(body, arms), row(body, arms, bent if rng.random() < 0.6 else left(bent)), (0.9, 3.0),
                alternate=rng.random() < 0.4)  # fmt: skip


def side_plank(rng: Random) -> Move:
    """On one forearm or hand and the side of the feet or knees: the hips sink and rise, or the arm sweeps under."""
    hand, on_knees = rng.random() < 0.4, rng.random() < 0.3
    tilt = rng.uniform(58, 68) if hand else rng.uniform(70, 80)
    body = {"root_roll": tilt, "hip_flex": rng.uniform(0, 15), "hip_out": rng.uniform(-2, 3), "knee": 4.0}
    if on_knees:
        body["knee"] = rng.uniform(70, 95)
    prop = left(arm(rng.uniform(80, 100), rng.uniform(75, 95), 6.0 if hand else rng.uniform(75, 95)))
    free = right(arm(rng.uniform(5, 95), rng.uniform(70, 95), rng.uniform(3, 100)))
    if rng.random() < 0.65:
        sink = rng.uniform(8, 22)
        last = {"root_roll": tilt + sink, "spine_bend": -sink * rng.uniform(0.8, 1.3)}
    else:
        last = {"spine_turn": rng.uniform(20, 50)} | right(
            arm(rng.uniform(60, 95), -rng.uniform(0, 30), 20.0)
        )
    top, turn = row(body, prop, free), row(body, prop, free, last)
    return (
        Move(mirrored(top), mirrored(turn), (1.0, 4.0)) if rng.random() < 0.5 else Move(top, turn, (1.0, 4.0))
    )


def side_lying(rng: Random) -> Move:
    """On one side: the upper leg rises or swings, or the knees open like a clam."""
    body = {"root_roll": rng.uniform(82, 92), "hip_flex": rng.uniform(-5, 20), "knee": rng.uniform(3, 25)}
    prop = left(arm(rng.uniform(95, 170), rng.uniform(60, 95), rng.uniform(20, 130)))
    free = right(arm(rng.uniform(10, 60), rng.uniform(0, 60), rng.uniform(20, 100)))
    kind = int(rng.integers(3))
    if kind == 0:
        body |= {"hip_flex": rng.uniform(30, 75), "knee": rng.uniform(60, 105)}
        last = {"hip_out_r": rng.uniform(15, 40), "hip_turn_r": rng.uniform(15, 45)}
    elif kind == 1:
        last = {"hip_out_r": rng.uniform(20, 55)}
    else:
        body["hip_out_r"] = rng.uniform(5, 20)
        last = {"hip_flex_r": rng.uniform(35, 85)}
    top, turn = row(body, prop, free), row(body, prop, free, last)
    return (
        Move(mirrored(top), mirrored(turn), (0.8, 3.0)) if rng.random() < 0.5 else Move(top, turn, (0.8, 3.0))
    )


def donkey_kick(rng: Random) -> Move:
    """On hands or forearms and knees, a bent leg goes up behind or out to the side."""
    low = rng.random() < 0.3
    body = {"root_pitch": rng.uniform(92, 108) if low else rng.uniform(78, 98), "hip_flex": rng.uniform(80, 100),
            "knee": rng.uniform(80, 100)}  # fmt: skip
    hands = arm(rng.uniform(85, 110), 8.0, rng.uniform(75, 95) if low else rng.uniform(3, 15))
    up = {"knee_l": rng.uniform(55, 105), "hip_flex_l": rng.uniform(-15, 30)}
    if rng.random() < 0.45:
        up = {"hip_out_l": rng.uniform(30, 65), "hip_flex_l": body["hip_flex"] + rng.uniform(-15, 10)}
    up["root_roll"] = rng.uniform(-2, 12)
    return Move(row(body, hands), row(body, hands, up), (0.7, 3.0), alternate=rng.random() < 0.35)


def one_leg_bridge(rng: Random) -> Move:
    """A bridge on one foot, the other leg in the air; or held up while the feet march."""
    knee, leg = rng.uniform(80, 115), rng.uniform(3, 60)
    arms = arm(rng.uniform(-18, 15), rng.uniform(0, 30), rng.uniform(3, 40))
    high = {"root_pitch": -rng.uniform(102, 122), "hip_flex": rng.uniform(-8, 10), "knee": knee}
    low = {"root_pitch": -88.0, "hip_flex": rng.uniform(40, 60), "knee": knee}
    if rng.random() < 0.6:
        free = {"knee_l": leg, "hip_flex_l": low["hip_flex"] + rng.uniform(-10, 30)}
        up = {"knee_l": leg, "hip_flex_l": rng.uniform(-5, 60)}
        return Move(row(low, arms, free), row(high, arms, up), (0.9, 3.0), alternate=rng.random() < 0.2)
    return Move(
        row(high, arms), row(high, arms, {"hip_flex_l": rng.uniform(60, 100)}), (0.8, 2.5), alternate=True
    )


def dead_bug(rng: Random) -> Move:
    """On the back, arms and bent legs up; an arm and the other leg stretch out by turns."""
    body = {
        "root_pitch": -88.0,
        "hip_flex": rng.uniform(80, 100),
        "knee": rng.uniform(75, 100),
        "hip_out": 4.0,
    }
    hands = arm(rng.uniform(80, 100), rng.uniform(0, 15), rng.uniform(3, 20))
    out = {"hip_flex_l": rng.uniform(8, 50), "knee_l": rng.uniform(3, 60)}
    if rng.random() < 0.8:
        out["arm_lift_r"] = rng.uniform(135, 178)
    return Move(row(body, hands), row(body, hands, out), (1.0, 4.0), alternate=rng.random() < 0.8)


def heel_tap(rng: Random) -> Move:
    """On the back, the shoulders up; the hands reach for the heels by turns, the trunk bends aside."""
    body = lying(rng) | {"spine_flex": rng.uniform(8, 35), "head_flex": rng.uniform(0, 20)}
    arms = arm(rng.uniform(5, 35), rng.uniform(30, 85), rng.uniform(3, 25))
    side = row(body, arms, {"spine_bend": rng.uniform(10, 28)})
    return Move(mirrored(side), side, (0.6, 2.0))
