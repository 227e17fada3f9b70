"""Exercises of the arms that have no name here, drawn at random; some look like a press, a raise or a row."""

from __future__ import annotations

from scripts.figure.posture import mirrored
from scripts.training.moves import (
    Move,
    Random,
    arm,
    arms_only,
    left,
    right,
    row,
    seated,
    standing,
    upright,
)


def still_jack(rng: Random) -> Move:
    """The arms of a jumping jack while the feet stay."""
    body, plane = standing(rng), rng.uniform(70, 100)
    low = arm(rng.uniform(3, 25), plane, rng.uniform(3, 35))
    high = arm(rng.uniform(115, 175), plane, rng.uniform(3, 50), rng.uniform(0, 70))
    give = {"knee": body["knee"] + rng.uniform(0, 12), "hip_flex": body["hip_flex"] + rng.uniform(0, 6)}
    return Move(row(body, low), row(body, high, give), (0.6, 2.2))


def kickback(rng: Random) -> Move:
    """Leaning over, the upper arms stay beside the trunk and the elbows straighten."""
    lean, lift = rng.uniform(30, 90), rng.uniform(-25, 12)
    bent = arm(lift, rng.uniform(-5, 15), rng.uniform(75, 115))
    straight = arm(lift - rng.uniform(0, 12), bent["arm_plane"], rng.uniform(3, 25))
    return arms_only(rng, standing(rng, lean, rng.uniform(8, 40)), bent, straight)


def fly(rng: Random) -> Move:
    """On the back on a bench or the floor, nearly straight arms open and close."""
    pitch, elbow = -float(rng.choice([rng.uniform(84, 94), rng.uniform(30, 70)])), rng.uniform(5, 40)
    closed = arm(rng.uniform(80, 105), rng.uniform(-8, 10), elbow, -rng.uniform(0, 40))
    opened = arm(rng.uniform(70, 95), rng.uniform(65, 95), elbow + rng.uniform(0, 15), rng.uniform(60, 95))
    return arms_only(rng, _on_bench(rng, pitch), closed, opened)


def pull_over(rng: Random) -> Move:
    """On the back, nearly straight arms go over the head and back, or only the forearms do."""
    body, plane = _on_bench(rng, -rng.uniform(82, 94)), rng.uniform(-5, 12)
    if rng.random() < 0.5:
        elbow = rng.uniform(5, 45)
        return arms_only(
            rng, body, arm(rng.uniform(70, 100), plane, elbow), arm(rng.uniform(135, 178), plane, elbow)
        )
    lift = rng.uniform(75, 125)
    bent = arm(lift + rng.uniform(-5, 15), plane, rng.uniform(75, 130))
    return arms_only(rng, body, arm(lift, plane, rng.uniform(3, 20)), bent)


def pull_down(rng: Random) -> Move:
    """Seated or on the knees, a bar comes from above to the chest; or straight arms push it to the thighs."""
    if rng.random() < 0.6:
        body = seated(rng, rng.uniform(-30, 5)) if rng.random() < 0.8 else {"hip_flex": 4.0, "knee": 92.0}
        plane, turn = rng.uniform(30, 95), rng.uniform(20, 90)
        high = arm(rng.uniform(145, 174), plane, rng.uniform(3, 25), turn)
        return arms_only(rng, body, high, arm(rng.uniform(20, 70), plane, rng.uniform(95, 140), turn))
    plane, elbow = rng.uniform(-5, 15), rng.uniform(3, 30)
    high = arm(rng.uniform(100, 160), plane, elbow)
    return arms_only(rng, standing(rng, rng.uniform(5, 45)), high, arm(rng.uniform(5, 40), plane, elbow))


def face_pull(rng: Random) -> Move:
    """From arms ahead the elbows go aside at shoulder height, the hands to the face."""
    body = upright(rng)
    ahead = arm(rng.uniform(75, 110), rng.uniform(-8, 12), rng.uniform(3, 25))
    turn = rng.uniform(10, 80)
    pulled = arm(rng.uniform(70, 105), rng.uniform(70, 115), rng.uniform(85, 130), turn)
    return Move(row(body, ahead), row(body, pulled, {"root_pitch": body["root_pitch"] - 5.0}), (0.9, 3.0))


def halo(rng: Random) -> Move:
    """A weight goes round the head, or from hip to hip behind and before."""
    body = upright(rng)
    before = arm(rng.uniform(40, 85), rng.uniform(0, 25), rng.uniform(100, 135), -rng.uniform(0, 30))
    behind = arm(rng.uniform(120, 160), rng.uniform(10, 50), rng.uniform(110, 140))
    one = arm(rng.uniform(80, 110), rng.uniform(60, 100), 120.0, rng.uniform(50, 90))
    other = arm(rng.uniform(100, 135), rng.uniform(-15, 10), 110.0)
    side = row(body, left(one) | right(other) | {"spine_bend": rng.uniform(-10, 10)})
    return Move(row(body, before), row(body, behind), (1.2, 3.5), rng.random() < 0.6, between=(side,),
                back=(mirrored(side),))  # fmt: skip


def rotation(rng: Random) -> Move:
    """The upper arms stay; the forearms turn outwards or up against a band."""
    body = upright(rng)
    low = rng.random() < 0.6
    lift, elbow = rng.uniform(3, 20) if low else rng.uniform(75, 95), rng.uniform(75, 100)
    inner = arm(lift, 80.0, elbow, -rng.uniform(20, 65) if low else -rng.uniform(-10, 40))
    return arms_only(
        rng, body, inner, arm(lift, 80.0, elbow, rng.uniform(20, 65) if low else rng.uniform(60, 95))
    )


def ropes(rng: Random) -> Move:
    """In a half squat, straight arms go up and down, together or by turns."""
    body = standing(rng, rng.uniform(15, 45), rng.uniform(30, 80)) | {"hip_out": rng.uniform(6, 25)}
    low, elbow = rng.uniform(15, 60), rng.uniform(10, 60)
    high = {"arm_lift_l": low + rng.uniform(30, 75)}
    if rng.random() < 0.6:
        turn = row(body, arm(low, 5.0, elbow), high)
        return Move(mirrored(turn), turn, (0.35, 1.1))
    both = {"arm_lift": high["arm_lift_l"], "root_pitch": body["root_pitch"] - rng.uniform(0, 15)}
    return Move(row(body, arm(low, 5.0, elbow)), row(body, arm(low, 5.0, elbow), both), (0.4, 1.2))


def _on_bench(rng: Random, pitch: float) -> dict[str, float]:
    thigh = max(88 + pitch, 0) + rng.uniform(15, 50)
    return {
        "root_pitch": pitch,
        "hip_flex": thigh,
        "knee": rng.uniform(60, 105),
        "hip_out": rng.uniform(5, 25),
    }
