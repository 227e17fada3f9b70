"""The facade compared with MediaPipe's results on photographs (checklist 43, 46); a sample, the engine's tests
have all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import fitness.mediapipe_api as mp

pytestmark = pytest.mark.corpus

_EVERY = 5


def _golden(shared: Path, name: str) -> Any:
    path = shared / "parity" / f"{name}.npz"
    if not path.is_file():
        pytest.skip(f"{path.name} absent")
    return np.load(path)


def _image(shared: Path, name: str) -> np.ndarray:
    picture = cv2.imread(str(shared / "parity" / "stills" / name))
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))


def _errors(ours: np.ndarray, theirs: np.ndarray, image: np.ndarray) -> np.ndarray:
    """(33,) pixels between normalised landmarks."""
    size = np.array(image.shape[1::-1])
    return np.abs((ours[:, :2] - theirs[:, :2]) * size).max(axis=1)


def test_checklist_43_static_pictures(shared: Path, models: Path) -> None:
    """`Pose(static_image_mode=True)` finds the same people; landmarks, world, visibility within the limits."""
    golden = _golden(shared, "legacy_static_full")
    pixels, metres, visibility = [], [], []
    with mp.solutions.pose.Pose(static_image_mode=True) as pose:
        for k in range(0, len(golden["names"]), _EVERY):
            image = _image(shared, str(golden["names"][k]))
            results = pose.process(image)
            assert (results.pose_landmarks is not None) == golden["found"][k], golden["names"][k]
            if results.pose_landmarks is None:
                continue
            points = np.array([(p.x, p.y, p.z, p.visibility) for p in results.pose_landmarks.landmark])
            world = np.array([(p.x, p.y, p.z) for p in results.pose_world_landmarks.landmark])
            pixels.append(_errors(points, golden["landmarks"][k], image))
            metres.append(np.abs(world - golden["world"][k, :, :3]).max(axis=1))
            visibility.append(np.abs(points[:, 3] - golden["landmarks"][k, :, 3]))
    assert len(pixels) >= 20
    assert np.mean(pixels) <= 0.1 and (np.concatenate(pixels) <= 0.5).mean() >= 0.99
    assert (np.concatenate(metres) <= 0.002).mean() >= 0.99 and np.mean(visibility) <= 5e-4


@pytest.mark.parametrize("count", [1, 4])
def test_checklist_43_tasks_pictures(count: int, shared: Path, models: Path) -> None:
    """Tasks in image mode: the same number of people in the same order, landmarks within the limits."""
    golden = _golden(shared, f"tasks_image_full_n{count}")
    crowds = np.flatnonzero(golden["count"] > 1)
    assert len(crowds) > 0 or count == 1
    options = mp.tasks.vision.PoseLandmarkerOptions(mp.tasks.BaseOptions(), num_poses=count)
    pixels, metres, scores = [], [], []
    with mp.tasks.vision.PoseLandmarker.create_from_options(options) as landmarker:
        for k in sorted({*range(0, len(golden["names"]), _EVERY), *crowds.tolist()}):
            image = _image(shared, str(golden["names"][k]))
            result = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=image))
            assert len(result.pose_landmarks) == len(result.pose_world_landmarks) == golden["count"][k]
            for person, landmarks in enumerate(result.pose_landmarks):
                points = np.array([(p.x, p.y, p.z, p.visibility, p.presence) for p in landmarks])
                world = np.array([(p.x, p.y, p.z) for p in result.pose_world_landmarks[person]])
                theirs = golden["landmarks"][k, person]
                pixels.append(_errors(points, theirs, image))
                metres.append(np.abs(world - golden["world"][k, person, :, :3]).max(axis=1))
                scores.append(np.abs(points[:, 3:] - theirs[:, 3:]).max(axis=1))
    assert len(pixels) >= 20
    assert np.mean(pixels) <= 0.1 and (np.concatenate(pixels) <= 0.5).mean() >= 0.99
    assert (np.concatenate(metres) <= 0.002).mean() >= 0.99 and (
        np.concatenate(scores) <= 0.005
    ).mean() >= 0.99
