"""The facade finds what MediaPipe finds: stored landmarks and masks of 0.10.14 and 1.2.2 for rendered pictures.

Static pictures are compared landmark by landmark; streams run freely, filters and regions included, so a little more
is allowed there. Pixels are of the picture.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from mediapipe_runs import pictures, sequence, solution_runs, task_runs

import fitness.mediapipe_api as mp

DATA = Path(__file__).parent / "data" / "mediapipe"
GOLDENS = {version: dict(np.load(DATA / f"runs-{version}.npz")) for version in ("0.10.14", "1.2.2")}
LANDMARKS = [(version, name) for version in GOLDENS for name in GOLDENS[version] if not name.endswith("mask")]
MASKS = [(version, name) for version in GOLDENS for name in GOLDENS[version] if name.endswith("mask")]


@pytest.fixture(scope="module")
def runs(models: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The same runs with the facade."""
    bundle = tmp_path_factory.mktemp("bundle") / "lite.task"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as file:
        file.write(models / "pose_detection.tflite", "pose_detector.tflite")
        file.write(models / "pose_landmark_lite.tflite", "pose_landmarks_detector.tflite")
    return solution_runs(mp, DATA) | task_runs(mp, DATA, bundle)


def test_pictures_of_both_kinds_are_there() -> None:
    """Eight frames of one person with a black one between them, four of two people."""
    assert len(pictures(DATA, "frame")) == 8 and len(pictures(DATA, "pair")) == 4
    assert [bool(frame.any()) for frame in sequence(DATA, "frame")].index(False) == 4


@pytest.mark.parametrize(("version", "name"), LANDMARKS)
def test_checklist_43_45_landmarks_of_mediapipe(version: str, name: str, runs: dict[str, np.ndarray]) -> None:
    """The same people on the same frames; pixels, metres, visibility and presence as in MediaPipe."""
    ours, theirs = runs[name], GOLDENS[version][name]
    assert ours.shape == theirs.shape
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.isfinite(theirs).any()
    error = np.abs(ours - theirs)[np.isfinite(theirs).all(axis=-1)]
    assert error[:, 3:].max() <= 0.005
    streaming = "VIDEO" in name or ("solutions" in name and "static" not in name)
    if name.endswith("world_landmarks"):
        metres = error[:, :3].max(axis=1)
        # A stream feeds its rounding back into its regions, and a step of the refinement can move a whole frame by 3 mm
        # on one processor and not on another; so streams are held to their mean, pictures to every landmark.
        assert metres.mean() <= 0.001 if streaming else (metres <= 0.002).all()
        assert metres.max() <= 0.01
        return
    height, width = pictures(DATA, "pair" if "pair" in name else "frame")[0].shape[:2]
    pixels = error[:, :3] * (width, height, width)
    assert pixels[:, :2].mean() <= (0.1 if streaming else 0.01)
    assert (pixels[:, :2].max(axis=1) <= 0.5).mean() >= (0.97 if streaming else 0.99)
    assert (pixels[:, 2] <= 1.5).all()


@pytest.mark.parametrize(("version", "name"), MASKS)
def test_checklist_46_masks_of_mediapipe(version: str, name: str, runs: dict[str, np.ndarray]) -> None:
    """Masks differ by at most 0.001 in the mean, and are those of a person."""
    ours, theirs = runs[name] / 65535, GOLDENS[version][name] / 65535
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).mean() <= 1e-3
    assert 0.02 < (theirs > 0.5).mean() < 0.5


def test_checklist_37_presence(runs: dict[str, np.ndarray]) -> None:
    """Legacy results have no presence; those of Tasks have it."""
    assert np.nanmax(np.abs(runs["solutions smooth pose_landmarks"][..., 4])) == 0
    assert np.nanmin(runs["tasks frame IMAGE 1 pose_landmarks"][..., 4]) > 0.5
