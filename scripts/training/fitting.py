"""Labelled swings -> the networks and the linear model of each joint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from fitness.recognition.trajectory.description import POSE_NUMBERS, Description, describe
from fitness.recognition.trajectory.model import BACKGROUND, JointModel, TrajectoryModel
from fitness.recognition.trajectory.proposals import Proposal
from fitness.recognition.trajectory.swing_data import MODEL_JOINTS, SwingData
from fitness.teach.reps import joined, swings_of_samples
from fitness.teach.variation import varied
from scripts.training.labels import KIND_OF, kind_of, labels
from scripts.training.logs import TrainingClip
from scripts.training.network import fit_network
from scripts.training.rendered import GROUP as RENDERED

VARIED_COPIES: Final = 4
RENDERED_COPIES: Final = 1
NETWORKS: Final = 8
HIDDEN: Final = 64
COMPONENTS: Final = 110
ROWS: Final = 60_000
"""Swings that are drawn for the linear model, by their weights."""
BACKGROUND_BIAS: Final = 0.4
"""Added to the logits of what is no rep: without it, too many swings of unseen people are reps. A logistic regression of
reps on the log odds, on the models of the folds, gives 0.34 to 0.48 (docs/research/trajectories.md).
"""
REAL_WEIGHT: Final = 10.0
RENDERED_WEIGHT: Final = 2.0
MOST_OF_A_CLIP: Final = 8.0
"""Maximum total weight of the swings of one clip and class, in swings."""
_POSE_SCALE: Final = 1.5
_REST_SCALE: Final = 0.6
_LINEAR_STRENGTH: Final = 0.05
_LEAST_SPREAD: Final = 0.02
_CLIP: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Swings:
    """The proposed swings of one person in one clip, as they were looked up, by joint."""

    clip: TrainingClip
    proposals: dict[str, list[Proposal]]
    data: dict[str, SwingData]
    labels: dict[str, list[str | None]]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Rows of one joint: their numbers, labels, people and weights."""

    described: Description
    labels: np.ndarray
    groups: np.ndarray
    weights: np.ndarray

    def without(self, groups: Collection[str]) -> TrainingRows:
        """The rows of all other groups."""
        kept = ~np.isin(self.groups, list(groups))
        described = Description(self.described.values[kept], self.described.weights[kept])
        return TrainingRows(described, self.labels[kept], self.groups[kept], self.weights[kept])

    def __add__(self, other: TrainingRows) -> TrainingRows:
        described = Description(
            np.concatenate([self.described.values, other.described.values]),
            np.concatenate([self.described.weights, other.described.weights]),
        )
        rest = (
            np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("labels", "groups", "weights")
        )
        return TrainingRows(described, *rest)


def swings_of(clips: Iterable[TrainingClip]) -> list[Swings]:
    """The swings of all clips, with their labels."""
    found = []
    for clip in clips:
        streams = [swings_of_samples(stream) for stream in clip.streams]
        complete = clip.accept[1] <= clip.reps
        every = [[one for own in stream.proposals.values() for one in own] for stream in streams]
        for stream, names in zip(streams, labels(clip.exercise, clip.times_s, complete, every), strict=True):
            left = iter(names)
            by_joint = {joint: [next(left) for _ in own] for joint, own in stream.proposals.items()}
            found.append(Swings(clip, stream.proposals, stream.data, by_joint))
    return found


def all_rows(real: Sequence[Swings], rendered: Sequence[Swings], seed: int) -> dict[str, TrainingRows]:
    """The rows of every joint: of real people, and of rendered ones, which are varied already."""
    return {
        joint: rows_of(real, joint, seed, VARIED_COPIES) + rows_of(rendered, joint, seed + 1, RENDERED_COPIES)
        for joint in MODEL_JOINTS
    }


def rows_of(swings: Iterable[Swings], joint: str, seed: int, copies: int) -> TrainingRows:
    """The labelled swings of one joint, their mirror images and varied copies of them."""
    parts, names, groups, weights = [], [], [], []
    for one in swings:
        if joint not in one.data:
            continue
        own = [kind_of(name, one.clip.exercise, joint) for name in one.labels[joint]]
        counts = Counter(own)
        base = RENDERED_WEIGHT if one.clip.group == RENDERED else REAL_WEIGHT
        parts.append(one.data[joint])
        names += own
        groups += [one.clip.group] * len(own)
        weights += [base * min(1.0, MOST_OF_A_CLIP / counts[name]) for name in own]
    known = np.array([name is not None for name in names])
    whole = joined(parts)
    data = SwingData(**{one.name: getattr(whole, one.name)[known] for one in fields(SwingData)})
    rng = np.random.default_rng(seed)
    every = np.full(len(data.world), True)
    described = [(describe(data), every), (describe(data, mirrored=True), ~data.sided)]
    for copy in range(copies):
        mirrored = bool(copy % 2)
        described.append((describe(varied(data, rng), mirrored), ~data.sided if mirrored else every))
    kept = np.concatenate([kept for _, kept in described])
    return TrainingRows(
        Description(
            np.concatenate([one.values for one, _ in described])[kept],
            np.concatenate([one.weights for one, _ in described])[kept],
        ),
        np.tile(np.array([name for name in names if name is not None]), len(described))[kept],
        np.tile(np.array(groups)[known], len(described))[kept],
        np.tile(np.array(weights)[known], len(described))[kept],
    )


def fit(rows: TrainingRows, seed: int) -> JointModel:
    """The networks of one joint."""
    described, names, weights = rows.described, rows.labels, rows.weights
    mean, spread = _moments(described, weights)
    z = np.clip((described.values - mean) / spread * described.weights, -_CLIP, _CLIP)
    pca = PCA(min(COMPONENTS, len(z) - 1), svd_solver="covariance_eigh").fit(z[:, :POSE_NUMBERS])
    scores = pca.transform(z[:, :POSE_NUMBERS])
    scale = np.sqrt(scores.std(axis=0) * scores.std(axis=0)[0]) / _POSE_SCALE
    x = np.concatenate([scores / scale, _REST_SCALE * z[:, POSE_NUMBERS:]], axis=1)
    kinds = tuple(sorted(set(names.tolist()), key=lambda name: (not name.startswith(BACKGROUND), name)))
    index = {name: at for at, name in enumerate(kinds)}
    y = np.array([index[name] for name in names.tolist()])
    nets = [fit_network(x, y, weights, len(kinds), HIDDEN, 100 * seed + k) for k in range(NETWORKS)]
    drawn = _drawn(y, weights, len(kinds), seed)
    linear = LogisticRegression(C=_LINEAR_STRENGTH, max_iter=150, tol=1e-3).fit(x[drawn], y[drawn])
    coefficients, intercept = linear.coef_, linear.intercept_
    if len(kinds) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.concatenate([-coefficients / 2, coefficients / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    components = (pca.components_ / scale[:, None]).T
    unfold = _Unfold(pca.mean_ @ components)
    hidden = [unfold(net.hidden, net.hidden_bias) for net in nets]
    flat, flat_bias = unfold(coefficients.T, intercept)
    doubt = np.array([BACKGROUND_BIAS * kind.startswith(BACKGROUND) for kind in kinds])
    outputs = [(net.output, net.output_bias + doubt) for net in nets]
    return JointModel(
        tuple(kind.split(KIND_OF)[0] for kind in kinds),
        mean.astype(np.float32),
        spread.astype(np.float32),
        components.astype(np.float32),
        *(np.array([one[k] for one in hidden], np.float32) for k in (0, 1)),
        *(np.array([one[k] for one in outputs], np.float32) for k in (0, 1)),
        flat.astype(np.float32),
        flat_bias.astype(np.float32),
    )


def fit_all(
    rows: Mapping[str, TrainingRows], without: Collection[str] = (), seed: int = 0
) -> TrajectoryModel:
    """A model of all joints, fitted without the swings of some groups."""
    return TrajectoryModel({joint: fit(one.without(without), seed) for joint, one in rows.items()})


def _moments(described: Description, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    seen = described.weights * weights[:, None].astype(np.float32)
    total = seen.sum(axis=0) + 1e-6
    mean = (described.values * seen).sum(axis=0) / total
    spread = np.sqrt(((described.values - mean) ** 2 * seen).sum(axis=0) / total) + _LEAST_SPREAD
    return mean, spread


def _drawn(y: np.ndarray, weights: np.ndarray, classes: int, seed: int) -> np.ndarray:
    """Rows for the linear model, drawn by their weights, and one of each class."""
    ends = np.cumsum(weights)
    rows = np.searchsorted(ends, np.random.default_rng(seed).random(ROWS) * ends[-1])
    firsts = [int(np.flatnonzero(y == k)[0]) for k in range(classes)]
    return np.concatenate([np.minimum(rows, len(y) - 1), firsts])


class _Unfold:
    """Weights on centred components and scaled numbers -> weights on components and numbers as they are."""

    def __init__(self, centre: np.ndarray) -> None:
        self._centre = centre

    def __call__(self, weights: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        poses = len(self._centre)
        whole = np.concatenate([weights[:poses], _REST_SCALE * weights[poses:]])
        return whole, bias - self._centre @ weights[:poses]
