"""More ways of pressing: over the head, on a bench and from the floor, their joint angles drawn at random."""

from __future__ import annotations

from scripts.training.moves import Move, Random, arm, arms_only, left, right, row, standing, upright


def push_press(rng: Random) -> Move:
    """The knees dip first and help; the arms follow."""
    plane = rng.uniform(15, 90)
    turn = rng.uniform(0, 20) + plane * 0.8
    low = arm(rng.uniform(25, 75), plane, rng.uniform(105, 142), turn)
    high = arm(rng.uniform(150, 178), plane, rng.uniform(3, 25), turn)
    dip = rng.uniform(25, 65)
    stand, dipped = (
        standing(rng, rng.uniform(-6, 5), rng.uniform(3, 12)),
        standing(rng, rng.uniform(0, 12), dip),
    )
    return Move(row(stand, low), row(stand, high), (0.9, 2.4), between=(row(dipped, low),), back=(row(stand, low),)
                if rng.random() < 0.5 else (row(dipped, low),))  # fmt: skip


def behind_neck_press(rng: Random) -> Move:
    """The hands wide, the bar behind the neck; or only from the height of the ears upwards."""
    plane, turn = rng.uniform(82, 108), rng.uniform(78, 105)
    low = arm(rng.uniform(50, 98), plane, rng.uniform(85, 125), turn)
    return arms_only(rng, upright(rng), low, arm(rng.uniform(140, 174), plane, rng.uniform(3, 30), turn))


def kneeling_press(rng: Random) -> Move:
    """On one knee, in a split stance or sitting on the floor; one arm or both."""
    lean = rng.uniform(-10, 8)
    body = [
        {"root_pitch": lean, "hip_flex_l": lean, "knee_l": 90.0, "hip_flex_r": lean + 88.0, "knee_r": 88.0},
        {
            "root_pitch": lean,
            "hip_flex_l": lean - 20.0,
            "knee_l": 15.0,
            "hip_flex_r": lean + 25.0,
            "knee_r": 25.0,
        },
        {
            "root_pitch": lean,
            "hip_flex": 90.0 + lean,
            "knee": rng.uniform(0, 25),
            "hip_out": rng.uniform(4, 30),
        },
    ][int(rng.integers(3))]
    plane = rng.uniform(5, 92)
    turn = plane * 0.9 + rng.uniform(-15, 15)
    low = arm(rng.uniform(20, 75), plane, rng.uniform(100, 145), turn)
    return arms_only(rng, body, low, arm(rng.uniform(148, 178), plane, rng.uniform(3, 30), turn))


def slanted_press(rng: Random) -> Move:
    """Up and ahead: the end of a bar, or a machine with a reclined seat."""
    plane = rng.uniform(-5, 25)
    low = arm(rng.uniform(10, 50), plane + rng.uniform(0, 30), rng.uniform(110, 145), rng.uniform(-15, 15))
    high = arm(rng.uniform(125, 155), plane, rng.uniform(3, 25), low["arm_turn"])
    lean = {"root_pitch": rng.uniform(2, 14)} if rng.random() < 0.5 else {}
    return arms_only(rng, upright(rng) | lean, low, high)


def decline_bench(rng: Random) -> Move:
    """The head lower than the hips."""
    pitch = -rng.uniform(98, 118)
    body = {
        "root_pitch": pitch,
        "hip_flex": rng.uniform(10, 50),
        "knee": rng.uniform(70, 105),
        "hip_out": 10.0,
    }
    high = arm(rng.uniform(60, 90), rng.uniform(-5, 20), rng.uniform(3, 25), -30.0)
    low = arm(rng.uniform(30, 75), rng.uniform(40, 95), rng.uniform(75, 120), rng.uniform(-50, 20))
    return arms_only(rng, body, high, low)


def floor_press(rng: Random) -> Move:
    """On the floor: the upper arms stop there; legs straight, bent or in the air."""
    legs = [
        {"hip_flex": rng.uniform(0, 8), "knee": rng.uniform(0, 12)},
        {"hip_flex": rng.uniform(35, 60), "knee": rng.uniform(70, 110)},
        {"hip_flex": rng.uniform(75, 100), "knee": rng.uniform(70, 105)},
    ][int(rng.integers(3))]
    high = arm(rng.uniform(78, 100), rng.uniform(-5, 20), rng.uniform(3, 20), -rng.uniform(0, 40))
    low = arm(rng.uniform(30, 80), rng.uniform(78, 92), rng.uniform(75, 105), rng.uniform(-20, 20))
    return arms_only(rng, {"root_pitch": -88.0, "hip_out": rng.uniform(3, 20)} | legs, high, low)


def narrow_bench(rng: Random) -> Move:
    """Hands together, the elbows beside the ribs; flat or on an incline."""
    pitch = -float(rng.choice([rng.uniform(82, 96), rng.uniform(35, 75)], p=[0.6, 0.4]))
    body = {
        "root_pitch": pitch,
        "hip_flex": max(88 + pitch, 0) + 30.0,
        "knee": rng.uniform(50, 100),
        "hip_out": 12.0,
    }
    high = arm(rng.uniform(78, 112), rng.uniform(-10, 8), rng.uniform(3, 25), -20.0)
    low = arm(rng.uniform(-15, 40), rng.uniform(0, 35), rng.uniform(80, 130), rng.uniform(-30, 5))
    return arms_only(rng, body, high, low)


def wide_bench(rng: Random) -> Move:
    """Dumbbells or a wide grip: the elbows out at shoulder height, the forearms upright."""
    pitch = -float(rng.choice([rng.uniform(84, 95), rng.uniform(40, 75)], p=[0.65, 0.35]))
    body = {"root_pitch": pitch, "hip_flex": max(88 + pitch, 0) + rng.uniform(20, 45), "knee": rng.uniform(50, 105),
            "hip_out": rng.uniform(5, 25)}  # fmt: skip
    high = arm(rng.uniform(78, 108), rng.uniform(5, 40), rng.uniform(3, 25), rng.uniform(-20, 20))
    low = arm(rng.uniform(62, 92), rng.uniform(78, 108), rng.uniform(75, 110), rng.uniform(-15, 20))
    return arms_only(rng, body, high, low)


def leaning_push_up(rng: Random) -> Move:
    """Hands on a wall, a table or a bench: the straight body tips about the feet."""
    lean = rng.uniform(8, 62)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(-3, 14), "knee": rng.uniform(0, 12)}
    high = arm(rng.uniform(74, 98), rng.uniform(0, 30), rng.uniform(3, 25))
    low = arm(rng.uniform(20, 80), rng.uniform(20, 95), rng.uniform(70, 125))
    low["root_pitch"] = lean + rng.uniform(6, 16)
    return Move(row(body, high), row(body, high, low), (0.8, 3.5))


def shaped_push_up(rng: Random) -> Move:
    """Hands wide or together under the chest, feet high or low, knees on the floor or not."""
    lean, knee = rng.uniform(66, 90), rng.uniform(15, 105)
    if rng.random() < 0.7:
        knee = rng.uniform(0, 10)
        lean = rng.uniform(92, 106) if rng.random() < 0.4 else lean
    body = {"root_pitch": lean, "hip_flex": rng.uniform(-8, 20), "knee": knee}
    if rng.random() < 0.5:
        high = arm(rng.uniform(70, 92), rng.uniform(35, 55), rng.uniform(3, 20), rng.uniform(0, 30))
        low = arm(rng.uniform(65, 98), rng.uniform(78, 105), rng.uniform(65, 105), rng.uniform(-10, 15))
    else:
        high = arm(rng.uniform(72, 90), rng.uniform(-15, 4), rng.uniform(5, 25), -rng.uniform(10, 40))
        low = arm(rng.uniform(10, 60), rng.uniform(10, 60), rng.uniform(95, 138), -rng.uniform(20, 50))
    low["root_pitch"] = lean + rng.uniform(2, 10)
    return Move(row(body, high), row(body, high, low), (0.7, 3.5))


def archer_push_up(rng: Random) -> Move:
    """The body goes to one hand, the other arm stays nearly straight."""
    lean = rng.uniform(68, 90)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(-2, 15), "knee": 5.0, "hip_out": rng.uniform(2, 25)}
    high = arm(rng.uniform(72, 88), rng.uniform(35, 58), rng.uniform(3, 20))
    low = left(arm(rng.uniform(35, 75), rng.uniform(40, 85), rng.uniform(85, 125)))
    low |= right(arm(rng.uniform(80, 100), rng.uniform(75, 98), rng.uniform(3, 30)))
    low |= {"root_pitch": lean + rng.uniform(3, 12), "root_roll": rng.uniform(-4, 10)}
    return Move(row(body, high), row(body, high, low), (1.2, 4.0), alternate=rng.random() < 0.7)


def release_push_up(rng: Random) -> Move:
    """Down to the floor, where the hands leave it for a moment; the chest may come up before the hips."""
    lean = rng.uniform(70, 86)
    body = {"root_pitch": lean, "hip_flex": rng.uniform(-2, 15), "knee": rng.uniform(0, 10)}
    high = arm(rng.uniform(74, 96), rng.uniform(0, 25), rng.uniform(3, 20))
    floor = {"root_pitch": 90.0, "hip_flex": 0.0, "knee": 3.0}
    low = arm(rng.uniform(20, 60), rng.uniform(30, 90), rng.uniform(105, 140))
    lifted = low | {
        "arm_plane": low["arm_plane"] + rng.uniform(0, 30),
        "elbow": low["elbow"] + rng.uniform(-15, 5),
    }
    worm = {
        "root_pitch": rng.uniform(70, 80),
        "hip_flex": -rng.uniform(8, 22),
        "spine_flex": -rng.uniform(10, 28),
    }
    rising = (
        (row(body, worm, arm(rng.uniform(45, 70), 20.0, rng.uniform(15, 60))),) if rng.random() < 0.5 else ()
    )
    return Move(row(body, high), row(floor, lifted), (1.3, 4.5), back=rising)
