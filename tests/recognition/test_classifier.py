"""k-NN in two passes, against brute force, scikit-learn and the properties of a classifier."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.errors import OptionError, StateError
from fitness.metrics.body import mirror
from fitness.recognition.classifier import KnnOptions, KnnPoseClassifier, embed_pose
from fitness.recognition.embedding import embed
from fitness.recognition.samples import PoseSamples
from tests.support.strategies import examples, locked, pressing, seeds, squatting, turned

_CLASSES = ("a", "b", "c")


def _brute_force(
    rows: np.ndarray, labels: list[str], x: np.ndarray, o: KnnOptions
) -> tuple[dict[str, float], float]:
    """The two passes, one sample at a time; rows (N, V, D)."""
    largest = [
        min(max(abs(a - b) for a, b in zip(view, x, strict=True)) for view in sample) for sample in rows
    ]
    kept = sorted(range(len(rows)), key=lambda i: (largest[i], i))[: o.candidates]
    mean = {
        i: min(sum(abs(a - b) for a, b in zip(v, x, strict=True)) / len(x) for v in rows[i]) for i in kept
    }
    best = sorted(kept, key=lambda i: (mean[i], kept.index(i)))[: o.neighbours]
    shares = {name: sum(labels[i] == name for i in best) / len(best) for name in set(labels)}
    return shares, sum(mean[i] for i in best[: o.nearest]) / len(best[: o.nearest])


@st.composite
def _problems(draw: st.DrawFn) -> tuple[np.ndarray, list[str], np.ndarray, KnnOptions]:
    """Few small whole numbers, so that ties in distance are common."""
    rng = np.random.default_rng(draw(seeds()))
    count, views, width = draw(st.integers(1, 25)), draw(st.integers(1, 3)), draw(st.integers(1, 20))
    rows = rng.integers(0, 4, (count, views, width)).astype(np.float64)
    labels = [str(label) for label in rng.choice(_CLASSES, count)]
    nearest = draw(st.integers(1, 3))
    neighbours = draw(st.integers(nearest, 8))
    options = KnnOptions(draw(st.integers(neighbours, 15)), neighbours, nearest)
    return locked(rows), labels, locked(rng.integers(0, 4, (3, width)).astype(np.float64)), options


@given(_problems())
@examples(150)
def test_equals_brute_force_ties_included(
    problem: tuple[np.ndarray, list[str], np.ndarray, KnnOptions],
) -> None:
    """Votes and distance are those of the two passes written out; equal distances go to the earlier sample."""
    rows, labels, queries, options = problem
    classifier = KnnPoseClassifier(options).fit(rows, tuple(labels))
    shares, distances = classifier.query(queries)
    for k, x in enumerate(queries):
        expected, distance = _brute_force(rows, labels, x, options)
        assert dict(zip(classifier.classes_, shares[k], strict=True)) == pytest.approx(expected)
        assert distances[k] == pytest.approx(distance)


@given(seeds())
@examples(15)
def test_large_numbers_are_compared_exactly(seed: int) -> None:
    """The neighbours of numbers near a million are those of the two passes written out, although 32-bit floats differ."""
    rows, labels = _cloud(seed)
    rows = 1e6 + rows[:, None]
    queries = 1e6 + np.random.default_rng(seed + 1).normal(0.7, 1, (6, rows.shape[2]))
    classifier = KnnPoseClassifier().fit(rows, labels)
    shares, distances = classifier.query(queries)
    for k, x in enumerate(queries):
        expected, distance = _brute_force(rows, list(labels), x, KnnOptions())
        assert dict(zip(classifier.classes_, shares[k], strict=True)) == pytest.approx(expected)
        assert distances[k] == pytest.approx(distance)


def _cloud(seed: int, count: int = 120, width: int = 12) -> tuple[np.ndarray, tuple[str, ...]]:
    """Three overlapping clouds of points without ties."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    rows = rng.normal(0, 1, (count, width)) + labels[:, None] * 0.7
    return locked(rows), tuple(_CLASSES[k] for k in labels)


@given(seeds())
@examples(15)
def test_equals_nearest_neighbours_of_scikit_learn(seed: int) -> None:
    """The 30 nearest by largest difference, then the 10 nearest of them by mean difference, as scikit-learn finds them."""
    from sklearn.neighbors import NearestNeighbors

    rows, labels = _cloud(seed)
    queries = np.random.default_rng(seed + 1).normal(0.7, 1, (6, rows.shape[1]))
    classifier = KnnPoseClassifier().fit(rows, labels)
    shares, distances = classifier.query(queries)
    candidates = (
        NearestNeighbors(n_neighbors=30, metric="chebyshev")
        .fit(rows)
        .kneighbors(queries, return_distance=False)
    )
    for k, kept in enumerate(candidates):
        second = NearestNeighbors(n_neighbors=10, metric="manhattan").fit(rows[kept])
        far, best = second.kneighbors(queries[k : k + 1])
        voters = [labels[kept[i]] for i in best[0]]
        assert shares[k] == pytest.approx([voters.count(name) / 10 for name in classifier.classes_])
        assert distances[k] == pytest.approx(far[0, :5].mean() / rows.shape[1])


@given(seeds())
@examples(25)
def test_the_order_of_the_samples_does_not_matter(seed: int) -> None:
    """Permuting samples that have no ties changes neither votes nor distances."""
    rows, labels = _cloud(seed)
    queries = np.random.default_rng(seed + 1).normal(0.7, 1, (5, rows.shape[1]))
    order = np.random.default_rng(seed + 2).permutation(len(rows))
    there = KnnPoseClassifier().fit(rows, labels).query(queries)
    here = KnnPoseClassifier().fit(rows[order], tuple(labels[i] for i in order)).query(queries)
    assert np.array_equal(there[0], here[0])
    assert here[1] == pytest.approx(there[1])


@given(seeds())
@examples(25)
def test_rows_are_shares_and_the_prediction_is_the_largest(seed: int) -> None:
    """`predict_proba` is (n, C) in 0..1, rows add up to 1, columns follow `classes_`; `predict` is its argmax."""
    rows, labels = _cloud(seed)
    classifier = KnnPoseClassifier().fit(rows, labels)
    queries = locked(np.random.default_rng(seed + 1).normal(0.7, 1, (7, rows.shape[1])))
    proba = classifier.predict_proba(queries)
    assert classifier.classes_ == _CLASSES and proba.shape == (7, 3)
    assert proba.min() >= 0 and proba.sum(axis=1) == pytest.approx(np.ones(7))
    assert classifier.predict(queries) == [_CLASSES[i] for i in proba.argmax(axis=1)]


@given(seeds())
@examples(25)
def test_one_neighbour_recalls_its_own_samples(seed: int) -> None:
    """With k = 1 every sample is its own nearest, at distance 0."""
    rows, labels = _cloud(seed, count=40)
    classifier = KnnPoseClassifier(KnnOptions(5, 1, 1)).fit(rows, labels)
    assert classifier.predict(rows) == list(labels)
    assert classifier.query(rows)[1] == pytest.approx(np.zeros(40))


def test_equal_votes_go_to_the_class_that_sorts_first() -> None:
    """Two neighbours of two classes at the same distance: the earlier name wins, in any order of the samples."""
    for labels in (("b", "a"), ("a", "b")):
        classifier = KnnPoseClassifier(KnnOptions(2, 2, 1)).fit(np.array([[1.0], [-1.0]]), labels)
        assert classifier.predict(np.array([[0.0]])) == ["a"]


def test_one_distant_joint_excludes_a_sample() -> None:
    """The first pass drops a sample that agrees on average but differs much in one number."""
    rows = np.array([[0.0] * 9 + [3.0], [0.5] * 10, [0.6] * 10])
    classifier = KnnPoseClassifier(KnnOptions(2, 1, 1)).fit(rows, ("bent", "near", "far"))
    assert classifier.predict(np.zeros((1, 10))) == ["near"]


def test_the_nearest_of_several_views_counts() -> None:
    """(N, V, D) holds equivalent views of a sample: it is as near as its nearest view, and votes once."""
    views = np.array([[[0.0], [10.0]], [[3.0], [3.0]]])
    classifier = KnnPoseClassifier(KnnOptions(2, 1, 1)).fit(views, ("two-sided", "other"))
    assert classifier.predict(np.array([[9.0], [1.0], [3.2]])) == ["two-sided", "two-sided", "other"]
    assert classifier.query(np.array([[9.0]]))[1].tolist() == [1.0]


def test_fewer_samples_than_neighbours() -> None:
    """With less than ten samples all of them vote."""
    classifier = KnnPoseClassifier().fit(np.array([[0.0], [1.0], [2.0]]), ("a", "a", "b"))
    shares, distances = classifier.query(np.array([[0.0]]))
    assert shares[0] == pytest.approx([2 / 3, 1 / 3])
    assert distances == pytest.approx([1.0])


def test_no_queries_no_answers() -> None:
    """(0, D) gives (0, C) and (0,)."""
    shares, distances = KnnPoseClassifier().fit(np.zeros((3, 2)), ("a", "b", "a")).query(np.zeros((0, 2)))
    assert shares.shape == (0, 2) and distances.shape == (0,)


def _samples() -> PoseSamples:
    rng = np.random.default_rng(5)
    world, labels = [], []
    for label, make, depth in (("squat_down", squatting, 80.0), ("push-up_down", pressing, 80.0)):
        for _ in range(12):
            world.append(turned(make(depth) + rng.normal(0, 0.02, (33, 3)), rng.uniform(-3, 3)))
            labels.append(label)
    return PoseSamples(np.array(world), tuple(labels), tuple(str(k) for k in range(24)))


def test_pose_samples_match_both_sides() -> None:
    """A pose and its mirror image get the same votes and the same distance."""
    samples = _samples()
    classifier = KnnPoseClassifier.of(samples)
    world = np.array(squatting(85.0) + np.random.default_rng(1).normal(0, 0.03, (33, 3)), np.float64)
    there, here = classifier.query(embed(np.stack([world, mirror(world[None])[0]])))[0:2]
    assert there[0] == pytest.approx(there[1])
    assert here[0] == pytest.approx(here[1], abs=1e-9)
    assert classifier.predict(embed(world[None])) == ["squat_down"]


def test_the_distance_separates_known_from_unknown_poses() -> None:
    """A pose like the samples is nearer than one like none of them."""
    classifier = KnnPoseClassifier.of(_samples())
    known, unknown = squatting(82.0), squatting(172.0) * np.array([1, -1, 1], np.float32)
    distances = classifier.query(np.stack([embed_pose(known), embed_pose(unknown)]))[1]
    assert distances[0] < 0.13 < distances[1]


def test_a_classifier_without_samples_is_an_error() -> None:
    """Using it unfitted is an error that names `fit`."""
    with pytest.raises(StateError, match="call fit first"):
        KnnPoseClassifier().predict_proba(np.zeros((1, 3)))


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (np.zeros((2, 3)), ("a",)),
        (np.zeros((0, 3)), ()),
        (np.zeros(3), ("a", "b", "c")),
        (np.zeros((1, 1, 1, 1)), ("a",)),
    ],
)
def test_samples_and_labels_must_fit_together(X: np.ndarray, y: tuple[str, ...]) -> None:
    """X must be (N, D) or (N, V, D) with one label each and at least one sample."""
    with pytest.raises(ValueError, match="X must be"):
        KnnPoseClassifier().fit(X, y)


@pytest.mark.parametrize("values", [(30, 5, 6), (9, 10, 5)])
def test_neighbours_must_nest(values: tuple[int, int, int]) -> None:
    """nearest <= neighbours <= candidates, else the message has the given values."""
    with pytest.raises(OptionError, match=f"got {values[2]}, {values[1]}, {values[0]}"):
        KnnOptions(*values)
