"""Every form in which MediaPipe programs import poses works, and importing is quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import fitness.mediapipe_api as mp
from fitness import skeleton

ROOT = Path(__file__).parents[2]

STATEMENTS = """
import fitness.mediapipe_api as mp; mp.solutions.pose.Pose; mp.tasks.vision.PoseLandmarker; mp.Image; mp.ImageFormat
import fitness.mediapipe_api as mp; mp.tasks.BaseOptions.Delegate.CPU; mp.tasks.components.containers.NormalizedLandmark
import fitness.mediapipe_api.solutions.pose as mp_pose; mp_pose.PoseLandmark.NOSE
import fitness.mediapipe_api.solutions.drawing_utils as mp_drawing; mp_drawing.DrawingSpec
from fitness.mediapipe_api import solutions; solutions.drawing_styles.get_default_pose_landmarks_style
from fitness.mediapipe_api.solutions import pose, drawing_utils, drawing_styles, pose_connections
from fitness.mediapipe_api.python.solutions import pose, drawing_utils; pose.Pose, drawing_utils.draw_landmarks
from fitness.mediapipe_api.python.solutions.pose import Pose, PoseLandmark, POSE_CONNECTIONS
from fitness.mediapipe_api.python.solutions.drawing_utils import _normalized_to_pixel_coordinates
from fitness.mediapipe_api.python.solutions.pose_connections import POSE_CONNECTIONS
from fitness.mediapipe_api.framework.formats import landmark_pb2; landmark_pb2.NormalizedLandmarkList
from fitness.mediapipe_api.framework.formats.landmark_pb2 import NormalizedLandmark, LandmarkList
from fitness.mediapipe_api.tasks import python; python.BaseOptions, python.vision.PoseLandmarkerOptions
from fitness.mediapipe_api.tasks.python import vision; vision.RunningMode.LIVE_STREAM, vision.ImageProcessingOptions
from fitness.mediapipe_api.tasks.python import BaseOptions
from fitness.mediapipe_api.tasks.python.core import base_options; base_options.BaseOptions
from fitness.mediapipe_api.tasks.python.core.base_options import BaseOptions
from fitness.mediapipe_api.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, drawing_utils, drawing_styles
from fitness.mediapipe_api.tasks.python.vision.pose_landmarker import PoseLandmarkerResult, PoseLandmarksConnections
from fitness.mediapipe_api.tasks.python.vision.core import vision_task_running_mode as m; m.VisionTaskRunningMode.VIDEO
from fitness.mediapipe_api.tasks.python.vision.core.image_processing_options import ImageProcessingOptions
from fitness.mediapipe_api.tasks.python.components import containers; containers.Landmark, containers.Rect
from fitness.mediapipe_api.tasks.python.components.containers import landmark as lm; lm.NormalizedLandmark
from fitness.mediapipe_api.tasks.python.components.containers.landmark import NormalizedLandmark, Landmark
from fitness.mediapipe_api.tasks.python.components.containers.landmark_detection_result import LandmarksDetectionResult
from fitness.mediapipe_api.tasks.python.components.containers.category import Category; Category(score=0.5)
from fitness.mediapipe_api.tasks.python.components import processors; processors.ClassifierOptions(max_results=1)
from fitness.mediapipe_api.tasks.python.vision.core.image import Image, ImageFormat
from fitness.mediapipe_api.tasks.python.vision.core import base_vision_task_api as b; b.BaseVisionTaskApi
from fitness.mediapipe_api.python._framework_bindings import image, image_frame, timestamp; image.Image, timestamp.Timestamp
from fitness.mediapipe_api.python._framework_bindings.image_frame import ImageFormat, ImageFrame
from fitness.mediapipe_api.python.solution_base import SolutionBase, ExtraSettings
from fitness.mediapipe_api.python.solutions import download_utils; download_utils.download_oss_model
from fitness.mediapipe_api.framework.formats import detection_pb2, location_data_pb2, rect_pb2; detection_pb2.Detection
import fitness.mediapipe_api as mp; mp.Timestamp.from_seconds(1), mp.ImageFrame; mp.framework.formats.landmark_pb2.Landmark
from fitness.mediapipe_api.solutions.drawing_utils import _normalize_color, _VISIBILITY_THRESHOLD, draw_detection
""".strip().splitlines()


@pytest.mark.parametrize("statement", STATEMENTS)
def test_import_statements(statement: str) -> None:
    """The statement runs."""
    exec(statement, {})


@pytest.mark.parametrize(
    "statement", [STATEMENTS[0], STATEMENTS[2], STATEMENTS[6], STATEMENTS[10], STATEMENTS[18]]
)
def test_first_imports(statement: str) -> None:
    """It also runs as the first import of a program, and loads no slow package."""
    check = "import sys; slow = {'matplotlib', 'sklearn', 'pandas', 'av', 'scipy'} & set(sys.modules); assert not slow, slow"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{check}"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == done.stderr == ""


def test_both_import_paths_give_the_same_objects() -> None:
    """`solutions` and `python.solutions` have the same classes; so have `tasks` and `tasks.python`."""
    assert mp.python.solutions.pose.Pose is mp.solutions.pose.Pose
    assert mp.python.solutions.drawing_utils.DrawingSpec is mp.solutions.drawing_utils.DrawingSpec
    assert mp.tasks.vision is mp.tasks.python.vision and mp.tasks.BaseOptions is mp.tasks.python.BaseOptions
    assert mp.python.Image is mp.Image is mp.tasks.vision.core.image.Image
    assert issubclass(mp.solutions.pose.Pose, mp.python.solution_base.SolutionBase)
    assert issubclass(
        mp.tasks.vision.PoseLandmarker, mp.tasks.vision.core.base_vision_task_api.BaseVisionTaskApi
    )
    assert mp.__version__.split(".")[0].isdecimal()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (mp.solutions, "hands"),
        (mp.solutions, "holistic"),
        (mp.python.solutions, "face_mesh"),
        (mp.tasks.vision, "HandLandmarker"),
    ],
)
def test_missing_parts_raise_a_clear_error(module: object, name: str) -> None:
    """Other solutions and tasks are an AttributeError that names the available parts."""
    with pytest.raises(
        AttributeError,
        match=f"has no '{name}': this program does poses only .*(pose, drawing_utils|PoseLandmarker)",
    ):
        getattr(module, name)


def test_names_are_those_of_the_skeleton() -> None:
    """Landmarks and connections are the engine's."""
    assert {each.name: int(each) for each in mp.solutions.pose.PoseLandmark} == {
        each.name: int(each) for each in skeleton.Landmark
    }
    lines = mp.tasks.vision.PoseLandmarksConnections.POSE_LANDMARKS
    assert (
        {(each.start, each.end) for each in lines}
        == skeleton.POSE_CONNECTIONS
        == mp.solutions.pose.POSE_CONNECTIONS
    )
    assert len(lines) == 35


def test_a_custom_graph_is_refused() -> None:
    """`SolutionBase` runs no graphs; the error names the classes for poses."""
    with pytest.raises(ValueError, match=r"use mp\.solutions\.pose\.Pose"):
        mp.python.solution_base.SolutionBase(binary_graph_path="a.binarypb")


def test_download_utils_fetch_pose_models_only(models: Path) -> None:
    """A pose model is downloaded into the cache; another one is a RuntimeError that names the available models."""
    download = mp.solutions.download_utils.download_oss_model
    download("mediapipe/modules/pose_landmark/pose_landmark_lite.tflite")
    assert (models / "pose_landmark_lite.tflite").is_file()
    with pytest.raises(
        RuntimeError, match=r"hand_landmark_full.tflite is not here; .*pose_landmark_heavy.tflite"
    ):
        download("mediapipe/modules/hand_landmark/hand_landmark_full.tflite")
