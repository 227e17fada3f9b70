"""More ways of mountain climbers, high knees and burpees, their joint angles drawn at random."""

from __future__ import annotations

from scripts.training.moves import Move, Random, airborne, arm, left, right, row, standing


def raised_climber(rng: Random) -> Move:
    """The hands on a bench, a table or a wall."""
    lean = rng.uniform(25, 68)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(0, 22), "knee": rng.uniform(3, 18)}
    arms = arm(rng.uniform(68, 100), rng.uniform(0, 20), rng.uniform(3, 25))
    drive = {"hip_flex_l": rng.uniform(70, 122), "knee_l": rng.uniform(70, 130)}
    return Move(row(body, arms), row(body, arms, drive), (0.35, 2.0), alternate=rng.random() < 0.9)


def cross_climber(rng: Random) -> Move:
    """The knee goes to the other elbow, or outside to the same one; slow or fast."""
    lean = rng.uniform(70, 95)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(0, 22), "knee": rng.uniform(3, 15)}
    arms = arm(rng.uniform(74, 98), rng.uniform(0, 18), rng.uniform(3, 20))
    drive = {
        "hip_flex_l": rng.uniform(70, 115),
        "knee_l": rng.uniform(75, 130),
        "root_pitch": lean + rng.uniform(-2, 6),
    }
    if rng.random() < 0.55:
        drive |= {
            "hip_out_l": -rng.uniform(5, 20),
            "root_roll": rng.uniform(-15, -3),
            "spine_turn": rng.uniform(-5, 10),
        }
    else:
        drive |= {"hip_out_l": rng.uniform(20, 50), "root_roll": rng.uniform(0, 10)}
    return Move(row(body, arms), row(body, arms, drive), (0.5, 2.8), alternate=rng.random() < 0.9)


def hopped_climber(rng: Random) -> Move:
    """Hips high or low; the legs change places in one hop, or on the forearms."""
    lean, hip = rng.uniform(70, 103), rng.uniform(0, 40)
    elbow = 90.0 if rng.random() < 0.15 else rng.uniform(3, 15)
    arms = arm(rng.uniform(78, 100) + hip * 0.4, rng.uniform(0, 15), elbow)
    body = {"root_pitch": lean, "hip_flex": hip, "knee": rng.uniform(3, 20)}
    drive = {"hip_flex_l": hip + rng.uniform(60, 95), "knee_l": rng.uniform(70, 130)}
    drive["hip_flex_l"] = min(drive["hip_flex_l"], 128.0)
    between = (row(body, arms, {"hip_flex": hip + 30.0, "knee": 55.0}),) if rng.random() < 0.4 else ()
    return Move(row(body, arms), row(body, arms, drive), (0.28, 1.0), alternate=True, between=between)


def marched_knees(rng: Random) -> Move:
    """Slow, thighs up to level and above, upright, with bent arms that pump against the legs, or hands on the hips."""
    body = standing(rng, rng.uniform(-5, 6))
    up = {"hip_flex_l": rng.uniform(82, 118), "knee_l": rng.uniform(75, 120)}
    if rng.random() < 0.3:
        hands = arm(rng.uniform(28, 45), rng.uniform(85, 120), 100.0, -70.0)
        return Move(row(body, hands), row(body, hands, up), (0.8, 2.4), alternate=True)
    arms = arm(rng.uniform(-5, 15), rng.uniform(-5, 15), rng.uniform(50, 110))
    pump = {"arm_lift_r": rng.uniform(25, 80), "arm_lift_l": -rng.uniform(5, 45)}
    return Move(row(body, arms), row(body, arms, pump, up), (0.7, 2.4), alternate=True)


def pulled_knees(rng: Random) -> Move:
    """The hands come down from over the head, or from the front, to each knee."""
    body = standing(rng)
    lift = rng.uniform(85, 172)
    high = arm(lift, rng.uniform(0, 40), rng.uniform(3, 60))
    low = arm(rng.uniform(15, 65), rng.uniform(0, 25), rng.uniform(10, 80))
    up = {
        "hip_flex_l": rng.uniform(80, 118),
        "knee_l": rng.uniform(75, 125),
        "spine_flex": rng.uniform(0, 15),
    }
    return Move(row(body, high), row(body, low, up), (0.5, 1.8), alternate=rng.random() < 0.8)


def hopped_knees(rng: Random) -> Move:
    """At a run, the standing foot leaves the floor for a moment."""
    body = standing(rng, rng.uniform(-6, 15), rng.uniform(4, 22))
    arms = arm(rng.uniform(-5, 15), rng.uniform(0, 20), rng.uniform(60, 110))
    pump = {"arm_lift_r": rng.uniform(15, 70), "arm_lift_l": -rng.uniform(0, 45)}
    up = {"hip_flex_l": rng.uniform(72, 118), "knee_l": rng.uniform(75, 135), "ankle_r": rng.uniform(5, 35)}
    return Move(
        row(body, arms),
        row(body, arms, pump, up, airborne(rng.uniform(0.02, 0.12))),
        (0.25, 0.75),
        alternate=True,
    )


def jumped_burpee(rng: Random) -> Move:
    """With a jump at the end, the arms up or down; with a push-up or without."""
    body = standing(rng, rng.uniform(-4, 6))
    stand = row(body, arm(rng.uniform(5, 20), 60.0, rng.uniform(8, 40)))
    crouch_arms = arm(rng.uniform(65, 115), rng.uniform(0, 15), rng.uniform(3, 25))
    fold = rng.uniform(0, 1)
    crouch = row(
        {"root_pitch": 40 + 45 * fold, "hip_flex": 110 + 30 * fold, "knee": rng.uniform(70, 130)}, crouch_arms
    )
    lean = rng.uniform(72, 92)
    plank = {"root_pitch": lean, "hip_flex": rng.uniform(-5, 25), "knee": rng.uniform(3, 20)}
    high = arm(rng.uniform(76, 98), rng.uniform(0, 20), rng.uniform(3, 20))
    air = {"ankle": rng.uniform(10, 40), "knee": rng.uniform(2, 30)} | airborne(rng.uniform(0.06, 0.35))
    up = row(body, arm(rng.uniform(20, 176), rng.uniform(0, 80), rng.uniform(3, 50)), air)
    if rng.random() < 0.5:
        return Move(stand, row(plank, high), (1.8, 5.5), between=(crouch,), back=(crouch, up))
    low = arm(rng.uniform(20, 65), rng.uniform(20, 85), rng.uniform(75, 125)) | {
        "root_pitch": lean + rng.uniform(2, 10)
    }
    held = row(plank, high)
    return Move(stand, row(plank, low), (2.4, 7.0), between=(crouch, held), back=(held, crouch, up))


def stepped_burpee(rng: Random) -> Move:
    """Slow: one foot after the other goes back and returns, to the floor or to a bench, by the knees or not."""
    body, high = standing(rng), rng.uniform(0, 1) < 0.3
    lean = rng.uniform(48, 66) if high else rng.uniform(70, 92)
    hands = arm(rng.uniform(74, 98), rng.uniform(0, 18), rng.uniform(3, 20))
    bend = {
        "root_pitch": lean - rng.uniform(0, 12),
        "hip_flex": rng.uniform(95, 130),
        "knee": rng.uniform(60, 110),
    }
    bow = row(bend, arm(rng.uniform(70, 115), 8.0, 10.0))
    plank = {"root_pitch": lean, "hip_flex": rng.uniform(0, 20), "knee": rng.uniform(3, 15)}
    one = {"hip_flex_l": rng.uniform(75, 115), "knee_l": rng.uniform(70, 120)}
    kneel = row(plank | {"hip_flex": rng.uniform(20, 60), "knee": rng.uniform(60, 95)}, hands)
    between = (bow, row(plank, hands, one)) if rng.random() < 0.75 else (bow, kneel)
    back = (row(plank, hands, right({"hip_flex": one["hip_flex_l"], "knee": one["knee_l"]})), bow)
    top = row(body, left(arm(8.0, 60.0, 15.0)) | right(arm(8.0, 60.0, 15.0)))
    return Move(
        top, row(plank, hands), (3.0, 10.0), between=between, back=back if rng.random() < 0.5 else None
    )
