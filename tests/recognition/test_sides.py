"""Left and right: one-sided exercises have sides in the live count, the records and the summary."""

from __future__ import annotations

import numpy as np
import pytest

from fitness.drawing.hud import Panel
from fitness.metrics.body import mirror
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.session import Session, summary
from fitness.types import Count, Pose
from scripts.figure import Idle, Reps
from tests.support.rep_clips import clip_of, counted, fitted, poses


@pytest.mark.parametrize("exercise", ["lunge", "mountain-climber"])
@pytest.mark.parametrize("yaw_deg", [0.0, 70.0, 200.0])
def test_alternating_sides_are_recognised(exercise: str, yaw_deg: float) -> None:
    """The figure begins with its left; six are three and three, one after the other."""
    session = counted(exercise, poses(clip_of(Idle(0.6), Reps(exercise, 6), Idle(0.8), yaw_deg=yaw_deg), 15))
    assert [rep.side for rep in session.reps] == ["left", "right"] * 3
    assert summary(session)["sides"] == {exercise: {"left": 3, "right": 3, "both": 0}}


def curls(pattern: str, yaw_deg: float = 20.0) -> list[Pose]:
    """Curls by "l"eft, "r"ight or "b"oth arms; the arm that has nothing to do hangs down."""
    clip = clip_of(Idle(1.0), Reps("biceps-curl", len(pattern)), Idle(0.6), yaw_deg=yaw_deg)
    stream = poses(clip, 20)
    idle = stream[5].world
    truth = clip.truth.reps
    arms = {"l": [14, 16, 18, 20, 22], "r": [13, 15, 17, 19, 21], "b": []}
    found = []
    for pose in stream:
        number = next((k for k, rep in enumerate(truth) if pose.t <= rep.t_end + 0.1), len(truth) - 1)
        world = np.array(pose.world)
        still = arms[pattern[number]]
        world[still] = idle[still]
        found.append(Pose(world, pose.image, pose.visibility, pose.presence, 1.0, pose.t))
    return found


def curled(pattern: str) -> Session:
    return counted("biceps-curl", curls(pattern))


@pytest.mark.parametrize("pattern", ["lrlr", "bbb", "llrrb", "rbl"])
def test_curls_of_one_arm_and_of_both(pattern: str) -> None:
    """Either arm makes a rep; both together make one, not two."""
    names = {"l": "left", "r": "right", "b": "both"}
    session = curled(pattern)
    assert [rep.side for rep in session.reps] == [names[one] for one in pattern]
    assert session.totals == {"biceps-curl": len(pattern)} and not session.partials


def test_arms_that_are_a_little_apart_are_still_together() -> None:
    """The right arm a tenth of a second late: one rep each, by both."""
    stream = curls("bbb")
    late = [one.world for one in stream]
    right = [12, 14, 16, 18, 20, 22]
    shifted = []
    for k, pose in enumerate(stream):
        world = np.array(pose.world)
        world[right] = late[max(0, k - 2)][right]
        shifted.append(Pose(world, pose.image, pose.visibility, pose.presence, 1.0, pose.t))
    assert [rep.side for rep in counted("biceps-curl", shifted).reps] == ["both"] * 3


def test_a_mirrored_body_swaps_its_sides() -> None:
    """Left and right are the person's."""
    stream = [
        Pose(mirror(one.world[None])[0], one.image, one.visibility, one.presence, 1.0, one.t)
        for one in curls("lrl")
    ]
    assert [rep.side for rep in counted("biceps-curl", stream).reps] == ["right", "left", "right"]


def test_a_hidden_arm_is_not_named() -> None:
    """From the side the far arm is hidden: the side of a rep is unknown, so it has none."""
    hidden = np.full(33, 0.95)
    hidden[[14, 16]] = 0.1
    stream = [Pose(one.world, one.image, hidden, hidden, 1.0, one.t) for one in curls("bbb")]
    session = counted("biceps-curl", stream)
    assert len(session.reps) == 3 and {rep.side for rep in session.reps} == {None} and not session.sides


def test_the_live_count_names_them() -> None:
    """Shown on the frame when they are counted."""
    recogniser = Recogniser(fitted(), RecogniserOptions(exercise="lunge"))
    count = Count({})
    for pose in poses(clip_of(Idle(0.6), Reps("lunge", 3), Idle(0.4)), 15):
        count = recogniser.step(pose, pose.t)[1]
    assert dict(count.sides) == {"lunge": (2, 1)}
    assert "left 2 · right 1" in Panel.of(count).detail
