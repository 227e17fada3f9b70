"""`mp.solutions.drawing_utils`; see `fitness.mediapipe_api.drawing`."""

from __future__ import annotations

from fitness.mediapipe_api.drawing_utils import *  # noqa: F403
from fitness.mediapipe_api.drawing_utils import __all__ as __all__
