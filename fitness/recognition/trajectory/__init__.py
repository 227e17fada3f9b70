"""Reps as trajectories: a swing of the body is called what similar swings are called, by a model fitted to many people."""

from __future__ import annotations

from fitness.recognition.trajectory.counter import TrajectoryCounter
from fitness.recognition.trajectory.decoder import DecoderOptions, SwingName
from fitness.recognition.trajectory.model import BACKGROUND, TrajectoryModel, load_model, save_model

__all__ = [
    "BACKGROUND", "DecoderOptions", "SwingName", "TrajectoryCounter", "TrajectoryModel", "load_model", "save_model",
]  # fmt: skip
