"""Fits a taught exercise: its reps against the reference swings and the other swings of its clips, by scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.taught_swings import JointRows, LinearModel, TaughtSwings, numbers
from fitness.teach.reference import Reference
from fitness.teach.reps import ClipSwings, TaughtReps, taken
from fitness.types import FloatArray

_STRENGTH: Final = 0.02
"""Inverse of the penalty on weights. 0.005 to 0.08 differ by less than the noise of the transfer table."""
_OWN_SHARE: Final = 0.05
"""What the reps weigh together, as a share of what they are not."""
_EXERCISE_WEIGHT: Final = 0.3
"""A rep of a built-in exercise weighs less than a swing of no exercise: who names the exercise is not doing another."""


def fit(
    clips: Sequence[tuple[ClipSwings, TaughtReps]],
    reference: Reference,
    *,
    before: TaughtSwings | None = None,
    without: Collection[str] = (),
) -> TaughtSwings:
    """A taught exercise from clips of it.

    Args:
        reference: swings that are not the exercise.   before: what earlier clips taught; they count, too.
        without: built-in exercises whose reps are left out of the reference, since the taught one is the same.

    Raises:
        OptionError: no clip is given.
    """
    if not clips:
        raise OptionError("no clip to learn from")
    rows = {} if before is None else dict(before.rows)
    earlier = 0 if before is None else before.clips
    votes: Counter[str] = Counter({joint: earlier for joint in rows})
    for clip, reps in clips:
        for joint in reps.own:
            mean, spread = reference.moments(joint)
            new = _rows(clip, reps, joint, mean, spread)
            old = rows.get(joint)
            rows[joint] = (
                new
                if old is None
                else JointRows(np.concatenate([old.own, new.own]), np.concatenate([old.other, new.other]))
            )
            votes[joint] += 1
    total = earlier + len(clips)
    joints = [joint for joint in rows if votes[joint] >= total / 2] or [votes.most_common(1)[0][0]]
    models = {joint: _model(joint, rows[joint], reference, without) for joint in joints}
    alternating = sum(reps.alternating for _, reps in clips) * 2 > len(clips)
    if before is not None and before.alternating:
        alternating = True
    return TaughtSwings(models, rows, alternating, total)


def _rows(clip: ClipSwings, reps: TaughtReps, joint: str, mean: FloatArray, spread: FloatArray) -> JointRows:
    own = taken(clip.data[joint], reps.own[joint])
    mirrored = numbers(own, mean, spread, mirrored=True)[~own.sided]
    rows = [numbers(own, mean, spread), mirrored]
    other = taken(clip.data[joint], reps.other[joint])
    return JointRows(np.concatenate(rows), numbers(other, mean, spread))


def _model(joint: str, rows: JointRows, reference: Reference, without: Collection[str]) -> LinearModel:
    from sklearn.linear_model import LogisticRegression  # slow to import, and only teaching needs it

    known = reference.rows(joint, without)
    mean, spread = reference.moments(joint)
    weights = np.where(known.exercises, _EXERCISE_WEIGHT, 1.0) * known.weights
    x = np.concatenate([rows.own, known.values, rows.other])
    y = np.concatenate([np.ones(len(rows.own)), np.zeros(len(known.values) + len(rows.other))])
    against = np.concatenate([weights, np.ones(len(rows.other))])
    own = np.full(len(rows.own), _OWN_SHARE * against.sum() / len(rows.own))
    weighed = np.concatenate([own, against])
    model = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    model.fit(x.astype(np.float64), y, sample_weight=weighed / weighed.mean())
    return LinearModel(mean, spread, model.coef_[0], float(model.intercept_[0]))
