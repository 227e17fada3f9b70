"""MediaPipe's Python interface to poses over this program's engine: `import fitness.mediapipe_api as mp`.

Code written for `mediapipe` (legacy `solutions.pose`, Tasks `PoseLandmarker`) gets the same objects, answers and errors.
`install()` makes `import mediapipe` itself lead here. See docs/guides/mediapipe.md for what is the same and what is not.
"""

from __future__ import annotations

from fitness.mediapipe_api import framework, python, solutions, tasks
from fitness.mediapipe_api.image import Image, ImageFormat, ImageFrame
from fitness.mediapipe_api.import_hook import install, uninstall
from fitness.mediapipe_api.timestamp import Timestamp

__version__ = "0.10.14"
"""The version of MediaPipe whose interface this is, for programs that print or compare it."""

__all__ = [
    "Image", "ImageFormat", "ImageFrame", "Timestamp", "framework", "install", "python", "solutions", "tasks",
    "uninstall",
]  # fmt: skip
