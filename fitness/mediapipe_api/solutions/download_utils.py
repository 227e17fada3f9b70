"""`mp.solutions.download_utils`: downloads weights into this program's cache."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from fitness.engine.runtime.weights import ModelFiles
from fitness.mediapipe_api.failures import ModelFileError

_NAMES: Final = {
    "pose_detection.tflite": "detector",
    "pose_landmark_lite.tflite": "lite",
    "pose_landmark_full.tflite": "full",
    "pose_landmark_heavy.tflite": "heavy",
}


def download_oss_model(model_path: str) -> None:
    """Put the weights of a pose model into the cache if they are not there, as `fitness models fetch` does.

    model_path: in MediaPipe's package, such as "mediapipe/modules/pose_landmark/pose_landmark_heavy.tflite".
    Raises ModelFileError (a RuntimeError) for another model, ModelError when the weights cannot be had.
    """
    name = PurePosixPath(model_path).name
    if name not in _NAMES:
        raise ModelFileError(f"{name} is not here; this program has the pose models {', '.join(_NAMES)}")
    ModelFiles().ensure(_NAMES[name])
