"""k-NN over pose embeddings: which pose class, and how far from anything known.

The two passes are those of MediaPipe's published pose classification: first the samples whose *largest* difference is
small (one bent joint rules a sample out), among them the ones whose *mean* difference is smallest. Unlike there, the
mirror image swaps left and right labels, every vector counts once, and the distance is kept so that a pose like no sample
can be refused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitness.errors import OptionError, StateError
from fitness.metrics.body import mirror
from fitness.options import bounded, check_options
from fitness.recognition.embedding import embed
from fitness.recognition.samples import PoseSamples
from fitness.types import DoubleArray, FloatArray


@dataclass(frozen=True, slots=True)
class KnnOptions:
    """candidates: how many samples the first pass keeps.   neighbours: how many of them vote.
    nearest: over how many of them the distance is averaged.
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
    """Speaks scikit-learn: `fit(X, y)`, `predict_proba(X)`, `predict(X)`, `classes_`.

    Ties in distance go to the sample that came first in `fit`; ties in votes to the class that sorts first.

    Args:
        options: see `KnnOptions`.
        weights: (D,) what a difference of each number of the embedding counts; all alike if None.
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
        """A classifier fitted to samples and their mirror images."""
        both = np.stack([embed(samples.world), embed(mirror(samples.world))], axis=1)
        return cls(options, weights).fit(both, samples.labels)

    def fit(self, X: DoubleArray, y: tuple[str, ...]) -> KnnPoseClassifier:
        """X: (N, D) embeddings, or (N, V, D) with V equivalent views of each sample.   y: N classes."""
        rows = self._weighted(X)
        rows = rows[:, None] if rows.ndim == 2 else rows
        if rows.ndim != 3 or len(rows) != len(y) or not len(rows):
            raise ValueError(f"X must be (N, D) or (N, V, D) with N = {len(y)} > 0, got {np.shape(X)}")
        self.classes_ = tuple(sorted(set(y)))
        self._rows = rows.reshape(-1, rows.shape[2])
        self._columns = np.ascontiguousarray(
            self._rows.T
        )  # the largest of a column is found ten times as fast
        self._views = rows.shape[1]
        self._votes = np.eye(len(self.classes_))[[self.classes_.index(label) for label in y]]
        return self

    def predict_proba(self, X: DoubleArray) -> DoubleArray:
        """(n, D) -> (n, C) shares of the neighbours' votes, columns in the order of `classes_`."""
        return self.query(X)[0]

    def predict(self, X: DoubleArray) -> list[str]:
        """(n, D) -> n classes."""
        return [self.classes_[i] for i in self.predict_proba(X).argmax(axis=1)]

    def query(self, X: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """(n, D) -> vote shares (n, C) and mean distance (n,) to the nearest samples.

        The distance is the mean absolute difference of the embedding's numbers, times their weights.
        """
        if self._rows is None:
            raise StateError("the classifier knows no samples yet: call fit first")
        results = [self._one(x) for x in self._weighted(X)]
        shares = np.array([share for share, _ in results]).reshape(-1, len(self.classes_))
        return shares, np.array([distance for _, distance in results])

    def _weighted(self, X: DoubleArray) -> DoubleArray:
        rows: DoubleArray = np.asarray(X, dtype=np.float64)
        return rows if self._weights is None else rows * self._weights

    def _one(self, x: DoubleArray) -> tuple[DoubleArray, float]:
        assert self._rows is not None
        count = len(self._votes)
        difference = self._columns - x[:, None]
        np.abs(difference, out=difference)
        largest = difference.max(axis=0).reshape(count, self._views).min(axis=1)
        kept = _smallest(largest, self.options.candidates)
        mean = np.abs(self._rows.reshape(count, self._views, -1)[kept] - x).mean(axis=2).min(axis=1)
        best = _smallest(mean, self.options.neighbours)
        share: DoubleArray = self._votes[kept[best]].mean(axis=0)
        return share, float(mean[best[: self.options.nearest]].mean())


def _smallest(values: DoubleArray, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """Indices of the `count` smallest values, ascending; equal values in order of index."""
    if count < len(values):
        limit = np.partition(values, count - 1)[count - 1]
        among = np.flatnonzero(values <= limit)
    else:
        among = np.arange(len(values))
    order: np.ndarray[tuple[int, ...], np.dtype[np.intp]] = among[np.argsort(values[among], kind="stable")]
    return order[:count]


def embed_pose(world: FloatArray) -> DoubleArray:
    """One pose (33, 3) -> its embedding (D,)."""
    embedding: DoubleArray = embed(world[None])[0]
    return embedding
