"""Stretches and rolls on the floor that have no name here, drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import (
    Move,
    Random,
    arm,
    left,
    row,
    standing,
)


def cobra_dog(rng: Random) -> Move:
    """From the hips high the body dives between the hands into a backward bend, and returns."""
    dog = row({"root_pitch": rng.uniform(105, 130), "hip_flex": rng.uniform(65, 100), "knee": rng.uniform(0, 25)},
              arm(rng.uniform(150, 178), 10.0, 6.0))  # fmt: skip
    plank = row({"root_pitch": rng.uniform(76, 92), "hip_flex": rng.uniform(0, 12), "knee": 5.0},
                arm(rng.uniform(50, 95), 12.0, rng.uniform(5, 100)))  # fmt: skip
    bent = {"root_pitch": rng.uniform(58, 74), "hip_flex": -rng.uniform(10, 26), "knee": rng.uniform(2, 15),
            "spine_flex": -rng.uniform(12, 32), "head_flex": -20.0}  # fmt: skip
    cobra = row(bent, arm(rng.uniform(35, 62), 12.0, rng.uniform(3, 25)))
    return Move(dog, cobra, (2.0, 7.0), between=(plank,), back=(plank,) if rng.random() < 0.4 else ())


def half_fold(rng: Random) -> Move:
    """Folded over standing legs: the back flattens and rounds again, the knees bend by turns."""
    lean, knee = rng.uniform(85, 120), rng.uniform(0, 30)
    hang = arm(lean + rng.uniform(10, 45), 8.0, rng.uniform(3, 60))
    flat = rng.uniform(15, 50)
    body = standing(rng, lean, knee) | {"spine_flex": rng.uniform(15, 40)}
    last = {"root_pitch": lean - flat, "hip_flex": body["hip_flex"] - flat, "spine_flex": -rng.uniform(0, 8)}
    last |= {"arm_lift": lean - flat + rng.uniform(-15, 15), "head_flex": -15.0}
    if rng.random() < 0.3:
        last = {"knee_l": knee + rng.uniform(20, 50), "hip_flex_l": body["hip_flex"] + 20.0, "root_roll": 5.0}
    return Move(row(body, hang), row(body, hang, last), (1.2, 6.0), alternate=rng.random() < 0.5)


def foam_roll(rng: Random) -> Move:
    """Rolling to and fro on the upper back, the thighs or the calves."""
    kind, roll = int(rng.integers(3)), rng.uniform(12, 35)
    if kind == 0:  # the upper back on the roll, the feet push
        body = {
            "root_pitch": -rng.uniform(75, 98),
            "hip_flex": rng.uniform(15, 45),
            "knee": rng.uniform(70, 100),
        }
        hands = arm(rng.uniform(90, 130), rng.uniform(30, 80), rng.uniform(110, 140), 60.0)
        last = {"knee": body["knee"] - roll, "hip_flex": body["hip_flex"] - roll * 0.5}
    elif kind == 1:  # face down on the forearms
        body = {
            "root_pitch": rng.uniform(80, 95),
            "hip_flex": rng.uniform(-8, 12),
            "knee": rng.uniform(2, 30),
        }
        hands = arm(rng.uniform(70, 90), 10.0, rng.uniform(80, 100))
        last = {"arm_lift": hands["arm_lift"] + roll, "elbow": hands["elbow"] - roll * 0.6}
    else:  # sitting, hands behind
        back = rng.uniform(5, 40)
        body = {"root_pitch": -back, "hip_flex": 90.0 - back + rng.uniform(-3, 8), "knee": rng.uniform(2, 20)}
        hands = arm(-rng.uniform(25, 55), 8.0, rng.uniform(3, 20))
        last = {"arm_lift": hands["arm_lift"] + roll, "root_pitch": body["root_pitch"] - rng.uniform(-5, 12)}
    return Move(row(body, hands), row(body, hands, last), (1.0, 4.0))


def wipers(rng: Random) -> Move:
    """On the back or sitting, the knees or the straight legs fall from side to side; a twist with arms out."""
    sits = rng.random() < 0.3
    body = {"root_pitch": -rng.uniform(20, 50) if sits else -88.0, "hip_flex": rng.uniform(60, 100)}
    if rng.random() < 0.6:
        body["knee"] = rng.uniform(60, 105)
    else:
        body["knee"] = rng.uniform(3, 25)
    arms = (
        arm(-35.0, 20.0, 10.0) if sits else arm(rng.uniform(40, 95), rng.uniform(80, 92), rng.uniform(3, 40))
    )
    fall = rng.uniform(15, 50)
    side = row(body, arms, {"hip_out_l": fall, "hip_out_r": -fall * 0.8, "spine_turn": -rng.uniform(0, 20)})
    return Move(mirrored(side), side, (1.2, 4.5))


def rocking(rng: Random) -> Move:
    """On a rounded back, hollow or hugging the knees, to and fro without a change of the posture."""
    if rng.random() < 0.5:
        body = {
            "hip_flex": rng.uniform(15, 45),
            "knee": rng.uniform(2, 20),
            "spine_flex": rng.uniform(15, 35),
        }
        arms = arm(rng.uniform(110, 175), 10.0, 8.0) if rng.random() < 0.6 else arm(15.0, 20.0, 8.0)
    else:
        body = {
            "hip_flex": rng.uniform(100, 125),
            "knee": rng.uniform(100, 135),
            "spine_flex": rng.uniform(20, 45),
        }
        arms = arm(rng.uniform(35, 65), 5.0, rng.uniform(40, 90))
    low, high = -rng.uniform(95, 125), -rng.uniform(50, 85)
    return Move(row(body, arms, {"root_pitch": low}), row(body, arms, {"root_pitch": high}), (0.6, 2.5))


def heel_sit(rng: Random) -> Move:
    """On the knees: sitting on the heels and up again, or leaning back with straight hips."""
    body = {"root_pitch": rng.uniform(-3, 8), "hip_flex": rng.uniform(0, 10), "knee": rng.uniform(88, 95),
            "hip_out": rng.uniform(3, 20)}  # fmt: skip
    arms = arm(rng.uniform(3, 100), rng.uniform(0, 60), rng.uniform(3, 110))
    if rng.random() < 0.35:
        back = rng.uniform(12, 40)
        return Move(row(body, arms), row(body, arms, {"root_pitch": -back, "knee": 90.0 + back}), (1.2, 4.0))
    lean, sit = rng.uniform(0, 45), rng.uniform(30, 58)
    low = {"root_pitch": lean, "knee": 90.0 + sit, "hip_flex": lean + sit}
    return Move(row(body, arms), row(body, arms, low), (1.0, 4.0))


def butterfly(rng: Random) -> Move:
    """Sitting on the floor, soles together, the knees go down and up."""
    lean = rng.uniform(-20, 20)
    body = {"root_pitch": lean, "hip_flex": 86.0 + lean, "knee": rng.uniform(105, 132), "hip_turn": rng.uniform(62, 78),
            "hip_out": rng.uniform(28, 45)}  # fmt: skip
    hands = arm(rng.uniform(15, 45), rng.uniform(0, 20), rng.uniform(5, 40))
    wide = {
        "hip_out": body["hip_out"] + rng.uniform(6, 20),
        "hip_turn": body["hip_turn"] + rng.uniform(4, 12),
    }
    return Move(row(body, hands), row(body, hands, wide), (0.5, 2.5))


def thread_needle(rng: Random) -> Move:
    """On hands and knees or in a plank, an arm opens to the ceiling and goes under the trunk."""
    plank = rng.random() < 0.4
    body = {
        "root_pitch": rng.uniform(76, 95),
        "hip_flex": 6.0 if plank else 85.0,
        "knee": 5.0 if plank else 88.0,
    }
    prop = arm(rng.uniform(80, 98), 8.0, 6.0)
    under = left(arm(rng.uniform(60, 95), -rng.uniform(15, 55), rng.uniform(3, 40)))
    above = left(arm(rng.uniform(75, 100), rng.uniform(95, 130), rng.uniform(3, 40)))
    turn = rng.uniform(20, 50)
    return Move(row(body, prop, under, {"spine_turn": -turn * 0.6}), row(body, prop, above, {"spine_turn": turn}),
                (1.2, 5.0))  # fmt: skip


def kneeling_rock(rng: Random) -> Move:
    """One foot ahead, the other knee on the floor: the hips go ahead and back, the arms may rise."""
    lean, ahead = rng.uniform(-5, 20), rng.uniform(12, 35)
    body = {
        "root_pitch": lean,
        "hip_flex_l": lean + 85,
        "knee_l": rng.uniform(75, 95),
        "hip_flex_r": lean,
        "knee_r": 90.0,
    }
    arms = arm(rng.uniform(3, 60), rng.uniform(0, 60), rng.uniform(3, 110))
    last = {"hip_flex_l": lean + 85 + ahead * 0.5, "knee_l": body["knee_l"] + ahead, "hip_flex_r": lean - ahead,
            "knee_r": 90.0 - ahead}  # fmt: skip
    if rng.random() < 0.4:
        last |= {"arm_lift": rng.uniform(120, 175), "elbow": 10.0, "root_pitch": lean - 8.0}
    return Move(row(body, arms), row(body, arms, last), (1.5, 6.0))
