"""After teaching, the program says how well it will probably count other people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fitness.recognition.recogniser import MODEL
from fitness.recognition.taught_model import SCALES, LinearModel, TaughtSwings, load_swings, save_swings
from fitness.recognition.trajectory import load_model
from fitness.teach.expected import expectation, expected
from fitness.teach.fitting import fit
from fitness.teach.kinds import learned_clip
from fitness.teach.reference import load_reference
from fitness.teach.reps import swings_of_poses
from tests.support.candidate_streams import stream


def taught(clips: int, kind: str) -> TaughtSwings:
    flat = np.zeros(SCALES.shape, np.float32)
    model = LinearModel(flat, flat + 1, flat.astype(np.float64), 0.0, (), np.zeros((0, 3)))
    return TaughtSwings({"knee": model}, False, clips, kind)


@pytest.mark.parametrize("kind", ["squat", ""])
def test_more_clips_count_better_and_known_movements_best(kind: str) -> None:
    rights = [expected(taught(clips, kind)).right for clips in (1, 2, 3, 5)]
    assert rights[0] < rights[1] < rights[2] == rights[3]
    assert all(expected(taught(clips, "squat")).right > expected(taught(clips, "")).right for clips in (1, 3))
    assert all(
        expected(taught(clips, kind)).within_one >= expected(taught(clips, kind)).right for clips in (1, 2, 3)
    )


def test_the_message_says_what_three_clips_would_give() -> None:
    one, three = expectation(taught(1, "lunge")), expectation(taught(3, "lunge"))
    assert "three people" in one["message"] and "three people" not in three["message"]
    assert "moves like" in one["message"] and "no built-in" in expectation(taught(1, ""))["message"]


def test_the_kind_of_a_taught_movement_is_found_and_kept(tmp_path: Path) -> None:
    """Squats that are taught are recognised as squats; an older file without a kind can be read."""
    swings = swings_of_poses(stream("squat", 4, 20.0))
    it = fit([learned_clip(swings, 4, load_model(MODEL))], load_reference())
    assert it.kind == "squat"
    path = tmp_path / "swings.npz"
    save_swings(it, path)
    assert load_swings(path).kind == "squat"
    with np.load(path) as arrays:
        older = {name: arrays[name] for name in arrays.files if name != "kind"}
    np.savez_compressed(path, **older)
    assert load_swings(path).kind == ""
