"""MediaPipe's published recipe, with which `scripts/measure_recipe.py` compares this program."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scripts.measure_recipe import Recipe, embedding, reps

DOWN, UP = {"squats_down": 10}, {"squats_up": 10}


def test_a_rep_counts_when_the_lower_position_is_left() -> None:
    """Two times down and up are two reps; three frames are too few for the average; lost frames change nothing."""
    assert reps(iter([*[UP] * 15, *[DOWN] * 15, *[UP] * 15, *[DOWN] * 15, *[UP] * 15]))["squat"] == 2
    assert reps(iter([*[UP] * 15, *[DOWN] * 3, *[UP] * 15]))["squat"] == 0
    assert reps(iter([*[UP] * 15, *[DOWN] * 15, None, *[UP] * 15])) == {"squat": 1, "push-up": 0}
    assert reps(iter([*[UP] * 15, *[DOWN] * 15]))["squat"] == 0


def test_ten_neighbours_vote(tmp_path: Path) -> None:
    """Place and size of the body do not matter, and a mirrored body gets the same votes."""
    rng = np.random.default_rng(3)
    bodies = rng.uniform(0, 100, (2, 33, 3))
    rows = [
        [f"{name}{i}.png", name, *(body + rng.normal(0, 1, body.shape)).ravel()]
        for name, body in zip(("squats_down", "squats_up"), bodies, strict=True)
        for i in range(20)
    ]
    path = tmp_path / "samples.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows))
    moved = bodies[0] * 3 + np.array([500, 80, 0])
    assert np.allclose(embedding(moved[None]), embedding(bodies[:1]))
    assert Recipe(path).votes(moved) == DOWN == Recipe(path).votes(moved * np.array([-1, 1, 1]))
