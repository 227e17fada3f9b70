"""Makes a taught exercise from its clips.

If the clips show a built-in exercise, the trajectory model counts it: it was fitted to many people and knows their
differences, and what a clip of one person adds to its probability does not help with others (docs/research/teaching.md).

For other exercises, scikit-learn fits the reps and varied copies of them against the reference swings. The networks'
probabilities are part of the input, because they show which differences between two swings matter.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.metrics.record import Order
from fitness.recognition.repetition.cycles import shape_of
from fitness.recognition.taught_model import KindModel, LinearModel, TaughtSwings, numbers, opinions
from fitness.recognition.taught_swings import IN_AUTO
from fitness.recognition.trajectory.counter import ALTERNATING
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.teach.kinds import LEAST_SHARE, LearnedClip, mean_shares
from fitness.teach.reference import Reference
from fitness.teach.reps import taken
from fitness.teach.variation import varied
from fitness.types import DoubleArray, FloatArray

_STRENGTH: Final = 0.3
"""Inverse of the penalty on weights. docs/research/teaching.md lists the values that were tried."""
_OWN_SHARE: Final = 0.05
"""Total weight of the reps, as a share of the total weight of the counterexamples."""
_EXERCISE_WEIGHT: Final = 0.3
"""Weight of a rep of a built-in exercise relative to a swing without an exercise: a user who names an exercise is not
doing another one.
"""
_ALIKE_SHARE: Final = 0.05
"""Minimum mean probability for the reps to be possibly those of a built-in exercise, which is then no counterexample."""
_COPIES: Final = 6
_COPIES_SHARE: Final = 0.5
"""Weight of the varied copies of a clip's reps, as a share of the clip's total weight."""
_LOGS_SCALE: Final = 1.5
"""Scale of the networks' log probabilities: with a larger scale, the penalty on their weights is smaller."""
_BIAS: Final = 1.0
"""Added to the log odds: other people's reps are less likely than those of the clip. docs/research/teaching.md has the
curve."""
_MARGIN: Final = 0.25
"""How far above the minimum the mean log odds of the clip's own set are at least; a few of its swings are judged lower."""
_SURE_SHARE: Final = 0.85
"""From this mean probability on, only the swings of a built-in exercise count, and no cycles. Three quarters of the clips of
built-in exercises reach it, and 9 of 25 clips of other movements that are taken for one."""
_MISCOUNT: Final = 0.2
"""The cycles of a clip are its reps if their number differs by at most this share."""
_ROUNDING: Final = 1e-9
_SEED: Final = 9
_LEAST_SPREAD: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """values: (N, F).   opinions: (N, C, 2).   weights: (N,)."""

    values: FloatArray
    opinions: FloatArray | DoubleArray
    weights: DoubleArray


def fit(clips: Sequence[LearnedClip], reference: Reference) -> TaughtSwings:
    """Make a taught exercise from its clips. reference: swings of other exercises and movements.

    Raises:
        OptionError: no clip is given.
    """
    if not clips:
        raise OptionError("no clip to learn from")
    steps, shapes = _shapes(clips)
    if kind := kind_of(clips):
        if _share(clips, kind) >= _SURE_SHARE:
            shapes = ()
        joints = [name for name, one in clips[0].model.joints.items() if kind in one.classes]
        model = KindModel(kind, _bias(_share(clips, kind)))
        models: Mapping[str, KindModel | LinearModel] = dict.fromkeys(joints, model)
        return TaughtSwings(models, kind in ALTERNATING, len(clips), kind, shapes, steps, _first(clips))
    alike = _alike(clips)
    fitted = {joint: _model(joint, clips, reference, alike) for joint in _joints(clips)}
    alternating = sum(one.reps.alternating for one in clips) * 2 > len(clips)
    return TaughtSwings(fitted, alternating, len(clips), "", shapes, steps, _first(clips))


def _first(clips: Sequence[LearnedClip]) -> Order | None:
    """Whether the reps of most clips begin with lowering or lifting; None if no clip shows it."""
    votes = Counter(clip.first for clip in clips if clip.first is not None)
    return votes.most_common(1)[0][0] if votes else None


def _shapes(clips: Sequence[LearnedClip]) -> tuple[int, tuple[DoubleArray, ...]]:
    """Reps in a cycle, and the shape of the motion in each clip whose cycles are its reps; no shape if most are not."""
    for steps in (1, 2):
        own = [one.swings.cycles for one in clips if _are_reps(one, steps)]
        if 2 * len(own) >= len(clips):
            return steps, tuple(shape_of(np.mean([one.poses for one in cycles], axis=0)) for cycles in own)
    return 1, ()


def _are_reps(clip: LearnedClip, steps: int) -> bool:
    """Whether about as many cycles repeat in the clip as it has reps.

    Args:
        steps: reps in a cycle; 2 if left and right alternate, and each side is a rep.
    """
    reps, cycles = len(clip.reps.turns_s), len(clip.swings.cycles)
    return (
        cycles > 0
        and (steps == 1 or clip.reps.alternating)
        and abs(steps * cycles - reps) <= _MISCOUNT * reps
    )


def kind_of(clips: Sequence[LearnedClip]) -> str:
    """The built-in exercise that most of the clips show; "" if there is none."""
    names = sorted({name for clip in clips for name in clip.kinds})
    best = max(names, key=lambda name: _share(clips, name), default="")
    return best if best and _share(clips, best) >= LEAST_SHARE else ""


def _share(clips: Sequence[LearnedClip], kind: str) -> float:
    """The median over the clips of the probability that they show the exercise."""
    return float(np.median([clip.kinds.get(kind, 0.0) for clip in clips]))


def _bias(share: float) -> float:
    """The smallest bias with which a set of the clip's mean probability counts, 0 or more."""
    odds = math.log(share + _ROUNDING) - math.log(1 - share + _ROUNDING)
    return max(0.0, IN_AUTO.swings.least_mean + _MARGIN - odds)


def _alike(clips: Sequence[LearnedClip]) -> tuple[str, ...]:
    """The built-in exercises that the reps may belong to, by the mean over the clips."""
    each = [mean_shares(clip.swings, clip.reps, clip.model) for clip in clips]
    names = sorted({name for one in each for name in one})
    return tuple(
        name for name in names if sum(one.get(name, 0.0) for one in each) >= _ALIKE_SHARE * len(clips)
    )


def _joints(clips: Sequence[LearnedClip]) -> list[str]:
    """The joints that swing in every clip; if there is none, the joint that swings in most clips."""
    votes = Counter(joint for clip in clips for joint, rows in clip.reps.own.items() if rows)
    return [joint for joint in votes if votes[joint] == len(clips)] or [votes.most_common(1)[0][0]]


def _model(
    joint: str,
    clips: Sequence[LearnedClip],
    reference: Reference,
    alike: Collection[str],
) -> LinearModel:
    from sklearn.linear_model import LogisticRegression  # slow to import, and only teaching needs it

    own = list(_own(joint, clips, reference))
    rest = reference.rows(joint, alike)
    against = [
        _Rows(rest.values, rest.opinions, np.where(rest.exercises, _EXERCISE_WEIGHT, 1.0) * rest.weights)
    ]
    against += list(_other(joint, clips, reference))
    centre, spread = _moments(reference, joint)
    x = np.concatenate([_design(one, centre, spread) for one in (*own, *against)])
    mine, theirs = (np.concatenate([one.weights for one in part]) for part in (own, against))
    y = np.concatenate([np.ones(len(mine)), np.zeros(len(theirs))])
    weights = np.concatenate([mine * (_OWN_SHARE * theirs.sum() / mine.sum()), theirs])
    model = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    model.fit(x, y, sample_weight=weights / weights.mean())
    mean, deviation = reference.moments(joint)
    size = len(mean)
    of_logs = model.coef_[0][size:] * _LOGS_SCALE / spread
    bias = float(model.intercept_[0]) + _BIAS - float((of_logs * centre).sum())
    of_opinions = np.zeros((len(of_logs), 3))
    of_opinions[:, 0] = of_logs
    names = reference.joints[joint].names
    return LinearModel(mean, deviation, model.coef_[0][:size], bias, names, of_opinions)


def _own(joint: str, clips: Sequence[LearnedClip], reference: Reference) -> Iterator[_Rows]:
    """The reps of each clip with their mirror images, and varied copies of both; a clip weighs 1 / number of clips."""
    for clip in clips:
        if not clip.reps.own.get(joint):
            continue
        own, rng = clip.own(joint), np.random.default_rng(_SEED)
        seen = [_described(clip, joint, own, reference, mirrored=mirrored) for mirrored in (False, True)]
        copies = [
            _described(clip, joint, varied(own, rng), reference, mirrored=bool(number % 2))
            for number in range(_COPIES)
        ]
        for share, parts in ((1 - _COPIES_SHARE, seen), (_COPIES_SHARE, copies)):
            values, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
            yield _Rows(values, scores, np.full(len(values), share / len(values) / len(clips)))


def _other(joint: str, clips: Sequence[LearnedClip], reference: Reference) -> Iterator[_Rows]:
    """The swings of each clip that are not reps."""
    for clip in clips:
        if joint in clip.reps.own:
            other = taken(clip.swings.data[joint], clip.reps.other[joint])
            values, scores = _described(clip, joint, other, reference, mirrored=False)
            yield _Rows(values, scores, np.ones(len(values)))


def _described(
    clip: LearnedClip, joint: str, swings: SwingData, reference: Reference, *, mirrored: bool
) -> tuple[FloatArray, DoubleArray]:
    """Numbers and opinions of the swings; mirror images only of those in which both sides swing."""
    if mirrored:
        swings = taken(swings, np.flatnonzero(~swings.sided).tolist())
    mean, spread = reference.moments(joint)
    scores = opinions(clip.model.joints[joint], swings, mirrored=mirrored)
    return numbers(swings, mean, spread, mirrored=mirrored), reference.named(joint, scores, clip.model)


def _moments(reference: Reference, joint: str) -> tuple[DoubleArray, DoubleArray]:
    """Mean and spread (C,) of the networks' log probabilities for the reference swings."""
    logs = reference.joints[joint].opinions[:, :, 0].astype(np.float64)
    return logs.mean(axis=0), logs.std(axis=0) + _LEAST_SPREAD


def _design(rows: _Rows, centre: DoubleArray, spread: DoubleArray) -> DoubleArray:
    """(N, F + C): the input of the linear model."""
    logs = (rows.opinions[:, :, 0].astype(np.float64) - centre) / spread * _LOGS_SCALE
    return np.concatenate([rows.values.astype(np.float64), logs], axis=1)
