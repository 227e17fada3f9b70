"""Labelled swings -> the networks of each joint, fitted by scikit-learn."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from fitness.recognition.trajectory.description import (
    MODEL_JOINTS,
    POSE_NUMBERS,
    Description,
    SwingData,
    describe,
    gather,
    joint_of,
)
from fitness.recognition.trajectory.model import BACKGROUND, JointModel, TrajectoryModel
from fitness.recognition.trajectory.proposals import Proposal, ProposalFinder
from fitness.teach.variation import varied
from scripts.training.labels import KIND_OF, kind_of, labels
from scripts.training.logs import TrainingClip
from scripts.training.rendered import GROUP as RENDERED

VARIED_COPIES: Final = 4
RENDERED_COPIES: Final = 1
NETWORKS: Final = 2
HIDDEN: Final = 64
COMPONENTS: Final = 80
ROWS: Final = 36_000
"""Swings that are drawn for each network, by their weights."""
PASSES: Final = 12
PENALTY: Final = 1.0
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
        streams, gathered = [], []
        for stream in clip.streams:
            proposals: list[Proposal] = []
            data: dict[str, list[SwingData]] = {joint: [] for joint in MODEL_JOINTS}
            finder = ProposalFinder()
            for sample in stream:
                new = finder.step(sample)
                for joint in MODEL_JOINTS:
                    own = [one for one in new if joint_of(one) == joint]
                    if own:
                        data[joint].append(gather(own, finder.times, finder.samples))
                proposals += new
            streams.append(proposals)
            gathered.append({joint: joined(parts) for joint, parts in data.items() if parts})
        complete = clip.accept[1] <= clip.reps
        named = labels(clip.exercise, clip.times_s, complete, streams)
        for proposals, looked_up, names in zip(streams, gathered, named, strict=True):
            by_joint = {
                joint: [at for at, one in enumerate(proposals) if joint_of(one) == joint]
                for joint in looked_up
            }
            found.append(
                Swings(
                    clip,
                    {joint: [proposals[at] for at in where] for joint, where in by_joint.items()},
                    looked_up,
                    {joint: [names[at] for at in where] for joint, where in by_joint.items()},
                )
            )
    return found


def joined(parts: Collection[SwingData]) -> SwingData:
    """Several batches as one."""
    return SwingData(
        **{one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(SwingData)}
    )


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
    """The networks of one joint. Principal components are folded into the first layer."""
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
    nets = [_network(x, y, weights, len(kinds), 100 * seed + k) for k in range(NETWORKS)]
    linear = LogisticRegression(C=_LINEAR_STRENGTH, max_iter=150, tol=1e-3)
    linear.fit(x, y, sample_weight=weights / weights.mean())
    coefficients, intercept = linear.coef_, linear.intercept_
    if len(kinds) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.concatenate([-coefficients / 2, coefficients / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    unfold = _Unfold(pca.components_, pca.mean_, scale, z.shape[1])
    hidden = [unfold(net.coefs_[0], net.intercepts_[0]) for net in nets]
    flat, flat_bias = unfold(coefficients.T, intercept)
    outputs = [_columns(net, len(kinds)) for net in nets]
    return JointModel(
        tuple(kind.split(KIND_OF)[0] for kind in kinds),
        mean.astype(np.float32),
        spread.astype(np.float32),
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


def _network(x: np.ndarray, y: np.ndarray, weights: np.ndarray, classes: int, seed: int) -> MLPClassifier:
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(x), ROWS, p=weights / weights.sum())
    drawn = np.concatenate([drawn, [int(np.flatnonzero(y == k)[0]) for k in range(classes)]])
    net = MLPClassifier(
        (HIDDEN,),
        alpha=PENALTY,
        max_iter=PASSES,
        random_state=seed,
        learning_rate_init=3e-3,
        batch_size=200,
        tol=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit(x[drawn].astype(np.float32), y[drawn])
    return net


def _columns(net: MLPClassifier, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """The last layer with a column for each class; scikit-learn keeps one for two classes."""
    weights, bias = net.coefs_[1], net.intercepts_[1]
    if classes > 2:
        return weights, bias
    return np.concatenate([-weights / 2, weights / 2], axis=1), np.concatenate([-bias / 2, bias / 2])


class _Unfold:
    """Weights on principal components -> weights on the numbers of a description."""

    def __init__(self, components: np.ndarray, mean: np.ndarray, scale: np.ndarray, numbers: int) -> None:
        self._components, self._mean, self._scale, self._numbers = components, mean, scale, numbers

    def __call__(self, weights: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_scores = weights[: len(self._scale)] / self._scale[:, None]
        of_poses = self._components.T @ of_scores
        whole = np.concatenate([of_poses, _REST_SCALE * weights[len(self._scale) :]])
        return whole, bias - self._mean @ of_poses
