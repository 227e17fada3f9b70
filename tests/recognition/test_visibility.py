"""The visibilities of the landmark models on one scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitness.engine.tracking.tracker import PoseTracker
from fitness.recognition.person_selector import PersonSelector
from fitness.recognition.recogniser import Recogniser, RecogniserOptions
from fitness.recognition.visibility import as_full, comparable
from fitness.session import read_landmarks
from fitness.teach.clip import usable
from fitness.types import Pose
from scripts.benchmarks import recordings
from scripts.measure_visibility import line, pairs
from tests.support.candidate_streams import stream
from tests.support.rep_clips import fitted
from tests.support.strategies import examples

HEAVY_LOWER, FULL_LOWER = 0.07, 0.40
"""Lower quartiles of the knees' visibility in the same frames."""


def test_a_hidden_knee_is_as_visible_as_for_the_full_model() -> None:
    """Visible joints stay visible, and landmarks that are not there stay so."""
    found = as_full(np.array([0.0, HEAVY_LOWER, 0.97, 1.0], np.float32), "heavy")
    assert found.dtype == np.float32 and found[0] == 0.0
    assert found[1] == pytest.approx(FULL_LOWER, abs=0.1)
    assert 0.97 < found[2] < found[3] <= 1.0


@examples(40)
@given(st.lists(st.floats(0, 1, width=32), min_size=2, max_size=33))
def test_the_order_of_the_joints_stays(seen: list[float]) -> None:
    """The scale is monotonic and stays within 0..1; the other models keep their values."""
    values = np.sort(np.array(seen, np.float32))
    found = as_full(values, "heavy")
    assert (np.diff(found) >= 0).all() and (found >= 0).all() and (found <= 1).all()
    assert (
        as_full(values, "full") is values
        and as_full(values, "lite") is values
        and as_full(values, "") is values
    )


def test_a_pose_is_made_comparable_once() -> None:
    """The second time nothing changes; poses of other models are returned as they are."""
    pose = stream("squat", 1)[5]
    heavy = replace(pose, visibility=np.full(33, HEAVY_LOWER, np.float32), model="heavy")
    once = comparable(heavy)
    assert once.visibility[25] > heavy.visibility[25] and comparable(once) is once
    assert comparable(pose) is pose
    assert usable([heavy, None])[0].visibility[25] == once.visibility[25]


def test_a_tracker_names_its_model() -> None:
    """Its poses then know whose visibility they have."""
    with PoseTracker.load("lite") as tracker:
        assert tracker.options.model == "lite"


def as_heavy(pose: Pose) -> Pose:
    """The same pose with visibilities as the heavy model reports them."""
    seen = np.clip(pose.visibility, 1e-6, 1 - 1e-6)
    odds = (seen / (1 - seen) / np.exp(1.30)) ** (1 / 0.76)
    return replace(pose, visibility=(odds / (1 + odds)).astype(np.float32), model="heavy")


def test_the_heavy_model_counts_as_the_full_one() -> None:
    """A recording with the heavy model's visibilities has the same reps; the pose that is shown keeps its visibility."""
    path = recordings.FOLDER / "pushup_clap_front45_m4.landmarks.npz"
    totals = []
    for change in (lambda pose: pose, as_heavy):
        selector = PersonSelector(lambda ids: Recogniser(fitted(), RecogniserOptions(), ids=ids))
        last: dict[str, int] = {}
        for t, pose in read_landmarks(path).poses():
            given = [] if pose is None else [change(replace(pose, model=""))]
            shown, _, count = selector.step(given, t)
            last = dict(count.totals)
            if given and shown is not None:
                assert np.array_equal(shown.visibility, given[0].visibility)
        totals.append(last)
    assert totals[0] == totals[1] and totals[0]


def test_the_line_is_found_again(tmp_path: Path) -> None:
    """Frames of both models give the line that leads from one to the other."""
    rng = np.random.default_rng(3)
    full = rng.uniform(0.02, 0.98, 4000)
    odds = (full / (1 - full) / np.exp(1.30)) ** (1 / 0.76)
    assert line(full, odds / (1 + odds)) == pytest.approx((1.30, 0.76), abs=0.02)
    assert list(pairs(tmp_path, tmp_path)) == []
