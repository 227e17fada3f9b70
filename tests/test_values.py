"""Results and errors can be pickled, copied and written as JSON; wrong frames are refused with a clear message."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitness.engine.blazepose.detector import weighted_nms
from fitness.errors import OutputError, SamplesError
from fitness.session.own_files import free_stems
from fitness.types import Classification, Count, Frame, FrameResult

IMAGE = np.zeros((4, 4, 3), np.uint8)


def test_results_can_be_sent_to_other_processes_and_copied() -> None:
    count = Count({"squat": 3}, "squat", sides={"lunge": (1, 2)})
    result = FrameResult(Frame(IMAGE, 0.0, 0), None, Classification({"squat_down": 0.5}, 1.0), count)
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert again.count == count and again.classification.scores == {"squat_down": 0.5}
        with pytest.raises(TypeError, match="dict"):
            again.count.totals["squat"] = 4
    assert json.loads(json.dumps(count.totals)) == {"squat": 3}
    assert dataclasses.asdict(count)["sides"] == {"lunge": (1, 2)}


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.update(a=1),
        lambda it: it.pop("squat"),
        lambda it: it.clear(),
        lambda it: it.setdefault("a", 1),
        lambda it: it.__delitem__("squat"),
        lambda it: it.__ior__({"a": 1}),
        lambda it: it.popitem(),
    ],
)
def test_totals_cannot_be_changed(change: Any) -> None:
    """The next frame's totals are counted from what the program knows, so a changed result would be wrong."""
    totals = Count({"squat": 3}).totals
    with pytest.raises(TypeError, match="cannot be changed"):
        change(totals)
    assert totals == {"squat": 3}


def test_an_error_in_a_pool_of_processes_arrives() -> None:
    """An error that cannot be unpickled leaves the caller waiting forever."""
    error = SamplesError("a.csv", "bad", line=3, column="x")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and (again.line, again.column, again.problem) == (3, "x", "bad")


@pytest.mark.parametrize(
    "image", [None, [], IMAGE[..., 0], IMAGE.astype(float), np.zeros((4, 4, 4), np.uint8), IMAGE[:0]]
)
def test_a_frame_of_another_kind_is_refused(image: Any) -> None:
    with pytest.raises(ValueError, match="image must be"):
        Frame(image, 0.0, 0)


@pytest.mark.parametrize("t", [float("nan"), float("inf")])
def test_a_time_that_is_no_time_is_refused(t: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Frame(IMAGE, t, 0)


def test_results_cannot_go_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "person.png"
    file.touch()
    with pytest.raises(OutputError, match="not a folder"):
        free_stems([Path("clip.mp4")], file)


def test_detections_with_a_score_of_zero_are_none() -> None:
    """As MediaPipe with a minimum score of 0: they have no weighted mean."""
    points = np.tile(np.array([[0, 0], [1, 1], [0, 0], [0, 0], [0, 0], [0, 0]], np.float32), (2, 1, 1))
    assert len(weighted_nms(points, np.array([0.5, 0.0], np.float32), 0.3)) == 1
    assert not weighted_nms(points, np.zeros(2, np.float32), 0.3)
