"""Recognises the built-in exercise of a clip that teaches, if it shows one, and finds the reps of the clip.

The user gives the number of reps. If the trajectory model counts about as many reps of an exercise that it knows, and is
sure of them, the clip shows that exercise. This also finds the reps where no joint's swings stand out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.metrics.record import Order
from fitness.recognition.trajectory import BACKGROUND, SwingName, TrajectoryModel
from fitness.recognition.trajectory.counter import ALTERNATING
from fitness.recognition.trajectory.replay import judged
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.teach.reps import ClipSwings, TaughtReps, reps_at, taken, taught_reps

LEAST_SHARE: Final = 0.5
"""Minimum mean probability for the reps of a clip to be those of a built-in exercise: it is likelier than anything else."""
_MISCOUNT: Final = 0.2
"""The model's count may differ from the number of reps by this share of it, and always by one."""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedClip:
    """A clip to learn from.

    swings, reps: of the person.   model: the trajectory model, fitted without this person.
    kinds: built-in exercise -> mean probability of the reps, for each that the clip may show.
    first: whether a rep begins with lowering or lifting; None if that is not known.
    """

    swings: ClipSwings
    reps: TaughtReps
    model: TrajectoryModel
    kinds: Mapping[str, float]
    first: Order | None = None

    def own(self, joint: str) -> SwingData:
        """The swings of `joint` that are reps."""
        return taken(self.swings.data[joint], self.reps.own[joint])


def learned_clip(swings: ClipSwings, reps: int, model: TrajectoryModel) -> LearnedClip:
    """Find the reps of a clip, and the built-in exercises that they may belong to.

    Args:
        reps: number of reps in the clip.   model: the trajectory model, fitted without this person.

    Raises:
        OptionError: reps is below 1; or no joint swings that often, and the model knows no such reps.
    """
    counted = _counted(swings, reps, model)
    kinds = {name: _mean_share(own) for name, own in counted.items()}
    try:
        found = taught_reps(swings, reps)
    except OptionError:
        if not kinds:
            raise
    else:
        for name, share in mean_shares(swings, found, model).items():
            kinds[name] = max(kinds.get(name, 0.0), share)
    best = max(kinds, key=lambda name: kinds[name], default="")
    if best in counted:
        joint = next(joint for joint, one in model.joints.items() if best in one.classes)
        found = reps_at(swings, joint, [rep.t_turn for rep in counted[best]], best in ALTERNATING)
    return LearnedClip(swings, found, model, kinds)


def mean_shares(swings: ClipSwings, reps: TaughtReps, model: TrajectoryModel) -> dict[str, float]:
    """Exercise -> mean probability of the reps, at the joint where it is greatest."""
    best: dict[str, float] = {}
    for joint, rows in reps.own.items():
        if not rows:
            continue
        shares = model.classify(joint, taken(swings.data[joint], rows))
        for name in set(model.joints[joint].classes) - {BACKGROUND}:
            best[name] = max(best.get(name, 0.0), float(np.mean([one[name] for one in shares])))
    return best


def _counted(swings: ClipSwings, reps: int, model: TrajectoryModel) -> dict[str, list[SwingName]]:
    """The reps of each exercise of which the model counts about `reps`, and is sure of them."""
    clip = judged(model, swings.proposals, swings.data)
    each = {name: clip.reps(only={name}) for name in model.exercises}
    return {
        name: own
        for name, own in each.items()
        if own and abs(len(own) - reps) <= max(1, _MISCOUNT * reps) and _mean_share(own) >= LEAST_SHARE
    }


def _mean_share(reps: list[SwingName]) -> float:
    """The geometric mean of the probabilities."""
    return math.exp(float(np.mean([math.log(one.share) for one in reps])))
