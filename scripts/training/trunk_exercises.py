"""More ways of sit-ups and leg raises, their joint angles drawn at random."""

from __future__ import annotations

from scripts.training.moves import Move, Random, arm, lying, row


def butterfly_sit_up(rng: Random) -> Move:
    """Soles together, knees apart; the arms come from over the head to the feet."""
    thigh = rng.uniform(18, 45)
    body = {"root_pitch": -88.0, "hip_flex": thigh, "knee": rng.uniform(105, 132), "hip_out": rng.uniform(28, 46),
            "hip_turn": 84 - 0.9 * thigh + rng.uniform(-4, 4)}  # fmt: skip
    rise = rng.uniform(55, 95)
    up = {"root_pitch": -88.0 + rise, "hip_flex": thigh + rise, "spine_flex": rng.uniform(0, 35)}
    arms = arm(rng.uniform(100, 176), rng.uniform(0, 40), rng.uniform(3, 30))
    reach = arm(rng.uniform(30, 95), rng.uniform(-5, 15), rng.uniform(3, 30))
    return Move(row(body, arms), row(body, up, reach), (1.2, 4.0))


def twisting_sit_up(rng: Random) -> Move:
    """An elbow goes to the other knee, by turns or always the same."""
    body = lying(rng)
    head = arm(rng.uniform(85, 130), rng.uniform(40, 82), rng.uniform(110, 142), 60.0)
    rise = rng.uniform(5, 75)
    up = {"root_pitch": -88.0 + rise, "hip_flex": body["hip_flex"] + rise, "spine_flex": rng.uniform(15, 45),
          "spine_turn": rng.uniform(15, 45)}  # fmt: skip
    return Move(row(body, head), row(body, head, up), (1.0, 3.5), alternate=rng.random() < 0.75)


def bench_sit_up(rng: Random) -> Move:
    """On a bench that slopes down to the head, the feet hooked."""
    slope = rng.uniform(5, 35)
    body = {
        "root_pitch": -90.0 - slope,
        "hip_flex": rng.uniform(5, 50),
        "knee": rng.uniform(60, 100),
        "hip_out": 8.0,
    }
    rise = rng.uniform(45, 105)
    up = {
        "root_pitch": body["root_pitch"] + rise,
        "hip_flex": body["hip_flex"] + rise,
        "spine_flex": rng.uniform(5, 35),
    }
    hands = [
        arm(rng.uniform(15, 45), rng.uniform(0, 20), rng.uniform(110, 142), -30.0),
        arm(rng.uniform(90, 130), rng.uniform(40, 80), rng.uniform(110, 140), 60.0),
        arm(rng.uniform(60, 110), rng.uniform(-5, 20), rng.uniform(3, 40)),
    ][int(rng.integers(3))]
    return Move(row(body, hands), row(body, hands, up), (1.2, 4.0))


def tuck_up(rng: Random) -> Move:
    """From stretched out, trunk and knees come together and part again; lying or leaning on the hands."""
    leaning = rng.random() < 0.35
    low = -rng.uniform(45, 70) if leaning else -88.0
    body = {"root_pitch": low, "hip_flex": 88.0 + low + rng.uniform(4, 20), "knee": rng.uniform(3, 25)}
    arms = (
        arm(-rng.uniform(10, 45), 10.0, rng.uniform(10, 50))
        if leaning
        else arm(rng.uniform(20, 170), 20.0, 10.0)
    )
    rise = rng.uniform(20, 60) if not leaning else rng.uniform(8, 25)
    tuck = {"root_pitch": low + rise, "hip_flex": rng.uniform(100, 130), "knee": rng.uniform(90, 130),
            "spine_flex": rng.uniform(10, 35)}  # fmt: skip
    last = {} if leaning else arm(rng.uniform(30, 75), rng.uniform(0, 20), rng.uniform(10, 80))
    return Move(row(body, arms), row(body, arms, tuck, last), (0.9, 3.0))


def straight_sit_up(rng: Random) -> Move:
    """Legs flat and straight, rolling up slowly with arms ahead, crossed or holding a weight."""
    body = {
        "root_pitch": -88.0,
        "hip_flex": rng.uniform(0, 10),
        "knee": rng.uniform(0, 18),
        "hip_out": rng.uniform(2, 25),
    }
    hands = [
        arm(rng.uniform(20, 50), rng.uniform(-5, 20), rng.uniform(105, 140), -rng.uniform(10, 40)),
        arm(rng.uniform(75, 110), rng.uniform(-5, 15), rng.uniform(3, 30)),
        arm(rng.uniform(150, 178), rng.uniform(0, 40), rng.uniform(3, 30)),
    ][int(rng.integers(3))]
    rise = rng.uniform(55, 125)
    up = {"root_pitch": -88.0 + rise, "hip_flex": body["hip_flex"] + rise, "spine_flex": rng.uniform(5, 40)}
    curled = {"spine_flex": rng.uniform(25, 45), "head_flex": 25.0, "root_pitch": -88.0 + 0.2 * rise,
              "hip_flex": body["hip_flex"] + 0.2 * rise}  # fmt: skip
    between = (row(body, hands, curled),) if rng.random() < 0.5 else ()
    return Move(row(body, hands), row(body, hands, up), (1.5, 5.0), between=between)


def one_leg_raise(rng: Random) -> Move:
    """On the back, one leg rises straight; the other lies, or stands bent."""
    other = {"hip_flex": rng.uniform(0, 10), "knee": rng.uniform(0, 15)}
    if rng.random() < 0.4:
        other = {"hip_flex": rng.uniform(40, 55), "knee": rng.uniform(80, 105)}
    bend = rng.uniform(0, 20)
    low = {"hip_flex_l": rng.uniform(2, 15), "knee_l": bend}
    high = {"hip_flex_l": rng.uniform(55, 98), "knee_l": bend}
    arms = arm(
        float(rng.choice([rng.uniform(5, 40), rng.uniform(80, 170)], p=[0.8, 0.2])), rng.uniform(20, 90), 15.0
    )
    body = {"root_pitch": -88.0, "hip_out": 4.0, "spine_flex": float(rng.choice([0.0, rng.uniform(5, 30)]))}
    alternate = other["knee"] < 30 and rng.random() < 0.6
    return Move(row(body, other, arms, low), row(body, other, arms, high), (0.9, 3.5), alternate=alternate)


def toes_to_bar(rng: Random) -> Move:
    """Hanging, the feet go up to the bar, or the knees to the chest or to a side; the trunk leans back."""
    arms = arm(rng.uniform(150, 178), rng.uniform(40, 92), rng.uniform(3, 30))
    straight = rng.random() < 0.5
    up = {"root_pitch": -rng.uniform(15, 60), "hip_flex": rng.uniform(85, 130),
          "knee": rng.uniform(3, 35) if straight else rng.uniform(80, 125), "spine_flex": rng.uniform(0, 30)}  # fmt: skip
    if rng.random() < 0.25:
        up["spine_turn"] = rng.uniform(-30, 30)
    body = {"root_pitch": rng.uniform(-4, 12), "hip_flex": rng.uniform(-12, 12), "knee": rng.uniform(3, 30)}
    if straight is False and rng.random() < 0.3:
        arms = arm(rng.uniform(0, 25), 20.0, rng.uniform(80, 95))
    return Move(row(body, arms), row(body, arms, up), (0.9, 3.2), hanging=True)


def hip_lift(rng: Random) -> Move:
    """On the back: the legs rise until the pelvis leaves the floor; bent or straight."""
    bend = float(rng.choice([rng.uniform(3, 30), rng.uniform(70, 115)]))
    thigh = rng.uniform(5, 60) if bend < 40 else rng.uniform(55, 85)
    body = {"root_pitch": -88.0, "hip_flex": thigh, "knee": bend, "hip_out": 3.0}
    roll = rng.uniform(10, 45)
    up = {"root_pitch": -88.0 - roll, "hip_flex": rng.uniform(88, 125), "spine_flex": roll * 0.9}
    arms = arm(
        float(rng.choice([rng.uniform(3, 25), rng.uniform(150, 172)])),
        rng.uniform(10, 60),
        rng.uniform(3, 90),
    )
    return Move(row(body, arms), row(body, arms, up), (0.9, 3.2))


def low_leg_raise(rng: Random) -> Move:
    """Both legs only half way, the head up or down, or sitting on the edge of a bench and leaning back."""
    low, bend = rng.uniform(3, 15), rng.uniform(0, 25)
    lean = -88.0 if rng.random() < 0.65 else -rng.uniform(30, 65)
    base = 88.0 + lean
    body = {
        "root_pitch": lean,
        "hip_flex": base + low,
        "knee": bend,
        "spine_flex": float(rng.choice([0.0, 22.0])),
    }
    up = {"hip_flex": base + rng.uniform(40, 65), "knee": bend + rng.uniform(0, 12)}
    arms = (
        arm(rng.uniform(5, 30), rng.uniform(10, 60), rng.uniform(5, 40))
        if base == 0
        else arm(-30.0, 20.0, 20.0)
    )
    return Move(row(body, arms), row(body, arms, up), (0.8, 3.0))
