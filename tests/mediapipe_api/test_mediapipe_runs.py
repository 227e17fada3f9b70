"""The facade finds what MediaPipe finds: stored landmarks and masks of 0.10.14 and 1.2.2 for rendered images.
Static images are compared landmark by landmark. Streams run with their own filters and ROIs, so their limits
are a little wider. Pixels are those of the image.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fitness.mediapipe_api as mp
import fitness.mediapipe_api.solutions.pose as solutions_pose
from fitness.engine.blazepose.smoothing import OneEuroOptions
from fitness.engine.options import MEDIAPIPE_LEGACY
from tests.support.mediapipe_runs import pictures, sequence, solution_runs, task_runs

DATA = Path(__file__).parents[1] / "data" / "mediapipe"
GOLDENS = {version: dict(np.load(DATA / f"runs-{version}.npz")) for version in ("0.10.14", "1.2.2")}
LANDMARKS = [(version, name) for version in GOLDENS for name in GOLDENS[version] if not name.endswith("mask")]
MASKS = [(version, name) for version in GOLDENS for name in GOLDENS[version] if name.endswith("mask")]


@pytest.fixture(scope="module")
def runs(models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The same images with the facade."""
    bundle = tmp_path_factory.mktemp("bundle") / "lite.task"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as file:
        file.write(models / "pose_detection.tflite", "pose_detector.tflite")
        file.write(models / "pose_landmark_lite.tflite", "pose_landmarks_detector.tflite")
    return solution_runs(mp, DATA) | task_runs(mp, DATA, bundle)


def test_pictures_of_both_kinds_are_there() -> None:
    """Eight frames of one person with a black one between them, four of two people."""
    assert len(pictures(DATA, "frame")) == 8 and len(pictures(DATA, "pair")) == 4
    assert [bool(frame.any()) for frame in sequence(DATA, "frame")].index(False) == 4


def _problems(name: str, ours: np.ndarray, theirs: np.ndarray) -> list[str]:
    """Differences between a run's landmarks and MediaPipe's, as text. A stream feeds its rounding back into its
    ROIs. One step of the refinement that differs between processors moves the next frames by a pixel or some
    millimetres. So streams are judged by their median, which every wrong setting raises; mean and maximum only
    limit such steps.
    """
    known = np.isfinite(theirs).all(axis=-1)
    if not np.array_equal(np.isnan(ours), np.isnan(theirs)) or not known.any():
        return ["other people on other frames"]
    error = np.abs(ours - theirs)[known]
    streaming = "VIDEO" in name or ("solutions" in name and "static" not in name)
    if name.endswith("world_landmarks"):
        metres = error[:, :3].max(axis=1)
        limits = (0.001, 0.006, 0.05) if streaming else (0.0005, 0.001, 0.002)
        return _over("metres", metres, limits) + _over("scores", error[:, 3:], (1, 1, 0.01))
    height, width = pictures(DATA, "pair" if "pair" in name else "frame")[0].shape[:2]
    pixels = (error[:, :2] * (width, height)).max(axis=1)
    depth = error[:, 2] * width
    return (
        _over("pixels", pixels, (0.03, 0.2, 10.0) if streaming else (0.01, 0.02, 0.5))
        + _over("depth", depth, (0.5, 3.0, 40.0) if streaming else (0.1, 0.2, 1.5))
        + _over("scores", error[:, 3:], (0.001, 0.002, 0.01) if streaming else (0.0005, 0.001, 0.005))
    )


def _over(what: str, values: np.ndarray, limits: tuple[float, float, float]) -> list[str]:
    """The names of median, mean and maximum that are above their limits."""
    measured = {"median": np.median(values), "mean": values.mean(), "maximum": values.max()}
    return [
        f"{what}: {key} {value:.4g} over {limit:g}"
        for (key, value), limit in zip(measured.items(), limits, strict=True)
        if value > limit
    ]


@pytest.mark.parametrize(("version", "name"), LANDMARKS)
def test_checklist_43_45_landmarks_of_mediapipe(version: str, name: str, runs: dict[str, np.ndarray]) -> None:
    """The same people on the same frames; pixels, metres, visibility and presence as in MediaPipe."""
    ours, theirs = runs[name], GOLDENS[version][name]
    assert ours.shape == theirs.shape
    assert _problems(name, ours, theirs) == []


_WRONG: dict[str, dict[str, Any]] = {
    "refined in 7 x 7": {"refine_window": 7},
    "body's size of Tasks": {"scale_expansion": 1.25},
    "region not filtered": {"roi_filter": None},
    "beta 70 for 80": {"image_filter": OneEuroOptions(0.05, 70.0)},
    "beta 30 for 40 in the world": {"world_filter": OneEuroOptions(0.1, 30.0)},
    "filters restarted": {"restart_filters": True},
    "visibility by time": {"visibility_per_frame": False},
}


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("wrong", _WRONG.values(), ids=_WRONG)
def test_a_wrong_setting_is_noticed(wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison notices each of MediaPipe's settings that makes a difference on the clip."""
    monkeypatch.setattr(solutions_pose, "MEDIAPIPE_LEGACY", replace(MEDIAPIPE_LEGACY, **wrong))
    runs = solution_runs(mp, DATA, only="smooth")
    found = [_problems(name, runs[name], GOLDENS["0.10.14"][name]) for name in runs if "landmarks" in name]
    assert any(found)


@pytest.mark.parametrize(("version", "name"), MASKS)
def test_checklist_46_masks_of_mediapipe(version: str, name: str, runs: dict[str, np.ndarray]) -> None:
    """Masks differ by at most 0.001 on average, and they show a person."""
    ours, theirs = runs[name] / 65535, GOLDENS[version][name] / 65535
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).mean() <= 1e-3
    assert 0.02 < (theirs > 0.5).mean() < 0.5


def test_checklist_37_presence(runs: dict[str, np.ndarray]) -> None:
    """Legacy results have no presence; those of Tasks have it."""
    assert np.nanmax(np.abs(runs["solutions smooth pose_landmarks"][..., 4])) == 0
    assert np.nanmin(runs["tasks frame IMAGE 1 pose_landmarks"][..., 4]) > 0.5
