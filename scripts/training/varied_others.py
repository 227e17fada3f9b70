"""Movements that have no name here, drawn at random: what people do between exercises, and what looks like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, arms_only, lying, row, seated, standing, upright


def _march(rng: Random) -> Move:
    body = standing(rng)
    arms = arm(rng.uniform(3, 20), rng.uniform(0, 60), rng.uniform(10, 60))
    up = {"hip_flex_l": rng.uniform(15, 62), "knee_l": rng.uniform(30, 85)}
    swing = {"arm_lift_r": arms["arm_lift"] + rng.uniform(0, 35)}
    return Move(row(body, arms), row(body, arms, swing, up), (0.4, 1.2), alternate=True)


def _anything(rng: Random) -> Move:
    """Arms that gesture: nothing that has a name here."""
    body = upright(rng)
    near, far = rng.uniform(0, 40), rng.uniform(70, 120)
    first = arm(near, rng.uniform(-20, 20), rng.uniform(60, 140), rng.uniform(-60, 80))
    last = arm(far, rng.uniform(60, 120), rng.uniform(5, 80), rng.uniform(-60, 80))
    move = arms_only(rng, body, first, {f"{name}_l": value for name, value in last.items()})
    return Move(move.top, move.turn, (0.6, 3.0), rng.random() < 0.3)


def _twist(rng: Random) -> Move:
    turn = rng.uniform(20, 50)
    arms = arm(rng.uniform(30, 95), rng.uniform(-20, 10), rng.uniform(20, 110))
    if rng.random() < 0.6:  # seated, leaning back
        body = {"root_pitch": -rng.uniform(20, 60), "knee": rng.uniform(40, 110)}
        body["hip_flex"] = rng.uniform(65, 100)
    else:
        body = standing(rng)
    side = {"spine_turn": turn, "root_yaw": turn * rng.uniform(0, 0.5)}
    return Move(mirrored(row(body, arms, side)), row(body, arms, side), (0.7, 3.0))


def _bridge(rng: Random) -> Move:
    body = lying(rng) | arm(rng.uniform(5, 40), 70.0, 10.0)
    up = {"root_pitch": -88.0 - rng.uniform(15, 35), "hip_flex": rng.uniform(-5, 10)}
    return Move(row(body), row(body, up))


def _crab(rng: Random) -> Move:
    body = {"root_pitch": -rng.uniform(50, 95), "hip_flex": rng.uniform(10, 70), "knee": rng.uniform(60, 100)}
    arms = arm(rng.uniform(30, 75), 175.0, rng.uniform(5, 30))
    step = {"hip_flex_l": body["hip_flex"] + rng.uniform(20, 60), "knee_l": rng.uniform(10, 90),
            "arm_lift_r": rng.uniform(20, 90), "root_pitch": body["root_pitch"] + rng.uniform(-5, 20)}  # fmt: skip
    return Move(row(body, arms), row(body, arms, step), (0.6, 2.0), alternate=True)


def _kick(rng: Random) -> Move:
    body, arms = standing(rng), arm(rng.uniform(3, 60), 60.0, rng.uniform(5, 100))
    leg = [
        {"hip_flex_l": rng.uniform(30, 95), "knee_l": rng.uniform(0, 25)},
        {"hip_flex_l": -rng.uniform(0, 30), "knee_l": rng.uniform(60, 120)},
        {"hip_out_l": rng.uniform(20, 55)},
    ][int(rng.integers(3))]
    return Move(row(body, arms), row(body, arms, leg), (0.5, 2.0), alternate=rng.random() < 0.7)


def _side_step(rng: Random) -> Move:
    body, arms = standing(rng), arm(rng.uniform(3, 60), 50.0, rng.uniform(10, 100))
    low = {"hip_flex_l": rng.uniform(30, 80), "knee_l": rng.uniform(30, 95), "hip_out_l": rng.uniform(10, 35),
           "hip_out_r": rng.uniform(25, 50), "root_pitch": rng.uniform(5, 40)}  # fmt: skip
    return Move(row(body, arms), row(body, arms, low), (0.8, 3.0), alternate=True)


def _stretch(rng: Random) -> Move:
    body = upright(rng)
    arms = arm(rng.uniform(0, 170), rng.uniform(0, 175), rng.uniform(5, 120))
    bent = {
        "spine_bend": rng.uniform(-35, 35),
        "spine_flex": rng.uniform(-15, 35),
        "root_pitch": rng.uniform(-10, 60),
    }
    one = {"arm_lift_l": rng.uniform(0, 175), "arm_plane_l": rng.uniform(0, 175)}
    return Move(row(body, arms), row(body, arms, bent, one), (1.5, 5.0), alternate=rng.random() < 0.4)


def _chest(rng: Random) -> Move:
    body, lift = upright(rng), rng.uniform(60, 100)
    elbow = rng.uniform(5, 90)
    return Move(
        row(body, arm(lift, -5, elbow)), row(body, arm(lift, rng.uniform(60, 120), elbow)), (0.8, 2.5)
    )


def _punch(rng: Random) -> Move:
    body = standing(rng, rng.uniform(0, 20), rng.uniform(8, 35))
    guard = arm(rng.uniform(20, 60), rng.uniform(0, 40), rng.uniform(105, 140))
    hit = {
        "arm_lift_l": rng.uniform(70, 100),
        "elbow_l": rng.uniform(3, 40),
        "spine_turn": -rng.uniform(0, 35),
    }
    return Move(row(body, guard), row(body, guard, hit), (0.4, 1.5), alternate=rng.random() < 0.7)


def _push_down(rng: Random) -> Move:
    body, lift = standing(rng), rng.uniform(-5, 25)
    if rng.random() < 0.35:  # behind the head
        lift = rng.uniform(150, 175)
    plane = rng.uniform(0, 20)
    return arms_only(rng, body, arm(lift, plane, rng.uniform(3, 20)), arm(lift, plane, rng.uniform(80, 125)))


def _upright_row(rng: Random) -> Move:
    top = arm(rng.uniform(3, 15), rng.uniform(0, 60), 10.0)
    return arms_only(rng, standing(rng), top, arm(rng.uniform(60, 100), 80.0, rng.uniform(90, 125), -60.0))


def _plank_taps(rng: Random) -> Move:
    body = {"root_pitch": rng.uniform(72, 95), "hip_flex": rng.uniform(0, 20), "knee": 5.0}
    arms = arm(rng.uniform(78, 98), 8.0, rng.uniform(3, 15))
    tap = {
        "arm_lift_l": rng.uniform(40, 150),
        "elbow_l": rng.uniform(10, 125),
        "root_roll": rng.uniform(-15, 15),
    }
    return Move(row(body, arms), row(body, arms, tap), (0.6, 2.0), alternate=True)


def _pike(rng: Random) -> Move:
    body = {"root_pitch": rng.uniform(70, 95), "hip_flex": rng.uniform(0, 20), "knee": 5.0}
    arms = arm(rng.uniform(80, 110), 8.0, 8.0)
    up = {
        "root_pitch": rng.uniform(100, 130),
        "hip_flex": rng.uniform(50, 100),
        "arm_lift": rng.uniform(140, 178),
    }
    return Move(row(body, arms), row(body, arms, up), (1.5, 5.0))


def _walk(rng: Random) -> Move:
    pace, reach = rng.uniform(12, 32), rng.uniform(5, 30)
    elbow = rng.uniform(10, 90)
    step = {"hip_flex_l": pace, "knee_l": 8.0, "hip_flex_r": -pace / 2, "knee_r": rng.uniform(15, 60),
            "arm_lift_r": reach, "arm_plane_r": 0.0, "arm_lift_l": reach, "arm_plane_l": 180.0, "elbow": elbow}  # fmt: skip
    return Move(row(standing(rng), {"elbow": elbow}), row(standing(rng), step), (0.5, 1.2), alternate=True)


def _sit_extend(rng: Random) -> Move:
    body, arms = seated(rng), arm(rng.uniform(0, 40), 30.0, rng.uniform(10, 90))
    leg = {"knee_l": rng.uniform(0, 25), "hip_flex_l": body["hip_flex"] + rng.uniform(0, 30)}
    return Move(row(body, arms), row(body, arms, leg), (0.8, 3.0), alternate=rng.random() < 0.6)


def _seated_arms(rng: Random) -> Move:
    """Both arms up and down on a chair, by any way: a stretch, not a jumping jack."""
    plane, elbow = rng.uniform(0, 100), rng.uniform(0, 60)
    body = seated(rng)
    low = arm(rng.uniform(5, 60), plane, elbow)
    return Move(row(body, low), row(body, arm(rng.uniform(120, 175), plane, elbow)), (1.5, 5.0))


def _bow(rng: Random) -> Move:
    lean = rng.uniform(25, 85)
    arms = arm(rng.uniform(40, 110), rng.uniform(40, 90), rng.uniform(90, 140), 60.0)
    return Move(row(standing(rng), arms), row(standing(rng, lean, rng.uniform(0, 30)), arms), (1.5, 4.0))


def _sitting_shift(rng: Random) -> Move:
    """On the floor, leaning back, with small movements of trunk and legs: no sit-up."""
    lean = rng.uniform(15, 60)
    body = {
        "root_pitch": -lean,
        "hip_flex": rng.uniform(60, 105),
        "knee": rng.uniform(30, 110),
        "spine_flex": rng.uniform(0, 30),
    }
    hands = arm(rng.uniform(20, 95), rng.uniform(-20, 20), rng.uniform(10, 110))
    last = {"root_pitch": -lean + rng.uniform(-12, 12), "hip_flex": body["hip_flex"] + rng.uniform(-25, 25),
            "spine_turn": rng.uniform(-45, 45), "arm_lift": rng.uniform(20, 95)}  # fmt: skip
    return Move(row(body, hands), row(body, hands, last), (0.6, 3.0), alternate=rng.random() < 0.6)


def _hip_circle(rng: Random) -> Move:
    """On hands and knees, on one leg or lying, a leg goes out and round."""
    where = rng.random()
    hands = arm(rng.uniform(3, 60), rng.uniform(0, 80), rng.uniform(5, 100))
    body = standing(rng) if where < 0.4 else lying(rng)
    if where > 0.7:
        body, hands = {"root_pitch": rng.uniform(75, 95), "hip_flex": 85.0, "knee": 90.0}, arm(88.0, 8.0, 5.0)
    out = {
        "hip_flex_l": body["hip_flex"] + rng.uniform(-60, 60),
        "hip_out_l": rng.uniform(10, 60),
        "knee_l": rng.uniform(10, 110),
    }
    return Move(row(body, hands), row(body, hands, out), (0.8, 4.0), alternate=rng.random() < 0.4)


def _jump(rng: Random) -> Move:
    """Hops and small jumps with swinging arms."""
    body = standing(rng)
    hands = arm(rng.uniform(5, 60), rng.uniform(0, 60), rng.uniform(5, 90))
    load = {"arm_lift": rng.uniform(5, 70), "arm_plane": rng.uniform(0, 175)}
    return Move(
        row(body, hands), row(standing(rng, rng.uniform(5, 30), rng.uniform(20, 60)), hands, load), (0.4, 1.5)
    )


def _lean_back(rng: Random) -> Move:
    """Bending down to the floor and up again by way of the knees: no burpee."""
    body = standing(rng)
    hands = arm(rng.uniform(5, 60), rng.uniform(0, 60), rng.uniform(5, 60))
    low = standing(rng, rng.uniform(40, 110), rng.uniform(10, 130)) | {"spine_flex": rng.uniform(0, 40)}
    return Move(
        row(body, hands),
        row(low, arm(rng.uniform(20, 150), rng.uniform(0, 60), rng.uniform(5, 60))),
        (1.0, 5.0),
    )


OTHER: Final[tuple[Callable[[Random], Move], ...]] = (
    _march, _anything, _anything, _twist, _bridge, _crab, _kick, _side_step,
    _stretch, _stretch, _chest, _punch, _push_down, _upright_row, _plank_taps, _pike,
    _walk, _sit_extend, _seated_arms, _bow, _sitting_shift, _sitting_shift, _hip_circle, _jump,
    _lean_back,
)  # fmt: skip
"""Movements that have no name here; those that occur twice are twice as frequent."""
