"""Classifies poses by the k nearest samples in the space of embeddings, and measures the distance to them.

The search has the two passes of MediaPipe's published pose classification. The first keeps the samples whose *largest*
difference from the pose is small, so that one bent joint excludes a sample. The second takes those of them whose *mean*
difference is smallest. Unlike there, mirror images swap left and right labels, each vector counts once, and the distance is
returned, so that poses unlike all samples can be refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fitness.errors import OptionError, StateError
from fitness.metrics.body import mirror
from fitness.options import bounded, check_options
from fitness.recognition.embedding import embed
from fitness.recognition.samples import PoseSamples
from fitness.types import DoubleArray, FloatArray

_Indices: TypeAlias = NDArray[np.intp]
_TELLING: Final = 16
"""Number of columns in the lower bound of the largest difference that `query_one` computes. With 16, the exact difference is
needed for 78 of 1266 samples on average; with 12 for 96, and with 20 for 72, but then the bound takes longer."""
_ROUNDING: Final = 1e-6
"""The bound has 32-bit floats, whose rounding is less than this share of the numbers compared."""
_PAIRS: Final = 1000
"""Number of pairs of samples from which `_telling_columns` chooses those columns."""


@dataclass(frozen=True, slots=True)
class KnnOptions:
    """Numbers of samples in each step.

    candidates: kept by the first pass.   neighbours: those of them that vote.   nearest: those over which the distance is
    averaged.
    """

    candidates: int = bounded(30, low=1, whole=True)
    neighbours: int = bounded(10, low=1, whole=True)
    nearest: int = bounded(5, low=1, whole=True)

    def __post_init__(self) -> None:
        check_options(self)
        if not self.nearest <= self.neighbours <= self.candidates:
            raise OptionError(
                "k-NN options must satisfy 1 <= nearest <= neighbours <= candidates, "
                f"got {self.nearest}, {self.neighbours}, {self.candidates}"
            )


class KnnPoseClassifier:
    """A classifier with the interface of scikit-learn: `fit(X, y)`, `predict_proba(X)`, `predict(X)`, `classes_`.

    Of equal distances, the sample that came first in `fit` wins; of equal votes, the class that sorts first.

    Args:
        options: see `KnnOptions`.
        weights: (D,) weight of each embedding column; None: all are 1.
    """

    def __init__(self, options: KnnOptions | None = None, weights: DoubleArray | None = None) -> None:
        self.options = options or KnnOptions()
        self._weights = weights
        self.classes_: tuple[str, ...] = ()
        self._rows: DoubleArray | None = None

    @classmethod
    def of(
        cls, samples: PoseSamples, options: KnnOptions | None = None, weights: DoubleArray | None = None
    ) -> KnnPoseClassifier:
        """Make a classifier that is fitted to samples and their mirror images."""
        both = np.stack([embed(samples.world), embed(mirror(samples.world))], axis=1)
        return cls(options, weights).fit(both, samples.labels)

    def fit(self, X: DoubleArray, y: tuple[str, ...]) -> KnnPoseClassifier:
        """Fit to samples; return the classifier itself.

        Args:
            X: (N, D) embeddings, or (N, V, D) with V equivalent views of each sample.   y: N classes.

        Raises:
            ValueError: the shapes do not match, or there are no samples.
        """
        rows = self._weighted(X)
        rows = rows[:, None] if rows.ndim == 2 else rows
        if rows.ndim != 3 or len(rows) != len(y) or not len(rows):
            raise ValueError(f"X must be (N, D) or (N, V, D) with N = {len(y)} > 0, got {np.shape(X)}")
        self.classes_ = tuple(sorted(set(y)))
        self._rows = rows.reshape(-1, rows.shape[2])
        self._samples = rows
        self._greatest = float(np.abs(rows).max())
        self._guess = np.arange(min(len(rows), self.options.candidates))
        self._telling = _telling_columns(self._rows)
        telling = rows[:, :, self._telling]
        # (T, V, N): samples come last, so that `max` over columns runs along contiguous memory
        self._columns = np.ascontiguousarray(telling.transpose(2, 1, 0), np.float32)
        self._votes = np.eye(len(self.classes_))[[self.classes_.index(label) for label in y]]
        return self

    def predict_proba(self, X: DoubleArray) -> DoubleArray:
        """(n, D) -> (n, C) shares of the neighbours' votes, 0..1, in the order of `classes_`."""
        return self.query(X)[0]

    def predict(self, X: DoubleArray) -> list[str]:
        """(n, D) -> n classes, those with most votes."""
        return [self.classes_[i] for i in self.predict_proba(X).argmax(axis=1)]

    def query(self, X: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """(n, D) -> vote shares (n, C) and mean distance (n,) to the nearest samples.

        The distance is the mean absolute difference of the weighted embedding columns.

        Raises:
            StateError: `fit` was not called.
        """
        results = [self.query_one(x) for x in np.asarray(X, np.float64)]
        shares = np.array([share for share, _ in results]).reshape(-1, len(self.classes_))
        return shares, np.array([distance for _, distance in results])

    def query_one(self, x: DoubleArray) -> tuple[DoubleArray, float]:
        """As `query`, for one embedding (D,): vote shares (C,) and mean distance.

        The exact largest difference is computed only for samples whose lower bound, the largest difference in the columns
        `_telling`, is at most the largest difference of `_guess`. Any guess gives the same result. The samples that the last
        pose kept are a good guess, because successive poses are similar.

        Raises:
            StateError: `fit` was not called.
        """
        if self._rows is None:
            raise StateError("the classifier knows no samples yet: call fit first")
        x = self._weighted(x)
        options, among = self.options, np.arange(len(self._samples))
        if options.candidates < len(among):
            limit = float(np.maximum.reduce(_largest(self._differences(self._guess, x))))
            among = np.flatnonzero(self._bounds(x) <= limit + _ROUNDING * (limit + self._greatest))
        differences = self._differences(among, x)
        kept = _largest(differences).argsort(kind="stable")[: options.candidates]
        self._guess = among.take(kept)
        means = np.add.reduce(differences.take(kept, axis=0), axis=2) / x.size
        mean = np.minimum.reduce(means, axis=1)
        best = mean.argsort(kind="stable")[: options.neighbours]
        votes = self._votes.take(self._guess.take(best), axis=0)
        share: DoubleArray = np.add.reduce(votes, axis=0) / len(votes)
        nearest = mean.take(best[: options.nearest])
        return share, float(np.add.reduce(nearest)) / nearest.size

    def _weighted(self, X: DoubleArray) -> DoubleArray:
        rows: DoubleArray = np.asarray(X, dtype=np.float64)
        return rows if self._weights is None else rows * self._weights

    def _bounds(self, x: DoubleArray) -> FloatArray:
        """(N,) a lower bound of the largest difference of each sample from `x` (D,)."""
        differences = self._columns - x.take(self._telling).astype(np.float32)[:, None, None]
        np.abs(differences, out=differences)
        bounds: FloatArray = np.minimum.reduce(np.maximum.reduce(differences, axis=0), axis=0)
        return bounds

    def _differences(self, samples: _Indices, x: DoubleArray) -> DoubleArray:
        """(S, V, D) absolute differences of the views of `samples` (S,) from `x` (D,)."""
        found = self._samples.take(samples, axis=0)
        np.subtract(found, x, out=found)
        return np.abs(found, out=found)


def _largest(differences: DoubleArray) -> DoubleArray:
    """(S, V, D) -> (S,) largest difference of the more similar view."""
    largest: DoubleArray = np.minimum.reduce(np.maximum.reduce(differences, axis=2), axis=1)
    return largest


def _telling_columns(rows: DoubleArray) -> _Indices:
    """(N, D) -> indices of the `_TELLING` columns whose largest difference comes closest to that of all columns.

    Columns are added one by one; each adds most to the sum of the largest differences of random pairs of rows.
    """
    first, second = np.random.default_rng(0).integers(len(rows), size=(2, _PAIRS))
    differences = np.abs(rows[first] - rows[second])
    largest = np.zeros((_PAIRS, 1))
    chosen: list[int] = []
    for _ in range(min(_TELLING, rows.shape[1])):
        gain = np.maximum(largest, differences).sum(axis=0)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
        largest = np.maximum(largest, differences[:, chosen[-1:]])
    return np.array(chosen, dtype=np.intp)


def embed_pose(world: FloatArray) -> DoubleArray:
    """One pose (33, 3) -> its embedding (D,)."""
    embedding: DoubleArray = embed(world[None])[0]
    return embedding
