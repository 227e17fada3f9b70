"""The facade returns what MediaPipe returns: stored results of 0.10.14 and 1.2.2, values and errors (checklist 36,
39).
"""

from __future__ import annotations

import builtins
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

import fitness.mediapipe_api as mp
from tests.support.mediapipe_cases import cases
from tests.support.mediapipe_outcomes import Ground, outcome
from tests.support.mediapipe_runs import pictures

DATA = Path(__file__).parents[1] / "data" / "mediapipe"
VERSIONS = ("0.10.14", "1.2.2")
ANSWERS = {
    version: json.loads((DATA / f"answers-{version}.json").read_text("utf-8"))["cases"]
    for version in VERSIONS
}

# Errors of the same type in other words: what the text must say.
OTHER_WORDS = {
    "Image: SRGB of float32": r"SRGB \(expected one of VEC32F1, VEC32F2, VEC32F4 for float32 data\)",
    "Image: SRGB of uint16": r"SRGB \(expected one of GRAY16, SRGB48, SRGBA64 for uint16 data\)",
    "Image: SRGB of float64": "Unsupported numpy data type: float64",
    "Image: SRGB of int64": "Unsupported numpy data type: int64",
    "Image: GRAY8 of bool": "Unsupported numpy data type: bool",
    "Image: no arguments": "missing 2 required positional arguments: 'image_format' and 'data'",
    "Image: list": "data must be a numpy array, got list",
    "Image: file missing": "Can't find file: /nonexistent/a.png",
    "Image: file is garbage": r"Image decoding failed \(unknown image type\): .*garbage.png",
    "Image: file is a folder": "Error while reading file: .*",
    "model: a folder": "Unable to open file at .*",
    "model: no path": "ExternalFile must specify at least one of 'file_content', 'file_name': model_asset_path is empty",
    "model: empty buffer": "ExternalFile must specify at least one of 'file_content', 'file_name'.*buffer is empty",
    "model: buffer is text": "expected bytes, str found",
    # The words of protobuf, which differ from version to version.
    "message: set list": 'repeated field "landmark" in protocol message object',
    "message: list of numbers": "must be .*instance of same class: expected .*NormalizedLandmark'> got <class 'int'>",
    "message: list of another class": "must be .*instance of same class: expected .*NormalizedLandmark'> got .*Landmark'>",
    "message: extend None": "iterable",
    "num_poses: 0": "num_poses should be greater than or equal to 1, got 0",
    "num_poses: -1": "num_poses should be greater than or equal to 1, got -1",
    "num_poses: 1.5": "num_poses must be an integer, got 1.5",
    "num_poses: None": "num_poses must be an integer, got None",
    "presence: -0.1": r"`min_pose_presence_confidence` option: value must be in the range \[0.0, 1.0\], got -0.1",
    "presence: 1.1": r"`min_pose_presence_confidence` option: value must be in the range \[0.0, 1.0\], got 1.1",
    "GPU": "the GPU delegate is not available",
    "pose: no pixels": "ROI width and height must be > 0",
    "pose: complexity is a float": "model_complexity must be an integer, got 1.0",
    "pose: smooth is None": "smooth_landmarks must be True or False, got None",
    "tasks drawing: x is None": "not supported between instances of 'NoneType' and 'int'",
}

# Errors whose type differs between the versions in a way that one error cannot be both, or that says nothing.
OTHER_TYPES = {
    ("1.2.2", "Image: list"): TypeError,
}


@pytest.fixture(scope="module")
def ground(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A bundle of the cached lite model, an empty folder and an image."""
    bundle = tmp_path_factory.mktemp("bundle") / "lite.task"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as file:
        file.write(models / "pose_detection.tflite", "pose_detector.tflite")
        file.write(models / "pose_landmark_lite.tflite", "pose_landmarks_detector.tflite")
    return Ground(bundle, tmp_path_factory.mktemp("empty"), pictures(DATA, "frame")[0], DATA / "frame_0.png")


@pytest.fixture(scope="module")
def programs(ground: Ground) -> dict[str, Any]:
    return cases(mp, ground)


@pytest.mark.parametrize(
    ("version", "name"), [(version, name) for version in VERSIONS for name in ANSWERS[version]]
)
def test_checklist_36_messages_equal_those_of_mediapipe(
    version: str, name: str, programs: dict[str, Any]
) -> None:
    """The same value, or an error of the same built-in type with the same meaning."""
    expected = ANSWERS[version][name]
    if "error" not in expected:
        assert json.loads(json.dumps(outcome(programs[name]))) == expected
        return
    kind = OTHER_TYPES.get((version, name)) or getattr(builtins, expected["error"])
    with pytest.raises(kind) as caught:
        programs[name]()
    _check_words(name, expected["text"], str(caught.value))


def test_every_public_name_was_recorded_from_both_versions(programs: dict[str, Any]) -> None:
    """Each program has a stored result, and each result has a program."""
    assert set().union(*ANSWERS.values()) == set(programs)


def _check_words(name: str, theirs: str, ours: str) -> None:
    pattern = OTHER_WORDS.get(name)
    if pattern is not None:
        assert re.search(pattern, ours), ours
        return
    theirs = re.sub(r"(Current running mode:).*", r"\1", theirs).replace(
        "'mediapipe.", "'fitness.mediapipe_api."
    )
    assert theirs.rstrip(".") in ours
