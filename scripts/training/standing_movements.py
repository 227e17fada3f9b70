"""Movements without a name of people who stand or sit on a chair, drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, arms_only, row, seated, standing, upright


def march(rng: Random) -> Move:
    body = standing(rng)
    arms = arm(rng.uniform(3, 20), rng.uniform(0, 60), rng.uniform(10, 60))
    up = {"hip_flex_l": rng.uniform(15, 62), "knee_l": rng.uniform(30, 85)}
    swing = {"arm_lift_r": arms["arm_lift"] + rng.uniform(0, 35)}
    return Move(row(body, arms), row(body, arms, swing, up), (0.4, 1.2), alternate=True)


def anything(rng: Random) -> Move:
    """Arms that gesture: nothing that has a name here."""
    body = upright(rng)
    near, far = rng.uniform(0, 40), rng.uniform(70, 120)
    first = arm(near, rng.uniform(-20, 20), rng.uniform(60, 140), rng.uniform(-60, 80))
    last = arm(far, rng.uniform(60, 120), rng.uniform(5, 80), rng.uniform(-60, 80))
    move = arms_only(rng, body, first, {f"{name}_l": value for name, value in last.items()})
    return Move(move.top, move.turn, (0.6, 3.0), rng.random() < 0.3)


def twist(rng: Random) -> Move:
    turn = rng.uniform(20, 50)
    arms = arm(rng.uniform(30, 95), rng.uniform(-20, 10), rng.uniform(20, 110))
    if rng.random() < 0.6:  # seated, leaning back
        body = {"root_pitch": -rng.uniform(20, 60), "knee": rng.uniform(40, 110)}
        body["hip_flex"] = rng.uniform(65, 100)
    else:
        body = standing(rng)
    side = {"spine_turn": turn, "root_yaw": turn * rng.uniform(0, 0.5)}
    return Move(mirrored(row(body, arms, side)), row(body, arms, side), (0.7, 3.0))


def kick(rng: Random) -> Move:
    body, arms = standing(rng), arm(rng.uniform(3, 60), 60.0, rng.uniform(5, 100))
    leg = [
        {"hip_flex_l": rng.uniform(30, 95), "knee_l": rng.uniform(0, 25)},
        {"hip_flex_l": -rng.uniform(0, 30), "knee_l": rng.uniform(60, 120)},
        {"hip_out_l": rng.uniform(20, 55)},
    ][int(rng.integers(3))]
    return Move(row(body, arms), row(body, arms, leg), (0.5, 2.0), alternate=rng.random() < 0.7)


def side_step(rng: Random) -> Move:
    body, arms = standing(rng), arm(rng.uniform(3, 60), 50.0, rng.uniform(10, 100))
    low = {"hip_flex_l": rng.uniform(30, 80), "knee_l": rng.uniform(30, 95), "hip_out_l": rng.uniform(10, 35),
           "hip_out_r": rng.uniform(25, 50), "root_pitch": rng.uniform(5, 40)}  # fmt: skip
    return Move(row(body, arms), row(body, arms, low), (0.8, 3.0), alternate=True)


def stretch(rng: Random) -> Move:
    body = upright(rng)
    arms = arm(rng.uniform(0, 170), rng.uniform(0, 175), rng.uniform(5, 120))
    bent = {
        "spine_bend": rng.uniform(-35, 35),
        "spine_flex": rng.uniform(-15, 35),
        "root_pitch": rng.uniform(-10, 60),
    }
    one = {"arm_lift_l": rng.uniform(0, 175), "arm_plane_l": rng.uniform(0, 175)}
    return Move(row(body, arms), row(body, arms, bent, one), (1.5, 5.0), alternate=rng.random() < 0.4)


def chest(rng: Random) -> Move:
    body, lift = upright(rng), rng.uniform(60, 100)
    elbow = rng.uniform(5, 90)
    return Move(
        row(body, arm(lift, -5, elbow)), row(body, arm(lift, rng.uniform(60, 120), elbow)), (0.8, 2.5)
    )


def punch(rng: Random) -> Move:
    body = standing(rng, rng.uniform(0, 20), rng.uniform(8, 35))
    guard = arm(rng.uniform(20, 60), rng.uniform(0, 40), rng.uniform(105, 140))
    hit = {
        "arm_lift_l": rng.uniform(70, 100),
        "elbow_l": rng.uniform(3, 40),
        "spine_turn": -rng.uniform(0, 35),
    }
    return Move(row(body, guard), row(body, guard, hit), (0.4, 1.5), alternate=rng.random() < 0.7)


def push_down(rng: Random) -> Move:
    body, lift = standing(rng), rng.uniform(-5, 25)
    if rng.random() < 0.35:  # behind the head
        lift = rng.uniform(150, 175)
    plane = rng.uniform(0, 20)
    return arms_only(rng, body, arm(lift, plane, rng.uniform(3, 20)), arm(lift, plane, rng.uniform(80, 125)))


def upright_row(rng: Random) -> Move:
    top = arm(rng.uniform(3, 15), rng.uniform(0, 60), 10.0)
    return arms_only(rng, standing(rng), top, arm(rng.uniform(60, 100), 80.0, rng.uniform(90, 125), -60.0))


def walk(rng: Random) -> Move:
    pace, reach = rng.uniform(12, 32), rng.uniform(5, 30)
    elbow = rng.uniform(10, 90)
    step = {"hip_flex_l": pace, "knee_l": 8.0, "hip_flex_r": -pace / 2, "knee_r": rng.uniform(15, 60),
            "arm_lift_r": reach, "arm_plane_r": 0.0, "arm_lift_l": reach, "arm_plane_l": 180.0, "elbow": elbow}  # fmt: skip
    return Move(row(standing(rng), {"elbow": elbow}), row(standing(rng), step), (0.5, 1.2), alternate=True)


def sit_extend(rng: Random) -> Move:
    body, arms = seated(rng), arm(rng.uniform(0, 40), 30.0, rng.uniform(10, 90))
    leg = {"knee_l": rng.uniform(0, 25), "hip_flex_l": body["hip_flex"] + rng.uniform(0, 30)}
    return Move(row(body, arms), row(body, arms, leg), (0.8, 3.0), alternate=rng.random() < 0.6)


def seated_arms(rng: Random) -> Move:
    """Both arms up and down on a chair, by any way: a stretch, not a jumping jack."""
    plane, elbow = rng.uniform(0, 100), rng.uniform(0, 60)
    body = seated(rng)
    low = arm(rng.uniform(5, 60), plane, elbow)
    return Move(row(body, low), row(body, arm(rng.uniform(120, 175), plane, elbow)), (1.5, 5.0))


def bow(rng: Random) -> Move:
    lean = rng.uniform(25, 85)
    arms = arm(rng.uniform(40, 110), rng.uniform(40, 90), rng.uniform(90, 140), 60.0)
    return Move(row(standing(rng), arms), row(standing(rng, lean, rng.uniform(0, 30)), arms), (1.5, 4.0))


def jump(rng: Random) -> Move:
    """Hops and small jumps with swinging arms."""
    body = standing(rng)
    hands = arm(rng.uniform(5, 60), rng.uniform(0, 60), rng.uniform(5, 90))
    load = {"arm_lift": rng.uniform(5, 70), "arm_plane": rng.uniform(0, 175)}
    return Move(
        row(body, hands), row(standing(rng, rng.uniform(5, 30), rng.uniform(20, 60)), hands, load), (0.4, 1.5)
    )


def arm_circle(rng: Random) -> Move:
    """Straight arms in circles, large or small, ahead or aside."""
    body, elbow = upright(rng), rng.uniform(0, 25)
    where = rng.uniform(0, 120)
    ahead, up, aside = (arm(rng.uniform(30, 120), where - 40, elbow), arm(rng.uniform(90, 178), where, elbow),
                        arm(rng.uniform(30, 120), where + 50, elbow))  # fmt: skip
    low = arm(rng.uniform(3, 80), where, elbow)
    return Move(
        row(body, low),
        row(body, up),
        (0.6, 3.0),
        between=(row(body, ahead if rng.random() < 0.5 else aside),),
    )


def windmill(rng: Random) -> Move:
    """Standing wide, one hand to the other foot; or chopping from a shoulder to the other knee."""
    body = standing(rng, rng.uniform(0, 15), rng.uniform(2, 20)) | {"hip_out": rng.uniform(10, 35)}
    lean = rng.uniform(30, 90)
    low = standing(rng, lean, rng.uniform(2, 60)) | {
        "hip_out": body["hip_out"],
        "spine_turn": rng.uniform(15, 55),
    }
    if rng.random() < 0.5:
        arms = arm(rng.uniform(75, 100), rng.uniform(70, 100), 8.0)
        return Move(row(body, arms), row(low, arms), (0.8, 4.0), alternate=True)
    high = arm(rng.uniform(100, 160), rng.uniform(-30, 10), rng.uniform(5, 50)) | {
        "spine_turn": -rng.uniform(10, 45)
    }
    return Move(
        row(body, high),
        row(low, arm(rng.uniform(10, 70), rng.uniform(-30, 10), rng.uniform(3, 30))),
        (0.8, 3.0),
    )


def standing_arms(rng: Random) -> Move:
    """Arms overhead and down again while the legs stay: stretching, cheering, breathing; no jumping jack."""
    plane, body = rng.uniform(0, 100), standing(rng)
    low, elbow = arm(rng.uniform(3, 30), plane, rng.uniform(3, 40)), rng.uniform(3, 90)
    return Move(row(body, low), row(body, arm(rng.uniform(140, 178), plane, elbow)), (1.5, 6.0))


def jog(rng: Random) -> Move:
    """Jogging in place, heels to the back; or hops with a rope."""
    body, elbow = standing(rng, rng.uniform(-2, 15)), rng.uniform(60, 110)
    swing, arms = rng.uniform(5, 35), arm(rng.uniform(0, 15), 0.0, elbow)
    step = {"hip_flex_l": rng.uniform(-15, 45), "knee_l": rng.uniform(50, 125),
            "arm_lift_r": swing, "arm_lift_l": swing, "arm_plane_l": 180.0}  # fmt: skip
    return Move(row(body, arms), row(body, arms, step), (0.3, 0.9), alternate=True)


def seated_knees(rng: Random) -> Move:
    """On a chair: a knee rises, or both; the feet tap."""
    body, arms = seated(rng), arm(rng.uniform(0, 50), rng.uniform(0, 60), rng.uniform(5, 100))
    up = {"hip_flex_l": body["hip_flex"] + rng.uniform(12, 40), "knee_l": rng.uniform(60, 110)}
    if rng.random() < 0.3:
        up |= {"arm_lift_r": rng.uniform(40, 150), "elbow_r": rng.uniform(5, 90)}
    return Move(row(body, arms), row(body, arms, up), (0.5, 2.5), alternate=rng.random() < 0.8)
