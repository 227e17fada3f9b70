"""`ClassifierOptions`, for programs that import it. No task here classifies."""

from __future__ import annotations

from fitness.mediapipe_api.tasks.python.components.processors import classifier_options
from fitness.mediapipe_api.tasks.python.components.processors.classifier_options import ClassifierOptions

__all__ = ["ClassifierOptions", "classifier_options"]
