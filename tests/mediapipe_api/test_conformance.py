"""MediaPipe's published tests about poses, rewritten: the facade passes each of them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

import fitness.mediapipe_api as mp
from tests.support.conformance import CASES, Ground

DATA = Path(__file__).parents[1] / "data" / "mediapipe"


@pytest.fixture(scope="module")
def ground(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    bundle = tmp_path_factory.mktemp("bundle") / "lite.task"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as file:
        file.write(models / "pose_detection.tflite", "pose_detector.tflite")
        file.write(models / "pose_landmark_lite.tflite", "pose_landmarks_detector.tflite")
    return Ground(DATA, bundle)


@pytest.mark.parametrize("name", CASES)
def test_a_published_mediapipe_test_passes(name: str, ground: Ground) -> None:
    """The assertion of MediaPipe's own test holds for the facade."""
    CASES[name](mp, ground)
