"""Fits a taught exercise with scikit-learn: its reps and varied copies of them against the reference swings.

One clip shows one person. The differences of other people are learned in two ways. The probabilities of the trajectory
model, which was fitted to many people, are part of the input. If it recognises the reps as a built-in exercise, the
reference swings of that exercise are used as examples, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fitness.errors import OptionError
from fitness.recognition.taught_model import LinearModel, TaughtSwings, numbers, opinions, with_odds
from fitness.recognition.trajectory import BACKGROUND, TrajectoryModel
from fitness.recognition.trajectory.swing_data import SwingData
from fitness.teach.reference import Reference
from fitness.teach.reps import ClipSwings, TaughtReps, taken
from fitness.teach.variation import varied
from fitness.types import DoubleArray, FloatArray

_STRENGTH: Final = 0.02
"""Inverse of the penalty on weights. Results with 0.005 to 0.08 differ by less than the noise of `scripts/bench
counting taught`.
"""
_OWN_SHARE: Final = 0.05
"""Total weight of the reps, as a share of the total weight of the counterexamples."""
_EXERCISE_WEIGHT: Final = 0.3
"""Weight of a rep of a built-in exercise relative to a swing without an exercise: a user who names an exercise is not
doing another one.
"""
_KNOWN_SHARE: Final = 0.35
"""Minimum mean probability for the taught reps to be those of a built-in exercise."""
_ALIKE_SHARE: Final = 0.05
"""Minimum mean probability for them to be possibly those; the exercise is then not used as a counterexample."""
_KNOWN_WEIGHT: Final = 1.0
"""Total weight of the reference swings of that exercise, as a share of that of the taught reps."""
_COPIES: Final = 6
_COPIES_SHARE: Final = 0.5
"""Weight of the varied copies of a clip's reps, as a share of the clip's total weight."""
_SEED: Final = 9
_LEAST_SPREAD: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Scales:
    """Scales of the parts of a row: a larger scale has a smaller penalty on its weights.

    own: of the numbers.   logs, odds: of the trajectory model's probabilities.   bias: added to the log odds.
    """

    own: float
    logs: float
    odds: float
    bias: float


_KNOWN: Final = _Scales(0.5, 0.0, 1.5, 0.0)
_NEW: Final = _Scales(1.0, 1.5, 0.0, 1.0)
"""Scales for reps of a built-in exercise, and for others. docs/research/teaching.md lists the values that were
tried.
"""


@dataclass(frozen=True, slots=True, eq=False)
class LearnedClip:
    """A clip to learn from. swings, reps: of the person. model: the trajectory model, fitted without this person."""

    swings: ClipSwings
    reps: TaughtReps
    model: TrajectoryModel

    def own(self, joint: str) -> SwingData:
        """The swings of `joint` that are reps."""
        return taken(self.swings.data[joint], self.reps.own[joint])


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """values: (N, F).   opinions: (N, C, 2).   weights: (N,)."""

    values: FloatArray
    opinions: FloatArray | DoubleArray
    weights: DoubleArray


def fit(clips: Sequence[LearnedClip], reference: Reference) -> TaughtSwings:
    """Fit a taught exercise to its clips. reference: swings of other exercises and movements.

    Raises:
        OptionError: no clip is given.
    """
    if not clips:
        raise OptionError("no clip to learn from")
    alike = alike_exercises(clips)
    known = next((name for name, share in alike.items() if share >= _KNOWN_SHARE), None)
    joints = _joints(clips)
    if known and (counted := [joint for joint in joints if len(reference.reps(joint, known).values)]):
        joints = counted
    models = {joint: _model(joint, clips, reference, known, tuple(alike)) for joint in joints}
    alternating = sum(one.reps.alternating for one in clips) * 2 > len(clips)
    return TaughtSwings(models, alternating, len(clips), known or "")


def alike_exercises(clips: Sequence[LearnedClip]) -> dict[str, float]:
    """The built-in exercises that the reps may belong to, likeliest first, with their mean probability by the
    trajectory model.
    """
    total: dict[str, float] = defaultdict(float)
    for clip in clips:
        best: dict[str, float] = defaultdict(float)
        for joint, rows in clip.reps.own.items():
            if not rows:
                continue
            shares = clip.model.classify(joint, clip.own(joint))
            for name in clip.model.joints[joint].classes:
                best[name] = max(best[name], float(np.mean([one[name] for one in shares])))
        for name, share in best.items():
            total[name] += share / len(clips)
    total.pop(BACKGROUND, None)
    return {
        name: total[name]
        for name in sorted(total, key=lambda one: -total[one])
        if total[name] >= _ALIKE_SHARE
    }


def _joints(clips: Sequence[LearnedClip]) -> list[str]:
    """The joints that swing in every clip; if there is none, the joint that swings in most clips."""
    votes = Counter(joint for clip in clips for joint, rows in clip.reps.own.items() if rows)
    return [joint for joint in votes if votes[joint] == len(clips)] or [votes.most_common(1)[0][0]]


def _model(
    joint: str,
    clips: Sequence[LearnedClip],
    reference: Reference,
    known: str | None,
    alike: Collection[str],
) -> LinearModel:
    from sklearn.linear_model import LogisticRegression  # slow to import, and only teaching needs it

    scales = _KNOWN if known else _NEW
    own = list(_own(joint, clips, reference))
    if known and len((same := reference.reps(joint, known)).values):
        weights = _KNOWN_WEIGHT * same.weights / same.weights.sum()
        own.append(_Rows(same.values, same.opinions, weights))
    rest = reference.rows(joint, alike)
    against = [
        _Rows(rest.values, rest.opinions, np.where(rest.exercises, _EXERCISE_WEIGHT, 1.0) * rest.weights)
    ]
    against += list(_other(joint, clips, reference))
    centre, spread = _moments(reference, joint)
    x = np.concatenate([_design(one, centre, spread, scales) for one in (*own, *against)])
    mine, theirs = (np.concatenate([one.weights for one in part]) for part in (own, against))
    y = np.concatenate([np.ones(len(mine)), np.zeros(len(theirs))])
    weights = np.concatenate([mine * (_OWN_SHARE * theirs.sum() / mine.sum()), theirs])
    model = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    model.fit(x, y, sample_weight=weights / weights.mean())
    mean, deviation = reference.moments(joint)
    size = len(mean)
    of_opinions = model.coef_[0][size:].reshape(centre.shape) * _opinion_scales(scales) / spread
    bias = float(model.intercept_[0]) + scales.bias - float((of_opinions * centre).sum())
    names = reference.joints[joint].names
    return LinearModel(mean, deviation, scales.own * model.coef_[0][:size], bias, names, of_opinions)


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
    """Mean and spread (C, 3) of the trajectory model's values for the reference swings."""
    scores = with_odds(reference.joints[joint].opinions.astype(np.float64))
    return scores.mean(axis=0), scores.std(axis=0) + _LEAST_SPREAD


def _design(rows: _Rows, centre: DoubleArray, spread: DoubleArray, scales: _Scales) -> DoubleArray:
    """(N, F + 3 C): the input of the linear model."""
    scores = (with_odds(rows.opinions.astype(np.float64)) - centre) / spread * _opinion_scales(scales)
    return np.concatenate(
        [scales.own * rows.values, scores.reshape(len(scores), scores.shape[1] * scores.shape[2])], axis=1
    ).astype(np.float64)


def _opinion_scales(scales: _Scales) -> DoubleArray:
    return np.array([scales.logs, scales.logs, scales.odds])
