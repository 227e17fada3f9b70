"""The network that is fitted to swings: it learns, it obeys the weights of rows, and it is the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.training.network import Network, fit_network


def blobs(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three classes in eight numbers; no plane divides the first one from the others."""
    rng = np.random.default_rng(seed)
    y = np.arange(600) % 3
    centres = np.array([[0.0, 0.0], [2.5, 0.0], [-2.5, 0.0]])
    x = rng.normal(0, 0.5, (600, 8))
    x[:, :2] += centres[y]
    return x.astype(np.float32), y


def classes_of(net: Network, x: np.ndarray) -> np.ndarray:
    units = np.maximum(x @ net.hidden + net.hidden_bias, 0)
    return np.asarray((units @ net.output + net.output_bias).argmax(axis=1))


def test_it_learns_classes_of_rows_that_it_has_not_seen() -> None:
    x, y = blobs()
    net = fit_network(x, y, np.ones(len(y)), 3, 16, seed=1)
    other, truth = blobs(seed=5)
    assert (classes_of(net, other) == truth).mean() > 0.95


def test_rows_without_weight_teach_nothing() -> None:
    """The labels of the second half are wrong, but it has no weight."""
    x, y = blobs()
    wrong = np.where(np.arange(len(y)) < 300, y, (y + 1) % 3)
    net = fit_network(x, wrong, (np.arange(len(y)) < 300).astype(np.float64), 3, 16, seed=1)
    other, truth = blobs(seed=5)
    assert (classes_of(net, other) == truth).mean() > 0.95


@pytest.mark.parametrize(("seed", "same"), [(1, True), (2, False)])
def test_the_same_seed_gives_the_same_numbers(seed: int, same: bool) -> None:
    x, y = blobs()
    one, other = (fit_network(x, y, np.ones(len(y)), 3, 16, seed=k) for k in (1, seed))
    assert np.array_equal(one.output, other.output) == same
