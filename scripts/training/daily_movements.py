"""Movements without a name of daily life, drawn at random: at a desk, before a mirror, between two exercises."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, arm, arms_only, left, right, row, seated, standing, upright


def reach_shelf(rng: Random) -> Move:
    """Something is put on a shelf or taken from it, mostly with one hand."""
    body = standing(rng)
    low = arm(rng.uniform(3, 35), rng.uniform(0, 40), rng.uniform(15, 100))
    high = arm(rng.uniform(110, 168), rng.uniform(-5, 35), rng.uniform(3, 40))
    if rng.random() < 0.75:
        high = left(high) | {"spine_bend": -rng.uniform(0, 15), "spine_turn": -rng.uniform(0, 20)}
    return Move(row(body, low), row(body, low, high, {"head_flex": -20.0}), (1.2, 4.0), rng.random() < 0.3)


def jacket(rng: Random) -> Move:
    """An arm goes behind into a sleeve while the other hand pulls at the collar."""
    body = upright(rng)
    arms = arm(rng.uniform(15, 50), rng.uniform(10, 60), rng.uniform(70, 125))
    sleeve = left(arm(rng.uniform(25, 75), rng.uniform(110, 160), rng.uniform(5, 80)))
    collar = right(arm(rng.uniform(30, 80), rng.uniform(0, 50), rng.uniform(110, 140)))
    turn = {"spine_turn": rng.uniform(5, 35), "spine_bend": rng.uniform(-5, 20)}
    return Move(row(body, arms), row(body, arms, sleeve, collar, turn), (0.8, 3.5), rng.random() < 0.7)


def tie_shoes(rng: Random) -> Move:
    """From a chair or on one knee, both hands go to a shoe."""
    arms = arm(rng.uniform(20, 60), rng.uniform(0, 30), rng.uniform(20, 80))
    reach = arm(rng.uniform(65, 110), rng.uniform(-15, 5), rng.uniform(5, 40))
    flex = {"spine_flex": rng.uniform(15, 45), "head_flex": rng.uniform(-10, 25)}
    if rng.random() < 0.6:
        body = seated(rng, rng.uniform(-10, 10))
        lean = rng.uniform(30, 60)
        low = {"root_pitch": lean, "hip_flex": body["hip_flex"] - body["root_pitch"] + lean} | flex
        return Move(row(body, arms), row(body, reach, low), (1.5, 6.0))
    lean = rng.uniform(20, 50)
    body = {"root_pitch": rng.uniform(0, 15)}
    legs = {
        "hip_flex_l": 90.0,
        "knee_l": rng.uniform(80, 110),
        "hip_flex_r": 5.0,
        "knee_r": rng.uniform(85, 110),
    }
    low = {"root_pitch": lean, "hip_flex_l": 90 + lean, "hip_flex_r": 5 + lean} | flex
    return Move(row(body, legs, arms), row(body, legs, reach, low), (1.5, 6.0))


def drink(rng: Random) -> Move:
    """A hand goes to the mouth or the ear: drinking, eating, a phone call."""
    body = upright(rng)
    rest = arm(rng.uniform(3, 30), rng.uniform(0, 50), rng.uniform(10, 85))
    mouth = left(arm(rng.uniform(25, 75), rng.uniform(0, 50), rng.uniform(118, 146), -rng.uniform(0, 35)))
    return Move(row(body, rest), row(body, rest, mouth, {"head_flex": -rng.uniform(0, 25)}), (1.2, 5.0))


def groom(rng: Random) -> Move:
    """Hands to the face, the hair or the neck: mopping, glasses, a ponytail."""
    body = upright(rng)
    rest = arm(rng.uniform(3, 40), rng.uniform(0, 60), rng.uniform(10, 110))
    plane = rng.uniform(0, 85)
    touch = arm(rng.uniform(60, 125), plane, rng.uniform(118, 146), plane - rng.uniform(10, 35))
    sides = touch if rng.random() < 0.5 else left(touch)
    return Move(row(body, rest), row(body, rest, sides, {"head_flex": rng.uniform(-5, 30)}), (0.6, 3.5))


def phone(rng: Random) -> Move:
    """Looking at a telephone, which is held lower or higher; a thumb or the other hand types."""
    body = upright(rng) | {"head_flex": rng.uniform(10, 40), "spine_flex": rng.uniform(0, 20)}
    low = arm(rng.uniform(5, 40), rng.uniform(-5, 25), rng.uniform(75, 110), -rng.uniform(0, 40))
    high = arm(rng.uniform(25, 75), rng.uniform(-5, 25), rng.uniform(85, 125), -rng.uniform(0, 40))
    sides = high if rng.random() < 0.4 else left(high)
    return Move(row(body, low), row(body, low, sides, {"head_flex": rng.uniform(-5, 25)}), (0.8, 5.0))


def desk(rng: Random) -> Move:
    """At a desk: typing, and a hand or the trunk goes to something that lies aside."""
    body = seated(rng, rng.uniform(-15, 20))
    type_ = arm(rng.uniform(10, 50), rng.uniform(0, 30), rng.uniform(60, 105), -rng.uniform(0, 30))
    reach = left(arm(rng.uniform(40, 85), rng.uniform(0, 90), rng.uniform(5, 60)))
    lean = rng.uniform(-10, 30)
    turn = {"spine_turn": rng.uniform(-10, 45), "root_pitch": body["root_pitch"] + lean,
            "hip_flex": body["hip_flex"] + lean}  # fmt: skip
    return Move(row(body, type_), row(body, type_, reach, turn), (0.8, 4.0), rng.random() < 0.4)


def chair_arms(rng: Random) -> Move:
    """On a chair, straight arms go aside and over the head while the legs stay, fast or slow; both or one by one."""
    body, plane = seated(rng), rng.uniform(60, 100)
    low = arm(rng.uniform(5, 50), plane, rng.uniform(3, 35))
    high = arm(rng.uniform(128, 176), plane, rng.uniform(3, 60), rng.uniform(0, 60))
    move = arms_only(rng, body, low, high)
    return Move(move.top, move.turn, (0.6, 3.5), move.alternate)


def dance(rng: Random) -> Move:
    """The weight goes from side to side; the arms swing along."""
    body = standing(rng) | {"hip_out": rng.uniform(6, 22)}
    arms = arm(rng.uniform(5, 60), rng.uniform(0, 90), rng.uniform(20, 110))
    shift = rng.uniform(4, 14)
    side = {
        "root_roll": -shift, "hip_out_l": body["hip_out"] + shift, "hip_out_r": body["hip_out"] - shift,
        "hip_flex_l": rng.uniform(15, 35), "knee_l": rng.uniform(30, 60), "spine_bend": rng.uniform(-5, 15),
        "spine_turn": rng.uniform(-25, 25),
        "arm_lift_l": arms["arm_lift"] + rng.uniform(-5, 60), "arm_plane_r": arms["arm_plane"] - rng.uniform(0, 60),
    }  # fmt: skip
    turn = row(body, arms, side)
    return Move(mirrored(turn), turn, (0.6, 2.5))


def clap(rng: Random) -> Move:
    """Hands together and apart, before the chest or over the head."""
    body = upright(rng)
    if rng.random() < 0.6:
        lift, elbow = rng.uniform(25, 75), rng.uniform(60, 105)
        apart = arm(lift, rng.uniform(20, 60), elbow, rng.uniform(-15, 15))
        return Move(row(body, apart), row(body, arm(lift, 5.0, elbow, -rng.uniform(20, 40))), (0.25, 1.0))
    apart = arm(rng.uniform(110, 150), 85.0, rng.uniform(10, 50), 80.0)
    return Move(
        row(body, apart), row(body, arm(rng.uniform(155, 175), 85.0, rng.uniform(15, 50), 80.0)), (0.25, 1.2)
    )


def conduct(rng: Random) -> Move:
    """Beating time, talking with the hands: bent arms go up, down and outwards."""
    body = upright(rng)
    low = arm(rng.uniform(10, 45), rng.uniform(0, 50), rng.uniform(70, 115), rng.uniform(-30, 20))
    high = arm(rng.uniform(45, 95), rng.uniform(20, 75), rng.uniform(50, 115), rng.uniform(-10, 50))
    aside = arm(rng.uniform(30, 70), rng.uniform(60, 100), rng.uniform(40, 100), rng.uniform(-10, 40))
    sides = high if rng.random() < 0.6 else left(high)
    return Move(
        row(body, low), row(body, low, sides), (0.4, 1.8), rng.random() < 0.3, back=(row(body, aside),)
    )


def warm_arms(rng: Random) -> Move:
    """Hanging arms swing ahead and behind, both or against each other, the knees give a little."""
    body, elbow = standing(rng), rng.uniform(3, 30)
    ahead, behind = rng.uniform(30, 85), -rng.uniform(15, 50)
    dip = standing(rng, rng.uniform(0, 20), rng.uniform(5, 35))
    if rng.random() < 0.5:
        return Move(row(body, arm(ahead, 5.0, elbow)), row(dip, arm(behind, 5.0, elbow)), (0.5, 1.8))
    turn = row(body, arm(0.0, 5.0, elbow), {"arm_lift_l": ahead, "arm_lift_r": behind})
    return Move(mirrored(turn), turn, (0.5, 1.8))


def hip_rolls(rng: Random) -> Move:
    """Hands on the hips; the hips go round, or the trunk bends aside and round."""
    body = standing(rng) | {"hip_out": rng.uniform(6, 20)}
    hands = arm(rng.uniform(28, 45), rng.uniform(85, 120), rng.uniform(85, 115), -rng.uniform(60, 85))
    roll = rng.uniform(4, 14)
    legs = {"hip_out_l": body["hip_out"] + roll, "hip_out_r": body["hip_out"] - roll}
    side = row(body, hands, legs, {"root_roll": -roll, "spine_bend": rng.uniform(-5, 25)})
    lean = rng.uniform(8, 35)
    ahead = row(body, hands, {"root_pitch": lean, "hip_flex": body["hip_flex"] + lean, "spine_flex": 10.0})
    return Move(
        mirrored(side), side, (1.0, 4.0), between=(ahead,), back=(row(body, hands, {"root_pitch": -6.0}),)
    )


def neck(rng: Random) -> Move:
    """The head turns, bends or nods, with a hand that helps or without; the shoulders roll."""
    body, hands = upright(rng), arm(rng.uniform(3, 40), rng.uniform(30, 90), rng.uniform(5, 90))
    last = {
        "head_flex": rng.uniform(-30, 40),
        "head_bend": rng.uniform(-35, 35),
        "head_turn": rng.uniform(-60, 60),
    }
    if rng.random() < 0.3:
        last |= left(arm(rng.uniform(110, 150), rng.uniform(50, 85), rng.uniform(115, 140), 70.0))
    elif rng.random() < 0.5:
        last |= {"arm_lift": hands["arm_lift"] + rng.uniform(5, 20), "spine_flex": -rng.uniform(0, 12)}
    return Move(row(body, hands), row(body, hands, last), (1.0, 5.0), rng.random() < 0.6)


def pick_up(rng: Random) -> Move:
    """One hand takes something from the floor beside a foot; the other rests on the thigh or balances."""
    body = standing(rng)
    hands = arm(rng.uniform(3, 20), rng.uniform(20, 80), rng.uniform(5, 40))
    lean = rng.uniform(45, 85)
    low = standing(rng, lean, rng.uniform(20, 110)) | {
        "spine_flex": rng.uniform(5, 35), "spine_turn": rng.uniform(5, 35), "spine_bend": rng.uniform(-20, 10),
    }  # fmt: skip
    hang = lean + low["spine_flex"]
    rest = left(arm(hang - rng.uniform(5, 35), rng.uniform(0, 30), rng.uniform(20, 90)))
    down = right(arm(hang + rng.uniform(-5, 20), rng.uniform(0, 20), rng.uniform(3, 20)))
    return Move(row(body, hands), row(low, hands, rest, down), (1.5, 5.0), rng.random() < 0.4)


def quad_stretch(rng: Random) -> Move:
    """On one leg: a hand takes the foot behind, or hugs the knee before the trunk."""
    body = standing(rng)
    hands = arm(rng.uniform(3, 30), rng.uniform(30, 90), rng.uniform(5, 30))
    if rng.random() < 0.6:
        leg = {"hip_flex_l": -rng.uniform(0, 20), "knee_l": rng.uniform(110, 140)}
        leg |= {"arm_lift_l": -rng.uniform(25, 45), "arm_plane_l": 0.0, "elbow_l": rng.uniform(5, 40)}
    else:
        leg = {"hip_flex_l": rng.uniform(85, 125), "knee_l": rng.uniform(90, 135)}
        leg |= {"arm_lift": rng.uniform(25, 55), "arm_plane": 0.0, "elbow": rng.uniform(50, 100)}
    if rng.random() < 0.4:
        leg |= right(arm(rng.uniform(60, 100), rng.uniform(60, 95), rng.uniform(3, 30)))
    return Move(row(body, hands), row(body, hands, leg), (2.0, 7.0), rng.random() < 0.6)


def balance(rng: Random) -> Move:
    """Standing on one leg with the arms out; the free leg and the trunk go a little to and fro."""
    body = standing(rng)
    arms = arm(rng.uniform(30, 100), rng.uniform(50, 100), rng.uniform(3, 30))
    up = {"hip_flex_l": rng.uniform(30, 95), "knee_l": rng.uniform(40, 110)}
    lean = rng.uniform(0, 25)
    last = {"root_pitch": body["root_pitch"] + lean, "hip_flex_r": body["hip_flex"] + lean, "root_roll": rng.uniform(-8, 8),
            "hip_flex_l": up["hip_flex_l"] + rng.uniform(-50, 15), "hip_out_l": rng.uniform(5, 35)}  # fmt: skip
    return Move(row(body, arms, up), row(body, arms, up, last), (1.5, 6.0))
