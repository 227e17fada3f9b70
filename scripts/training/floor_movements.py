"""Movements on the floor that have no name here, drawn at random."""

from __future__ import annotations

from scripts.training.moves import Move, Random, arm, lying, row, standing


def bridge(rng: Random) -> Move:
    body = lying(rng) | arm(rng.uniform(5, 40), 70.0, 10.0)
    up = {"root_pitch": -88.0 - rng.uniform(15, 35), "hip_flex": rng.uniform(-5, 10)}
    return Move(row(body), row(body, up))


def crab(rng: Random) -> Move:
    body = {"root_pitch": -rng.uniform(50, 95), "hip_flex": rng.uniform(10, 70), "knee": rng.uniform(60, 100)}
    arms = arm(rng.uniform(30, 75), 175.0, rng.uniform(5, 30))
    step = {"hip_flex_l": body["hip_flex"] + rng.uniform(20, 60), "knee_l": rng.uniform(10, 90),
            "arm_lift_r": rng.uniform(20, 90), "root_pitch": body["root_pitch"] + rng.uniform(-5, 20)}  # fmt: skip
    return Move(row(body, arms), row(body, arms, step), (0.6, 2.0), alternate=True)


def plank_taps(rng: Random) -> Move:
    body = {"root_pitch": rng.uniform(72, 95), "hip_flex": rng.uniform(0, 20), "knee": 5.0}
    arms = arm(rng.uniform(78, 98), 8.0, rng.uniform(3, 15))
    tap = {
        "arm_lift_l": rng.uniform(40, 150),
        "elbow_l": rng.uniform(10, 125),
        "root_roll": rng.uniform(-15, 15),
    }
    return Move(row(body, arms), row(body, arms, tap), (0.6, 2.0), alternate=True)


def pike(rng: Random) -> Move:
    body = {"root_pitch": rng.uniform(70, 95), "hip_flex": rng.uniform(0, 20), "knee": 5.0}
    arms = arm(rng.uniform(80, 110), 8.0, 8.0)
    up = {
        "root_pitch": rng.uniform(100, 130),
        "hip_flex": rng.uniform(50, 100),
        "arm_lift": rng.uniform(140, 178),
    }
    return Move(row(body, arms), row(body, arms, up), (1.5, 5.0))


def sitting_shift(rng: Random) -> Move:
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


def hip_circle(rng: Random) -> Move:
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


def lean_back(rng: Random) -> Move:
    """Bending down to the floor and up again by way of the knees: no burpee."""
    body = standing(rng)
    hands = arm(rng.uniform(5, 60), rng.uniform(0, 60), rng.uniform(5, 60))
    low = standing(rng, rng.uniform(40, 110), rng.uniform(10, 130)) | {"spine_flex": rng.uniform(0, 40)}
    return Move(
        row(body, hands),
        row(low, arm(rng.uniform(20, 150), rng.uniform(0, 60), rng.uniform(5, 60))),
        (1.0, 5.0),
    )


def all_fours(rng: Random) -> Move:
    """On hands and knees: rocking back on the heels, rounding the back, moving the hips about."""
    body = {
        "root_pitch": rng.uniform(75, 100),
        "hip_flex": rng.uniform(70, 100),
        "knee": rng.uniform(75, 105),
    }
    hands = arm(rng.uniform(75, 100), rng.uniform(0, 20), rng.uniform(3, 30))
    back = rng.uniform(0, 1)
    last = {
        "root_pitch": body["root_pitch"] + rng.uniform(-15, 10),
        "hip_flex": body["hip_flex"] + 45 * back + rng.uniform(-10, 10),
        "knee": body["knee"] + 40 * back,
        "arm_lift": hands["arm_lift"] + 60 * back,
        "spine_flex": rng.uniform(-20, 45),
        "root_roll": rng.uniform(-20, 20),
        "spine_bend": rng.uniform(-20, 20),
    }
    return Move(row(body, hands), row(body, hands, last), (1.2, 5.0), alternate=rng.random() < 0.3)


def bear(rng: Random) -> Move:
    """On hands and feet, hips high or low, hands and feet take turns."""
    body = {
        "root_pitch": rng.uniform(75, 125),
        "hip_flex": rng.uniform(40, 110),
        "knee": rng.uniform(15, 100),
    }
    hands = arm(rng.uniform(75, 150), rng.uniform(0, 20), rng.uniform(3, 25))
    step = {"hip_flex_l": body["hip_flex"] + rng.uniform(8, 35), "knee_l": body["knee"] + rng.uniform(-15, 30),
            "arm_lift_r": hands["arm_lift"] + rng.uniform(5, 35), "root_roll": rng.uniform(-10, 10)}  # fmt: skip
    return Move(row(body, hands), row(body, hands, step), (0.6, 2.0), alternate=True)


def inchworm(rng: Random) -> Move:
    """From standing the hands go to the floor and walk ahead; the knees stay nearly straight."""
    knee = rng.uniform(0, 25)
    fold = row(standing(rng, rng.uniform(85, 125), knee), arm(rng.uniform(90, 150), 10.0, 8.0))
    plank = row(
        {"root_pitch": rng.uniform(70, 100), "hip_flex": rng.uniform(0, 45), "knee": knee / 2},
        arm(rng.uniform(80, 130), 8.0, 8.0),
    )
    return Move(row(standing(rng), arm(8.0, 60.0, 15.0)), plank, (4.0, 11.0), between=(fold,))


def prone(rng: Random) -> Move:
    """Face down on the floor: lifting arms and legs, or the chest by the hands."""
    if rng.random() < 0.5:
        arms = arm(rng.uniform(10, 175), rng.uniform(0, 60), rng.uniform(3, 100))
        up = {
            "spine_flex": -rng.uniform(8, 35),
            "hip_flex": -rng.uniform(0, 25),
            "arm_lift": arms["arm_lift"] + rng.uniform(0, 20),
        }
        body = {"root_pitch": 90.0, "hip_flex": rng.uniform(-3, 5), "knee": rng.uniform(0, 30)}
        return Move(row(body, arms), row(body, arms, up), (0.8, 4.0), rng.random() < 0.3)
    body = {"root_pitch": 90.0, "hip_flex": 0.0, "knee": 4.0}
    low, high = (
        arm(rng.uniform(20, 60), rng.uniform(10, 60), rng.uniform(90, 130)),
        arm(rng.uniform(40, 80), 10.0, rng.uniform(5, 50)),
    )
    rise = rng.uniform(20, 45)
    return Move(
        row(body, low),
        row(body, high, {"root_pitch": 90 - rise, "hip_flex": -rise, "spine_flex": -20.0}),
        (1.5, 6.0),
    )


def bird_dog(rng: Random) -> Move:
    body = {"root_pitch": rng.uniform(78, 98), "hip_flex": rng.uniform(75, 98), "knee": rng.uniform(80, 100)}
    hands = arm(rng.uniform(78, 98), 8.0, 8.0)
    out = {"hip_flex_l": rng.uniform(-15, 25), "knee_l": rng.uniform(0, 30)}
    if rng.random() < 0.7:
        out |= {"arm_lift_r": rng.uniform(140, 178), "elbow_r": rng.uniform(3, 30)}
    return Move(row(body, hands), row(body, hands, out), (1.2, 5.0), alternate=rng.random() < 0.6)


def floor_fold(rng: Random) -> Move:
    """Sitting on the floor, leaning towards the feet and back: no sit-up."""
    lean = rng.uniform(-25, 10)
    body = {
        "hip_flex": 90 + lean,
        "root_pitch": lean,
        "knee": rng.uniform(0, 60),
        "hip_out": rng.uniform(3, 50),
    }
    ahead = rng.uniform(20, 60)
    last = {
        "root_pitch": lean + ahead,
        "hip_flex": 90 + lean + ahead,
        "spine_flex": rng.uniform(0, 35),
        "arm_lift": rng.uniform(60, 130),
    }
    hands = arm(rng.uniform(20, 90), rng.uniform(0, 30), rng.uniform(3, 40))
    return Move(row(body, hands), row(body, hands, last), (1.5, 6.0))


def dip(rng: Random) -> Move:
    """Hands behind on a bench, or on bars: the elbows bend, the body sinks."""
    bench = rng.random() < 0.6
    body = {"root_pitch": rng.uniform(-20, 15), "hip_flex": rng.uniform(50, 95) if bench else rng.uniform(-5, 30),
            "knee": rng.uniform(5, 95)}  # fmt: skip
    high = arm(rng.uniform(3, 30), 175.0, rng.uniform(3, 20))
    return Move(
        row(body, high),
        row(body, arm(rng.uniform(35, 75), 175.0, rng.uniform(70, 115))),
        (0.8, 3.0),
        hanging=True,
    )


def plank_moves(rng: Random) -> Move:
    """In a plank: hips roll or rise, feet apart and together, down on the forearms and up."""
    body = {"root_pitch": rng.uniform(74, 95), "hip_flex": rng.uniform(0, 15), "knee": rng.uniform(0, 15)}
    hands = arm(rng.uniform(78, 100), rng.uniform(0, 15), float(rng.choice([6.0, 90.0])))
    last = [
        {"root_roll": rng.uniform(15, 60), "hip_flex": rng.uniform(0, 25)},
        {"hip_out": rng.uniform(15, 40)},
        {
            "elbow_l": 90.0 - hands["elbow"],
            "root_roll": rng.uniform(-12, 12),
            "root_pitch": body["root_pitch"] - rng.uniform(0, 10),
        },
        {"hip_flex": rng.uniform(20, 50), "root_pitch": body["root_pitch"] + rng.uniform(5, 20)},
    ][int(rng.integers(4))]
    return Move(row(body, hands), row(body, hands, last), (0.5, 3.0), alternate=rng.random() < 0.6)


def getting_up(rng: Random) -> Move:
    """Between the floor and standing, by way of a knee or a hand, as people do before and after an exercise."""
    floor = [
        {"root_pitch": -rng.uniform(0, 60), "hip_flex": rng.uniform(60, 100), "knee": rng.uniform(0, 110)},
        {"root_pitch": rng.uniform(60, 95), "hip_flex": rng.uniform(0, 95), "knee": rng.uniform(0, 100)},
        {"root_pitch": rng.uniform(0, 20), "hip_flex": rng.uniform(5, 60), "knee": rng.uniform(90, 140)},
    ][int(rng.integers(3))]
    way = {"root_pitch": rng.uniform(10, 60), "hip_flex_l": rng.uniform(70, 120), "knee_l": rng.uniform(70, 120),
           "hip_flex_r": rng.uniform(0, 50), "knee_r": rng.uniform(70, 130)}  # fmt: skip
    arms = arm(rng.uniform(3, 70), rng.uniform(0, 90), rng.uniform(3, 80))
    hands = arm(rng.uniform(20, 100), rng.uniform(0, 120), rng.uniform(3, 50))
    return Move(row(standing(rng), arms), row(floor, hands), (2.0, 6.0), between=(row(way, hands),))
