"""More ways of squats, lunges, deadlifts and kettlebell swings, their joint angles drawn at random."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import Move, Random, Values, airborne, arm, left, right, row, standing


def _hands(rng: Random) -> Values:
    """Where the hands may be while the legs work: hanging, ahead, at the chest, at the head, on the hips, overhead."""
    return [
        arm(rng.uniform(2, 20), rng.uniform(20, 90), rng.uniform(3, 30)),
        arm(rng.uniform(60, 105), rng.uniform(-10, 10), rng.uniform(3, 40)),
        arm(rng.uniform(10, 50), rng.uniform(-5, 25), rng.uniform(105, 142), -rng.uniform(0, 30)),
        arm(rng.uniform(60, 125), rng.uniform(60, 85), rng.uniform(110, 140), 65.0),
        arm(rng.uniform(28, 45), rng.uniform(85, 120), rng.uniform(85, 110), -70.0),
        arm(rng.uniform(148, 176), rng.uniform(10, 70), rng.uniform(3, 30)),
    ][int(rng.integers(6))]


def shin_squat(rng: Random) -> Move:
    """The shins lean much, little or not at all, as for a box; the trunk leans as it must."""
    knee = rng.uniform(75, 140)
    shin = rng.uniform(5, 45)
    lean = max(3.0, 45.0 - shin + rng.uniform(-10, 15))
    wide, hands = {"hip_out": rng.uniform(3, 28)}, _hands(rng)
    low = {"root_pitch": lean, "hip_flex": lean + knee - shin, "knee": knee}
    return Move(
        row(standing(rng, rng.uniform(0, 8), rng.uniform(2, 15)), hands, wide),
        row(low, hands, wide),
        (0.9, 4.0),
    )


def sumo_squat(rng: Random) -> Move:
    """Feet wide, toes out, the trunk upright; hands between the legs or anywhere."""
    wide = {"hip_out": rng.uniform(22, 36), "hip_turn": rng.uniform(-4, 10)}
    hands = arm(rng.uniform(5, 30), 0.0, rng.uniform(3, 20), -15.0) if rng.random() < 0.4 else _hands(rng)
    body = standing(rng, rng.uniform(0, 8), rng.uniform(3, 15))
    low = standing(rng, rng.uniform(3, 28), rng.uniform(70, 120))
    return Move(row(body, hands, wide), row(low, hands, wide), (0.9, 3.5))


def jump_squat(rng: Random) -> Move:
    """Up with a jump; the arms swing along or stay."""
    hands, wide = _hands(rng), {"hip_out": rng.uniform(3, 20)}
    body = standing(rng, rng.uniform(0, 8), rng.uniform(5, 20))
    low = row(standing(rng, rng.uniform(15, 50), rng.uniform(60, 115)), hands, wide)
    swing = arm(rng.uniform(5, 60), rng.uniform(0, 60), rng.uniform(3, 40)) if rng.random() < 0.5 else hands
    air = {"ankle": rng.uniform(15, 40), "knee": rng.uniform(2, 20), "root_pitch": rng.uniform(-4, 8)}
    up = row(body, swing, wide, air, airborne(rng.uniform(0.08, 0.35)))
    return Move(row(body, hands, wide), low, (0.8, 2.2), back=(up,))


def pistol(rng: Random) -> Move:
    """On one leg, the other ahead or behind."""
    lean, knee = rng.uniform(10, 50), rng.uniform(75, 130)
    hands = arm(rng.uniform(40, 105), rng.uniform(-10, 30), rng.uniform(3, 60))
    ahead = rng.random() < 0.7
    free = {"hip_flex_r": rng.uniform(15, 50), "knee_r": rng.uniform(3, 40)}
    down = {"hip_flex_r": lean + rng.uniform(50, 88), "knee_r": rng.uniform(3, 30)}
    if not ahead:
        free, down = (
            {"hip_flex_r": 0.0, "knee_r": 60.0},
            {"hip_flex_r": lean - 10.0, "knee_r": rng.uniform(70, 120)},
        )
    top, turn = row(standing(rng), hands, free), row(standing(rng, lean, knee), hands, down)
    return (
        Move(mirrored(top), mirrored(turn), (1.2, 4.0)) if rng.random() < 0.5 else Move(top, turn, (1.2, 4.0))
    )


def raised_foot_lunge(rng: Random) -> Move:
    """The rear foot on a bench."""
    lean = rng.uniform(0, 35)
    hands = _hands(rng)
    top = {"root_pitch": lean * 0.5, "hip_flex_l": lean * 0.5 + rng.uniform(5, 25), "knee_l": rng.uniform(8, 30),
           "hip_flex_r": lean * 0.5 - rng.uniform(5, 25), "knee_r": rng.uniform(60, 95)}  # fmt: skip
    deep = rng.uniform(70, 110)
    low = {"root_pitch": lean, "hip_flex_l": lean + deep * rng.uniform(0.7, 0.95), "knee_l": deep,
           "hip_flex_r": lean - rng.uniform(0, 30), "knee_r": rng.uniform(95, 125)}  # fmt: skip
    first, last = row(top, hands), row(low, hands)
    if rng.random() < 0.5:
        return Move(mirrored(first), mirrored(last), (1.0, 3.5), held=(28,))
    return Move(first, last, (1.0, 3.5), held=(27,))


def stepped_lunge(rng: Random) -> Move:
    """Ahead, back or walking, with knees lifted on the way, pumping arms, a turn of the trunk or arms overhead."""
    lean, hands = rng.uniform(0, 18), _hands(rng)
    low = {"root_pitch": lean, "hip_flex_l": lean + rng.uniform(60, 98), "knee_l": rng.uniform(70, 110),
           "hip_flex_r": lean - rng.uniform(0, 25), "knee_r": rng.uniform(70, 110)}  # fmt: skip
    lifted = {"hip_flex_l": rng.uniform(50, 95), "knee_l": rng.uniform(60, 105)}
    body = standing(rng)
    if rng.random() < 0.35:
        low["spine_turn"] = rng.uniform(-40, 40)
    elif rng.random() < 0.4:  # pumping arms
        hands = arm(5.0, 5.0, rng.uniform(50, 100))
        low |= {"arm_lift_r": rng.uniform(25, 60), "arm_lift_l": -rng.uniform(10, 40)}
    between = (row(body, hands, lifted),) if rng.random() < 0.5 else ()
    back = () if between and rng.random() < 0.4 else None
    return Move(row(body, hands), row(hands, low), (1.1, 3.5), rng.random() < 0.7, between=between, back=back)


def knee_drive_lunge(rng: Random) -> Move:
    """Back into a lunge, and up with the rear knee before the body."""
    lean, hands = rng.uniform(0, 20), _hands(rng)
    top = standing(rng) | {"hip_flex_r": rng.uniform(60, 105), "knee_r": rng.uniform(60, 110)}
    low = {"root_pitch": lean, "hip_flex_l": lean + rng.uniform(55, 90), "knee_l": rng.uniform(65, 105),
           "hip_flex_r": lean - rng.uniform(0, 25), "knee_r": rng.uniform(60, 105)}  # fmt: skip
    first, last = row(top, hands), row(low, hands)
    return (
        Move(mirrored(first), mirrored(last), (1.0, 3.0))
        if rng.random() < 0.5
        else Move(first, last, (1.0, 3.0))
    )


def shallow_lunge(rng: Random) -> Move:
    """Split, the feet stay: narrow or long, and not deep."""
    lean, hands, stride = rng.uniform(-3, 15), _hands(rng), rng.uniform(15, 35)
    bend = rng.uniform(50, 80)
    top = {"root_pitch": lean, "hip_flex_l": lean + stride, "knee_l": rng.uniform(5, 20),
           "hip_flex_r": lean - stride * 0.7, "knee_r": rng.uniform(5, 25)}  # fmt: skip
    low = {"root_pitch": lean, "hip_flex_l": lean + stride + bend * 0.55, "knee_l": bend + rng.uniform(0, 15),
           "hip_flex_r": lean - stride * rng.uniform(0.2, 0.7), "knee_r": bend + rng.uniform(0, 20)}  # fmt: skip
    first, last = row(top, hands), row(low, hands)
    return (
        Move(mirrored(first), mirrored(last), (0.9, 3.0))
        if rng.random() < 0.5
        else Move(first, last, (0.9, 3.0))
    )


def sumo_deadlift(rng: Random) -> Move:
    """Feet wide, the hands between the knees, the trunk steeper."""
    lean, knee = rng.uniform(35, 65), rng.uniform(45, 95)
    wide = {"hip_out": rng.uniform(20, 36), "hip_turn": rng.uniform(-4, 10)}
    hang = arm(rng.uniform(2, 15), rng.uniform(-10, 10), rng.uniform(2, 15), -10.0)
    low = hang | {"arm_lift": lean + rng.normal(0, 6)}
    top = row(standing(rng, rng.uniform(-4, 4), 6.0), hang, wide)
    return Move(top, row(standing(rng, lean, knee), low, wide), (1.3, 4.0))


def romanian_deadlift(rng: Random) -> Move:
    """Slow, nearly straight knees, only to the knees or below; the weights slide along the legs or hang aside."""
    lean, knee = rng.uniform(45, 95), rng.uniform(6, 30)
    plane = rng.uniform(-5, 40)
    hang = arm(rng.uniform(2, 12), plane, rng.uniform(2, 15))
    low = hang | {"arm_lift": lean - rng.uniform(-5, 22)}
    body = standing(rng, rng.uniform(-5, 4), knee * rng.uniform(0.3, 1))
    return Move(row(body, hang), row(standing(rng, lean, knee), low), (1.8, 5.0))


def phased_deadlift(rng: Random) -> Move:
    """The hips go back first, then the knees bend; a flat or a rounded back; up in the same order or hips first."""
    lean, knee = rng.uniform(40, 80), rng.uniform(40, 95)
    spine = {"spine_flex": rng.uniform(-5, 35)}
    hang = arm(rng.uniform(2, 12), rng.uniform(-5, 40), rng.uniform(2, 15))
    half, first = rng.uniform(25, 50), rng.uniform(8, 25)
    middle = row(standing(rng, half, first), hang | {"arm_lift": half - 5.0}, spine)
    low = row(standing(rng, lean, knee), hang | {"arm_lift": lean + spine["spine_flex"] * 0.8}, spine)
    hips = row(standing(rng, lean + rng.uniform(5, 18), first), hang | {"arm_lift": lean + 10.0}, spine)
    back = (hips,) if rng.random() < 0.4 else None
    return Move(
        row(standing(rng, rng.uniform(-5, 4), 6.0), hang), low, (1.4, 4.5), between=(middle,), back=back
    )


def one_hand_deadlift(rng: Random) -> Move:
    """One weight, between the feet or beside a foot; the other hand on the hip or out."""
    lean, knee = rng.uniform(40, 85), rng.uniform(10, 80)
    plane = rng.uniform(-20, 35)
    free = right(arm(rng.uniform(10, 60), rng.uniform(70, 115), rng.uniform(10, 105), -40.0))
    hang, low = left(arm(6.0, plane, 8.0)), left(arm(lean + rng.normal(0, 6), plane, 8.0))
    turn = {"spine_turn": -rng.uniform(-5, 20), "spine_bend": rng.uniform(-4, 12)}
    top, end = row(standing(rng, 0.0, 6.0), hang, free), row(standing(rng, lean, knee), low, free, turn)
    return (
        Move(mirrored(top), mirrored(end), (1.4, 4.0)) if rng.random() < 0.5 else Move(top, end, (1.4, 4.0))
    )


def floating_swing(rng: Random) -> Move:
    """The arms fall to the trunk before the hips bend; the hips are straight before the arms rise."""
    lean, knee, elbow = rng.uniform(40, 85), rng.uniform(10, 60), rng.uniform(3, 20)
    wide = {"hip_out": rng.uniform(6, 25)}
    high = arm(rng.uniform(60, 120), rng.uniform(-10, 6), elbow)
    pressed = arm(rng.uniform(5, 35), rng.uniform(-10, 6), elbow)
    behind = arm(rng.uniform(-5, 30), rng.uniform(-10, 6), elbow)
    stand = standing(rng, rng.uniform(-6, 4), rng.uniform(2, 12))
    falling = row(standing(rng, rng.uniform(0, 22), rng.uniform(3, 18)), pressed, wide)
    rising = row(stand, pressed | {"arm_lift": pressed["arm_lift"] + rng.uniform(0, 25)}, wide)
    turn = row(standing(rng, lean, knee), behind, wide)
    return Move(row(stand, high, wide), turn, (1.1, 2.3), between=(falling,), back=(rising,))


def squatting_swing(rng: Random) -> Move:
    """With much bend of the knees and an upright trunk; one hand or two."""
    lean, knee = rng.uniform(20, 50), rng.uniform(55, 100)
    wide = {"hip_out": rng.uniform(10, 28)}
    high = arm(rng.uniform(55, 120), rng.uniform(-10, 8), rng.uniform(3, 35))
    low = arm(rng.uniform(-5, 25), rng.uniform(-10, 6), rng.uniform(3, 20))
    stand, bend = standing(rng, rng.uniform(-10, 4), 6.0) | wide, standing(rng, lean, knee) | wide
    top, turn = row(stand, high), row(bend, low)
    if rng.random() < 0.3:
        free = right(arm(rng.uniform(5, 60), rng.uniform(60, 110), rng.uniform(5, 60)))
        top, turn = row(stand, high, free), row(bend, low, free)
    return Move(top, turn, (1.0, 2.4), alternate=rng.random() < 0.2)
