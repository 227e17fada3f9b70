"""`mediapipe.python.solutions.download_utils`; the same as `solutions.download_utils`."""

from __future__ import annotations

from fitness.mediapipe_api.solutions.download_utils import *  # noqa: F403
